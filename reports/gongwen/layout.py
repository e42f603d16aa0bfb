"""Geometry of GB/T 9704-2012: from content to the composed lines and positions that the template prints.

All lengths are millimetres, measured from the top of the type area unless a name says otherwise. The
page itself (margins, grid, page numbers) is in the style sheets; here is only what depends on the text.
"""

import datetime as dt
from html import escape
from math import ceil
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from reports.gongwen.content import (
    Align,
    Annex,
    Block,
    Format,
    GongwenContent,
    Heading,
    Numbered,
    Paragraph,
    Row,
    Seal,
    Table,
    TableSize,
)
from reports.gongwen.titles import break_title
from reports.typesetting import Line, Measure, compose, width, wrap

LINE = 225 / 22
CELL = 156 / 28
POINT = 25.4 / 72
TOP_MARGIN = 37.0
BODY_EM = 16 * POINT
GRID_PITCH = CELL / BODY_EM
"""28 cells of 16 pt are wider than the type area, so characters stand a little closer than solid."""

_MARK_WIDEST, _MARK_TRACKING = 152.0, 1.02
_MARK_POINTS = {Format.FILE: 52.0, Format.LETTER: 46.0}
_MARK_INK_TOP, _MARK_INK_BOTTOM = 0.0273, 0.9680
"""Ink of GW XiaoBiaoSong inside its line box, in em; measured from a 600 dpi raster."""
_NUMBER_INK_TOP, _NUMBER_INK_BOTTOM = 2.46, 8.26
"""Ink of a 16 pt line of GW FangSong inside a grid line."""
_MARK_TOP = {Format.FILE: 35.0, Format.LETTER: 30.0 - TOP_MARGIN}
_RULE_GAP = 4.0
_FILE_RULE, _LETTER_RULE = 0.5, 1.45
_LETTER_TEXT_GAP = BODY_EM * 7 / 8

_IMPRINT_EM = 14 * POINT
_CELL_PADDING = {TableSize.NORMAL: 1.0, TableSize.DENSE: 0.5}
"""Padding with half the border, as in the style sheet."""
_TABLE_EM = {TableSize.NORMAL: 12 * POINT, TableSize.DENSE: 9 * POINT}
_NOTHING = "　"


def lines_html(lines: list[Line]) -> SafeString:
    """Composed lines, each in a span with its letter-spacing where it has one of its own.

    Lines without one, as in table cells, are parted by line feeds, which the style sheet keeps: in long
    tables a third cheaper than an element.
    """
    separator = "<br>" if any(line.spacing for line in lines) else "\n"
    return mark_safe(separator.join(_spaced_html(line) for line in lines))  # noqa: S308 -- all text is escaped


def _spaced_html(line: Line) -> str:
    html = _line_html(line)
    return f'<span style="letter-spacing:{line.spacing / 1000:.3f}em">{html}</span>' if line.spacing else html


def _line_html(line: Line) -> str:
    return "".join(
        f'<i class="{piece.squeeze}">{escape(piece.text)}</i>' if piece.squeeze else escape(piece.text)
        for piece in line.pieces
    )


def body_lines(text: str, *, indent: float = 2, cells: float = 28, face: str = "GW FangSong") -> SafeString:
    """A paragraph of the 28-cell grid."""
    return lines_html(compose(text, Measure(cells=cells, pitch_em=GRID_PITCH, indent=indent, face=face)))


def date_text(day: dt.date | None) -> str:
    """成文日期: Arabic digits without leading zeros; blanks to fill in by hand on a draft."""
    return f"{day.year}年{day.month}月{day.day}日" if day else "　　　　年　　月　　日"


def page_context(content: GongwenContent) -> dict[str, Any]:
    """Everything the page template needs, composed and positioned."""
    head = _head(content)
    return {
        "title_text": content.title.replace("\n", ""),
        "author": content.organ,
        "timestamp": f"{content.date.isoformat()}T00:00:00+08:00" if content.date else "",
        "is_letter": content.format is Format.LETTER,
        "head": head,
        "title_lines": break_title(content.title),
        "addressees": body_lines("，".join(content.addressees) + "：", indent=0)
        if content.addressees
        else "",
        "blocks": [block_context(block) for block in content.blocks],
        "annex_names": _annex_names(content.annexes),
        "signature": _signature(content),
        "note": body_lines(f"（{content.note}）") if content.note else "",
        "annexes": [
            _annex(annex, index, len(content.annexes)) for index, annex in enumerate(content.annexes, 1)
        ],
        "imprint": _imprint(content),
    }


def _head(content: GongwenContent) -> dict[str, Any]:
    """版头: mark, number, rule and the lines at the left; ``height`` ends where the title's gap begins."""
    points = min(_MARK_POINTS[content.format], _MARK_WIDEST / POINT / (len(content.mark) * _MARK_TRACKING))
    em = points * POINT
    mark_top = _MARK_TOP[content.format] - _MARK_INK_TOP * em
    mark_bottom = mark_top + _MARK_INK_BOTTOM * em
    classification = [text for text in (content.copy_number, content.secrecy, content.urgency) if text]
    if content.format is Format.FILE:
        number_top = mark_bottom + 2 * LINE - _NUMBER_INK_TOP
        rule_top = number_top + _NUMBER_INK_BOTTOM + _RULE_GAP
        flags_top, height = 0.0, rule_top + _FILE_RULE
    else:
        rule_top = mark_bottom + _RULE_GAP
        number_top = flags_top = rule_top + _LETTER_RULE + _LETTER_TEXT_GAP - _NUMBER_INK_TOP
        height = number_top + max(len(classification), 1) * LINE
    return {
        "mark": content.mark,
        "mark_points": f"{points:.2f}",
        "mark_top": f"{mark_top:.3f}",
        "number": content.number or "草稿",
        "number_top": f"{number_top:.3f}",
        "rule_top": f"{rule_top:.3f}",
        "height": f"{height:.3f}",
        "flags": [
            {
                "text": text,
                "top": f"{flags_top + index * LINE:.3f}",
                "is_copy_number": text == content.copy_number,
            }
            for index, text in enumerate(classification)
        ],
    }


