"""What is looked at before a workbook is parsed: container, sizes, counts of tags.

A hostile file is refused here in bounded time and memory. The parts are read as a stream and only counted; parsing
stays with the library.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import IO

from django.conf import settings

from reports.ledger.problems import UnreadableWorkbook

MAX_ENTRIES = 200
MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 100
RATIO_MATTERS_FROM = 1024 * 1024
"""Small parts compress extremely well and harm nobody."""
MAX_SHEETS = 60
MAX_ROWS = 100_000
MAX_CELLS = 1_000_000
MAX_ROW_BYTES = 1024 * 1024
MAX_STRING_BYTES = 40 * 1024 * 1024
MAX_STRINGS = 400_000
MAX_SMALL_PART = 4 * 1024 * 1024
"""Styles, workbook, relations: parts that the library loads whole."""

SHEETS_AT = "xl/worksheets/"
"""Where the parts of sheets stand; one that stands elsewhere was never counted and is not read."""

_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)
"""What a torn container raises while it is opened or unpacked (NotImplementedError is a RuntimeError)."""
_CHUNK = 1024 * 1024
_OVERLAP = 64
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class _Tag:
    """Finds the beginnings of an element. A namespace's prefix is rare, and looking for it at every tag is slow."""

    def __init__(self, name: bytes) -> None:
        self._sign = b":" + name
        self._plain = re.compile(rb"<" + name + rb"[\s/>]")
        self._prefixed = re.compile(rb"<(?:[A-Za-z0-9_]+:)?" + name + rb"[\s/>]")

    def ends(self, chunk: bytes, seen: int) -> Iterator[int]:
        """Where each ends, without those that the previous chunk already had."""
        return (match.end() for match in self._pattern(chunk).finditer(chunk) if match.end() > seen)

    def count(self, chunk: bytes, seen: int) -> int:
        """How many there are, without those that the previous chunk already had."""
        pattern = self._pattern(chunk)
        return len(pattern.findall(chunk)) - len(pattern.findall(chunk[:seen]))

    def _pattern(self, chunk: bytes) -> re.Pattern[bytes]:
        return self._prefixed if self._sign in chunk else self._plain


_ROW, _CELL, _STRING = _Tag(b"row"), _Tag(b"c"), _Tag(b"si")
_NESTED = (".zip", ".xlsx", ".xlsm", ".xls", ".docx", ".jar", ".7z", ".rar", ".gz")
_SAVE_AS = "请用Excel或WPS打开后另存为“Excel工作簿（*.xlsx）”再上传"
_NEW_BOOK = "请新建工作簿，只粘贴数值后再上传"


def open_container(data: bytes) -> zipfile.ZipFile:
    """The checked zip of a workbook.

    Raises:
        UnreadableWorkbook: with one sentence that says what is wrong with the file and how to put it right.
    """
    limit = settings.LEDGER_MAX_UPLOAD_BYTES
    if len(data) > limit:
        raise UnreadableWorkbook(
            f"文件超过{limit // 1024 // 1024}MB，请删除图片和无关内容，或分成几个文件导入。"
        )
    if not data:
        raise UnreadableWorkbook("文件是空的。")
    _refuse_other_formats(data)
    try:
        container = zipfile.ZipFile(BytesIO(data))
    except _DAMAGED as damaged:
        raise UnreadableWorkbook("文件不完整或已损坏，请重新保存后上传。") from damaged
    _check_entries(container)
    try:
        _check_parts(container)
    except _DAMAGED as damaged:
        raise UnreadableWorkbook("文件不完整或已损坏，请重新保存后上传。") from damaged
    return container


def _refuse_other_formats(data: bytes) -> None:
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise UnreadableWorkbook("工作簿设有打开密码，请取消密码后再上传。")
        raise UnreadableWorkbook(f"这是旧版Excel文件（.xls），{_SAVE_AS}。")
    if not data.startswith(b"PK"):
        raise UnreadableWorkbook(f"这不是Excel工作簿（可能是改了扩展名的CSV或网页文件），{_SAVE_AS}。")


def _check_entries(container: zipfile.ZipFile) -> None:
    entries = container.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > MAX_ENTRIES:
        raise UnreadableWorkbook(
            f"工作簿内部有{len(entries)}个部件，超过{MAX_ENTRIES}个，不能导入，{_NEW_BOOK}。"
        )
    if len(set(names)) != len(names):
        raise UnreadableWorkbook(f"工作簿内部有重复的部件，可能被改动过，不能导入，{_SAVE_AS}。")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise UnreadableWorkbook("文件是加密的压缩包，请取消密码后再上传。")
    _refuse_contents(names)
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED:
        raise UnreadableWorkbook(
            f"工作簿展开后超过{MAX_UNPACKED // 1024 // 1024}MB，不能导入，请分成几个文件。"
        )
    for entry in entries:
        if entry.file_size > RATIO_MATTERS_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise UnreadableWorkbook(
                f"工作簿的压缩比超过{MAX_RATIO}倍，疑似恶意文件或含大量空白行列，不能导入，{_NEW_BOOK}。"
            )


