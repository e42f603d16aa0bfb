"""Look-ups whose SQL is made once: a small look-up costs Django far more to write than to run.

The query set stays what says which rows are meant; what differs each time stands in it as a `Slot`. Only for the few
look-ups that come with every request or every saved field (docs/adr/0020-statements-that-are-kept.md).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock
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


_Converters = Sequence[tuple[int, Sequence[Callable[..., Any]], Any]]


@dataclass(frozen=True)
class _Statement:
    """What compiling gave: the text, its values and marks, and what Django does to the columns that come back."""

    sql: str
    values: Sequence[Any]
    converters: _Converters

    def fetched(self, given: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
        """The rows, with every mark filled. A mark without a value is a KeyError."""
        values = [given[value.name] if isinstance(value, Slot) else value for value in self.values]
        connection = connections["default"]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, values)
            found = cursor.fetchall()
        return self._converted(found, connection) if self.converters else found

    def _converted(self, found: Iterable[Sequence[Any]], connection: Any) -> Iterable[Sequence[Any]]:
        for fetched in found:
            row = list(fetched)
            for position, steps, what in self.converters:
                for step in steps:
                    row[position] = step(row[position], what, connection)
            yield row


@dataclass(frozen=True)
class _Plan(Generic[M]):
    """A statement and how its rows become objects."""

    statement: _Statement
    model: type[M]
    names: Sequence[str]
    start: int
    end: int
    populators: Sequence[Any]


class KeptQuery(Generic[M]):
    """`rows(name=value, …)` runs the query set that `build` makes, its slots filled. Annotations are left out."""

    def __init__(self, build: Callable[[], QuerySet[M]]) -> None:
        self._build = build
        self._plans: list[_Plan[M] | None] = []

    def rows(self, **given: Any) -> list[M]:
        """The objects, in the order of the query set. A slot without a value is a KeyError."""
        if not self._plans:
            self._plans = [_plan(self._build())]
        plan = self._plans[0]
        return [] if plan is None else list(_objects(plan, given))


class KeptTuples:
    """`rows(name=value, …)` of a query set that ends in `values_list`: its columns as they stand there."""

    def __init__(self, build: Callable[[], QuerySet[Any, Any]]) -> None:
        self._build = build
        self._statements: list[_Statement | None] = []

    def rows(self, **given: Any) -> list[Sequence[Any]]:
        """The rows, in the order of the query set. A slot without a value is a KeyError."""
        if not self._statements:
            compiled = _compiled(self._build())
            self._statements = [None if compiled is None else compiled[0]]
        statement = self._statements[0]
        return [] if statement is None else list(statement.fetched(given))


class Shelf:
    """Statements with all their values, by everything that decides them; for sums of many query sets.

    key: what `build` reads, the scope and the day among it; two builds with one key must give the same statement. Of
    more than `most` the one goes that was not asked for longest.
    """

    def __init__(self, most: int = 256) -> None:
        self._most = most
        self._held: OrderedDict[Hashable, _Statement | None] = OrderedDict()
        self._lock = Lock()

    def rows(self, key: Hashable, build: Callable[[], QuerySet[Any, Any]]) -> list[Sequence[Any]]:
        """The columns of a query set that ends in `values_list`."""
        statement = self._statement(key, build)
        return [] if statement is None else list(statement.fetched({}))

    def count(self, key: Hashable, build: Callable[[], QuerySet[Any, Any]]) -> int:
        """How many rows the query set has."""
        statement = self._statement(key, build)
        if statement is None:
            return 0
        around = f"SELECT COUNT(*) FROM ({statement.sql}) AS counted"  # noqa: S608 the inner text is Django's
        counting = replace(statement, sql=around, converters=())
        [[number]] = counting.fetched({})
        return int(number)

    def _statement(self, key: Hashable, build: Callable[[], QuerySet[Any, Any]]) -> _Statement | None:
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        compiled = _compiled(build())
        statement = None if compiled is None else compiled[0]
        with self._lock:
            self._held[key] = statement
            if len(self._held) > self._most:
                self._held.popitem(last=False)
        return statement


def _compiled(rows: QuerySet[Any, Any]) -> tuple[_Statement, Any] | None:
    """The statement and the compiler that made it; None: the query set itself says that there can be no rows."""
    compiler = rows.query.get_compiler(using="default")
    try:
        sql, values = compiler.as_sql()
    except EmptyResultSet:
        return None
    converters = compiler.get_converters([one[0] for one in compiler.select])
    columns = [(position, steps, what) for position, (steps, what) in converters.items()]
    return _Statement(sql, values, columns), compiler


def _plan(rows: QuerySet[M]) -> _Plan[M] | None:
    compiled = _compiled(rows)
    if compiled is None:
        return None
    statement, compiler = compiled
    info = compiler.klass_info
    fields = info["select_fields"]
    start, end = fields[0], fields[-1] + 1
    return _Plan(
        statement=statement,
        model=info["model"],
        names=[one[0].target.attname for one in compiler.select[start:end]],
        start=start,
        end=end,
        populators=get_related_populators(info, compiler.select, "default"),  # type: ignore[call-arg]
    )


def _objects(plan: _Plan[M], given: Mapping[str, Any]) -> Iterable[M]:
    for row in plan.statement.fetched(given):
        made = plan.model.from_db("default", plan.names, row[plan.start : plan.end])
        for populator in plan.populators:
            populator.populate(row, made)
        yield made
