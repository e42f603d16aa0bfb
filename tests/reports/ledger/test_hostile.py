"""Hostile and broken workbooks: refused with one sentence, or read rightly, in bounded time and memory."""

from __future__ import annotations

import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings

from reports.enums import BatchState
from reports.ledger import guard
from reports.ledger.guard import count_cells
from reports.ledger.problems import UnreadableWorkbook
from reports.ledger.reading import read_workbook
from reports.ledger.workbook import write_ledger
from tenancy.scope import Scope
from tests.reports.ledger.samples import load, only, sentences

MEMORY_MB = 512
SECONDS = 20  # a machine that does other work at the same time; the goal is 10
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _good() -> bytes:
    return write_ledger(only("organizations"))


def _sheet_path(data: bytes) -> str:
    """The part of the 单位 sheet: the second one, after 说明."""
    return next(n for n in sorted(zipfile.ZipFile(BytesIO(data)).namelist()) if n.endswith("sheet2.xml"))


def rebuilt(change: Callable[[str, bytes], bytes | None], extra: dict[str, bytes] | None = None) -> bytes:
    """The good workbook with parts replaced; None drops a part."""
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(_good())) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            data = change(name, source.read(name))
            if data is not None:
                target.writestr(name, data)
        for name, data in (extra or {}).items():
            target.writestr(name, data)
    return out.getvalue()


def with_sheet(xml: bytes) -> bytes:
    path = _sheet_path(_good())
    return rebuilt(lambda name, data: xml if name == path else data)


def sheet(rows: bytes, head: bytes = b"", tail: bytes = b"") -> bytes:
    start = (
        b'<?xml version="1.0" encoding="UTF-8"?>'
        + head
        + b'<worksheet xmlns="%s"><sheetData>' % _MAIN.encode()
    )
    return start + rows + b"</sheetData>" + tail + b"</worksheet>"


def _unchanged(name: str, data: bytes) -> bytes:
    return data


HEAD = (
    '<row r="1">'
    + "".join(
        f'<c r="{c}1" t="inlineStr"><is><t>{t}</t></is></c>'
        for c, t in zip("ABC", ("统一社会信用代码", "单位名称", "单位性质"), strict=True)
    ).replace("\n", "")
    + "</row>"
)
ONE = '<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>91510700TEMP000139</t></is></c></row>'


def million_rows() -> bytes:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 1_000_001))
    return with_sheet(sheet(rows.encode()))


def blank_million_rows() -> bytes:
    return with_sheet(sheet("".join(f'<row r="{n}" s="1"/>' for n in range(1, 1_000_001)).encode()))


def one_endless_row() -> bytes:
    return with_sheet(sheet(b'<row r="1">' + b"<c><v>1</v></c>" * 900_000 + b"</row>"))


def ten_thousand_columns() -> bytes:
    return with_sheet(sheet(b'<row r="1">' + b"<c><v>1</v></c>" * 10_000 + b"</row>"))


def shared_string_bomb() -> bytes:
    texts = b"".join(b"<si><t>%d</t></si>" % (n * n) for n in range(450_000))
    strings = b'<sst xmlns="%s">' % _MAIN.encode() + texts + b"</sst>"
    return rebuilt(_unchanged, {"xl/sharedStrings.xml": strings})


def sheet_elsewhere() -> bytes:
    """The part of a sheet under a name that the counting of cells would not look at."""
    path = _sheet_path(_good())
    moved = path.replace("worksheets", "hidden")
    old, new = path.encode(), moved.encode()
    sheet_xml = zipfile.ZipFile(BytesIO(_good())).read(path)

    def change(name: str, data: bytes) -> bytes | None:
        if name == path:
            return None
        short = (b"worksheets/sheet2.xml", b"hidden/sheet2.xml")
        return data.replace(old, new).replace(*short) if name.endswith((".rels", "Types].xml")) else data

    return rebuilt(change, {moved: sheet_xml})


def tag_bomb() -> bytes:
    return with_sheet(sheet(b'<row r="1"><c r="A1"/></row>', tail=b"<z/>" * 4_000_000))


def style_bomb() -> bytes:
    return rebuilt(
        lambda n, d: (
            d.replace(b"</styleSheet>", b"<x/>" * 3_000_000 + b"</styleSheet>") if "styles" in n else d
        )
    )


def ratio_bomb() -> bytes:
    return with_sheet(sheet(b"", tail=b" " * 90_000_000))


def entity_bomb() -> bytes:
    lol = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    return with_sheet(sheet(b"", head=b'<!DOCTYPE x [<!ENTITY l0 "ha">' + lol + b"]>"))


