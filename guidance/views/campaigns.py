"""Pages of 举一反三."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.act_pages import ActPage, bound
from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core import display
from core.columns import Column, Kind
from core.components import Empty, Link
from core.listing import ListSpec
from guidance.chips import campaign_chip
from guidance.enums import Audience, CampaignState
from guidance.filters import CampaignFilter
from guidance.forms.tasks import CampaignForm, SummaryForm
from guidance.models import Campaign
from guidance.selectors.campaigns import campaign_result, proposed_summary
from guidance.selectors.tasks import history, owner_words
from guidance.services import campaigns as service
from guidance.services.assigning import targets_count
from guidance.services.writing import GuidanceRefused
from guidance.views.pages import EDIT, PART, confirm_page, form_page
from guidance.views.tasks import task_initial
from inspections.models import Finding


def _url(row: Campaign) -> str:
    return reverse("guidance:campaign-detail", args=[row.pk])


CAMPAIGNS: ListSpec[Campaign] = ListSpec(
    title="举一反三",
    columns=(
        Column("title", "自查名称", link=_url, css="col-wide"),
        Column("source", "来源问题", value="source_text", css="col-wide"),
        Column("launched", "部署", value="launched_on", kind=Kind.DATE, sort=("launched_on",), nullable=True),
        Column("closed", "总结", value="closed_on", kind=Kind.DATE, sort=("closed_on",), nullable=True),
        Column("creator", "提出人", value="created_by_name"),
        Column("created", "提出", value="created_at", kind=Kind.DATE, sort=("created_at",)),
        Column(
            "state", "状态", value="get_state_display", sort=("state",), render=campaign_chip, css="nowrap"
        ),
    ),
    key="campaigns",
    default_sort="-created",
    filterset=CampaignFilter,
    search=("title__icontains", "source_text__icontains"),
    search_label="名称或来源问题",
    empty=Empty("还没有举一反三", "上级检查发现的问题，可部署各县或在建工程自查。"),
)


@requires(*PART)
@require_safe
def campaign_list(request: ScopedRequest) -> HttpResponse:
    """All self-checks; a county or unit sees those that it has a part in."""
    listing = CAMPAIGNS.build(request.GET, Campaign.objects.all())
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    may_edit = request.assignment.allows(EDIT)
    actions = [Link("部署举一反三", reverse("guidance:campaign-new"), is_primary=True)] if may_edit else []
    return render(request, "guidance/campaign_list.html", {"listing": listing, "actions": actions})


@requires(*PART)
@require_safe
def campaign_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """One self-check: where it comes from, what it asks, what was found."""
    return render(request, "guidance/campaign_detail.html", _context(request, pk))


@requires(*PART)
@require_safe
def campaign_print(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The closing summary with its lists, on its own, for paper."""
    return render(request, "guidance/campaign_print.html", _context(request, pk))


def _context(request: ScopedRequest, pk: uuid.UUID) -> dict[str, Any]:
    row = get_object_or_404(Campaign, pk=pk)
    task = service.task_of(row)
    is_bureau = request.assignment.allows(Capability.MONTH_VIEW)
    return {
        "campaign": row,
        "task": task,
        "state_chip": campaign_chip(row),
        "facts": [
            ("自查对象", owner_words(task) if is_bureau else task.get_audience_display()),
            ("自查期限", display.day(task.due_on)),
            ("佐证材料要求", task.evidence),
            ("部署日期", display.day(row.launched_on)),
            ("提出人", row.created_by_name),
        ],
        # The neighbours' records stay unseen: a county reads the words of the finding, not the finding.
        "finding": row.finding if is_bureau else None,
        "result": None if row.state == CampaignState.DRAFT else campaign_result(row, timezone.localdate()),
        "targets": targets_count(task) if row.state == CampaignState.DRAFT else 0,
        "timeline": history(row),
        "actions": _actions(request, row),
        "crumbs": _crumbs(),
    }


def _actions(request: ScopedRequest, row: Campaign) -> list[Link]:
    address = [row.pk]
    print_link = Link("打印汇总", reverse("guidance:campaign-print", args=address))
    if not request.assignment.allows(EDIT):
        return [] if row.state == CampaignState.DRAFT else [print_link]
    match row.state:
        case CampaignState.DRAFT:
            return [
                Link("部署自查", reverse("guidance:campaign-launch", args=address), is_primary=True),
                Link("修改", reverse("guidance:campaign-edit", args=address)),
            ]
        case CampaignState.LAUNCHED:
            return [
                Link("总结", reverse("guidance:campaign-close", args=address), is_primary=True),
                Link("催办", reverse("guidance:campaign-remind", args=address)),
                print_link,
            ]
        case _:
            return [print_link]


