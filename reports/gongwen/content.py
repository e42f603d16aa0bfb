"""The content of one official document: what is frozen at sign-off and printed from then on.

The JSON of a ``GongwenContent`` is the record; printing it again gives the same bytes as long as the
fonts and the engine are the same. All text is plain; the builders have already decided every word.
"""

import datetime as dt
import re
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any, Self

from core.errors import DomainError
from reports.gongwen import codec

SCHEMA_VERSION = 1
"""Raised whenever a field is added or changes its meaning; old content is migrated, never reread loosely."""

NUMBER = re.compile(r"[一-龥]+〔[0-9]{4}〕[1-9][0-9]*号")
GRID_HALF_CELLS = 56
"""Width of the type area in half characters; the columns of a table share it out."""
_UNPRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_FORBIDDEN = ("此页无正文", "年0月")


class InvalidContent(DomainError):
    """The content breaks a rule of GB/T 9704 or cannot be printed."""


class Format(StrEnum):
    """文件格式 (§7) or 信函格式 (§10.1)."""

    FILE = "FILE"
    LETTER = "LETTER"


class Seal(StrEnum):
    """What stands over the signature: nothing, room for a stamp on paper, or the sample picture (样章)."""

    NONE = "NONE"
    ROOM = "ROOM"
    SAMPLE = "SAMPLE"


class Align(StrEnum):
    LEFT = "LEFT"
    CENTRE = "CENTRE"
    RIGHT = "RIGHT"


class TableSize(StrEnum):
    """NORMAL: 12 pt, a row is one line of the grid. DENSE: 9 pt, a row is half a line, for wide matrices."""

    NORMAL = "NORMAL"
    DENSE = "DENSE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """``level`` 1 is 一、 in 黑体, 2 is （一） in 楷体; the ordinal is part of ``text``."""

    level: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """Third-level items: printed as 1.… 2.…, one paragraph each."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """``half_cells`` is the width in half characters of the body grid."""

    title: str
    half_cells: int
    align: Align = Align.CENTRE


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """``is_strong`` rows (sums, section heads) are set in 黑体. A line feed in a cell is kept."""

    cells: tuple[str, ...]
    is_strong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table whose heads repeat on every page; rows never split over pages."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    size: TableSize = TableSize.NORMAL
    starts_page: bool = False


Block = Heading | Paragraph | Numbered | Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Annex:
    """An annex on pages of its own; a line feed in ``title`` is the author's break."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GongwenContent:
    """Everything that is printed.

    ``number`` None prints 草稿 in its place. ``mark`` is the red head (发文机关标志) as printed. A line feed
    in ``title`` is the author's break; without one a long title is broken in balance. ``note`` (附注) is
    without its parentheses. ``copy_number`` (份号), ``secrecy`` (密级和保密期限) and ``urgency`` (紧急程度)
    are empty when the document has none. Dates are of the document, never of printing.
    """

    schema: int = SCHEMA_VERSION
    kind: str
    format: Format
    mark: str
    number: str | None
    title: str
    addressees: tuple[str, ...]
    blocks: tuple[Block, ...]
    annexes: tuple[Annex, ...] = ()
    organ: str
    date: dt.date | None
    seal: Seal = Seal.NONE
    cc: tuple[str, ...] = ()
    printer: str = ""
    print_date: dt.date | None = None
    note: str = ""
    copy_number: str = ""
    secrecy: str = ""
    urgency: str = ""

    def __post_init__(self) -> None:
        if self.schema != SCHEMA_VERSION:
            raise InvalidContent(f"文件内容的版本（{self.schema}）与本系统不符，无法输出。")
        if self.number is not None and not NUMBER.fullmatch(self.number):
            raise InvalidContent(f"发文字号“{self.number}”不规范，应为“机关代字〔年份〕顺序号号”。")
        if self.number is not None and self.date is None:
            raise InvalidContent("已编号的文件必须有成文日期。")
        if not self.title.strip() or not self.organ or not self.mark:
            raise InvalidContent("文件缺少标题或发文机关。")
        if not any(isinstance(block, Paragraph) for block in self.blocks):
            raise InvalidContent("文件没有正文，首页必须显示正文。")
        if self.copy_number and not re.fullmatch(r"[0-9]{6}", self.copy_number):
            raise InvalidContent("份号应为6位阿拉伯数字。")
        _check_tables(self)
        _check_texts(self)

    def to_json(self) -> str:
        """Canonical JSON; equal content gives equal text."""
        return codec.to_json(self)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The inverse of ``to_json``; raises ``UnreadableContent`` or ``InvalidContent``."""
        return codec.from_json(cls, text)


def _check_tables(content: GongwenContent) -> None:
    blocks = [*content.blocks, *(block for annex in content.annexes for block in annex.blocks)]
    for table in (block for block in blocks if isinstance(block, Table)):
        if sum(column.half_cells for column in table.columns) != GRID_HALF_CELLS:
            raise InvalidContent(f"表格“{table.caption}”的列宽之和不等于版心宽度。")
        if any(len(row.cells) != len(table.columns) for row in table.rows):
            raise InvalidContent(f"表格“{table.caption}”的列数与表头不一致。")


def _check_texts(content: GongwenContent) -> None:
    for text in _texts(content):
        if _UNPRINTABLE.search(text):
            raise InvalidContent("文件内容含有不能打印的控制字符，请删除后重试。")
        for phrase in _FORBIDDEN:
            if phrase in text:
                raise InvalidContent(f"文件内容不得出现“{phrase}”。")


def _texts(value: Any) -> list[str]:
    """Every string of a document, at any depth."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for item in value for text in _texts(item)]
    if is_dataclass(value):
        return [text for field in fields(value) for text in _texts(getattr(value, field.name))]
    return []
