"""Pages of 质量终身责任: what is missing where, one project's register, signing, taking over, plaque, prints."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core.columns import Column, Kind
from core.components import Empty, Link, Tone, chip
from core.listing import ListSpec
from projects.enums import Responsibility
from projects.filters.parties import LiabilityFilter
from projects.forms.parties import PlaqueForm, ScanForm, SigningForm, taking_over
from projects.models import LifelongCommitment, ParticipatingUnit, Project
from projects.rules.liability import is_signed_late
from projects.selectors.parties.liability import (
    LiabilityRegister,
    liability_counts,
    liability_register,
    projects_by_liability,
    proposed_person,
)
from projects.services.parties.commitments import (
    attach_scan,
    register_plaque,
    replace_commitment,
    sign_commitment,
)
from projects.views.editing import project_crumbs, show_form, write
from projects.views.organizations import FORM
from projects.views.units import unit_facts, unit_of


def _lacks(project: Any) -> list[tuple[Tone, str]]:
    found = []
    if not project.has_parties:
        found.append((Tone.BAD, "未登记责任单位"))
    if project.lacks_signature:
        found.append((Tone.BAD, "缺承诺书"))
    if project.plaque_on is None:
        found.append((Tone.WARN, "缺公示牌"))
    return found


def _state(project: Any) -> SafeString:
    lacks = _lacks(project)
    if not lacks:
        return chip(Tone.OK, "齐全")
    return format_html_join(" ", "{}", ((chip(tone, label),) for tone, label in lacks))


LIABILITY: ListSpec[Project] = ListSpec(
    title="质量终身责任",
    columns=(
        Column(
            "name",
            "工程",
            sort=("name_pinyin",),
            link=lambda p: register_url(p),
            note=lambda p: p.code,
            css="col-name",
        ),
        Column("county", "县（市、区）", value="jurisdiction.short_name", sort=("jurisdiction__unit_order",)),
        Column("legal_person", "项目法人", value="legal_person.name", sort=("legal_person__name_pinyin",)),
        Column("started", "开工日期", value="started_on", kind=Kind.DATE, sort=("started_on",)),
        Column("plaque", "公示牌设置", value="plaque_on", kind=Kind.DATE, sort=("plaque_on",), nullable=True),
        Column(
            "state",
            "终身责任",
            value=lambda p: "、".join(label for _, label in _lacks(p)) or "齐全",
            render=_state,
            sort=("is_liable",),
        ),
    ),
    default_sort="state",
    key="liability",
    filterset=LiabilityFilter,
    search=("name__icontains", "code__icontains", "legal_person__name__icontains"),
    search_latin=("name_pinyin__contains", "name_initials__contains"),
    search_label="工程名称、编号、项目法人或拼音首字母",
    row_css=lambda p: "row-bad" if _lacks(p) else "",
    empty=Empty("没有在建工程", "工程开工后列在这里。"),
)


def register_url(project: Project) -> str:
    """The page of the project's 终身责任信息表."""
    return reverse("organizations:liability-register", args=[project.pk])


def _crumbs(project: Project) -> list[Link]:
    return [*project_crumbs(project), Link("终身责任", register_url(project))]


@requires(Capability.RETURN_VIEW)
@require_safe
def liability_list(request: ScopedRequest) -> HttpResponse:
    """The begun projects and what each lacks (rubric item C3)."""
    as_of = timezone.localdate()
    listing = LIABILITY.build(request.GET, projects_by_liability(as_of=as_of), scope=request.scope)
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    context = {
        "listing": listing,
        "counts": liability_counts(as_of=as_of),
        "lack": request.GET.get("lack", ""),
    }
    return render(request, "projects/parties/liability_list.html", context)


def _project(pk: uuid.UUID) -> Project:
    project: Project = get_object_or_404(
        Project.objects.select_related("jurisdiction", "legal_person"), pk=pk
    )
    return project


def _register_context(request: ScopedRequest, project: Project) -> dict[str, Any]:
    allows = request.assignment.allows
    as_of = timezone.localdate()
    register: LiabilityRegister = liability_register(project, as_of=as_of)
    return {
        "project": project,
        "register": register,
        "as_of": as_of,
        "may_edit": allows(Capability.REGISTER_EDIT),
        "may_reveal": allows(Capability.ID_REVEAL),
        "may_open_scans": allows(Capability.REGISTER_EDIT) or allows(Capability.ID_REVEAL),
    }


