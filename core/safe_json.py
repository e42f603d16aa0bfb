"""JSON that came from outside, read so that nothing in it can hurt what comes after.

PostgreSQL takes no U+0000 and no lone surrogate, Python's reader climbs as deep as the sender likes, and of a key that
is written twice the last one would silently win: all of these are refused with a sentence, never met as a 500.
"""

from __future__ import annotations

import json
import re
from typing import Any

from core.errors import DomainError

MAX_DEPTH = 32
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKETS = re.compile(rb"[\[\]{}]")
_UNSAFE = re.compile(r"[\x00\ud800-\udfff]")
_OPENING = b"[{"


class BadJson(DomainError):
    """Not JSON, or JSON that nobody may send."""


def parse(raw: bytes, *, max_depth: int = MAX_DEPTH) -> Any:
    """The value of a UTF-8 JSON text.

    Raises BadJson: not UTF-8, not JSON, nested deeper than `max_depth`, a key twice in one object, NaN or Infinity, a
    number too long to be one, U+0000 or half a surrogate pair in a key or a text.
    """
    if _depth(raw) > max_depth:
        raise BadJson(f"JSON 嵌套超过 {max_depth} 层，无法接收。")
    try:
        value = json.loads(raw.decode(), object_pairs_hook=_object, parse_constant=_constant)
    except UnicodeDecodeError as error:
        raise BadJson("JSON 不是 UTF-8 编码，无法读取。") from error
    except (ValueError, RecursionError) as error:
        raise BadJson("内容不是完整的 JSON，无法读取。") from error
    _check(value)
    return value


def _depth(raw: bytes) -> int:
    """How deep brackets nest, texts left out; only counts, so a hostile text costs one pass."""
    depth = deepest = 0
    for bracket in _BRACKETS.findall(_STRINGS.sub(b"", raw)):
        if bracket in _OPENING:
            depth += 1
            deepest = max(deepest, depth)
        else:
            depth -= 1
    return deepest


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadJson("JSON 的同一个对象中有重复的键，无法判断以哪个为准。")
    if any(_UNSAFE.search(key) for key in found):
        raise BadJson("JSON 的键中有不能保存的字符（U+0000 或不完整的字符）。")
    return found


def _constant(name: str) -> Any:
    raise BadJson(f"JSON 中的 {name} 不是数，无法接收。")


def _check(value: Any) -> None:
    """Depth is bounded above, so this recursion is too."""
    if isinstance(value, str):
        if _UNSAFE.search(value):
            raise BadJson("JSON 的文字中有不能保存的字符（U+0000 或不完整的字符）。")
    elif isinstance(value, list):
        for part in value:
            _check(part)
    elif isinstance(value, dict):
        for part in value.values():
            _check(part)
