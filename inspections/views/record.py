"""The record of an inspection at a desk: parts to fill in, siblings of a finding, conflicts to decide."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core.errors import DomainError
from core.text import as_uuid
from core.uuid7 import uuid7
from inspections.enums import RECORDABLE_STATES, Aspect, InspectionState
from inspections.forms.record import ENDING, HEADER, LIST_PARTS, RecordContext, RecordForm, part_of
from inspections.models import Inspection, RecordConflict, RecordOperation, RecordValue
from inspections.rules.merge import Operation, same
from inspections.rules.siblings import sibling_changes
from inspections.selectors.record import checklist_items, open_conflicts, values_of
from inspections.selectors.record_words import leaf_name, value_text
from inspections.selectors.repeats import proposals_of
from inspections.selectors.visit_access import record_refusal, review_refusal
from inspections.selectors.visit_page import record_view, unit_name, units_of
from inspections.services.record import apply_submission, own_submission, settle_conflict
from inspections.views.visit_parts import crumbs_of, inspection_of
from inspections.visit_chips import visit_chip
from projects.models import ParticipatingUnit


@dataclass(frozen=True)
class Tab:
    """A part of the record above the form."""

    label: str
    url: str
    is_current: bool
    count: str


def _tabs(inspection: Inspection, current: str, view: Any) -> list[Tab]:
    here = reverse("visits:record", args=[inspection.pk])
    record = view.record
    counted = {part.key: str(len(getattr(record, part.group))) for part in LIST_PARTS}
    fixed = [(HEADER.key, HEADER.title, ""), *((p.key, p.title, counted[p.key]) for p in LIST_PARTS)]
    aspects = [(p.aspect, Aspect(p.aspect).label, f"{p.answered}/{len(p.lines)}") for p in view.aspects]
    parts = [fixed[0], *aspects, *fixed[1:], (ENDING.key, ENDING.title, "")]
    return [Tab(label, f"{here}?part={key}", key == current, count) for key, label, count in parts]


@requires(Capability.INSPECTION_RECORD)
@require_http_methods(["GET", "POST"])
def record_edit(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """One part of the record; what is changed arrives like what a tablet sends."""
    inspection, key = inspection_of(pk), request.GET.get("part", HEADER.key)
    units = units_of(inspection)
    data = request.POST if request.method == "POST" else None
    form = _form_of(inspection, units, key, data)
    error = _refusal(inspection, request) if data is not None else ""
    if data is not None and not error and form.is_valid():
        try:
            return _send(request, inspection, form, key)
        except DomainError as fault:
            error = str(fault)
    return _page(request, inspection, form, units, error)


def _form_of(
    inspection: Inspection, units: Sequence[ParticipatingUnit], key: str, data: QueryDict | None = None
) -> RecordForm:
    """The form of the part that an address names; Http404 where there is none."""
    items = checklist_items(inspection)
    part = part_of(key, items)
    if part is None:
        raise Http404
    context = RecordContext([(str(unit.pk), unit_name(unit)) for unit in units], items)
    return RecordForm(part, values_of(inspection), context, data)


def _page(
    request: ScopedRequest,
    inspection: Inspection,
    form: RecordForm,
    units: Sequence[ParticipatingUnit],
    error: str,
    sibling: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The page of a part. sibling: the finding (`key`) and the `unit` of a sibling that was refused."""
    part, refusal = form.part, _refusal(inspection, request)
    view = record_view(inspection, units, with_missing=True)
    shown = {
        "inspection": inspection,
        "form": form,
        "part": part,
        "tabs": _tabs(inspection, part.key, view),
        "view": view,
        "units": units,
        "error": error,
        "sibling": sibling or {},
        "is_open": not refusal,
        "is_held": inspection.state == InspectionState.CONCLUDED,
        "refusal": refusal,
        "proposals": proposals_of(inspection) if part.key == "findings" else (),
        "state_chip": visit_chip(inspection),
        "crumbs": crumbs_of(inspection),
        "conflicts": open_conflicts(inspection).count(),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "inspections/visits/record.html", shown, status=status)


