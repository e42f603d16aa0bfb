"""The records of the city as they will stand after the import: what the database holds, overlaid by the workbook."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from reports.ledger.rubrics import Rubrics
from reports.ledger.sheets import LEDGER
from reports.ledger.spec import Reference, Sheet
from reports.ledger.table import Row, Table

Key = tuple[Any, ...]


@dataclass
class Record:
    """One record. values: attname → value, complete. before: as the database holds it, None for a new record.

    row/table: where the workbook names it (None: only in the database). bad: fields that could not be determined;
    checks that need them are left out, the error itself is already told.
    """

    sheet: Sheet
    id: uuid.UUID
    values: dict[str, Any]
    before: dict[str, Any] | None = None
    row: Row | None = None
    table: Table | None = None
    bad: set[str] = field(default_factory=set)

    @property
    def is_new(self) -> bool:
        """Whether the import makes it."""
        return self.before is None

    def changes(self) -> dict[str, Any]:
        """Fields that the import changes in the database, with their new values."""
        if self.before is None:
            return {}
        return {name: value for name, value in self.values.items() if self.before[name] != value}

    def __getitem__(self, field_name: str) -> Any:
        """A value by model field name; of a reference, the id."""
        if field_name == "id":
            return self.id
        return self.values[attname(self.sheet, field_name)]


def attname(sheet: Sheet, field_name: str) -> str:
    """The column attribute of a model field ("project" → "project_id")."""
    return str(getattr(sheet.model._meta.get_field(field_name), "attname", field_name))


def stored_names(sheet: Sheet) -> tuple[str, ...]:
    """Attributes of everything that the model stores, without id and city."""
    return tuple(f.attname for f in sheet.model._meta.concrete_fields if f.name not in ("id", "city"))


class NotFound(LookupError):
    """A reference names a record that neither the workbook nor the city's data hold."""


class Ambiguous(LookupError):
    """A reference leaves out the optional part of a key (`_OPTIONAL`) although several records differ only in it."""


_OPTIONAL = {"units": "section", "filing_types": "effective_from"}
"""Parts of natural keys that a reference may leave out while only one record is meant."""


class Graph:
    """All records that the workbook names or refers to, found by natural key or id."""

    def __init__(self) -> None:
        self.rubrics = Rubrics()
        self.records: dict[str, dict[uuid.UUID, Record]] = {sheet.name: {} for sheet in LEDGER.sheets}
        self._index: dict[str, dict[Key, Record]] = {sheet.name: {} for sheet in LEDGER.sheets}
        self._without_optional: dict[str, dict[Key, list[Record]]] = {name: {} for name in _OPTIONAL}
        self._groups: dict[tuple[str, str], dict[Any, list[Record]]] = {}

    def load(self, sheets: Iterable[Sheet]) -> None:
        """Read what the database holds of these sheets: one query each."""
        for sheet in sheets:
            names = stored_names(sheet)
            for record_id, *found in sheet.model.objects.values_list("id", *names):
                values = dict(zip(names, found, strict=True))
                self.add(Record(sheet=sheet, id=record_id, values=values, before=dict(values)))

    def add(self, record: Record) -> None:
        """Make the record findable."""
        name = record.sheet.name
        self.records[name][record.id] = record
        self._index[name][key_of(record)] = record
        if name in _OPTIONAL:
            short = _shortened(record.sheet, key_of(record))
            self._without_optional[name].setdefault(short, []).append(record)

    def by_key(self, sheet: Sheet, key: Key) -> Record | None:
        """The record with this natural key."""
        return self._index[sheet.name].get(key)

    def by_id(self, sheet: str, record_id: uuid.UUID | None) -> Record | None:
        """The record with this id."""
        return self.records[sheet].get(record_id) if record_id is not None else None

    def target(self, record: Record, field_name: str) -> Record | None:
        """The record that a reference of this record points at; None when empty or unknown."""
        reference = record.sheet.references_by_field[field_name]
        return self.by_id(reference.sheet, record[field_name])

    def group(self, sheet: str, field_name: str) -> Mapping[Any, list[Record]]:
        """Records of a sheet by the value of a field, as they stand now. Ask only after everything is added."""
        asked = (sheet, field_name)
        if asked not in self._groups:
            groups: dict[Any, list[Record]] = {}
            for record in self.records[sheet].values():
                groups.setdefault(record[field_name], []).append(record)
            self._groups[asked] = groups
        return self._groups[asked]

    def resolve(self, reference: Reference, get: Callable[[str], Any]) -> Record:
        """The record that a row's cells name; `get` gives the row's value of a column.

        Raises:
            NotFound, Ambiguous.
        """
        sheet = LEDGER.by_name[reference.sheet]
        key = self.key_from(sheet, lambda name: get(reference.columns[name]))
        found = self._index[sheet.name].get(key)
        if found is None and sheet.name in _OPTIONAL:
            found = self._only_one(sheet, key)
        if found is None:
            raise NotFound(reference.sheet)
        return self._kept(found)

    def _kept(self, record: Record) -> Record:
        """A unit that was merged into another one stands for that one."""
        while record.sheet.name == "organizations" and record["merged_into"] is not None:
            record = self.records["organizations"][record["merged_into"]]
        return record

    def key_from(self, sheet: Sheet, get: Callable[[str], Any]) -> Key:
        """The natural key of a record of `sheet` from the values of its columns."""
        parts: list[Any] = []
        for name in sheet.key:
            reference = sheet.references_by_field.get(name)
            if reference is None:
                parts.append(get(name))
            elif get(reference.anchor) is None:
                parts.append(None)
            else:
                parts.append(self.resolve(reference, get).id)
        return tuple(parts)

    def _only_one(self, sheet: Sheet, key: Key) -> Record | None:
        if key[sheet.key.index(_OPTIONAL[sheet.name])] is not None:
            return None
        candidates = self._without_optional[sheet.name].get(_shortened(sheet, key), [])
        if len(candidates) > 1:
            raise Ambiguous(sheet.name)
        return candidates[0] if candidates else None


def key_of(record: Record) -> Key:
    """The record's natural key: values, ids where the key has references."""
    return tuple(record[name] for name in record.sheet.key)


def _shortened(sheet: Sheet, key: Key) -> Key:
    return tuple(part for name, part in zip(sheet.key, key, strict=True) if name != _OPTIONAL[sheet.name])


def needed_sheets(tables: Iterable[Table]) -> list[Sheet]:
    """The workbook's sheets and everything they refer to, directly or not, in dependency order."""
    wanted = {table.sheet.name for table in tables}
    for sheet in reversed(LEDGER.sheets):
        if sheet.name in wanted:
            wanted.update(reference.sheet for reference in sheet.references)
    return [sheet for sheet in LEDGER.sheets if sheet.name in wanted]


def default_values(sheet: Sheet) -> dict[str, Any]:
    """A new record's values before the row is laid over them."""
    values: dict[str, Any] = {}
    for model_field in sheet.model._meta.concrete_fields:
        if model_field.name not in ("id", "city"):
            values[model_field.attname] = model_field.get_default()
    return values
