"""Organizations, the roles that they play on projects, and their people."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q

from projects.enums import OrganizationKind, UnitRole
from tenancy.models import Jurisdiction, TenantForeignKey, TenantModel

USCC_PATTERN = r"^[0-9ABCDEFGHJKLMNPQRTUWXY]{18}$"


class Organization(TenantModel):
    """A firm, institution or organ, once per city by its 统一社会信用代码 (GB 32100-2015)."""

    ORGANIZATION_PATH = "*"

    uscc = models.CharField("统一社会信用代码", max_length=18)
    name = models.CharField("单位名称", max_length=200)
    name_pinyin = models.CharField("拼音", max_length=600, blank=True)
    name_initials = models.CharField("拼音首字母", max_length=200, blank=True)
    kind = models.CharField("单位性质", max_length=20, choices=OrganizationKind.choices)
    legal_representative = models.CharField("法定代表人", max_length=60, blank=True)
    phone = models.CharField("联系电话", max_length=30, blank=True)
    merged_into = TenantForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name="已并入"
    )
    registered_in = TenantForeignKey(
        Jurisdiction, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="登记县区"
    )
    """The county that registered it by hand: it sees the firm before any of its records names it."""

    class Meta:
        ordering = ["name_pinyin"]
        constraints = [
            models.UniqueConstraint(fields=["city", "uscc"], name="projects_one_organization_per_uscc"),
            models.CheckConstraint(condition=Q(uscc__regex=USCC_PATTERN), name="projects_uscc_alphabet"),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="projects_organization_not_merged_into_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OrganizationMerge(TenantModel):
    """The trace of a merge: which record was folded into which, why, and every row that was moved."""

    ORGANIZATION_PATH = ""

    kept = TenantForeignKey(Organization, models.PROTECT, related_name="merges", verbose_name="保留单位")
    folded = TenantForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="并入单位")
    reason = models.CharField("合并理由", max_length=300)
    moved = models.JSONField("移动的记录", default=dict)
    merged_at = models.DateTimeField("合并时间")
    merged_by_name = models.CharField("合并人", max_length=60)

    class Meta:
        ordering = ["-merged_at"]
        constraints = [
            models.UniqueConstraint(fields=["city", "folded"], name="projects_folded_once"),
            models.CheckConstraint(condition=~Q(kept=F("folded")), name="projects_merge_of_two"),
            models.CheckConstraint(condition=~Q(reason=""), name="projects_merge_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.folded_id} → {self.kept_id}"


class ParticipatingUnit(TenantModel):
    """参建单位: an organization in a role on a project (or one section of it), for a period."""

    ORGANIZATION_PATH = "organization__uscc"

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    project = TenantForeignKey("projects.Project", models.PROTECT, related_name="units", verbose_name="工程")
    section = TenantForeignKey(
        "projects.ContractSection",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="units",
        verbose_name="标段",
    )
    organization = TenantForeignKey(
        Organization, models.PROTECT, related_name="participations", verbose_name="单位"
    )
    role = models.CharField("参建角色", max_length=30, choices=UnitRole.choices)
    qualification = models.CharField("资质等级", max_length=80, blank=True)
    contract_number = models.CharField("合同编号", max_length=80, blank=True)
    valid_from = models.DateField("起始日期", null=True, blank=True)
    valid_to = models.DateField("终止日期", null=True, blank=True)

    class Meta:
        ordering = ["project", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "project", "section", "organization", "role"],
                nulls_distinct=False,
                name="projects_one_unit_per_role",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="projects_unit_period",
            ),
            # 建设工程质量管理条例 art. 35: a supervising engineer has no interest in the contractor; never one firm.
            ExclusionConstraint(
                name="projects_contractor_is_not_supervising_engineer",
                expressions=[("city", "="), ("project", "="), ("organization", "="), ("role", "<>")],
                condition=Q(role__in=[UnitRole.CONTRACTOR, UnitRole.SUPERVISING_ENGINEER]),
            ),
        ]
        indexes = [models.Index(fields=["city", "organization"], name="projects_unit_organization")]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.organization_id}"


class KeyPerson(TenantModel):
    """主要管理人员 of a participating unit on a project."""

    ORGANIZATION_PATH = "unit__organization__uscc"

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    project = TenantForeignKey(
        "projects.Project", models.PROTECT, related_name="key_people", verbose_name="工程"
    )
    unit = TenantForeignKey(ParticipatingUnit, models.PROTECT, related_name="key_people", verbose_name="单位")
    name = models.CharField("姓名", max_length=60)
    name_pinyin = models.CharField("拼音", max_length=200, blank=True)
    name_initials = models.CharField("拼音首字母", max_length=40, blank=True)
    post = models.CharField("岗位", max_length=40)
    certificate_number = models.CharField("证书号", max_length=60, blank=True)
    certificate_valid_until = models.DateField("证书有效期至", null=True, blank=True)
    phone = models.CharField("联系电话", max_length=30, blank=True)
    id_number_sealed = models.TextField("身份证号码（加密）", blank=True)
    id_number_masked = models.CharField("身份证号码（隐去）", max_length=18, blank=True)
    id_number_digest = models.CharField("身份证号码（摘要）", max_length=64, blank=True)
    valid_from = models.DateField("到岗日期", null=True, blank=True)
    valid_to = models.DateField("离岗日期", null=True, blank=True)

    class Meta:
        ordering = ["project", "post"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "unit", "name", "post"], name="projects_one_person_per_post"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="projects_person_period",
            ),
        ]
        indexes = [
            models.Index(
                fields=["city", "id_number_digest"],
                condition=~Q(id_number_digest=""),
                name="projects_person_id_number",
            ),
            models.Index(fields=["city", "name"], name="projects_person_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.post}）"


class Attendance(TenantModel):
    """到岗率 of a unit's key people on a project in a month; results only, never face images (platform rule)."""

    ORGANIZATION_PATH = "unit__organization__uscc"

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    unit = TenantForeignKey(
        ParticipatingUnit, models.PROTECT, related_name="attendances", verbose_name="单位"
    )
    month = models.DateField("月份")
    rate_percent = models.DecimalField("到岗率（%）", max_digits=5, decimal_places=2)
    is_fraud = models.BooleanField("考勤弄虚作假", default=False)

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "unit", "month"], name="projects_one_attendance_per_month"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="projects_attendance_month_is_first_day"),
            models.CheckConstraint(
                condition=Q(rate_percent__range=(0, 100)), name="projects_attendance_0_to_100"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.rate_percent}%"
