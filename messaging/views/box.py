"""消息中心: what a person is told, and how the person wants to be told."""

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
from core.columns import Column, Kind
from core.components import Empty, Link
from core.listing import ListSpec
from messaging.filters import MessageFilter
from messaging.forms import PreferenceForm
from messaging.models import Message, Preference
from messaging.selectors.box import own_messages
from messaging.services.channels import change_preference
from messaging.services.sending import read_messages

MESSAGES: ListSpec[Message] = ListSpec(
    title="消息",
    columns=(
        Column("title", "标题", sort=("title",)),
        Column("text", "内容"),
        Column("kind", "类型", value="get_kind_display", sort=("kind",)),
        Column(
            "state",
            "未读",
            value=lambda m: "未读" if m.read_at is None else "已读",
            sort=("is_unread", "created_at"),
        ),
        Column("made", "时间", value="created_at", kind=Kind.MOMENT, sort=("created_at",)),
    ),
    default_sort="-state",
    filterset=MessageFilter,
    search=("title__icontains", "text__icontains"),
    search_label="标题、内容",
    empty=Empty("没有消息", "有需要您办理或知道的事时，会出现在这里。"),
)


def may_watch_delivery(request: ScopedRequest) -> bool:
    """The bureau's clerks and the system administrator see what became of the city's messages."""
    return any(request.assignment.allows(c) for c in (Capability.CHANNEL_MANAGE, Capability.RETURN_ACCEPT))


@requires(Capability.TODO_VIEW)
@require_safe
def message_list(request: ScopedRequest) -> HttpResponse:
    """My messages, unread first."""
    listing = MESSAGES.build(request.GET, own_messages(request.user.pk))
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    actions = [Link("接收设置", reverse("messaging:preferences"))]
    if may_watch_delivery(request):
        actions.append(Link("发送情况", reverse("messaging:dispatch-list")))
    if request.assignment.allows(Capability.CHANNEL_MANAGE):
        actions.append(Link("通道", reverse("messaging:channel-list")))
    has_unread = any(row.read_at is None for row in listing.objects)
    if has_unread:
        actions.append(Link("全部标为已读", reverse("messaging:read-all"), method="post"))
    return render(request, "messaging/message_list.html", {"listing": listing, "actions": actions})


@requires(Capability.TODO_VIEW)
@require_POST
def message_read(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Mark one of my messages as read and go where it leads (or back to the list)."""
    message = get_object_or_404(Message.objects.filter(recipient=request.user), pk=pk)
    read_messages(recipient=request.user, ids=[message.pk], at=timezone.now())
    return redirect(message.url if message.url and "open" in request.POST else reverse("messaging:list"))


@requires(Capability.TODO_VIEW)
@require_POST
def message_read_all(request: ScopedRequest) -> HttpResponse:
    """Mark all of my messages in this city as read."""
    count = read_messages(recipient=request.user, ids=None, at=timezone.now())
    messages.success(request, f"已将{count}条消息标为已读。")
    return redirect("messaging:list")


@requires(Capability.TODO_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: ScopedRequest) -> HttpResponse:
    """My address, digest and quiet hours."""
    wish = Preference.objects.filter(user=request.user).first()
    form = PreferenceForm(request.POST or None, initial=_initial(wish))
    if request.method == "POST" and form.is_valid():
        change_preference(user=request.user, **form.cleaned_data, by=request.user, at=timezone.now())
        messages.success(request, "已保存接收设置。")
        return redirect("messaging:list")
    context = {"form": form, "crumbs": [Link("消息", reverse("messaging:list"))]}
    return render(request, "messaging/preferences.html", context, status=422 if form.errors else 200)


def _initial(wish: Preference | None) -> dict[str, object]:
    names = ("email", "is_email_on", "is_digest_on", "quiet_from", "quiet_to")
    return {} if wish is None else {name: getattr(wish, name) for name in names}
