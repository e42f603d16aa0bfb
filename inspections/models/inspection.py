"""Inspections, their officers and the aspects they covered."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from inspections.enums import (
    Aspect,
    InspectionKind,
    InspectionMode,
    InspectionState,
    OfficerRole,
    OrganizerLevel,
)
from inspections.models.plan import Draw
from projects.models import Project
from tenancy.models import Jurisdiction, TenantForeignKey, TenantModel


class Inspection(TenantModel):
    """监督检查 of one project. `jurisdiction` is the project's county, `organizer_level` who inspected."""

    ORGANIZATION_PATH = "project__legal_person__uscc"

    jurisdiction = TenantForeignKey(
        Jurisdiction, models.PROTECT, related_name="inspections", verbose_name="县区"
    )
    project = TenantForeignKey(Project, models.PROTECT, related_name="inspections", verbose_name="工程")
    draw = TenantForeignKey(
        Draw, models.PROTECT, null=True, blank=True, related_name="inspections", verbose_name="抽取编号"
    )
    number = models.CharField("检查编号", max_length=40)
    kind = models.CharField("检查类型", max_length=20, choices=InspectionKind.choices)
    organizer_level = models.CharField("组织层级", max_length=10, choices=OrganizerLevel.choices)
    mode = models.CharField(
        "检查方式", max_length=10, choices=InspectionMode.choices, default=InspectionMode.ONSITE
    )
    state = models.CharField(
        "状态", max_length=10, choices=InspectionState.choices, default=InspectionState.COMPLETED
    )
    inspected_on = models.DateField("检查日期")
    approval_number = models.CharField("检查审批号", max_length=60, blank=True)
    notice_number = models.CharField("检查通知书号", max_length=60, blank=True)
    counterparty_signed = models.BooleanField("被检查单位已签字", default=True)
    refusal_witness = models.CharField("拒签见证人", max_length=60, blank=True)
    opinion = models.CharField("被检查单位意见", max_length=300, blank=True)

    class Meta:
        ordering = ["-inspected_on", "number"]
        constraints = [
            models.UniqueConstraint(fields=["city", "number"], name="inspections_one_inspection_per_number")
        ]
        indexes = [
            models.Index(fields=["city", "inspected_on"], name="inspections_inspected_on"),
            models.Index(fields=["city", "project", "inspected_on"], name="inspections_project_date"),
        ]

    def __str__(self) -> str:
        return self.number


class InspectionOfficer(TenantModel):
    """A person of the inspection team; an assistant never counts toward the two certified officers."""

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    inspection = TenantForeignKey(Inspection, models.CASCADE, related_name="officers", verbose_name="检查")
    name = models.CharField("姓名", max_length=60)
    role = models.CharField("身份", max_length=10, choices=OfficerRole.choices)
    enforcement_id = models.CharField("执法证号", max_length=40, blank=True)
    id_valid_until = models.DateField("执法证有效期至", null=True, blank=True)

    class Meta:
        ordering = ["inspection", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "inspection", "name"], name="inspections_one_officer_per_name"
            ),
            models.CheckConstraint(
                condition=Q(role=OfficerRole.OFFICER) | Q(enforcement_id=""),
                name="inspections_assistant_has_no_enforcement_id",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class InspectionAspect(TenantModel):
    """One of the eleven aspects: checked, or not applicable with a reason."""

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    inspection = TenantForeignKey(Inspection, models.CASCADE, related_name="aspects", verbose_name="检查")
    aspect = models.CharField("检查方面", max_length=30, choices=Aspect.choices)
    is_checked = models.BooleanField("已检查", default=True)
    reason = models.CharField("不适用原因", max_length=200, blank=True)

    class Meta:
        ordering = ["inspection", "aspect"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "inspection", "aspect"], name="inspections_one_row_per_aspect"
            ),
            models.CheckConstraint(
                condition=Q(is_checked=True) | ~Q(reason=""), name="inspections_not_applicable_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.get_aspect_display()
