"""One list machine for every list page: search, filters, sort, pages and Excel, all in the address bar.

A page author declares the list once and composes it in a short view:

    PROJECTS: ListSpec[Project] = ListSpec(
        title="工程台账",
        columns=(
            Column("name", "工程名称", sort=("name_pinyin",), link=Project.get_absolute_url, css="col-name"),
            Column("county", "县（市、区）", value="jurisdiction.name", sort=("jurisdiction__position",)),
            Column("price", "中标价", unit="万元", value="award_price_wan_yuan", kind=Kind.MONEY,
                   sort=("award_price_wan_yuan",), nullable=True),
            Column("stage", "阶段", value="get_stage_display",
                   render=lambda p: chip(STAGE_TONES[p.stage], p.get_stage_display())),
        ),
        default_sort="name",
        filterset=ProjectFilter,
        search=("name__icontains", "code__icontains"),
        search_latin=("name_pinyin__contains", "name_initials__contains"),
        search_label="工程名称、编码或拼音首字母",
        empty=Empty("没有符合条件的工程", "换一个条件，或登记新工程。"),
    )

    @requires(Capability.PROJECT_READ)
    def project_list(request: HttpRequest) -> HttpResponse:
        listing = PROJECTS.build(request.GET, projects_of(request.scope).select_related("jurisdiction"))
        if listing.is_export:
            return listing.export_response(at=timezone.now())
        return render(request, "projects/project_list.html", {"listing": listing})

and in the template `{% include "components/_list.html" %}`.

Costs: one COUNT, one page of rows, plus what the filter set asks for its choices; never a query per
row, if the caller joined what its columns read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import F, ForeignKey, Model, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.forms import BaseForm
from django.http import HttpResponse, QueryDict
from django_filters import FilterSet

from core import list_export
from core.bulk import BulkBar
from core.columns import Cell, Column, Header, Kind
from core.components import Empty
from core.filter_words import filter_text
from core.text import without_controls

M = TypeVar("M", bound=Model)

__all__ = ["Column", "Kind", "ListSpec", "Listing"]

PAGE_SIZES = (20, 50, 100)
EXPORT_ROWS = 20_000
MAX_TERMS = 6
MAX_QUERY = 100
RESERVED = ("q", "sort", "page", "size", "export", "col", "pk", "all", "action")

_FULL_WIDTH = {
    code: code - 0xFEE0
    for span in ((0xFF10, 0xFF1A), (0xFF21, 0xFF3B), (0xFF41, 0xFF5B))
    for code in range(*span)
}
"""Full-width digits and letters only: names are stored with their full-width brackets."""


@dataclass(frozen=True)
class Line:
    cells: Sequence[Cell]
    css: str
    pk: str
    label: str


@dataclass(frozen=True)
class ColumnChoice:
    """A column that a reader may show or hide; the first one names the row and always stays."""

    key: str
    label: str
    is_shown: bool
    is_fixed: bool


@dataclass(frozen=True)
class PageLink:
    """A page number; an empty `label` is the gap between numbers."""

    label: str
    url: str = ""
    is_current: bool = False


@dataclass(frozen=True)
class ActiveFilter:
    label: str
    text: str
    remove_url: str


@dataclass(frozen=True)
class ListSpec(Generic[M]):
    """What a list is. `title` is also the caption and the name of the Excel file."""

    title: str
    columns: tuple[Column[M], ...]
    default_sort: str
    filterset: type[FilterSet] | None = None
    search: tuple[str, ...] = ()
    search_latin: tuple[str, ...] = ()
    """Lookups on pinyin columns (lower case): asked only for terms of letters and digits."""
    search_label: str = "搜索"
    page_sizes: tuple[int, ...] = PAGE_SIZES
    tie_break: str = "pk"
    row_css: Callable[[M], str] | None = None
    empty: Empty = field(default_factory=Empty)
    export_rows: int = EXPORT_ROWS
    is_exportable: bool = True
    key: str = ""
    """A name for saved views; without one the list has none."""

    def __post_init__(self) -> None:
        keys = [column.key for column in self.columns]
        if len(set(keys)) != len(keys):
            raise ValueError(f"duplicate column key in the list {self.title}")
        if self.sort_column(self.default_sort) is None:
            raise ValueError(
                f"default_sort {self.default_sort!r} of the list {self.title} is not a sortable column"
            )

    @property
    def is_searchable(self) -> bool:
        return bool(self.search or self.search_latin)

    def sort_column(self, sort: str) -> Column[M] | None:
        """The column of `started` or `-started`; None for a name that is not on the list."""
        key = sort.removeprefix("-")
        return next((column for column in self.columns if column.key == key and column.sort), None)

    def build(self, params: QueryDict, queryset: QuerySet[M], **filter_kwargs: Any) -> Listing[M]:
        """Apply a request's query string. Unknown names and values never reach the ORM: they are dropped."""
        return Listing(self, params, queryset, filter_kwargs)


