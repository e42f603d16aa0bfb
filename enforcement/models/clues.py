"""线索 and their transfer (rubric E5)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from enforcement.enums import ClueKind
from inspections.enums import OrganizerLevel
from inspections.models import Finding
from projects.models import Organization, Project
from tenancy.models import Jurisdiction, TenantForeignKey, TenantModel


class Clue(TenantModel):
    """违法违规线索, transferred to the enforcement body or not yet."""

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="clues", verbose_name="县区")
    project = TenantForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="clues", verbose_name="工程"
    )
    organization = TenantForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="clues", verbose_name="涉及单位"
    )
    finding = TenantForeignKey(
        Finding, models.PROTECT, null=True, blank=True, related_name="clues", verbose_name="来源问题"
    )
    number = models.CharField("线索编号", max_length=40)
    kind = models.CharField("线索类型", max_length=30, choices=ClueKind.choices)
    organizer_level = models.CharField("发现层级", max_length=10, choices=OrganizerLevel.choices)
    summary = models.CharField("线索内容", max_length=300)
    identified_on = models.DateField("发现日期")
    transferred_on = models.DateField("移送日期", null=True, blank=True)
    receiver = models.CharField("接收机关", max_length=120, blank=True)
    receipt = models.CharField("回执", max_length=200, blank=True)

    class Meta:
        ordering = ["-identified_on"]
        constraints = [
            models.UniqueConstraint(fields=["city", "number"], name="enforcement_one_clue_per_number"),
            models.CheckConstraint(
                condition=Q(transferred_on__isnull=True, receiver="")
                | (Q(transferred_on__isnull=False, transferred_on__gte=F("identified_on")) & ~Q(receiver="")),
                name="enforcement_transfer_has_a_receiver",
            ),
        ]
        indexes = [models.Index(fields=["city", "identified_on"], name="enforcement_clue_identified")]

    def __str__(self) -> str:
        return self.number
