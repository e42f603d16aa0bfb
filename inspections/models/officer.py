"""执法检查人员名录库: officers, and what keeps them from an object."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from inspections.enums import TieKind
from projects.models import Organization, Project
from tenancy.models import Jurisdiction, TenantForeignKey, TenantModel


class Officer(TenantModel):
    """A certified officer; the account is set when the person works with the system."""

    jurisdiction = TenantForeignKey(
        Jurisdiction, models.PROTECT, related_name="officers", verbose_name="所属单位"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="officers",
        verbose_name="账户",
    )
    name = models.CharField("姓名", max_length=60)
    enforcement_id = models.CharField("执法证号", max_length=40)
    id_valid_until = models.DateField("执法证有效期至")
    post = models.CharField("职务", max_length=60, blank=True)
    specialty = models.CharField("专业", max_length=60, blank=True)
    is_active = models.BooleanField("在库", default=True)
    left_reason = models.CharField("出库原因", max_length=120, blank=True)

    class Meta:
        ordering = ["jurisdiction", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "enforcement_id"], name="inspections_one_officer_per_enforcement_id"
            ),
            models.UniqueConstraint(fields=["city", "user"], name="inspections_one_officer_per_account"),
            models.CheckConstraint(
                condition=Q(is_active=True) | ~Q(left_reason=""),
                name="inspections_officer_left_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.enforcement_id}）"


class OfficerTie(TenantModel):
    """A declared tie that keeps an officer from an organization's or a project's inspections while it lasts."""

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="所属单位")
    officer = TenantForeignKey(Officer, models.CASCADE, related_name="ties", verbose_name="检查人员")
    organization = TenantForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="officer_ties", verbose_name="单位"
    )
    project = TenantForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="officer_ties", verbose_name="工程"
    )
    kind = models.CharField("情形", max_length=10, choices=TieKind.choices)
    note = models.CharField("说明", max_length=200, blank=True)
    declared_on = models.DateField("申报日期")
    ended_on = models.DateField("解除日期", null=True, blank=True)

    class Meta:
        ordering = ["officer", "-declared_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(organization__isnull=False, project__isnull=True)
                | Q(organization__isnull=True, project__isnull=False),
                name="inspections_tie_to_one_object",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("declared_on")),
                name="inspections_tie_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.get_kind_display()}"
