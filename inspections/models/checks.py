"""Supervisory tests, duty inspections of counties, bidding checks."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from inspections.enums import (
    BiddingMatter,
    BiddingSource,
    CommissionState,
    DutyState,
    OrganizerLevel,
    TestedObject,
    Verdict,
)
from inspections.models.finding import Finding
from inspections.models.plan import Draw
from projects.models import Organization, Project
from tenancy.models import Jurisdiction, TenantForeignKey, TenantModel


class SupervisoryTestBudget(TenantModel):
    """监督检测经费 of a jurisdiction for a year, in 元."""

    jurisdiction = TenantForeignKey(
        Jurisdiction, models.PROTECT, related_name="test_budgets", verbose_name="单位"
    )
    year = models.PositiveSmallIntegerField("年度")
    amount_yuan = models.DecimalField("经费（元）", max_digits=14, decimal_places=2)
    source = models.CharField("批复文件", max_length=200)

    class Meta:
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "jurisdiction", "year"], name="inspections_one_test_budget_per_year"
            ),
            models.CheckConstraint(condition=Q(amount_yuan__gt=0), name="inspections_test_budget_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.year} 年 {self.amount_yuan} 元"


class SupervisoryTestCommission(TenantModel):
    """检测委托 to one agency for one project; the agency serves none of the project's parties. Money in 元."""

    jurisdiction = TenantForeignKey(
        Jurisdiction, models.PROTECT, related_name="test_commissions", verbose_name="县区"
    )
    project = TenantForeignKey(Project, models.PROTECT, related_name="test_commissions", verbose_name="工程")
    agency = TenantForeignKey(
        Organization, models.PROTECT, related_name="test_commissions", verbose_name="检测机构"
    )
    number = models.CharField("委托编号", max_length=40)
    organizer_level = models.CharField("委托层级", max_length=10, choices=OrganizerLevel.choices)
    state = models.CharField(
        "状态", max_length=14, choices=CommissionState.choices, default=CommissionState.DRAFT
    )
    commissioned_on = models.DateField("委托日期", null=True, blank=True)
    fee_yuan = models.DecimalField("检测费（元）", max_digits=12, decimal_places=2, default=0)
    note = models.CharField("说明", max_length=300, blank=True)
    cancelled_reason = models.CharField("取消原因", max_length=200, blank=True)
    created_by_name = models.CharField("经办人", max_length=60, blank=True)

    class Meta:
        ordering = ["-commissioned_on", "number"]
        constraints = [
            models.UniqueConstraint(fields=["city", "number"], name="inspections_one_commission_per_number"),
            models.CheckConstraint(
                condition=Q(state__in=[CommissionState.DRAFT, CommissionState.CANCELLED])
                | Q(commissioned_on__isnull=False),
                name="inspections_commissioned_on",
            ),
            models.CheckConstraint(
                condition=~Q(state=CommissionState.CANCELLED) | ~Q(cancelled_reason=""),
                name="inspections_commission_cancelled_with_a_reason",
            ),
            models.CheckConstraint(condition=Q(fee_yuan__gte=0), name="inspections_commission_fee"),
        ]

    def __str__(self) -> str:
        return self.number


