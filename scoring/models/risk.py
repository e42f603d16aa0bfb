"""风险分类 and 重点监管对象名单: versioned rules, one list for each period, what was computed, who was put on."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from projects.enums import RiskClass
from projects.models import Project
from scoring.enums import KeyListState
from scoring.querysets import ProjectRiskManager
from tenancy.models import Jurisdiction, TenantForeignKey, TenantModel


class RiskRuleSet(TenantModel):
    """One version of the rules. Immutable once a list was computed with it (database trigger)."""

    ORGANIZATION_PATH = "*"

    code = models.CharField("规则代码", max_length=40)
    version = models.CharField("版本", max_length=40)
    title = models.CharField("名称", max_length=120)
    effective_from = models.DateField("自何月起施行")
    source_text = models.TextField("规则全文（YAML）")
    sha256 = models.CharField("摘要", max_length=64)
    created_at = models.DateTimeField("载入时间")
    created_by_name = models.CharField("载入人", max_length=60)

    class Meta:
        ordering = ["effective_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "code", "version"], name="scoring_one_rule_set_per_version"
            ),
            models.UniqueConstraint(fields=["city", "effective_from"], name="scoring_one_rule_set_per_start"),
            models.CheckConstraint(
                condition=Q(effective_from__day=1), name="scoring_rule_set_starts_on_first_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.version}）"


class KeyObjectList(TenantModel):
    """重点监管对象名单 of a period (a month, a quarter, half a year). Revision 1, later ones correct it with a reason.

    `as_of` is the day the facts were read for. Whoever made it or changed an entry does not confirm it (check
    constraint for the maker, trigger for the entries); from the confirmation on nothing in it changes.
    """

    ORGANIZATION_PATH = "*"

    first_month = models.DateField("起始月份")
    last_month = models.DateField("截止月份")
    revision = models.PositiveSmallIntegerField("修订号", default=1)
    reason = models.CharField("更正原因", max_length=300, blank=True)
    state = models.CharField("状态", max_length=10, choices=KeyListState.choices, default=KeyListState.DRAFT)
    as_of = models.DateField("数据截止日期")
    rule_set = TenantForeignKey(
        RiskRuleSet, models.PROTECT, related_name="lists", verbose_name="风险分类规则"
    )
    created_at = models.DateTimeField("建立时间")
    created_by = models.UUIDField("建立人账户", null=True)
    created_by_name = models.CharField("建立人", max_length=60)
    computed_at = models.DateTimeField("计算时间", null=True, blank=True)
    sha256 = models.CharField("计算结果摘要", max_length=64, blank=True)
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    confirmed_by = models.UUIDField("确认人账户", null=True, blank=True)
    confirmed_by_name = models.CharField("确认人", max_length=60, blank=True)
    issued_on = models.DateField("印发日期", null=True, blank=True)
    document_number = models.CharField("发文字号", max_length=60, blank=True)

    class Meta:
        ordering = ["-last_month", "-first_month", "-revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "first_month", "last_month", "revision"],
                name="scoring_one_key_list_per_revision",
            ),
            models.UniqueConstraint(
                fields=["city"], condition=Q(state=KeyListState.DRAFT), name="scoring_one_key_list_in_hand"
            ),
            models.CheckConstraint(
                condition=Q(first_month__day=1, last_month__day=1, last_month__gte=F("first_month")),
                name="scoring_key_list_covers_months",
            ),
            models.CheckConstraint(
                condition=Q(revision=1) | ~Q(reason=""), name="scoring_key_list_correction_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(state=KeyListState.DRAFT, confirmed_at__isnull=True, confirmed_by_name="")
                | (
                    ~Q(state=KeyListState.DRAFT)
                    & Q(confirmed_at__isnull=False, computed_at__isnull=False)
                    & ~Q(confirmed_by_name="")
                    & ~Q(sha256="")
                ),
                name="scoring_key_list_confirmed_once_computed",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True)
                | Q(created_by__isnull=True)
                | ~Q(confirmed_by=F("created_by")),
                name="scoring_key_list_confirmer_is_another",
            ),
            models.CheckConstraint(
                condition=~Q(state=KeyListState.ISSUED)
                | (Q(issued_on__isnull=False) & ~Q(document_number="")),
                name="scoring_key_list_issued_by_a_document",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_month:%Y-%m}至{self.last_month:%Y-%m} 第{self.revision}版"


class ProjectRisk(TenantModel):
    """The class of one project in one list, with every reason; `snapshot` is the canonical JSON that was hashed."""

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    key_list = TenantForeignKey(KeyObjectList, models.CASCADE, related_name="risks", verbose_name="名单")
    project = TenantForeignKey(Project, models.PROTECT, related_name="risks", verbose_name="工程")
    risk_class = models.CharField("风险类别", max_length=1, choices=RiskClass.choices)
    points = models.DecimalField("风险分", max_digits=6, decimal_places=2)
    reasons = models.JSONField("事由", default=list)
    snapshot = models.TextField("快照")
    sha256 = models.CharField("快照摘要", max_length=64)

    objects: ClassVar[ProjectRiskManager[ProjectRisk]] = ProjectRiskManager()

    class Meta:
        ordering = ["key_list", "-points"]
        constraints = [
            models.UniqueConstraint(fields=["city", "key_list", "project"], name="scoring_one_risk_per_list"),
            models.CheckConstraint(condition=Q(points__gte=0), name="scoring_risk_points_not_negative"),
        ]
        indexes = [models.Index(fields=["city", "project"], name="scoring_risks_of_project")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.risk_class}"


class KeyObjectEntry(TenantModel):
    """A project that the rules proposed for the list or that a person put on it. Off the list it stays as the trace.

    Where the person differs from the rules there is a reason, a name and a time.
    """

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    key_list = TenantForeignKey(KeyObjectList, models.CASCADE, related_name="entries", verbose_name="名单")
    project = TenantForeignKey(Project, models.PROTECT, related_name="key_entries", verbose_name="工程")
    is_proposed = models.BooleanField("规则建议列入", default=False)
    is_on = models.BooleanField("列入名单", default=True)
    reason = models.CharField("调整理由", max_length=200, blank=True)
    changed_at = models.DateTimeField("调整时间", null=True, blank=True)
    changed_by = models.UUIDField("调整人账户", null=True, blank=True)
    changed_by_name = models.CharField("调整人", max_length=60, blank=True)

    objects: ClassVar[ProjectRiskManager[KeyObjectEntry]] = ProjectRiskManager()

    class Meta:
        ordering = ["key_list", "project"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "key_list", "project"], name="scoring_one_entry_per_list"
            ),
            models.CheckConstraint(
                condition=Q(is_on=F("is_proposed"))
                | (Q(changed_at__isnull=False) & ~Q(reason="") & ~Q(changed_by_name="")),
                name="scoring_entry_by_hand_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {'列入' if self.is_on else '不列入'}"
