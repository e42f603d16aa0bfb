"""The list of notices and one notice's page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from core import display
from core.components import Entry, Step
from enforcement.chips import WAITING, is_notice_overdue
from enforcement.enums import NoticeState
from enforcement.models import NoticeFinding, Recheck, RectificationNotice, RectificationReply
from tenancy.scope import current_scope

_INSIDE = (NoticeState.DRAFT, NoticeState.REVIEW)


def overdue_notices_on(as_of: dt.date) -> Q:
    """Issued, not closed, after the term."""
    return Q(state__in=WAITING, due_on__lt=as_of)


def visible_notices() -> QuerySet[RectificationNotice]:
    """The scope's notices with `item_count` and `open_count`; a unit sees none before it is signed."""
    items = NoticeFinding.objects.filter(notice=OuterRef("pk")).order_by().values("notice")
    still_open = items.exclude(finding__state__in=["CLOSED", "WITHDRAWN"])
    rows = RectificationNotice.objects.annotate(
        item_count=Coalesce(Subquery(items.annotate(n=Count("pk")).values("n")), 0),
        open_count=Coalesce(Subquery(still_open.annotate(n=Count("pk")).values("n")), 0),
    )
    if current_scope().organization_uscc:
        rows = rows.exclude(state__in=_INSIDE)
    return rows.select_related("jurisdiction", "project", "addressee")


@dataclass(frozen=True)
class NoticePage:
    """One notice: its findings with what is asked, the answers to them, where it stands."""

    as_of: dt.date
    is_overdue: bool
    overdue_days: int
    """Calendar days after the term; 0 when not overdue."""
    facts: list[tuple[str, object]]
    steps: list[Step]
    items: list[NoticeFinding]
    replies: list[RectificationReply]
    rechecks: list[Recheck]
    timeline: list[Entry]


def notice_page(notice: RectificationNotice, *, as_of: dt.date) -> NoticePage:
    """Read the page of a notice that was fetched through the scope."""
    items = list(
        notice.items.select_related("finding__organization", "finding__project").order_by("finding__number")
    )
    ids = [item.finding_id for item in items]
    replies = list(
        RectificationReply.objects.filter(finding_id__in=ids)
        .select_related("finding")
        .order_by("-replied_on")
    )
    rechecks = list(
        Recheck.objects.filter(finding_id__in=ids).select_related("finding").order_by("-rechecked_on")
    )
    is_late = is_notice_overdue(notice, as_of)
    return NoticePage(
        as_of=as_of,
        is_overdue=is_late,
        overdue_days=(as_of - notice.due_on).days if is_late and notice.due_on else 0,
        facts=_facts(notice),
        steps=_steps(notice, is_late=is_late),
        items=items,
        replies=replies,
        rechecks=rechecks,
        timeline=_timeline(notice, replies, rechecks),
    )


def _facts(notice: RectificationNotice) -> list[tuple[str, object]]:
    return [
        ("通知书编号", notice.number),
        ("主送单位", notice.addressee.name),
        ("县（市、区）", notice.jurisdiction.name),
        ("事由", notice.get_subject_display()),
        ("签发层级", notice.get_organizer_level_display()),
        ("招投标核查", notice.bidding_check.number if notice.bidding_check else ""),
        ("签发日期", display.day(notice.issued_on)),
        ("送达日期", display.day(notice.served_on)),
        ("整改期限", display.day(notice.due_on)),
        ("办结日期", display.day(notice.closed_on)),
    ]


_ORDER = (NoticeState.DRAFT, NoticeState.REVIEW, NoticeState.SIGNED, NoticeState.SERVED, NoticeState.REPLIED)
_WORDS = ("拟稿", "审核", "签发", "送达", "回复", "办结")


def _steps(notice: RectificationNotice, *, is_late: bool) -> list[Step]:
    """拟稿 → 审核 → 签发 → 送达 → 回复 → 办结; a revoked notice has no steps."""
    if notice.state == NoticeState.REVOKED:
        return []
    reached = (
        len(_WORDS) if notice.state == NoticeState.CLOSED else _ORDER.index(NoticeState(notice.state)) + 1
    )
    dates = {2: notice.issued_on, 3: notice.served_on, 5: notice.closed_on}
    steps = []
    for index, word in enumerate(_WORDS):
        now = "late" if is_late else "now"
        state = "done" if index < reached else now if index == reached else "next"
        day = dates.get(index)
        steps.append(Step(word, state=state, note=display.day(day) if day else ""))
    return steps


def _timeline(
    notice: RectificationNotice, replies: list[RectificationReply], rechecks: list[Recheck]
) -> list[Entry]:
    events = [
        Entry(day, title, tone=tone)
        for day, title, tone in (
            (notice.issued_on, "签发", ""),
            (notice.served_on, "送达", ""),
            (notice.closed_on, "办结", "ok"),
        )
        if day is not None
    ]
    events += [
        Entry(r.replied_on, f"回复 {r.finding.number}", by=r.responsible_person, note=r.measure)
        for r in replies
    ]
    events += [
        Entry(
            r.rechecked_on,
            f"复查{'通过' if r.has_passed else '未通过'} {r.finding.number}",
            by=r.officer_name,
            note=r.note,
            tone="ok" if r.has_passed else "bad",
        )
        for r in rechecks
    ]
    return sorted(events, key=lambda entry: entry.at, reverse=True)
