"""Pages of the officers' directory, of their ties, and of the objects that draws draw from."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.act_pages import ActPage, act_page, bound
from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core import display
from core.columns import Column, Kind
from core.components import Empty, Link
from core.listing import ListSpec
from inspections.draw_chips import certificate_chip
from inspections.filters.draws import SOON_DAYS, ObjectFilter, OfficerFilter
from inspections.forms.officers import EndTieForm, OfficerForm, TieForm
from inspections.models import Officer, OfficerTie
from inspections.rules.draw_parameters import shipped, weigh
from inspections.selectors.draw_population import exclusion_of, projects_to_draw, with_checks
from inspections.selectors.trail import trail_of
from inspections.services import officers as service
from inspections.services.officers import OfficerText
from inspections.views.draws import VIEW, WITNESS
from projects.models import Project
from tenancy.models import Jurisdiction

EDIT = Capability.OFFICER_EDIT


def officer_url(row: Officer) -> str:
    """The entry's page."""
    return reverse("draws:officer-detail", args=[row.pk])


def _certificate(row: Officer) -> Any:
    return certificate_chip(row, timezone.localdate(), SOON_DAYS)


OFFICERS: ListSpec[Officer] = ListSpec(
    title="检查人员名录",
    key="officers",
    columns=(
        Column("name", "姓名", sort=("name",), link=officer_url, css="nowrap"),
        Column("place", "所属单位", value="jurisdiction.short_name", sort=("jurisdiction__unit_order",)),
        Column("number", "执法证号", value="enforcement_id", sort=("enforcement_id",)),
        Column("valid", "有效期至", value="id_valid_until", kind=Kind.DATE, sort=("id_valid_until",)),
        Column(
            "state",
            "资格",
            value=lambda row: "在库" if row.is_active else "已出库",
            render=_certificate,
            css="nowrap",
        ),
        Column("post", "职务", css="nowrap"),
        Column("specialty", "专业", css="nowrap"),
        Column("account", "账户", value="user.username"),
    ),
    default_sort="place",
    filterset=OfficerFilter,
    search=("name__icontains", "enforcement_id__icontains"),
    search_label="姓名或执法证号",
    empty=Empty("名录中还没有检查人员", "登记持证人员后才能抽取检查组。"),
)


def _crumbs(row: Officer | None = None) -> list[Link]:
    links = [Link("检查人员名录", reverse("draws:officer-list"))]
    return links if row is None else [*links, Link(row.name, officer_url(row))]


@requires(WITNESS)
@require_safe
def officer_list(request: ScopedRequest) -> HttpResponse:
    """The directory, with a warning for certificates that end."""
    today = timezone.localdate()
    rows = Officer.objects.select_related("jurisdiction", "user")
    listing = OFFICERS.build(request.GET, rows, scope=request.scope)
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    may_edit = request.assignment.allows(EDIT)
    actions = [Link("登记检查人员", reverse("draws:officer-new"), is_primary=True)] if may_edit else []
    context = {
        "listing": listing,
        "actions": actions,
        "expired": Officer.objects.filter(is_active=True, id_valid_until__lt=today).count(),
    }
    return render(request, "inspections/draws/officer_list.html", context)


