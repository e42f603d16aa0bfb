"""A rubric version in words: clauses, weights, lines, lists, actions, terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scoring.models import RubricVersion
from scoring.rules.conditions import Condition, label_of
from scoring.rules.list_rules import ListRule
from scoring.rules.numbers import plain
from scoring.rules.rubric import RedLine, Rubric
from scoring.rules.timeline import TimelineRules
from scoring.selectors.rubrics import rubric_of_version
from scoring.selectors.rule_words import ORIGINS, rule_words


@dataclass(frozen=True)
class RubricClause:
    """One item in words."""

    id: str
    name: str
    maximum: str
    rule: str
    origin: str
    sources: str
    """Keys of the sources that stand at the foot of the page."""
    note: str


@dataclass(frozen=True)
class RubricCategory:
    """A category and its items."""

    id: str
    name: str
    maximum: str
    clauses: list[RubricClause]


@dataclass(frozen=True)
class RubricLine:
    """A bonus, a penalty, a red line, an action or a parameter."""

    id: str
    name: str
    effect: str
    origin: str = ""
    note: str = ""


@dataclass(frozen=True)
class RubricPage:
    """Everything that the page of a version shows."""

    rubric: Rubric
    categories: list[RubricCategory]
    total: str
    adjustments: list[RubricLine]
    red_lines: list[RubricLine]
    grades: list[RubricLine]
    lines: list[tuple[str, str]]
    actions: list[RubricLine]
    lists: list[tuple[str, str, str]]
    """(subject, red rule, black rule)"""
    timeline: list[tuple[str, str]]
    parameters: list[RubricLine]
    sources: list[tuple[str, str]]


def rubric_page(version: RubricVersion) -> RubricPage:
    """Read a stored version."""
    rubric = rubric_of_version(version)
    return RubricPage(
        rubric=rubric,
        categories=_categories(rubric),
        total=plain(rubric.total_points),
        adjustments=_adjustments(rubric),
        red_lines=[
            RubricLine(one.id, one.name, _effect(one), _origin(one.origin), one.note)
            for one in rubric.red_lines
        ],
        grades=[
            RubricLine(one.code, one.name, f"{plain(one.min)}分及以上", note=one.extra_text)
            for one in rubric.grades
        ],
        lines=_lines(rubric),
        actions=[
            RubricLine(
                one.id, "、".join(effect.value for effect in one.effects), one.when_text, one.target, one.note
            )
            for one in rubric.actions or ()
        ],
        lists=_lists(rubric),
        timeline=_timeline(rubric.timeline) if rubric.timeline is not None else [],
        parameters=[
            RubricLine(one.name, one.note, plain(one.value), _origin(one.origin))
            for one in rubric.parameters.values()
        ],
        sources=list(rubric.sources.items()),
    )


def _origin(code: str) -> str:
    return ORIGINS.get(code, code)


def _categories(rubric: Rubric) -> list[RubricCategory]:
    return [
        RubricCategory(
            category.id,
            category.name,
            plain(category.max),
            [
                RubricClause(
                    id=item.id,
                    name=item.name,
                    maximum=plain(item.max),
                    rule=rule_words(item),
                    origin=_origin(item.origin),
                    sources="、".join(item.refs),
                    note=item.note,
                )
                for item in category.items
            ],
        )
        for category in rubric.categories
    ]


def _adjustments(rubric: Rubric) -> list[RubricLine]:
    return [
        *(
            RubricLine(one.id, one.name, f"+{plain(one.pts)}分", _origin(one.origin), one.note)
            for one in rubric.bonuses
        ),
        *(
            RubricLine(one.id, one.name, f"−{plain(one.pts)}分", _origin(one.origin), one.note)
            for one in rubric.penalties
        ),
    ]


def _effect(line: RedLine) -> str:
    parts = []
    if line.cap is not None:
        parts.append(f"最高{plain(line.cap)}分")
    if line.grade is not None:
        parts.append(f"定为{line.grade}级")
    if line.unqualified:
        parts.append("直接不合格")
    return "，".join(parts)


def _lines(rubric: Rubric) -> list[tuple[str, str]]:
    lines = rubric.thresholds
    rows = [
        ("约谈线", f"低于{plain(lines.interview_threshold)}分"),
        ("不合格线", f"低于{plain(lines.unqualified_threshold)}分，或触及直接不合格的红线"),
        ("数据不足", f"适用评分项满分之和低于{plain(rubric.min_available_points)}分"),
    ]
    if rubric.bonus_cap is not None:
        rows.append(("加分封顶", f"{plain(rubric.bonus_cap)}分"))
    if rubric.duty is not None:
        rows.append(
            (
                "履职检查",
                f"低于{plain(rubric.duty.interview_below)}分约谈，低于{plain(rubric.duty.unqualified_below)}分不合格",
            )
        )
    return rows


def _lists(rubric: Rubric) -> list[tuple[str, str, str]]:
    if rubric.lists is None:
        return []
    subjects: Sequence[tuple[str, ListRule]] = (
        ("县（市、区）", rubric.lists.county),
        ("项目法人", rubric.lists.legal_person),
        ("参建单位", rubric.lists.participant),
    )
    return [(name, _red(rule), _black(rule)) for name, rule in subjects]


def _condition(condition: Condition) -> str:
    name = label_of(condition.name)[0]
    return f"{name}{condition.demand}" if condition.op else name


def _red(rule: ListRule) -> str:
    parts = [f"排名前{rule.red.top_n}"] if rule.red.top_n is not None else []
    parts += [_condition(one) for one in rule.red.require]
    if rule.red.max_per_county is not None:
        parts.append(f"每县最多{rule.red.max_per_county}家")
    return "，且".join(parts)


def _black(rule: ListRule) -> str:
    parts = [_condition(one) for one in rule.black.any_of]
    if rule.black.always_list_bottom_n:
        parts.append(f"得分位列后{rule.black.always_list_bottom_n}名")
    return "，或".join(parts)


def _timeline(rules: TimelineRules) -> list[tuple[str, str]]:
    return [
        ("月报报送", rules.report_due.text),
        ("数据冻结", rules.data_freeze.text),
        ("计算评分", rules.scoring_run.text),
        ("异议期", f"{rules.county_objection_window_workdays}个工作日"),
        ("市局核定", rules.bureau_confirmation.text),
        ("通报印发", rules.circular_issue.text),
    ]
