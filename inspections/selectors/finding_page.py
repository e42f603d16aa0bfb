"""Everything that one finding's page shows, in a fixed number of queries.

Notices, replies, rechecks and extensions belong to the app above: reached by reverse relation.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from core import display
from core.components import Entry
from core.models import CalendarDay
from inspections.chips import is_overdue
from inspections.enums import FindingState, OrganizerLevel
from inspections.models import Evidence, Finding

SHOWN = 20


@dataclass(frozen=True)
class Term:
    """How a finding stands against its term on a day. Days are calendar days; workdays None = not in the calendar."""

    due_on: dt.date
    days: int
    """Overdue when positive, left when negative or 0."""
    workdays: int | None
    is_overdue: bool

    @property
    def sentence(self) -> str:
        """`已逾期 12 天（8 个工作日）`, `还有 3 天（2 个工作日）`."""
        of_work = "" if self.workdays is None else f"（{display.workdays(abs(self.workdays))}）"
        if self.is_overdue:
            return f"已逾期 {self.days} 天{of_work}"
        return "今天到期" if self.days == 0 else f"还有 {-self.days} 天{of_work}"


@dataclass(frozen=True)
class NextAct:
    """Who must do what next."""

    who: str
    what: str


@dataclass(frozen=True)
class FindingPage:
    """One finding. `siblings` share its fact on other units; `repeats` are the same code of the same unit in the
    twelve months before."""

    as_of: dt.date
    facts: list[tuple[str, object]]
    basis: list[tuple[str, object]]
    term: Term | None
    next_act: NextAct | None
    evidence: list[Evidence]
    notices: list[Any]
    replies: list[Any]
    rechecks: list[Any]
    extensions: list[Any]
    siblings: list[Finding]
    repeats: list[Finding]
    timeline: list[Entry]


def finding_page(finding: Finding, *, as_of: dt.date, with_notices: bool = True) -> FindingPage:
    """Read the page of a finding that was fetched through the scope; some roles see no notices."""
    items = finding.notice_items.select_related("notice__addressee", "notice__project")
    notices = [item.notice for item in items] if with_notices else []
    replies = list(finding.replies.order_by("-replied_on"))
    rechecks = list(finding.rechecks.order_by("-rechecked_on"))
    extensions = list(finding.extensions.all())
    return FindingPage(
        as_of=as_of,
        facts=_facts(finding),
        basis=_basis(finding),
        term=_term(finding, as_of),
        next_act=next_act(finding),
        evidence=list(finding.evidence.all()),
        notices=notices,
        replies=replies,
        rechecks=rechecks,
        extensions=extensions,
        siblings=list(_siblings(finding)[:SHOWN]),
        repeats=list(_repeats(finding)[:SHOWN]),
        timeline=_timeline(finding, notices, replies, rechecks, extensions),
    )


def next_act(finding: Finding) -> NextAct | None:
    """Who must act next (handbook §5.10); None when nothing is left to do."""
    body = "市质量监督机构" if finding.found_by_level == OrganizerLevel.CITY else "县质量监督机构"
    unit = finding.organization.name
    acts = {
        FindingState.DRAFT: NextAct(body, "审核草稿：确认为问题，或者撤销并写明原因"),
        FindingState.CONFIRMED: NextAct(body, "下发整改通知书"),
        FindingState.NOTIFIED: NextAct(unit, "整改并书面回复"),
        FindingState.RECTIFYING: NextAct(unit, "完成整改并书面回复"),
        FindingState.REPLIED: NextAct(body, "复查整改情况"),
        FindingState.RECHECKING: NextAct(body, "作出复查结论：销号或退回整改"),
    }
    return acts.get(FindingState(finding.state))


def _siblings(finding: Finding) -> QuerySet[Finding]:
    rows = Finding.objects.exclude(pk=finding.pk).select_related("organization")
    return rows.none() if finding.same_fact is None else rows.filter(same_fact=finding.same_fact)


def _repeats(finding: Finding) -> QuerySet[Finding]:
    rows = Finding.objects.exclude(pk=finding.pk).select_related("organization")
    if finding.catalogue_item is None:
        return rows.none()
    return rows.filter(
        organization_id=finding.organization_id,
        catalogue_item__code=finding.catalogue_item.code,
        found_on__range=(_year_before(finding.found_on), finding.found_on),
    ).exclude(state__in=[FindingState.DRAFT, FindingState.WITHDRAWN])


def _year_before(day: dt.date) -> dt.date:
    last = 28 if (day.month, day.day) == (2, 29) else day.day
    return day.replace(year=day.year - 1, day=last)


def _term(finding: Finding, as_of: dt.date) -> Term | None:
    if finding.due_on is None or finding.state in (FindingState.CLOSED, FindingState.WITHDRAWN):
        return None
    numbers = dict(
        CalendarDay.objects.filter(date__in=[finding.due_on, as_of]).values_list("date", "workday_no")
    )
    known = finding.due_on in numbers and as_of in numbers
    return Term(
        due_on=finding.due_on,
        days=(as_of - finding.due_on).days,
        workdays=numbers[as_of] - numbers[finding.due_on] if known else None,
        is_overdue=is_overdue(finding, as_of),
    )


def _facts(finding: Finding) -> list[tuple[str, object]]:
    flags = [
        text
        for is_set, text in (
            (finding.is_self_reported, "自查自报"),
            (finding.is_false_rectification, "虚假整改"),
        )
        if is_set
    ]
    extended = finding.original_due_on if finding.original_due_on != finding.due_on else None
    return [
        ("问题编号", finding.number),
        ("县（市、区）", finding.jurisdiction.name),
        ("部位", finding.part),
        ("问题类型", finding.get_kind_display()),
        ("发现日期", display.day(finding.found_on)),
        ("发现层级", finding.get_found_by_level_display()),
        ("检查编号", finding.inspection.number if finding.inspection else ""),
        ("整改期限", display.day(finding.due_on)),
        ("原整改期限", display.day(extended) if extended else "未延期"),
        ("回复日期", display.day(finding.replied_on)),
        ("销号日期", display.day(finding.closed_on)),
        ("标记", "、".join(flags)),
        ("记录人", finding.recorded_by_name),
        ("确认人", finding.confirmed_by_name),
        ("建议严重程度", finding.get_proposed_severity_display()),
        ("定级说明", finding.severity_reason),
    ]


def _basis(finding: Finding) -> list[tuple[str, object]]:
    item = finding.catalogue_item
    if item is None:
        return [("依据", finding.basis)]
    return [
        ("问题编码", f"{item.official_code or item.code}（{item.version.title}）"),
        ("清单条目", item.text),
        ("检查方面", item.category),
        ("责任主体", item.get_responsible_role_display()),
        ("清单定级", item.get_severity_display()),
        ("依据", finding.basis or item.basis),
    ]


def _timeline(
    finding: Finding, notices: list[Any], replies: list[Any], rechecks: list[Any], extensions: list[Any]
) -> list[Entry]:
    events = [Entry(finding.found_on, "发现问题", note=finding.get_found_by_level_display())]
    events += [Entry(n.issued_on, "签发整改通知书", note=n.number) for n in notices if n.issued_on]
    events += [Entry(r.replied_on, "整改回复", by=r.responsible_person, note=r.measure) for r in replies]
    events += [
        Entry(
            r.rechecked_on,
            "复查通过" if r.has_passed else "复查未通过",
            by=r.officer_name,
            note=r.note,
            tone="ok" if r.has_passed else "bad",
        )
        for r in rechecks
    ]
    events += [
        Entry(
            e.requested_on,
            "申请延期",
            note=f"{display.day(e.old_due_on)} → {display.day(e.new_due_on)}：{e.reason}",
        )
        for e in extensions
    ]
    events += [Entry(e.approved_on, "批准延期", by=e.approved_by_name) for e in extensions if e.approved_on]
    if finding.closed_on:
        events.append(Entry(finding.closed_on, "销号", tone="ok"))
    return sorted(events, key=lambda entry: entry.at, reverse=True)
