"""Pages of organization profiles."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.act_pages import ActPage, bound
from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core import display
from core.columns import Column, Kind
from core.components import Empty, Link
from core.listing import ListSpec
from guidance.chips import body_chip, body_state
from guidance.filters import BodyFilter
from guidance.forms.county import BodyForm
from guidance.forms.tasks import ReasonForm
from guidance.models import BodyFiling
from guidance.selectors.tasks import history
from guidance.services import bodies as service
from guidance.views.pages import VIEW, confirm_page, form_page
from projects.models import SupervisionBody

SUBMIT, CONFIRM = Capability.BODY_SUBMIT, Capability.BODY_CONFIRM


def _url(row: SupervisionBody) -> str:
    return reverse("guidance:body-detail", args=[row.pk])


BODIES: ListSpec[SupervisionBody] = ListSpec(
    title="机构概况",
    columns=(
        Column(
            "county",
            "县（市、区）",
            value="jurisdiction.short_name",
            sort=("jurisdiction__unit_order",),
            link=_url,
            css="nowrap",
        ),
        Column("year", "年度", sort=("year",), render=lambda b: f"{b.year}年"),
        Column("institution", "机构设立文件", value="institution_document", css="col-wide"),
        Column(
            "supervisors",
            "专职监督员",
            unit="人",
            value="full_time_supervisors",
            kind=Kind.INTEGER,
            sort=("full_time_supervisors",),
        ),
        Column("funding", "监督经费", unit="万元", value="funding_wan_yuan", kind=Kind.MONEY),
        Column(
            "confirmed", "确认", value="confirmed_on", kind=Kind.DATE, sort=("confirmed_on",), nullable=True
        ),
        Column("state", "状态", value=lambda b: body_state(b)[1], render=body_chip, css="nowrap"),
    ),
    key="supervision-bodies",
    default_sort="-year",
    filterset=BodyFilter,
    search=(
        "institution_document__icontains",
        "funding_document__icontains",
        "jurisdiction__name__icontains",
    ),
    search_latin=("jurisdiction__name_initials__contains",),
    search_label="县名、文件或拼音首字母",
    empty=Empty("还没有机构概况", "县局每年填报机构、人员、经费，市局确认。"),
)


def _rows() -> Any:
    return SupervisionBody.objects.select_related("jurisdiction")


@requires(VIEW)
@require_safe
def body_list(request: ScopedRequest) -> HttpResponse:
    """All profiles of the scope."""
    years = list(SupervisionBody.objects.order_by("-year").values_list("year", flat=True).distinct())
    listing = BODIES.build(request.GET, _rows(), scope=request.scope, years=years)
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    year = timezone.localdate().year
    may_file = request.assignment.allows(SUBMIT) and year not in years
    context = {
        "listing": listing,
        "actions": [
            Link(f"填报{year}年度概况", reverse("guidance:body-open"), method="post", is_primary=True)
        ]
        if may_file
        else [],
    }
    return render(request, "guidance/body_list.html", context)


@requires(VIEW)
@require_safe
def body_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """One profile, and how the rubric reads the county today."""
    row = get_object_or_404(_rows(), pk=pk)
    filing = BodyFiling.objects.filter(body=row).first()
    is_confirmed = row.confirmed_on is not None
    context = {
        "body": row,
        "filing": filing,
        "title": f"{row.jurisdiction.short_name}{row.year}年度机构概况",
        "state_chip": body_chip(row),
        "as_of": timezone.localdate(),
        "facts": [
            ("机构设立文件", row.institution_document),
            ("专职监督员", f"{row.full_time_supervisors} 人"),
            ("经费批复文件", row.funding_document),
            ("年度监督经费", display.wan_yuan(row.funding_wan_yuan)),
            ("主要职责", row.duties),
            ("办公检测装备", row.equipment),
            ("联系人", row.contact_name),
            ("联系电话", row.contact_phone),
            (
                "提交",
                f"{row.submitted_by_name} {display.moment(row.submitted_at)}" if row.submitted_at else "",
            ),
            ("确认", f"{row.confirmed_by_name} {display.day(row.confirmed_on)}" if is_confirmed else ""),
        ],
        "timeline": history(row),
        "actions": _actions(request, row),
        "crumbs": _crumbs(),
    }
    return render(request, "guidance/body_detail.html", context)


def _actions(request: ScopedRequest, row: SupervisionBody) -> list[Link]:
    address = [row.pk]
    links = []
    if row.submitted_at is None and row.confirmed_on is None and request.assignment.allows(SUBMIT):
        links += [
            Link("提交市局确认", reverse("guidance:body-submit", args=address), is_primary=True),
            Link("修改", reverse("guidance:body-edit", args=address)),
        ]
    if request.assignment.allows(CONFIRM):
        if row.submitted_at is not None and row.confirmed_on is None:
            links.append(Link("确认", reverse("guidance:body-confirm", args=address), is_primary=True))
        if row.submitted_at is not None or row.confirmed_on is not None:
            links.append(Link("退回更正", reverse("guidance:body-return", args=address), is_danger=True))
    return links


def _crumbs(row: SupervisionBody | None = None) -> list[Link]:
    links = [Link("机构概况", reverse("guidance:body-list"))]
    if row is None:
        return links
    return [*links, Link(f"{row.jurisdiction.short_name}{row.year}年度", _url(row))]


@requires(SUBMIT)
@require_POST
def body_open(request: ScopedRequest) -> HttpResponse:
    """This year's profile, carried over from last year's."""
    row = service.open_body(
        jurisdiction=request.assignment.jurisdiction,
        year=timezone.localdate().year,
        by=request.user,
        at=timezone.now(),
    )
    return redirect(_url(row))


@requires(SUBMIT)
@require_http_methods(["GET", "POST"])
def body_edit(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Change a profile that is not submitted."""
    row = get_object_or_404(_rows(), pk=pk)
    if row.submitted_at is not None or row.confirmed_on is not None:
        return redirect(_url(row))
    filing = BodyFiling.objects.filter(body=row).first()

    def save(form: BodyForm) -> None:
        service.edit_body(body_id=pk, text=form.text, by=request.user, at=timezone.now())

    initial = {name: getattr(row, name, "") for name in BodyForm.base_fields}
    initial["supervisors"] = filing.supervisors if filing is not None else []
    page = ActPage(
        title="填报机构概况", submit="保存", done="机构概况已保存。", back=_url(row), crumbs=_crumbs(row)
    )
    return form_page(request, page, bound(request, BodyForm, initial), save)


