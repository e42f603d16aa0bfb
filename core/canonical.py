"""Canonical JSON: one value, one byte string, one hash.

Snapshots of months and documents are compared by these bytes, so equal values must give equal bytes
on every machine and for ever. Change nothing here without a new snapshot version.
"""

import dataclasses
import datetime as dt
import enum
import hashlib
import json
import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from core.month import ReportingMonth


class NotCanonical(TypeError):
    """The value has no canonical form: a float, a naive datetime, NaN, or an unknown type."""


def dumps(value: object) -> bytes:
    """Canonical JSON of `value`, UTF-8: keys sorted by code point, no spaces, no escapes beyond JSON's own.

    Decimal → "1.5" (no exponent, no trailing zeros), Fraction → "n/d", date → "2023-09-30", aware
    datetime → its UTC instant "2023-09-30T16:00:00Z", UUID and ReportingMonth → their text, enum → its
    value, dataclass → object of its fields, set → array in canonical order.
    """
    plain = _plain(value)
    return json.dumps(
        plain, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    ).encode()


def sha256(value: object) -> str:
    """Lower-case hex SHA-256 of `dumps(value)`."""
    return hashlib.sha256(dumps(value)).hexdigest()


def file_sha256(data: bytes) -> str:
    """Lower-case hex SHA-256 of a file's bytes."""
    return hashlib.sha256(data).hexdigest()


def _decimal(value: Decimal) -> str:
    if not value.is_finite():
        raise NotCanonical(f"{value} is not a finite number")
    # not Decimal.normalize(): that rounds to the precision of the current context
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def _instant(value: dt.datetime) -> str:
    if value.tzinfo is None:
        raise NotCanonical("a naive datetime names no instant")
    return value.astimezone(dt.UTC).replace(tzinfo=None).isoformat() + "Z"


def _fraction(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"


# datetime before date: it is a subclass
_SCALARS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (Decimal, _decimal),
    (Fraction, _fraction),
    (dt.datetime, _instant),
    (dt.date, dt.date.isoformat),
    (uuid.UUID, str),
    (ReportingMonth, str),
)


def _scalar_text(value: object) -> str | None:
    for kind, text in _SCALARS:
        if isinstance(value, kind):
            return text(value)
    return None


def _plain(value: object) -> object:
    if isinstance(value, enum.Enum):
        return _plain(value.value)
    if value is None or isinstance(value, bool | int | str):
        return value
    text = _scalar_text(value)
    if text is not None:
        return text
    if isinstance(value, Mapping):
        return _object(value)
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, set | frozenset):
        return sorted((_plain(part) for part in value), key=dumps)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    raise NotCanonical(f"{type(value).__name__} has no canonical form")


def _object(value: Mapping[Any, object]) -> dict[str, object]:
    plain: dict[str, object] = {}
    for key, part in value.items():
        name = key.value if isinstance(key, enum.Enum) else key
        name = name if isinstance(name, str) else _scalar_text(name)
        if name is None:
            raise NotCanonical(f"{type(key).__name__} cannot be a key")
        if name in plain:
            raise NotCanonical(f"the key {name!r} occurs twice")
        plain[name] = _plain(part)
    return plain
