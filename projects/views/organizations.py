"""Pages of organizations: the list, one organization across projects, registering and putting right."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core import display
from core.columns import Column, Kind
from core.components import Empty, Link, Tone, chip
from core.listing import ListSpec
from projects.filters.parties import OrganizationFilter
from projects.forms.parties import OrganizationChangeForm, OrganizationForm
from projects.models import Organization
from projects.selectors.legal_person_reports import state_chip, timing_chip
from projects.selectors.parties.organizations import (
    listed_organizations,
    organization_page,
    roles_text,
    visible_organizations,
)
from projects.services.parties.organizations import change_organization, register_organization
from projects.views.editing import show_form, write
from tenancy.models import Jurisdiction

FORM = "projects/parties/form.html"

ORGANIZATIONS: ListSpec[Organization] = ListSpec(
    title="单位",
    columns=(
        Column(
            "name",
            "单位名称",
            sort=("name_pinyin",),
            link=lambda o: organization_url(o),
            note=lambda o: o.uscc,
            css="col-name",
        ),
        Column("uscc", "统一社会信用代码", sort=("uscc",), is_shown=False),
        Column("kind", "单位性质", value="get_kind_display", sort=("kind",), css="nowrap"),
        Column("roles", "参建角色", value=lambda o: roles_text(_annotated(o).roles)),
        Column(
            "active",
            "在建工程",
            value="active_project_count",
            kind=Kind.INTEGER,
            sort=("active_project_count",),
        ),
        Column(
            "open",
            "未销号问题",
            value="open_count",
            kind=Kind.INTEGER,
            sort=("open_count",),
            link=lambda o: findings_url(o, state="OPEN") if _annotated(o).open_count else "",
        ),
        Column("overdue", "逾期问题", value="overdue_count", kind=Kind.INTEGER, sort=("overdue_count",)),
        Column("head", "法定代表人", value="legal_representative", is_shown=False),
    ),
    default_sort="name",
    key="organizations",
    filterset=OrganizationFilter,
    search=("name__icontains", "uscc__icontains"),
    search_latin=("name_pinyin__contains", "name_initials__contains"),
    search_label="单位名称、信用代码或拼音首字母",
    row_css=lambda o: "row-bad" if _annotated(o).overdue_count else "",
    empty=Empty("还没有单位", "参建单位在工程页登记，也可在这里新登记。"),
)


def _annotated(row: Any) -> Any:
    """The row with what the list's query computed."""
    return row


def organization_url(organization: Organization) -> str:
    """Its page."""
    return reverse("organizations:organization-detail", args=[organization.pk])


def findings_url(organization: Organization, **more: str) -> str:
    """Its findings in the list of all."""
    return reverse("inspections:finding-list", query={"q": organization.name, **more})


def organization_crumbs(organization: Organization | None = None) -> list[Link]:
    """The way to the pages of one organization."""
    crumbs = [Link("单位", reverse("organizations:organization-list"))]
    if organization is not None:
        crumbs.append(Link(organization.name, organization_url(organization)))
    return crumbs


@requires(Capability.PROJECT_VIEW)
@require_safe
def organization_list(request: ScopedRequest) -> HttpResponse:
    """The organizations that the reader's records name."""
    rows = listed_organizations(request.scope, as_of=timezone.localdate())
    listing = ORGANIZATIONS.build(request.GET, rows)
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    actions = []
    if request.assignment.allows(Capability.ORGANIZATION_MERGE):
        actions.append(Link("查找重复单位", reverse("organizations:duplicate-list")))
    if request.assignment.allows(Capability.REGISTER_EDIT):
        actions.append(Link("登记单位", reverse("organizations:organization-new"), is_primary=True))
    return render(
        request, "projects/parties/organization_list.html", {"listing": listing, "actions": actions}
    )