def _facts(row: SupervisionBody) -> list[tuple[str, object]]:
    return [
        ("县（市、区）", row.jurisdiction.short_name),
        ("年度", f"{row.year}年"),
        ("机构设立文件", row.institution_document or "未填"),
        ("专职监督员", f"{row.full_time_supervisors} 人"),
        ("经费批复文件", row.funding_document or "未填"),
        ("年度监督经费", display.wan_yuan(row.funding_wan_yuan)),
    ]


@requires(SUBMIT)
@require_http_methods(["GET", "POST"])
def body_submit(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """To the bureau."""
    row = get_object_or_404(_rows(), pk=pk)
    page = ActPage(
        title="提交机构概况",
        submit="提交市局确认",
        done="已提交市局确认。",
        back=_url(row),
        facts=_facts(row),
        warning="提交后不能修改；未填的内容按“没有”计。",
        crumbs=_crumbs(row),
    )

    def run(_: dict[str, Any]) -> None:
        service.submit_body(body_id=pk, by=request.user, at=timezone.now())

    return confirm_page(request, page, run)


@requires(CONFIRM)
@require_http_methods(["GET", "POST"])
def body_confirm(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The bureau has seen the documents."""
    row = get_object_or_404(_rows(), pk=pk)
    page = ActPage(
        title="确认机构概况",
        submit="确认",
        done="机构概况已确认。",
        back=_url(row),
        facts=_facts(row),
        warning="确认日期即今天；此后按该概况计取“质量监督机构、人员、经费落实”。",
        crumbs=_crumbs(row),
    )

    def run(_: dict[str, Any]) -> None:
        service.confirm_body(body_id=pk, by=request.user, at=timezone.now())

    return confirm_page(request, page, run)


@requires(CONFIRM)
@require_http_methods(["GET", "POST"])
def body_return(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Back to the county."""
    row = get_object_or_404(_rows(), pk=pk)
    warning = "退回后到重新确认前，按上一年度已确认的概况计分。" if row.confirmed_on is not None else ""
    page = ActPage(
        title="退回机构概况",
        submit="退回更正",
        done="已退回县局。",
        back=_url(row),
        facts=_facts(row),
        warning=warning,
        crumbs=_crumbs(row),
        is_danger=True,
    )

    def run(data: dict[str, Any]) -> None:
        service.return_body(body_id=pk, **data, by=request.user, at=timezone.now())

    return confirm_page(request, page, run, bound(request, ReasonForm))