def _refusal(inspection: Inspection, request: ScopedRequest) -> str:
    return record_refusal(inspection, request.assignment) if inspection.state in _FILLABLE else _CLOSED


_CLOSED = "检查已经审核或作废，记录不能再填写。"
_FILLABLE = (*RECORDABLE_STATES, InspectionState.CONCLUDED)
"""After the end on site what is written waits for the reviewer, who may need it: a decision can leave the record short."""


def _send(request: ScopedRequest, inspection: Inspection, form: RecordForm, key: str) -> HttpResponse:
    here = f"{reverse('visits:record', args=[inspection.pk])}?part={key}"
    operations = form.operations()
    if not operations:
        messages.info(request, "没有改动。")
        return redirect(here)
    at = timezone.now()
    applied = apply_submission(
        submission=own_submission(inspection.pk, operations, at=at), device=None, by=request.user, at=at
    )
    if applied.conflicts and inspection.state == InspectionState.CONCLUDED:
        messages.success(request, "已保留，审核人在冲突页裁定采用后才算数。")
        return redirect(here)
    if applied.conflicts:
        messages.warning(request, "有内容在您填写期间被别人改过，两份都已保留，请逐项裁定。")
        return redirect(reverse("visits:conflicts", args=[inspection.pk]))
    messages.success(request, f"已保存，回执 {applied.submission.receipt_number}。")
    return redirect(here)


