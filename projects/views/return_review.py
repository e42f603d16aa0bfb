"""The clerk's pages of one return: look at what changed, accept, send back, note errors; corrections to decide."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core import display
from core.columns import Column, Kind
from core.components import Empty, Link
from core.errors import DomainError
from core.listing import ListSpec
from core.services import database_calendar
from projects.enums import RemarkKind, ReopeningState, ReturnState
from projects.filters.return_desk import ReopeningFilter
from projects.forms.return_desk import COMMENT_PREFIX, HEAD, AnswerForm, DecisionForm, RemarkForm, comments_of
from projects.models import MonthlyReturn, Project, ReturnReopening, ReturnVersion
from projects.return_cells import reopening_chip, return_chip
from projects.rules.returns import HEADER_FIELD, LINE_FIELD
from projects.selectors.returns.desk import standing
from projects.selectors.returns.grid import Cell, Grid, return_grid
from projects.selectors.returns.head_counts import recorded_texts
from projects.selectors.returns.locks import Key
from projects.selectors.returns.versions import STANDING, compare, newest_submitted
from projects.services.returns.accepting import accept_return, record_remark, return_for_correction
from projects.services.returns.drafts import label_of
from projects.services.returns.reopening import accept_reopened, decide_reopening, refuse_reopened
from projects.views.return_desk import desk_crumbs, timing_chip


def _return(pk: uuid.UUID) -> MonthlyReturn:
    return get_object_or_404(MonthlyReturn.objects.select_related("jurisdiction"), pk=pk)


def _url(return_: MonthlyReturn) -> str:
    return reverse("returns:desk-return", args=[return_.pk])


@requires(Capability.MONTH_VIEW)
@require_safe
def desk_return(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """One return as the clerk looks at it: only what changed or is flagged, or with `all=1` every field."""
    return render(request, "projects/returns/desk_return.html", _review(request, _return(pk)))


def _review(request: ScopedRequest, return_: MonthlyReturn, **more: Any) -> dict[str, Any]:
    version = newest_submitted(return_)
    grid = return_grid(return_, at=timezone.now(), version=version) if version is not None else None
    may = request.assignment.allows
    is_whole = request.GET.get("all") == "1"
    return {
        "return": return_,
        "title": label_of(return_),
        "chip": return_chip(return_),
        "timing": timing_chip(standing(return_, today=timezone.localdate(), calendar=database_calendar())),
        "version": version,
        "grid": grid,
        "is_whole": is_whole,
        "rows": _rows(grid, is_whole, more.get("written", {})),
        "files": list(return_.attachments.all()),
        "quiet": sum(not (row.flagged or row.is_new) for row in grid.rows) if grid else 0,
        "may_answer": may(Capability.RETURN_ACCEPT) and return_.state == ReturnState.SUBMITTED,
        "remarks": list(return_.remarks.select_related("project").order_by("-noted_on", "-number")),
        "reopenings": [
            (one, reopening_chip(one), reverse("returns:desk-reopening", args=[one.pk]))
            for one in return_.reopenings.order_by("-requested_at")
        ],
        "crumbs": desk_crumbs(return_.month),
        "actions": _actions(request, return_),
        **more,
    }


@dataclass(frozen=True)
class Looked:
    """One field under review: its cell, the name of its comment's box, and what was written there already."""

    cell: Cell
    box: str
    written: str


@dataclass(frozen=True)
class ReviewRow:
    """One project, or the head (without a project's page)."""

    name: str
    url: str
    is_new: bool
    fields: list[Looked]


def _rows(grid: Grid | None, is_whole: bool, written: Mapping[Key, str]) -> list[ReviewRow]:
    """What is looked at: in the head what was commented or contradicts the records, in each project what changed or is
    flagged; or everything.
    """
    if grid is None:
        return []
    records = recorded_texts(grid.return_)
    counts = [replace(cell, register_text=records.get(cell.name, "")) for cell in grid.header]
    head = [cell for cell in counts if is_whole or cell.comment or (cell.text and cell.differs_from_register)]
    rows = [ReviewRow("表头", "", is_new=False, fields=_looked(None, head, written))]
    for row in grid.rows:
        cells = row.cells if is_whole or row.is_new else row.flagged
        url = reverse("projects:project-detail", args=[row.project.pk])
        rows.append(ReviewRow(row.project.name, url, row.is_new, _looked(row.project.pk, cells, written)))
    return [row for row in rows if row.fields]


def _looked(project_id: uuid.UUID | None, cells: Iterable[Cell], written: Mapping[Key, str]) -> list[Looked]:
    return [
        Looked(
            cell,
            f"{COMMENT_PREFIX}{project_id or HEAD}:{cell.name}",
            written.get((project_id, cell.name), ""),
        )
        for cell in cells
    ]