def block_context(block: Block) -> dict[str, Any]:
    """One block of the text for the template: ``kind`` chooses the element."""
    match block:
        case Heading(level=level, text=text):
            face = "GW HeiTi" if level == 1 else "GW KaiTi"
            return {"kind": f"h{level + 1}", "lines": body_lines(text, face=face)}
        case Paragraph(text=text):
            return {"kind": "p", "paragraphs": [body_lines(text)]}
        case Numbered(items=items):
            return {
                "kind": "p",
                "paragraphs": [body_lines(text) for text in _numbered(items)],
            }
        case Table():
            return _table(block)


def _numbered(items: tuple[str, ...]) -> list[str]:
    """Third level: “1.” and the text; a space keeps two numbers apart."""
    space = " " if any(item[:1].isdigit() for item in items) else ""
    return [f"{number}.{space}{item}" for number, item in enumerate(items, 1)]


def _table(table: Table) -> dict[str, Any]:
    em = _TABLE_EM[table.size]
    rooms = [(column.half_cells * CELL / 2 - 2 * _CELL_PADDING[table.size]) / em for column in table.columns]
    aligns = [column.align.value.lower() for column in table.columns]
    head = Row(cells=tuple(column.title for column in table.columns), is_strong=True)
    return {
        "kind": "table",
        "size": table.size.value.lower(),
        "starts_page": table.starts_page,
        "caption": table.caption,
        "widths": [f"{column.half_cells * CELL / 2:.4f}" for column in table.columns],
        "head": _row(head, table.size, rooms, [Align.CENTRE.value.lower()] * len(rooms)),
        "rows": [_row(row, table.size, rooms, aligns) for row in table.rows],
    }


def _row(row: Row, size: TableSize, rooms: list[float], aligns: list[str]) -> dict[str, Any]:
    """Cells broken here, so that the row's height is known and stays on the grid."""
    face = "GW HeiTi" if row.is_strong else "GW FangSong"
    cells = [wrap(text, room, face) for text, room in zip(row.cells, rooms, strict=True)]
    lines = max(len(cell) for cell in cells)
    height = ceil(lines / 2) * LINE if size is TableSize.NORMAL else max(lines, 1) * LINE / 2
    return {
        "height": f"{height:.4f}",
        "is_strong": row.is_strong,
        "cells": [
            {"lines": lines_html(cell), "align": align} for cell, align in zip(cells, aligns, strict=True)
        ],
    }


def _annex_names(annexes: tuple[Annex, ...]) -> list[dict[str, Any]]:
    """附件说明: names aligned after “附件：” (5 cells in) or after “附件：1.” (6 cells in)."""
    names = [annex.title.replace("\n", "") for annex in annexes]
    if len(names) == 1:
        return [{"label": "附件：", "offset": 5, "lines": body_lines(names[0], indent=0, cells=23)}]
    return [
        {
            "label": f"附件：{number}." if number == 1 else f"{_NOTHING * 3}{number}.",
            "offset": 6,
            "lines": body_lines(name, indent=0, cells=22),
        }
        for number, name in enumerate(names, 1)
    ]


def _signature(content: GongwenContent) -> dict[str, Any]:
    """署名 and 成文日期 with their distances from the right edge, in cells (§7.3.5)."""
    date = date_text(content.date)
    organ_cells, date_cells = width(content.organ), width(date)
    if content.seal is Seal.NONE:
        organ_right, date_right = 2.0, organ_cells - date_cells
        if date_right < 2:
            organ_right, date_right = 4 + date_cells - organ_cells, 2.0
    else:
        date_right = max(4.0, (organ_cells - date_cells) / 2)
        organ_right = date_right + (date_cells - organ_cells) / 2
    return {
        "organ": content.organ,
        "date": date,
        "organ_right": f"{organ_right * CELL:.3f}",
        "date_right": f"{date_right * CELL:.3f}",
        "is_sealed": content.seal is not Seal.NONE,
        "has_picture": content.seal is Seal.SAMPLE,
        "seal_right": f"{(date_right + date_cells / 2) * CELL - 21:.3f}",
    }


def _annex(annex: Annex, number: int, count: int) -> dict[str, Any]:
    return {
        "label": f"附件{number}" if count > 1 else "附件",
        "title_lines": break_title(annex.title),
        "blocks": [block_context(block) for block in annex.blocks],
    }


def _imprint(content: GongwenContent) -> dict[str, Any] | None:
    """版记. A letter has neither rules nor 印发机关; without 抄送 it then has none at all."""
    has_printer = content.format is Format.FILE and bool(content.printer)
    if not content.cc and not has_printer:
        return None
    room = (156 - 2 * _IMPRINT_EM) / _IMPRINT_EM - 3
    return {
        "cc": lines_html(compose("，".join(content.cc) + "。", Measure(cells=room))) if content.cc else "",
        "printer": content.printer if has_printer else "",
        "print_date": f"{date_text(content.print_date or content.date)}印发",
    }
