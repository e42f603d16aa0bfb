"""Messages to people, the ways out of the house, and what became of each sending."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import User
from messaging.enums import ChannelKind, DispatchState, MessageKind
from messaging.querysets import DispatchManager, MessageManager, PreferenceManager
from messaging.rules.timing import QUIET_FROM, QUIET_TO
from tenancy.models import TenantForeignKey, TenantModel


class Message(TenantModel):
    """One message to one person, once per (city, person, key). Row-level security shows it to that person alone."""

    ORGANIZATION_PATH = "*"

    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="收件人")
    kind = models.CharField("类型", max_length=20, choices=MessageKind.choices)
    key = models.CharField("事项", max_length=160)
    title = models.CharField("标题", max_length=120)
    text = models.CharField("内容", max_length=1000, blank=True)
    url = models.CharField("链接", max_length=300, blank=True)
    created_at = models.DateTimeField("时间")
    created_by_name = models.CharField("发起人", max_length=60, blank=True)
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)

    objects: ClassVar[MessageManager[Message]] = MessageManager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "recipient", "key"], name="messaging_one_message_per_key"
            ),
            # A path of this installation, never an address that leads outside.
            models.CheckConstraint(
                condition=Q(url="") | (Q(url__startswith="/") & ~Q(url__startswith="//")),
                name="messaging_url_is_a_path",
            ),
        ]
        indexes = [
            models.Index(
                fields=["city", "recipient"], condition=Q(read_at__isnull=True), name="messaging_unread"
            ),
            models.Index(fields=["city", "recipient", "-created_at"], name="messaging_newest"),
        ]

    def __str__(self) -> str:
        return self.title


class Preference(TenantModel):
    """How a person wants to be told. Without a row the defaults of this table hold (and there is no e-mail)."""

    ORGANIZATION_PATH = "*"

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="用户")
    email = models.EmailField("电子邮箱", blank=True)
    is_email_on = models.BooleanField("接收邮件", default=True)
    is_digest_on = models.BooleanField("合并为每日一封", default=True)
    quiet_from = models.TimeField("免打扰开始", default=QUIET_FROM)
    quiet_to = models.TimeField("免打扰结束", default=QUIET_TO)

    objects: ClassVar[PreferenceManager[Preference]] = PreferenceManager()

    class Meta:
        ordering = ["user"]
        constraints = [
            models.UniqueConstraint(fields=["city", "user"], name="messaging_one_preference_per_person")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"


class Channel(TenantModel):
    """A group robot or gateway of the city. The address holds its key: sealed, never shown again."""

    ORGANIZATION_PATH = "*"

    kind = models.CharField("类型", max_length=10, choices=ChannelKind.choices)
    name = models.CharField("名称", max_length=60)
    address_sealed = models.TextField("地址（加密）")
    kinds = ArrayField(
        models.CharField(max_length=20, choices=MessageKind.choices),
        verbose_name="转发的消息类型",
        default=list,
    )
    is_on = models.BooleanField("启用", default=False)
    created_at = models.DateTimeField("建立时间")
    created_by_name = models.CharField("建立人", max_length=60)

    class Meta:
        ordering = ["kind", "name"]
        constraints = [
            models.UniqueConstraint(fields=["city", "name"], name="messaging_one_channel_per_name"),
            models.CheckConstraint(condition=~Q(address_sealed=""), name="messaging_channel_has_an_address"),
        ]

    def __str__(self) -> str:
        return self.name


class Dispatch(TenantModel):
    """One message on one way out: by e-mail to its recipient (`channel` empty) or to a group, once per key.

    The row is the truth (ADR 0014): SENDING is committed before the network is touched, so that whatever dies in
    between leaves "perhaps sent", which nothing sends again by itself. Rows of one digest carry the same `parcel`.
    """

    message = TenantForeignKey(Message, models.PROTECT, related_name="dispatches", verbose_name="消息")
    message_key = models.CharField("事项", max_length=160)
    message_kind = models.CharField("类型", max_length=20, choices=MessageKind.choices)
    recipient = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="收件人"
    )
    channel = TenantForeignKey(
        Channel, models.PROTECT, null=True, blank=True, related_name="dispatches", verbose_name="通道"
    )
    state = models.CharField(
        "状态", max_length=10, choices=DispatchState.choices, default=DispatchState.WAITING
    )
    created_at = models.DateTimeField("生成时间")
    due_at = models.DateTimeField("计划发送时间")
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    parcel = models.UUIDField("批次", null=True, blank=True)
    claimed_at = models.DateTimeField("开始发送", null=True, blank=True)
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)
    error = models.CharField("说明", max_length=300, blank=True)

    objects: ClassVar[DispatchManager[Dispatch]] = DispatchManager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "message"],
                condition=Q(channel__isnull=True),
                name="messaging_one_mail_per_message",
            ),
            models.UniqueConstraint(
                fields=["city", "channel", "message_key"],
                condition=Q(channel__isnull=False),
                name="messaging_one_post_per_key",
            ),
            models.CheckConstraint(
                condition=Q(channel__isnull=True, recipient__isnull=False)
                | Q(channel__isnull=False, recipient__isnull=True),
                name="messaging_to_a_person_or_a_group",
            ),
            models.CheckConstraint(
                condition=Q(state=DispatchState.SENT, sent_at__isnull=False)
                | (~Q(state=DispatchState.SENT) & Q(sent_at__isnull=True)),
                name="messaging_sent_at_with_sent",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[DispatchState.SENDING, DispatchState.UNCERTAIN])
                | Q(claimed_at__isnull=False, parcel__isnull=False),
                name="messaging_claimed_before_the_network",
            ),
        ]
        indexes = [
            models.Index(
                fields=["city", "due_at"],
                condition=Q(state__in=[DispatchState.WAITING, DispatchState.SENDING]),
                name="messaging_waiting",
            ),
            models.Index(fields=["city", "-created_at"], name="messaging_dispatch_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.get_message_kind_display()} {self.get_state_display()}"