@requires(Capability.PROJECT_VIEW)
@require_safe
def organization_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """One organization across projects."""
    organization = get_object_or_404(visible_organizations(request.scope), pk=pk)
    as_of = timezone.localdate()
    allows = request.assignment.allows
    page = organization_page(
        organization,
        as_of=as_of,
        with_findings=allows(Capability.FINDING_VIEW),
        with_notices=allows(Capability.NOTICE_VIEW),
        with_reports=allows(Capability.REPORT_VIEW),
    )
    kept = organization.merged_into
    actions = []
    if kept is None and allows(Capability.ORGANIZATION_MERGE):
        actions.append(Link("并入其他单位", reverse("organizations:organization-merge", args=[pk])))
    if kept is None and allows(Capability.REGISTER_EDIT):
        actions.append(Link("修改", reverse("organizations:organization-edit", args=[pk])))
    context = {
        "organization": organization,
        "page": page,
        "today": as_of,
        "reports": [(row, state_chip(row), timing_chip(row, as_of)) for row in page.reports],
        "kept": kept,
        "kept_url": organization_url(kept) if kept else "",
        "state_chip": chip(Tone.IDLE, "已并入其他单位") if kept else "",
        "facts": _facts(organization, may_call=allows(Capability.REGISTER_EDIT)),
        "actions": actions,
        "findings_url": findings_url(organization),
        "with_findings": allows(Capability.FINDING_VIEW),
        "with_notices": allows(Capability.NOTICE_VIEW),
        "crumbs": organization_crumbs(),
    }
    return render(request, "projects/parties/organization_detail.html", context)


def _facts(organization: Organization, *, may_call: bool) -> list[tuple[str, object]]:
    phone = organization.phone
    return [
        ("统一社会信用代码", organization.uscc),
        ("单位性质", organization.get_kind_display()),
        ("法定代表人", organization.legal_representative),
        ("联系电话", phone if may_call else display.masked_phone(phone)),
    ]


@requires(Capability.REGISTER_EDIT)
@require_http_methods(["GET", "POST"])
def organization_new(request: ScopedRequest) -> HttpResponse:
    """Register an organization once for the city."""
    form = OrganizationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = write(
            form,
            lambda: register_organization(
                **form.cleaned_data, registered_in=_own_county(request), by=request.user, at=timezone.now()
            ),
        )
        if made is not None:
            messages.success(request, f"已登记“{made.name}”。")
            return redirect(organization_url(made))
    return show_form(
        request,
        form,
        title="登记单位",
        submit="登记",
        cancel_url=reverse("organizations:organization-list"),
        crumbs=organization_crumbs(),
        note="同一统一社会信用代码全市只登记一次，各县（市、区）共用。",
        template=FORM,
    )


def _own_county(request: ScopedRequest) -> Jurisdiction | None:
    county_id = request.scope.county_id
    return None if county_id is None else Jurisdiction.objects.get(pk=county_id)


@requires(Capability.REGISTER_EDIT)
@require_http_methods(["GET", "POST"])
def organization_edit(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Put an organization right; its name and nature are the bureau's matter."""
    organization = get_object_or_404(visible_organizations(request.scope), pk=pk)
    may_rename = request.scope.county_id is None
    form = OrganizationChangeForm(
        request.POST if request.method == "POST" else None,
        organization=organization,
        may_rename=may_rename,
    )
    if request.method == "POST" and form.is_valid():
        saved = write(
            form,
            lambda: change_organization(
                organization_id=pk, values=form.cleaned_data, by=request.user, at=timezone.now()
            ),
        )
        if saved is not None:
            messages.success(request, "单位信息已保存。")
            return redirect(organization_url(organization))
    note = "信用代码登记后不能改；登记错了的，按正确代码另行登记，由市局合并。"
    if not may_rename:
        note += "名称和性质全市共用，由市局修改。"
    return show_form(
        request,
        form,
        title=f"修改 {organization.name}",
        submit="保存",
        cancel_url=organization_url(organization),
        crumbs=organization_crumbs(organization),
        facts=[("统一社会信用代码", organization.uscc), ("单位名称", organization.name)],
        note=note,
        template=FORM,
    )
