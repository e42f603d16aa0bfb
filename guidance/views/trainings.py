"""Pages of trainings."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.act_pages import ActPage, bound
from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core import display
from core.columns import Column, Kind
from core.components import Empty, Link
from core.listing import ListSpec
from guidance.filters import TrainingFilter
from guidance.forms.county import TrainingFileForm, TrainingForm
from guidance.selectors.tasks import history
from guidance.services import trainings as service
from guidance.views.pages import VIEW, form_page
from projects.enums import AttachmentKind
from projects.models import Training
from projects.services.attachments import attach_file

TRAINING_EDIT = Capability.TRAINING_EDIT


def _url(row: Training) -> str:
    return reverse("guidance:training-detail", args=[row.pk])


TRAININGS: ListSpec[Training] = ListSpec(
    title="宣贯培训",
    columns=(
        Column("number", "编号", sort=("number",), link=_url, css="nowrap"),
        Column("topic", "主题", css="col-wide"),
        Column("held", "日期", value="held_on", kind=Kind.DATE, sort=("held_on",)),
        Column("county", "县（市、区）", value="jurisdiction.short_name", sort=("jurisdiction__unit_order",)),
        Column("place", "地点", css="col-name"),
        Column("lecturer", "主讲人"),
        Column(
            "attendees",
            "参训人数",
            unit="人",
            value="attendee_count",
            kind=Kind.INTEGER,
            sort=("attendee_count",),
        ),
    ),
    key="trainings",
    default_sort="-held",
    filterset=TrainingFilter,
    search=("topic__icontains", "number__icontains", "place__icontains", "lecturer__icontains"),
    search_label="主题、编号、地点或主讲人",
    empty=Empty("还没有培训", "举办培训后在这里登记，并上传签到表和课件。"),
)


@requires(VIEW)
@require_safe
def training_list(request: ScopedRequest) -> HttpResponse:
    """All trainings of the scope, and how each county stands in the rolling quarter."""
    rows = Training.objects.select_related("jurisdiction")
    listing = TRAININGS.build(request.GET, rows, scope=request.scope)
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    may_edit = request.assignment.allows(TRAINING_EDIT)
    actions = [Link("登记培训", reverse("guidance:training-new"), is_primary=True)] if may_edit else []
    place = request.assignment.jurisdiction
    context = {
        "listing": listing,
        "actions": actions,
        "as_of": timezone.localdate(),
        "county": place if request.scope.county_id is not None else None,
    }
    return render(request, "guidance/training_list.html", context)


def _is_own(request: ScopedRequest, row: Training) -> bool:
    own = request.assignment.jurisdiction_id == row.jurisdiction_id
    return own and request.assignment.allows(TRAINING_EDIT)


@requires(VIEW)
@require_safe
def training_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """One training with its papers."""
    row = get_object_or_404(Training.objects.select_related("jurisdiction"), pk=pk)
    is_open = service.takes_changes(row)
    may_edit = _is_own(request, row)
    actions = [Link("上传材料", reverse("guidance:training-file-add", args=[pk]))] if may_edit else []
    if may_edit and is_open:
        actions.append(Link("修改", reverse("guidance:training-edit", args=[pk])))
    context = {
        "training": row,
        "is_open": is_open,
        "facts": [
            ("编号", row.number),
            ("县（市、区）", row.jurisdiction.short_name),
            ("培训日期", display.day(row.held_on)),
            ("地点", row.place),
            ("主讲人", row.lecturer),
            ("参训人数", f"{row.attendee_count} 人"),
        ],
        "files": list(row.attachments.all()),
        "timeline": history(row),
        "actions": actions,
        "crumbs": _crumbs(),
    }
    return render(request, "guidance/training_detail.html", context)


def _crumbs(row: Training | None = None) -> list[Link]:
    links = [Link("培训", reverse("guidance:training-list"))]
    return links if row is None else [*links, Link(row.topic, _url(row))]


_CLOSED = "月报已冻结的月份不能再登记或修改培训。"


@requires(TRAINING_EDIT)
@require_http_methods(["GET", "POST"])
def training_new(request: ScopedRequest) -> HttpResponse:
    """Record a training of one's own jurisdiction."""

    def save(form: TrainingForm) -> str:
        row = service.record_training(
            jurisdiction=request.assignment.jurisdiction, text=form.text, by=request.user, at=timezone.now()
        )
        return _url(row)

    page = ActPage(
        title="登记培训",
        submit="登记",
        done="培训已登记，请上传签到表和课件。",
        back=reverse("guidance:training-list"),
        note=f"{request.assignment.jurisdiction.short_name}；{_CLOSED}",
        crumbs=_crumbs(),
    )
    return form_page(request, page, bound(request, TrainingForm), save)


@requires(TRAINING_EDIT)
@require_http_methods(["GET", "POST"])
def training_edit(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Correct a training of one's own jurisdiction."""
    row = get_object_or_404(Training.objects.select_related("jurisdiction"), pk=pk)
    if not _is_own(request, row):
        return redirect(_url(row))

    def save(form: TrainingForm) -> None:
        service.edit_training(training_id=pk, text=form.text, by=request.user, at=timezone.now())

    initial = {name: getattr(row, name) for name in TrainingForm.base_fields}
    page = ActPage(
        title="修改培训",
        submit="保存",
        done="培训已保存。",
        back=_url(row),
        note=_CLOSED,
        crumbs=_crumbs(row),
    )
    return form_page(request, page, bound(request, TrainingForm, initial), save)


@requires(TRAINING_EDIT)
@require_http_methods(["GET", "POST"])
def training_file_add(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Sign-in sheet, material, pictures."""
    row = get_object_or_404(Training.objects.select_related("jurisdiction"), pk=pk)
    if not _is_own(request, row):
        return redirect(_url(row))

    def save(form: TrainingFileForm) -> None:
        file = form.cleaned_data["file"]
        attach_file(
            kind=AttachmentKind.DOCUMENT,
            title=f"{form.cleaned_data['kind']}：{file.name}"[:120],
            file_name=file.name,
            data=file.read(),
            training=row,
            by=request.user,
            at=timezone.now(),
        )

    page = ActPage(
        title="上传培训材料",
        submit="上传",
        done="材料已上传。",
        back=_url(row),
        note=row.topic,
        crumbs=_crumbs(row),
        has_file=True,
    )
    return form_page(request, page, bound(request, TrainingFileForm), save)
