"""整改通知书 and everything that follows it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from enforcement.enums import ISSUED_NOTICE_STATES, NoticeState, NoticeSubject
from inspections.enums import OrganizerLevel
from inspections.models import BiddingCheck, Finding
from projects.models import Organization, Project
from tenancy.models import Jurisdiction, TenantForeignKey, TenantModel


class RectificationNotice(TenantModel):
    """整改通知书 to one addressee on one project."""

    ORGANIZATION_PATH = "addressee__uscc"

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="notices", verbose_name="县区")
    project = TenantForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="notices", verbose_name="工程"
    )
    addressee = TenantForeignKey(
        Organization, models.PROTECT, related_name="notices", verbose_name="主送单位"
    )
    bidding_check = TenantForeignKey(
        BiddingCheck, models.PROTECT, null=True, blank=True, related_name="notices", verbose_name="招投标核查"
    )
    number = models.CharField("通知书编号", max_length=60)
    subject = models.CharField(
        "事由", max_length=10, choices=NoticeSubject.choices, default=NoticeSubject.QUALITY
    )
    organizer_level = models.CharField("签发层级", max_length=10, choices=OrganizerLevel.choices)
    state = models.CharField("状态", max_length=10, choices=NoticeState.choices, default=NoticeState.DRAFT)
    issued_on = models.DateField("签发日期", null=True, blank=True)
    served_on = models.DateField("送达日期", null=True, blank=True)
    due_on = models.DateField("整改期限", null=True, blank=True)
    closed_on = models.DateField("办结日期", null=True, blank=True)

    class Meta:
        ordering = ["-issued_on", "number"]
        constraints = [
            models.UniqueConstraint(fields=["city", "number"], name="enforcement_one_notice_per_number"),
            models.CheckConstraint(
                condition=~Q(state__in=list(ISSUED_NOTICE_STATES))
                | Q(issued_on__isnull=False, due_on__isnull=False),
                name="enforcement_issued_notice_has_dates",
            ),
            models.CheckConstraint(
                condition=Q(state=NoticeState.CLOSED, closed_on__isnull=False)
                | (~Q(state=NoticeState.CLOSED) & Q(closed_on__isnull=True)),
                name="enforcement_closed_on_with_closed",
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | Q(issued_on__isnull=True) | Q(due_on__gte=F("issued_on")),
                name="enforcement_notice_due_after_issue",
            ),
            models.CheckConstraint(
                condition=Q(served_on__isnull=True)
                | Q(issued_on__isnull=True)
                | Q(served_on__gte=F("issued_on")),
                name="enforcement_notice_served_after_issue",
            ),
        ]
        indexes = [
            models.Index(fields=["city", "jurisdiction", "-issued_on"], name="enforcement_notice_county"),
            models.Index(
                fields=["city", "state", "due_on"], include=["jurisdiction"], name="enforcement_notice_stage"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class NoticeFinding(TenantModel):
    """A finding that a notice asks to rectify."""

    ORGANIZATION_PATH = "notice__addressee__uscc"

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    notice = TenantForeignKey(
        RectificationNotice, models.PROTECT, related_name="items", verbose_name="通知书"
    )
    finding = TenantForeignKey(Finding, models.PROTECT, related_name="notice_items", verbose_name="问题")
    requirement = models.CharField("整改要求", max_length=300, blank=True)

    class Meta:
        ordering = ["notice", "finding"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "notice", "finding"], name="enforcement_finding_once_per_notice"
            )
        ]
        indexes = [models.Index(fields=["city", "finding"], name="enforcement_notice_of_finding")]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.finding_id}"


class RectificationReply(TenantModel):
    """整改回复 for one finding."""

    ORGANIZATION_PATH = "finding__organization__uscc"

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    finding = TenantForeignKey(Finding, models.PROTECT, related_name="replies", verbose_name="问题")
    replied_on = models.DateField("回复日期")
    cause = models.CharField("原因", max_length=300, blank=True)
    measure = models.CharField("整改措施", max_length=500)
    responsible_person = models.CharField("责任人", max_length=60, blank=True)

    class Meta:
        ordering = ["replied_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "finding", "replied_on"], name="enforcement_one_reply_per_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.replied_on} {self.measure}"[:80]


class Recheck(TenantModel):
    """复查（“回头看”）of one finding (rubric E4)."""

    ORGANIZATION_PATH = "finding__organization__uscc"

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    finding = TenantForeignKey(Finding, models.PROTECT, related_name="rechecks", verbose_name="问题")
    rechecked_on = models.DateField("复查日期")
    is_on_site = models.BooleanField("现场复查", default=True)
    has_passed = models.BooleanField("复查通过")
    officer_name = models.CharField("复查人", max_length=60)
    note = models.CharField("复查意见", max_length=300, blank=True)

    class Meta:
        ordering = ["rechecked_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "finding", "rechecked_on"], name="enforcement_one_recheck_per_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rechecked_on} {'通过' if self.has_passed else '未通过'}"


class DeadlineExtension(TenantModel):
    """延期: once, asked before the term ends, for a reason, approved by the issuer (handbook §5.1)."""

    ORGANIZATION_PATH = "finding__organization__uscc"

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    finding = TenantForeignKey(Finding, models.PROTECT, related_name="extensions", verbose_name="问题")
    requested_on = models.DateField("申请日期")
    old_due_on = models.DateField("原期限")
    new_due_on = models.DateField("新期限")
    reason = models.CharField("理由", max_length=300)
    approved_on = models.DateField("批准日期", null=True, blank=True)
    approved_by_name = models.CharField("批准人", max_length=60, blank=True)

    class Meta:
        ordering = ["requested_on"]
        constraints = [
            models.UniqueConstraint(fields=["city", "finding"], name="enforcement_one_extension_per_finding"),
            models.CheckConstraint(
                condition=Q(new_due_on__gt=F("old_due_on")), name="enforcement_extension_moves_forward"
            ),
            models.CheckConstraint(
                condition=Q(requested_on__lte=F("old_due_on")), name="enforcement_extension_asked_before_due"
            ),
            models.CheckConstraint(
                condition=Q(approved_on__isnull=True, approved_by_name="")
                | (Q(approved_on__isnull=False) & ~Q(approved_by_name="")),
                name="enforcement_extension_approved_on_and_by_together",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old_due_on} → {self.new_due_on}"
