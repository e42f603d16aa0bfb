"""Rows → records: references found, counties derived, new and known told apart, doubles refused."""

from __future__ import annotations

import copy
import datetime as dt
import uuid
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.uuid7 import uuid7
from inspections.models import CatalogueItem, CatalogueVersion
from reports.ledger.problems import Problem
from reports.ledger.records import (
    Ambiguous,
    Graph,
    NotFound,
    Record,
    attname,
    default_values,
)
from reports.ledger.sheets import LEDGER
from reports.ledger.spec import Reference, Sheet
from reports.ledger.table import Row, Table


@dataclass(frozen=True)
class Catalogue:
    """The finding catalogue by version: which code means which item on a day."""

    starts: tuple[dt.date, ...]
    ends: tuple[dt.date | None, ...]
    items: tuple[Mapping[str, uuid.UUID], ...]

    @classmethod
    def load(cls) -> Catalogue:
        """All versions of the city: two queries."""
        versions = list(CatalogueVersion.objects.order_by("effective_from"))
        by_version: dict[uuid.UUID, dict[str, uuid.UUID]] = {version.id: {} for version in versions}
        for item_id, version_id, code in CatalogueItem.objects.values_list("id", "version_id", "code"):
            by_version[version_id][code] = item_id
        return cls(
            tuple(v.effective_from for v in versions),
            tuple(v.effective_until for v in versions),
            tuple(by_version[v.id] for v in versions),
        )

    def on(self, day: dt.date) -> Mapping[str, uuid.UUID]:
        """The codes in force on a day; empty when no version was."""
        position = bisect_right(self.starts, day) - 1
        if position < 0:
            return {}
        end = self.ends[position]
        return {} if end is not None and end < day else self.items[position]


def _parents_first(table: Table) -> list[Row]:
    """The rows in an order in which a row that names another row of its own sheet comes after it."""
    own = [r for r in table.sheet.references if r.sheet == table.sheet.name]
    return sorted(table.rows, key=lambda row: any(row.values.get(r.anchor) is not None for r in own))