@requires(Capability.RETURN_VIEW)
@require_safe
def register_page(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The 终身责任信息表 of one project."""
    project = _project(pk)
    context = _register_context(request, project)
    complete = context["register"].is_complete
    actions = [Link("打印信息表", reverse("organizations:liability-print", args=[pk]))]
    if context["may_edit"]:
        actions.append(Link("登记公示牌", reverse("organizations:plaque-edit", args=[pk])))
    context |= {
        "state_chip": chip(Tone.OK, "齐全") if complete else chip(Tone.BAD, "不齐"),
        "actions": actions,
        "crumbs": project_crumbs(project),
    }
    return render(request, "projects/parties/liability_register.html", context)


@requires(Capability.RETURN_VIEW)
@require_safe
def register_print(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The same table on A4, with lines for the signatures."""
    project = _project(pk)
    context = _register_context(request, project) | {"crumbs": _crumbs(project)}
    return render(request, "projects/parties/liability_print.html", context)


@requires(Capability.REGISTER_EDIT)
@require_http_methods(["GET", "POST"])
def commitment_new(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Record a signed 承诺书 of a unit."""
    unit = unit_of(pk)
    initial = None if request.method == "POST" else _proposal(unit, request.GET.get("for", ""))
    form = SigningForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        commitment = write(
            form,
            lambda: sign_commitment(
                unit_id=pk,
                terms=form.terms,
                by=request.user,
                at=timezone.now(),
                today=timezone.localdate(),
            ),
        )
        if commitment is not None:
            _thank(request, unit.project, commitment)
            return redirect(register_url(unit.project))
    return show_form(
        request,
        form,
        title="登记质量终身责任承诺书",
        submit="登记",
        cancel_url=register_url(unit.project),
        crumbs=_crumbs(unit.project),
        facts=[*unit_facts(unit), ("开工日期", f"{unit.project.started_on or '未开工'}")],
        note=_when(unit.project),
        template=FORM,
        columns=2,
    )


def _when(project: Project) -> str:
    if project.started_on is None:
        return "工程尚未开工，请在开工前签署。"
    return f"工程已于 {project.started_on:%Y-%m-%d} 开工：承诺书应在开工前签署，签署日期晚于开工的会标为“开工后签署”。"


def _proposal(unit: ParticipatingUnit, responsibility: str) -> dict[str, Any]:
    """Who is known to hold the post, so that nothing is typed twice."""
    if responsibility == Responsibility.LEGAL_REPRESENTATIVE:
        name = unit.organization.legal_representative
        return {"responsibility": responsibility, "person_name": name, "post": "法定代表人"}
    if responsibility != Responsibility.PROJECT_LEADER:
        return {}
    person = proposed_person(unit, Responsibility.PROJECT_LEADER, list(unit.key_people.all()))
    if person is None:
        return {"responsibility": responsibility}
    return {
        "responsibility": responsibility,
        "person_name": person.name,
        "post": person.post,
        "certificate_number": person.certificate_number,
        "phone": person.phone,
    }


def _thank(request: ScopedRequest, project: Project, commitment: LifelongCommitment) -> None:
    messages.success(request, f"已登记“{commitment.person_name}”的承诺书，请上传签字的扫描件。")
    if is_signed_late(commitment.signed_on, project.started_on):
        messages.warning(request, f"承诺书签署于开工（{project.started_on:%Y-%m-%d}）之后，请核实原因。")


def _commitment(pk: uuid.UUID) -> LifelongCommitment:
    rows = LifelongCommitment.objects.select_related(
        "project__jurisdiction",
        "project__legal_person",
        "unit__organization",
        "unit__project",
        "unit__section",
    )
    commitment: LifelongCommitment = get_object_or_404(rows, pk=pk)
    return commitment


def _facts(commitment: LifelongCommitment) -> list[tuple[str, object]]:
    return [
        ("现责任人", f"{commitment.person_name}（{commitment.post}）"),
        ("责任类别", commitment.get_responsibility_display()),
        ("签署日期", f"{commitment.signed_on:%Y-%m-%d}"),
        *unit_facts(commitment.unit),
    ]


@requires(Capability.REGISTER_EDIT)
@require_http_methods(["GET", "POST"])
def commitment_replace(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Somebody takes over and signs again; both are kept."""
    former = _commitment(pk)
    is_sent = request.method == "POST"
    form = SigningForm(request.POST if is_sent else None, initial=None if is_sent else taking_over(former))
    if is_sent and form.is_valid():
        commitment = write(
            form,
            lambda: replace_commitment(
                commitment_id=pk,
                terms=form.terms,
                by=request.user,
                at=timezone.now(),
                today=timezone.localdate(),
            ),
        )
        if commitment is not None:
            messages.success(request, f"“{commitment.person_name}”已接任并重签，原承诺书保留。")
            return redirect(register_url(former.project))
    return show_form(
        request,
        form,
        title="换人重签",
        submit="登记重签",
        cancel_url=register_url(former.project),
        crumbs=_crumbs(former.project),
        facts=_facts(former),
        note="重签之日起由接任人负责；原责任人对任职期间的质量继续负终身责任，原承诺书保留。",
        template=FORM,
        columns=2,
    )


@requires(Capability.REGISTER_EDIT)
@require_http_methods(["GET", "POST"])
def commitment_scan(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Attach the scan of the signed paper."""
    commitment = _commitment(pk)
    is_sent = request.method == "POST"
    form = ScanForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    if is_sent and form.is_valid():
        file = form.cleaned_data["file"]
        done = write(form, lambda: _scanned(request, commitment, file))
        if done is not None:
            messages.success(request, "扫描件已上传。")
            return redirect(register_url(commitment.project))
    return show_form(
        request,
        form,
        title="上传承诺书扫描件",
        submit="上传",
        cancel_url=register_url(commitment.project),
        crumbs=_crumbs(commitment.project),
        facts=_facts(commitment),
        note="扫描件含身份证号码，只有登记和核查人员可以打开，每次打开都记入审计日志。",
        template=FORM,
    )


def _scanned(request: ScopedRequest, commitment: LifelongCommitment, file: Any) -> bool:
    attach_scan(
        commitment=commitment, file_name=file.name, data=file.read(), by=request.user, at=timezone.now()
    )
    return True


@requires(Capability.RETURN_VIEW)
@require_safe
def commitment_print(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The 承诺书 of somebody who signed or will, on A4, to be signed by hand."""
    commitment = _commitment(pk)
    context = {
        "commitment": commitment,
        "unit": commitment.unit,
        "project": commitment.project,
        "crumbs": _crumbs(commitment.project),
    }
    return render(request, "projects/parties/commitment_print.html", context)


@requires(Capability.RETURN_VIEW)
@require_safe
def commitment_blank(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The same for a unit whose person has not signed: what is known is printed, the rest is blank."""
    unit = unit_of(pk)
    wanted = request.GET.get("for", "")
    proposal = _proposal(unit, wanted or Responsibility.PROJECT_LEADER)
    label = Responsibility(proposal["responsibility"]).label if proposal.get("responsibility") else ""
    context = {
        "commitment": None,
        "proposal": proposal,
        "responsibility_label": label,
        "unit": unit,
        "project": unit.project,
        "crumbs": _crumbs(unit.project),
    }
    return render(request, "projects/parties/commitment_print.html", context)


@requires(Capability.REGISTER_EDIT)
@require_http_methods(["GET", "POST"])
def plaque_edit(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The 质量责任公示牌: since when it stands, and its photo."""
    project = _project(pk)
    is_sent = request.method == "POST"
    form = PlaqueForm(
        request.POST if is_sent else None, request.FILES if is_sent else None, plaque_on=project.plaque_on
    )
    if is_sent and form.is_valid():
        saved = write(form, lambda: _plaque(request, project, form.cleaned_data, timezone.localdate()))
        if saved is not None:
            messages.success(request, "公示牌已登记。")
            return redirect(register_url(project))
    return show_form(
        request,
        form,
        title="登记质量责任公示牌",
        submit="登记",
        cancel_url=register_url(project),
        crumbs=_crumbs(project),
        facts=[("工程", project.name), ("项目法人", project.legal_person.name)],
        template=FORM,
    )


def _plaque(request: ScopedRequest, project: Project, values: dict[str, Any], today: dt.date) -> Project:
    photo = values["photo"]
    return register_plaque(
        project_id=project.pk,
        plaque_on=values["plaque_on"],
        photo=(photo.name, photo.read()) if photo else None,
        by=request.user,
        at=timezone.now(),
        today=today,
    )
