"""Inspections: approval and notice before going, the team, the aspects covered, the review afterwards."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from inspections.enums import (
    ApprovalState,
    Aspect,
    CapException,
    InspectionKind,
    InspectionMode,
    InspectionState,
    OfficerRole,
    OrganizerLevel,
)
from inspections.models.catalogue import CatalogueVersion
from inspections.models.checklist import ChecklistVersion
from inspections.models.officer import Officer
from inspections.models.plan import Draw
from inspections.models.year_plan import InspectionItem
from projects.models import Organization, Project
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
    title = models.CharField("检查名称", max_length=120, blank=True)
    visit = models.UUIDField("同一次到场", null=True, blank=True)
    concerns_firms = models.BooleanField("涉企检查", default=True)
    cap_exception = models.CharField(
        "超频次例外情形", max_length=20, choices=CapException.choices, blank=True
    )
    cap_exception_reason = models.CharField("例外理由", max_length=300, blank=True)
    checklist = TenantForeignKey(
        ChecklistVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="inspections",
        verbose_name="检查清单",
    )
    catalogue = TenantForeignKey(
        CatalogueVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="inspections",
        verbose_name="问题清单版本",
    )
    entered_at = models.DateTimeField("到场时间", null=True, blank=True)
    left_at = models.DateTimeField("离场时间", null=True, blank=True)
    void_reason = models.CharField("作废原因", max_length=200, blank=True)
    record_seq = models.PositiveIntegerField("记录序号", default=0)
    concluded_at = models.DateTimeField("现场结束时间", null=True, blank=True)
    concluded_by = models.UUIDField("现场结束人账户", null=True, blank=True)
    concluded_by_name = models.CharField("现场结束人", max_length=60, blank=True)
    reviewed_at = models.DateTimeField("审核时间", null=True, blank=True)
    reviewed_by = models.UUIDField("审核人账户", null=True, blank=True)
    reviewed_by_name = models.CharField("审核人", max_length=60, blank=True)

    class Meta:
        ordering = ["-inspected_on", "number"]
        constraints = [
            models.UniqueConstraint(fields=["city", "number"], name="inspections_one_inspection_per_number"),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True)
                | Q(concluded_by__isnull=True)
                | ~Q(reviewed_by=F("concluded_by")),
                name="inspections_reviewer_is_not_inspector",
            ),
            models.CheckConstraint(
                condition=Q(cap_exception="") | ~Q(cap_exception_reason=""),
                name="inspections_cap_exception_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True)
                | Q(entered_at__isnull=True)
                | Q(left_at__gte=F("entered_at")),
                name="inspections_left_after_entered",
            ),
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
    officer = TenantForeignKey(
        Officer, models.PROTECT, null=True, blank=True, related_name="inspections", verbose_name="名录人员"
    )
    user = models.UUIDField("账户", null=True, blank=True)
    is_leader = models.BooleanField("组长", default=False)
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


class CitedItem(TenantModel):
    """An item of the published list that an inspection is based on."""

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    inspection = TenantForeignKey(Inspection, models.CASCADE, related_name="cited_items", verbose_name="检查")
    item = TenantForeignKey(InspectionItem, models.PROTECT, related_name="cited_by", verbose_name="检查事项")

    class Meta:
        ordering = ["inspection", "item"]
        constraints = [
            models.UniqueConstraint(fields=["city", "inspection", "item"], name="inspections_item_cited_once")
        ]

    def __str__(self) -> str:
        return f"{self.inspection_id} {self.item_id}"


class InspectionApproval(TenantModel):
    """检查审批表: asked for before going; an urgent one is approved afterwards. Who asks does not decide."""

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    inspection = TenantForeignKey(Inspection, models.PROTECT, related_name="approvals", verbose_name="检查")
    number = models.CharField("审批编号", max_length=60)
    reason = models.CharField("检查事由", max_length=300)
    is_urgent = models.BooleanField("紧急情况（事后补批）", default=False)
    state = models.CharField(
        "状态", max_length=10, choices=ApprovalState.choices, default=ApprovalState.PENDING
    )
    requested_at = models.DateTimeField("申请时间")
    requested_by = models.UUIDField("申请人账户")
    requested_by_name = models.CharField("申请人", max_length=60)
    decided_at = models.DateTimeField("审批时间", null=True, blank=True)
    decided_by = models.UUIDField("审批人账户", null=True, blank=True)
    decided_by_name = models.CharField("审批人", max_length=60, blank=True)
    note = models.CharField("审批意见", max_length=300, blank=True)

    class Meta:
        ordering = ["-requested_at"]
        constraints = [
            models.UniqueConstraint(fields=["city", "number"], name="inspections_one_approval_per_number"),
            models.UniqueConstraint(
                fields=["city", "inspection"],
                condition=~Q(state=ApprovalState.REFUSED),
                name="inspections_one_open_approval",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")),
                name="inspections_approver_is_not_requester",
            ),
            models.CheckConstraint(
                condition=Q(state=ApprovalState.PENDING, decided_at__isnull=True)
                | (~Q(state=ApprovalState.PENDING) & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="inspections_approval_decided",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class InspectionNotice(TenantModel):
    """检查通知书 to one firm: states how often it was inspected this year so far, and its rights."""

    ORGANIZATION_PATH = "organization__uscc"

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    inspection = TenantForeignKey(Inspection, models.PROTECT, related_name="notices", verbose_name="检查")
    organization = TenantForeignKey(
        Organization, models.PROTECT, related_name="inspection_notices", verbose_name="被检查单位"
    )
    number = models.CharField("通知书号", max_length=60)
    counts = models.JSONField("本年度已检查次数", default=dict, blank=True)
    issued_on = models.DateField("制发日期")
    issued_by_name = models.CharField("制发人", max_length=60, blank=True)
    served_on = models.DateField("送达日期", null=True, blank=True)
    served_how = models.CharField("送达方式", max_length=60, blank=True)
    served_to = models.CharField("签收人", max_length=60, blank=True)

    class Meta:
        ordering = ["inspection", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "number"], name="inspections_one_inspection_notice_per_number"
            ),
            models.UniqueConstraint(
                fields=["city", "inspection", "organization"], name="inspections_one_notice_per_firm"
            ),
        ]

    def __str__(self) -> str:
        return self.number
