"""Cities, their jurisdictions, and jobs."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from django.db import models
from django.db.models import Q

from core.uuid7 import uuid7
from tenancy.enums import JobState, Level
from tenancy.querysets import TenantManager, TenantQuerySet


class City(models.Model):
    """The registry of tenants (市水利局). Global on purpose: it holds nothing but names."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField("标识", max_length=40, unique=True)
    code = models.CharField("行政区划代码", max_length=6, unique=True)
    name = models.CharField("名称", max_length=40)
    bureau_name = models.CharField("主管部门", max_length=60)
    is_demo = models.BooleanField("演示数据", default=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


_Set = TypeVar("_Set", contravariant=True)
_Get = TypeVar("_Get", covariant=True)


class TenantForeignKey(models.ForeignKey[_Set, _Get]):
    """A reference inside one city. Its constraint is the composite one of `core.rls`, so Django makes none."""

    def __init__(self, to: Any, on_delete: Any, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        super().__init__(to, on_delete, **kwargs)


class TenantModel(models.Model):
    """Base of every tenant table."""

    ORGANIZATION_PATH: ClassVar[str] = ""
    """Lookup that leads to the 统一社会信用代码 for organization-scoped roles; "*" = city-wide knowledge; "" = hidden."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="+", verbose_name="城市")

    objects = TenantManager()

    class Meta:
        abstract = True


class JurisdictionQuerySet(TenantQuerySet["Jurisdiction"]):
    """Jurisdictions; names of the neighbours are no secret, their records are."""

    def in_county(self, scope: Any) -> JurisdictionQuerySet:
        """A county may know the other counties' names."""
        return self

    def counties(self) -> JurisdictionQuerySet:
        """The scored units: counties and functional zones, in the bureau's order."""
        return self.exclude(level=Level.CITY).order_by("unit_order")


JurisdictionManager = TenantManager.from_queryset(JurisdictionQuerySet)


class Jurisdiction(TenantModel):
    """A city, county (县、市、区) or functional zone, with its water department."""

    ORGANIZATION_PATH = "*"

    parent = TenantForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name="上级")
    level = models.CharField("层级", max_length=10, choices=Level.choices)
    code = models.CharField("代码", max_length=8)
    name = models.CharField("名称", max_length=40)
    short_name = models.CharField("简称", max_length=20)
    name_pinyin = models.CharField("拼音", max_length=120)
    name_initials = models.CharField("拼音首字母", max_length=20)
    department_name = models.CharField("水行政主管部门", max_length=60)
    unit_order = models.PositiveSmallIntegerField("排列顺序")
    tile_column = models.SmallIntegerField("图块列", null=True, blank=True)
    tile_row = models.SmallIntegerField("图块行", null=True, blank=True)
    is_active = models.BooleanField("启用", default=True)

    objects: ClassVar[JurisdictionManager[Jurisdiction]] = JurisdictionManager()

    class Meta:
        ordering = ["unit_order"]
        constraints = [
            models.UniqueConstraint(fields=["city", "code"], name="tenancy_one_jurisdiction_per_code"),
            models.UniqueConstraint(fields=["city", "name"], name="tenancy_one_jurisdiction_per_name"),
            models.UniqueConstraint(
                fields=["city"], condition=Q(level=Level.CITY), name="tenancy_one_city_level"
            ),
            models.CheckConstraint(
                condition=Q(level=Level.CITY, parent__isnull=True)
                | (~Q(level=Level.CITY) & Q(parent__isnull=False)),
                name="tenancy_only_the_city_has_no_parent",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Job(TenantModel):
    """Work that matters. The row is the job; Celery only rings the bell (ADR 0006)."""

    kind = models.CharField("类型", max_length=40)
    key = models.CharField("对象", max_length=120)
    title = models.CharField("名称", max_length=120)
    title_initials = models.CharField("名称拼音首字母", max_length=120, blank=True)
    payload = models.JSONField("参数", default=dict)
    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, null=True, blank=True, verbose_name="县区")
    state = models.CharField("状态", max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    max_attempts = models.PositiveSmallIntegerField("最多尝试", default=5)
    available_at = models.DateTimeField("可执行时间")
    lease_until = models.DateTimeField("租约到期", null=True, blank=True)
    progress_percent = models.PositiveSmallIntegerField("进度（%）", default=0)
    progress_text = models.CharField("正在做什么", max_length=200, blank=True)
    error = models.TextField("失败原因", blank=True)
    result = models.JSONField("结果", default=dict)
    created_by = models.UUIDField("发起人", null=True)
    created_by_name = models.CharField("发起人姓名", max_length=60)
    created_at = models.DateTimeField("发起时间")
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["city", "kind", "key"], name="tenancy_one_job_per_key"),
            models.CheckConstraint(
                condition=Q(progress_percent__lte=100), name="tenancy_job_progress_0_to_100"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[JobState.DONE, JobState.FAILED], finished_at__isnull=False)
                | Q(state__in=[JobState.QUEUED, JobState.RUNNING], finished_at__isnull=True),
                name="tenancy_job_finished_at_with_end_state",
            ),
        ]
        indexes = [
            models.Index(
                fields=["city", "available_at"],
                condition=Q(state__in=[JobState.QUEUED, JobState.RUNNING]),
                name="tenancy_job_waiting",
            ),
            models.Index(fields=["city", "-created_at"], name="tenancy_job_newest"),
        ]

    def __str__(self) -> str:
        return self.title
