"""How a record of the register is written: locked, compared, constrained, noted in the trail before and after."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import psycopg
from django.db import IntegrityError, connection, models, transaction
from django.db.models import ProtectedError, RestrictedError

from audit.services import record
from core.errors import DomainError
from core.month import SHANGHAI
from projects.rules.register import Problem
from projects.services.register.sentences import SENTENCES
from tenancy.models import TenantModel
from tenancy.scope import current_scope

Row = TypeVar("Row", bound=TenantModel)


class RegisterRefused(DomainError):
    """The record cannot be written so; `problems` says at which fields, `str()` says everything in one line."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("".join(problem.sentence for problem in problems))
        self.problems = problems


class ChangedMeanwhile(RegisterRefused):
    """Somebody else has changed the record since the form was opened."""


def refuse(field: str, sentence: str) -> RegisterRefused:
    """One problem at one field ("" for the whole record)."""
    return RegisterRefused(Problem(field, sentence))


def overtaken() -> ChangedMeanwhile:
    """The refusal of a form that was filled from what is no longer so."""
    sentence = "这条记录刚被他人修改过，您看到的已不是最新内容，请重新打开后再改。"
    return ChangedMeanwhile(Problem("", sentence))


def refuse_all(problems: Iterable[Problem]) -> None:
    """Raise when there is anything."""
    found = list(problems)
    if found:
        raise RegisterRefused(*found)


def refuse_future(facts: Mapping[str, Any], at: dt.datetime, **labels: str) -> None:
    """What has happened cannot have happened after today. labels: field → what its date is called."""
    today = at.astimezone(SHANGHAI).date()
    refuse_all(
        Problem(field, f"{label} {facts[field]:%Y-%m-%d} 还没有到，请填写已经发生的日期。")
        for field, label in labels.items()
        if facts.get(field) is not None and facts[field] > today
    )


def plain(value: Any) -> Any:
    """A field's value as the trail keeps it."""
    return str(value) if isinstance(value, models.Model) else value


def fingerprint(row: models.Model, fields: Iterable[str]) -> str:
    """What the form was filled from; a form that comes back with another one was overtaken."""
    columns = {field.name: field.attname for field in row._meta.concrete_fields}
    texts = [f"{name}={getattr(row, columns[name])}" for name in sorted(fields)]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def locked(model: type[Row], pk: uuid.UUID) -> Row:
    """The row, held until the transaction ends; DoesNotExist outside of the scope."""
    rows: models.QuerySet[Any] = model._default_manager.select_for_update(of=("self",))
    row: Row = rows.get(pk=pk)
    return row


@transaction.atomic
def insert(row: Row, *, action: str, by: Any, at: dt.datetime, facts: Mapping[str, Any]) -> Row:
    """Insert a record and note it. Raises RegisterRefused."""
    _save(row)
    after = {name: plain(value) for name, value in facts.items() if value not in (None, "")}
    record(action=action, subject=row, by=by, at=at, after=after)
    return row


@transaction.atomic
def rewrite(
    row: Row, facts: Mapping[str, Any], *, action: str, by: Any, at: dt.datetime, seen: str = ""
) -> bool:
    """Write the facts that differ into a locked row and note them; False when nothing differs.

    seen: the fingerprint of the fields that the form was filled from, "" when nothing was shown.
    Raises RegisterRefused, ChangedMeanwhile.
    """
    if seen and seen != fingerprint(row, facts):
        raise overtaken()
    before = {name: getattr(row, name) for name in facts}
    changed = [name for name, value in facts.items() if before[name] != value]
    if not changed:
        return False
    for name in changed:
        setattr(row, name, facts[name])
    _save(row)
    record(
        action=action,
        subject=row,
        by=by,
        at=at,
        before={name: plain(before[name]) for name in changed},
        after={name: plain(facts[name]) for name in changed},
    )
    return True


def _save(row: models.Model) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=row._state.adding)
    except IntegrityError as error:
        raise _refusal(error) from error


def _refusal(error: IntegrityError) -> RegisterRefused:
    cause = error.__cause__
    name = cause.diag.constraint_name if isinstance(cause, psycopg.Error) else None
    if name not in SENTENCES:
        raise error
    return refuse(*SENTENCES[name])


@transaction.atomic
def erase(row: TenantModel, *, action: str, by: Any, at: dt.datetime, used: str) -> None:
    """Delete a record that nothing hangs on, and note what it was.

    used: the sentence for a record that has history. Raises RegisterRefused.
    """
    before = {
        field.name: plain(getattr(row, field.name))
        for field in row._meta.concrete_fields
        if field.name not in ("id", "city", "jurisdiction") and getattr(row, field.attname) not in (None, "")
    }
    if _has_history(row):
        raise refuse("", used)
    record(action=action, subject=row, by=by, at=at, before=before)
    try:
        row.delete()
    except (ProtectedError, RestrictedError) as error:
        raise refuse("", used) from error


def _has_history(row: TenantModel) -> bool:
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: row}).exists()
        for relation in row._meta.related_objects
    )


def next_number(model: type[TenantModel], prefix: str) -> str:
    """The next number `prefix001` of the city. The prefix names the county, so a county needs to see only its own.

    Waits for whoever takes a number of the same prefix, so that no two are alike.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 5))", [f"{current_scope().city_id}{prefix}"]
        )
    rows: models.QuerySet[Any] = model._default_manager.all()
    taken = rows.filter(number__startswith=prefix).values_list("number", flat=True)
    serials = [
        int(number.removeprefix(prefix)) for number in taken if number.removeprefix(prefix).isdecimal()
    ]
    return f"{prefix}{max(serials, default=0) + 1:03d}"
