"""Pages that arrange an inspection: a new one, from a draw, its team, its visit, its void."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.act_pages import ActPage, act_page, bound
from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core import display
from core.errors import DomainError
from core.text import as_uuid
from inspections.enums import OfficerRole
from inspections.forms.arranging import ArrangeForm, MergeForm, PurposeForm, ReasonForm, TeamForm
from inspections.rules.frequency import Counts
from inspections.selectors.arranging import drawn_without_check, same_site
from inspections.selectors.frequency import cap_of, firm_counts, firm_units
from inspections.services import arranging as service
from inspections.services import teams, visits
from inspections.views.draws import detail_url as draw_url
from inspections.views.draws import draw_of, is_organizer
from inspections.views.visit_parts import crumbs_of, detail_url, facts_of, inspection_of
from projects.models import Project

ARRANGE = Capability.INSPECTION_ARRANGE


def _project_asked(request: ScopedRequest) -> Project | None:
    asked = request.GET.get("project", "")
    if not asked:
        return None
    rows = Project.objects.select_related("jurisdiction", "legal_person")
    return get_object_or_404(rows, pk=as_uuid(asked))


@requires(ARRANGE)
@require_http_methods(["GET", "POST"])
def inspection_arrange(request: ScopedRequest) -> HttpResponse:
    """Arrange an inspection of one project; the firms' counts and other checks of the site stand beside the form."""
    project = _project_asked(request)
    today = timezone.localdate()
    form = bound(request, ArrangeForm, {"inspected_on": today, "mode": "ONSITE"}, project=project)
    error = ""
    if request.method == "POST" and form.is_valid():
        try:
            made = service.arrange(
                project_id=form.project_id,
                purpose=form.purpose,
                team=form.team,
                together_with=form.together_with,
                by=request.user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            error = str(refusal)
        else:
            messages.success(request, f"检查{made.inspection.number}已安排，请提交审批。")
            for warning in made.warnings:
                messages.warning(request, warning)
            return redirect(detail_url(made.inspection))
    context = {
        "form": form,
        "error": error,
        "project": project,
        "firms": _firms(project) if project is not None else [],
        "cap": cap_of(today.year),
        "year": today.year,
        "others": list(same_site(project.pk, today)) if project is not None else [],
        "crumbs": crumbs_of(),
        "cancel_url": _came_from(project),
    }
    status = 422 if form.errors or error else 200
    return render(request, "inspections/arranging/new.html", context, status=status)


def _came_from(project: Project | None) -> str:
    if project is None:
        return reverse("visits:inspection-list")
    return reverse("projects:project-detail", args=[project.pk])


def _firms(project: Project) -> list[tuple[str, str, Counts]]:
    """(role, firm, visits of the year) of the project's firms. Two queries."""
    today = timezone.localdate()
    units = list(firm_units(project, today))
    counts = firm_counts(today.year, firms={unit.organization_id for unit in units})
    return [
        (unit.get_role_display(), unit.organization.name, counts.get(unit.organization_id, Counts()))
        for unit in units
    ]


@requires(ARRANGE)
@require_http_methods(["GET", "POST"])
def arrange_draw(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Arrange everything that a draw selected, with the officers that it drew."""
    draw = draw_of(pk)
    if not is_organizer(request, draw):
        return redirect(draw_url(draw))
    waiting = drawn_without_check(draw)
    form = bound(request, PurposeForm, {"mode": "ONSITE"})
    names = [
        f"{one.project.name}：{'、'.join(each.officer.name for each in officers) or '未抽取检查人员'}"
        for one, officers in waiting
    ]

    def save(_: dict[str, Any]) -> str:
        made = service.arrange_draw(draw_id=pk, purpose=form.purpose, by=request.user, at=timezone.now())
        for warning in {warning for one in made for warning in one.warnings}:
            messages.warning(request, warning)
        return reverse("visits:inspection-list")

    page = ActPage(
        title=f"按抽取{draw.number}安排检查",
        submit="安排检查",
        done=f"已为{len(waiting)}个抽中工程安排检查，请逐一提交审批。",
        back=reverse("visits:inspection-list"),
        facts=[
            ("抽取", draw.title or draw.number),
            ("抽中、待安排", f"{len(waiting)} 个工程"),
            ("工程与人员", "；".join(names)),
        ],
        crumbs=crumbs_of(),
    )
    return act_page(request, page, form, save)


@requires(ARRANGE)
@require_http_methods(["GET", "POST"])
def team_edit(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Put another team in place."""
    inspection = inspection_of(pk)
    people = list(inspection.officers.all())
    officers = [one for one in people if one.role == OfficerRole.OFFICER and one.officer_id is not None]
    initial = {
        "officers": [str(one.officer_id) for one in officers],
        "leader": next((str(one.officer_id) for one in officers if one.is_leader), ""),
        "helpers": [str(one.user) for one in people if one.role == OfficerRole.ASSISTANT and one.user],
        "helper_names": "、".join(
            one.name for one in people if one.role == OfficerRole.ASSISTANT and not one.user
        ),
    }
    form = bound(request, TeamForm, initial)

    def save(data: dict[str, Any]) -> None:
        teams.change_team(
            inspection_id=pk, team=form.team, reason=data["reason"], by=request.user, at=timezone.now()
        )

    page = ActPage(
        title="更换检查人员",
        submit="保存人员",
        done="检查人员已更换。",
        back=detail_url(inspection),
        note=f"{inspection.number} {inspection.project.name}",
        crumbs=crumbs_of(inspection),
    )
    return act_page(request, page, form, save)


@requires(ARRANGE)
@require_http_methods(["GET", "POST"])
def merge(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """综合查一次: join another check of the site in the same month."""
    inspection = inspection_of(pk)
    others = same_site(inspection.project_id, inspection.inspected_on, but=pk)
    form = bound(request, MergeForm, {"other": others.first()}, others=others)

    def save(data: dict[str, Any]) -> None:
        visits.merge_visits(inspection_id=pk, with_id=data["other"].pk, by=request.user, at=timezone.now())

    page = ActPage(
        title="合并为一次到场",
        submit="合并检查",
        done="已合并为一次到场。",
        back=detail_url(inspection),
        facts=[
            *facts_of(inspection),
            (
                "同月其他检查",
                "；".join(
                    f"{one.number} {one.get_kind_display()} {display.day(one.inspected_on)}" for one in others
                ),
            ),
        ],
        warning="合并后检查日期改为所选检查的日期，企业本年度检查次数只计一次；编号、审批和记录仍各自保留。",
        crumbs=crumbs_of(inspection),
    )
    return act_page(request, page, form, save)


@requires(ARRANGE)
@require_http_methods(["GET", "POST"])
def split(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Take the check out of the shared visit."""
    inspection = inspection_of(pk)

    def save(_: dict[str, Any]) -> None:
        visits.split_visit(inspection_id=pk, by=request.user, at=timezone.now())

    page = ActPage(
        title="拆分为单独到场",
        submit="拆分",
        done="已拆分为单独到场。",
        back=detail_url(inspection),
        facts=facts_of(inspection),
        warning="拆分后单独计入企业本年度检查次数。",
        crumbs=crumbs_of(inspection),
    )
    return act_page(request, page, bound(request, forms.Form), save)


@requires(ARRANGE)
@require_http_methods(["GET", "POST"])
def void(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """作废: number and reason stay."""
    inspection = inspection_of(pk)

    def save(data: dict[str, Any]) -> None:
        visits.void_inspection(inspection_id=pk, reason=data["reason"], by=request.user, at=timezone.now())

    page = ActPage(
        title=f"作废检查{inspection.number}",
        submit="作废",
        done="检查已作废，编号和原因保留。",
        back=detail_url(inspection),
        facts=facts_of(inspection),
        warning="作废后不能恢复；编号、人员和作废原因仍可查看，平板上未送达的记录送达后留待处理。",
        crumbs=crumbs_of(inspection),
        is_danger=True,
    )
    return act_page(request, page, bound(request, ReasonForm), save)
