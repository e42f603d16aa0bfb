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
from accounts.roles import COUNTY_ROLES, ORGANIZATION_ROLES, Capability, Role
from core import display
from core.kept_query import Shelf
from enforcement.enums import CriticismState, InterviewState, LetterState
from enforcement.models import CriticismProposal, Interview, ReminderLetter
from inspections.enums import FindingState
from inspections.models import Finding
from inspections.selectors.findings import overdue_on
from reports.enums import DocumentState
from reports.models import Delivery, Document
from reports.selectors.check_todos import check_todos
from reports.selectors.doubt_todos import doubt_todos
from reports.selectors.draw_todos import draw_todos
from reports.selectors.filing_todos import filing_todos
from reports.selectors.guidance_todos import guidance_todos
from reports.selectors.inspection_todos import inspection_todos
from reports.selectors.month_todos import month_todos
from reports.selectors.report_todos import key_list_todos, report_todos
from reports.selectors.return_todos import return_todos
from reports.selectors.todo_kinds import Source, Todo
from tenancy.enums import JobState
from tenancy.models import Job
from tenancy.scope import current_scope

SHOWN = 20
"""Lines of each group; the rest is behind its link."""


@dataclass(frozen=True)
class TodoGroup:
    """Things of one kind; `more_url` when there are more than are shown."""

    label: str
    items: list[Todo]
    more_url: str = ""


_COUNTS = Shelf()


def todo_count(assignment: RoleAssignment) -> int:
    """How many things wait for the role: one query, whatever the role."""
    today = timezone.localdate()
    key = (assignment.pk, assignment.role, today, current_scope())
    return _COUNTS.count(key, lambda: _waiting(assignment, today))


def _waiting(assignment: RoleAssignment, today: dt.date) -> QuerySet[Any, Any]:
    """Ids of everything in all groups."""
    each = [source.rows.order_by().values_list("pk") for source in _sources(assignment, today)]
    nothing: QuerySet[Any, Any] = Job.objects.none().values_list("pk")
    return nothing.union(*each, all=True)


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


def _sources(assignment: RoleAssignment, as_of: dt.date) -> list[Source]:
    return [
        *return_todos(assignment, as_of),
        *report_todos(assignment, as_of),
        *key_list_todos(assignment),
        *_documents(assignment),
        *_deliveries(assignment),
        *doubt_todos(assignment),
        *month_todos(assignment, as_of),
        *filing_todos(assignment, as_of),
        *guidance_todos(assignment, as_of),
        *_measures(assignment),
        *inspection_todos(assignment),
        *check_todos(assignment, as_of),
        *draw_todos(assignment, as_of),
        *_findings(assignment, as_of),
        *_jobs(assignment),
    ]


def _documents(assignment: RoleAssignment) -> Iterator[Source]:
    """Drafts to submit: one's own and the system's.

    To review and to sign: never one's own; the author does not review, neither of the two signs (documents.md).
    """
    me = assignment.user_id
    everything = Document.objects.defer("facts", "prose", "content").order_by("drafted_at")
    if assignment.allows(Capability.DOCUMENT_DRAFT):
        drafts = everything.filter(Q(drafted_by=me) | Q(drafted_by__isnull=True), state=DocumentState.DRAFT)
        more_url = reverse("reports:document-list") + "?state=DRAFT"
        yield Source("待送审的公文", drafts, _document_line("送审"), more_url)
    rows = everything.exclude(drafted_by=me)
    if assignment.allows(Capability.DOCUMENT_REVIEW):
        yield Source("待审核的公文", rows.filter(state=DocumentState.REVIEW), _document_line("审核"))
    if assignment.allows(Capability.DOCUMENT_SIGN):
        to_sign = rows.filter(state=DocumentState.REVIEWED).exclude(reviewed_by=me)
        yield Source("待签发的公文", to_sign, _document_line("签发"))


def _document_line(verb: str) -> Callable[[Document], Todo]:
    def line(row: Document) -> Todo:
        note = f"{row.get_kind_display()}，{row.drafted_by_name} {display.day(row.drafted_at)} 拟稿"
        return Todo(row.title, note, reverse("reports:document-detail", args=[row.pk]), verb)

    return line


def _deliveries(assignment: RoleAssignment) -> Iterator[Source]:
    """签收: by the county or unit that the document was delivered to."""
    if assignment.role in COUNTY_ROLES | ORGANIZATION_ROLES and assignment.allows(Capability.DOCUMENT_VIEW):
        rows = Delivery.objects.filter(acknowledged_at__isnull=True, document__state=DocumentState.ISSUED)
        light = rows.select_related("document").defer(
            "document__facts", "document__prose", "document__content"
        )
        yield Source("待签收的公文", light.order_by("sent_at"), _delivery_line)


