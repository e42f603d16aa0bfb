"""The shape of a return's workbook: sheets, heads, and the signature that says whose month it is."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.month import ReportingMonth
from projects.models import MonthlyReturn
from projects.rules.returns import HEADER_FIELDS, RETURN_FIELDS, ReturnField
from reports.ledger.problems import UnreadableWorkbook

LINES_TITLE = "工程明细"
HEAD_TITLE = "月报表头"
BEFORE_TITLE = "上月数据"
NOTES_TITLE = "填写说明"
SIGNATURE_TITLE = "签名"
CODE_HEADING, NAME_HEADING = "工程编号", "工程名称"
HEAD_ITEM, HEAD_VALUE = "项目", "本月"
SHOWN_BEFORE = ("status", "progress_percent", "invested_wan_yuan")
"""Fields whose value of last month stands in a light column beside them; the others are on the sheet of last month."""
HEADER_ROW = 3
FIRST_ROW = HEADER_ROW + 1
MOST_LINES = 10_000
_MARK = "anlan-return"
_LAYOUT = 1
_GET_IT = "请在月报页面重新下载模板"


@dataclass(frozen=True)
class Place:
    """One column of the sheet of projects: a field, or what stands beside it and is never read."""

    heading: str
    field: ReturnField | None = None
    shows_before: ReturnField | None = None


def places() -> list[Place]:
    """The columns in their order."""
    found = [Place(CODE_HEADING), Place(NAME_HEADING)]
    for field in RETURN_FIELDS:
        found.append(Place(field.title, field=field))
        if field.name in SHOWN_BEFORE:
            found.append(Place(f"上月{field.title}", shows_before=field))
    return found


LINE_BY_HEADING = {field.title: field for field in RETURN_FIELDS}
HEAD_BY_HEADING = {field.title: field for field in HEADER_FIELDS}
KNOWN_HEADINGS = frozenset(place.heading for place in places())


def signature_rows(return_: MonthlyReturn, version: int) -> list[tuple[str, str]]:
    """What the hidden sheet holds: enough to name a wrong file, nothing that grants anything."""
    month = ReportingMonth.from_first_day(return_.month)
    return [
        (_MARK, str(_LAYOUT)),
        ("county", return_.jurisdiction.code),
        ("county_name", return_.jurisdiction.name),
        ("month", str(month)),
        ("month_label", month.label),
        ("return", str(return_.pk)),
        ("version", str(version)),
    ]


def check_signature(rows: Sequence[Sequence[Any]], return_: MonthlyReturn, version: int) -> None:
    """Raises UnreadableWorkbook unless the workbook is the template of this very return and version."""
    said = {str(row[0]): str(row[1]) for row in rows if len(row) > 1}
    wanted = dict(signature_rows(return_, version))
    if _MARK not in said:
        raise UnreadableWorkbook(f"这不是月报模板（没有找到模板标记），{_GET_IT}，把数据粘贴进去。")
    if said[_MARK] != wanted[_MARK]:
        raise UnreadableWorkbook(f"这是旧版式的月报模板，栏目已有变化，{_GET_IT}，把数据粘贴进去。")
    if (said.get("county"), said.get("month")) != (wanted["county"], wanted["month"]):
        theirs = f"{_short(said.get('county_name'))}{_short(said.get('month_label'))}"
        here = f"{wanted['county_name']}{wanted['month_label']}"
        raise UnreadableWorkbook(
            f"这份文件是{theirs or '另一份'}月报，这里是{here}月报，请上传{here}的文件。"
        )
    if said.get("return") != wanted["return"]:
        raise UnreadableWorkbook(f"这份模板不是由本月报下载的，{_GET_IT}，把数据粘贴进去。")
    if said.get("version") != wanted["version"]:
        number = _short(said.get("version"))
        raise UnreadableWorkbook(
            f"这份模板是月报第{number}版时下载的，现在填报的是第{version}版，{_GET_IT}，把数据粘贴进去。"
        )


def _short(text: str | None) -> str:
    return "".join(character for character in text or "" if character.isprintable())[:20]


Matrix = list[list[Any]]
"""The cells of a sheet from A1 on, as the reader gives them: str, int, float, bool, date, datetime; "" for blank."""
Address = tuple[int, int]
"""Row and column, from 1."""


@dataclass(frozen=True)
class ReturnBook:
    """A workbook as read. `odd` are cells that must not be taken as they stand: address → what is wrong."""

    signature: Matrix
    lines: Matrix
    head: Matrix
    odd_lines: dict[Address, str]
    odd_head: dict[Address, str]


LineKey = uuid.UUID | None
"""A project, or None for the head of the return."""
