"""What is looked at before a workbook is parsed: container, sizes, counts of tags.

A hostile file is refused here in bounded time and memory. The parts are read as a stream and only counted; parsing
stays with the library. What a reader will want as text is kept on the way: unpacking it twice costs as much as counting.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator
from io import BytesIO
from typing import Protocol

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


class _Part(Protocol):
    """A part being unpacked."""

    def read(self, size: int, /) -> bytes:
        """The next bytes; none at its end."""


class _Kept:
    """A part that remembers what was read of it."""

    def __init__(self, part: _Part) -> None:
        self._part = part
        self.pieces: list[bytes] = []

    def read(self, size: int, /) -> bytes:
        """The next bytes; none at its end."""
        piece = self._part.read(size)
        self.pieces.append(piece)
        return piece


class Container(zipfile.ZipFile):
    """The zip of a workbook. texts: parts by name that the reader asked to be kept."""

    def __init__(self, data: bytes) -> None:
        super().__init__(BytesIO(data))
        self.texts: dict[str, bytes] = {}


class _Tag:
    """Finds the beginnings of an element. A namespace's prefix is rare, and looking for it at every tag is slow."""

    def __init__(self, name: bytes) -> None:
        self._start = b"<" + name
        self._sign = b":" + name
        self._plain = re.compile(rb"<" + name + rb"[\s/>]")
        self._prefixed = re.compile(rb"<(?:[A-Za-z0-9_]+:)?" + name + rb"[\s/>]")

    def span(self, chunk: bytes, seen: int) -> tuple[int, int] | None:
        """Where the first and the last of them end, without those that the previous chunk already had."""
        pattern = self._pattern(chunk)
        found = (match for match in pattern.finditer(chunk) if match.end() > seen)
        first = next(found, None)
        if first is None:
            return None
        if pattern is self._prefixed:
            return first.end(), max((match.end() for match in found), default=first.end())
        last, at = None, len(chunk)
        while last is None:
            at = chunk.rfind(self._start, 0, at)
            last = pattern.match(chunk, at)
        return first.end(), last.end()

    def count(self, chunk: bytes, seen: int) -> int:
        """How many there are, without those that the previous chunk already had."""
        pattern = self._pattern(chunk)
        return len(pattern.findall(chunk)) - len(pattern.findall(chunk[:seen]))

    def at_most(self, chunk: bytes, seen: int) -> int:
        """As `count`, but other names that begin alike are counted too: several times as fast."""
        if self._pattern(chunk) is self._prefixed:
            return self.count(chunk, seen)
        # one that the previous chunk had without the sign behind its name was not counted there
        return chunk.count(self._start, max(0, seen - len(self._start)))

    def _pattern(self, chunk: bytes) -> re.Pattern[bytes]:
        return self._prefixed if b":" in chunk and self._sign in chunk else self._plain


Counter = Callable[[_Tag, bytes, int], int]
"""`_Tag.count` or `_Tag.at_most`."""
_ROW, _CELL, _STRING = _Tag(b"row"), _Tag(b"c"), _Tag(b"si")


def _nothing(container: Container) -> Collection[str]:
    """No part is kept."""
    return ()


_NESTED = (".zip", ".xlsx", ".xlsm", ".xls", ".docx", ".jar", ".7z", ".rar", ".gz")
_SAVE_AS = "请用Excel或WPS打开后另存为“Excel工作簿（*.xlsx）”再上传"
_NEW_BOOK = "请新建工作簿，只粘贴数值后再上传"