def _delivery_line(row: Delivery) -> Todo:
    note = f"{row.document.number}，{display.day(row.sent_at)} 送达"
    return Todo(row.document.title, note, reverse("reports:document-detail", args=[row.document_id]), "签收")


def _measures(assignment: RoleAssignment) -> Iterator[Source]:
    """Proposals to decide, and decided interviews that nobody has given a time and a place."""
    if not assignment.allows(Capability.INTERVIEW_DECIDE):
        return
    interviews = Interview.objects.select_related("jurisdiction").order_by("month", "number")
    proposed = interviews.filter(state=InterviewState.PROPOSED)
    yield Source(
        "待决定的约谈", proposed, _measure_line("约谈", "enforcement:interview-detail"), _list("interview")
    )
    criticisms = CriticismProposal.objects.filter(state=CriticismState.PROPOSED)
    yield Source(
        "待决定的通报批评",
        criticisms.select_related("jurisdiction").order_by("month"),
        _measure_line("通报批评", "enforcement:criticism-detail"),
        _list("criticism"),
    )
    letters = ReminderLetter.objects.filter(state=LetterState.PROPOSED)
    yield Source(
        "待决定的提醒敦促函",
        letters.select_related("jurisdiction").order_by("month", "number"),
        _measure_line("提醒敦促函", "enforcement:letter-detail"),
        _list("letter"),
    )
    decided = interviews.filter(state__in=[InterviewState.APPROVED, InterviewState.NOTICED])
    unarranged = decided.filter(Q(held_at__isnull=True) | Q(place=""))
    yield Source("待安排时间地点的约谈", unarranged, _arrange_line)


def _list(kind: str) -> str:
    return reverse(f"enforcement:{kind}-list") + "?state=PROPOSED"


def _measure_line(what: str, view: str) -> Callable[[Any], Todo]:
    def line(row: Any) -> Todo:
        title = f"{row.jurisdiction.short_name} {display.month_cn(row.month)}{what}"
        note = getattr(row, "number", "") or f"{display.day(row.proposed_at)} 提出"
        return Todo(title, note, reverse(view, args=[row.pk]), "决定")

    return line


def _arrange_line(row: Interview) -> Todo:
    title = f"{row.jurisdiction.short_name} {display.month_cn(row.month)}约谈"
    url = reverse("enforcement:interview-act", args=[row.pk, "arrange"])
    return Todo(title, f"{row.number}，{row.get_state_display()}", url, "安排")


def _findings(assignment: RoleAssignment, as_of: dt.date) -> Iterator[Source]:
    """A unit must rectify; a county's supervisor must recheck what was answered in the county.

    Replies and rechecks come in by the ledger, so the links only show the finding.
    """
    rows = Finding.objects.select_related("project").order_by("due_on", "number")
    listed = reverse("inspections:finding-list")
    if assignment.role in ORGANIZATION_ROLES:
        to_rectify = Q(state__in=[FindingState.NOTIFIED, FindingState.RECTIFYING])
        late = rows.filter(overdue_on(as_of) & to_rectify)
        yield Source(
            "逾期未整改的问题",
            late,
            _finding_line("回复由监督机构随台账登记", as_of),
            f"{listed}?overdue=yes",
        )
        due = rows.filter(to_rectify).exclude(overdue_on(as_of))
        yield Source(
            "待整改的问题", due, _finding_line("回复由监督机构随台账登记", as_of), f"{listed}?state=OPEN"
        )
    elif assignment.role == Role.COUNTY_SUPERVISOR:
        answered = rows.filter(state=FindingState.REPLIED)
        yield Source(
            "待复查的问题", answered, _finding_line("复查结论随台账登记", as_of), f"{listed}?state=REPLIED"
        )


def _finding_line(how: str, as_of: dt.date) -> Callable[[Finding], Todo]:
    def line(row: Finding) -> Todo:
        is_late = row.due_on is not None and row.due_on < as_of
        url = reverse("inspections:finding-detail", args=[row.pk])
        note = f"{row.number}，{row.project.name}；{how}"
        return Todo(row.text, note, url, "查看", due=row.due_on, is_late=is_late)

    return line


def _jobs(assignment: RoleAssignment) -> Iterator[Source]:
    if assignment.allows(Capability.JOB_VIEW):
        rows = Job.objects.filter(state=JobState.FAILED).order_by("-finished_at")
        yield Source("失败的任务", rows, _job_line, reverse("reports:job-list") + "?state=FAILED")


def _job_line(row: Job) -> Todo:
    return Todo(row.title, row.error, reverse("reports:job-detail", args=[row.pk]), "查看")