@requires(WITNESS)
@require_safe
def officer_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """One entry with its ties and the draws that named the person."""
    row = get_object_or_404(Officer.objects.select_related("jurisdiction", "user"), pk=pk)
    drawn = row.draws.select_related("draw", "drawn_project__project").order_by("-draw__drawn_on", "position")
    may_edit = request.assignment.allows(EDIT)
    actions = []
    if may_edit:
        actions = [
            Link("修改", reverse("draws:officer-edit", args=[pk])),
            Link("申报回避情形", reverse("draws:tie-new", args=[pk]), is_primary=True),
        ]
    context = {
        "officer": row,
        "chip": _certificate(row),
        "facts": [
            ("所属单位", row.jurisdiction.name),
            ("执法证号", row.enforcement_id),
            ("有效期至", display.day(row.id_valid_until)),
            ("职务", row.post),
            ("专业", row.specialty),
            ("账户", row.user.username if row.user else ""),
            ("出库原因", row.left_reason),
        ],
        "ties": list(row.ties.select_related("organization", "project")),
        "drawn": list(drawn[:50]),
        "may_edit": may_edit,
        "timeline": trail_of(row),
        "actions": actions,
        "crumbs": _crumbs(),
    }
    return render(request, "inspections/draws/officer_detail.html", context)


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def officer_new(request: ScopedRequest) -> HttpResponse:
    """Enter somebody."""
    own = request.assignment.jurisdiction
    form = bound(request, OfficerForm, {"place": own.code}, place=own, is_new=True)

    def save(data: dict[str, Any]) -> str:
        place = Jurisdiction.objects.get(code=data["place"])
        text = OfficerText(**form.values())
        return officer_url(
            service.add_officer(text=text, jurisdiction=place, by=request.user, at=timezone.now())
        )

    page = ActPage(
        title="登记检查人员",
        submit="保存",
        done="检查人员已登记。",
        back=reverse("draws:officer-list"),
        crumbs=_crumbs(),
    )
    return act_page(request, page, form, save)


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def officer_edit(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Change an entry, take somebody out or in again."""
    row = get_object_or_404(Officer.objects.select_related("jurisdiction"), pk=pk)
    initial = {name: getattr(row, name) for name in OfficerForm.base_fields if hasattr(row, name)}
    initial["account"] = str(row.user_id or "")
    form = bound(request, OfficerForm, initial, place=row.jurisdiction, is_new=False)

    def save(_: dict[str, Any]) -> None:
        text = OfficerText(**form.values())
        service.edit_officer(officer_id=pk, text=text, by=request.user, at=timezone.now())

    page = ActPage(
        title="修改检查人员",
        submit="保存",
        done="检查人员已保存。",
        back=officer_url(row),
        crumbs=_crumbs(row),
    )
    return act_page(request, page, form, save)


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def tie_new(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Declare a tie."""
    row = get_object_or_404(Officer, pk=pk)

    def save(data: dict[str, Any]) -> None:
        service.add_tie(officer_id=pk, by=request.user, at=timezone.now(), **data)

    page = ActPage(
        title="申报回避情形",
        submit="保存",
        done="回避情形已登记，抽取时自动回避。",
        back=officer_url(row),
        facts=[("检查人员", row.name)],
        crumbs=_crumbs(row),
    )
    form = bound(request, TieForm, {"declared_on": timezone.localdate()})
    return act_page(request, page, form, save)


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def tie_end(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """A tie lasts no longer."""
    tie = get_object_or_404(OfficerTie.objects.select_related("officer", "organization", "project"), pk=pk)
    if tie.ended_on is not None:
        return redirect(officer_url(tie.officer))

    def save(data: dict[str, Any]) -> None:
        service.end_tie(tie_id=pk, ended_on=data["ended_on"], by=request.user, at=timezone.now())

    about = tie.organization or tie.project
    page = ActPage(
        title="解除回避情形",
        submit="解除",
        done="回避情形已解除。",
        back=officer_url(tie.officer),
        facts=[
            ("检查人员", tie.officer.name),
            ("对象", about.name if about else ""),
            ("情形", tie.get_kind_display()),
            ("申报日期", display.day(tie.declared_on)),
        ],
        crumbs=_crumbs(tie.officer),
    )
    return act_page(request, page, bound(request, EndTieForm, {"ended_on": timezone.localdate()}), save)


def _project_url(row: Project) -> str:
    return reverse("projects:project-detail", args=[row.pk])


def _weight(row: Any) -> tuple[int, str]:
    return weigh(
        shipped(),
        risk_class=row.risk_class,
        is_nil_county=row.in_nil_county,
        is_key_object=row.is_key_object,
    )


def _exclusion(row: Any) -> str:
    return exclusion_of(row, row.checked_on, timezone.localdate(), shipped())


OBJECTS: ListSpec[Any] = ListSpec(
    title="抽查对象名录",
    key="draw-objects",
    columns=(
        Column(
            "name", "工程", sort=("name_pinyin",), link=_project_url, note=lambda p: p.code, css="col-wide"
        ),
        Column("county", "县（市、区）", value="jurisdiction.short_name", sort=("jurisdiction__unit_order",)),
        Column("level", "监督级别", value="get_supervision_level_display", sort=("supervision_level",)),
        Column("risk", "风险类别", value="get_risk_class_display", sort=("risk_class",)),
        Column("key", "重点监管对象", value=lambda p: "是" if p.is_key_object else ""),
        Column(
            "checked", "最近检查", value="checked_on", kind=Kind.DATE, sort=("checked_on",), nullable=True
        ),
        Column("weight", "权重", value=lambda p: _weight(p)[0] / 100, kind=Kind.NUMBER),
        Column("why", "权重依据", value=lambda p: _weight(p)[1]),
        Column("exclusion", "目前排除", value=_exclusion),
    ),
    default_sort="name",
    filterset=ObjectFilter,
    search=("name__icontains", "code__icontains"),
    search_latin=("name_pinyin__contains", "name_initials__contains"),
    search_label="工程名称、编号或拼音首字母",
    empty=Empty("没有在建的市级、县级监管工程", "抽查对象取自工程台账。"),
)


@requires(VIEW)
@require_safe
def object_list(request: ScopedRequest) -> HttpResponse:
    """The directory of objects: what a draw of today would draw from, with weight and exclusion."""
    today = timezone.localdate()
    rows = with_checks(projects_to_draw(today), today, shipped())
    listing = OBJECTS.build(request.GET, rows, scope=request.scope)
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    context = {"listing": listing, "crumbs": [Link("双随机抽查", reverse("draws:draw-list"))]}
    return render(request, "inspections/draws/object_list.html", context)