@requires(Capability.INSPECTION_RECORD)
@require_POST
def finding_sibling(request: ScopedRequest, pk: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    """The same fact for another unit: a finding of its own, tied by `same_fact`."""
    inspection, unit = inspection_of(pk), request.POST.get("unit", "")
    units = units_of(inspection)
    try:
        if unit not in {str(one.pk) for one in units}:
            raise SiblingRefused("请选择本工程的参建单位。")
        _add_sibling(request, inspection, str(key), unit)
    except DomainError as refusal:
        form = _form_of(inspection, units, "findings")
        return _page(request, inspection, form, units, str(refusal), {"key": str(key), "unit": unit})
    messages.success(request, "已为该单位另记一个同一事实的问题。")
    return redirect(f"{reverse('visits:record', args=[pk])}?part=findings")


class SiblingRefused(DomainError):
    """No sibling of this finding can be written now."""


def _add_sibling(request: ScopedRequest, inspection: Inspection, key: str, unit: str) -> None:
    prefix = f"findings/{key}/"
    rows = {
        path.removeprefix(prefix): row
        for path, row in values_of(inspection).items()
        if path.startswith(prefix)
    }
    if refusal := record_refusal(inspection, request.assignment):
        raise SiblingRefused(refusal)
    if not rows or inspection.state not in RECORDABLE_STATES:
        raise SiblingRefused("记录里没有这个问题，或现场检查已经结束。")
    values = {leaf: row.value for leaf, row in rows.items()}
    operations = [
        Operation(uuid7(), path, value, _base_of(rows, prefix, path))
        for path, value in sibling_changes(key, values, new_key=str(uuid7()), unit_id=unit)
    ]
    at = timezone.now()
    submission = own_submission(inspection.pk, operations, at=at)
    apply_submission(submission=submission, device=None, by=request.user, at=at)


def _base_of(rows: dict[str, RecordValue], prefix: str, path: str) -> uuid.UUID | None:
    leaf = path.removeprefix(prefix) if path.startswith(prefix) else ""
    return rows[leaf].operation_id if leaf in rows else None


@dataclass(frozen=True)
class ConflictLine:
    """Both versions of a leaf, and what stands there now. in_force: the change that wrote it.

    choice, typed: what a refused form had chosen and written; without one nothing, and what stands there.
    """

    conflict: RecordConflict
    in_force: RecordOperation | None
    name: str
    now: str
    other: str
    base: str
    is_typed: bool
    choice: str
    typed: str


@requires(Capability.INSPECTION_RECORD, Capability.INSPECTION_REVIEW)
@require_http_methods(["GET", "POST"])
def conflict_list(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Both versions side by side; one decision at a time."""
    inspection = inspection_of(pk)
    error = ""
    if request.method == "POST":
        error = _settle_refusal(inspection, request)
    if request.method == "POST" and not error:
        try:
            _settle(request, inspection)
        except DomainError as refusal:
            error = str(refusal)
        else:
            messages.success(request, "已裁定，另一份仍保留在修改记录中。")
            return redirect(request.path)
    units = {str(unit.pk): unit_name(unit) for unit in units_of(inspection)}
    in_force = RecordValue.objects.filter(inspection=inspection)
    written = in_force.select_related("operation__submission__device").defer("operation__submission__body")
    values = {row.path: row for row in written}
    lines = [
        _line(conflict, values, units, inspection, request.POST) for conflict in open_conflicts(inspection)
    ]
    settled = RecordConflict.objects.filter(inspection=inspection, resolution__isnull=False)
    context = {
        "inspection": inspection,
        "lines": lines,
        "settled": [
            (row, leaf_name(row.path, inspection), value_text(row.path, row.resolution.value, units))
            for row in settled.select_related("resolution").order_by("-resolved_at")[:50]
            if row.resolution is not None
        ],
        "error": error,
        "is_over": inspection.state in (InspectionState.COMPLETED, InspectionState.VOID),
        "state_chip": visit_chip(inspection),
        "crumbs": crumbs_of(inspection),
    }
    return render(request, "inspections/visits/conflicts.html", context, status=422 if error else 200)


def _line(
    conflict: RecordConflict,
    values: dict[str, RecordValue],
    units: dict[str, str],
    inspection: Inspection,
    given: QueryDict,
) -> ConflictLine:
    now = values.get(conflict.path)
    other = conflict.other.value
    shown = value_text(conflict.path, now.value if now else None, units)
    is_posted = given.get("conflict") == str(conflict.pk)
    return ConflictLine(
        conflict=conflict,
        in_force=now.operation if now else None,
        name=leaf_name(conflict.path, inspection),
        now=shown,
        other=value_text(conflict.path, other, units),
        base=str(now.operation_id) if now else "",
        is_typed=isinstance(other, str) and same(value_text(conflict.path, other, units), other),
        choice=given.get("choice", "") if is_posted else "",
        typed=given.get("typed", shown) if is_posted else shown,
    )


def _settle_refusal(inspection: Inspection, request: ScopedRequest) -> str:
    """Whoever writes the record decides; once it has ended, whoever reviews it."""
    if inspection.state in RECORDABLE_STATES:
        return record_refusal(inspection, request.assignment)
    return review_refusal(inspection, request.assignment)


def _settle(request: ScopedRequest, inspection: Inspection) -> None:
    rows = RecordConflict.objects.filter(inspection=inspection).select_related("other")
    conflict = get_object_or_404(rows, pk=as_uuid(request.POST.get("conflict", "")))
    now = RecordValue.objects.filter(inspection=inspection, path=conflict.path).first()
    choice = request.POST.get("choice", "")
    values = {
        "kept": now.value if now else None,
        "other": conflict.other.value,
        "typed": request.POST.get("typed", "").strip().replace("\r\n", "\n"),
    }
    if choice not in values:
        raise NoChoice(f"请选择“{leaf_name(conflict.path, inspection)}”采用哪一份内容。")
    base = as_uuid(request.POST.get("base", ""))
    settle_conflict(
        conflict_id=conflict.pk,
        operation=Operation(uuid7(), conflict.path, values[choice], base),
        by=request.user,
        at=timezone.now(),
    )


class NoChoice(DomainError):
    """The form came without a decision."""