def _refuse_contents(names: list[str]) -> None:
    lower = [name.lower() for name in names]
    if any(name.endswith("vbaproject.bin") for name in lower):
        raise UnreadableWorkbook(f"工作簿含有宏（.xlsm），{_SAVE_AS}。")
    if any(name.endswith(_NESTED) or "/embeddings/" in name for name in lower):
        raise UnreadableWorkbook("工作簿里嵌有其他文件，请删除嵌入的对象后再上传。")
    if "xl/workbook.bin" in lower:
        raise UnreadableWorkbook(f"这是二进制工作簿（.xlsb），{_SAVE_AS}。")
    if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
        raise UnreadableWorkbook(f"这不是Excel工作簿，{_SAVE_AS}。")


def _check_parts(container: zipfile.ZipFile) -> None:
    cells = 0
    sheets = 0
    for entry in container.infolist():
        name = entry.filename.lower()
        if not name.endswith((".xml", ".rels")):
            continue
        with container.open(entry) as part:
            if name.startswith(SHEETS_AT) and name.endswith(".xml"):
                sheets += 1
                cells += _check_sheet(part)
            elif name.startswith("xl/sharedstrings"):
                _check_strings(part, entry.file_size)
            else:
                _check_small(part, entry.file_size)
        if cells > MAX_CELLS or sheets > MAX_SHEETS:
            raise UnreadableWorkbook(
                f"工作簿超过{MAX_CELLS // 10_000}万个单元格或{MAX_SHEETS}张表，请清除空白区域的格式，或分成几个文件导入。"
            )


def _chunks(part: IO[bytes]) -> Iterator[tuple[bytes, int]]:
    """The part in pieces that overlap a little, each with how many leading bytes were seen before."""
    tail = b""
    is_first = True
    while piece := part.read(_CHUNK):
        chunk = tail + piece
        if is_first:
            _refuse_encoding(chunk)
        if b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk:
            raise UnreadableWorkbook(f"工作簿内部含有实体声明，疑似恶意文件，不能导入，{_NEW_BOOK}。")
        yield chunk, len(tail)
        tail, is_first = chunk[-_OVERLAP:], False


def _refuse_encoding(start: bytes) -> None:
    head = start[:200]
    declared = re.search(rb"encoding\s*=\s*[\"']([^\"']*)", head)
    if b"\x00" in head or (declared and declared[1].lower() not in (b"utf-8", b"us-ascii", b"utf8")):
        raise UnreadableWorkbook(f"工作簿内部不是UTF-8编码，{_SAVE_AS}。")


def _check_sheet(part: IO[bytes]) -> int:
    """Number of cells. Refuses too many rows, and any stretch without a row that is too long to hold in memory."""
    cells = rows = read = last_row = 0
    for chunk, seen in _chunks(part):
        offset = read - seen
        for end in _ROW.ends(chunk, seen):
            rows += 1
            _check_gap(offset + end - last_row)
            last_row = offset + end
        cells += _CELL.count(chunk, seen)
        read += len(chunk) - seen
        _check_gap(read - last_row)
        if rows > MAX_ROWS + 1:
            raise UnreadableWorkbook(
                f"有一张表超过{MAX_ROWS // 10_000}万行，请删除数据下方的空白行（选中整行后删除），或分成几个文件导入。"
            )
        if cells > MAX_CELLS:
            break
    return cells


def _check_gap(size: int) -> None:
    # one chunk may pass before the next row is seen, hence the allowance
    if size > MAX_ROW_BYTES + _CHUNK:
        raise UnreadableWorkbook("有一张表的一行内容过大，不能导入，请清除多余的列和格式。")


def _check_strings(part: IO[bytes], size: int) -> None:
    if size > MAX_STRING_BYTES:
        raise UnreadableWorkbook(
            f"工作簿的文字超过{MAX_STRING_BYTES // 1024 // 1024}MB，请分成几个文件导入。"
        )
    count = 0
    for chunk, seen in _chunks(part):
        count += _STRING.count(chunk, seen)
        if count > MAX_STRINGS:
            raise UnreadableWorkbook(f"工作簿的文字超过{MAX_STRINGS // 10_000}万条，请分成几个文件导入。")


def _check_small(part: IO[bytes], size: int) -> None:
    if size > MAX_SMALL_PART:
        raise UnreadableWorkbook(f"工作簿的格式或附加内容过大，{_NEW_BOOK}。")
    for _ in _chunks(part):
        pass


def count_cells(data: bytes) -> int:
    """Cells of all sheets of a container that passed `open_container`."""
    cells = 0
    with zipfile.ZipFile(BytesIO(data)) as container:
        for entry in container.infolist():
            if entry.filename.lower().startswith(SHEETS_AT) and entry.filename.lower().endswith(".xml"):
                with container.open(entry) as part:
                    cells += _check_sheet(part)
    return cells
