"""What stands in the way of a month's close, and the run that is in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from core.errors import DomainError
from core.month import SHANGHAI, ReportingMonth
from enforcement.models import AdjustmentFact, RedLineFact
from inspections.enums import FindingState
from inspections.models import Finding
from projects.enums import ReturnState
from projects.models import MonthlyReturn
from scoring.enums import RunState
from scoring.facts.month import scored_counties
from scoring.facts.window import calendar_around
from scoring.models import ScoreRun
from scoring.rules.errors import RubricError
from scoring.rules.rubric import Rubric
from scoring.rules.timeline import Timeline, timeline_for
from scoring.selectors.rubrics import rubric_of_version, version_in_force


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing to know before the close. `is_hard` = the close is refused while it stands; the others inform.

    `sentence` is for people; `counties` are short names, `count` how many records it is about.
    """

    code: str
    is_hard: bool
    sentence: str
    counties: tuple[str, ...] = ()
    count: int = 0


def live_run(month: ReportingMonth) -> ScoreRun | None:
    """The run in force of a month: the newest revision, or None while the month is open."""
    return (
        ScoreRun.objects.filter(month=month.first)
        .exclude(state=RunState.SUPERSEDED)
        .select_related("rubric")
        .first()
    )


def close_blockers(month: ReportingMonth, *, at: dt.datetime) -> list[Blocker]:
    """Everything that stands in the way of closing the month at a moment, the refusals first."""
    hard = hard_blockers(month, at=at)
    if any(blocker.code in {"closed", "ground"} for blocker in hard):
        return hard
    timeline = _ground(month)[1]
    return [*hard, *_returns(month, timeline), *_drafts(month), *_gap(month), *_provisional(month, timeline)]


def hard_blockers(month: ReportingMonth, *, at: dt.datetime) -> list[Blocker]:
    """What the close is refused for."""
    run = live_run(month)
    if run is not None:
        sentence = (
            f"{month.label}已经结账（第{run.revision}次计算，{run.get_state_display()}），不能重复结账。"
        )
        return [Blocker("closed", True, sentence)]
    try:
        rubric, timeline = _ground(month)
    except DomainError as refusal:
        return [Blocker("ground", True, str(refusal))]
    return [*_too_early(month, timeline, at), *_unknown_ids(month, rubric)]


def _ground(month: ReportingMonth) -> tuple[Rubric, Timeline]:
    """The rubric in force and the month's dates.

    Raises DomainError where one of them is missing.
    """
    rubric = rubric_of_version(version_in_force(month))
    if rubric.timeline is None:
        raise RubricError("meta.timeline", "缺少时间安排。")
    calendar, _ = calendar_around(month)
    return rubric, timeline_for(rubric.timeline, month, calendar)


def _too_early(month: ReportingMonth, timeline: Timeline, at: dt.datetime) -> Iterator[Blocker]:
    if at < timeline.data_freeze_at:
        last = timeline.data_freeze_at.astimezone(SHANGHAI) - dt.timedelta(days=1)
        yield Blocker(
            "early",
            True,
            f"{month.label}的数据在{last.year}年{last.month}月{last.day}日24:00冻结，此后才能结账。",
        )


def _unknown_ids(month: ReportingMonth, rubric: Rubric) -> Iterator[Blocker]:
    """A recorded bonus or red line that the rubric does not have would be lost: refused instead."""
    adjustments = {one.id for one in (*rubric.bonuses, *rubric.penalties)}
    lines = {line.id for line in rubric.red_lines}
    unknown = [
        *AdjustmentFact.objects.filter(month=month.first)
        .exclude(item__in=adjustments)
        .values_list("number", "item"),
        *RedLineFact.objects.filter(month=month.first)
        .exclude(red_line__in=lines)
        .values_list("number", "red_line"),
    ]
    for number, item in unknown:
        yield Blocker(
            "unknown", True, f"认定记录“{number}”使用了评分细则中没有的编号“{item}”，请先更正。", count=1
        )


def _returns(month: ReportingMonth, timeline: Timeline) -> Iterator[Blocker]:
    counties = {county.id: county.short_name for county in scored_counties()}
    rows = dict(
        MonthlyReturn.objects.filter(
            month=month.first, first_submitted_at__lt=timeline.data_freeze_at
        ).values_list("jurisdiction_id", "state")
    )
    missing = tuple(name for key, name in counties.items() if key not in rows)
    if missing:
        yield Blocker(
            "missing", False, f"{len(missing)}个县区截至数据冻结未报送月报。", missing, len(missing)
        )
    for code, state, what in (
        ("returned", ReturnState.RETURNED, "已退回尚未重新报送"),
        ("waiting", ReturnState.SUBMITTED, "已报送尚未受理"),
    ):
        names = tuple(name for key, name in counties.items() if rows.get(key) == state)
        if names:
            yield Blocker(code, False, f"{len(names)}个县区的月报{what}。", names, len(names))


def _drafts(month: ReportingMonth) -> Iterator[Blocker]:
    drafts = Finding.objects.filter(
        state=FindingState.DRAFT, found_on__range=(month.first, month.last)
    ).count()
    if drafts:
        yield Blocker("drafts", False, f"{drafts}个问题仍为草稿，不计入统计和评分。", count=drafts)


def _gap(month: ReportingMonth) -> Iterator[Blocker]:
    """A month before this one was left out: allowed, but whoever closes must know."""
    runs = ScoreRun.objects.exclude(state=RunState.SUPERSEDED)
    before = runs.filter(month__lt=month.first)
    if before.exists() and not before.filter(month=month.previous().first).exists():
        label = month.previous().label
        yield Blocker("gap", False, f"{label}尚未结账，“连续月份”的动作和环比将缺少该月得分。")
    if runs.filter(month__gt=month.first).exists():
        yield Blocker("order", False, f"{month.label}之后已有月份结账，这些月份的结果不会因本月而改变。")


def _provisional(month: ReportingMonth, timeline: Timeline) -> Iterator[Blocker]:
    if timeline.is_provisional:
        yield Blocker("provisional", False, f"{month.label}的期限落在尚无国务院通知的日历上，工作日为暂定。")
