"""The published list of inspection items, and the yearly cap of visits to a firm."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from audit.services import record
from core import display
from core.uuid7 import uuid7
from inspections.enums import CapMode
from inspections.models import FrequencyCap, InspectionItem
from inspections.services.acting import ArrangingRefused, said
from tenancy.scope import current_scope

DEFAULT_ITEMS = Path(__file__).resolve().parent.parent / "data" / "inspection_items.yaml"
_TEXTS = {
    "code": "编号",
    "name": "检查事项",
    "basis": "检查依据",
    "subject": "检查对象",
    "content": "检查内容",
    "method": "检查方式",
    "frequency": "比例和频次",
}


@dataclass(frozen=True, kw_only=True)
class ItemText:
    """What the list says of an item."""

    code: str
    name: str
    basis: str
    subject: str
    content: str
    method: str
    frequency: str
    published_on: dt.date
    section: str = ""
    concerns_firms: bool = True


@transaction.atomic
def publish_item(*, text: ItemText, by: Any, at: dt.datetime) -> InspectionItem:
    """Put an item on the list. A new wording of a code replaces the old one from its day of publication on.

    Raises ArrangingRefused for a code that is published with that day or a later one.
    """
    values = _values(text)
    same = InspectionItem.objects.select_for_update(of=("self",)).filter(code=values["code"])
    if same.filter(published_on__gte=text.published_on).exists():
        raise ArrangingRefused(
            f"编号{values['code']}已有{display.day(text.published_on)}或以后公布的内容，请核对公布日期。"
        )
    for old in same.exclude(withdrawn_on__lte=text.published_on):
        old.withdrawn_on = text.published_on
        old.save(update_fields=["withdrawn_on"])
    item = InspectionItem(id=uuid7(), city_id=current_scope().city_id, **values)
    item.save(force_insert=True)
    after = {"code": item.code, "name": item.name, "basis": item.basis, "published_on": item.published_on}
    record(action="inspections.item.publish", subject=item, by=by, at=at, after=after)
    return item


@transaction.atomic
def withdraw_item(*, item_id: uuid.UUID, withdrawn_on: dt.date, by: Any, at: dt.datetime) -> InspectionItem:
    """停用: from that day on no inspection may cite it; those that did keep it. Raises ArrangingRefused."""
    item = InspectionItem.objects.select_for_update(of=("self",)).get(pk=item_id)
    if item.withdrawn_on is not None:
        raise ArrangingRefused(f"{item.code}已于{display.day(item.withdrawn_on)}停用。")
    if withdrawn_on < item.published_on:
        raise ArrangingRefused(f"停用日期不能早于公布日期{display.day(item.published_on)}，请核对。")
    item.withdrawn_on = withdrawn_on
    item.save(update_fields=["withdrawn_on"])
    record(
        action="inspections.item.withdraw", subject=item, by=by, at=at, after={"withdrawn_on": withdrawn_on}
    )
    return item


@transaction.atomic
def load_inspection_items(*, text: str, published_on: dt.date, by: Any, at: dt.datetime) -> int:
    """Publish the items of a file that differ from what is in force on the day; returns how many.

    Raises ArrangingRefused, which names the bad row. Loading the same file again changes nothing.
    """
    known = {item.code: item for item in InspectionItem.objects.order_by("published_on")}
    fresh, count = [], 0
    for number, row in enumerate(_rows(text), 1):
        wanted = _item_text(number, row, published_on)
        present = known.get(wanted.code)
        if present is None:
            fresh.append(InspectionItem(id=uuid7(), city_id=current_scope().city_id, **_values(wanted)))
        elif present.withdrawn_on is not None or _differs(present, wanted):
            publish_item(text=wanted, by=by, at=at)
            count += 1
    if fresh:
        InspectionItem.objects.bulk_create(fresh)
        after = {"items": [f"{item.code} {item.name}" for item in fresh], "published_on": published_on}
        record(action="inspections.item.load", subject=fresh[0], by=by, at=at, after=after)
    return count + len(fresh)


def _values(text: ItemText) -> dict[str, Any]:
    values = asdict(text)
    for name, label in _TEXTS.items():
        values[name] = said(values[name], f"请填写{label}。")
    return values


@lru_cache(maxsize=4)
def _rows(text: str) -> list[dict[str, Any]]:
    """The rows of the file; only read."""
    try:
        rows = yaml.safe_load(text)["items"]
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise ArrangingRefused("不是检查事项清单：应为含 items 列表的 YAML 文件。") from error
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise ArrangingRefused("检查事项清单是空的，应至少有一项。")
    codes = [str(row.get("code", "")) for row in rows]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        raise ArrangingRefused(f"检查事项编号{'、'.join(twice)}重复，请核对。")
    return rows


def _item_text(number: int, row: dict[str, Any], published_on: dt.date) -> ItemText:
    fault = f"检查事项清单第{number}项的字段不对，请对照默认清单核对。"
    try:
        wanted = ItemText(**row, published_on=published_on)
    except TypeError as error:
        raise ArrangingRefused(fault) from error
    texts = (*_TEXTS, "section")
    if not isinstance(wanted.concerns_firms, bool) or any(
        type(getattr(wanted, one)) is not str for one in texts
    ):
        raise ArrangingRefused(fault)
    return wanted


def _differs(item: InspectionItem, wanted: ItemText) -> bool:
    values = asdict(wanted)
    return any(getattr(item, name) != value for name, value in values.items() if name != "published_on")


@transaction.atomic
def set_cap(
    *, year: int, cap: int, mode: str, source: str, published_on: dt.date, by: Any, at: dt.datetime
) -> FrequencyCap:
    """Publish the cap of a year, or change it; the trail keeps what it was. Raises ArrangingRefused."""
    if cap < 1 or mode not in CapMode.values:
        raise ArrangingRefused("频次上限应不少于1次，并选择超出上限时的处理方式。")
    row = FrequencyCap.objects.select_for_update(of=("self",)).filter(year=year).first()
    before = {"cap": row.cap, "mode": row.get_mode_display()} if row is not None else None
    row = row or FrequencyCap(id=uuid7(), city_id=current_scope().city_id, year=year)
    row.cap, row.mode, row.published_on = cap, mode, published_on
    row.source = said(source, "请填写公布文件。")
    row.save()
    after = {"year": year, "cap": cap, "mode": row.get_mode_display(), "source": row.source}
    record(action="inspections.cap.set", subject=row, by=by, at=at, before=before, after=after)
    return row