class SupervisoryTestSample(TenantModel):
    """样品: one item of a commission, taken in the presence of a witness; design value, result and verdict."""

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    commission = TenantForeignKey(
        SupervisoryTestCommission, models.CASCADE, related_name="samples", verbose_name="检测委托"
    )
    test = TenantForeignKey(
        "inspections.SupervisoryTest",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="samples",
        verbose_name="检测报告",
    )
    number = models.CharField("样品编号", max_length=40)
    tested_object = models.CharField("检测对象", max_length=30, choices=TestedObject.choices)
    item = models.CharField("检测项目", max_length=100)
    standard = models.CharField("检测标准", max_length=120, blank=True)
    batch_count = models.PositiveSmallIntegerField("批次", default=1)
    location = models.CharField("取样部位", max_length=200, blank=True)
    sampled_on = models.DateField("取样日期", null=True, blank=True)
    sampled_by = models.CharField("取样人", max_length=60, blank=True)
    witness = models.CharField("见证人", max_length=60, blank=True)
    design_value = models.CharField("设计值", max_length=60, blank=True)
    result_value = models.CharField("检测值", max_length=60, blank=True)
    verdict = models.CharField("结论", max_length=10, choices=Verdict.choices, default=Verdict.PENDING)

    class Meta:
        ordering = ["commission", "number"]
        constraints = [
            models.UniqueConstraint(fields=["city", "number"], name="inspections_one_sample_per_number"),
            models.CheckConstraint(condition=Q(batch_count__gte=1), name="inspections_sample_has_batches"),
            models.CheckConstraint(
                condition=Q(sampled_on__isnull=True) | (~Q(sampled_by="") & ~Q(witness="")),
                name="inspections_sample_is_witnessed",
            ),
            models.CheckConstraint(
                condition=Q(verdict=Verdict.PENDING) | (Q(sampled_on__isnull=False) & ~Q(result_value="")),
                name="inspections_sample_verdict_with_result",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class SupervisoryTest(TenantModel):
    """监督检测: one report of one agency on one project, counted in batches; money in 元."""

    ORGANIZATION_PATH = "project__legal_person__uscc"

    jurisdiction = TenantForeignKey(
        Jurisdiction, models.PROTECT, related_name="supervisory_tests", verbose_name="县区"
    )
    project = TenantForeignKey(Project, models.PROTECT, related_name="supervisory_tests", verbose_name="工程")
    agency = TenantForeignKey(
        Organization, models.PROTECT, related_name="supervisory_tests", verbose_name="检测机构"
    )
    commission = TenantForeignKey(
        SupervisoryTestCommission,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tests",
        verbose_name="检测委托",
    )
    failure_due_on = models.DateField("不合格处置期限", null=True, blank=True)
    handling = models.CharField("不合格处置情况", max_length=300, blank=True)
    number = models.CharField("检测编号", max_length=40)
    organizer_level = models.CharField("委托层级", max_length=10, choices=OrganizerLevel.choices)
    tested_object = models.CharField("检测对象", max_length=30, choices=TestedObject.choices)
    item = models.CharField("检测项目", max_length=100)
    batch_count = models.PositiveSmallIntegerField("批次")
    sampled_on = models.DateField("取样日期")
    report_number = models.CharField("报告编号", max_length=60, blank=True)
    reported_on = models.DateField("报告日期", null=True, blank=True)
    verdict = models.CharField("结论", max_length=10, choices=Verdict.choices, default=Verdict.PENDING)
    fee_yuan = models.DecimalField("检测费（元）", max_digits=12, decimal_places=2, default=0)
    handled_on = models.DateField("不合格处置日期", null=True, blank=True)
    finding = TenantForeignKey(
        Finding,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="supervisory_tests",
        verbose_name="形成的问题",
    )

    class Meta:
        ordering = ["-sampled_on"]
        constraints = [
            models.UniqueConstraint(fields=["city", "number"], name="inspections_one_test_per_number"),
            models.CheckConstraint(condition=Q(batch_count__gte=1), name="inspections_test_has_batches"),
            models.CheckConstraint(condition=Q(fee_yuan__gte=0), name="inspections_test_fee_not_negative"),
            models.CheckConstraint(
                condition=Q(verdict=Verdict.PENDING, reported_on__isnull=True)
                | (
                    ~Q(verdict=Verdict.PENDING)
                    & Q(reported_on__isnull=False, reported_on__gte=F("sampled_on"))
                ),
                name="inspections_test_verdict_with_report",
            ),
        ]
        indexes = [
            models.Index(fields=["city", "sampled_on"], name="inspections_test_sampled"),
            models.Index(fields=["city", "reported_on"], name="inspections_test_reported"),
        ]

    def __str__(self) -> str:
        return self.number


class DutyInspection(TenantModel):
    """履职检查 of a county's supervision work: scored on the sheet of the rubric (0–100 points)."""

    jurisdiction = TenantForeignKey(
        Jurisdiction, models.PROTECT, related_name="duty_inspections", verbose_name="县区"
    )
    number = models.CharField("履职检查编号", max_length=40)
    inspected_on = models.DateField("检查日期")
    concluded_on = models.DateField("结论日期")
    state = models.CharField("状态", max_length=10, choices=DutyState.choices, default=DutyState.CONCLUDED)
    draw = TenantForeignKey(
        Draw, models.PROTECT, null=True, blank=True, related_name="duty_inspections", verbose_name="抽取编号"
    )
    members = models.CharField("检查组成员", max_length=200, blank=True)
    created_by = models.UUIDField("建立人账户", null=True, blank=True)
    concluded_by_name = models.CharField("定论人", max_length=60, blank=True)
    leader_name = models.CharField("检查组长", max_length=60)
    summary = models.CharField("结论", max_length=500, blank=True)

    class Meta:
        ordering = ["-concluded_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "number"], name="inspections_one_duty_inspection_per_number"
            ),
            models.CheckConstraint(
                condition=Q(concluded_on__gte=F("inspected_on")),
                name="inspections_duty_concluded_after_inspected",
            ),
        ]
        indexes = [models.Index(fields=["city", "concluded_on"], name="inspections_duty_concluded")]

    def __str__(self) -> str:
        return self.number


class DutyInspectionItem(TenantModel):
    """One line of the scored sheet; the total is the sum of the lines, computed, never typed."""

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    duty_inspection = TenantForeignKey(
        DutyInspection, models.CASCADE, related_name="items", verbose_name="履职检查"
    )
    section = models.CharField("部分", max_length=10)
    name = models.CharField("评分项", max_length=60)
    max_points = models.DecimalField("满分", max_digits=5, decimal_places=2)
    points = models.DecimalField("得分", max_digits=5, decimal_places=2)
    fact = models.CharField("扣分事实", max_length=300, blank=True)

    class Meta:
        ordering = ["duty_inspection", "section"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "duty_inspection", "section", "name"],
                name="inspections_one_row_per_duty_item",
            ),
            models.CheckConstraint(
                condition=Q(points__gte=0) & Q(points__lte=F("max_points")),
                name="inspections_duty_points_in_range",
            ),
            models.CheckConstraint(
                condition=Q(points=F("max_points")) | ~Q(fact=""),
                name="inspections_duty_deduction_has_a_fact",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section} {self.name}"