def _crumbs(row: Campaign | None = None) -> list[Link]:
    links = [Link("举一反三", reverse("guidance:campaign-list"))]
    return links if row is None else [*links, Link(row.title, _url(row))]


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def campaign_new(request: ScopedRequest) -> HttpResponse:
    """Prepare a self-check; `?finding=` takes over what a superior found."""
    finding = _finding(request.GET.get("finding", ""))

    def save(form: CampaignForm) -> str:
        row = service.create_campaign(
            source_text=form.cleaned_data["source_text"],
            finding=finding,
            text=form.text,
            by=request.user,
            at=timezone.now(),
        )
        return _url(row)

    initial: dict[str, Any] = {"audience": Audience.ALL_COUNTIES}
    if finding is not None:
        initial |= {
            "title": f"“{finding.text[:40]}”举一反三自查",
            "source_text": finding.text,
            "content": f"对照“{finding.text}”，逐项排查是否存在同类问题。"[:1500],
        }
    page = ActPage(
        title="部署举一反三",
        submit="保存，核对后部署",
        done="已保存，请核对后部署。",
        back=reverse("guidance:campaign-list"),
        note=f"来源记录：{finding.number}" if finding is not None else "",
        crumbs=_crumbs(),
    )
    return form_page(request, page, bound(request, CampaignForm, initial), save)


def _finding(asked: str) -> Finding | None:
    try:
        return Finding.objects.filter(pk=uuid.UUID(asked)).first()
    except ValueError:
        return None


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def campaign_edit(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Change what is not launched."""
    row = get_object_or_404(Campaign, pk=pk)
    if row.state != CampaignState.DRAFT:
        return redirect(_url(row))

    def save(form: CampaignForm) -> None:
        service.edit_campaign(
            campaign_id=pk,
            source_text=form.cleaned_data["source_text"],
            text=form.text,
            by=request.user,
            at=timezone.now(),
        )

    initial = {**task_initial(service.task_of(row)), "source_text": row.source_text}
    page = ActPage(title="修改举一反三", submit="保存", done="已保存。", back=_url(row), crumbs=_crumbs(row))
    return form_page(request, page, bound(request, CampaignForm, initial), save)


def _act(
    request: ScopedRequest, row: Campaign, state: str, page: ActPage, run: Any, form: forms.Form | None = None
) -> HttpResponse:
    if row.state != state:
        return redirect(_url(row))
    return confirm_page(request, page, run, form)


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def campaign_launch(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Give the tasks out."""
    row = get_object_or_404(Campaign, pk=pk)
    task = service.task_of(row)
    page = ActPage(
        title="部署自查",
        submit="部署",
        done="自查已部署，任务已下达。",
        back=_url(row),
        facts=[
            ("自查名称", row.title),
            ("自查对象", owner_words(task)),
            ("任务数", f"{targets_count(task)} 个"),
            ("自查期限", display.day(task.due_on)),
        ],
        warning="部署后自查内容、对象和期限不能修改。",
        crumbs=_crumbs(row),
    )

    def run(_: dict[str, Any]) -> None:
        service.launch_campaign(campaign_id=pk, by=request.user, at=timezone.now())

    return _act(request, row, CampaignState.DRAFT, page, run)


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def campaign_remind(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Tell those who have not answered; once a day."""
    row = get_object_or_404(Campaign, pk=pk)
    missing = campaign_result(row, timezone.localdate()).total.missing
    page = ActPage(
        title="催办自查",
        submit="发送催办",
        done="催办消息已发送。",
        back=_url(row),
        facts=[("自查名称", row.title), ("未提交", f"{missing} 个")],
        crumbs=_crumbs(row),
    )

    def run(_: dict[str, Any]) -> None:
        if not service.remind_campaign(campaign_id=pk, by=request.user, at=timezone.now()):
            raise GuidanceRefused("今天已经催办过，或没有可以通知的人员，未重复发送。")

    return _act(request, row, CampaignState.LAUNCHED, page, run)


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def campaign_close(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Sum up."""
    row = get_object_or_404(Campaign, pk=pk)
    result = campaign_result(row, timezone.localdate())
    page = ActPage(
        title="总结举一反三",
        submit="完成总结",
        done="已总结。",
        back=_url(row),
        facts=[
            ("自查对象", f"{result.total.total} 个"),
            ("已提交", f"{result.total.answered} 个"),
            ("发现问题", f"{result.total.problems} 处"),
        ],
        warning="总结后不能修改；未提交的自查任务仍须完成。",
        crumbs=_crumbs(row),
    )

    def run(data: dict[str, Any]) -> None:
        service.close_campaign(campaign_id=pk, **data, by=request.user, at=timezone.now())

    form = bound(request, SummaryForm, {"summary": proposed_summary(result)})
    return _act(request, row, CampaignState.LAUNCHED, page, run, form)
