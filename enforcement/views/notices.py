"""Pages of 整改通知书: the list and one notice. The official document itself belongs to `reports`."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core import display
from core.columns import Column, Kind
from core.components import Empty, Link
from core.listing import ListSpec
from enforcement.chips import is_notice_overdue, notice_chip
from enforcement.enums import NoticeState
from enforcement.filters.notices import NoticeFilter
from enforcement.forms import RegisterForm
from enforcement.models import RectificationNotice
from enforcement.selectors.notices import notice_page, visible_notices
from enforcement.services.county_notices import register_county_notice
from enforcement.views.acts import Act, Page, links_of, run_act
from inspections.enums import OrganizerLevel


def _due(notice: RectificationNotice) -> str | SafeString:
    today = timezone.localdate()
    if notice.due_on is None or not is_notice_overdue(notice, today):
        return display.day(notice.due_on)
    days = display.number((today - notice.due_on).days)
    return format_html(
        '{}<span class="cell-note bad-text">逾期 {} 天</span>', display.day(notice.due_on), days
    )


NOTICES: ListSpec[RectificationNotice] = ListSpec(
    title="整改通知书",
    key="notices",
    columns=(
        Column(
            "number",
            "编号",
            sort=("number",),
            link=lambda n: reverse("enforcement:notice-detail", args=[n.pk]),
            css="nowrap",
        ),
        Column(
            "addressee", "主送单位", value="addressee.name", sort=("addressee__name_pinyin",), css="col-name"
        ),
        Column("project", "工程", value="project.name", css="col-name"),
        Column("county", "县（市、区）", value="jurisdiction.short_name", sort=("jurisdiction__unit_order",)),
        Column("subject", "事由", value="get_subject_display"),
        Column("level", "签发层级", value="get_organizer_level_display", is_shown=False),
        Column("items", "问题", unit="个", value="item_count", kind=Kind.INTEGER, sort=("item_count",)),
        Column("open", "未销号", unit="个", value="open_count", kind=Kind.INTEGER, sort=("open_count",)),
        Column("issued", "签发", value="issued_on", kind=Kind.DATE, sort=("issued_on",), nullable=True),
        Column("due", "期限", value="due_on", kind=Kind.DATE, sort=("due_on",), nullable=True, render=_due),
        Column("state", "状态", value="get_state_display", sort=("state",), render=notice_chip, css="nowrap"),
    ),
    default_sort="-issued",
    filterset=NoticeFilter,
    search=("number__icontains", "addressee__name__icontains", "project__name__icontains"),
    search_latin=("addressee__name_initials__contains", "project__name_initials__contains"),
    search_label="编号、单位、工程或拼音首字母",
    row_css=lambda n: "row-muted" if n.state == NoticeState.REVOKED else "",
    empty=Empty("没有整改通知书", "整改通知书由检查发现的问题或招投标核查起草。"),
)


@requires(Capability.NOTICE_VIEW)
@require_safe
def notice_list(request: ScopedRequest) -> HttpResponse:
    """All notices of the scope."""
    as_of = timezone.localdate()
    listing = NOTICES.build(request.GET, visible_notices(), scope=request.scope, as_of=as_of)
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    return render(request, "enforcement/notice_list.html", {"listing": listing})


@requires(Capability.NOTICE_VIEW)
@require_safe
def notice_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """One notice: what it asks, what was answered, what is left."""
    notice = get_object_or_404(visible_notices().select_related("bidding_check"), pk=pk)
    is_own_draft = notice.state == NoticeState.DRAFT and notice.organizer_level == OrganizerLevel.COUNTY
    may_register = is_own_draft and request.assignment.allows(Capability.NOTICE_REGISTER)
    context = {
        "notice": notice,
        "is_county_notice": notice.organizer_level == OrganizerLevel.COUNTY,
        "actions": links_of(NOTICE_ACTS, notice, lambda name: _act_url(notice, name)) if may_register else [],
        "page": notice_page(notice, as_of=timezone.localdate()),
        "crumbs": [Link("整改通知书", reverse("enforcement:notice-list"))],
        "state_chip": notice_chip(notice),
    }
    return render(request, "enforcement/notice_detail.html", context)


NOTICE_ACTS = {
    "register": Act(
        label="登记签发",
        question="登记县级整改通知书的签发？",
        states=(NoticeState.DRAFT,),
        run=register_county_notice,
        done="已登记签发，所列问题进入整改，期限按严重程度起算。",
        form=RegisterForm,
        warning="登记后文号和签发日期不能更改，所列问题即为已通知。",
    )
}


def _act_url(notice: RectificationNotice, name: str) -> str:
    return reverse("enforcement:notice-act", args=[notice.pk, name])


@requires(Capability.NOTICE_REGISTER)
@require_http_methods(["GET", "POST"])
def notice_act(request: ScopedRequest, pk: uuid.UUID, act: str) -> HttpResponse:
    """Confirm page of one act on a county's own notice."""
    county = visible_notices().filter(organizer_level=OrganizerLevel.COUNTY)
    notice = get_object_or_404(county, pk=pk)
    own = reverse("enforcement:notice-detail", args=[pk])
    crumbs = [Link("整改通知书", reverse("enforcement:notice-list")), Link(notice.number, own)]
    facts: list[tuple[str, object]] = [
        ("主送单位", notice.addressee.name),
        ("工程", notice.project.name if notice.project else ""),
        ("列入问题（个）", notice.items.count()),
    ]
    return run_act(request, NOTICE_ACTS, act, notice, "notice_id", Page(own, facts, crumbs))
