"""The records behind a point that have no page of their own: which fields each kind shows, and a return as a whole."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from core import display
from core.month import ReportingMonth
from enforcement.models import Accident, AdjustmentFact, Clue, RedLineFact
from inspections.models import Draw, Finding, MonthPlan, SupervisoryTest
from projects.models import (
    Acceptance,
    DefectFiling,
    LegalPersonReport,
    MonthlyReturn,
    Project,
    QualityFiling,
    ReturnLine,
    ReturnRemark,
    ReturnVersion,
    SupervisionBody,
    SupervisionRegistration,
    Training,
)
from tenancy.models import TenantModel


@dataclass(frozen=True)
class RecordKind:
    """How one record of a table is shown. `fields` are lookups; `joined` the references that they follow.

    `only`: a condition on the rows that are evidence at all, such as no line of a draft.
    """

    model: type[TenantModel]
    title: str
    fields: tuple[str, ...]
    joined: tuple[str, ...] = ()
    only: models.Q = field(default_factory=models.Q)


@dataclass(frozen=True)
class Value:
    """One line of the page: the field's name, its value as people write it, and the page of what it refers to."""

    label: str
    text: str
    url: str = ""


@dataclass(frozen=True)
class Record:
    """One record opened."""

    title: str
    county: str
    values: list[Value]
    row: TenantModel
    page_url: str = ""


RECORDS: dict[str, RecordKind] = {
    "body": RecordKind(
        SupervisionBody,
        "质量监督机构",
        (
            "year",
            "institution_document",
            "full_time_supervisors",
            "funding_document",
            "funding_wan_yuan",
            "confirmed_on",
        ),
    ),
    "plan": RecordKind(
        MonthPlan, "监督检查计划", ("month", "published_on", "inspection_count", "test_batch_count")
    ),
    "training": RecordKind(Training, "宣贯培训", ("number", "held_on", "topic", "attendee_count")),
    "return": RecordKind(
        MonthlyReturn,
        "县级月报",
        (
            "month",
            "state",
            "first_submitted_at",
            "accepted_at",
            "filler_name",
            "reviewer_name",
            "accepter_name",
            "is_nil",
            "nil_statement",
            "nil_signed_on",
        ),
    ),
    "line": RecordKind(
        ReturnLine,
        "月报填报",
        (
            "version__monthly_return",
            "version",
            "project",
            "award_price_wan_yuan",
            "approved_duration_days",
            "unit_count",
            "key_person_count",
            "key_work_count",
            "registration_number",
            "progress_percent",
            "invested_wan_yuan",
        ),
        ("project", "version__monthly_return"),
        only=models.Q(version__submitted_at__isnull=False),
    ),
    "remark": RecordKind(
        ReturnRemark,
        "月报审核记录",
        ("number", "kind", "monthly_return", "noted_on", "field_name", "project", "note"),
        ("monthly_return", "project"),
    ),
    "owner_report": RecordKind(
        LegalPersonReport,
        "项目法人质量管理月报",
        ("legal_person", "month", "due_on", "submitted_on"),
        ("legal_person",),
    ),
    "registration": RecordKind(
        SupervisionRegistration,
        "监督手续",
        ("number", "project", "registered_on", "certificate_on", "plan_on", "briefing_on", "supervisor_name"),
        ("project",),
    ),
    "draw": RecordKind(
        Draw,
        "双随机抽取",
        (
            "number",
            "kind",
            "drawn_on",
            "population_count",
            "population_sha256",
            "result_formed_on",
            "published_on",
            "void_reason",
        ),
    ),
    "test": RecordKind(
        SupervisoryTest,
        "监督检测",
        (
            "number",
            "project",
            "agency",
            "organizer_level",
            "tested_object",
            "item",
            "batch_count",
            "sampled_on",
            "report_number",
            "reported_on",
            "verdict",
            "handled_on",
            "finding",
        ),
        ("project", "agency", "finding"),
    ),
    "filing": RecordKind(
        QualityFiling,
        "核备",
        ("number", "project", "kind", "subject", "received_on", "due_on", "reviewed_on", "result"),
        ("project",),
    ),
    "acceptance": RecordKind(
        Acceptance,
        "验收",
        ("number", "project", "kind", "subject", "notified_on", "held_on", "is_supervised", "report_number"),
        ("project",),
    ),
    "defect": RecordKind(
        DefectFiling,
        "质量缺陷备案",
        ("number", "project", "part", "description", "found_on", "due_on", "filed_on", "is_complete"),
        ("project",),
    ),
    "clue": RecordKind(
        Clue,
        "违法违规线索",
        (
            "number",
            "kind",
            "project",
            "organization",
            "finding",
            "organizer_level",
            "summary",
            "identified_on",
            "transferred_on",
            "receiver",
            "receipt",
        ),
        ("project", "organization", "finding"),
    ),
    "adjustment": RecordKind(
        AdjustmentFact, "加减分认定", ("number", "month", "item", "count", "fact", "basis_document")
    ),
    "red_line": RecordKind(
        RedLineFact, "红线认定", ("number", "month", "red_line", "fact", "basis_document")
    ),
    "accident": RecordKind(
        Accident,
        "质量事故",
        ("number", "project", "occurred_on", "grade", "is_concealed", "summary"),
        ("project",),
    ),
}
"""Kind (as in `scoring.selectors.evidence`) → what its page shows."""


