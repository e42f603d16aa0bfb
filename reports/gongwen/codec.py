"""Frozen dataclasses ↔ canonical JSON, so that content can be stored and printed again years later.

A dataclass becomes an object; a member of a union of dataclasses carries its class name under ``type``.
Decimals, dates, months and enums become strings and come back as what the annotation says. Unknown,
missing and mistyped fields raise ``UnreadableContent``: silently dropping one would change a document.
"""

import dataclasses
import datetime as dt
import json
import types
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from core import canonical
from core.errors import DomainError
from core.month import ReportingMonth

T = TypeVar("T")

_FROM_TEXT: dict[Any, Callable[[str], Any]] = {
    Decimal: Decimal,
    dt.date: dt.date.fromisoformat,
    dt.datetime: dt.datetime.fromisoformat,
    ReportingMonth: ReportingMonth.parse,
}


class UnreadableContent(DomainError):
    """Stored JSON does not describe the document that was asked for."""


def to_json(value: object) -> str:
    """Canonical JSON: the same value always gives the same text."""
    return canonical.dumps(_plain(value)).decode("utf-8")


def from_json(kind: type[T], text: str | bytes) -> T:
    """The inverse of ``to_json``."""
    try:
        raw = json.loads(text)
    except ValueError as error:
        raise UnreadableContent("文件内容不是有效的JSON，无法读取。") from error
    return cast(T, _read(kind, raw, kind.__name__))


def _plain(value: object, *, tagged: bool = False) -> Any:
    """Dataclasses as objects, tagged where the annotation is a union; ``canonical`` does the scalars."""
    if isinstance(value, tuple):
        return [_plain(item, tagged=tagged) for item in value]
    if isinstance(value, type) or not dataclasses.is_dataclass(value) or isinstance(value, ReportingMonth):
        return value
    hints = _hints(cast(type, type(value)))
    plain = {
        field.name: _plain(getattr(value, field.name), tagged=_is_tagged(hints[field.name]))
        for field in dataclasses.fields(value)
    }
    return {"type": type(value).__name__, **plain} if tagged else plain


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _members(hint: Any) -> tuple[Any, ...]:
    """The alternatives of a union, or the hint alone."""
    return get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)


def _is_tagged(hint: Any) -> bool:
    """Whether values of this hint need their class name: two or more dataclasses are possible."""
    if get_origin(hint) is tuple:
        hint = get_args(hint)[0]
    return sum(dataclasses.is_dataclass(member) for member in _members(hint)) > 1


def _read(hint: Any, raw: Any, where: str) -> Any:
    members = _members(hint)
    if len(members) > 1:
        return _read_union(members, raw, where)
    if get_origin(hint) is tuple:
        items = _expect(list, raw, where)
        return tuple(_read(get_args(hint)[0], item, f"{where}[{index}]") for index, item in enumerate(items))
    if get_origin(hint) is dict:
        return {str(key): _expect(str, item, where) for key, item in _expect(dict, raw, where).items()}
    if hint in _FROM_TEXT or (isinstance(hint, type) and issubclass(hint, Enum)):
        try:
            return _FROM_TEXT.get(hint, hint)(_expect(str, raw, where))
        except (ValueError, InvalidOperation, DomainError) as error:
            raise UnreadableContent(f"文件内容中“{where}”的值无法识别。") from error
    if dataclasses.is_dataclass(hint):
        return _read_dataclass(cast(type, hint), raw, where)
    return _expect(hint, raw, where)


def _read_union(members: tuple[Any, ...], raw: Any, where: str) -> Any:
    if raw is None and type(None) in members:
        return None
    kinds = {member.__name__: member for member in members if member is not type(None)}
    if len(kinds) == 1:
        return _read(next(iter(kinds.values())), raw, where)
    tag = _expect(dict, raw, where).get("type")
    if tag not in kinds:
        raise UnreadableContent(f"文件内容中“{where}”的类型无法识别。")
    return _read(kinds[tag], {key: item for key, item in raw.items() if key != "type"}, where)


def _read_dataclass(kind: type, raw: Any, where: str) -> Any:
    given = _expect(dict, raw, where)
    fields = {field.name for field in dataclasses.fields(kind)}
    if given.keys() != fields:
        odd = "、".join(sorted(given.keys() ^ fields))
        raise UnreadableContent(f"文件内容中“{where}”缺少或多出字段：{odd}。")
    hints = _hints(kind)
    return kind(**{name: _read(hints[name], given[name], f"{where}.{name}") for name in sorted(fields)})


def _expect(kind: type, raw: Any, where: str) -> Any:
    if not isinstance(raw, kind) or (kind is int and isinstance(raw, bool)):
        raise UnreadableContent(f"文件内容中“{where}”的类型不对。")
    return raw
