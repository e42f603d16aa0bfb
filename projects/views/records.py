"""Pages that register and change a project and what hangs on it."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core.components import Link
from projects.forms.project import ProjectForm
from projects.models import Project
from projects.rules.register import price_warning
from projects.services.register.projects import change_project, register_project, remove_project
from projects.views.editing import confirm, page_of, project_crumbs, show_form, write
from projects.views.record_kinds import KINDS, RecordKind
from tenancy.models import Jurisdiction
from tenancy.scope import current_scope

_FORM = "projects/project_form.html"


def _kind(name: str) -> RecordKind:
    if name not in KINDS:
        raise Http404
    return KINDS[name]


def editable_projects() -> Any:
    """Those of the scope: a county's own, the whole city's for the bureau. The supervision level decides nothing."""
    return Project.objects.select_related("jurisdiction", "legal_person")


@requires(Capability.REGISTER_EDIT)
@require_http_methods(["GET", "POST"])
def project_new(request: ScopedRequest) -> HttpResponse:
    """Register a project."""
    form = ProjectForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        county = form.cleaned_data.get("jurisdiction") or _own_county()
        at = timezone.now()
        project = write(
            form, lambda: register_project(jurisdiction=county, facts=form.facts, by=request.user, at=at)
        )
        if project is not None:
            messages.success(request, f"已登记“{project.name}”。请继续登记标段、参建单位和监督手续。")
            return redirect(page_of(project))
    listed = reverse("projects:project-list")
    crumbs = [Link("工程台账", listed)]
    return show_form(
        request, form, title="登记工程", submit="登记", cancel_url=listed, crumbs=crumbs, template=_FORM
    )


def _own_county() -> Jurisdiction:
    county: Any = current_scope().county_id
    return Jurisdiction.objects.get(pk=county)


@requires(Capability.REGISTER_EDIT)
@require_http_methods(["GET", "POST"])
def project_edit(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Put a project right."""
    project = get_object_or_404(editable_projects(), pk=pk)
    form = ProjectForm(request.POST if request.method == "POST" else None, row=project)
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        saved = write(
            form,
            lambda: change_project(
                project_id=pk, facts=form.facts, seen=form.seen_before, by=request.user, at=at
            ),
        )
        if saved is not None:
            messages.success(request, "工程信息已保存。")
            return redirect(page_of(project))
    return show_form(
        request,
        form,
        title="修改工程信息",
        submit="保存",
        cancel_url=page_of(project),
        crumbs=project_crumbs(project),
        template=_FORM,
    )


@requires(Capability.REGISTER_EDIT)
@require_http_methods(["GET", "POST"])
def project_remove(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Take off a project that was registered by mistake."""
    project = get_object_or_404(editable_projects(), pk=pk)
    return confirm(
        request,
        lambda: remove_project(project_id=pk, by=request.user, at=timezone.now()),
        title=f"删除“{project.name}”？",
        submit="删除工程",
        facts=[
            ("工程编号", project.code),
            ("所在县（市、区）", project.jurisdiction.name),
            ("项目法人", project.legal_person.name),
        ],
        warning="只能删除登记有误、还没有任何记录的工程；删除后只在审计日志中留痕。",
        back=page_of(project),
        done_url=reverse("projects:project-list"),
        done=f"已删除“{project.name}”。",
        crumbs=project_crumbs(project),
    )


@requires(Capability.REGISTER_EDIT)
@require_http_methods(["GET", "POST"])
def record_add(request: ScopedRequest, pk: uuid.UUID, kind: str) -> HttpResponse:
    """Add one record to a project."""
    of_kind = _kind(kind)
    project = get_object_or_404(editable_projects(), pk=pk)
    form = of_kind.form(request.POST if request.method == "POST" else None, project=project)
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        row = write(form, lambda: of_kind.add(project_id=pk, facts=form.facts, by=request.user, at=at))
        if row is not None:
            messages.success(request, f"已登记{of_kind.label}“{row}”。")
            _warn(request, project, row)
            return redirect(page_of(project, of_kind.anchor))
    return show_form(
        request,
        form,
        title=f"登记{of_kind.label}",
        submit="登记",
        cancel_url=page_of(project, of_kind.anchor),
        crumbs=project_crumbs(project),
        note=of_kind.note,
    )


@requires(Capability.REGISTER_EDIT)
@require_http_methods(["GET", "POST"])
def record_edit(request: ScopedRequest, kind: str, pk: uuid.UUID) -> HttpResponse:
    """Change one record."""
    of_kind = _kind(kind)
    row, project = _row(of_kind, pk)
    form = of_kind.form(request.POST if request.method == "POST" else None, row=row, project=project)
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        saved = write(
            form,
            lambda: of_kind.change(
                row_id=pk, facts=form.facts, seen=form.seen_before, by=request.user, at=at
            ),
        )
        if saved is not None:
            messages.success(request, f"已保存{of_kind.label}“{saved}”。")
            _warn(request, project, saved)
            return redirect(page_of(project, of_kind.anchor))
    remove = reverse("projects:record-remove", args=[kind, pk]) if of_kind.remove else ""
    return show_form(
        request,
        form,
        title=f"修改{of_kind.label}",
        submit="保存",
        cancel_url=page_of(project, of_kind.anchor),
        crumbs=project_crumbs(project),
        note=of_kind.note,
        remove_url=remove,
        remove_label=f"删除{of_kind.label}",
    )


@requires(Capability.REGISTER_EDIT)
@require_http_methods(["GET", "POST"])
def record_remove(request: ScopedRequest, kind: str, pk: uuid.UUID) -> HttpResponse:
    """Take off a record that nothing hangs on."""
    of_kind = _kind(kind)
    remove = of_kind.remove
    if remove is None:
        raise Http404
    row, project = _row(of_kind, pk)
    return confirm(
        request,
        lambda: remove(row_id=pk, by=request.user, at=timezone.now()),
        title=f"删除{of_kind.label}“{row}”？",
        submit=f"删除{of_kind.label}",
        facts=[("工程", project.name), (of_kind.label, str(row))],
        warning="只能删除登记有误、还没有使用过的记录；删除后只在审计日志中留痕。",
        back=page_of(project, of_kind.anchor),
        done_url=page_of(project, of_kind.anchor),
        done=f"已删除{of_kind.label}“{row}”。",
        crumbs=project_crumbs(project),
    )


def _row(of_kind: RecordKind, pk: uuid.UUID) -> tuple[Any, Project]:
    rows: Any = of_kind.model._default_manager.all()
    row = get_object_or_404(rows.select_related(of_kind.project), pk=pk)
    project: Any = row
    for step in of_kind.project.split("__"):
        project = getattr(project, step)
    return row, cast(Project, project)


def _warn(request: ScopedRequest, project: Project, row: Any) -> None:
    sentence = price_warning(getattr(row, "award_price_wan_yuan", None), project.approved_estimate_wan_yuan)
    if sentence:
        messages.warning(request, sentence)
