"""问题清单: the finding catalogue, versioned data that an official list can replace."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from inspections.enums import FindingKind, Severity
from projects.enums import UnitRole
from tenancy.models import TenantForeignKey, TenantModel


class CatalogueVersion(TenantModel):
    """One edition of the catalogue; in force from a date until the next one."""

    ORGANIZATION_PATH = "*"

    code = models.CharField("版本", max_length=40)
    title = models.CharField("名称", max_length=120)
    effective_from = models.DateField("生效日期")
    effective_until = models.DateField("失效日期", null=True, blank=True)
    source = models.CharField("来源", max_length=200)
    sha256 = models.CharField("摘要", max_length=64)

    class Meta:
        ordering = ["effective_from"]
        constraints = [
            models.UniqueConstraint(fields=["city", "code"], name="inspections_one_catalogue_version"),
            models.CheckConstraint(
                condition=Q(effective_until__isnull=True) | Q(effective_until__gte=F("effective_from")),
                name="inspections_catalogue_period",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class CatalogueItem(TenantModel):
    """One kind of finding: whose it is, which aspect, how severe, on what legal basis."""

    ORGANIZATION_PATH = "*"

    version = TenantForeignKey(CatalogueVersion, models.PROTECT, related_name="items", verbose_name="版本")
    code = models.CharField("编码", max_length=20)
    official_code = models.CharField("官方编码", max_length=40, blank=True)
    responsible_role = models.CharField("责任主体", max_length=30, choices=UnitRole.choices)
    category = models.CharField("检查方面", max_length=40)
    kind = models.CharField("问题类型", max_length=30, choices=FindingKind.choices)
    text = models.CharField("问题描述", max_length=400)
    text_initials = models.CharField("拼音首字母", max_length=400, blank=True)
    severity = models.CharField("严重程度", max_length=10, choices=Severity.choices)
    basis = models.CharField("依据", max_length=300)
    source = models.CharField("来源标记", max_length=80, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["city", "version", "code"], name="inspections_one_catalogue_code")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"
