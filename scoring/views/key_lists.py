"""Pages of 重点监管对象名单: all lists, one list with its projects, its acts, what changed since the list before."""

from __future__ import annotations

import dataclasses
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
from core.components import Empty, Link
from core.errors import DomainError
from core.listing import ListSpec
from enforcement.views.acts import Act, Page, run_act
from scoring.enums import KeyListState
from scoring.filters import RiskFilter
from scoring.forms import EntryForm, KeyListForm
from scoring.models import KeyObjectList, ProjectRisk
from scoring.risk_chips import class_chip, count_chips, entry_chip, list_chip, reason_list
from scoring.selectors.key_lists import (
    class_counts,
    compare,
    is_outside,
    list_url,
    period_label,
    previous_list,
    visible_lists,
    visible_risks,
    with_entry,
)
from scoring.selectors.risk_page import computation
from scoring.services import key_lists as service

_DRAFT = (KeyListState.DRAFT,)

LISTS: ListSpec[KeyObjectList] = ListSpec(
    title="重点监管对象名单",
    columns=(
        Column("period", "期间", value=period_label, sort=("last_month", "first_month"), link=list_url),
        Column("revision", "版次", value=lambda row: f"第{row.revision}版", sort=("revision",)),
        Column("state", "状态", value="get_state_display", render=list_chip, sort=("state",), css="nowrap"),
        Column("on", "列入工程", value="on_count", kind=Kind.INTEGER, sort=("on_count",)),
        Column("as_of", "数据截止", kind=Kind.DATE, sort=("as_of",)),
        Column("confirmed", "确认", value="confirmed_by_name"),
        Column("number", "发文字号", value="document_number", css="nowrap"),
        Column("created", "拟定", value="created_by_name", is_shown=False),
        Column("sha256", "计算结果摘要", value="sha256", is_shown=False),
    ),
    key="key-lists",
    default_sort="-period",
    empty=Empty("还没有重点监管对象名单", "市局拟定并确认名单后，在这里查看。"),
)

_COLUMNS: tuple[Column[Any], ...] = (
    Column(
        "project",
        "工程",
        value="project.name",
        sort=("project__name_pinyin",),
        link=lambda risk: reverse("scoring:risk-detail", args=[risk.pk]),
        note=lambda risk: risk.project.legal_person.name,
        css="col-name",
    ),
    Column("code", "工程编号", value="project.code", is_shown=False),
    Column("legal_person", "项目法人", value="project.legal_person.name", is_shown=False),
    Column("county", "县（市、区）", value="jurisdiction.short_name", sort=("jurisdiction__unit_order",)),
    Column(
        "class",
        "风险类别",
        value="get_risk_class_display",
        render=lambda risk: class_chip(risk.risk_class),
        sort=("risk_class", "points"),
        css="nowrap",
    ),
    Column("points", "风险分", kind=Kind.NUMBER, sort=("points",)),
    Column(
        "reasons",
        "事由",
        value=lambda risk: "；".join(f"{one['text']}（+{one['weight']}）" for one in risk.reasons),
        render=reason_list,
        css="col-wide",
    ),
    Column(
        "on",
        "名单",
        value=lambda risk: "列入" if risk.is_on else "未列入",
        render=entry_chip,
        sort=("is_on",),
        css="nowrap",
    ),
)

RISKS: ListSpec[Any] = ListSpec(
    title="工程风险类别",
    columns=_COLUMNS,
    key="project-risks",
    default_sort="-class",
    filterset=RiskFilter,
    search=("project__name__icontains", "project__code__icontains", "project__legal_person__name__icontains"),
    search_latin=("project__name_pinyin__contains", "project__name_initials__contains"),
    search_label="工程名称、编号、项目法人或拼音首字母",
    row_css=lambda risk: "row-warn" if risk.is_on else "",
    page_sizes=(20, 50),
    empty=Empty("没有在建工程", "只有在建工程才计算风险类别。"),
)


def _entry_link(risk: Any) -> str:
    return reverse("scoring:key-list-entry", args=[risk.pk])


RISKS_IN_HAND: ListSpec[Any] = dataclasses.replace(
    RISKS,
    columns=(
        *_COLUMNS,
        Column(
            "change",
            "调整",
            value=lambda risk: "移出" if risk.is_on else "列入",
            link=_entry_link,
            is_exported=False,
            css="nowrap",
        ),
    ),
)
"""While the list is a draft its editors may put a project on it and take one off."""

