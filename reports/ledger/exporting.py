"""The whole city's ledger as a workbook that imports to the same state."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from inspections.enums import OPEN_DRAW_STATES, DutyState
from inspections.models import CatalogueItem, Draw, DutyInspection
from reports.ledger.batches import quiet
from reports.ledger.checking import Progress
from reports.ledger.records import Graph, Record
from reports.ledger.sheets import LEDGER
from reports.ledger.spec import Column, Kind, Sheet
from reports.ledger.workbook import write_ledger
from tenancy.models import Jurisdiction

_HEADS = {"lines": "version", "duty_items": "duty_inspection"}
"""Sheets of lines → the reference to what they are a part of."""


def export_workbook(*, progress: Progress = quiet) -> bytes:
    """Every record of the scope in a ledger workbook; kinds without records keep their empty sheet."""
    progress(2, "正在读取台账")
    graph = Graph()
    graph.load(LEDGER.sheets)
    unfinished = set(DutyInspection.objects.filter(state=DutyState.DRAFT).values_list("id", flat=True))
    unfinished |= set(Draw.objects.filter(state__in=OPEN_DRAW_STATES).values_list("id", flat=True))
    names = _Names.load()
    rows = {sheet.name: _Rows(sheet, graph, names, unfinished) for sheet in LEDGER.sheets}
    data = write_ledger(rows, progress=progress)
    progress(100, "完成")
    return data


class _Names:
    """What stands for a county or a catalogue item in a cell."""

    def __init__(self, counties: Mapping[uuid.UUID, str], codes: Mapping[uuid.UUID, str]) -> None:
        self.counties = counties
        self.codes = codes

    @classmethod
    def load(cls) -> _Names:
        return cls(
            dict(Jurisdiction.objects.values_list("id", "name")),
            dict(CatalogueItem.objects.values_list("id", "code")),
        )


class _Rows:
    """The rows of a sheet, ordered by natural key, made while they are written."""

    def __init__(self, sheet: Sheet, graph: Graph, names: _Names, unfinished: set[uuid.UUID]) -> None:
        self._sheet = sheet
        self._graph = graph
        self._names = names
        self._unfinished = unfinished

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        records = self._graph.records[self._sheet.name].values()
        rows = [self._row(record) for record in records if not self._is_draft(record)]
        keys = self._sheet.key_columns
        rows.sort(key=lambda row: [str(row[name] if row[name] is not None else "") for name in keys])
        return iter(rows)

    def _is_draft(self, record: Record) -> bool:
        """Whether it belongs to what is still under way (a return, a duty inspection, a draw): that is no record yet."""
        if record.sheet.name == "evidence":
            # A file of a test, of a sheet's line or of a bidding check: the workbook has no column that names its owner.
            return not any(self._graph.target(record, owner) for owner in ("finding", "inspection"))
        head = record
        if record.sheet.name in _HEADS:
            head = self._graph.target(record, _HEADS[record.sheet.name]) or record
        if head.sheet.name in ("duty_inspections", "draws"):
            return head.id in self._unfinished
        return head.sheet.name == "versions" and head["submitted_at"] is None

    def _row(self, record: Record) -> Mapping[str, Any]:
        return {column.name: self._shown(record, column) for column in self._sheet.columns}

    def _shown(self, record: Record, column: Column) -> Any:
        value = cell_value(self._graph, record, column.name)
        if value is None:
            return None
        if column.kind is Kind.COUNTY:
            return self._names.counties[value]
        return self._names.codes[value] if column.kind is Kind.CATALOGUE else value


def cell_value(graph: Graph, record: Record, name: str) -> Any:
    """The value of a column: the record's own, or the one by which it names another record."""
    sheet = record.sheet
    column = sheet.by_name[name]
    if sheet.json_field and name.startswith(f"{sheet.json_field}__"):
        return (record[sheet.json_field] or {}).get(name.removeprefix(f"{sheet.json_field}__"))
    if column.is_stored or column.kind is Kind.CATALOGUE:
        return record[name]
    for reference in sheet.references:
        target_column = next((t for t, own in reference.columns.items() if own == name), None)
        target = _target(graph, record, reference.field) if target_column is not None else None
        if target is not None and target_column is not None:
            return cell_value(graph, target, target_column)
    return None


def _target(graph: Graph, record: Record, field_name: str) -> Record | None:
    stored = {f.name for f in record.sheet.model._meta.concrete_fields}
    return graph.target(record, field_name) if field_name in stored else None
