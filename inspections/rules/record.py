"""The record of an inspection as a flat map from path to value (docs/field-protocol.md).

A path names one leaf: `answers/<item code>/answer`, `findings/<uuid>/text`, `header/weather`. Every change is of one
leaf, so two tablets that write different things never meet. `null` clears a leaf; nothing is ever deleted: a row of a
list carries `removed: true`. Numbers are decimal strings, moments ISO 8601 with an offset, days YYYY-MM-DD.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

MAX_PATH = 160
MAX_NUMBERS = 200
MAX_STROKES = 200
MAX_POINTS = 4000
MAX_SHAPES = 50
CANVAS = 1000
"""Signatures are drawn on a square of this many units a side."""
YEARS = range(2000, 2101)
"""Of moments and days. A clock that is set wrong writes year 1, which no other time zone can show."""
_YEARS_ASKED = f"的年份应在 {YEARS[0]} 至 {YEARS[-1]} 之间"

_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,19}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,8})?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

Check = Callable[[object], str]
"""Takes a value that is not null; returns what is wrong with it, or nothing."""


class BadPath(ValueError):
    """Not a path of a record. `str()` is one Chinese sentence."""


class BadValue(ValueError):
    """Not a value for this path. `str()` is one Chinese sentence."""


@dataclass(frozen=True, slots=True)
class Path:
    """A parsed path. `key` is the item code or the row's identifier; empty for a group that exists once."""

    group: str
    key: str
    leaf: str

    def __str__(self) -> str:
        return "/".join(part for part in (self.group, self.key, self.leaf) if part)


def _text(limit: int) -> Check:
    def check(value: object) -> str:
        if not isinstance(value, str):
            return "应为文字"
        if len(value) > limit:
            return f"不能超过 {limit} 个字，现有 {len(value)} 个"
        return "含有不可见的控制字符" if _CONTROL.search(value) else ""

    return check


def _choice(*allowed: str) -> Check:
    def check(value: object) -> str:
        return "" if isinstance(value, str) and value in allowed else f"应为 {'、'.join(allowed)} 之一"

    return check


def _number(value: object) -> str:
    ok = isinstance(value, str) and (value == "" or _NUMBER.fullmatch(value) is not None)
    return "" if ok else '应为写成文字的十进制数，如 "25.4"'


def _numbers(value: object) -> str:
    if not isinstance(value, list) or len(value) > MAX_NUMBERS:
        return f"应为不超过 {MAX_NUMBERS} 个数的列表"
    return "" if all(item != "" and not _number(item) for item in value) else "每个数应写成十进制文字"


def _moment(value: object) -> str:
    if not isinstance(value, str):
        return "应为时间"
    try:
        moment = dt.datetime.fromisoformat(value)
    except ValueError:
        return "应为带时区的时间，如 2023-09-05T09:30:00+08:00"
    if moment.tzinfo is None:
        return "时间没有写明时区"
    return "" if moment.year in YEARS else _YEARS_ASKED


def _day(value: object) -> str:
    if value == "":
        return ""
    try:
        day = dt.date.fromisoformat(value if isinstance(value, str) and len(value) == 10 else "-")
    except ValueError:
        return "应为日期，如 2023-09-20"
    return "" if day.year in YEARS else _YEARS_ASKED


def _uuid(value: object) -> str:
    ok = isinstance(value, str) and (value == "" or _UUID.fullmatch(value) is not None)
    return "" if ok else "应为标识（小写 UUID）"


def _code(value: object) -> str:
    return "" if isinstance(value, str) and (value == "" or _CODE.fullmatch(value)) else "应为编码"


def _flag(value: object) -> str:
    return "" if isinstance(value, bool) else "应为 true 或 false"


def _position(value: object) -> str:
    if not isinstance(value, dict) or not {"lat", "lon"} <= value.keys() <= {"lat", "lon", "accuracy"}:
        return "应有 lat、lon（度）和 accuracy（米）"
    limits = {"lat": 90, "lon": 180, "accuracy": 10_000_000}
    for name, item in value.items():
        if item == "" or _number(item) or abs(Decimal(item)) > limits[name]:
            return f"{name} 不是允许范围内的数"
    return ""


def _is_coordinate(value: object, top: int) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= top


