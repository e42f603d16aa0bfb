"""What waits for a person: one list of sources, read by the page and counted by the shell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import RoleAssignment
from accounts.roles import ORGANIZATION_ROLES, Capability, Role
from core import display
from enforcement.enums import InterviewState
from enforcement.models import Interview
from inspections.enums import FindingState
from inspections.models import Finding
from inspections.selectors.findings import overdue_on
from projects.enums import ReturnState
from projects.models import MonthlyReturn
from reports.enums import DocumentState
from reports.models import Document
from scoring.enums import RunState
from scoring.models import ScoreRun
from tenancy.enums import JobState
from tenancy.models import Job

SHOWN = 20
"""Lines of each group; the rest is behind its link."""


@dataclass(frozen=True)
class Todo:
    """One thing to do. `verb` names the act behind the link."""

    title: str
    note: str
    url: str
    verb: str
    due: dt.date | None = None
    is_late: bool = False


@dataclass(frozen=True)
class TodoGroup:
    """Things of one kind; `more_url` when there are more than are shown."""

    label: str
    items: list[Todo]
    more_url: str = ""


@dataclass(frozen=True)
class _Source:
    label: str
    rows: QuerySet[Any]
    line: Callable[[Any], Todo]
    more_url: str = ""


def todo_count(assignment: RoleAssignment) -> int:
    """How many things wait for the role: one query, whatever the role."""
    waiting = [source.rows.order_by().values("pk") for source in _sources(assignment, timezone.localdate())]
    if not waiting:
        return 0
    first, *others = waiting
    return first.union(*others, all=True).count() if others else first.count()


def todo_groups(assignment: RoleAssignment, *, as_of: dt.date) -> list[TodoGroup]:
    """The groups that have something in them, the most pressing first; one query for each kind."""
    groups = []
    for source in _sources(assignment, as_of):
        rows = list(source.rows[: SHOWN + 1])
        if rows:
            has_more = len(rows) > SHOWN
            lines = [source.line(row) for row in rows[:SHOWN]]
            groups.append(TodoGroup(source.label, lines, source.more_url if has_more else ""))
    return groups


def _sources(assignment: RoleAssignment, as_of: dt.date) -> list[_Source]:
    return [
        *_returned(assignment),
        *_documents(assignment),
        *_runs(assignment),
        *_interviews(assignment),
        *_findings(assignment, as_of),
        *_jobs(assignment),
    ]


def _returned(assignment: RoleAssignment) -> Iterator[_Source]:
    if assignment.role in (Role.COUNTY_REPORTER, Role.COUNTY_REVIEWER):
        rows = MonthlyReturn.objects.filter(state=ReturnState.RETURNED).order_by("month")
        yield _Source("被退回的月报", rows, _return_line)


def _return_line(row: MonthlyReturn) -> Todo:
    return Todo(
        f"{display.month_cn(row.month)}月报", "市局退回，请按意见补正后重新报送", reverse("home"), "查看"
    )


def _documents(assignment: RoleAssignment) -> Iterator[_Source]:
    """Never one's own: the author does not review, neither of the two signs (documents.md)."""
    me = assignment.user_id
    rows = Document.objects.exclude(drafted_by=me).order_by("drafted_at")
    if assignment.allows(Capability.DOCUMENT_REVIEW):
        yield _Source("待审核的公文", rows.filter(state=DocumentState.REVIEW), _document_line("审核"))
    if assignment.allows(Capability.DOCUMENT_SIGN):
        to_sign = rows.filter(state=DocumentState.REVIEWED).exclude(reviewed_by=me)
        yield _Source("待签发的公文", to_sign, _document_line("签发"))


def _document_line(verb: str) -> Callable[[Document], Todo]:
    def line(row: Document) -> Todo:
        note = f"{row.get_kind_display()}，{row.drafted_by_name} {display.day(row.drafted_at)} 拟稿"
        return Todo(row.title, note, reverse("reports:document-detail", args=[row.pk]), verb)

    return line


def _runs(assignment: RoleAssignment) -> Iterator[_Source]:
    runs = ScoreRun.objects.order_by("month")
    if assignment.allows(Capability.MONTH_CONFIRM):
        others = runs.filter(state=RunState.COMPUTED).exclude(computed_by=assignment.user_id)
        yield _Source("待核定的月度评分", others, _run_line("核定"))
    if assignment.allows(Capability.MONTH_PUBLISH):
        yield _Source("待公布的月度评分", runs.filter(state=RunState.CONFIRMED), _run_line("公布"))


def _run_line(verb: str) -> Callable[[ScoreRun], Todo]:
    def line(row: ScoreRun) -> Todo:
        note = f"{row.computed_by_name} {display.day(row.computed_at)} 计算，异议期至 {display.day(row.objection_until)}"
        url = reverse("reports:month", args=[f"{row.month:%Y-%m}"])
        return Todo(f"{display.month_cn(row.month)}评分", note, url, verb)

    return line


def _interviews(assignment: RoleAssignment) -> Iterator[_Source]:
    if assignment.allows(Capability.INTERVIEW_DECIDE):
        rows = Interview.objects.filter(state=InterviewState.PROPOSED).select_related("jurisdiction")
        yield _Source("待决定的约谈", rows.order_by("month", "number"), _interview_line)


def _interview_line(row: Interview) -> Todo:
    title = f"{row.jurisdiction.short_name} {display.month_cn(row.month)}约谈"
    return Todo(title, row.number, reverse("enforcement:interview-detail", args=[row.pk]), "决定")


def _findings(assignment: RoleAssignment, as_of: dt.date) -> Iterator[_Source]:
    """A unit must rectify; a county's supervisor must recheck what was answered in the county."""
    rows = Finding.objects.select_related("project").order_by("due_on", "number")
    listed = reverse("inspections:finding-list")
    if assignment.role in ORGANIZATION_ROLES:
        to_rectify = Q(state__in=[FindingState.NOTIFIED, FindingState.RECTIFYING])
        late = rows.filter(overdue_on(as_of) & to_rectify)
        yield _Source("逾期未整改的问题", late, _finding_line("整改", as_of), f"{listed}?overdue=yes")
        due = rows.filter(to_rectify).exclude(overdue_on(as_of))
        yield _Source("待整改的问题", due, _finding_line("整改", as_of), f"{listed}?state=OPEN")
    elif assignment.role == Role.COUNTY_SUPERVISOR:
        answered = rows.filter(state=FindingState.REPLIED)
        yield _Source("待复查的问题", answered, _finding_line("复查", as_of), f"{listed}?state=REPLIED")


def _finding_line(verb: str, as_of: dt.date) -> Callable[[Finding], Todo]:
    def line(row: Finding) -> Todo:
        is_late = row.due_on is not None and row.due_on < as_of
        url = reverse("inspections:finding-detail", args=[row.pk])
        return Todo(row.text, f"{row.number}，{row.project.name}", url, verb, due=row.due_on, is_late=is_late)

    return line


def _jobs(assignment: RoleAssignment) -> Iterator[_Source]:
    if assignment.allows(Capability.JOB_VIEW):
        rows = Job.objects.filter(state=JobState.FAILED).order_by("-finished_at")
        yield _Source("失败的任务", rows, _job_line, reverse("reports:job-list") + "?state=FAILED")


def _job_line(row: Job) -> Todo:
    return Todo(row.title, row.error, reverse("reports:job-detail", args=[row.pk]), "查看")
