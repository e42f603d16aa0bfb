"""What a rubric must have before months are closed with it. `score` alone asks for less (scoring.md §6)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TypeVar

from scoring.rules.conditions import Condition
from scoring.rules.duty import DutyRules
from scoring.rules.errors import RubricError
from scoring.rules.list_rules import ListsPolicy
from scoring.rules.project_score import ProblemWeights
from scoring.rules.rubric import MONTHLY_SCORE, RankingRules, Rubric, ZeroReportPolicy
from scoring.rules.timeline import TimelineRules
from scoring.rules.triggers import Action, Effect

_Section = TypeVar("_Section")

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


@dataclass(frozen=True, slots=True)
class ClosingRules:
    """A rubric whose every section is there: what the close of a month works with."""

    rubric: Rubric
    ranking: RankingRules
    timeline: TimelineRules
    zero_report: ZeroReportPolicy
    actions: tuple[Action, ...]
    lists: ListsPolicy
    duty: DutyRules
    weights: ProblemWeights


def require_complete(rubric: Rubric, produced_facts: Collection[str] | None = None) -> ClosingRules:
    """The whole of a rubric, or `RubricError` for the first thing that keeps a month from being closed.

    `produced_facts` are the names that the queries can produce: an item that reads another name would stay
    empty for ever. Bonuses, penalties and red lines are recorded under their ids and need no query.
    """
    for place, problem in _problems(rubric, produced_facts):
        raise RubricError(place, problem)
    return ClosingRules(
        rubric=rubric,
        ranking=_section(rubric.ranking, "ranking"),
        timeline=_section(rubric.timeline, "meta.timeline"),
        zero_report=_section(rubric.zero_report, "meta.zero_report_policy"),
        actions=_section(rubric.actions, "actions"),
        lists=_section(rubric.lists, "red_black_list"),
        duty=_section(rubric.duty, "duty_inspection"),
        weights=_section(rubric.weights, "problem_weights"),
    )


def _section(section: _Section | None, place: str) -> _Section:
    if section is None:
        raise RubricError(place, "缺少这一部分，不能用于月度评分。")
    return section


def _problems(rubric: Rubric, produced_facts: Collection[str] | None) -> Iterator[tuple[str, str]]:
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
