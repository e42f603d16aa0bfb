"""Monthly returns of counties (县级月报) and monthly reports of legal persons."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from projects.enums import RemarkKind, ReturnState
from projects.models.organization import Organization
from projects.models.project import Project
from tenancy.models import Jurisdiction, TenantForeignKey, TenantModel


class MonthlyReturn(TenantModel):
    """One county's return of one month. Timely, late, nil (零报告) and missing are four different facts.

    `first_submitted_at` decides lateness; a nil return is a statement signed by the reviewer, silence is no report.
    """

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="returns", verbose_name="县区")
    month = models.DateField("月份")
    state = models.CharField("状态", max_length=12, choices=ReturnState.choices, default=ReturnState.DRAFT)
    first_submitted_at = models.DateTimeField("首次报送时间", null=True, blank=True)
    accepted_at = models.DateTimeField("受理时间", null=True, blank=True)
    filler_name = models.CharField("填报人", max_length=60, blank=True)
    reviewer_name = models.CharField("审核人", max_length=60, blank=True)
    accepter_name = models.CharField("受理人", max_length=60, blank=True)
    is_nil = models.BooleanField("零报告", default=False)
    nil_statement = models.TextField("零报告声明", blank=True)
    nil_signed_on = models.DateField("零报告签署日期", null=True, blank=True)

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "jurisdiction", "month"], name="projects_one_return_per_month"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="projects_return_month_is_first_day"),
            models.CheckConstraint(
                condition=Q(is_nil=False)
                | (~Q(nil_statement="") & Q(nil_signed_on__isnull=False) & ~Q(reviewer_name="")),
                name="projects_nil_return_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(state=ReturnState.DRAFT) | Q(first_submitted_at__isnull=False),
                name="projects_return_submitted_at_unless_draft",
            ),
            models.CheckConstraint(
                condition=Q(filler_name="") | Q(reviewer_name="") | ~Q(filler_name=F("reviewer_name")),
                name="projects_return_filler_is_not_reviewer",
            ),
            models.CheckConstraint(
                condition=Q(accepter_name="")
                | (~Q(accepter_name=F("reviewer_name")) & ~Q(accepter_name=F("filler_name"))),
                name="projects_return_accepter_is_another",
            ),
        ]
        indexes = [models.Index(fields=["city", "month"], name="projects_return_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} 月报"


class ReturnVersion(TenantModel):
    """What was submitted, each time; never changed afterwards."""

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    monthly_return = TenantForeignKey(
        MonthlyReturn, models.CASCADE, related_name="versions", verbose_name="月报"
    )
    number = models.PositiveSmallIntegerField("版本")
    submitted_at = models.DateTimeField("报送时间")
    header = models.JSONField("表头数据", default=dict)

    class Meta:
        ordering = ["monthly_return", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "monthly_return", "number"], name="projects_one_return_version"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="projects_return_version_from_1"),
        ]

    def __str__(self) -> str:
        return f"第{self.number}版"


class ReturnLine(TenantModel):
    """One project in one version of a return: the fields whose completeness rubric B2 counts."""

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    version = TenantForeignKey(ReturnVersion, models.CASCADE, related_name="lines", verbose_name="版本")
    project = TenantForeignKey(Project, models.PROTECT, related_name="return_lines", verbose_name="工程")
    award_price_wan_yuan = models.DecimalField(
        "中标价（万元）", max_digits=14, decimal_places=2, null=True, blank=True
    )
    approved_duration_days = models.PositiveIntegerField("批复工期（天）", null=True, blank=True)
    unit_count = models.PositiveSmallIntegerField("参建单位数", null=True, blank=True)
    key_person_count = models.PositiveSmallIntegerField("主要管理人员数", null=True, blank=True)
    key_work_count = models.PositiveSmallIntegerField("重要隐蔽、关键部位数", null=True, blank=True)
    registration_number = models.CharField("监督手续编号", max_length=60, blank=True)
    progress_percent = models.DecimalField(
        "形象进度（%）", max_digits=5, decimal_places=2, null=True, blank=True
    )
    invested_wan_yuan = models.DecimalField(
        "完成投资（万元）", max_digits=14, decimal_places=2, null=True, blank=True
    )

    class Meta:
        ordering = ["version", "project"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "version", "project"], name="projects_one_line_per_project"
            ),
            models.CheckConstraint(
                condition=Q(progress_percent__isnull=True) | Q(progress_percent__range=(0, 100)),
                name="projects_line_progress_0_to_100",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.project_id}"


class ReturnRemark(TenantModel):
    """The bureau's check of a return: sent back, a wrong field, or a project left out (rubric B3)."""

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    monthly_return = TenantForeignKey(
        MonthlyReturn, models.PROTECT, related_name="remarks", verbose_name="月报"
    )
    number = models.CharField("记录编号", max_length=40)
    kind = models.CharField("类型", max_length=20, choices=RemarkKind.choices)
    noted_on = models.DateField("记录日期")
    field_name = models.CharField("涉及字段", max_length=60, blank=True)
    project = TenantForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="工程"
    )
    note = models.CharField("说明", max_length=300)

    class Meta:
        ordering = ["noted_on"]
        constraints = [
            models.UniqueConstraint(fields=["city", "number"], name="projects_one_remark_per_number")
        ]

    def __str__(self) -> str:
        return self.note


class LegalPersonReport(TenantModel):
    """重点监管对象项目法人质量管理月报: a row exists for each report that is due (rubric B4)."""

    ORGANIZATION_PATH = "legal_person__uscc"

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    legal_person = TenantForeignKey(
        Organization, models.PROTECT, related_name="quality_reports", verbose_name="项目法人"
    )
    month = models.DateField("月份")
    due_on = models.DateField("应报日期")
    submitted_on = models.DateField("报送日期", null=True, blank=True)

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "jurisdiction", "legal_person", "month"],
                name="projects_one_legal_person_report",
            ),
            models.CheckConstraint(
                condition=Q(month__day=1), name="projects_legal_person_report_month_is_first_day"
            ),
        ]
        indexes = [models.Index(fields=["city", "month"], name="projects_lp_report_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} 项目法人月报"
