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
from projects.selectors.project_page import project_page
from projects.selectors.register import registered_projects


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
    empty=Empty("没有符合条件的工程", "换一个条件；工程从台账导入登记。"),
)


@requires(Capability.PROJECT_VIEW)
@require_safe
def project_list(request: ScopedRequest) -> HttpResponse:
    """The register."""
    listing = PROJECTS.build(request.GET, registered_projects(), scope=request.scope)
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    listing.bulk = bulk_bar(request.assignment)
    return render(request, "projects/project_list.html", {"listing": listing})


@requires(Capability.PROJECT_VIEW)
@require_safe
def project_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Everything about one project, flat, with anchors."""
    project = get_object_or_404(registered_projects(), pk=pk)
    with_notices = request.assignment.allows(Capability.NOTICE_VIEW)
    page = project_page(project, as_of=timezone.localdate(), with_notices=with_notices)
    crumbs = [Link("工程台账", reverse("projects:project-list"))]
    context = {
        "page": page,
        "project": project,
        "crumbs": crumbs,
        "status_chip": status_chip(project),
        "with_notices": with_notices,
    }
    return render(request, "projects/project_detail.html", context)
