"""What a month asks of people: its close, the acts on its score."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from accounts.models import RoleAssignment
from accounts.roles import Capability
from core import display
from core.month import ReportingMonth
from projects.models import MonthlyReturn
from reports.enums import DocumentKind, DocumentState
from reports.models import Document
from reports.selectors.month_frame import RUN_SUBJECT
from reports.selectors.todo_kinds import Source, Todo
from scoring.enums import RunState
from scoring.models import ScoreRun


def _open_months() -> QuerySet[MonthlyReturn]:
    """Returns of months without a run in force: a closed month asks nothing any more."""
    runs = ScoreRun.objects.filter(month=OuterRef("month")).exclude(state=RunState.SUPERSEDED)
    return MonthlyReturn.objects.exclude(Exists(runs))


def month_todos(assignment: RoleAssignment, as_of: dt.date) -> Iterator[Source]:
    """Months to close, to confirm and to publish, each only when the cockpit offers the act."""
    if assignment.allows(Capability.MONTH_CLOSE):
        this_month = ReportingMonth.of(as_of)
        filed = _open_months().filter(first_submitted_at__isnull=False)
        ended = filed.filter(month__lt=this_month.first).order_by("month", "pk").distinct("month")
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
