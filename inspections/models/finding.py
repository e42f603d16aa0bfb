"""Findings and their evidence."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from inspections.enums import EvidenceKind, FindingKind, FindingState, OrganizerLevel, Severity
from inspections.models.catalogue import CatalogueItem
from inspections.models.inspection import Inspection
from projects.models import Organization, ParticipatingUnit, Project
from tenancy.models import Jurisdiction, TenantForeignKey, TenantModel


class Finding(TenantModel):
    """问题: one unit + one catalogue code + one project (+ part). Several units share a fact through `same_fact`.

    `due_on` is the term in force (extensions included), `original_due_on` the first one. Overdue is computed.
    """

    ORGANIZATION_PATH = "organization__uscc"

    jurisdiction = TenantForeignKey(
        Jurisdiction, models.PROTECT, related_name="findings", verbose_name="县区"
    )
    project = TenantForeignKey(Project, models.PROTECT, related_name="findings", verbose_name="工程")
    inspection = TenantForeignKey(
        Inspection, models.PROTECT, null=True, blank=True, related_name="findings", verbose_name="检查"
    )
    unit = TenantForeignKey(
        ParticipatingUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="findings",
        verbose_name="参建单位",
    )
    organization = TenantForeignKey(
        Organization, models.PROTECT, related_name="findings", verbose_name="责任单位"
    )
    catalogue_item = TenantForeignKey(
        CatalogueItem, models.PROTECT, null=True, blank=True, related_name="findings", verbose_name="问题编码"
    )
    number = models.CharField("问题编号", max_length=40)
    kind = models.CharField("问题类型", max_length=30, choices=FindingKind.choices)
    severity = models.CharField("严重程度", max_length=10, choices=Severity.choices)
    text = models.CharField("问题描述", max_length=500)
    part = models.CharField("部位", max_length=200, blank=True)
    basis = models.CharField("依据", max_length=300, blank=True)
    found_on = models.DateField("发现日期")
    found_by_level = models.CharField("发现层级", max_length=10, choices=OrganizerLevel.choices)
    state = models.CharField(
        "状态", max_length=12, choices=FindingState.choices, default=FindingState.CONFIRMED
    )
    original_due_on = models.DateField("原整改期限", null=True, blank=True)
    due_on = models.DateField("整改期限", null=True, blank=True)
    replied_on = models.DateField("回复日期", null=True, blank=True)
    closed_on = models.DateField("销号日期", null=True, blank=True)
    withdrawn_reason = models.CharField("撤销原因", max_length=300, blank=True)
    is_self_reported = models.BooleanField("自查自报", default=False)
    is_false_rectification = models.BooleanField("虚假整改", default=False)
    same_fact = models.UUIDField("同一事实", null=True, blank=True)
    proposed_severity = models.CharField("建议严重程度", max_length=10, choices=Severity.choices, blank=True)
    severity_reason = models.CharField("定级说明", max_length=300, blank=True)
    repeat_of = TenantForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="repeated_by", verbose_name="重复的问题"
    )
    recorded_by = models.UUIDField("记录人账户", null=True, blank=True)
    recorded_by_name = models.CharField("记录人", max_length=60, blank=True)
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    confirmed_by = models.UUIDField("确认人账户", null=True, blank=True)
    confirmed_by_name = models.CharField("确认人", max_length=60, blank=True)

    class Meta:
        ordering = ["-found_on", "number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True)
                | Q(recorded_by__isnull=True)
                | ~Q(confirmed_by=F("recorded_by")),
                name="inspections_confirmer_is_not_recorder",
            ),
            models.CheckConstraint(
                condition=Q(repeat_of__isnull=True) | ~Q(repeat_of=F("id")),
                name="inspections_finding_does_not_repeat_itself",
            ),
            models.UniqueConstraint(fields=["city", "number"], name="inspections_one_finding_per_number"),
            models.CheckConstraint(
                condition=Q(state=FindingState.CLOSED, closed_on__isnull=False)
                | (~Q(state=FindingState.CLOSED) & Q(closed_on__isnull=True)),
                name="inspections_closed_on_with_closed",
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("found_on")),
                name="inspections_closed_after_found",
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | Q(due_on__gte=F("found_on")),
                name="inspections_due_after_found",
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True)
                | Q(original_due_on__isnull=False, due_on__gte=F("original_due_on")),
                name="inspections_due_not_before_original",
            ),
            models.CheckConstraint(
                condition=~Q(state=FindingState.WITHDRAWN) | ~Q(withdrawn_reason=""),
                name="inspections_withdrawn_has_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["city", "jurisdiction", "-found_on"], name="inspections_finding_county"),
            models.Index(fields=["city", "found_on"], name="inspections_finding_found"),
            models.Index(fields=["city", "due_on"], name="inspections_finding_due"),
            # Counts by stage and overdue (menu, funnel, 驾驶舱) without reading a row; the wall asks for the county.
            models.Index(
                fields=["city", "state", "due_on"],
                include=["jurisdiction", "severity"],
                name="inspections_finding_stage",
            ),
            models.Index(fields=["city", "closed_on"], name="inspections_finding_closed"),
            models.Index(fields=["city", "organization", "found_on"], name="inspections_finding_org"),
            models.Index(fields=["city", "project", "found_on"], name="inspections_finding_project"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.text}"[:120]


class Evidence(TenantModel):
    """佐证材料 of a finding, an inspection or another check, named by its SHA-256."""

    ORGANIZATION_PATH = "finding__organization__uscc"

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    finding = TenantForeignKey(
        Finding, models.PROTECT, null=True, blank=True, related_name="evidence", verbose_name="问题"
    )
    inspection = TenantForeignKey(
        Inspection, models.PROTECT, null=True, blank=True, related_name="evidence", verbose_name="检查"
    )
    duty_item = TenantForeignKey(
        "inspections.DutyInspectionItem",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence",
        verbose_name="履职检查评分项",
    )
    bidding_check = TenantForeignKey(
        "inspections.BiddingCheck",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence",
        verbose_name="招投标核查",
    )
    supervisory_test = TenantForeignKey(
        "inspections.SupervisoryTest",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence",
        verbose_name="监督检测",
    )
    number = models.CharField("佐证编号", max_length=40)
    kind = models.CharField("类型", max_length=20, choices=EvidenceKind.choices)
    title = models.CharField("名称", max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64)
    taken_at = models.DateTimeField("形成时间")
    byte_count = models.PositiveBigIntegerField("大小（字节）", null=True, blank=True)

    class Meta:
        ordering = ["taken_at"]
        constraints = [
            models.UniqueConstraint(fields=["city", "number"], name="inspections_one_evidence_per_number"),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="inspections_evidence_sha256"
            ),
            models.CheckConstraint(
                condition=Q(finding__isnull=False)
                | Q(inspection__isnull=False)
                | Q(duty_item__isnull=False)
                | Q(bidding_check__isnull=False)
                | Q(supervisory_test__isnull=False),
                name="inspections_evidence_of_something",
            ),
        ]
        indexes = [models.Index(fields=["city", "finding"], name="inspections_evidence_finding")]

    def __str__(self) -> str:
        return self.title
