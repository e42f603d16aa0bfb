"""What a rubric must have before months are closed with it. `score` alone asks for less (scoring.md §6)."""

from collections.abc import Collection, Iterator

from scoring.rules.conditions import Condition
from scoring.rules.errors import RubricError
from scoring.rules.rubric import MONTHLY_SCORE, Rubric
from scoring.rules.triggers import Effect

FACT_PARAMETERS = (
    "staff_ratio_max",
    "rolling_quarter_months",
    "rolling_year_months",
    "sample_ratio_min_county",
    "sample_ratio_min_city",
    "publish_within_workdays",
    "notice_within_workdays",
    "transfer_within_workdays",
    "failed_test_within_workdays",
    "filing_review_workdays",
    "defect_filing_workdays",
    "city_only_lookback_months",
    "duty_inspection_valid_months",
    "grave_overdue_days",
    "missing_return_months",
    "repeat_lookback_months",
)
"""Every parameter that the queries for facts read."""

_RATIOS = frozenset({"staff_ratio_max", "sample_ratio_min_county", "sample_ratio_min_city"})


def require_complete(rubric: Rubric, produced_facts: Collection[str] | None = None) -> None:
    """Raise `RubricError` for the first thing that keeps a month from being closed.

    `produced_facts` are the names that the queries can produce: an item that reads another name would stay
    empty for ever. Bonuses, penalties and red lines are recorded under their ids and need no query.
    """
    for place, problem in _problems(rubric, produced_facts):
        raise RubricError(place, problem)


def _problems(rubric: Rubric, produced_facts: Collection[str] | None) -> Iterator[tuple[str, str]]:
    sections = {
        "meta.timeline": rubric.timeline,
        "meta.zero_report_policy": rubric.zero_report,
        "ranking": rubric.ranking,
        "actions": rubric.actions,
        "red_black_list": rubric.lists,
        "duty_inspection": rubric.duty,
        "problem_weights": rubric.weights,
    }
    for place, section in sections.items():
        if section is None:
            yield place, "缺少这一部分，不能用于月度评分。"
    for name in FACT_PARAMETERS:
        if name not in rubric.parameters:
            yield f"fact_parameters.{name}", "没有设置。"
        else:
            value = rubric.parameters[name].value
            if value == 0:
                yield f"fact_parameters.{name}", "应大于0。"
            if name not in _RATIOS and value != value.to_integral_value():
                yield f"fact_parameters.{name}", f"应为整数，现为{value}。"
    yield from _contradictions(rubric)
    if produced_facts is not None:
        for name in _item_facts(rubric):
            if name not in produced_facts:
                yield "categories", f"事实“{name}”没有对应的统计口径。"


def _item_facts(rubric: Rubric) -> list[str]:
    ids = {one.id for one in (*rubric.bonuses, *rubric.penalties)}
    ids.update(line.id for line in rubric.red_lines)
    return sorted(name for name in rubric.fact_kinds if name not in ids)


def _contradictions(rubric: Rubric) -> Iterator[tuple[str, str]]:
    """The line for 约谈 stands twice in a rubric: in `config` and in the action. Both must agree."""
    if MONTHLY_SCORE not in rubric.thresholds.interview_triggers:
        return
    line = rubric.thresholds.interview_threshold
    for action in rubric.actions or ():
        if Effect.INTERVIEW not in action.effects:
            continue
        bounds = [
            clause.bound
            for clauses in action.alternatives
            for clause in clauses
            if isinstance(clause, Condition) and clause.name == "score"
        ]
        if bounds != [line]:
            yield f"actions[{action.id}].when", f"约谈分数线应与config.interview_threshold（{line}）一致。"
