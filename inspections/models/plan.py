"""Month plans and random draws (双随机、一公开)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from inspections.enums import DrawKind, DrawState, TeamRole
from inspections.models.officer import Officer
from projects.models import Project
from tenancy.models import Jurisdiction, TenantForeignKey, TenantModel


class MonthPlan(TenantModel):
    """监督检查计划 of a jurisdiction for a month (rubric A2, D1, F1)."""

    jurisdiction = TenantForeignKey(
        Jurisdiction, models.PROTECT, related_name="month_plans", verbose_name="行政区划"
    )
    month = models.DateField("月份")
    published_on = models.DateField("印发日期")
    inspection_count = models.PositiveSmallIntegerField("计划检查次数")
    test_batch_count = models.PositiveSmallIntegerField("计划检测批次", default=0)

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "jurisdiction", "month"], name="inspections_one_plan_per_month"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="inspections_plan_month_is_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} 监督检查计划"


class Draw(TenantModel):
    """双随机 draw: population, rule, commitment, result, publication. A void draw stays visible with its reason.

    What came in by the ledger has no `frozen_text`; a draw made here is replayed from it (docs/draw.md).
    """

    jurisdiction = TenantForeignKey(
        Jurisdiction, models.PROTECT, related_name="draws", verbose_name="组织单位"
    )
    number = models.CharField("抽取编号", max_length=40)
    kind = models.CharField("抽取类型", max_length=10, choices=DrawKind.choices)
    title = models.CharField("抽取名称", max_length=120, blank=True)
    state = models.CharField("状态", max_length=10, choices=DrawState.choices, default=DrawState.DRAWN)
    month = models.DateField("所属月份", null=True, blank=True)
    rule = models.JSONField("抽取规则", default=dict, blank=True)
    frozen_text = models.TextField("封存的名录与规则", blank=True)
    frozen_at = models.DateTimeField("封存时间", null=True, blank=True)
    commitment_sha256 = models.CharField("承诺值", max_length=64, blank=True)
    committed_at = models.DateTimeField("承诺公布时间", null=True, blank=True)
    seed_sha256 = models.CharField("随机种子", max_length=64, blank=True)
    drawn_at = models.DateTimeField("抽取时间", null=True, blank=True)
    record_text = models.TextField("抽取记录", blank=True)
    record_sha256 = models.CharField("记录摘要", max_length=64, blank=True)
    started_by = models.UUIDField("发起人账户", null=True, blank=True)
    started_by_name = models.CharField("发起人", max_length=60, blank=True)
    drawn_on = models.DateField("抽取日期")
    population_count = models.PositiveIntegerField("名录总数")
    population_sha256 = models.CharField("名录摘要", max_length=64, blank=True)
    result_formed_on = models.DateField("结果形成日期", null=True, blank=True)
    published_on = models.DateField("公开日期", null=True, blank=True)
    void_reason = models.CharField("作废原因", max_length=200, blank=True)

    class Meta:
        ordering = ["-drawn_on"]
        constraints = [
            models.UniqueConstraint(fields=["city", "number"], name="inspections_one_draw_per_number"),
            models.CheckConstraint(
                condition=Q(result_formed_on__isnull=True) | Q(result_formed_on__gte=F("drawn_on")),
                name="inspections_draw_result_after_draw",
            ),
            models.CheckConstraint(
                condition=Q(published_on__isnull=True)
                | (Q(result_formed_on__isnull=False) & Q(published_on__gte=F("result_formed_on"))),
                name="inspections_draw_published_after_result",
            ),
            models.CheckConstraint(
                condition=~Q(state=DrawState.VOID) | ~Q(void_reason=""),
                name="inspections_void_draw_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[DrawState.DRAFT, DrawState.VOID, DrawState.DRAWN])
                | ~Q(frozen_text=""),
                name="inspections_frozen_draw_has_its_text",
            ),
            models.CheckConstraint(
                condition=Q(drawn_at__isnull=True)
                | (~Q(seed_sha256="") & ~Q(record_text="") & ~Q(commitment_sha256="")),
                name="inspections_drawn_has_its_record",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class DrawnProject(TenantModel):
    """A project that a draw selected."""

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    draw = TenantForeignKey(Draw, models.PROTECT, related_name="drawn_projects", verbose_name="抽取")
    project = TenantForeignKey(Project, models.PROTECT, related_name="draws", verbose_name="工程")
    position = models.PositiveSmallIntegerField("抽中次序", default=0)

    class Meta:
        ordering = ["draw", "position"]
        constraints = [
            models.UniqueConstraint(fields=["city", "draw", "project"], name="inspections_drawn_once")
        ]

    def __str__(self) -> str:
        return f"{self.draw_id} {self.project_id}"


class DrawCandidate(TenantModel):
    """A project of the population while the draw is prepared. An exclusion has a reason and is frozen with the list."""

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    draw = TenantForeignKey(Draw, models.CASCADE, related_name="candidates", verbose_name="抽取")
    project = TenantForeignKey(Project, models.PROTECT, related_name="draw_candidacies", verbose_name="工程")
    stratum = models.CharField("分层", max_length=60)
    weight = models.PositiveIntegerField("权重（百分之一）")
    weight_reason = models.CharField("权重依据", max_length=200, blank=True)
    is_excluded = models.BooleanField("排除", default=False)
    exclusion_reason = models.CharField("排除理由", max_length=200, blank=True)

    class Meta:
        ordering = ["draw", "stratum", "project"]
        constraints = [
            models.UniqueConstraint(fields=["city", "draw", "project"], name="inspections_candidate_once"),
            models.CheckConstraint(condition=Q(weight__gte=1), name="inspections_candidate_weight_positive"),
            models.CheckConstraint(
                condition=Q(is_excluded=False) | ~Q(exclusion_reason=""),
                name="inspections_exclusion_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.draw_id} {self.project_id}"


class DrawWitness(TenantModel):
    """见证人: commits to a secret before the draw, reveals it for the draw. At least two."""

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="组织单位")
    draw = TenantForeignKey(Draw, models.CASCADE, related_name="witnesses", verbose_name="抽取")
    user = models.UUIDField("账户", null=True, blank=True)
    name = models.CharField("姓名", max_length=60)
    unit = models.CharField("单位", max_length=120)
    position = models.PositiveSmallIntegerField("次序")
    secret_sha256 = models.CharField("口令摘要", max_length=64)
    committed_at = models.DateTimeField("提交摘要时间")
    secret = models.CharField("口令", max_length=200, blank=True)
    revealed_at = models.DateTimeField("公开口令时间", null=True, blank=True)

    class Meta:
        ordering = ["draw", "position"]
        constraints = [
            models.UniqueConstraint(fields=["city", "draw", "position"], name="inspections_witness_position"),
            models.UniqueConstraint(fields=["city", "draw", "name"], name="inspections_witness_once"),
            models.CheckConstraint(
                condition=Q(secret="", revealed_at__isnull=True)
                | (~Q(secret="") & Q(revealed_at__gte=F("committed_at"))),
                name="inspections_secret_revealed_after_commitment",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DrawnOfficer(TenantModel):
    """An officer drawn for a project. A substitute comes from the same draw's order and names whom it replaces.

    drawn_as: the number by which the frozen list names the officer; the directory's may change, the draw's does not.
    """

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    draw = TenantForeignKey(Draw, models.PROTECT, related_name="drawn_officers", verbose_name="抽取")
    drawn_project = TenantForeignKey(
        DrawnProject, models.PROTECT, related_name="officers", verbose_name="抽中工程"
    )
    officer = TenantForeignKey(Officer, models.PROTECT, related_name="draws", verbose_name="检查人员")
    drawn_as = models.CharField("抽取时的执法证号", max_length=40)
    position = models.PositiveSmallIntegerField("次序")
    team_role = models.CharField("组内身份", max_length=10, choices=TeamRole.choices, default=TeamRole.MEMBER)
    replaces = TenantForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="substitutes", verbose_name="替换"
    )
    replaced_at = models.DateTimeField("被替换时间", null=True, blank=True)
    replaced_reason = models.CharField("被替换原因", max_length=200, blank=True)

    class Meta:
        ordering = ["drawn_project", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "drawn_project", "officer"], name="inspections_officer_drawn_once"
            ),
            models.CheckConstraint(
                condition=Q(replaced_at__isnull=True) | ~Q(replaced_reason=""),
                name="inspections_replacement_has_a_reason",
            ),
            models.CheckConstraint(condition=~Q(drawn_as=""), name="inspections_seat_has_its_frozen_number"),
        ]

    def __str__(self) -> str:
        return f"{self.drawn_project_id} {self.officer_id}"


class DrawPublication(TenantModel):
    """公开: the redacted result as the public reads it, frozen when it is published."""

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="组织单位")
    draw = TenantForeignKey(Draw, models.PROTECT, related_name="publications", verbose_name="抽取")
    content = models.JSONField("公开内容")
    sha256 = models.CharField("摘要", max_length=64)
    due_on = models.DateField("公开期限")
    published_at = models.DateTimeField("公开时间")
    published_by_name = models.CharField("公开人", max_length=60)

    class Meta:
        ordering = ["-published_at"]
        constraints = [
            models.UniqueConstraint(fields=["city", "draw"], name="inspections_draw_published_once")
        ]

    def __str__(self) -> str:
        return f"{self.draw_id}"
