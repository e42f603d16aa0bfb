"""Forms of channels and of the own preferences."""

from __future__ import annotations

from typing import Any

from django import forms

from core.errors import DomainError
from core.forms import Form
from messaging.enums import ChannelKind, MessageKind
from messaging.models import Channel
from messaging.rules.timing import DIGEST_AT, QUIET_FROM, QUIET_TO
from messaging.services.adapters import channel_address

_CLOCK = {"invalid": "时间应写成 22:00 的形式。", "required": "请填写时间。"}


def _time(label: str, initial: Any, help_text: str = "") -> forms.TimeField:
    return forms.TimeField(
        label=label,
        initial=initial,
        help_text=help_text,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages=_CLOCK,
    )


class PreferenceForm(Form):
    """How I want to be told."""

    email = forms.EmailField(
        label="电子邮箱",
        required=False,
        max_length=254,
        error_messages={"invalid": "邮箱应写成 name@example.gov.cn 的形式。"},
        help_text="不填则只在系统内提醒。",
    )
    is_email_on = forms.BooleanField(label="接收邮件", required=False, initial=True)
    is_digest_on = forms.BooleanField(
        label=f"不急的消息合并为每日一封（{DIGEST_AT:%H:%M}）",
        required=False,
        initial=True,
        help_text="催报、退回等有期限的消息随时发送。",
    )
    quiet_from = _time("免打扰开始", QUIET_FROM)
    quiet_to = _time(
        "免打扰结束", QUIET_TO, "这段时间内不发邮件，推迟到结束时发送；两个时间相同表示不设免打扰。"
    )


class ChannelForm(Form):
    """A new way out."""

    kind = forms.ChoiceField(label="类型", choices=ChannelKind.choices)
    name = forms.CharField(
        label="名称",
        max_length=60,
        error_messages={"required": "请填写名称。", "max_length": "名称不超过60字。"},
        help_text="便于辨认的名称，例如“质监工作群”。",
    )
    address = forms.CharField(
        label="地址",
        max_length=500,
        error_messages={"required": "请填写地址。"},
        help_text="群机器人的 Webhook 地址或短信网关的 https 地址。加密保存，保存后不再显示。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    kinds = forms.MultipleChoiceField(
        label="转发哪些消息",
        choices=[choice for choice in MessageKind.choices if choice[0] != MessageKind.TEST],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="群里只发标题，内容登录后查看。",
    )
    is_on = forms.BooleanField(label="启用", required=False)

    def clean(self) -> dict[str, Any]:
        """The address must be one of the chosen kind."""
        cleaned = super().clean() or {}
        if cleaned.get("kind") and cleaned.get("address"):
            try:
                channel_address(cleaned["kind"], cleaned["address"])
            except DomainError as refusal:
                self.add_error("address", str(refusal))
        return cleaned


class ChannelChangeForm(ChannelForm):
    """The kind stays; the address is replaced only when a new one is given."""

    def __init__(self, channel: Channel, data: Any = None) -> None:
        super().__init__(data, initial={"name": channel.name, "kinds": channel.kinds, "is_on": channel.is_on})
        del self.fields["kind"]
        self.channel_kind = channel.kind
        self.fields["address"].required = False
        self.fields["address"].label = "新地址"
        self.fields["address"].help_text = "留空则沿用原地址。加密保存，保存后不再显示。"

    def clean(self) -> dict[str, Any]:
        """As the base asks, with the channel's own kind."""
        self.cleaned_data["kind"] = self.channel_kind
        cleaned = super().clean()
        cleaned.pop("kind", None)
        return cleaned
