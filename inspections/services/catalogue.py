"""Loading an edition of the finding catalogue (问题清单)."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from pathlib import Path
from typing import Any

from django.db import transaction

from audit.services import record
from core import pinyin
from core.errors import DomainError
from inspections.enums import FindingKind, Severity
from inspections.models import CatalogueItem, CatalogueVersion
from projects.enums import UnitRole
from tenancy.scope import current_scope

DEFAULT_CATALOGUE = Path(__file__).resolve().parent.parent / "data" / "problem_catalogue.csv"

_KINDS = {
    "management": FindingKind.MANAGEMENT_VIOLATION,
    "entity": FindingKind.PHYSICAL_DEFECT,
    "safety": FindingKind.SAFETY_VIOLATION,
}
_SEVERITIES = {"general": Severity.GENERAL, "serious": Severity.SERIOUS, "grave": Severity.GRAVE}
_ROLES = {role.label: role for role in UnitRole}
_COLUMNS = ["code", "subject", "category", "kind", "text", "severity", "basis", "source"]


class BadCatalogue(DomainError):
    """The file is not a finding catalogue; the message names every bad row."""


@transaction.atomic
def load_catalogue(
    *, data: bytes, code: str, title: str, effective_from: dt.date, source: str, by: Any, at: dt.datetime
) -> CatalogueVersion:
    """Write one edition; the one in force until now ends the day before. Loading the same bytes again changes nothing."""
    digest = hashlib.sha256(data).hexdigest()
    present = CatalogueVersion.objects.filter(code=code).first()
    if present is not None:
        if present.sha256 == digest:
            return present
        raise BadCatalogue(f"问题清单版本“{code}”已存在且内容不同，请使用新的版本号。")
    rows = _rows(data)
    CatalogueVersion.objects.filter(effective_until__isnull=True, effective_from__lt=effective_from).update(
        effective_until=effective_from - dt.timedelta(days=1)
    )
    version = CatalogueVersion.objects.create(
        city_id=current_scope().city_id,
        code=code,
        title=title,
        effective_from=effective_from,
        source=source,
        sha256=digest,
    )
    CatalogueItem.objects.bulk_create([_item(version, row) for row in rows], batch_size=500)
    record(
        action="inspections.catalogue.load",
        subject=version,
        by=by,
        at=at,
        after={"code": code, "items": len(rows)},
    )
    return version


def _rows(data: bytes) -> list[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
    if reader.fieldnames is None or any(name not in reader.fieldnames for name in _COLUMNS):
        raise BadCatalogue(f"问题清单缺少列，应有：{'、'.join(_COLUMNS)}。")
    rows = list(reader)
    faults = [f"第{number}行：{fault}" for number, row in enumerate(rows, start=2) if (fault := _fault(row))]
    codes = [row["code"] for row in rows]
    faults += [f"编码“{code}”重复" for code in sorted({code for code in codes if codes.count(code) > 1})]
    if faults:
        raise BadCatalogue("；".join(faults) + "。")
    return rows


def _fault(row: dict[str, str]) -> str:
    if row["subject"] not in _ROLES:
        return f"责任主体“{row['subject']}”不在允许范围"
    if row["kind"] not in _KINDS:
        return f"类型“{row['kind']}”应为 management、entity 或 safety"
    if row["severity"] not in _SEVERITIES:
        return f"严重程度“{row['severity']}”应为 general、serious 或 grave"
    return "" if row["code"] and row["text"] else "编码和问题描述不能为空"


def _item(version: CatalogueVersion, row: dict[str, str]) -> CatalogueItem:
    return CatalogueItem(
        city_id=version.city_id,
        version=version,
        code=row["code"],
        official_code=row.get("official_code", ""),
        responsible_role=_ROLES[row["subject"]],
        category=row["category"],
        kind=_KINDS[row["kind"]],
        text=row["text"],
        text_initials=pinyin.initials(row["text"])[:400],
        severity=_SEVERITIES[row["severity"]],
        basis=row["basis"],
        source=row["source"],
    )
