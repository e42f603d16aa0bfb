"""What a month asks of people: its returns, its close, the acts on its score."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from accounts.models import RoleAssignment
from accounts.roles import Capability, Role
from core import display
from core.month import ReportingMonth
from projects.enums import ReturnState
from projects.models import MonthlyReturn
from reports.enums import DocumentKind, DocumentState
from reports.models import Document
from reports.selectors.month_frame import RUN_SUBJECT
from reports.selectors.todo_kinds import Source, Todo
from scoring.enums import RunState
from scoring.models import ScoreRun
from tenancy.models import Jurisdiction


def return_todos(assignment: RoleAssignment, as_of: dt.date) -> Iterator[Source]:
    """县级月报: to submit and to correct for the county, to accept for the bureau.

    Returns and their acceptance come in by the ledger, so the links only show them.
    """
    if assignment.role in (Role.COUNTY_REPORTER, Role.COUNTY_REVIEWER):
        returned = MonthlyReturn.objects.filter(state=ReturnState.RETURNED).order_by("month")
        yield Source("被退回的月报", returned, _returned_line)
        last = ReportingMonth.of(as_of).previous()
        sent = MonthlyReturn.objects.filter(jurisdiction=OuterRef("pk"), month=last.first)
        own = Jurisdiction.objects.filter(pk=assignment.jurisdiction_id)
        silent = own.exclude(Exists(sent.exclude(state=ReturnState.DRAFT)))
        yield Source("待报送的月报", silent, _silent_line(last))
    elif assignment.allows(Capability.LEDGER_IMPORT):
        waiting = _open_months().filter(state=ReturnState.SUBMITTED).select_related("jurisdiction")
        rows = waiting.order_by("month", "jurisdiction__unit_order")
        yield Source("待受理的月报", rows, _waiting_line, reverse("reports:month-list"))


def _open_months() -> QuerySet[MonthlyReturn]:
    """Returns of months without a run in force: a closed month asks nothing any more."""
    runs = ScoreRun.objects.filter(month=OuterRef("month")).exclude(state=RunState.SUPERSEDED)
    return MonthlyReturn.objects.exclude(Exists(runs))


def _returned_line(row: MonthlyReturn) -> Todo:
    note = "市局退回；请按意见补正，由市局随台账登记"
    return Todo(f"{display.month_cn(row.month)}月报", note, _home(ReportingMonth.of(row.month)), "查看")


def _silent_line(month: ReportingMonth) -> Callable[[Jurisdiction], Todo]:
    def line(row: Jurisdiction) -> Todo:
        note = f"{row.short_name}尚未报送；报送后由市局随台账登记"
        return Todo(f"{month.label}月报", note, _home(month), "查看")

    return line


def _home(month: ReportingMonth) -> str:
    return f"{reverse('home')}?month={month}"


def _waiting_line(row: MonthlyReturn) -> Todo:
    title = f"{row.jurisdiction.short_name} {display.month_cn(row.month)}月报"
    note = f"{display.moment(row.first_submitted_at)} 报送；受理或退回随台账登记"
    return Todo(title, note, _cockpit(row.month) + "#work", "查看")


def month_todos(assignment: RoleAssignment, as_of: dt.date) -> Iterator[Source]:
    """Months to close, to confirm and to publish, each only when the cockpit offers the act."""
    if assignment.allows(Capability.MONTH_CLOSE):
        this_month = ReportingMonth.of(as_of)
        ended = _open_months().filter(month__lt=this_month.first).order_by("month", "pk").distinct("month")
        yield Source("待结账的月份", ended, _close_line(this_month.previous().first))
    runs = ScoreRun.objects.defer("statistics").order_by("month")
    if assignment.allows(Capability.MONTH_CONFIRM):
        ripe = runs.filter(state=RunState.COMPUTED, objection_until__lt=as_of)
        yield Source("待核定的月度评分", ripe.exclude(computed_by=assignment.user_id), _run_line("核定"))
    if assignment.allows(Capability.MONTH_PUBLISH):
        circular = Document.objects.filter(
            kind=DocumentKind.CIRCULAR,
            subject_kind=RUN_SUBJECT,
            subject_id=OuterRef("pk"),
            state=DocumentState.ISSUED,
        )
        ready = runs.filter(Exists(circular), state=RunState.CONFIRMED)
        yield Source("待公布的月度评分", ready, _run_line("公布"))


def _close_line(last: dt.date) -> Callable[[MonthlyReturn], Todo]:
    """The month that has just ended is closed only after its data are frozen: its cockpit says when."""

    def line(row: MonthlyReturn) -> Todo:
        is_fresh = row.month == last
        note = "数据冻结后结账，月结页上有日期" if is_fresh else "已有县区报送，尚未结账"
        verb = "查看" if is_fresh else "结账"
        return Todo(f"{display.month_cn(row.month)}月结", note, _cockpit(row.month), verb)

    return line


def _run_line(verb: str) -> Callable[[ScoreRun], Todo]:
    def line(row: ScoreRun) -> Todo:
        computed = f"{row.computed_by_name} {display.day(row.computed_at)} 计算"
        note = f"{computed}，异议期至 {display.day(row.objection_until)}"
        return Todo(f"{display.month_cn(row.month)}评分", note, _cockpit(row.month), verb)

    return line


def _cockpit(first_day: dt.date) -> str:
    return reverse("reports:month", args=[ReportingMonth.of(first_day)])
