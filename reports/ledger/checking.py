"""The whole workbook checked in one pass: a plan of what to write, or every error with its cell."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import UniqueConstraint

from core.month import ReportingMonth
from reports.ledger.constraints import checks_of
from reports.ledger.cross_rules import RULES
from reports.ledger.linking import Catalogue, Linker
from reports.ledger.problems import Problem
from reports.ledger.reading import read_workbook
from reports.ledger.records import Graph, Record, needed_sheets
from reports.ledger.sentences import CHECKS, UNIQUE, Sentence
from reports.ledger.spec import Sheet
from reports.ledger.table import read_tables
from reports.ledger.values import County, Reader
from scoring.enums import RunState
from scoring.models import ScoreRun
from tenancy.enums import Level
from tenancy.models import Jurisdiction
from tenancy.scope import current_scope

Progress = Callable[[int, str], None]


@dataclass
class Plan:
    """What an import would do. counts: sheet title → new/changed/unchanged rows. Empty `problems` = may be written."""

    problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    new: list[Record] = field(default_factory=list)
    changed: list[Record] = field(default_factory=list)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)


def check_workbook(data: bytes, *, progress: Progress) -> Plan:
    """Read and check a workbook against the current city's data. Writes nothing.

    Raises:
        UnreadableWorkbook: the file as a whole cannot be taken.
    """
    progress(5, "正在读取工作簿")
    raw = read_workbook(data)
    tables, problems, remarks = read_tables(raw, make_reader())
    plan = Plan(problems=problems, remarks=remarks)
    progress(30, "正在读取已有台账")
    graph = Graph()
    graph.load(needed_sheets(tables))
    linker = Linker(graph, Catalogue.load())
    for index, table in enumerate(tables):
        progress(40 + 20 * index // max(len(tables), 1), f"正在核对“{table.sheet.title}”")
        linker.link(table)
    plan.problems += linker.problems
    progress(60, "正在检查各条规则")
    plan.problems += _rule_problems(linker.records, graph)
    _sort(plan, linker.records)
    plan.problems.sort(key=lambda problem: (problem.sheet, problem.row, problem.column))
    if not plan.problems:
        plan.remarks += _closed_month_remarks(plan)
    return plan


def make_reader() -> Reader:
    """A cell reader that knows the current city's counties."""
    counties: dict[str, County] = {}
    names = []
    for place in Jurisdiction.objects.all():
        county = County(place.id, place.name, place.level == Level.CITY)
        for text in (place.code, place.name, place.short_name):
            counties[text.upper()] = county
        names.append(place.name)
    return Reader(city_id=current_scope().city_id, counties=counties, county_names=tuple(names))


def _sort(plan: Plan, records: list[Record]) -> None:
    for record in records:
        counts = plan.counts.setdefault(record.sheet.title, {"new": 0, "changed": 0, "unchanged": 0})
        if record.is_new:
            plan.new.append(record)
            counts["new"] += 1
        elif record.changes():
            plan.changed.append(record)
            counts["changed"] += 1
        else:
            counts["unchanged"] += 1


# Rules of one record, between records, and of uniqueness.


def _rule_problems(records: list[Record], graph: Graph) -> Iterator[Problem]:
    by_sheet: dict[str, list[Record]] = {}
    for record in records:
        by_sheet.setdefault(record.sheet.name, []).append(record)
        for sentence in _broken_rules(record, graph):
            yield _problem(record, sentence)
    for own in by_sheet.values():
        yield from _not_unique(own, graph)


def _broken_rules(record: Record, graph: Graph) -> Iterator[Sentence]:
    if not record.is_new and not record.changes():
        return
    values = _Fields(record)
    for check in checks_of(record.sheet.model):
        if not check.fields & record.bad and not check.holds(values):
            yield CHECKS[check.name]
    rule = RULES.get(record.sheet.name)
    if rule is not None:
        yield from rule(record, graph)


class _Fields(Mapping[str, Any]):
    """A record's values by model field name, as constraints name them."""

    def __init__(self, record: Record) -> None:
        self._record = record

    def __getitem__(self, name: str) -> Any:
        return self._record[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._record.values)

    def __len__(self) -> int:
        return len(self._record.values)


def _problem(record: Record, sentence: Sentence) -> Problem:
    if record.table is None or record.row is None:
        raise RuntimeError("only rows of the workbook are checked")
    return record.table.problem(record.row, sentence.column, sentence.wrong, sentence.right)


def _not_unique(records: list[Record], graph: Graph) -> Iterator[Problem]:
    sheet = records[0].sheet
    for constraint in sheet.model._meta.constraints:
        fields = tuple(name for name in getattr(constraint, "fields", ()) if name != "city")
        if not isinstance(constraint, UniqueConstraint) or constraint.condition is not None:
            continue  # a condition is about drafts, and drafts are not in a ledger
        if set(fields) != set(sheet.key):
            yield from _doubles(sheet, fields, constraint.name, records, graph)


def _doubles(
    sheet: Sheet, fields: tuple[str, ...], name: str, records: list[Record], graph: Graph
) -> Iterator[Problem]:
    after: dict[tuple[Any, ...], set[uuid.UUID]] = {}
    before: dict[tuple[Any, ...], uuid.UUID] = {}
    for record in (*graph.records[sheet.name].values(), *records):
        after.setdefault(tuple(record[f] for f in fields), set()).add(record.id)
        if record.before is not None:
            before[_before(record, fields)] = record.id
    for record in records:
        mark = tuple(record[f] for f in fields)
        if set(fields) & record.bad or None in mark:
            continue
        if len(after[mark]) > 1:
            yield _problem(record, UNIQUE[name])
        elif before.get(mark, record.id) != record.id and not record.is_new:
            # PostgreSQL checks uniqueness row by row: a swap would collide half-way
            wrong = "这项内容现在属于另一条记录"
            yield _problem(record, Sentence(UNIQUE[name].column, wrong, "先导入那条记录的修改，再导入这一条"))


def _before(record: Record, fields: tuple[str, ...]) -> tuple[Any, ...]:
    if record.before is None:
        raise RuntimeError("a new record has no past")
    names = {f: record.sheet.model._meta.get_field(f) for f in fields}
    return tuple(record.before[str(getattr(names[f], "attname", f))] for f in fields)


# Months that are closed already.


def touched_months(values: Mapping[str, Any]) -> set[ReportingMonth]:
    """The months of the dates among these values."""
    return {ReportingMonth.of(value) for value in values.values() if isinstance(value, dt.date)}


def _closed_month_remarks(plan: Plan) -> Iterator[str]:
    """New or changed records of a month that is closed: allowed, said aloud.

    The closed month is a frozen snapshot; it changes only through a correction, which then reads these records.
    """
    live = ScoreRun.objects.exclude(state=RunState.SUPERSEDED).values_list("month", flat=True)
    closed = {ReportingMonth.from_first_day(month) for month in live}
    if not closed:
        return
    counts: dict[tuple[str, ReportingMonth], int] = {}
    for record in (*plan.new, *plan.changed):
        for month in touched_months(record.values if record.is_new else record.changes()) & closed:
            asked = (record.sheet.title, month)
            counts[asked] = counts.get(asked, 0) + 1
    for (title, month), count in sorted(counts.items(), key=lambda item: (item[0][1], item[0][0])):
        yield (
            f"“{title}”表有{count}行的日期在{month.label}，该月已月结：记录会写入，已定的得分不变，"
            "需要计入的请办理月份更正。"
        )
