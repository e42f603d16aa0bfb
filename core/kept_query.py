"""Look-ups whose SQL is made once: a small look-up costs Django far more to write than to run.

The query set stays what says which rows are meant; what differs each time stands in it as a `Slot`. Only for the few
look-ups that every request of a tablet makes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections, models
from django.db.models import Field, QuerySet
from django.db.models.expressions import Expression
from django.db.models.lookups import Lookup
from django.db.models.query import get_related_populators

if TYPE_CHECKING:
    _Lookup = Lookup[Any]
else:
    _Lookup = Lookup

M = TypeVar("M", bound=models.Model)


class Slot(Expression):
    """A value that is given when the query runs, as the database takes it: UUID, text, moment or a list of such."""

    def __init__(self, name: str, output_field: Field[Any, Any]) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """The mark itself stands among the values until one is given."""
        return "%s", [self]


class AnyOf(_Lookup):
    """`column = ANY(list)`: one statement whatever the length of the list, where IN has one for each length."""

    lookup_name = "any_of"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """A condition for `filter`."""
        left, values = self.process_lhs(compiler, connection)
        right, more = self.process_rhs(compiler, connection)
        return f"{left} = ANY({right})", [*values, *more]


@dataclass(frozen=True)
class _Plan(Generic[M]):
    """What compiling gave: the statement, its values and marks, and how a row becomes an object."""

    sql: str
    values: Sequence[Any]
    model: type[M]
    names: Sequence[str]
    start: int
    end: int
    converters: Sequence[tuple[int, Sequence[Callable[..., Any]], Any]]
    populators: Sequence[Any]


class KeptQuery(Generic[M]):
    """`rows(name=value, …)` runs the query set that `build` makes, its slots filled. Annotations are left out."""

    def __init__(self, build: Callable[[], QuerySet[M]]) -> None:
        self._build = build
        self._plans: list[_Plan[M] | None] = []

    def rows(self, **given: Any) -> list[M]:
        """The objects, in the order of the query set. A slot without a value is a KeyError."""
        if not self._plans:
            self._plans = [_compile(self._build())]
        plan = self._plans[0]
        if plan is None:
            return []
        values = [given[value.name] if isinstance(value, Slot) else value for value in plan.values]
        connection = connections["default"]
        with connection.cursor() as cursor:
            cursor.execute(plan.sql, values)
            found = cursor.fetchall()
        return list(_objects(plan, found, connection))


def _compile(rows: QuerySet[M]) -> _Plan[M] | None:
    """None: the query set itself says that there can be no rows."""
    compiler = rows.query.get_compiler(using="default")
    try:
        sql, values = compiler.as_sql()
    except EmptyResultSet:
        return None
    info = compiler.klass_info
    fields = info["select_fields"]
    start, end = fields[0], fields[-1] + 1
    converters = compiler.get_converters([one[0] for one in compiler.select])
    return _Plan(
        sql=sql,
        values=values,
        model=info["model"],
        names=[one[0].target.attname for one in compiler.select[start:end]],
        start=start,
        end=end,
        converters=[(position, steps, what) for position, (steps, what) in converters.items()],
        populators=get_related_populators(info, compiler.select, "default"),  # type: ignore[call-arg]
    )


def _objects(plan: _Plan[M], found: Iterable[Sequence[Any]], connection: Any) -> Iterable[M]:
    for row in found:
        if plan.converters:
            row = list(row)
            for position, steps, what in plan.converters:
                for step in steps:
                    row[position] = step(row[position], what, connection)
        made = plan.model.from_db("default", plan.names, row[plan.start : plan.end])
        for populator in plan.populators:
            populator.populate(row, made)
        yield made