EDITS: dict[str, Act] = {
    "recompute": Act(
        "重新计算",
        "按现在的记录重新计算风险类别",
        _DRAFT,
        service.request_computation,
        "已提交计算，完成后本页显示结果。",
        warning="人工列入、移出的工程和理由保留，其余按新的计算结果更新。",
    ),
    "discard": Act(
        "删除草稿",
        "删除这份名单草稿",
        _DRAFT,
        service.discard_list,
        "草稿已删除。",
        warning="计算结果和人工调整一并删除，不能恢复；审计日志保留这次操作。",
        is_danger=True,
    ),
}
CONFIRM: dict[str, Act] = {
    "confirm": Act(
        "确认名单",
        "确认这份重点监管对象名单",
        _DRAFT,
        service.confirm_list,
        "名单已确认，工程台账的风险类别和重点监管对象已更新。",
        warning="确认后名单不能再改；需要更正时重新拟定这一期间的名单。",
    )
}


@requires(Capability.RISK_VIEW)
@require_safe
def key_list_list(request: ScopedRequest) -> HttpResponse:
    """All lists that the reader may know of."""
    listing = LISTS.build(request.GET, visible_lists(request.scope))
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    actions = [Link("风险分类规则", reverse("scoring:risk-rules"))]
    if request.assignment.allows(Capability.KEY_LIST_EDIT):
        actions.append(Link("拟定名单", reverse("scoring:key-list-new"), is_primary=True))
    return render(request, "scoring/key_list_list.html", {"listing": listing, "actions": actions})


@requires(Capability.KEY_LIST_EDIT)
@require_http_methods(["GET", "POST"])
def key_list_new(request: ScopedRequest) -> HttpResponse:
    """Begin the list of a period."""
    form = KeyListForm(request.POST or None)
    error = ""
    if request.method == "POST" and form.is_valid():
        try:
            row = service.create_list(**form.cleaned_data, by=request.user, at=timezone.now())
        except DomainError as refusal:
            error = str(refusal)
        else:
            messages.success(request, "已提交计算，完成后本页显示结果。")
            return redirect(list_url(row))
    context = {"form": form, "error": error, "crumbs": _crumbs()}
    return render(request, "scoring/key_list_new.html", context, status=422 if form.errors or error else 200)


@requires(Capability.RISK_VIEW)
@require_safe
def key_list_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """One list: its projects with class and reasons, and the acts that its state allows."""
    row = _list_or_404(request, pk)
    may_edit = row.state in _DRAFT and request.assignment.allows(Capability.KEY_LIST_EDIT)
    risks = with_entry(visible_risks(request.scope).filter(key_list=row)).select_related(
        "project__legal_person"
    )
    spec = RISKS_IN_HAND if may_edit and row.computed_at else RISKS
    listing = spec.build(request.GET, risks.defer("snapshot"), scope=request.scope)
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    counts = class_counts(row)
    context = {
        "row": row,
        "title": f"{period_label(row)}重点监管对象名单",
        "state_chip": list_chip(row),
        "facts": list_facts(row),
        "counts": count_chips(counts),
        "total": sum(counts.values()),
        "on_count": row.on_count,
        "job": computation(row, service.COMPUTE)
        if row.state in _DRAFT and not is_outside(request.scope)
        else None,
        "listing": listing,
        "actions": _actions(request, row, may_edit),
        "crumbs": _crumbs(),
    }
    return render(request, "scoring/key_list_detail.html", context)


def _list_or_404(request: ScopedRequest, pk: uuid.UUID) -> Any:
    return get_object_or_404(visible_lists(request.scope).select_related("rule_set"), pk=pk)


def _crumbs(row: KeyObjectList | None = None) -> list[Link]:
    crumbs = [Link("重点监管对象名单", reverse("scoring:key-list-list"))]
    return [*crumbs, Link(period_label(row), list_url(row))] if row is not None else crumbs


def list_facts(row: KeyObjectList) -> list[tuple[str, object]]:
    """What a list is, for its page and for the pages of its acts."""
    facts: list[tuple[str, object]] = [
        ("期间", f"{period_label(row)}（第{row.revision}版）"),
        ("更正原因", row.reason),
        ("数据截止", display.day(row.as_of)),
        ("风险分类规则", f"{row.rule_set.title} {row.rule_set.version}"),
        ("拟定", f"{row.created_by_name} {display.moment(row.created_at)}"),
        ("计算", display.moment(row.computed_at)),
        ("结果摘要（SHA-256）", display.short_hash(row.sha256)),
        ("确认", f"{row.confirmed_by_name} {display.moment(row.confirmed_at)}" if row.confirmed_at else ""),
        ("印发", f"{row.document_number} {display.day(row.issued_on)}" if row.issued_on else ""),
    ]
    return [(label, value) for label, value in facts if value not in ("", display.EMPTY)]


