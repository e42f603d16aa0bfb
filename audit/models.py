"""The trail: who did what, when, from where, before and after. No foreign keys: it outlives its subjects."""

from __future__ import annotations

from django.db import models


class AuditEvent(models.Model):
    """One append-only event of one city, hash-chained by a database trigger.

    `payload` is the canonical JSON of everything below it; `hash` = SHA-256(prev_hash | seq | payload). The
    trigger sets seq, prev_hash and hash; UPDATE, DELETE and TRUNCATE are refused by grants and by trigger.
    """

    id = models.UUIDField(primary_key=True)
    city_id = models.UUIDField("城市")
    seq = models.BigIntegerField("序号", default=0)
    at = models.DateTimeField("时间")
    actor_id = models.UUIDField("操作人", null=True)
    actor_name = models.CharField("操作人姓名", max_length=60)
    actor_role = models.CharField("角色", max_length=40, blank=True)
    action = models.CharField("动作", max_length=80)
    subject_kind = models.CharField("对象类型", max_length=60)
    subject_id = models.CharField("对象编号", max_length=60)
    subject_label = models.CharField("对象", max_length=200)
    county_id = models.UUIDField("县区", null=True)
    request_id = models.CharField("请求号", max_length=36, blank=True)
    ip = models.GenericIPAddressField("来源地址", null=True)
    payload = models.TextField("内容")
    prev_hash = models.CharField(max_length=64, default="")
    hash = models.CharField(max_length=64, default="")

    class Meta:
        ordering = ["-seq"]
        indexes = [
            models.Index(fields=["city_id", "-at"], name="audit_city_at"),
            models.Index(fields=["city_id", "subject_kind", "subject_id"], name="audit_city_subject"),
            models.Index(fields=["city_id", "actor_id", "-at"], name="audit_city_actor"),
        ]
        constraints = [models.UniqueConstraint(fields=["city_id", "seq"], name="audit_one_event_per_seq")]

    def __str__(self) -> str:
        return f"{self.seq} {self.action} {self.subject_label}"
