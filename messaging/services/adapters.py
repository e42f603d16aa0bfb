"""The ways out of the house. Called in the worker only, outside of any transaction; the only network code here."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import apprise
from django.core.mail import EmailMessage

from core.errors import DomainError
from messaging.enums import ChannelKind

# Below WARNING Apprise logs addresses, and an address holds the key of the group.
logging.getLogger("apprise").setLevel(logging.WARNING)

ADDRESS = "channel address"
"""What the sealed address of a channel is for (`core.sealing`)."""

_SCHEMES: dict[str, frozenset[str]] = {
    ChannelKind.WECOM: frozenset({"wecombot"}),
    ChannelKind.DINGTALK: frozenset({"dingtalk"}),
    ChannelKind.SMS: frozenset({"jsons", "forms"}),
}
_NATIVE = {
    ChannelKind.DINGTALK: ("https://oapi.dingtalk.com/robot/send?access_token=", "dingtalk://"),
    ChannelKind.SMS: ("https://", "jsons://"),
}
_HINTS: dict[str, str] = {
    ChannelKind.WECOM: "请粘贴群机器人的 Webhook 地址（https://qyapi.weixin.qq.com/…）",
    ChannelKind.DINGTALK: "请粘贴群机器人的 Webhook 地址（https://oapi.dingtalk.com/…）",
    ChannelKind.SMS: "请填写短信网关接口的 https 地址",
}


class BadAddress(DomainError):
    """The text is no address of a channel of this kind."""


class NotDelivered(Exception):
    """The other side took nothing, for certain. `can_retry`: trying again may help."""

    def __init__(self, reason: str, *, can_retry: bool) -> None:
        super().__init__(reason)
        self.can_retry = can_retry


class NotConfirmed(Exception):
    """It may have gone out: nobody said yes and nobody said no."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is handed to the other side. address: an e-mail address or the address of a channel, in clear."""

    address: str
    subject: str
    body: str


Adapter = Callable[[Letter], None]
"""Returns when the other side has taken the letter; raises NotDelivered or NotConfirmed otherwise."""


def channel_address(kind: str, text: str) -> str:
    """The address as Apprise wants it, from what the service shows its administrator.

    Raises:
        BadAddress: another service's address, plain http, or no address at all.
    """
    address = text.strip()
    native, scheme = _NATIVE.get(ChannelKind(kind), ("", ""))
    if native and address.startswith(native):
        address = scheme + address.removeprefix(native)
    service = apprise.Apprise.instantiate(address, suppress_exceptions=True) if address else None
    if not _schemes_of(service) & _SCHEMES[kind]:
        raise BadAddress(f"这不是“{ChannelKind(kind).label}”的地址。{_HINTS[kind]}。")
    return address


def _schemes_of(service: Any) -> set[str]:
    """The names by which Apprise knows a service: one, or several."""
    found: set[str] = set()
    for names in (getattr(service, "protocol", None), getattr(service, "secure_protocol", None)):
        found |= {names} if isinstance(names, str) else set(names or ())
    return found


def by_email(letter: Letter) -> None:
    """Django's e-mail backend, as the environment configures it."""
    message = EmailMessage(subject=letter.subject, body=letter.body, to=[letter.address])
    try:
        message.send()
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as refusal:
        raise NotDelivered("邮件服务器拒收（地址或内容）", can_retry=False) from refusal
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPHeloError, smtplib.SMTPConnectError) as refusal:
        raise NotDelivered("邮件服务器不接受连接（账号或配置）", can_retry=True) from refusal
    except (ConnectionRefusedError, OSError) as fault:
        if isinstance(fault, TimeoutError) or not _is_before_any_byte(fault):
            raise NotConfirmed("与邮件服务器的连接中断") from fault
        raise NotDelivered("连不上邮件服务器", can_retry=True) from fault


def _is_before_any_byte(fault: OSError) -> bool:
    """Refused or unknown hosts: no connection, so nothing was handed over."""
    return isinstance(fault, ConnectionRefusedError) or type(fault).__name__ == "gaierror"


def by_apprise(letter: Letter) -> None:
    """One post to a group or gateway. Apprise answers yes or no, and a no may come after the other side took it."""
    service = apprise.Apprise()
    if not service.add(letter.address):
        raise NotDelivered("通道地址不可用，请重新填写", can_retry=False)
    if not service.notify(title=letter.subject, body=letter.body, notify_type=apprise.NotifyType.INFO):
        raise NotConfirmed("对方没有确认收到")


EMAIL = "EMAIL"
ADAPTERS: dict[str, Adapter] = {
    EMAIL: by_email,
    ChannelKind.WECOM: by_apprise,
    ChannelKind.DINGTALK: by_apprise,
    ChannelKind.SMS: by_apprise,
}
"""Tests put their own in here: no test may reach the network."""
