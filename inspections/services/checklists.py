"""Loading an edition of a checklist (检查清单): versioned data, tied to the catalogue of findings in force."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from audit.services import record
from core.errors import DomainError
from inspections.enums import Aspect, InspectionKind
from inspections.models import CatalogueItem, ChecklistItem, ChecklistVersion
from inspections.selectors.catalogue import catalogue_on
from tenancy.scope import current_scope

DEFAULT_CHECKLISTS = Path(__file__).resolve().parent.parent / "data" / "checklists"
_KEYS = {"code", "edition", "title", "effective_from", "source", "kinds"}


class BadChecklist(DomainError):
    """The file is no checklist; the message names every fault."""


@dataclass(frozen=True)
class _Plan:
    head: dict[str, Any]
    items: list[dict[str, Any]]
    sha256: str


def load_default_checklists(*, by: Any, at: dt.datetime) -> list[ChecklistVersion]:
    """Every checklist that comes with the product; those that are here already stay as they are."""
    return [load_checklist(path=path, by=by, at=at) for path in sorted(DEFAULT_CHECKLISTS.glob("*.yaml"))]


@transaction.atomic
def load_checklist(*, path: Path, by: Any, at: dt.datetime) -> ChecklistVersion:
    """Write one edition; the one of the same code in force until now ends the day before.

    The same bytes again change nothing; other bytes need another edition. Raises BadChecklist.
    """
    plan = _read(path)
    code, edition = str(plan.head["code"]), str(plan.head["edition"])
    present = ChecklistVersion.objects.filter(code=code, edition=edition).first()
    if present is not None:
        if present.sha256 == plan.sha256:
            return present
        raise BadChecklist(f"检查清单“{code}”的“{edition}”版已存在且内容不同，请使用新的版次。")
    effective_from: dt.date = plan.head["effective_from"]
    _check_codes(plan, effective_from)
    ChecklistVersion.objects.filter(
        code=code, effective_until__isnull=True, effective_from__lt=effective_from
    ).update(effective_until=effective_from - dt.timedelta(days=1))
    version = ChecklistVersion.objects.create(
        city_id=current_scope().city_id,
        code=code,
        edition=edition,
        title=plan.head["title"],
        kinds=plan.head["kinds"],
        effective_from=effective_from,
        source=plan.head["source"],
        sha256=plan.sha256,
    )
    items = [_item(version, position, row) for position, row in enumerate(plan.items, start=1)]
    ChecklistItem.objects.bulk_create(items)
    after = {"code": code, "edition": edition, "items": len(plan.items)}
    record(action="inspections.checklist.load", subject=version, by=by, at=at, after=after)
    return version


def _read(path: Path) -> _Plan:
    data = path.read_bytes()
    head = _parsed(data, path.name)
    base = head
    if "extends" in head:
        source = path.parent / Path(str(head["extends"])).name
        if not source.exists():
            raise BadChecklist(f"检查清单“{path.name}”所沿用的“{source.name}”不在同一目录。")
        base_data = source.read_bytes()
        base, data = _parsed(base_data, source.name), data + base_data
    faults = [f"缺少“{key}”" for key in sorted(_KEYS - head.keys())]
    faults += [
        f"检查类型“{kind}”不存在" for kind in head.get("kinds", []) if kind not in InspectionKind.values
    ]
    if not faults and not isinstance(head["effective_from"], dt.date):
        faults.append("启用日期（effective_from）应写成 2023-03-01 的样子")
    aspects = base.get("aspects") or {}
    taken = head.get("take") or list(aspects)
    faults += [f"检查方面“{name}”不存在" for name in [*aspects, *taken] if name not in Aspect.values]
    items = [{**row, "aspect": name} for name in taken for row in aspects.get(name) or []]
    faults += [
        f"条目 {row.get('code', '（无编号）')} 应有编号、内容和依据" for row in items if not _is_whole(row)
    ]
    counts = Counter(str(row.get("code")) for row in items)
    faults += [f"条目编号“{code}”重复" for code, count in counts.items() if count > 1]
    if not items:
        faults.append("没有条目")
    if faults:
        raise BadChecklist(f"检查清单“{path.name}”有误：{'；'.join(faults)}。")
    return _Plan(head, items, hashlib.sha256(data).hexdigest())


@lru_cache(maxsize=16)
def _parsed(data: bytes, name: str) -> dict[str, Any]:
    """What the file says; only read. Kept, because several lists extend one base and every new city loads them all."""
    try:
        parsed = yaml.safe_load(data.decode("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadChecklist(f"检查清单“{name}”不是 UTF-8 的 YAML 文件。") from error
    if not isinstance(parsed, dict):
        raise BadChecklist(f"检查清单“{name}”没有内容。")
    return parsed


def _is_whole(row: dict[str, Any]) -> bool:
    return all(isinstance(row.get(key), str) and row[key] for key in ("code", "text", "basis"))


def _check_codes(plan: _Plan, day: dt.date) -> None:
    """An item leads to problems of the catalogue that is in force when the edition begins."""
    catalogue = catalogue_on(day)
    known = (
        set(CatalogueItem.objects.filter(version=catalogue).values_list("code", flat=True))
        if catalogue
        else set()
    )
    unknown = sorted({code for row in plan.items for code in row.get("catalogue", []) if code not in known})
    if unknown:
        raise BadChecklist(f"检查清单引用的问题编码不在当日有效的问题清单中：{'、'.join(unknown)}。")


def _item(version: ChecklistVersion, position: int, row: dict[str, Any]) -> ChecklistItem:
    return ChecklistItem(
        city_id=version.city_id,
        version=version,
        code=row["code"],
        position=position,
        aspect=row["aspect"],
        text=row["text"],
        how=row.get("how", ""),
        basis=row["basis"],
        catalogue_codes=row.get("catalogue", []),
        is_measured=bool(row.get("measured")),
    )
