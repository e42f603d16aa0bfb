"""Projects and what hangs on them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from projects.enums import (
    ConstructionNature,
    KeyWorkKind,
    ProjectCategory,
    ProjectStatus,
    Responsibility,
    RiskClass,
    SiteStanding,
    SupervisionLevel,
    WorkLevel,
)
from projects.models.organization import Organization, ParticipatingUnit
from projects.querysets import ProjectManager
from tenancy.models import Jurisdiction, TenantForeignKey, TenantModel


class Project(TenantModel):
    """工程项目 (handbook §7.1). Money in 万元, durations in calendar days, progress in percent."""

    jurisdiction = TenantForeignKey(
        Jurisdiction, models.PROTECT, related_name="projects", verbose_name="所在县区"
    )
    code = models.CharField("工程编号", max_length=40)
    name = models.CharField("工程名称", max_length=200)
    name_pinyin = models.CharField("拼音", max_length=600, blank=True)
    name_initials = models.CharField("拼音首字母", max_length=200, blank=True)
    investment_code = models.CharField("投资项目代码", max_length=30, blank=True)
    supervision_level = models.CharField("监督级别", max_length=10, choices=SupervisionLevel.choices)
    category = models.CharField("工程类别", max_length=30, choices=ProjectCategory.choices)
    nature = models.CharField("建设性质", max_length=20, choices=ConstructionNature.choices)
    grade = models.CharField("工程等别", max_length=10, blank=True)
    building_grade = models.CharField("主要建筑物级别", max_length=10, blank=True)
    location = models.CharField("建设地点", max_length=200, blank=True)
    longitude = models.DecimalField("经度（°）", max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField("纬度（°）", max_digits=8, decimal_places=6, null=True, blank=True)
    scale = models.CharField("建设规模", max_length=300, blank=True)
    approval_number = models.CharField("批复文号", max_length=80, blank=True)
    approved_estimate_wan_yuan = models.DecimalField(
        "批复概算（万元）", max_digits=14, decimal_places=2, null=True, blank=True
    )
    construction_cost_wan_yuan = models.DecimalField(
        "建安费（万元）", max_digits=14, decimal_places=2, null=True, blank=True
    )
    funding_source = models.CharField("资金来源", max_length=100, blank=True)
    legal_person = TenantForeignKey(
        Organization, models.PROTECT, related_name="projects_as_legal_person", verbose_name="项目法人"
    )
    status = models.CharField("建设状态", max_length=20, choices=ProjectStatus.choices)
    approved_duration_days = models.PositiveIntegerField("批复工期（天）", null=True, blank=True)
    started_on = models.DateField("开工日期", null=True, blank=True)
    planned_finish_on = models.DateField("计划完工日期", null=True, blank=True)
    finished_on = models.DateField("实际完工日期", null=True, blank=True)
    progress_percent = models.DecimalField(
        "形象进度（%）", max_digits=5, decimal_places=2, null=True, blank=True
    )
    invested_wan_yuan = models.DecimalField(
        "完成投资（万元）", max_digits=14, decimal_places=2, null=True, blank=True
    )
    plaque_on = models.DateField("质量责任公示牌设置日期", null=True, blank=True)
    unit_work_count = models.PositiveIntegerField("单位工程数", null=True, blank=True)
    division_count = models.PositiveIntegerField("分部工程数", null=True, blank=True)
    work_element_count = models.PositiveIntegerField("单元工程数", null=True, blank=True)
    main_unit_works = models.CharField("主要单位工程", max_length=300, blank=True)
    test_scheme_on = models.DateField("检测方案日期", null=True, blank=True)
    site_standing = models.CharField(
        "标准化工地", max_length=10, choices=SiteStanding.choices, default=SiteStanding.NONE
    )
    excellence_goal = models.CharField("创优目标", max_length=100, blank=True)
    excellence_award = models.CharField("创优获奖情况", max_length=200, blank=True)
    risk_class = models.CharField("风险类别", max_length=1, choices=RiskClass.choices, blank=True)
    is_key_object = models.BooleanField("重点监管对象", default=False)
    key_object_reason = models.CharField("列为重点的原因", max_length=200, blank=True)

    objects: ClassVar[ProjectManager[Project]] = ProjectManager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["city", "code"], name="projects_one_project_per_code"),
            models.UniqueConstraint(
                fields=["city", "jurisdiction", "name"], name="projects_one_name_per_county"
            ),
            models.CheckConstraint(
                condition=Q(approved_estimate_wan_yuan__isnull=True) | Q(approved_estimate_wan_yuan__gt=0),
                name="projects_estimate_positive",
            ),
            models.CheckConstraint(
                condition=Q(progress_percent__isnull=True) | Q(progress_percent__range=(0, 100)),
                name="projects_progress_0_to_100",
            ),
            models.CheckConstraint(
                condition=Q(finished_on__isnull=True)
                | Q(started_on__isnull=True)
                | Q(finished_on__gte=F("started_on")),
                name="projects_finish_after_start",
            ),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(longitude__range=(73, 136), latitude__range=(3, 54)),
                name="projects_position_in_china",
            ),
            models.CheckConstraint(
                condition=Q(status=ProjectStatus.PLANNED) | Q(started_on__isnull=False),
                name="projects_started_on_unless_planned",
            ),
        ]
        indexes = [
            models.Index(fields=["city", "jurisdiction", "code"], name="projects_county_code"),
            models.Index(fields=["city", "legal_person"], name="projects_legal_person"),
        ]

    def __str__(self) -> str:
        return self.name


class ContractSection(TenantModel):
    """标段."""

    ORGANIZATION_PATH = "project__legal_person__uscc"

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    project = TenantForeignKey(Project, models.PROTECT, related_name="sections", verbose_name="工程")
    code = models.CharField("标段编号", max_length=40)
    name = models.CharField("标段名称", max_length=200)
    award_price_wan_yuan = models.DecimalField(
        "中标价（万元）", max_digits=14, decimal_places=2, null=True, blank=True
    )
    contract_duration_days = models.PositiveIntegerField("合同工期（天）", null=True, blank=True)
    starts_on = models.DateField("合同开工日期", null=True, blank=True)
    ends_on = models.DateField("合同完工日期", null=True, blank=True)

    class Meta:
        ordering = ["project", "code"]
        constraints = [
            models.UniqueConstraint(fields=["city", "project", "code"], name="projects_one_section_per_code"),
            models.CheckConstraint(
                condition=Q(award_price_wan_yuan__isnull=True) | Q(award_price_wan_yuan__gt=0),
                name="projects_award_price_positive",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="projects_section_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class SectionProgress(TenantModel):
    """形象进度 and 完成投资 of a section at the end of a month; going back needs a reason."""

    ORGANIZATION_PATH = "section__project__legal_person__uscc"

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    section = TenantForeignKey(ContractSection, models.PROTECT, related_name="progress", verbose_name="标段")
    month = models.DateField("月份")
    progress_percent = models.DecimalField("形象进度（%）", max_digits=5, decimal_places=2)
    invested_wan_yuan = models.DecimalField("完成投资（万元）", max_digits=14, decimal_places=2)
    decrease_reason = models.CharField("减少原因", max_length=200, blank=True)

    class Meta:
        ordering = ["section", "month"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "section", "month"], name="projects_one_progress_per_month"
            ),
            models.CheckConstraint(
                condition=Q(month__day=1), name="projects_section_progress_month_is_first_day"
            ),
            models.CheckConstraint(
                condition=Q(progress_percent__range=(0, 100), invested_wan_yuan__gte=0),
                name="projects_section_progress_0_to_100",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.progress_percent}%"


class WorkItem(TenantModel):
    """项目划分: a unit work (单位工程) or one of its divisions (分部工程)."""

    ORGANIZATION_PATH = "project__legal_person__uscc"

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    project = TenantForeignKey(Project, models.PROTECT, related_name="work_items", verbose_name="工程")
    parent = TenantForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="divisions", verbose_name="所属单位工程"
    )
    level = models.CharField("级别", max_length=10, choices=WorkLevel.choices)
    code = models.CharField("编码", max_length=40)
    name = models.CharField("名称", max_length=200)
    is_main = models.BooleanField("主要工程", default=False)
    element_count = models.PositiveIntegerField("单元工程数", null=True, blank=True)

    class Meta:
        ordering = ["project", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "project", "code"], name="projects_one_work_item_per_code"
            ),
            models.CheckConstraint(
                condition=Q(level=WorkLevel.UNIT_WORK, parent__isnull=True)
                | Q(level=WorkLevel.DIVISION, parent__isnull=False),
                name="projects_division_belongs_to_a_unit_work",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class KeyWork(TenantModel):
    """重要隐蔽、关键部位单元工程."""

    ORGANIZATION_PATH = "project__legal_person__uscc"

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    project = TenantForeignKey(Project, models.PROTECT, related_name="key_works", verbose_name="工程")
    name = models.CharField("名称", max_length=200)
    kind = models.CharField("类型", max_length=20, choices=KeyWorkKind.choices)
    planned_on = models.DateField("计划验收日期", null=True, blank=True)
    accepted_on = models.DateField("实际验收日期", null=True, blank=True)

    class Meta:
        ordering = ["project", "planned_on", "name"]
        constraints = [
            models.UniqueConstraint(fields=["city", "project", "name"], name="projects_one_key_work_per_name")
        ]

    def __str__(self) -> str:
        return self.name


class SupervisionRegistration(TenantModel):
    """质量监督手续, with 监督书, 监督计划 and 交底 (rubric C1, C2)."""

    ORGANIZATION_PATH = "project__legal_person__uscc"

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    project = TenantForeignKey(Project, models.PROTECT, related_name="registrations", verbose_name="工程")
    number = models.CharField("监督手续编号", max_length=60)
    registered_on = models.DateField("办理日期")
    certificate_on = models.DateField("监督书签发日期", null=True, blank=True)
    plan_on = models.DateField("监督计划印发日期", null=True, blank=True)
    briefing_on = models.DateField("监督交底日期", null=True, blank=True)
    supervisor_name = models.CharField("项目监督员", max_length=60, blank=True)

    class Meta:
        ordering = ["registered_on"]
        constraints = [
            models.UniqueConstraint(fields=["city", "number"], name="projects_one_registration_per_number"),
            models.UniqueConstraint(fields=["city", "project"], name="projects_one_registration_per_project"),
        ]

    def __str__(self) -> str:
        return self.number


class LifelongCommitment(TenantModel):
    """质量终身责任承诺书 of one responsible person (水监督〔2021〕335号)."""

    ORGANIZATION_PATH = "unit__organization__uscc"

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    project = TenantForeignKey(Project, models.PROTECT, related_name="commitments", verbose_name="工程")
    unit = TenantForeignKey(
        ParticipatingUnit, models.PROTECT, related_name="commitments", verbose_name="责任单位"
    )
    person_name = models.CharField("责任人", max_length=60)
    post = models.CharField("岗位", max_length=40)
    responsibility = models.CharField(
        "责任类别", max_length=24, choices=Responsibility.choices, default=Responsibility.PROJECT_LEADER
    )
    certificate_number = models.CharField("证书号", max_length=60, blank=True)
    phone = models.CharField("联系电话", max_length=30, blank=True)
    id_number_sealed = models.TextField("身份证号码（加密）", blank=True)
    id_number_masked = models.CharField("身份证号码（隐去）", max_length=18, blank=True)
    id_number_digest = models.CharField("身份证号码（摘要）", max_length=64, blank=True)
    signed_on = models.DateField("签署日期")
    replaced_on = models.DateField("更换日期", null=True, blank=True)
    replaced_by = TenantForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaces", verbose_name="接任承诺"
    )

    class Meta:
        ordering = ["signed_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "unit", "person_name", "post", "signed_on"],
                name="projects_one_commitment_per_signing",
            ),
            models.CheckConstraint(
                condition=Q(replaced_on__isnull=True) | Q(replaced_on__gte=F("signed_on")),
                name="projects_commitment_replaced_after_signing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_name}（{self.post}）"