def _strokes(value: object) -> str:
    if not isinstance(value, list) or len(value) > MAX_STROKES:
        return f"应为不超过 {MAX_STROKES} 笔的列表"
    points = [point for stroke in value if isinstance(stroke, list) for point in stroke]
    if not all(isinstance(stroke, list) and stroke for stroke in value) or len(points) > MAX_POINTS:
        return f"每一笔应为点的列表，合计不超过 {MAX_POINTS} 个点"
    ok = all(
        isinstance(point, list) and len(point) == 2 and all(_is_coordinate(part, CANVAS) for part in point)
        for point in points
    )
    return "" if ok else f"点应为 [x, y]，坐标在 0 到 {CANVAS} 之间"


_SHAPES = frozenset({"arrow", "box", "text"})
_COLOURS = frozenset({"red", "yellow", "blue", "white", "black"})


def _shape_fault(shape: object) -> bool:
    if not isinstance(shape, dict) or not shape.keys() <= {"kind", "points", "text", "colour"}:
        return True
    points = shape.get("points")
    return (
        shape.get("kind") not in _SHAPES
        or shape.get("colour", "red") not in _COLOURS
        or bool(_text(60)(shape.get("text", "")))
        or not isinstance(points, list)
        or len(points) not in {2, 4}
        or not all(_is_coordinate(part, 1) for part in points)
    )


def _annotation(value: object) -> str:
    if not isinstance(value, list) or len(value) > MAX_SHAPES:
        return f"应为不超过 {MAX_SHAPES} 个标注的列表"
    return "标注应为箭头、方框或文字，坐标在 0 到 1 之间" if any(map(_shape_fault, value)) else ""


_ANSWERS = _choice("OK", "PROBLEM", "NA")
_VERDICT = _choice("", "OK", "PROBLEM")
_SEVERITY = _choice("", "GENERAL", "SERIOUS", "GRAVE")
_KIND = _choice("", "MANAGEMENT_VIOLATION", "PHYSICAL_DEFECT", "SAFETY_VIOLATION")
_REMOVED: Final = {"removed": _flag}

BY_CODE: Final[dict[str, dict[str, Check]]] = {
    "answers": {"answer": _ANSWERS, "reason": _text(200), "note": _text(300)}
}
"""Groups whose key is the code of a checklist item."""

LISTS: Final[dict[str, dict[str, Check]]] = {
    "measurements": {
        "item": _text(100),
        "part": _text(200),
        "design": _number,
        "values": _numbers,
        "unit": _text(20),
        "tool": _text(60),
        "tolerance": _number,
        "conclusion": _VERDICT,
        "checklist_code": _code,
        **_REMOVED,
    },
    "parallel": {
        "item": _text(100),
        "own": _numbers,
        "supervised": _numbers,
        "unit": _text(20),
        "allowed_percent": _number,
        "conclusion": _VERDICT,
        **_REMOVED,
    },
    "people": {
        "name": _text(60),
        "unit_id": _uuid,
        "unit": _text(120),
        "post": _text(60),
        "phone": _text(30),
        **_REMOVED,
    },
    "documents": {"name": _text(200), "note": _text(300), **_REMOVED},
    "orders": {"text": _text(500), "unit_id": _uuid, "term": _day, **_REMOVED},
    "signatures": {
        "name": _text(60),
        "side": _choice("OFFICER", "UNIT"),
        "strokes": _strokes,
        "signed_at": _moment,
        "unit_id": _uuid,
        **_REMOVED,
    },
    "findings": {
        "catalogue_code": _code,
        "kind": _KIND,
        "severity": _SEVERITY,
        "severity_reason": _text(300),
        "text": _text(500),
        "part": _text(200),
        "basis": _text(300),
        "unit_id": _uuid,
        "organization_id": _uuid,
        "same_fact": _uuid,
        "position": _position,
        "checklist_code": _code,
        **_REMOVED,
    },
    "photos": {"annotation": _annotation, "finding": _uuid, "title": _text(200), **_REMOVED},
}
"""Groups of rows; the key of a row is a UUID made where it was written."""

ONCE: Final[dict[str, dict[str, Check]]] = {
    "header": {
        "entered_at": _moment,
        "left_at": _moment,
        "weather": _text(60),
        "progress": _text(300),
        "position": _position,
    },
    "opinion": {"text": _text(300)},
    "refusal": {"reason": _text(300), "witness": _text(60)},
    "conclude": {"at": _moment, "by": _text(60)},
}
"""Groups that a record has once."""

ASSISTANT_GROUPS: Final = frozenset({"photos", "measurements", "parallel", "people", "documents", "header"})
"""What a third party may write (国办发〔2024〕54号: it helps; judging, ordering and signing stay with officers)."""