class BiddingCheck(TenantModel):
    """招投标核查 of one matter."""

    jurisdiction = TenantForeignKey(
        Jurisdiction, models.PROTECT, related_name="bidding_checks", verbose_name="县区"
    )
    project = TenantForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="bidding_checks", verbose_name="工程"
    )
    number = models.CharField("核查编号", max_length=40)
    matter = models.CharField("核查事项", max_length=20, choices=BiddingMatter.choices)
    organizer_level = models.CharField("核查层级", max_length=10, choices=OrganizerLevel.choices)
    checked_on = models.DateField("核查日期")
    source = models.CharField(
        "核查来源", max_length=12, choices=BiddingSource.choices, default=BiddingSource.CAMPAIGN
    )
    source_note = models.CharField("来源说明", max_length=200, blank=True)
    checked_by = models.CharField("核查人员", max_length=120, blank=True)
    handling = models.CharField("处理意见", max_length=300, blank=True)
    has_problem = models.BooleanField("存在问题", default=False)
    result = models.CharField("核查结果", max_length=300, blank=True)

    class Meta:
        ordering = ["-checked_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "number"], name="inspections_one_bidding_check_per_number"
            ),
            models.CheckConstraint(
                condition=Q(has_problem=False) | ~Q(result=""),
                name="inspections_bidding_problem_is_described",
            ),
        ]

    def __str__(self) -> str:
        return self.number