class Listing(Generic[M]):
    """A list as one request sees it. Everything is computed on first use."""

    def __init__(
        self, spec: ListSpec[M], params: QueryDict, queryset: QuerySet[M], filter_kwargs: Mapping[str, Any]
    ) -> None:
        self.spec = spec
        self._params = params
        self.filterset = (
            spec.filterset(params, queryset=queryset, **filter_kwargs) if spec.filterset is not None else None
        )
        self._queryset = queryset
        asked = params.get("q", "") if spec.is_searchable else ""
        self.query = " ".join(without_controls(asked).translate(_FULL_WIDTH).split())[:MAX_QUERY]
        self.bulk: BulkBar | None = None
        """Set by the view for a reader who may act on many rows."""

    # what is asked

    @property
    def form(self) -> BaseForm | None:
        """The filter set's form, bound to the query string."""
        return None if self.filterset is None else self.filterset.form

    @cached_property
    def has_errors(self) -> bool:
        """A filter's value cannot be read. The list is then empty: rows that ignore it would mislead."""
        return self.filterset is not None and not self.filterset.is_valid()

    @cached_property
    def sort(self) -> str:
        """`-started`: the asked order when it is on the list, else the default."""
        asked = self._params.get("sort", "")
        return asked if self.spec.sort_column(asked) is not None else self.spec.default_sort

    @cached_property
    def page_size(self) -> int:
        sizes = self.spec.page_sizes
        asked = self._params.get("size", "")
        return int(asked) if asked in map(str, sizes) else sizes[0]

    @property
    def is_export(self) -> bool:
        return self.spec.is_exportable and self._params.get("export") == "xlsx"

    # what is found

    @cached_property
    def queryset(self) -> QuerySet[M]:
        """Filtered, searched and ordered; not cut into pages."""
        if self.has_errors:
            return self._queryset.none()
        found: QuerySet[M] = self._queryset if self.filterset is None else self.filterset.qs
        for term in self.query.split(" ")[:MAX_TERMS] if self.query else ():
            found = found.filter(self._term(term))
        return found.order_by(*self._order())

    def _term(self, term: str) -> Q:
        # Characters without case (汉字, digits) need no folding of every row.
        has_case = term.lower() != term.upper()
        lookups = [
            lookup if has_case else lookup.replace("__icontains", "__contains") for lookup in self.spec.search
        ]
        wanted = [(lookup, term) for lookup in lookups]
        if term.isascii():
            wanted += [(lookup, term.lower()) for lookup in self.spec.search_latin]
        return _any_of(self._queryset.model, wanted)

    def _order(self) -> list[OrderBy]:
        is_descending = self.sort.startswith("-")
        column = self.spec.sort_column(self.sort)
        paths = column.sort if column is not None else ()
        nulls_last = True if column is not None and column.nullable else None
        # The tie-break runs the same way, so that a composite index can serve both directions.
        order = [_order_by(path, is_descending, nulls_last) for path in paths]
        return [*order, _order_by(self.spec.tie_break, is_descending, None)]

    @cached_property
    def total(self) -> int:
        return self.queryset.count()

    @cached_property
    def page_count(self) -> int:
        return max(1, -(-self.total // self.page_size))

    @cached_property
    def page(self) -> int:
        """The asked page; one that does not exist becomes the last, one that is no number the first."""
        asked = self._params.get("page", "")
        number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 1
        return min(max(number, 1), self.page_count)

    @property
    def first_index(self) -> int:
        return 0 if self.total == 0 else (self.page - 1) * self.page_size + 1

    @property
    def last_index(self) -> int:
        return min(self.page * self.page_size, self.total)

    @cached_property
    def objects(self) -> list[M]:
        """The page's rows, chosen by their keys alone: what a line reads is joined to these few, not to every row."""
        if not self.total:
            return []
        start, stop = self.first_index - 1, self.last_index
        found = self.queryset
        if start > self.total // 2:
            # The last pages are read from the end: OFFSET reads all that it leaves out.
            found, start, stop = found.reverse(), self.total - stop, self.total - start
        chosen = found.values("pk")[start:stop]
        return list(self._queryset.filter(pk__in=chosen).order_by(*self._order()))

    @cached_property
    def chosen_columns(self) -> list[str]:
        """The asked columns in the order of the list; empty for the usual ones."""
        asked = set(self._params.getlist("col"))
        first, *others = self.spec.columns
        keys = [column.key for column in others if column.key in asked]
        return [first.key, *keys] if keys else []

    @property
    def shown_columns(self) -> list[Column[M]]:
        if not self.chosen_columns:
            return [column for column in self.spec.columns if column.is_shown]
        return [column for column in self.spec.columns if column.key in self.chosen_columns]

    @property
    def exported_columns(self) -> list[Column[M]]:
        """The chosen columns, else all that may leave the house."""
        wanted = self.chosen_columns
        return [c for c in self.spec.columns if c.is_exported and (not wanted or c.key in wanted)]

    @property
    def column_choices(self) -> list[ColumnChoice]:
        shown = {column.key for column in self.shown_columns}
        return [
            ColumnChoice(column.key, column.label, column.key in shown, is_fixed=index == 0)
            for index, column in enumerate(self.spec.columns)
            if column.is_exported
        ]

    @cached_property
    def lines(self) -> list[Line]:
        columns = self.shown_columns
        return [
            Line(
                cells=[Cell(c.html(row), c.css_class, is_head=i == 0) for i, c in enumerate(columns)],
                css=self.spec.row_css(row) if self.spec.row_css else "",
                pk=str(row.pk),
                label=str(columns[0].read(row)),
            )
            for row in self.objects
        ]

    # links

    def _kept(self) -> list[tuple[str, str]]:
        """What the address bar may carry on: known names with a value, in a fixed order."""
        names = [*(self.form.fields if self.form is not None else ()), *self._range_names()]
        kept = [(name, value) for name in names for value in self._params.getlist(name) if value]
        if self.query:
            kept.append(("q", self.query))
        if self.sort != self.spec.default_sort:
            kept.append(("sort", self.sort))
        if self.page_size != self.spec.page_sizes[0]:
            kept.append(("size", str(self.page_size)))
        return [*kept, *(("col", key) for key in self.chosen_columns)]

    def _range_names(self) -> list[str]:
        """Sub-names of multi-part fields (`due_after`, `due_before` of a date range)."""
        if self.form is None:
            return []
        names: list[str] = []
        for bound in self.form:
            suffixes: Mapping[str, str] | Iterable[str] = getattr(bound.field.widget, "suffixes", ())
            names += [f"{bound.html_name}_{suffix}" for suffix in suffixes]
        return names

    def url(self, *, without: Iterable[str] = (), **changes: str) -> str:
        """A link to this list with some names left out and some set; the page is forgotten unless given."""
        dropped = {*without, *changes}
        pairs = [(name, value) for name, value in self._kept() if name not in dropped]
        pairs += [(name, value) for name, value in changes.items() if value]
        return "?" + urlencode(pairs)

    @property
    def export_url(self) -> str:
        return self.url(export="xlsx") if self.spec.is_exportable else ""

    @property
    def clear_url(self) -> str:
        return self.url(without=[name for name, _ in self._kept() if name not in ("sort", "size", "col")])

    @cached_property
    def headers(self) -> list[Header]:
        return [self._header(column) for column in self.shown_columns]

    def _header(self, column: Column[M]) -> Header:
        if not column.sort:
            return Header(column.label, column.unit, column.css_class)
        current = self.sort.removeprefix("-") == column.key
        is_descending = self.sort.startswith("-")
        following = f"-{column.key}" if current and not is_descending else column.key
        state = ("descending" if is_descending else "ascending") if current else ""
        return Header(column.label, column.unit, column.css_class, self._sort_url(following), state)

    def _sort_url(self, sort: str) -> str:
        return self.url(without=["sort"]) if sort == self.spec.default_sort else self.url(sort=sort)

    @cached_property
    def page_links(self) -> list[PageLink]:
        near = {1, 2, self.page - 1, self.page, self.page + 1, self.page_count - 1, self.page_count}
        links: list[PageLink] = []
        previous = 0
        for number in sorted(n for n in near if 1 <= n <= self.page_count):
            if number > previous + 1:
                links.append(PageLink(""))
            links.append(PageLink(str(number), self._page_url(number), number == self.page))
            previous = number
        return links

    def _page_url(self, number: int) -> str:
        return self.url(page=str(number) if number > 1 else "")

    @property
    def previous_url(self) -> str:
        return self._page_url(self.page - 1) if self.page > 1 else ""

    @property
    def next_url(self) -> str:
        return self._page_url(self.page + 1) if self.page < self.page_count else ""

    @property
    def size_links(self) -> list[PageLink]:
        default = self.spec.page_sizes[0]
        return [
            PageLink(
                str(size),
                self.url(without=["size"]) if size == default else self.url(size=str(size)),
                size == self.page_size,
            )
            for size in self.spec.page_sizes
        ]

    @property
    def hidden_params(self) -> list[tuple[str, str]]:
        """What the filter form must carry on besides its own fields."""
        return [(name, value) for name, value in self._kept() if name in ("sort", "size", "col")]

    @property
    def kept_params(self) -> list[tuple[str, str]]:
        """All that is asked but the columns: what the form that chooses columns carries on."""
        return [(name, value) for name, value in self._kept() if name != "col"]

    @property
    def default_columns_url(self) -> str:
        """This list with its usual columns."""
        return self.url(without=["col"])

    @property
    def view_query(self) -> str:
        """What a saved view remembers: filters, search, order, rows and columns, not the page."""
        return urlencode(self._kept())

    # what is set

    @cached_property
    def active_filters(self) -> list[ActiveFilter]:
        """Each set filter in words, with the link that takes it off."""
        active = [ActiveFilter("搜索", self.query, self.url(without=["q"]))] if self.query else []
        if self.filterset is None or self.has_errors or self.form is None:
            return active
        for bound in self.form:
            text = filter_text(bound.field, self.form.cleaned_data.get(bound.name))
            if text:
                names = [
                    bound.html_name,
                    *(f"{bound.html_name}_{s}" for s in getattr(bound.field.widget, "suffixes", ())),
                ]
                active.append(ActiveFilter(str(bound.label), text, self.url(without=names)))
        return active

    @property
    def is_filtered(self) -> bool:
        return bool(self.active_filters) or self.has_errors

    @property
    def is_export_capped(self) -> bool:
        return self.total > self.spec.export_rows

    # Excel

    def export_xlsx(self, *, at: dt.datetime) -> bytes:
        """The whole filtered list, in order, up to `export_rows`; the second sheet says what was asked."""
        return list_export.workbook_of(self, at=at)

    def export_response(self, *, at: dt.datetime) -> HttpResponse:
        """The file as a download; 400 with a sentence when a filter's value cannot be read."""
        return list_export.response_of(self, at=at)


def _any_of(model: type[Model], wanted: Iterable[tuple[str, str]]) -> Q:
    """Any of the lookups. What stands in a referenced table is looked up there once, not joined to every row.

    Rows that a reference leads to are no answer by themselves, so the base manager will do.
    """
    condition = Q(pk__in=[])
    referenced: dict[str, list[tuple[str, str]]] = {}
    for lookup, value in wanted:
        name, _, rest = lookup.partition("__")
        if isinstance(model._meta.get_field(name), ForeignKey):
            referenced.setdefault(name, []).append((rest, value))
        else:
            condition |= Q((lookup, value))
    for name, inner in referenced.items():
        target = model._meta.get_field(name).related_model
        if not isinstance(target, type) or not issubclass(target, Model):
            raise TypeError(f"{name} does not lead to a model")
        condition |= Q((f"{name}__in", target._base_manager.filter(_any_of(target, inner))))
    return condition


def _order_by(path: str, is_descending: bool, nulls_last: bool | None) -> OrderBy:
    expression = F(path)
    return expression.desc(nulls_last=nulls_last) if is_descending else expression.asc(nulls_last=nulls_last)
