"""Pages that put organizations on a project and take them off."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core import display
from projects.forms.parties import EndForm, UnitChangeForm, UnitForm, WhyForm
from projects.models import ParticipatingUnit, Project
from projects.services.parties.organizations import register_organization
from projects.services.parties.units import add_unit, change_unit, end_unit, withdraw_unit
from projects.views.editing import page_of, project_crumbs, show_form, write
from projects.views.organizations import FORM

_ANCHOR = "units"


def unit_of(pk: uuid.UUID) -> ParticipatingUnit:
    """A unit of the scope, with what its pages read; 404 for strangers."""
    rows = ParticipatingUnit.objects.select_related("project__jurisdiction", "organization", "section")
    unit: ParticipatingUnit = get_object_or_404(rows, pk=pk)
    return unit


def unit_facts(unit: ParticipatingUnit) -> list[tuple[str, object]]:
    """Which unit this is."""
    return [
        ("工程", unit.project.name),
        ("单位", f"{unit.organization.name}（{unit.organization.uscc}）"),
        ("参建角色", unit.get_role_display()),
        ("标段", unit.section.code if unit.section else "整个工程"),
        ("参建期限", f"{display.day(unit.valid_from)} ～ {display.day(unit.valid_to)}"),
    ]


@requires(Capability.REGISTER_EDIT)
@require_http_methods(["GET", "POST"])
def unit_new(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Put an organization on a project; one that nobody registered yet is registered on the way."""
    project = get_object_or_404(Project.objects.select_related("jurisdiction", "legal_person"), pk=pk)
    form = UnitForm(request.POST if request.method == "POST" else None, project=project)
    if request.method == "POST" and form.is_valid():
        unit = write(form, lambda: _add(request, project, form))
        if unit is not None:
            messages.success(request, f"已登记{unit.get_role_display()}“{unit.organization.name}”。")
            return redirect(page_of(project, _ANCHOR))
    return show_form(
        request,
        form,
        title="登记参建单位",
        submit="登记",
        cancel_url=page_of(project, _ANCHOR),
        crumbs=project_crumbs(project),
        facts=[("工程", project.name), ("项目法人", project.legal_person.name)],
        template=FORM,
        columns=2,
    )


@transaction.atomic
def _add(request: ScopedRequest, project: Project, form: UnitForm) -> ParticipatingUnit:
    """One transaction: a refused participation leaves no half-registered firm behind."""
    at = timezone.now()
    organization = form.found
    if organization is None:
        organization = register_organization(
            uscc=form.new_uscc,
            name=form.cleaned_data["new_name"],
            registered_in=project.jurisdiction if request.scope.county_id else None,
            by=request.user,
            at=at,
        )
    return add_unit(
        project_id=project.pk,
        organization_id=organization.pk,
        role=form.cleaned_data["role"],
        terms=form.terms,
        by=request.user,
        at=at,
    )


@requires(Capability.REGISTER_EDIT)
@require_http_methods(["GET", "POST"])
def unit_edit(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Put section, qualification, contract and period right."""
    unit = unit_of(pk)
    form = UnitChangeForm(request.POST if request.method == "POST" else None, unit=unit)
    if request.method == "POST" and form.is_valid():
        saved = write(
            form, lambda: change_unit(unit_id=pk, terms=form.terms, by=request.user, at=timezone.now())
        )
        if saved is not None:
            messages.success(request, "参建单位信息已保存。")
            return redirect(page_of(unit.project, _ANCHOR))
    return _form_of(request, unit, form, title="修改参建单位", submit="保存")


@requires(Capability.REGISTER_EDIT)
@require_http_methods(["GET", "POST"])
def unit_end(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The unit leaves the project."""
    unit = unit_of(pk)
    form = EndForm(request.POST if request.method == "POST" else None, initial={"valid_to": unit.valid_to})
    if request.method == "POST" and form.is_valid():
        saved = write(
            form,
            lambda: end_unit(
                unit_id=pk, valid_to=form.cleaned_data["valid_to"], by=request.user, at=timezone.now()
            ),
        )
        if saved is not None:
            messages.success(request, f"已登记“{unit.organization.name}”的终止日期。")
            return redirect(page_of(unit.project, _ANCHOR))
    note = "终止后单位、人员、承诺书和问题都保留，只是不再算作在建的参建单位。"
    return _form_of(request, unit, form, title="登记退场", submit="登记终止日期", note=note)


@requires(Capability.REGISTER_EDIT)
@require_http_methods(["GET", "POST"])
def unit_withdraw(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Take back a participation that was entered by mistake."""
    unit = unit_of(pk)
    form = WhyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = write(
            form,
            lambda: _withdrawn(request, pk, form.cleaned_data["reason"]),
        )
        if done is not None:
            messages.success(request, f"已撤销误登的“{unit.organization.name}”。")
            return redirect(page_of(unit.project, _ANCHOR))
    note = "只用于登记错误且名下还没有人员、承诺书、问题的单位；确已退场的请登记终止日期。"
    return _form_of(
        request, unit, form, title="撤销误登的参建单位", submit="撤销这条登记", note=note, is_danger=True
    )


def _withdrawn(request: ScopedRequest, pk: uuid.UUID, reason: str) -> bool:
    withdraw_unit(unit_id=pk, reason=reason, by=request.user, at=timezone.now())
    return True


def _form_of(
    request: ScopedRequest, unit: ParticipatingUnit, form: Any, *, title: str, submit: str, **more: Any
) -> HttpResponse:
    return show_form(
        request,
        form,
        title=title,
        submit=submit,
        cancel_url=page_of(unit.project, _ANCHOR),
        crumbs=project_crumbs(unit.project),
        facts=unit_facts(unit),
        template=FORM,
        **more,
    )