def record_url(kind: str, pk: uuid.UUID) -> str:
    """The page of one record."""
    return reverse("scoring:record-detail", args=[kind, pk])


def open_record(kind: str, pk: uuid.UUID) -> Record:
    """The record, through the scope. Raises Http404 for an unknown kind, and for a record out of reach or not there."""
    shown = RECORDS.get(kind)
    if shown is None:
        raise Http404
    rows: Any = shown.model._default_manager
    row = get_object_or_404(rows.filter(shown.only).select_related("jurisdiction", *shown.joined), pk=pk)
    values = [_value(row, lookup) for lookup in ("jurisdiction", *shown.fields)]
    return Record(shown.title, row.jurisdiction.short_name, values, row, _page_of(kind, row))


_PAGES = {"body": "guidance:body-detail", "training": "guidance:training-detail"}


def _page_of(kind: str, row: Any) -> str:
    """Where the record is worked on; "" for what comes by the ledger alone."""
    if kind == "plan":
        month = ReportingMonth.from_first_day(row.month)
        return reverse("guidance:month-plan", args=[row.jurisdiction.code, month])
    return reverse(_PAGES[kind], args=[row.pk]) if kind in _PAGES else ""


def _value(row: Any, lookup: str) -> Value:
    *path, name = lookup.split("__")
    for step in path:
        row = getattr(row, step)
    field: Any = row._meta.get_field(name)
    value = getattr(row, name)
    if field.choices:
        return Value(field.verbose_name, getattr(row, f"get_{name}_display")())
    return Value(field.verbose_name, _text(name, value), _target(value))


def _text(name: str, value: Any) -> str:
    """The value as core.display writes its type; a year has no thousands separator, a month no day."""
    if value is None or value == "":
        return display.EMPTY
    if name in _BY_NAME:
        return _BY_NAME[name](value)
    return next((write(value) for kind, write in _BY_TYPE if isinstance(value, kind)), str(value))


_BY_NAME: dict[str, Callable[[Any], str]] = {"month": display.month_cn, "year": str}
_BY_TYPE: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (bool, lambda value: "是" if value else "否"),
    (dt.datetime, display.moment),
    (dt.date, display.day),
    (Decimal, lambda value: display.number(value, 2)),
    (int, display.number),
    (MonthlyReturn, lambda value: f"{display.month_cn(value.month)}月报"),
    (Project, lambda value: value.name),
    (Finding, lambda value: value.number),
)
"""In this order: a bool is an int, a moment is a day."""


def _target(value: Any) -> str:
    """The page of what a reference names; "" for all other values."""
    if isinstance(value, Project):
        return reverse("projects:project-detail", args=[value.pk])
    if isinstance(value, Finding):
        return reverse("inspections:finding-detail", args=[value.pk])
    return record_url("return", value.pk) if isinstance(value, MonthlyReturn) else ""


def asked_fields(line: ReturnLine) -> dict[str, bool]:
    """The six fields of rubric item B2, and whether the line fills each."""
    return {
        "中标价": line.award_price_wan_yuan is not None,
        "批复工期": line.approved_duration_days is not None,
        "参建单位": bool(line.unit_count),
        "主要管理人员": bool(line.key_person_count),
        "重要隐蔽、关键部位": line.key_work_count is not None,
        "监督手续": bool(line.registration_number),
    }


@dataclass(frozen=True)
class LineRow:
    """One project of a version: which of the six fields are filled."""

    project: str
    url: str
    fields: dict[str, bool]

    @property
    def filled(self) -> int:
        """How many of the six."""
        return sum(self.fields.values())


@dataclass(frozen=True)
class ReturnPage:
    """What hangs on a return: its versions, the lines of the newest, the bureau's remarks."""

    versions: Sequence[ReturnVersion]
    lines: list[LineRow]
    remarks: list[tuple[ReturnRemark, str]]

    @property
    def newest(self) -> ReturnVersion | None:
        """The version whose lines are shown."""
        return self.versions[-1] if self.versions else None

    @property
    def headings(self) -> list[str]:
        """The names of the six fields."""
        return list(self.lines[0].fields) if self.lines else []


def return_page(row: MonthlyReturn) -> ReturnPage:
    """Everything that was submitted for the month, no draft. Three queries, whatever the number of lines."""
    submitted = row.versions.filter(submitted_at__isnull=False)
    versions = list(submitted.annotate(line_count=Count("lines")).order_by("number"))
    lines: models.QuerySet[ReturnLine] = ReturnLine.objects.none()
    if versions:
        lines = versions[-1].lines.select_related("project").order_by("project__name_pinyin", "pk")
    return ReturnPage(
        versions=versions,
        lines=[LineRow(one.project.name, record_url("line", one.pk), asked_fields(one)) for one in lines],
        remarks=[(one, record_url("remark", one.pk)) for one in row.remarks.order_by("noted_on", "number")],
    )
