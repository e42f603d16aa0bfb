"""检查清单: versioned lists of what to look at, by the eleven aspects."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from inspections.enums import Aspect
from tenancy.models import TenantForeignKey, TenantModel


class ChecklistVersion(TenantModel):
    """One edition for some kinds of inspection; in force from a date until the next edition of the same code."""

    ORGANIZATION_PATH = "*"

    code = models.CharField("清单", max_length=40)
    edition = models.CharField("版次", max_length=40)
    title = models.CharField("名称", max_length=120)
    kinds = models.JSONField("适用检查类型", default=list)
    effective_from = models.DateField("启用日期")
    effective_until = models.DateField("停用日期", null=True, blank=True)
    source = models.CharField("来源", max_length=200)
    sha256 = models.CharField("摘要", max_length=64)

    class Meta:
        ordering = ["code", "effective_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "code", "edition"], name="inspections_one_checklist_edition"
            ),
            models.CheckConstraint(
                condition=Q(effective_until__isnull=True) | Q(effective_until__gte=F("effective_from")),
                name="inspections_checklist_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.edition}）"


class ChecklistItem(TenantModel):
    """One thing to look at. `catalogue_codes`: what a “不符合” may be recorded as."""

    ORGANIZATION_PATH = "*"

    version = TenantForeignKey(
        ChecklistVersion, models.CASCADE, related_name="items", verbose_name="检查清单"
    )
    code = models.CharField("编号", max_length=20)
    position = models.PositiveSmallIntegerField("次序")
    aspect = models.CharField("检查方面", max_length=30, choices=Aspect.choices)
    text = models.CharField("检查内容", max_length=300)
    how = models.CharField("检查方法", max_length=300, blank=True)
    basis = models.CharField("依据", max_length=300)
    catalogue_codes = models.JSONField("对应问题编码", default=list)
    is_measured = models.BooleanField("需要实测", default=False)

    class Meta:
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "version", "code"], name="inspections_one_checklist_code"
            ),
            models.UniqueConstraint(
                fields=["city", "version", "position"], name="inspections_one_checklist_position"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"
