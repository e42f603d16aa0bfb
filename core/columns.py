"""Columns of a list: how one value is read from a row, written on the page and put into Excel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from django.db.models import Model
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core import display
from core.xlsx import SheetColumn

M = TypeVar("M", bound=Model)


class Kind(StrEnum):
    """How a column is written, aligned and exported."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    MONEY = "money"
    SCORE = "score"
    PERCENT = "percent"
    DATE = "date"
    MOMENT = "moment"
    MONTH = "month"

    @property
    def is_numeric(self) -> bool:
        return self in (Kind.INTEGER, Kind.NUMBER, Kind.MONEY, Kind.SCORE, Kind.PERCENT)


_WRITERS: dict[Kind, Callable[[Any], str]] = {
    Kind.TEXT: lambda v: display.EMPTY if v is None or v == "" else str(v),
    Kind.INTEGER: display.number,
    Kind.NUMBER: display.number,
    Kind.MONEY: lambda v: display.number(v, 2),
    Kind.SCORE: display.score,
    Kind.PERCENT: display.percent,
    Kind.DATE: display.day,
    Kind.MOMENT: display.moment,
    Kind.MONTH: display.month_cn,
}


_FORMATS: dict[Kind, str] = {
    Kind.INTEGER: "#,##0",
    Kind.MONEY: "#,##0.00",
    Kind.SCORE: "0.0",
    Kind.PERCENT: "0.0%",
    Kind.DATE: "yyyy-mm-dd",
    Kind.MOMENT: "yyyy-mm-dd hh:mm",
    Kind.MONTH: 'yyyy"年"m"月"',
}


@dataclass(frozen=True)
class Column(Generic[M]):
    """One column.

    `value` is an attribute path ("jurisdiction.name"; a method is called) or a function; without it
    `key` is the path. `sort` holds ascending ORM paths: no `sort`, no sort link; `nullable` puts empty
    values last in both directions. `render` gives the cell's HTML (`format_html` or `chip`; plain text
    is escaped), `note` a second, muted line. `export` gives the value in Excel (default: the same value).
    """

    key: str
    label: str
    value: str | Callable[[M], object] | None = None
    kind: Kind = Kind.TEXT
    unit: str = ""
    sort: tuple[str, ...] = ()
    nullable: bool = False
    link: Callable[[M], str] | None = None
    render: Callable[[M], str | SafeString] | None = None
    note: Callable[[M], str | SafeString] | None = None
    export: Callable[[M], object] | None = None
    is_exported: bool = True
    is_shown: bool = True
    css: str = ""

    def read(self, row: M) -> object:
        source = self.value if self.value is not None else self.key
        return source(row) if callable(source) else _follow(row, source)

    def html(self, row: M) -> str | SafeString:
        body: str | SafeString = self.render(row) if self.render else _WRITERS[self.kind](self.read(row))
        if self.link and (url := self.link(row)):
            body = format_html('<a href="{}">{}</a>', url, body)
        if self.note and (note := self.note(row)):
            body = format_html('{}<span class="cell-note">{}</span>', body, note)
        return body

    def export_value(self, row: M) -> object:
        return self.export(row) if self.export else self.read(row)

    def sheet_column(self) -> SheetColumn:
        """The head in Excel; its unit of width is one Latin digit, and a Chinese character takes two."""
        base = (
            12
            if self.kind is not Kind.TEXT
            else 30
            if "wide" in self.css
            else 24
            if "name" in self.css
            else 16
        )
        width = float(max(base, 2 * (len(self.label) + len(self.unit)) + 4))
        return SheetColumn(self.label, unit=self.unit, width=width, format=_FORMATS.get(self.kind, ""))

    @property
    def css_class(self) -> str:
        align = (
            "num"
            if self.kind.is_numeric
            else "date"
            if self.kind in (Kind.DATE, Kind.MOMENT, Kind.MONTH)
            else ""
        )
        return f"{align} {self.css}".strip()


def _follow(row: object, path: str) -> object:
    """Attributes only, written in code, never taken from a request; a missing link in the chain is None."""
    value: Any = row
    for name in path.split("."):
        value = getattr(value, name)
        if value is None:
            return None
    return value() if callable(value) else value


@dataclass(frozen=True)
class Header:
    label: str
    unit: str
    css: str
    sort_url: str = ""
    aria_sort: str = ""


@dataclass(frozen=True)
class Cell:
    html: str | SafeString
    css: str
    is_head: bool
