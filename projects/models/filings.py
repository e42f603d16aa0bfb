"""核备, 验收 and 质量缺陷备案 (rubric G)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from projects.enums import AcceptanceKind, FilingKind, FilingResult
from projects.models.project import Project
from tenancy.models import Jurisdiction, TenantForeignKey, TenantModel


class QualityFiling(TenantModel):
    """项目划分确认、核备（备查）: received, due, reviewed."""

    ORGANIZATION_PATH = "project__legal_person__uscc"

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    project = TenantForeignKey(Project, models.PROTECT, related_name="quality_filings", verbose_name="工程")
    number = models.CharField("核备编号", max_length=40)
    kind = models.CharField("核备类型", max_length=30, choices=FilingKind.choices)
    subject = models.CharField("核备对象", max_length=200)
    received_on = models.DateField("收到日期")
    due_on = models.DateField("应办结日期")
    reviewed_on = models.DateField("办结日期", null=True, blank=True)
    result = models.CharField("结果", max_length=10, choices=FilingResult.choices, blank=True)

    class Meta:
        ordering = ["-received_on"]
        constraints = [
            models.UniqueConstraint(fields=["city", "number"], name="projects_one_filing_per_number"),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("received_on")), name="projects_filing_due_after_receipt"
            ),
            models.CheckConstraint(
                condition=Q(reviewed_on__isnull=True, result="")
                | (Q(reviewed_on__isnull=False) & ~Q(result="")),
                name="projects_filing_result_with_date",
            ),
        ]
        indexes = [models.Index(fields=["city", "due_on"], name="projects_filing_due")]

    def __str__(self) -> str:
        return self.number


class Acceptance(TenantModel):
    """法人验收/政府验收 of which the supervision body was notified; supervised or not (rubric G2)."""

    ORGANIZATION_PATH = "project__legal_person__uscc"

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    project = TenantForeignKey(Project, models.PROTECT, related_name="acceptances", verbose_name="工程")
    number = models.CharField("验收编号", max_length=40)
    kind = models.CharField("验收类型", max_length=20, choices=AcceptanceKind.choices)
    subject = models.CharField("验收对象", max_length=200)
    notified_on = models.DateField("通知日期")
    held_on = models.DateField("验收日期")
    is_supervised = models.BooleanField("监督机构列席", default=False)
    report_number = models.CharField("监督报告文号", max_length=60, blank=True)

    class Meta:
        ordering = ["-held_on"]
        constraints = [
            models.UniqueConstraint(fields=["city", "number"], name="projects_one_acceptance_per_number"),
            models.CheckConstraint(
                condition=Q(held_on__gte=F("notified_on")), name="projects_acceptance_after_notification"
            ),
        ]
        indexes = [models.Index(fields=["city", "held_on"], name="projects_acceptance_held")]

    def __str__(self) -> str:
        return self.number


class DefectFiling(TenantModel):
    """质量缺陷备案: drafted by the supervising engineer, filed with the supervision body (rubric G3)."""

    ORGANIZATION_PATH = "project__legal_person__uscc"

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    project = TenantForeignKey(Project, models.PROTECT, related_name="defect_filings", verbose_name="工程")
    number = models.CharField("缺陷编号", max_length=40)
    part = models.CharField("部位", max_length=200)
    description = models.CharField("缺陷情况", max_length=500)
    found_on = models.DateField("发现日期")
    due_on = models.DateField("应备案日期")
    filed_on = models.DateField("备案日期", null=True, blank=True)
    is_complete = models.BooleanField("备案内容完整", default=True)

    class Meta:
        ordering = ["-found_on"]
        constraints = [
            models.UniqueConstraint(fields=["city", "number"], name="projects_one_defect_per_number"),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("found_on")), name="projects_defect_due_after_found"
            ),
        ]
        indexes = [models.Index(fields=["city", "due_on"], name="projects_defect_due")]

    def __str__(self) -> str:
        return self.number