def _actions(request: ScopedRequest, return_: MonthlyReturn) -> list[Link]:
    actions = [Link("全部栏目和各版本", reverse("returns:return-detail", args=[return_.pk]))]
    if request.assignment.allows(Capability.RETURN_ACCEPT) and return_.first_submitted_at is not None:
        actions.append(Link("登记抽核记录", reverse("returns:desk-remark", args=[return_.pk])))
    if request.assignment.allows(Capability.RETURN_ACCEPT) and return_.state == ReturnState.SUBMITTED:
        actions.append(Link("受理", reverse("returns:desk-accept", args=[return_.pk]), is_primary=True))
    return actions


@requires(Capability.RETURN_ACCEPT)
@require_http_methods(["GET", "HEAD", "POST"])
def desk_accept(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask, then accept: the register follows."""
    return_ = _return(pk)
    error = ""
    if request.method == "POST":
        try:
            accept_return(return_id=return_.pk, by=request.user, at=timezone.now())
        except DomainError as refusal:
            error = str(refusal)
        else:
            messages.success(request, f"已受理{label_of(return_)}，工程台账已随之更新。")
            return redirect(_url(return_))
    version = newest_submitted(return_)
    context = {
        "title": f"受理{label_of(return_)}",
        "question": "受理后，工程台账的进度、投资、状态和日期随本月报更新。",
        "facts": [
            ("版本", f"第{version.number}版，{display.moment(version.submitted_at)}报送" if version else ""),
            ("填报人、审核人", f"{return_.filler_name}、{return_.reviewer_name}"),
            ("受理人", request.user.display_name),
        ],
        "submit": "受理",
        "error": error,
        "cancel_url": _url(return_),
        "crumbs": desk_crumbs(return_.month),
    }
    return render(request, "projects/returns/desk_confirm.html", context, status=422 if error else 200)


@requires(Capability.RETURN_ACCEPT)
@require_POST
def desk_send_back(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Send back with the comments that stand beside the fields; what was written stays on the page when refused."""
    return_ = _return(pk)
    comments = comments_of(request.POST.dict())
    note = request.POST.get("note", "")
    try:
        return_for_correction(
            return_id=return_.pk, comments=comments, note=note, by=request.user, at=timezone.now()
        )
    except DomainError as refusal:
        written = {(one.project_id, one.field): one.note for one in comments}
        context = _review(request, return_, error=str(refusal), note=note, written=written)
        return render(request, "projects/returns/desk_return.html", context, status=422)
    messages.success(request, f"已退回{label_of(return_)}，意见{len(comments)}条，按一次退回计入B3。")
    return redirect(_url(return_))


@requires(Capability.RETURN_ACCEPT)
@require_http_methods(["GET", "HEAD", "POST"])
def desk_remark(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Note a wrong field or a project left out."""
    return_ = _return(pk)
    projects = Project.objects.filter(jurisdiction=return_.jurisdiction_id).order_by("name_pinyin")
    form = RemarkForm(request.POST if request.method == "POST" else None, projects=projects)
    error = ""
    if request.method == "POST" and form.is_valid():
        try:
            record_remark(
                return_id=return_.pk,
                kind=RemarkKind(form.cleaned_data["kind"]),
                project_id=form.project_id,
                field=form.cleaned_data["field"],
                note=form.cleaned_data["note"],
                by=request.user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            error = str(refusal)
        else:
            messages.success(request, "已登记抽核记录，计入B3。")
            return redirect(_url(return_))
    context = {
        "title": f"{label_of(return_)}：登记抽核记录",
        "form": form,
        "error": error,
        "cancel_url": _url(return_),
        "crumbs": desk_crumbs(return_.month),
    }
    status = 422 if error or form.errors else 200
    return render(request, "projects/returns/desk_remark.html", context, status=status)


def _fields_text(row: ReturnReopening) -> str:
    """How many fields, and of which names."""
    labels = [(LINE_FIELD if one["project"] else HEADER_FIELD)[one["field"]].label for one in row.fields]
    return "、".join(dict.fromkeys(labels))


REOPENINGS: ListSpec[ReturnReopening] = ListSpec(
    title="补正申请",
    columns=(
        Column(
            "return",
            "月报",
            value=lambda row: label_of(row.monthly_return),
            sort=("monthly_return__month",),
            link=lambda row: reverse("returns:desk-reopening", args=[row.pk]),
            css="nowrap",
        ),
        Column("state", "状态", value="get_state_display", sort=("state",), render=reopening_chip),
        Column("fields", "申请更正的栏目", value=_fields_text, css="col-wide"),
        Column("reason", "理由", css="col-wide"),
        Column("by", "申请人", value="requested_by_name"),
        Column("at", "申请时间", value="requested_at", kind=Kind.MOMENT, sort=("requested_at",)),
        Column("expires", "到期", value="expires_at", kind=Kind.MOMENT, sort=("expires_at",), nullable=True),
        Column("decider", "审批人", value="decided_by_name", is_shown=False),
    ),
    default_sort="-at",
    key="return-reopenings",
    filterset=ReopeningFilter,
    search=("reason__icontains", "requested_by_name__icontains"),
    search_label="理由或申请人",
    empty=Empty("没有补正申请", "县级对已受理或已冻结的月报提出更正时列在这里。"),
)


@requires(Capability.MONTH_VIEW)
@require_safe
def reopening_list(request: ScopedRequest) -> HttpResponse:
    """All requests, the newest first."""
    rows = ReturnReopening.objects.select_related("monthly_return__jurisdiction")
    listing = REOPENINGS.build(request.GET, rows, scope=request.scope)
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    return render(request, "projects/returns/desk_reopenings.html", {"listing": listing})


@requires(Capability.MONTH_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def desk_reopening(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """One request: decide it (RETURN_REOPEN), accept its correction (RETURN_ACCEPT)."""
    row = get_object_or_404(ReturnReopening.objects.select_related("monthly_return__jurisdiction"), pk=pk)
    may = request.assignment.allows
    may_decide = may(Capability.RETURN_REOPEN) and row.state == ReopeningState.REQUESTED
    may_accept = may(Capability.RETURN_ACCEPT) and row.state == ReopeningState.SUBMITTED
    data = request.POST if request.method == "POST" else None
    form = DecisionForm(data) if may_decide else AnswerForm(data) if may_accept else None
    error = ""
    if request.method == "POST":
        error = _answer(request, row, form)
        if not error and (form is None or form.is_valid()):
            return redirect("returns:desk-reopening", pk=row.pk)
    before, after = _versions(row)
    context = {
        "row": row,
        "title": f"{label_of(row.monthly_return)}：补正申请",
        "chip": reopening_chip(row),
        "fields": named_fields(row),
        "form": form,
        "may_accept": may_accept,
        "is_rejected": row.state == ReopeningState.REFUSED and row.ended_at is not None,
        "error": error,
        "comparison": compare(before, after) if before is not None and after is not None else None,
        "crumbs": [Link("补正申请", reverse("returns:desk-reopenings"))],
        "actions": [Link("查看月报", _url(row.monthly_return))],
    }
    return render(
        request,
        "projects/returns/desk_reopening.html",
        context,
        status=422 if error or (form and form.errors) else 200,
    )


def named_fields(row: ReturnReopening) -> list[tuple[str, str]]:
    """(project's name or 表头, field) of a request."""
    names = dict(
        Project.objects.filter(pk__in=[one["project"] for one in row.fields if one["project"]]).values_list(
            "pk", "name"
        )
    )
    return [
        (names.get(uuid.UUID(one["project"]), ""), LINE_FIELD[one["field"]].title)
        if one["project"]
        else ("表头", HEADER_FIELD[one["field"]].title)
        for one in row.fields
    ]


def _versions(row: ReturnReopening) -> tuple[ReturnVersion | None, ReturnVersion | None]:
    """What was corrected: the version before, and the correction once it was submitted."""
    after = row.versions.filter(submitted_at__isnull=False).first()
    if after is None:
        return None, None
    earlier = ReturnVersion.objects.filter(
        STANDING, monthly_return=row.monthly_return_id, number__lt=after.number, submitted_at__isnull=False
    )
    return earlier.order_by("-number").first(), after


def _answer(request: ScopedRequest, row: ReturnReopening, form: DecisionForm | AnswerForm | None) -> str:
    """Do what was posted; returns the refusal."""
    if form is None:
        return f"补正申请现为“{row.get_state_display()}”，您不能在此办理。"
    if not form.is_valid():
        return ""
    try:
        if isinstance(form, DecisionForm):
            approve = form.cleaned_data["decision"] == "approve"
            decide_reopening(
                reopening_id=row.pk,
                approve=approve,
                note=form.cleaned_data["note"],
                workdays=form.cleaned_data["workdays"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, "已批准补正申请。" if approve else "已记录：不批准补正。")
        elif form.cleaned_data["decision"] == "reject":
            refuse_reopened(
                reopening_id=row.pk, reason=form.cleaned_data["note"], by=request.user, at=timezone.now()
            )
            messages.success(request, "已记录：不予受理补正，并已告知县级。")
        else:
            accept_reopened(reopening_id=row.pk, by=request.user, at=timezone.now())
            messages.success(request, "已受理补正，工程台账已随之更新；月报原版本和已冻结的得分不变。")
    except DomainError as refusal:
        return str(refusal)
    return ""
