"""Supervisory tests, duty inspections of counties, bidding checks."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from inspections.enums import BiddingMatter, OrganizerLevel, TestedObject, Verdict
from inspections.models.finding import Finding
from projects.models import Organization, Project
from tenancy.models import Jurisdiction, TenantForeignKey, TenantModel


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
