"""Pages of the register: the list of projects and one project."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core import display
from core.columns import Column, Kind
from core.components import Empty, Link, Tone, chip
from core.listing import ListSpec
from projects.chips import registration_chip, status_chip
from projects.enums import ProjectStatus
from projects.filters.register import ProjectFilter
from projects.models import Project
from projects.selectors.bulk import bulk_bar
from projects.selectors.project_page import ProjectPage, Reader, project_page
from projects.selectors.project_timeline import KINDS as TIMELINE_KINDS
from projects.selectors.project_timeline import Timeline
from projects.selectors.register import registered_projects
from projects.views.parties_block import parties_context


def _registration(project: Any) -> Any:
    return registration_chip(
        is_registered=project.is_registered, is_needed=project.status != ProjectStatus.PLANNED
    )


def _registration_text(project: Any) -> str:
    return "已办" if project.is_registered else "未办"


def _progress(project: Project) -> Decimal | None:
    return None if project.progress_percent is None else project.progress_percent.normalize()


def _row_css(project: Any) -> str:
    is_missing = not project.is_registered and project.status != ProjectStatus.PLANNED
    return "row-bad" if is_missing else ""


PROJECTS: ListSpec[Project] = ListSpec(
    title="工程台账",
    columns=(
        Column(
            "name",
            "工程名称",
            sort=("name_pinyin",),
            link=lambda p: reverse("projects:project-detail", args=[p.pk]),
            note=lambda p: p.code,
            css="col-name",
        ),
        Column("code", "工程编号", sort=("code",), is_shown=False),
        Column("county", "县（市、区）", value="jurisdiction.short_name", sort=("jurisdiction__unit_order",)),
        Column("category", "工程类别", value="get_category_display", sort=("category",)),
        Column(
            "status",
            "建设状态",
            value="get_status_display",
            sort=("status",),
            render=status_chip,
            css="nowrap",
        ),
        Column("level", "监督级别", value="get_supervision_level_display", sort=("supervision_level",)),
        Column("legal_person", "项目法人", value="legal_person.name", sort=("legal_person__name_pinyin",)),
        Column(
            "estimate",
            "批复概算",
            unit="万元",
            value="approved_estimate_wan_yuan",
            kind=Kind.MONEY,
            sort=("approved_estimate_wan_yuan",),
            nullable=True,
        ),
        Column(
            "progress",
            "形象进度",
            unit="%",
            value=_progress,
            kind=Kind.NUMBER,
            sort=("progress_percent",),
            nullable=True,
        ),
        Column(
            "started",
            "开工日期",
            value="started_on",
            kind=Kind.DATE,
            sort=("started_on",),
            nullable=True,
            is_shown=False,
        ),
        Column(
            "registration",
            "监督手续",
            value=_registration_text,
            render=_registration,
            sort=("is_registered",),
            css="nowrap",
        ),
        Column(
            "risk",
            "风险类别",
            value="get_risk_class_display",
            sort=("risk_class",),
            is_shown=False,
        ),
        Column(
            "site",
            "标准化工地",
            value="get_site_standing_display",
            sort=("site_standing",),
            is_shown=False,
        ),
        Column(
            "cost",
            "建安费",
            unit="万元",
            value="construction_cost_wan_yuan",
            kind=Kind.MONEY,
            sort=("construction_cost_wan_yuan",),
            nullable=True,
            is_shown=False,
        ),
        Column(
            "key",
            "重点监管",
            value="is_key_object",
            render=lambda p: (
                chip(Tone.WARN, "重点", p.key_object_reason) if p.is_key_object else display.EMPTY
            ),
            sort=("is_key_object",),
        ),
    ),
    default_sort="name",
    key="projects",
    filterset=ProjectFilter,
    search=("name__icontains", "code__icontains", "legal_person__name__icontains"),
    search_latin=("name_pinyin__contains", "name_initials__contains"),
    search_label="工程名称、编号、项目法人或拼音首字母",
    row_css=_row_css,
    empty=Empty("还没有工程", "工程由县区登记，或从台账导入。"),
)


@requires(Capability.PROJECT_VIEW)
@require_safe
def project_list(request: ScopedRequest) -> HttpResponse:
    """The register."""
    listing = PROJECTS.build(request.GET, registered_projects(), scope=request.scope)
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    listing.bulk = bulk_bar(request.assignment)
    may_edit = request.assignment.allows(Capability.REGISTER_EDIT)
    actions = [Link("登记工程", reverse("projects:project-new"), is_primary=True)] if may_edit else []
    return render(request, "projects/project_list.html", {"listing": listing, "actions": actions})


@requires(Capability.PROJECT_VIEW)
@require_safe
def project_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Everything about one project, flat, with anchors."""
    project = get_object_or_404(registered_projects(), pk=pk)
    with_notices = request.assignment.allows(Capability.NOTICE_VIEW)
    as_of = timezone.localdate()
    allows = request.assignment.allows
    reader = Reader(
        notices=with_notices,
        arranged=allows(Capability.INSPECTION_VIEW),
        documents=allows(Capability.DOCUMENT_VIEW),
        trail=allows(Capability.RETURN_VIEW),
    )
    page = project_page(project, as_of=as_of, reader=reader, kind=request.GET.get("kind", ""))
    may_edit = request.assignment.allows(Capability.REGISTER_EDIT)
    crumbs = [Link("工程台账", reverse("projects:project-list"))]
    context = {
        "page": page,
        "project": project,
        "crumbs": crumbs,
        "status_chip": status_chip(project),
        "with_notices": with_notices,
        "may_edit": may_edit,
        "may_review": request.assignment.allows(Capability.FILING_REVIEW),
        "actions": _actions(request, page, project),
        "line_tabs": _line_tabs(project, page.timeline),
        "may_see_documents": request.assignment.allows(Capability.DOCUMENT_VIEW),
        **parties_context(request, project, page, as_of=as_of),
    }
    return render(request, "projects/project_detail.html", context)


def _actions(request: ScopedRequest, page: ProjectPage, project: Project) -> list[Link]:
    own = [project.pk]
    links = []
    if request.assignment.allows(Capability.RETURN_VIEW):
        links.append(Link("一项一档", reverse("reports:project-file", args=own)))
    if request.assignment.allows(Capability.INSPECTION_ARRANGE):
        links.append(Link("安排检查", reverse("visits:arrange", query={"project": project.pk})))
    if not request.assignment.allows(Capability.REGISTER_EDIT):
        return links
    links += [
        Link("修改工程信息", reverse("projects:project-edit", args=own)),
        Link("标注位置", reverse("projects:project-position", args=own)),
        Link("上传附件", reverse("projects:attachment-add", args=own)),
    ]
    # What carries anything cannot be removed, so nobody is offered to.
    if not (page.sections or page.units or page.returns.months or page.inspections or page.findings):
        links.append(Link("删除工程", reverse("projects:project-remove", args=own)))
    return links


def _line_tabs(project: Project, timeline: Timeline) -> list[tuple[str, str, int, bool]]:
    """(label, address, count, is current) of each kind of event."""
    page = reverse("projects:project-detail", args=[project.pk])
    tabs = [("全部", f"{page}#timeline", timeline.total, not timeline.kind)]
    for kind, label in TIMELINE_KINDS.items():
        address = reverse("projects:project-detail", args=[project.pk], query={"kind": kind})
        tabs.append((label, f"{address}#timeline", timeline.counts[kind], timeline.kind == kind))
    return tabs
