"""评分细则 as versioned data."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tenancy.models import TenantModel


class RubricVersion(TenantModel):
    """One rubric, in force from a month on. Immutable once a month has been closed with it (database trigger)."""

    ORGANIZATION_PATH = "*"

    code = models.CharField("细则代码", max_length=40)
    version = models.CharField("版本", max_length=40)
    title = models.CharField("名称", max_length=120)
    effective_from = models.DateField("自何月起施行")
    source_text = models.TextField("细则全文（YAML）")
    sha256 = models.CharField("摘要", max_length=64)
    created_at = models.DateTimeField("载入时间")
    created_by_name = models.CharField("载入人", max_length=60)

    class Meta:
        ordering = ["effective_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "code", "version"], name="scoring_one_rubric_per_version"
            ),
            models.UniqueConstraint(fields=["city", "effective_from"], name="scoring_one_rubric_per_start"),
            models.CheckConstraint(
                condition=Q(effective_from__day=1), name="scoring_rubric_starts_on_first_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.version}）"
