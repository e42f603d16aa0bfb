"""The rows of a list as one request asks for them: words, filters, order, page, columns. `core.listing` adds addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db.models import F, ForeignKey, Model, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.forms import BaseForm
from django.http import QueryDict

from core.bulk import BulkBar
from core.columns import Cell, Column
from core.forms import give_sentences
from core.text import without_controls

if TYPE_CHECKING:
    from core.listing import ListSpec

M = TypeVar("M", bound=Model)

MAX_TERMS = 6
MAX_QUERY = 100

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


class ListRows(Generic[M]):
    """What one request asks of a list and what is found. Everything is computed on first use."""

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

    @cached_property
    def form(self) -> BaseForm | None:
        """The filter set's form, bound to the query string."""
        if self.filterset is None:
            return None
        form: BaseForm = self.filterset.form
        for field in form.fields.values():
            give_sentences(field)
        return form

    @cached_property
    def has_errors(self) -> bool:
        """A filter's value cannot be read. The list is then empty: rows that ignore it would mislead."""
        return self.form is not None and not self.form.is_valid()

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