def open_container(data: bytes, *, keep: Callable[[Container], Collection[str]] = _nothing) -> Container:
    """The checked zip of a workbook.

    keep: names of the sheets' parts whose text is wanted; asked when every other part was checked.

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
        container = Container(data)
    except _DAMAGED as damaged:
        raise UnreadableWorkbook("文件不完整或已损坏，请重新保存后上传。") from damaged
    _check_entries(container)
    try:
        _check_parts(container, keep)
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


def _check_parts(container: Container, keep: Callable[[Container], Collection[str]]) -> None:
    parts = [one for one in container.infolist() if one.filename.lower().endswith((".xml", ".rels"))]
    for entry in parts:
        if not _is_sheet(entry):
            with container.open(entry) as part:
                if entry.filename.lower().startswith("xl/sharedstrings"):
                    _check_strings(part, entry.file_size)
                else:
                    _check_small(part, entry.file_size)
    sheets = [one for one in parts if _is_sheet(one)]
    wanted = keep(container)
    # the quick count may be a few too many: what it refuses is counted again exactly
    if _too_large(container, sheets, wanted, _Tag.at_most):
        refusal = _too_large(container, sheets, wanted, _Tag.count)
        if refusal:
            raise UnreadableWorkbook(refusal)


def _is_sheet(entry: zipfile.ZipInfo) -> bool:
    name = entry.filename.lower()
    return name.startswith(SHEETS_AT) and name.endswith(".xml")


def _too_large(
    container: Container, sheets: Collection[zipfile.ZipInfo], wanted: Collection[str], count: Counter
) -> str:
    """What is too many about the sheets, in a sentence; "" when nothing is. Keeps the text of those that are wanted."""
    total = 0
    for entry in sheets:
        with container.open(entry) as part:
            kept = _Kept(part)
            rows, cells = _check_sheet(kept if entry.filename in wanted else part, count)
        total += cells
        if rows > MAX_ROWS + 1:
            return (
                f"有一张表超过{MAX_ROWS // 10_000}万行，请删除数据下方的空白行（选中整行后删除），"
                "或分成几个文件导入。"
            )
        if total > MAX_CELLS or len(sheets) > MAX_SHEETS:
            return (
                f"工作簿超过{MAX_CELLS // 10_000}万个单元格或{MAX_SHEETS}张表，请清除空白区域的格式，"
                "或分成几个文件导入。"
            )
        if entry.filename in wanted:
            container.texts[entry.filename] = b"".join(kept.pieces)
    return ""


def _chunks(part: _Part) -> Iterator[tuple[bytes, int]]:
    """The part in pieces that overlap a little, each with how many leading bytes were seen before."""
    tail = b""
    is_first = True
    while piece := part.read(_CHUNK):
        chunk = tail + piece
        if is_first:
            _refuse_encoding(chunk)
        if b"!" in chunk and (b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk):
            raise UnreadableWorkbook(f"工作簿内部含有实体声明，疑似恶意文件，不能导入，{_NEW_BOOK}。")
        yield chunk, len(tail)
        tail, is_first = chunk[-_OVERLAP:], False


def _refuse_encoding(start: bytes) -> None:
    head = start[:200]
    declared = re.search(rb"encoding\s*=\s*[\"']([^\"']*)", head)
    if b"\x00" in head or (declared and declared[1].lower() not in (b"utf-8", b"us-ascii", b"utf8")):
        raise UnreadableWorkbook(f"工作簿内部不是UTF-8编码，{_SAVE_AS}。")


def _check_sheet(part: _Part, count: Counter) -> tuple[int, int]:
    """Numbers of rows and cells, up to where they are too many.

    Refuses any stretch without a row that is too long to hold in memory.
    """
    cells = rows = read = last_row = 0
    for chunk, seen in _chunks(part):
        offset = read - seen
        span = _ROW.span(chunk, seen)
        if span is not None:  # between two of one chunk there is less than is allowed
            rows += count(_ROW, chunk, seen)
            _check_gap(offset + span[0] - last_row)
            last_row = offset + span[1]
        cells += count(_CELL, chunk, seen)
        read += len(chunk) - seen
        _check_gap(read - last_row)
        if rows > MAX_ROWS + 1 or cells > MAX_CELLS:
            break
    return rows, cells


def _check_gap(size: int) -> None:
    # one chunk may pass before the next row is seen, hence the allowance
    if size > MAX_ROW_BYTES + _CHUNK:
        raise UnreadableWorkbook("有一张表的一行内容过大，不能导入，请清除多余的列和格式。")


def _check_strings(part: _Part, size: int) -> None:
    if size > MAX_STRING_BYTES:
        raise UnreadableWorkbook(
            f"工作簿的文字超过{MAX_STRING_BYTES // 1024 // 1024}MB，请分成几个文件导入。"
        )
    count = 0
    for chunk, seen in _chunks(part):
        count += _STRING.count(chunk, seen)
        if count > MAX_STRINGS:
            raise UnreadableWorkbook(f"工作簿的文字超过{MAX_STRINGS // 10_000}万条，请分成几个文件导入。")


def _check_small(part: _Part, size: int) -> None:
    if size > MAX_SMALL_PART:
        raise UnreadableWorkbook(f"工作簿的格式或附加内容过大，{_NEW_BOOK}。")
    for _ in _chunks(part):
        pass


def count_cells(data: bytes) -> int:
    """Cells of all sheets of a container that passed `open_container`."""
    cells = 0
    with zipfile.ZipFile(BytesIO(data)) as container:
        for entry in container.infolist():
            if _is_sheet(entry):
                with container.open(entry) as part:
                    cells += _check_sheet(part, _Tag.count)[1]
    return cells
