"""A month's computation, its scores and lists. Frozen: the database refuses to change computed facts."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from projects.models import Organization
from scoring.enums import ListColour, ListSubject, RunState, ScoreStatus
from scoring.models.rubric import RubricVersion
from tenancy.models import Jurisdiction, TenantForeignKey, TenantModel


class ScoreRun(TenantModel):
    """The computation of one city's month. Revision 1 is the close; later ones are corrections with a reason."""

    month = models.DateField("月份")
    revision = models.PositiveSmallIntegerField("修订号", default=1)
    reason = models.CharField("更正原因", max_length=300, blank=True)
    rubric = TenantForeignKey(RubricVersion, models.PROTECT, related_name="runs", verbose_name="评分细则")
    state = models.CharField("状态", max_length=12, choices=RunState.choices, default=RunState.COMPUTED)
    frozen_at = models.DateTimeField("数据冻结时间")
    computed_at = models.DateTimeField("计算时间")
    computed_by = models.UUIDField("计算人", null=True)
    computed_by_name = models.CharField("计算人姓名", max_length=60)
    objection_until = models.DateField("异议截止日期")
    confirmed_at = models.DateTimeField("核定时间", null=True, blank=True)
    confirmed_by = models.UUIDField("核定人", null=True, blank=True)
    confirmed_by_name = models.CharField("核定人姓名", max_length=60, blank=True)
    published_at = models.DateTimeField("公布时间", null=True, blank=True)
    published_by_name = models.CharField("公布人姓名", max_length=60, blank=True)
    statistics = models.JSONField("当月统计", default=dict)
    snapshot_sha256 = models.CharField("快照摘要", max_length=64)

    class Meta:
        ordering = ["-month", "-revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "month", "revision"], name="scoring_one_run_per_revision"
            ),
            models.UniqueConstraint(
                fields=["city", "month"],
                condition=~Q(state=RunState.SUPERSEDED),
                name="scoring_one_live_run_per_month",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="scoring_run_month_is_first_day"),
            models.CheckConstraint(
                condition=Q(revision=1) | ~Q(reason=""), name="scoring_correction_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by_name="")
                | (Q(confirmed_at__isnull=False) & ~Q(confirmed_by_name="")),
                name="scoring_confirmed_at_and_by_together",
            ),
            # 第二人核定: whoever computed does not confirm.
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True)
                | Q(computed_by__isnull=True)
                | ~Q(confirmed_by=F("computed_by")),
                name="scoring_confirmer_is_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["CONFIRMED", "PUBLISHED"]) | Q(confirmed_at__isnull=False),
                name="scoring_confirmed_state_has_a_date",
            ),
            models.CheckConstraint(
                condition=~Q(state=RunState.PUBLISHED) | Q(published_at__isnull=False),
                name="scoring_published_state_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} 第{self.revision}次计算"


class CountyScore(TenantModel):
    """One county's month: facts with evidence, scorecard, result. `snapshot` is the canonical JSON that was hashed."""

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="scores", verbose_name="县区")
    run = TenantForeignKey(ScoreRun, models.PROTECT, related_name="scores", verbose_name="计算")
    month = models.DateField("月份")
    status = models.CharField("状态", max_length=12, choices=ScoreStatus.choices)
    final = models.DecimalField("得分", max_digits=4, decimal_places=1, null=True, blank=True)
    grade = models.CharField("等级", max_length=2, blank=True)
    rank = models.PositiveSmallIntegerField("排名", null=True, blank=True)
    display_order = models.PositiveSmallIntegerField("显示顺序")
    is_interview = models.BooleanField("触发约谈", default=False)
    is_unqualified = models.BooleanField("不合格", default=False)
    snapshot = models.TextField("快照")
    evidence = models.JSONField("佐证编号", default=dict)
    sha256 = models.CharField("快照摘要", max_length=64)

    class Meta:
        ordering = ["run", "display_order"]
        constraints = [
            models.UniqueConstraint(fields=["city", "run", "jurisdiction"], name="scoring_one_score_per_run"),
            models.CheckConstraint(
                condition=Q(final__isnull=True) | Q(final__range=(0, 100)), name="scoring_total_0_to_100"
            ),
            models.CheckConstraint(
                condition=Q(status=ScoreStatus.SCORED, final__isnull=False, rank__isnull=False)
                | Q(status=ScoreStatus.INSUFFICIENT, rank__isnull=True),
                name="scoring_only_scored_counties_rank",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="scoring_score_month_is_first_day"),
        ]
        indexes = [models.Index(fields=["city", "jurisdiction", "-month"], name="scoring_county_months")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.final}"


class SubjectScore(TenantModel):
    """Facts of an organization in a month: what the unit lists were made from.

    `score` is None where no project of the subject was inspected in the month: it is on a list for other reasons.
    """

    ORGANIZATION_PATH = "organization__uscc"

    run = TenantForeignKey(ScoreRun, models.PROTECT, related_name="subject_scores", verbose_name="计算")
    subject = models.CharField("对象类型", max_length=12, choices=ListSubject.choices)
    organization = TenantForeignKey(
        Organization, models.PROTECT, related_name="subject_scores", verbose_name="单位"
    )
    jurisdiction = TenantForeignKey(
        Jurisdiction, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="县区"
    )
    score = models.DecimalField("项目得分", max_digits=4, decimal_places=1, null=True, blank=True)
    facts = models.JSONField("事实", default=dict)

    class Meta:
        ordering = ["run", "subject", "-score"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "run", "subject", "organization", "jurisdiction"],
                nulls_distinct=False,
                name="scoring_one_subject_score",
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__range=(0, 100)),
                name="scoring_subject_score_0_to_100",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.score}"


class Listing(TenantModel):
    """A place on the 红榜 or 黑榜 of a month, with its reasons. A management list, never a credit record."""

    ORGANIZATION_PATH = "organization__uscc"

    run = TenantForeignKey(ScoreRun, models.PROTECT, related_name="listings", verbose_name="计算")
    colour = models.CharField("榜别", max_length=6, choices=ListColour.choices)
    subject = models.CharField("对象类型", max_length=12, choices=ListSubject.choices)
    jurisdiction = TenantForeignKey(
        Jurisdiction, models.PROTECT, null=True, blank=True, related_name="listings", verbose_name="县区"
    )
    organization = TenantForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="listings", verbose_name="单位"
    )
    position = models.PositiveSmallIntegerField("顺序")
    score = models.DecimalField("得分", max_digits=4, decimal_places=1, null=True, blank=True)
    reasons = models.JSONField("事由", default=list)

    class Meta:
        ordering = ["run", "subject", "colour", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "run", "subject", "jurisdiction", "organization"],
                nulls_distinct=False,
                name="scoring_listed_once",
            ),
            models.CheckConstraint(
                condition=Q(subject=ListSubject.COUNTY, jurisdiction__isnull=False, organization__isnull=True)
                | (~Q(subject=ListSubject.COUNTY) & Q(organization__isnull=False)),
                name="scoring_listing_names_its_subject",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_colour_display()} {self.position}"
