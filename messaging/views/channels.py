"""Channels of the city, and what became of what was sent."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core import display
from core.columns import Column, Kind
from core.components import Empty, Link, Tone, chip
from core.errors import DomainError
from core.listing import ListSpec
from messaging.enums import DispatchState, MessageKind
from messaging.filters import DispatchFilter
from messaging.forms import ChannelChangeForm, ChannelForm
from messaging.models import Channel, Dispatch
from messaging.selectors.box import channels, dispatches
from messaging.services.channels import change_channel, create_channel, request_test, resend_dispatch

DISPATCH_TONES: dict[str, Tone] = {
    DispatchState.WAITING: Tone.IDLE,
    DispatchState.SENDING: Tone.INFO,
    DispatchState.SENT: Tone.OK,
    DispatchState.FAILED: Tone.BAD,
    DispatchState.UNCERTAIN: Tone.WARN,
    DispatchState.SKIPPED: Tone.PLAIN,
}


def _state_chip(row: Dispatch) -> str:
    return chip(DISPATCH_TONES[row.state], row.get_state_display())


def _to(row: Dispatch) -> str:
    return (
        row.recipient.display_name if row.recipient is not None else row.channel.name if row.channel else ""
    )


def _way(row: Dispatch) -> str:
    return "邮件" if row.channel is None else row.channel.get_kind_display()


DISPATCHES: ListSpec[Dispatch] = ListSpec(
    title="发送情况",
    columns=(
        Column("kind", "类型", value="get_message_kind_display", sort=("message_kind",), css="nowrap"),
        Column("to", "收件人或群", value=_to),
        Column("way", "方式", value=_way, css="nowrap"),
        Column("state", "状态", value="get_state_display", sort=("state",), render=_state_chip, css="nowrap"),
        Column("error", "说明", css="col-wide"),
        Column("attempts", "次数", kind=Kind.INTEGER),
        Column("made", "生成", value="created_at", kind=Kind.MOMENT, sort=("created_at",)),
        Column("due", "计划发送", value="due_at", kind=Kind.MOMENT, sort=("due_at",)),
        Column("sent", "发出", value="sent_at", kind=Kind.MOMENT, sort=("sent_at",), nullable=True),
    ),
    key="dispatches",
    default_sort="-made",
    filterset=DispatchFilter,
    search=("recipient__display_name__icontains", "channel__name__icontains"),
    search_label="收件人或群",
    row_css=lambda row: "row-warn" if row.state in {DispatchState.FAILED, DispatchState.UNCERTAIN} else "",
    empty=Empty("没有向外发送的消息", "未配置邮件服务器和通道时，消息只在系统内提醒。"),
)
_OFTEN_AGAIN = (DispatchState.FAILED, DispatchState.UNCERTAIN)


def _crumbs(*more: Link) -> list[Link]:
    return [Link("消息", reverse("messaging:list")), *more]


@requires(Capability.CHANNEL_MANAGE, Capability.RETURN_ACCEPT)
@require_safe
def dispatch_list(request: ScopedRequest) -> HttpResponse:
    """What became of the city's messages on their way out."""
    listing = DISPATCHES.build(request.GET, dispatches())
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    troubled = []
    if request.assignment.allows(Capability.CHANNEL_MANAGE):
        troubled = [(row, _to(row), _way(row)) for row in listing.objects if row.state in _OFTEN_AGAIN]
    context = {"listing": listing, "troubled": troubled, "crumbs": _crumbs()}
    return render(request, "messaging/dispatch_list.html", context)


@requires(Capability.CHANNEL_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def dispatch_resend(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Send again what failed or may have gone out: a person decides, and the trail says who."""
    row = get_object_or_404(dispatches(), pk=pk)
    error = ""
    if request.method == "POST":
        try:
            resend_dispatch(dispatch_id=pk, by=request.user, at=timezone.now())
        except DomainError as refusal:
            error = str(refusal)
        else:
            messages.success(request, "已安排重新发送。")
            return redirect("messaging:dispatch-list")
    facts = [
        ("类型", row.get_message_kind_display()),
        ("收件人或群", _to(row)),
        ("方式", _way(row)),
        ("状态", row.get_state_display()),
        ("说明", row.error),
        ("开始发送", display.moment(row.claimed_at)),
    ]
    is_uncertain = row.state == DispatchState.UNCERTAIN
    context = {
        "facts": facts,
        "error": error,
        "warning": "对方可能已经收到过一次，重新发送可能重复。" if is_uncertain else "",
        "crumbs": _crumbs(Link("发送情况", reverse("messaging:dispatch-list"))),
    }
    return render(request, "messaging/dispatch_resend.html", context, status=409 if error else 200)


@requires(Capability.CHANNEL_MANAGE)
@require_safe
def channel_list(request: ScopedRequest) -> HttpResponse:
    """Ways out of the house; their addresses are never shown."""
    rows = [
        (channel, "、".join(MessageKind(kind).label for kind in channel.kinds) or "不转发")
        for channel in channels()
    ]
    actions = [Link("新增通道", reverse("messaging:channel-new"), is_primary=True)]
    context = {"rows": rows, "actions": actions, "crumbs": _crumbs()}
    return render(request, "messaging/channel_list.html", context)


@requires(Capability.CHANNEL_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def channel_new(request: ScopedRequest) -> HttpResponse:
    """Set up a way out."""
    form = ChannelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            channel = create_channel(**form.cleaned_data, by=request.user, at=timezone.now())
        except DomainError as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, f"已新增通道“{channel.name}”。")
            return redirect("messaging:channel-list")
    return _channel_form(request, form, "新增通道")


@requires(Capability.CHANNEL_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def channel_edit(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Rename, switch on and off, choose what it carries, replace its address."""
    channel = get_object_or_404(channels(), pk=pk)
    form = ChannelChangeForm(channel, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            change_channel(channel_id=pk, **form.cleaned_data, by=request.user, at=timezone.now())
        except DomainError as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, "已保存通道。")
            return redirect("messaging:channel-list")
    return _channel_form(request, form, f"修改通道：{channel.name}")


def _channel_form(request: ScopedRequest, form: ChannelForm, title: str) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "crumbs": _crumbs(Link("通道", reverse("messaging:channel-list"))),
    }
    return render(request, "messaging/channel_form.html", context, status=422 if form.errors else 200)


@requires(Capability.CHANNEL_MANAGE)
@require_POST
def channel_test(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Plan a test post; the worker sends it within a minute."""
    channel: Channel = get_object_or_404(channels(), pk=pk)
    try:
        request_test(channel_id=channel.pk, by=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("messaging:channel-list")
    messages.success(request, "已安排发送测试消息，约一分钟内发出，结果见下方列表。")
    return redirect("messaging:dispatch-list")