class Linker:
    """Turns tables into records of the graph. Collects every problem instead of stopping at the first."""

    def __init__(self, graph: Graph, catalogue: Catalogue) -> None:
        self.graph = graph
        self.catalogue = catalogue
        self.problems: list[Problem] = []
        self.records: list[Record] = []

    def link(self, table: Table) -> None:
        """All rows of one sheet; the sheets it refers to must have been linked before."""
        seen: dict[uuid.UUID, int] = {}
        for row in _parents_first(table):
            values = self._values(table, row)
            record = self._record(table, row, values)
            self.records.append(record)
            if record.id in seen:
                self._tell_double(table, row, seen[record.id])
                self.records.pop()
            seen.setdefault(record.id, row.number)

    def _tell(self, table: Table, row: Row, name: str, wrong: str, right: str) -> None:
        row.bad.add(name)
        self.problems.append(table.problem(row, name, wrong, right))

    def _tell_double(self, table: Table, row: Row, first: int) -> None:
        headers = "、".join(table.sheet.by_name[name].header for name in table.sheet.key_columns)
        wrong = f"与第{first}行重复：{headers}相同"
        self.problems.append(table.problem(row, self._last_key_column(table), wrong, "删除一行，或改正编号"))

    def _last_key_column(self, table: Table) -> str:
        present = [name for name in table.sheet.key_columns if name in table.places]
        return present[-1]

    # What the row says, as attributes of the model.

    def _values(self, table: Table, row: Row) -> dict[str, Any]:
        sheet = table.sheet
        values: dict[str, Any] = {}
        for name in table.places:
            column = sheet.by_name[name]
            if not column.is_stored or name in row.bad or name.startswith(f"{sheet.json_field}__"):
                continue
            given = row.values[name]
            blank = copy.copy(column.default)
            values[attname(sheet, name)] = blank if given is None else given
        for reference in sheet.references:
            self._refer(table, row, reference, values)
        if "catalogue_item" in sheet.by_name:
            self._catalogue_item(table, row, values)
        if sheet.county_from:
            self._county(table, row, values)
        return values

    def _refer(self, table: Table, row: Row, reference: Reference, values: dict[str, Any]) -> None:
        if not set(reference.columns.values()) & set(table.places):
            return
        if set(reference.columns.values()) & row.bad:
            row.bad.add(reference.field)
            return
        found: uuid.UUID | None = None
        if row.values.get(reference.anchor) is not None:
            try:
                found = self.graph.resolve(reference, row.values.get).id
            except NotFound:
                self._tell(table, row, reference.anchor, *_not_found(reference, table, row))
            except Ambiguous as several:
                self._tell(table, row, reference.anchor, *_AMBIGUOUS[str(several)])
            if found is None:
                row.bad.add(reference.field)
                return
        if any(f.name == reference.field for f in table.sheet.model._meta.concrete_fields):
            values[attname(table.sheet, reference.field)] = found

    def _catalogue_item(self, table: Table, row: Row, values: dict[str, Any]) -> None:
        values.pop("catalogue_item_id", None)
        if "catalogue_item" not in table.places or {"catalogue_item", "found_on"} & row.bad:
            row.bad.add("catalogue_item")
            return
        code, day = row.values["catalogue_item"], row.values.get("found_on")
        item = self.catalogue.on(day).get(code) if code is not None and day is not None else None
        if code is not None and item is None:
            wrong = f"{day}有效的问题清单中没有这个编码" if day else "没有发现日期，查不到问题清单"
            self._tell(
                table, row, "catalogue_item", wrong, "填写问题清单中的编码，例如“SG-001”；没有对应编码时留空"
            )
            return
        values["catalogue_item_id"] = item

    def _county(self, table: Table, row: Row, values: dict[str, Any]) -> None:
        sheet = table.sheet
        if any(name in row.bad for name in sheet.county_from) or "jurisdiction" in row.bad:
            row.bad.add("jurisdiction")
            return
        derived = self._derived_county(sheet, values, row)
        typed = values.get("jurisdiction_id")
        if derived is not None and typed not in (None, derived):
            self._tell(
                table,
                row,
                "jurisdiction",
                "与所引用工程（或问题）所在的县区不一致",
                "改为工程所在县区，或留空",
            )
        elif derived is None and typed is None:
            anchor = "jurisdiction" if "jurisdiction" in table.places else self._last_key_column(table)
            if any(sheet.references_by_field[name].anchor in table.places for name in sheet.county_from):
                parts = "、".join(
                    sheet.by_name[sheet.references_by_field[n].anchor].header for n in sheet.county_from
                )
                self._tell(
                    table, row, anchor, f"看不出属于哪个县区：{parts}都没有填写", f"填写{parts}中的一项或县区"
                )
            row.bad.add("jurisdiction")
        values["jurisdiction_id"] = typed if derived is None else derived

    def _derived_county(self, sheet: Sheet, values: Mapping[str, Any], row: Row) -> uuid.UUID | None:
        for name in sheet.county_from:
            reference = sheet.references_by_field[name]
            stored = f"{name}_id"
            target = self.graph.by_id(reference.sheet, values.get(stored))
            if target is None and row.values.get(reference.anchor) is not None:
                # a reference that the model does not store, such as the project of a unit's attendance
                target = self.graph.resolve(reference, row.values.get)
            if target is not None:
                county: uuid.UUID = target.values["jurisdiction_id"]
                return county
        return None

    # Which record it is.

    def _record(self, table: Table, row: Row, values: dict[str, Any]) -> Record:
        sheet = table.sheet
        known = None if set(sheet.key) & row.bad else self._known(sheet, values)
        if known is not None and known.row is None:
            known.values = {**known.values, **values}
            known.row, known.table, known.bad = row, table, row.bad
            self._complete(known)
            return known
        if known is not None:
            return known
        record = Record(
            sheet=sheet,
            id=uuid7(),
            values={**default_values(sheet), **values},
            row=row,
            table=table,
            bad=row.bad,
        )
        self._complete(record)
        if not set(sheet.key) & row.bad:
            self.graph.add(record)
        return record

    def _known(self, sheet: Sheet, values: Mapping[str, Any]) -> Record | None:
        key = tuple(values.get(attname(sheet, name)) for name in sheet.key)
        return self.graph.by_key(sheet, key)

    def _complete(self, record: Record) -> None:
        sheet, row = record.sheet, record.row
        if sheet.json_field and row is not None:
            prefix = f"{sheet.json_field}__"
            counts = dict(record.values[sheet.json_field] or {})
            for name, value in row.values.items():
                if name.startswith(prefix):
                    counts[name.removeprefix(prefix)] = value
            record.values[sheet.json_field] = {name: v for name, v in counts.items() if v is not None}
        if sheet.derive is not None and sheet.derived_from not in record.bad and _is_derived_anew(record):
            record.values.update(sheet.derive(record.values))


def _is_derived_anew(record: Record) -> bool:
    name = record.sheet.derived_from
    return record.before is None or record.before[name] != record.values[name]


_AMBIGUOUS = {
    "units": ("这家单位在工程上有几个标段，不知道是哪一个", "填写标段编号"),
    "filing_types": ("同类型同名的核备事项有几个，不知道是哪一个", "填写核备事项启用日期"),
}


def _not_found(reference: Reference, table: Table, row: Row) -> tuple[str, str]:
    target = LEDGER.by_name[reference.sheet]
    if reference.sheet == "units":
        return (
            "该工程没有这家单位以这个角色参建（标段也要一致）",
            "在“参建单位”表补上这家单位，或改正工程编号、信用代码、角色、标段",
        )
    named = "、".join(table.sheet.by_name[name].header for name in reference.columns.values())
    return (
        f"不存在：“{target.title}”表和已有台账中都没有这个{named}",
        f"改正{named}，或在“{target.title}”表补上这条记录",
    )
