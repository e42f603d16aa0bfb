"""The Excel file of a list."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.http import HttpResponse

from core import display
from core.xlsx import MIME, Workbook

if TYPE_CHECKING:
    from core.listing import Listing


def workbook_of(listing: Listing[Any], *, at: dt.datetime) -> bytes:
    """The filtered rows in their order, and a sheet that says what was asked and what was left out."""
    spec = listing.spec
    columns = listing.exported_columns
    rows = listing.queryset[: spec.export_rows].iterator(chunk_size=2000)
    book = Workbook()
    written = book.add_sheet(
        spec.title,
        [column.sheet_column() for column in columns],
        ([column.export_value(row) for column in columns] for row in rows),
    )
    book.add_notes("说明", _notes(listing, written, at))
    return book.to_bytes()


def _notes(listing: Listing[Any], written: int, at: dt.datetime) -> list[tuple[str, object]]:
    spec = listing.spec
    notes: list[tuple[str, object]] = [
        ("列表", spec.title),
        ("导出时间", display.moment(at)),
        ("符合条件", f"{listing.total} 条"),
        ("本文件", f"{written} 条"),
    ]
    if listing.is_export_capped:
        limit = f"超过每次 {spec.export_rows} 条的上限，只导出了前 {written} 条"
        notes.append(("注意", f"{limit}；请缩小筛选范围后分次导出。"))
    notes += [(f"筛选：{active.label}", active.text) for active in listing.active_filters]
    if not listing.active_filters:
        notes.append(("筛选", "无"))
    return notes


def response_of(listing: Listing[Any], *, at: dt.datetime) -> HttpResponse:
    """The file as a download; 400 with a sentence when a filter's value cannot be read."""
    if listing.has_errors:
        sentence = "筛选条件有误，未导出。请返回列表改正后再试。"
        return HttpResponse(sentence, status=400, content_type="text/plain; charset=utf-8")
    name = quote(f"{listing.spec.title}_{display.day(at)}.xlsx")
    response = HttpResponse(workbook_of(listing, at=at), content_type=MIME)
    response["Content-Disposition"] = f"attachment; filename=\"export.xlsx\"; filename*=UTF-8''{name}"
    return response
