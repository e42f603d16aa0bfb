"""核备, 验收 and 质量缺陷备案 (rubric G)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from projects.enums import AcceptanceKind, AttachmentKind, FilingKind, FilingResult
from projects.models.project import LifelongCommitment, Project
from projects.models.returns import LegalPersonReport, MonthlyReturn
from projects.models.supervision_body import Training
from projects.querysets import AttachmentManager
from tenancy.models import Jurisdiction, TenantForeignKey, TenantModel


class FilingType(TenantModel):
    """What 核备（备查） is called and how long it takes, for a period: SL/T 223-2025 changes words and duties."""

    ORGANIZATION_PATH = "*"

    kind = models.CharField("核备类型", max_length=30, choices=FilingKind.choices)
    label = models.CharField("名称", max_length=60)
    term_workdays = models.PositiveSmallIntegerField("办理期限（工作日）")
    basis = models.CharField("依据", max_length=200, blank=True)
    effective_from = models.DateField("启用日期")
    effective_to = models.DateField("停用日期", null=True, blank=True)

    class Meta:
        ordering = ["kind", "effective_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "kind", "label", "effective_from"], name="projects_one_filing_type"
            ),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from")),
                name="projects_filing_type_period",
            ),
            models.CheckConstraint(
                condition=Q(term_workdays__range=(1, 120)), name="projects_filing_type_term"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class QualityFiling(TenantModel):
    """项目划分确认、核备（备查）: received, due, reviewed."""

    ORGANIZATION_PATH = "project__legal_person__uscc"

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    project = TenantForeignKey(Project, models.PROTECT, related_name="quality_filings", verbose_name="工程")
    number = models.CharField("核备编号", max_length=40)
    kind = models.CharField("核备类型", max_length=30, choices=FilingKind.choices)
    type = TenantForeignKey(
        FilingType, models.PROTECT, null=True, blank=True, related_name="filings", verbose_name="备查事项"
    )
    subject = models.CharField("核备对象", max_length=200)
    received_on = models.DateField("收到日期")
    due_on = models.DateField("应办结日期")
    reviewed_on = models.DateField("办结日期", null=True, blank=True)
    result = models.CharField("结果", max_length=10, choices=FilingResult.choices, blank=True)
    opinion = models.CharField("审查意见", max_length=300, blank=True)
    reviewer_name = models.CharField("审查人", max_length=60, blank=True)

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
            models.CheckConstraint(
                condition=~Q(kind=FilingKind.DEFECT), name="projects_defect_is_filed_as_defect"
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
    treatment = models.CharField("处理情况", max_length=500, blank=True)
    affects_life = models.BooleanField("影响设计使用年限", default=False)

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


_SUBJECTS = ("project", "monthly_return", "legal_person_report", "training")


def _only(present: str) -> Q:
    """Exactly this one of the subjects is named."""
    return Q(**{f"{name}__isnull": name != present for name in _SUBJECTS})


class Attachment(TenantModel):
    """A file that belongs to a project, a return, a legal person's report or a training; stored by its hash."""

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    kind = models.CharField("类型", max_length=12, choices=AttachmentKind.choices)
    project = TenantForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="attachments", verbose_name="工程"
    )
    commitment = TenantForeignKey(
        LifelongCommitment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="attachments",
        verbose_name="承诺书",
    )
    monthly_return = TenantForeignKey(
        MonthlyReturn, models.PROTECT, null=True, blank=True, related_name="attachments", verbose_name="月报"
    )
    legal_person_report = TenantForeignKey(
        LegalPersonReport,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="attachments",
        verbose_name="项目法人月报",
    )
    training = TenantForeignKey(
        Training, models.PROTECT, null=True, blank=True, related_name="attachments", verbose_name="培训"
    )
    title = models.CharField("名称", max_length=120)
    file_name = models.CharField("文件名", max_length=200)
    content_type = models.CharField("格式", max_length=100)
    sha256 = models.CharField("SHA-256 摘要", max_length=64)
    byte_count = models.PositiveIntegerField("大小（字节）")
    uploaded_at = models.DateTimeField("上传时间")
    uploaded_by_name = models.CharField("上传人", max_length=60)

    objects: ClassVar[AttachmentManager[Attachment]] = AttachmentManager()

    class Meta:
        ordering = ["-uploaded_at"]
        constraints = [
            models.CheckConstraint(
                condition=_only("project")
                | _only("monthly_return")
                | _only("legal_person_report")
                | _only("training"),
                name="projects_attachment_of_one_subject",
            ),
            models.CheckConstraint(
                condition=Q(commitment__isnull=True) | Q(project__isnull=False),
                name="projects_attachment_of_commitment_has_its_project",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="projects_attachment_hash"
            ),
        ]

    def __str__(self) -> str:
        return self.title
