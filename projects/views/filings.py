"""Reviewing a 核备, and the page of what has to be filed."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core import display
from core.columns import Column, Kind
from core.components import Empty, Link, Tone, chip
from core.listing import ListSpec
from projects.filters.filings import FilingFilter
from projects.forms.records import FilingTypeForm, ReviewForm
from projects.models import FilingType, QualityFiling
from projects.services.register.filing_types import (
    add_filing_type,
    change_filing_type,
    load_default_filing_types,
)
from projects.services.register.filings import review_filing
from projects.views.editing import page_of, project_crumbs, show_form, write

_LIST = "projects:filing-type-list"


@requires(Capability.FILING_REVIEW)
@require_http_methods(["GET", "POST"])
def filing_review(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """同意 or 退回."""
    filing = get_object_or_404(QualityFiling.objects.select_related("project", "type"), pk=pk)
    project, today = filing.project, timezone.localdate()
    form = ReviewForm(request.POST if request.method == "POST" else None, initial={"reviewed_on": today})
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        saved = write(form, lambda: review_filing(filing_id=pk, **form.cleaned_data, by=request.user, at=at))
        if saved is not None:
            messages.success(request, f"{saved.number} 已办结：{saved.get_result_display()}。")
            return redirect(page_of(project, "reviews"))
    overdue = f"（已超期，应于 {display.day(filing.due_on)} 前办结）" if filing.due_on < today else ""
    facts = [
        ("工程", project.name),
        ("核备编号", filing.number),
        ("核备事项", filing.type.label if filing.type else filing.get_kind_display()),
        ("核备对象", filing.subject),
        ("收到日期", display.day(filing.received_on)),
        ("应办结日期", f"{display.day(filing.due_on)}{overdue}"),
    ]
    if filing.reviewed_on is not None:
        messages.info(request, f"{filing.number} 已办结，不能再次办理。")
        return redirect(page_of(project, "reviews"))
    return show_form(
        request,
        form,
        title=f"办理核备 {filing.number}",
        submit="办结",
        cancel_url=page_of(project, "reviews"),
        crumbs=project_crumbs(project),
        facts=facts,
    )


def _due(filing: QualityFiling) -> str | SafeString:
    if filing.reviewed_on is None and filing.due_on < timezone.localdate():
        return format_html('{}<span class="cell-note bad-text">逾期未办</span>', display.day(filing.due_on))
    return display.day(filing.due_on)


def _result(filing: QualityFiling) -> str:
    return filing.get_result_display() if filing.result else "办理中"


FILINGS: ListSpec[QualityFiling] = ListSpec(
    title="质量核备",
    key="filings",
    columns=(
        Column(
            "number",
            "核备编号",
            sort=("number",),
            css="nowrap",
            link=lambda one: page_of(one.project, "reviews"),
        ),
        Column("subject", "核备对象", note=lambda one: one.project.name, css="col-wide"),
        Column("project", "工程", value="project.name", is_shown=False),
        Column("county", "县（市、区）", value="jurisdiction.short_name", sort=("jurisdiction__unit_order",)),
        Column("kind", "类型", value="get_kind_display", sort=("kind",), css="col-name"),
        Column("received", "收到", value="received_on", kind=Kind.DATE, sort=("received_on",)),
        Column("due", "应办结", value="due_on", kind=Kind.DATE, sort=("due_on",), render=_due),
        Column("reviewed", "办结", value="reviewed_on", kind=Kind.DATE, sort=("reviewed_on",), nullable=True),
        Column("result", "结果", value=_result, sort=("result",)),
        Column("reviewer", "审查人", value="reviewer_name", is_shown=False),
    ),
    default_sort="due",
    filterset=FilingFilter,
    search=("number__icontains", "subject__icontains", "project__name__icontains"),
    search_latin=("project__name_pinyin__contains", "project__name_initials__contains"),
    search_label="编号、对象、工程或工程拼音首字母",
    row_css=lambda one: "row-bad" if one.reviewed_on is None and one.due_on < timezone.localdate() else "",
    empty=Empty("还没有核备", "核备在工程页面的“质量核备与验收”中登记。"),
)


@requires(Capability.RETURN_VIEW)
@require_safe
def filing_list(request: ScopedRequest) -> HttpResponse:
    """All filings of the scope, the next one due first."""
    rows = QualityFiling.objects.select_related("project", "jurisdiction")
    listing = FILINGS.build(request.GET, rows, scope=request.scope, as_of=timezone.localdate())
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    actions = []
    if request.assignment.allows(Capability.FILING_REVIEW):
        actions.append(Link("核备事项", reverse(_LIST)))
    return render(request, "projects/filing_list.html", {"listing": listing, "actions": actions})


def _validity(kind: FilingType) -> str:
    return f"{display.day(kind.effective_from)} ～ {display.day(kind.effective_to)}"


def _state(kind: FilingType) -> SafeString:
    today = timezone.localdate()
    if kind.effective_from > today:
        return chip(Tone.IDLE, "未启用")
    if kind.effective_to is not None and kind.effective_to < today:
        return chip(Tone.PLAIN, "已停用")
    return chip(Tone.OK, "现行")


TYPES: ListSpec[FilingType] = ListSpec(
    title="核备事项",
    columns=(
        Column(
            "label",
            "名称",
            sort=("label",),
            css="col-name",
            link=lambda one: reverse("projects:filing-type-edit", args=[one.pk]),
        ),
        Column("kind", "类型", value="get_kind_display", sort=("kind",)),
        Column("term", "办理期限", unit="工作日", value="term_workdays", kind=Kind.INTEGER),
        Column("validity", "施行期间", value=_validity, sort=("effective_from",), css="nowrap"),
        Column("state", "状态", value=_validity, render=_state, css="nowrap"),
        Column("basis", "依据", css="col-wide"),
    ),
    default_sort="kind",
    search=("label__icontains", "basis__icontains"),
    search_label="名称或依据",
    empty=Empty("还没有核备事项", "没有事项就不能登记核备；可以先载入默认事项，再按本地规定修改期限。"),
)


@requires(Capability.FILING_REVIEW)
@require_safe
def filing_type_list(request: ScopedRequest) -> HttpResponse:
    """What has to be filed, how it is called, how long it takes."""
    listing = TYPES.build(request.GET, FilingType.objects.all())
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    actions = []
    if request.assignment.allows(Capability.FILING_TYPE_EDIT):
        actions.append(Link("登记事项", reverse("projects:filing-type-new"), is_primary=True))
        if not FilingType.objects.exists():
            actions.append(Link("载入默认事项", reverse("projects:filing-type-defaults"), method="post"))
    return render(request, "projects/filing_type_list.html", {"listing": listing, "actions": actions})


@requires(Capability.FILING_TYPE_EDIT)
@require_POST
def filing_type_defaults(request: ScopedRequest) -> HttpResponse:
    """The default types, where the city has none."""
    made = load_default_filing_types(by=request.user, at=timezone.now())
    sentence = f"已载入 {made} 个默认事项，请按本地规定核定期限。" if made else "已有核备事项，没有载入。"
    messages.success(request, sentence)
    return redirect(_LIST)


@requires(Capability.FILING_TYPE_EDIT)
@require_http_methods(["GET", "POST"])
def filing_type_new(request: ScopedRequest) -> HttpResponse:
    """A new type, name or term."""
    form = FilingTypeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        saved = write(form, lambda: add_filing_type(facts=form.facts, by=request.user, at=at))
        if saved is not None:
            messages.success(request, f"已登记核备事项“{saved}”。")
            return redirect(_LIST)
    return _type_form(request, form, "登记核备事项", "登记")


@requires(Capability.FILING_TYPE_EDIT)
@require_http_methods(["GET", "POST"])
def filing_type_edit(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Put one right, or end it."""
    row = get_object_or_404(FilingType, pk=pk)
    form = FilingTypeForm(request.POST if request.method == "POST" else None, row=row)
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        saved = write(
            form,
            lambda: change_filing_type(
                row_id=pk, facts=form.facts, seen=form.seen_before, by=request.user, at=at
            ),
        )
        if saved is not None:
            messages.success(request, f"已保存核备事项“{saved}”。")
            return redirect(_LIST)
    return _type_form(request, form, "修改核备事项", "保存")


def _type_form(request: ScopedRequest, form: FilingTypeForm, title: str, submit: str) -> HttpResponse:
    listed = reverse(_LIST)
    return show_form(
        request,
        form,
        title=title,
        submit=submit,
        cancel_url=listed,
        crumbs=[Link("质量核备", reverse("projects:filing-list")), Link("核备事项", listed)],
        note="规程更新时，给原事项填停用日期，再登记一个新的事项；已登记的核备仍按收到时的期限。",
    )
