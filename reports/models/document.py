"""Official documents: drafts with editable prose, issued ones frozen for ever (ADR 0005)."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from projects.models import Organization
from reports.enums import DocumentFormat, DocumentKind, DocumentState
from tenancy.models import Jurisdiction, TenantForeignKey, TenantModel
from tenancy.querysets import TenantManager, TenantQuerySet
from tenancy.scope import Scope


class NumberSeries(TenantModel):
    """机关代字 such as 绵水 or 绵水函; it decides the format."""

    ORGANIZATION_PATH = "*"

    code = models.CharField("机关代字", max_length=20)
    format = models.CharField("公文格式", max_length=10, choices=DocumentFormat.choices)
    kinds = models.JSONField("用于文种", default=list)
    addressees = models.JSONField("普发主送", default=list)
    cc = models.JSONField("抄送", default=list)
    contact_name = models.CharField("联系科室", max_length=60, blank=True)
    contact_phone = models.CharField("联系电话", max_length=40, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["city", "code"], name="reports_one_series_per_code")]

    def __str__(self) -> str:
        return self.code


class NumberCounter(TenantModel):
    """The last serial of a series in a year: taken in the transaction of the sign-off, so no gaps and no doubles."""

    series = TenantForeignKey(NumberSeries, models.PROTECT, related_name="counters", verbose_name="机关代字")
    year = models.PositiveSmallIntegerField("年份")
    last = models.PositiveIntegerField("末号", default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "series", "year"], name="reports_one_counter_per_year")
        ]

    def __str__(self) -> str:
        return f"{self.series_id} {self.year} {self.last}"


class DocumentQuerySet(TenantQuerySet["Document"]):
    """Documents: counties and units see what was issued to them or to everybody, never a draft."""

    def issued(self) -> Self:
        """Frozen documents, withdrawn ones included."""
        return self.filter(state__in=[DocumentState.ISSUED, DocumentState.WITHDRAWN])

    def for_scope(self, scope: Scope) -> Self:
        """An organization sees what was delivered to it, wherever it works."""
        rows = self.filter(city_id=scope.city_id)
        if scope.organization_uscc:
            return rows.of_organization(scope)
        return rows if scope.county_id is None else rows.in_county(scope)

    def in_county(self, scope: Scope) -> Self:
        """What was delivered to the county."""
        return self.issued().filter(deliveries__jurisdiction_id=scope.county_id).distinct()

    def of_organization(self, scope: Scope) -> Self:
        """What was delivered to the organization."""
        delivered = self.model._base_manager.filter(
            city_id=scope.city_id, deliveries__organization__uscc=scope.organization_uscc
        )
        return self.issued().filter(pk__in=delivered.values("pk"))


DocumentManager = TenantManager.from_queryset(DocumentQuerySet)


class Document(TenantModel):
    """One official document.

    `facts` is the snapshot that numbers, names and tables come from and cannot be typed over; `prose` holds the parts that
    people write. On sign-off `content` (canonical JSON) is frozen and everything is rendered from it.
    """

    kind = models.CharField("文种", max_length=24, choices=DocumentKind.choices)
    series = TenantForeignKey(NumberSeries, models.PROTECT, related_name="documents", verbose_name="机关代字")
    title = models.CharField("标题", max_length=200)
    title_initials = models.CharField("标题拼音首字母", max_length=200, blank=True)
    month = models.DateField("月份", null=True, blank=True)
    subject_kind = models.CharField("来源类型", max_length=60)
    subject_id = models.UUIDField("来源编号")
    revision = models.PositiveSmallIntegerField("第几稿", default=1)
    state = models.CharField(
        "状态", max_length=10, choices=DocumentState.choices, default=DocumentState.DRAFT
    )
    facts = models.JSONField("事实快照", default=dict)
    prose = models.JSONField("可编辑文字", default=dict)
    content = models.TextField("定稿内容", blank=True)
    year = models.PositiveSmallIntegerField("年份", null=True, blank=True)
    serial = models.PositiveIntegerField("顺序号", null=True, blank=True)
    number = models.CharField("发文字号", max_length=40, blank=True)
    drafted_at = models.DateTimeField("拟稿时间")
    drafted_by = models.UUIDField("拟稿人", null=True)
    drafted_by_name = models.CharField("拟稿人姓名", max_length=60)
    reviewed_at = models.DateTimeField("审核时间", null=True, blank=True)
    reviewed_by = models.UUIDField("审核人", null=True, blank=True)
    reviewed_by_name = models.CharField("审核人姓名", max_length=60, blank=True)
    signed_at = models.DateTimeField("签发时间", null=True, blank=True)
    signed_by = models.UUIDField("签发人", null=True, blank=True)
    signed_by_name = models.CharField("签发人姓名", max_length=60, blank=True)
    dated_on = models.DateField("成文日期", null=True, blank=True)
    template_version = models.CharField("版式版本", max_length=80, blank=True)
    pdf_sha256 = models.CharField("PDF 摘要", max_length=64, blank=True)
    page_count = models.PositiveSmallIntegerField("页数", null=True, blank=True)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_by_name = models.CharField("撤回人", max_length=60, blank=True)
    withdrawn_reason = models.CharField("撤回原因", max_length=300, blank=True)

    objects: ClassVar[DocumentManager[Document]] = DocumentManager()

    class Meta:
        ordering = ["-drafted_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "series", "year", "serial"],
                condition=Q(serial__isnull=False),
                name="reports_one_document_per_number",
            ),
            models.UniqueConstraint(
                fields=["city", "kind", "subject_kind", "subject_id"],
                condition=~Q(state__in=["WITHDRAWN", "DISCARDED"]),
                name="reports_one_live_document_per_subject",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["ISSUED", "WITHDRAWN"], serial__isnull=False, year__isnull=False)
                & ~Q(number="")
                & ~Q(pdf_sha256="")
                & ~Q(content="")
                & Q(signed_at__isnull=False)
                & Q(dated_on__isnull=False)
                | ~Q(state__in=["ISSUED", "WITHDRAWN"]) & Q(serial__isnull=True, number="", pdf_sha256=""),
                name="reports_number_and_hash_with_issue",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True)
                | Q(drafted_by__isnull=True)
                | ~Q(reviewed_by=F("drafted_by")),
                name="reports_author_is_not_reviewer",
            ),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True)
                | (
                    (Q(drafted_by__isnull=True) | ~Q(signed_by=F("drafted_by")))
                    & (Q(reviewed_by__isnull=True) | ~Q(signed_by=F("reviewed_by")))
                ),
                name="reports_signer_is_another",
            ),
            models.CheckConstraint(
                condition=~Q(state=DocumentState.WITHDRAWN) | ~Q(withdrawn_reason=""),
                name="reports_withdrawal_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(month__isnull=True) | Q(month__day=1), name="reports_document_month_is_first_day"
            ),
        ]
        indexes = [models.Index(fields=["city", "kind", "-drafted_at"], name="reports_document_kind")]

    def __str__(self) -> str:
        return self.title


class DocumentFile(TenantModel):
    """The bytes of an issued document; kept in the database so that number, hash and file commit together."""

    ORGANIZATION_PATH = "*"

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, related_name="file", verbose_name="公文", db_constraint=False
    )
    sha256 = models.CharField("摘要", max_length=64)
    byte_count = models.PositiveIntegerField("大小（字节）")
    pdf = models.BinaryField("PDF")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "document"], name="reports_one_file_per_document")
        ]

    def __str__(self) -> str:
        return self.sha256


class DocumentPreview(TenantModel):
    """The newest print of a draft, made by a worker; worth nothing, replaced at every change."""

    document = models.OneToOneField(
        Document, on_delete=models.CASCADE, related_name="preview", verbose_name="公文", db_constraint=False
    )
    content_sha256 = models.CharField("内容摘要", max_length=64)
    page_count = models.PositiveSmallIntegerField("页数")
    pdf = models.BinaryField("PDF")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "document"], name="reports_one_preview_per_document")
        ]

    def __str__(self) -> str:
        return self.content_sha256


class DeliveryQuerySet(TenantQuerySet["Delivery"]):
    """Deliveries; those to an organization name no county."""

    def for_scope(self, scope: Scope) -> Self:
        """The county's own, or the organization's own."""
        rows = self.filter(city_id=scope.city_id)
        if scope.organization_uscc:
            return rows.filter(organization__uscc=scope.organization_uscc)
        return rows if scope.county_id is None else rows.in_county(scope)


DeliveryManager = TenantManager.from_queryset(DeliveryQuerySet)


class Delivery(TenantModel):
    """送达: to a county or an organization, and when it was acknowledged."""

    document = TenantForeignKey(Document, models.PROTECT, related_name="deliveries", verbose_name="公文")
    jurisdiction = TenantForeignKey(
        Jurisdiction, models.PROTECT, null=True, blank=True, related_name="deliveries", verbose_name="县区"
    )
    organization = TenantForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="deliveries", verbose_name="单位"
    )
    sent_at = models.DateTimeField("送达时间")
    acknowledged_at = models.DateTimeField("签收时间", null=True, blank=True)
    acknowledged_by_name = models.CharField("签收人", max_length=60, blank=True)

    objects: ClassVar[DeliveryManager[Delivery]] = DeliveryManager()

    class Meta:
        ordering = ["document", "sent_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "document", "jurisdiction", "organization"],
                nulls_distinct=False,
                name="reports_delivered_once",
            ),
            models.CheckConstraint(
                condition=Q(jurisdiction__isnull=False) | Q(organization__isnull=False),
                name="reports_delivery_to_somebody",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, acknowledged_by_name="")
                | (Q(acknowledged_at__isnull=False) & ~Q(acknowledged_by_name="")),
                name="reports_acknowledged_at_and_by_together",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id}"
