"""What the monthly returns ask of people: to fill in, to review, to accept, to decide about a correction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import RoleAssignment
from accounts.roles import Capability
from core import display
from projects.enums import ReopeningState, ReturnState
from projects.models import MonthlyReturn, ReturnReopening
from reports.selectors.todo_kinds import Source, Todo
from scoring.enums import RunState
from scoring.models import ScoreRun

_WITH_THE_COUNTY = [ReturnState.DRAFT, ReturnState.RETURNED]


def return_todos(assignment: RoleAssignment, as_of: dt.date) -> Iterator[Source]:
    """县级月报, by what the role may do."""
    own = MonthlyReturn.objects.select_related("jurisdiction").order_by("month", "jurisdiction__unit_order")
    corrections = ReturnReopening.objects.select_related("monthly_return__jurisdiction")
    corrections = corrections.order_by("requested_at")
    if assignment.allows(Capability.RETURN_FILL):
        mine = own.filter(handed_over_at__isnull=True)
        yield Source("被退回的月报", mine.filter(state=ReturnState.RETURNED), _line("补正", as_of))
        yield Source("待填报的月报", mine.filter(state=ReturnState.DRAFT), _line("填报", as_of))
        approved = corrections.filter(state=ReopeningState.APPROVED)
        yield Source("已批准的补正", approved, _correction_line("补正", "returns:return-detail"))
    if assignment.allows(Capability.RETURN_REVIEW):
        handed = own.filter(handed_over_at__isnull=False, state__in=_WITH_THE_COUNTY)
        yield Source("待审核的月报", handed, _line("审核", as_of))
        approved = corrections.filter(state=ReopeningState.APPROVED, versions__submitted_at__isnull=True)
        yield Source("待报送的补正", approved, _correction_line("审核", "returns:return-detail"))
    if assignment.allows(Capability.RETURN_ACCEPT):
        waiting = own.filter(_still_asked(), state=ReturnState.SUBMITTED)
        yield Source("待受理的月报", waiting, _waiting_line, reverse("returns:desk"))
        submitted = corrections.filter(state=ReopeningState.SUBMITTED)
        yield Source("待受理的补正", submitted, _correction_line("受理", "returns:desk-reopening"))
    if assignment.allows(Capability.RETURN_REOPEN):
        asked = corrections.filter(state=ReopeningState.REQUESTED)
        more_url = reverse("returns:desk-reopenings") + f"?state={ReopeningState.REQUESTED}"
        yield Source("待审批的补正", asked, _correction_line("审批", "returns:desk-reopening"), more_url)


def _still_asked() -> Q:
    """A return that came by the ledger asks nothing once its month is closed; one that was filed here is answered."""
    runs = ScoreRun.objects.filter(month=OuterRef("month")).exclude(state=RunState.SUPERSEDED)
    return Q(opened_at__isnull=False) | ~Q(Exists(runs))


def _title(row: MonthlyReturn) -> str:
    return f"{row.jurisdiction.short_name}{display.month_cn(row.month)}月报"


def _line(verb: str, as_of: dt.date) -> Callable[[MonthlyReturn], Todo]:
    def line(row: MonthlyReturn) -> Todo:
        return Todo(
            _title(row),
            _note(row),
            reverse("returns:return-detail", args=[row.pk]),
            verb if row.opened_at is not None else "查看",
            due=row.due_on if row.first_submitted_at is None else None,
            is_late=row.first_submitted_at is None and row.due_on is not None and row.due_on < as_of,
        )

    return line


def _note(row: MonthlyReturn) -> str:
    if row.opened_at is None:
        return "随台账登记的月报；请按意见补正，由市局随台账登记"
    if row.handed_over_at is not None:
        return f"{row.filler_name} {display.moment(row.handed_over_at)} 送审"
    if row.review_note:
        return f"审核人退回：{row.review_note}"
    return "市局退回，请按意见补正" if row.state == ReturnState.RETURNED else "已结转上月内容"


def _waiting_line(row: MonthlyReturn) -> Todo:
    note = f"{display.moment(row.first_submitted_at)} 首次报送，填报人{row.filler_name}"
    return Todo(_title(row), note, reverse("returns:desk-return", args=[row.pk]), "受理")


def _correction_line(verb: str, view: str) -> Callable[[ReturnReopening], Todo]:
    def line(row: ReturnReopening) -> Todo:
        subject = row.monthly_return_id if view == "returns:return-detail" else row.pk
        due = None if row.expires_at is None else timezone.localdate(row.expires_at - dt.timedelta(seconds=1))
        return Todo(
            f"{_title(row.monthly_return)}补正",
            f"{row.requested_by_name}：{row.reason}",
            reverse(view, args=[subject]),
            verb,
            due=due if row.state == ReopeningState.APPROVED else None,
        )

    return line