def _actions(request: ScopedRequest, row: Any, may_edit: bool) -> list[Link]:
    links = [Link("与上一期比较", reverse("scoring:key-list-changes", args=[row.pk]))]
    if may_edit:
        links += [
            Link(act.label, reverse("scoring:key-list-act", args=[row.pk, name]), is_danger=act.is_danger)
            for name, act in EDITS.items()
        ]
    if row.state in _DRAFT and row.computed_at and request.assignment.allows(Capability.KEY_LIST_CONFIRM):
        links.append(Link("确认名单", reverse("scoring:key-list-confirm", args=[row.pk]), is_primary=True))
    is_reader = request.assignment.allows(Capability.DOCUMENT_VIEW) and not is_outside(request.scope)
    if row.state not in _DRAFT and is_reader:
        url = reverse("reports:document-for-subject", args=["scoring.keyobjectlist", row.pk])
        links.append(Link("办理印发公文", url, is_primary=row.state == KeyListState.CONFIRMED))
    return links


@requires(Capability.KEY_LIST_EDIT)
@require_http_methods(["GET", "POST"])
def key_list_act(request: ScopedRequest, pk: uuid.UUID, act: str) -> HttpResponse:
    """Compute again, or throw the draft away."""
    row = _list_or_404(request, pk)
    url = reverse("scoring:key-list-list") if act == "discard" else list_url(row)
    return run_act(request, EDITS, act, row, "list_id", Page(url, list_facts(row), _crumbs(row)))


@requires(Capability.KEY_LIST_CONFIRM)
@require_http_methods(["GET", "POST"])
def key_list_confirm(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The second person's confirmation."""
    row = _list_or_404(request, pk)
    facts = [*list_facts(row), ("列入工程", f"{row.on_count}个")]
    return run_act(request, CONFIRM, "confirm", row, "list_id", Page(list_url(row), facts, _crumbs(row)))


@requires(Capability.KEY_LIST_EDIT)
@require_http_methods(["GET", "POST"])
def key_list_entry(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Put one project on the list or take it off, with the reason."""
    risk: Any = get_object_or_404(with_entry(visible_risks(request.scope)), pk=pk)
    row: KeyObjectList = risk.key_list
    if row.state not in _DRAFT:
        messages.error(request, "名单已经确认，不能再调整；需要更正时请重新拟定这一期间的名单。")
        return redirect(list_url(row))
    form = EntryForm(request.POST or None, initial={"is_on": not risk.is_on})
    error = ""
    if request.method == "POST" and form.is_valid():
        try:
            service.change_entry(
                list_id=row.pk,
                project_id=risk.project_id,
                **form.cleaned_data,
                by=request.user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            error = str(refusal)
        else:
            messages.success(
                request, f"{risk.project.name}已{'列入' if form.cleaned_data['is_on'] else '移出'}名单。"
            )
            return redirect(list_url(row))
    verb = "移出名单" if risk.is_on else "列入名单"
    context = {
        "title": f"{risk.project.name}：{verb}",
        "form": form,
        "error": error,
        "facts": _risk_facts(risk),
        "submit": verb,
        "is_danger": False,
        "warning": "调整的人不能再确认这份名单。理由随名单保存。",
        "cancel_url": list_url(row),
        "crumbs": _crumbs(row),
    }
    status = 422 if form.errors or error else 200
    return render(request, "scoring/key_list_entry.html", context, status=status)


def _risk_facts(risk: ProjectRisk) -> list[tuple[str, object]]:
    return [
        ("县（市、区）", risk.jurisdiction.short_name),
        ("风险类别", class_chip(risk.risk_class)),
        ("风险分", display.number(risk.points)),
        ("事由", "；".join(reason["text"] for reason in risk.reasons) or "没有"),
    ]


@requires(Capability.RISK_VIEW)
@require_safe
def key_list_changes(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Who came on, who went off, whose class changed."""
    row = _list_or_404(request, pk)
    former = previous_list(row)
    context = {
        "title": f"{period_label(row)}名单与上一期比较",
        "row": row,
        "former_label": f"{period_label(former)}（第{former.revision}版）" if former else "",
        "changes": compare(row, former) if former else None,
        "crumbs": _crumbs(row),
    }
    return render(request, "scoring/key_list_changes.html", context)
