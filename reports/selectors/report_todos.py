"""What legal persons' quality reports and lists of key objects ask of people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from django.db.models import Exists, OuterRef
from django.urls import reverse

from accounts.models import RoleAssignment
from accounts.roles import Capability
from core import display
from projects.enums import ReportState
from projects.models import LegalPersonReport
from reports.selectors.todo_kinds import Source, Todo
from scoring.enums import KeyListState
from scoring.models import KeyObjectEntry, KeyObjectList
from scoring.selectors.key_lists import list_url, period_label


def report_todos(assignment: RoleAssignment, as_of: dt.date) -> Iterator[Source]:
    """To file and to correct for the legal person and its county, to assess for the bureau."""
    rows = LegalPersonReport.objects.select_related("legal_person").defer("content").order_by("due_on", "pk")
    listed = reverse("legal_person_reports:report-list")
    if assignment.allows(Capability.REPORT_FILE):
        returned = rows.filter(state=ReportState.RETURNED)
        yield Source("被退回的项目法人月报", returned, _line("补正", as_of), f"{listed}?state=RETURNED")
        due = rows.filter(state=ReportState.DUE)
        yield Source("待报送的项目法人月报", due, _line("填报", as_of), f"{listed}?state=DUE")
    if assignment.allows(Capability.REPORT_ASSESS):
        filed = rows.filter(state=ReportState.SUBMITTED)
        yield Source("待评价的项目法人月报", filed, _filed_line, f"{listed}?state=SUBMITTED")


def _line(verb: str, as_of: dt.date) -> Callable[[LegalPersonReport], Todo]:
    def line(row: LegalPersonReport) -> Todo:
        is_late = row.due_on < as_of and row.submitted_on is None
        return Todo(_title(row), row.legal_person.name, _url(row), verb, due=row.due_on, is_late=is_late)

    return line


def _filed_line(row: LegalPersonReport) -> Todo:
    note = f"{row.legal_person.name}，{display.day(row.submitted_on)} 报送"
    return Todo(_title(row), note, _url(row), "评价")


def _title(row: LegalPersonReport) -> str:
    return f"{display.month_cn(row.month)}项目法人质量管理月报"


def _url(row: LegalPersonReport) -> str:
    return reverse("legal_person_reports:report-detail", args=[row.pk])


def key_list_todos(assignment: RoleAssignment) -> Iterator[Source]:
    """A computed list waits for somebody who neither made it nor changed an entry; a confirmed one for its document."""
    rows = KeyObjectList.objects.order_by("created_at")
    me = assignment.user_id
    if assignment.allows(Capability.KEY_LIST_CONFIRM):
        mine = KeyObjectEntry.objects.filter(key_list=OuterRef("pk"), changed_by=me)
        ripe = rows.filter(state=KeyListState.DRAFT, computed_at__isnull=False).exclude(created_by=me)
        yield Source("待确认的重点监管对象名单", ripe.exclude(Exists(mine)), _list_line("确认"))
    if assignment.allows(Capability.DOCUMENT_DRAFT):
        confirmed = rows.filter(state=KeyListState.CONFIRMED)
        yield Source("待印发的重点监管对象名单", confirmed, _list_line("印发"))


def _list_line(verb: str) -> Callable[[KeyObjectList], Todo]:
    def line(row: KeyObjectList) -> Todo:
        note = f"第{row.revision}版，{row.created_by_name} {display.day(row.created_at)} 拟定"
        return Todo(f"{period_label(row)}重点监管对象名单", note, list_url(row), verb)

    return line