def external_entity() -> bytes:
    return with_sheet(sheet(b"", head=b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'))


def far_last_cell() -> bytes:
    return with_sheet(sheet((HEAD + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>').encode()))


def old_xls() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2048


def encrypted() -> bytes:
    return old_xls() + "EncryptedPackage".encode("utf-16-le")


def encrypted_zip() -> bytes:
    data = bytearray(_good())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


def twice_the_same_part() -> bytes:
    out = BytesIO(_good())
    with zipfile.ZipFile(out, "a") as container, pytest.warns(UserWarning, match="Duplicate"):
        container.writestr("xl/workbook.xml", b"<x/>")
    return out.getvalue()


REFUSED = [
    pytest.param(lambda: b"", "空的", id="empty"),
    pytest.param(lambda: "单位,名称\n1,2\n".encode("gbk"), "不是Excel工作簿", id="csv renamed"),
    pytest.param(lambda: b"<html><table></table></html>", "不是Excel工作簿", id="html renamed"),
    pytest.param(old_xls, ".xls", id="xls renamed"),
    pytest.param(encrypted, "密码", id="encrypted"),
    pytest.param(encrypted_zip, "密码", id="encrypted zip"),
    pytest.param(lambda: _good()[:-500], "损坏", id="truncated"),
    pytest.param(lambda: b"PK\x03\x04" + b"\x00" * 100, "损坏", id="no directory"),
    pytest.param(lambda: rebuilt(_unchanged, {"xl/vbaProject.bin": b"x"}), "宏", id="macros"),
    pytest.param(
        lambda: rebuilt(_unchanged, {"xl/embeddings/a.bin": b"x"}), "嵌有其他文件", id="embedded object"
    ),
    pytest.param(lambda: rebuilt(_unchanged, {"more/inner.zip": b"PK"}), "嵌有其他文件", id="nested zip"),
    pytest.param(
        lambda: rebuilt(_unchanged, {f"a/{n}.txt": b"" for n in range(250)}), "部件", id="many entries"
    ),
    pytest.param(
        lambda: rebuilt(lambda n, d: None if n == "xl/workbook.xml" else d), "不是Excel工作簿", id="a docx"
    ),
    pytest.param(twice_the_same_part, "重复", id="part twice"),
    pytest.param(lambda: with_sheet(b"<worksheet><sheetData><row"), "损坏", id="broken xml"),
    pytest.param(lambda: with_sheet(sheet(b'<row r="x"><c r="A1"/></row>')), "损坏", id="row number x"),
    pytest.param(
        lambda: with_sheet(sheet(b'<row r="1"><c r="A1" t="s"><v>999999</v></c></row>')),
        "损坏",
        id="no string",
    ),
    pytest.param(lambda: with_sheet(sheet(b"").decode().encode("utf-16")), "UTF-8", id="utf-16"),
    pytest.param(entity_bomb, "实体", id="entity bomb"),
    pytest.param(external_entity, "实体", id="external entity"),
    pytest.param(ratio_bomb, "压缩比", id="ratio"),
    pytest.param(million_rows, "万行", id="a million rows"),
    pytest.param(blank_million_rows, "空白行", id="a million blank rows"),
    pytest.param(one_endless_row, "", id="an endless row"),
    pytest.param(ten_thousand_columns, "第200列以后", id="ten thousand columns"),
    pytest.param(far_last_cell, "第200列以后", id="far last cell"),
    pytest.param(shared_string_bomb, "万条", id="shared strings"),
    pytest.param(sheet_elsewhere, "不在应在的位置", id="a sheet in another place"),
    pytest.param(tag_bomb, "", id="tags after the rows"),
    pytest.param(style_bomb, "", id="styles"),
]


@pytest.mark.parametrize(("make", "said"), REFUSED)
def test_hostile_workbook_is_refused_with_one_sentence(make: Callable[[], bytes], said: str) -> None:
    data = make()
    started = time.monotonic()

    with pytest.raises(UnreadableWorkbook) as refused:
        read_workbook(data)

    assert said in str(refused.value)
    assert str(refused.value).endswith("。")
    assert str(refused.value).count("。") == 1
    assert time.monotonic() - started < SECONDS


CELLS = b'<row r="1">' + b'<c r="A1"><v>1</v></c>' * 6 + b"</row>"
"""With the sheets that are not wanted for anything here: fewer cells than the limit below."""


@pytest.mark.parametrize(
    ("cells", "is_refused"),
    [
        pytest.param(CELLS + b"<cfRule/>" * 40, False, id="what only begins like a cell"),
        pytest.param(CELLS * 8, True, id="cells"),
        pytest.param(
            CELLS.replace(b"<c ", b"<x:c ").replace(b"</c", b"</x:c") * 8, True, id="cells of a prefix"
        ),
    ],
)
def test_cells_are_counted_exactly_where_they_come_near_the_limit(
    cells: bytes, is_refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = with_sheet(sheet(cells))
    here = count_cells(with_sheet(sheet(CELLS)))
    monkeypatch.setattr(guard, "MAX_CELLS", here)

    if is_refused:
        with pytest.raises(UnreadableWorkbook, match="个单元格"):
            guard.open_container(data)
    else:
        guard.open_container(data)


def test_the_check_keeps_the_text_of_the_sheets_that_a_reader_wants(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "_CHUNK", 100)
    data = with_sheet(sheet(CELLS * 20))
    path = _sheet_path(data)

    with guard.open_container(data, keep=lambda container: [path]) as container:
        assert container.texts == {path: container.read(path)}


def test_too_large_upload_is_refused(settings) -> None:
    settings.LEDGER_MAX_UPLOAD_BYTES = 5 * 1024 * 1024

    with pytest.raises(UnreadableWorkbook, match="超过5MB"):
        read_workbook(b"PK" + b"\x00" * 6 * 1024 * 1024)


_PROBE = """
import resource, sys, time
from pathlib import Path
import django
django.setup()
from reports.ledger.problems import UnreadableWorkbook
from reports.ledger.reading import read_workbook
data = Path(sys.argv[1]).read_bytes()
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]) * 2**20,) * 2)
try:
    read_workbook(data)
except UnreadableWorkbook:
    pass
"""


@pytest.mark.parametrize(
    "make", [million_rows, one_endless_row, shared_string_bomb, tag_bomb, ratio_bomb, far_last_cell]
)
def test_memory_stays_bounded(make: Callable[[], bytes], tmp_path: Path) -> None:
    file = tmp_path / "hostile.xlsx"
    file.write_bytes(make())

    done = subprocess.run(
        [sys.executable, "-c", _PROBE, str(file), str(MEMORY_MB)],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-500:]


def test_blank_tail_and_spread_rows_are_read_rightly() -> None:
    rows = (
        HEAD
        + ONE.format(n=90_000)
        + "".join(f'<row r="{n}"><c r="A{n}" s="0"/></row>' for n in range(90_001, 99_000))
    )

    [page] = [p for p in read_workbook(with_sheet(sheet(rows.encode()))) if p.title == "单位"]

    assert [number for number, _ in page.rows] == [1, 90_000]


def test_import_of_an_unreadable_file_is_a_refused_batch(scope: Scope) -> None:
    batch = load(b"PK")

    assert batch.state == BatchState.REFUSED
    assert batch.error_count == 1
    assert "损坏" in batch.errors[0]["wrong"]
    assert batch.marked_workbook is None


def test_formula_text_stays_text_on_its_way_out(scope: Scope) -> None:
    from reports.ledger.exporting import export_workbook

    starts = ("=1+1", "+1", "-1", "@a", "＝1")
    rows = only("organizations")
    for row, start in zip(rows["organizations"], starts, strict=False):
        row["name"] = f"{start}公司"
    assert sentences(load(rows)) == []

    book = openpyxl.load_workbook(BytesIO(export_workbook()))

    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert [cell for cell in cells if cell.data_type == "f"] == []
    assert {f"{start}公司" for start in starts[:4]} <= {cell.value for cell in cells}


def test_marked_workbook_shows_the_errors(scope: Scope) -> None:
    rows = only("organizations")
    rows["organizations"][1]["name"] = ""
    rows["organizations"][2]["uscc"] = "=HYPERLINK(1)"

    batch = load(rows)

    assert batch.marked_workbook is not None
    book = openpyxl.load_workbook(BytesIO(bytes(batch.marked_workbook)))
    assert book.sheetnames[0] == "错误清单"
    page = book["单位"]
    assert "必填" in page["B3"].comment.text
    assert page["B3"].fill.fgColor.rgb == "FFFFC7CE"
    assert page["A4"].comment is not None
    listed = [[cell.value for cell in row] for row in book["错误清单"].iter_rows(min_row=2)]
    assert [row[1] for row in listed] == ["B3", "A4"]
    assert all(cell.data_type != "f" for row in book["错误清单"].iter_rows() for cell in row)
    assert load(bytes(batch.marked_workbook)).error_count == 2
