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
        empty=Empty("还没有工程", "登记后列在这里。"),
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
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.http import HttpResponse, QueryDict
from django_filters import FilterSet

from core import list_export
from core.columns import Column, Header, Kind
from core.components import Empty
from core.filter_words import filter_text
from core.list_rows import ListRows

M = TypeVar("M", bound=Model)

__all__ = ["Column", "Kind", "ListSpec", "Listing"]

PAGE_SIZES = (20, 50, 100)
EXPORT_ROWS = 20_000


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


class Listing(ListRows[M]):
    """A list as one request sees it: its rows, and the addresses that lead on from it."""

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