def parse_path(path: str) -> Path:
    """The parts of a path.

    Raises BadPath: it is none of the paths above.
    """
    parts = path.split("/") if len(path) <= MAX_PATH else []
    if len(parts) == 2 and parts[1] in ONCE.get(parts[0], {}):
        return Path(parts[0], "", parts[1])
    if len(parts) == 3 and parts[2] in BY_CODE.get(parts[0], {}) and _CODE.fullmatch(parts[1]):
        return Path(*parts)
    if len(parts) == 3 and parts[2] in LISTS.get(parts[0], {}) and _UUID.fullmatch(parts[1]):
        return Path(*parts)
    raise BadPath(f"检查记录没有“{path[:MAX_PATH]}”这一项。")


def check_value(path: str, value: object) -> None:
    """Whether `value` may stand at `path`; null always may.

    Raises BadPath, BadValue.
    """
    parsed = parse_path(path)
    group = ONCE.get(parsed.group) or BY_CODE.get(parsed.group) or LISTS[parsed.group]
    if value is None:
        return
    fault = group[parsed.leaf](value)
    if fault:
        raise BadValue(f"“{path}”{fault}。")


# What the leaves add up to


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list or one answer: its key and its leaves that are set. `removed` rows are left out of a record."""

    key: str
    leaves: Mapping[str, Any]

    def text(self, leaf: str) -> str:
        """A text leaf without its outer blanks; "" when nothing is written."""
        value = self.leaves.get(leaf)
        return value.strip() if isinstance(value, str) else ""

    def identifier(self, leaf: str) -> uuid.UUID | None:
        """A leaf that names another row."""
        value = self.leaves.get(leaf)
        return uuid.UUID(value) if value else None

    def number(self, leaf: str) -> Decimal | None:
        """A number; None when nothing is written."""
        value = self.leaves.get(leaf)
        try:
            return Decimal(value) if value else None
        except InvalidOperation:
            return None

    def numbers(self, leaf: str) -> tuple[Decimal, ...]:
        """A series of numbers."""
        return tuple(Decimal(value) for value in self.leaves.get(leaf) or ())

    def moment(self, leaf: str) -> dt.datetime | None:
        """An instant."""
        value = self.leaves.get(leaf)
        return dt.datetime.fromisoformat(value) if value else None

    def day(self, leaf: str) -> dt.date | None:
        """A date."""
        value = self.leaves.get(leaf)
        return dt.date.fromisoformat(value) if value else None


@dataclass(frozen=True, slots=True)
class Record:
    """A record read as rows, in the order of their keys (keys of rows are made in order of time)."""

    header: Row
    opinion: Row
    refusal: Row
    conclude: Row
    answers: Mapping[str, Row]
    measurements: tuple[Row, ...]
    parallel: tuple[Row, ...]
    people: tuple[Row, ...]
    documents: tuple[Row, ...]
    orders: tuple[Row, ...]
    signatures: tuple[Row, ...]
    findings: tuple[Row, ...]
    photos: tuple[Row, ...]

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Record:
        """Read the values in force. Paths of another schema are left aside: they stay in the log."""
        rows: dict[str, dict[str, dict[str, Any]]] = {}
        for path, value in values.items():
            try:
                parsed = parse_path(path)
            except BadPath:
                continue
            if value is not None:
                rows.setdefault(parsed.group, {}).setdefault(parsed.key, {})[parsed.leaf] = value
        once = {name: Row("", rows.get(name, {}).get("", {})) for name in ONCE}
        lists = {name: _kept(rows.get(name, {})) for name in LISTS}
        answers = {key: Row(key, leaves) for key, leaves in sorted(rows.get("answers", {}).items())}
        return cls(**once, answers=answers, **lists)  # type: ignore[arg-type] # one table names the groups

    @property
    def is_refused(self) -> bool:
        """The inspected side would not sign."""
        return bool(self.refusal.text("reason") or self.refusal.text("witness"))

    def signed_by(self, side: str) -> tuple[Row, ...]:
        """Signatures with strokes of one side."""
        return tuple(row for row in self.signatures if row.text("side") == side and row.leaves.get("strokes"))


def _kept(rows: Mapping[str, Mapping[str, Any]]) -> tuple[Row, ...]:
    return tuple(Row(key, rows[key]) for key in sorted(rows) if not rows[key].get("removed"))
