"""One cell → one value of its column, or a sentence about what is wrong and what would be right.

Reads what people really type: dates as text or serial numbers, full-width digits, thousands separators, 是/否,
labels of choices. Refuses what cannot be read without guessing.
"""

from __future__ import annotations

import datetime as dt
import difflib
import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from core.errors import DomainError
from core.month import SHANGHAI
from core.text import NotANumber, clean_text, code_text, half_width, parse_decimal
from core.uscc import parse_uscc
from reports.ledger.problems import BadCell
from reports.ledger.reading import RawCell
from reports.ledger.spec import NO, YES, Column, Kind

FIRST_DAY, LAST_DAY = dt.date(1990, 1, 1), dt.date(2099, 12, 31)
_SERIALS = range(32_874, 73_051)
"""Excel serial numbers of the days above; no date written as 20230901 falls in here."""
_EXACT_DIGITS = 15
_BIG_LINES = 4000

_DATE = re.compile(r"(\d{4})\s*(?:年|[-./])\s*(\d{1,2})\s*(?:月|[-./])\s*(\d{1,2})\s*日?")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH = re.compile(r"(\d{4})\s*(?:年|[-./])\s*(\d{1,2})\s*月?")
_COMPACT_MONTH = re.compile(r"(\d{4})(\d{2})")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?")
_CHINESE_TIME = re.compile(r"(\d{1,2})时(\d{1,2})分(?:(\d{1,2})秒)?")
_AMOUNT = re.compile(r"([+-]?[0-9,]+(?:\.[0-9]+)?)\s*(亿元|亿|万元|万|元|%|天|日|个|次|批|人|分|字节|KB|MB)")
_FACTORS = {"亿元": 10**8, "亿": 10**8, "万元": 10**4, "万": 10**4, "元": 1}
_UNTYPED_CODE = "请把单元格设为“文本”格式后重新填写"


@dataclass(frozen=True)
class County:
    """A jurisdiction of the city as a cell may name it."""

    id: uuid.UUID
    name: str
    is_city: bool


@dataclass
class Reader:
    """What reading needs to know of the city. counties: code, name and short name → county."""

    city_id: uuid.UUID
    counties: Mapping[str, County]
    is_1904: bool = False
    county_names: tuple[str, ...] = field(default=())

    def read(self, column: Column, cell: RawCell | None) -> Any:
        """The value; None for a blank cell.

        Raises:
            BadCell: what is wrong, and what would be right.
        """
        if cell is None:
            if column.required:
                raise BadCell("必填项没有填写", _wanted(column))
            return None
        if cell.is_formula:
            raise BadCell("单元格里是公式，公式的结果可能变化，不能导入", "复制该单元格，选择性粘贴为“数值”")
        if cell.is_error:
            raise BadCell("单元格里是Excel的错误值", f"改为正确的内容：{_wanted(column)}")
        try:
            return _READERS[column.kind](self, column, cell)
        except BadCell:
            raise
        except DomainError as refusal:
            raise BadCell(str(refusal).rstrip("。"), _wanted(column)) from refusal


def _wanted(column: Column) -> str:
    parts = [column.meaning]
    if column.allowed:
        parts.append(f"可填：{column.allowed}")
    if column.example:
        parts.append(f"例如“{column.example}”")
    return "；".join(parts)


def _text(reader: Reader, column: Column, cell: RawCell) -> str:
    value = cell.value
    if isinstance(value, bool | dt.date | dt.time | dt.timedelta):
        raise BadCell("Excel把这一格认成了日期、时间或逻辑值", _UNTYPED_CODE)
    text = value if isinstance(value, str) else _number_as_text(value)
    multiline = column.kind in (Kind.PROSE, Kind.LINES)
    if not multiline and "\n" in text.strip():
        raise BadCell("内容里有换行", "写成一行")
    return _fitting(column, clean_text(text, multiline=multiline))


def _fitting(column: Column, text: str) -> str:
    if column.max_length is not None and len(text) > column.max_length:
        raise BadCell(
            f"内容有{len(text)}个字，超过{column.max_length}个字", f"缩短到{column.max_length}个字以内"
        )
    return text


def _number_as_text(value: float) -> str:
    if isinstance(value, float) and not value.is_integer():
        return f"{value:.15g}"
    whole = int(value)
    if len(str(abs(whole))) > _EXACT_DIGITS:
        raise BadCell("Excel把编号当成了数字，15位以后的数字已经丢失", _UNTYPED_CODE)
    return str(whole)


def _code(reader: Reader, column: Column, cell: RawCell) -> str:
    if isinstance(cell.value, float) and not cell.value.is_integer():
        raise BadCell("Excel把编号当成了带小数的数字", _UNTYPED_CODE)
    return _fitting(column, code_text(_text(reader, column, cell)))


def _uscc(reader: Reader, column: Column, cell: RawCell) -> str:
    return parse_uscc(_text(reader, column, cell))


def _sha256(reader: Reader, column: Column, cell: RawCell) -> str:
    text = half_width(_text(reader, column, cell)).lower()
    if re.fullmatch(r"[0-9a-f]{64}", text) is None:
        raise BadCell("SHA-256摘要应为64位十六进制数字", "填写文件的SHA-256摘要，只含0至9和a至f")
    return text


def _number(column: Column, cell: RawCell) -> Decimal:
    value = cell.value
    if isinstance(value, bool | dt.date | dt.time | dt.timedelta):
        raise BadCell(
            "Excel把这一格认成了日期、时间或逻辑值", f"设为“数值”格式后填写数字，例如“{column.example}”"
        )
    if isinstance(value, str):
        return _number_of_text(column, value)
    number = Decimal(value) if isinstance(value, int) else Decimal(f"{value:.15g}")
    return number * 100 if cell.is_percent and column.unit == "%" else number


def _number_of_text(column: Column, text: str) -> Decimal:
    plain = clean_text(half_width(text))
    try:
        return parse_decimal(plain)
    except NotANumber as refusal:
        amount = _AMOUNT.fullmatch(plain)
        if amount is None:
            raise BadCell("不是数字", f"只填数字，例如“{column.example or '12'}”") from refusal
        return _amount_with_unit(column, Decimal(amount[1].replace(",", "")), amount[2])


def _amount_with_unit(column: Column, number: Decimal, unit: str) -> Decimal:
    if unit == "%" and column.unit == "%":
        return number
    right = f"只填数字，本列单位是“{column.unit}”" if column.unit else "只填数字"
    if column.unit in _FACTORS and unit in _FACTORS:
        in_column = number * _FACTORS[unit] / _FACTORS[column.unit]
        right += f"，应填“{in_column.normalize():f}”"
    raise BadCell(f"数字后面带了单位“{unit}”", right)


def _decimal(reader: Reader, column: Column, cell: RawCell) -> Decimal:
    number = _in_range(column, _number(column, cell))
    places = column.decimal_places or 0
    try:
        exact = number.quantize(Decimal(1).scaleb(-places))
    except InvalidOperation as overflow:
        raise BadCell("数字过大", _wanted(column)) from overflow
    if exact != number:
        raise BadCell(f"小数超过{places}位", f"四舍五入到{places}位小数")
    return exact + 0  # minus zero is zero


def _integer(reader: Reader, column: Column, cell: RawCell) -> int:
    number = _in_range(column, _number(column, cell))
    if number != number.to_integral_value():
        raise BadCell("不是整数", "填写整数")
    return int(number)


def _in_range(column: Column, number: Decimal) -> Decimal:
    low, high = column.minimum, column.maximum
    if low is not None and number < low:
        raise BadCell("数字不能小于" + f"{low:f}", f"填写{low:f}以上的数字")
    if high is not None and number > high:
        raise BadCell("数字过大", f"填写不超过{high:f}的数字")
    return number


def _bool(reader: Reader, column: Column, cell: RawCell) -> bool:
    if isinstance(cell.value, bool):
        return cell.value
    text = _text(reader, column, cell)
    if text not in (YES, NO):
        raise BadCell("应填“是”或“否”", "填写“是”或“否”")
    return text == YES


def _choice(reader: Reader, column: Column, cell: RawCell) -> str:
    text = clean_text(str(cell.value))
    for code, label in column.choices:
        if text in (label, code):
            return code
    labels = [label for _, label in column.choices]
    near = difflib.get_close_matches(text, labels, n=1, cutoff=0.5)
    hint = f"是否应为“{near[0]}”？" if near else ""
    raise BadCell("不在可选的内容之中", f"{hint}可填：{'、'.join(labels)}")


def _county(reader: Reader, column: Column, cell: RawCell) -> uuid.UUID:
    text = code_text(_text(reader, column, cell))
    county = reader.counties.get(text)
    if county is None:
        near = difflib.get_close_matches(text, reader.county_names, n=1, cutoff=0.5)
        hint = f"是否应为“{near[0]}”？" if near else ""
        raise BadCell("县区不存在", f"{hint}填写本市县区的名称或代码")
    if county.is_city and not column.is_city_allowed:
        raise BadCell("这里不能填市本级", "填写县区的名称或代码")
    return county.id


def _day_of(reader: Reader, value: Any) -> dt.datetime | None:
    """A point in time from what Excel stored, None when it is text."""
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day)  # noqa: DTZ001 -- a wall-clock value of the sheet
    if isinstance(value, int | float) and not isinstance(value, bool) and int(value) in _SERIALS:
        epoch = CALENDAR_MAC_1904 if reader.is_1904 else CALENDAR_WINDOWS_1900
        moment = from_excel(value, epoch=epoch)
        return moment if isinstance(moment, dt.datetime) else None
    return None


def _day(year: str, month: str, day: str) -> dt.date:
    try:
        found = dt.date(int(year), int(month), int(day))
    except ValueError as impossible:
        raise BadCell("没有这一天", "核对年、月、日，例如“2023-09-01”") from impossible
    if not FIRST_DAY <= found <= LAST_DAY:
        raise BadCell("日期不在1990年至2099年之间", "核对年份，例如“2023-09-01”")
    return found


def _date_text(value: Any) -> str:
    if isinstance(value, bool | dt.time | dt.timedelta):
        raise BadCell("只有时间，没有日期", "填写日期，例如“2023-09-01”")
    return clean_text(half_width(value)) if isinstance(value, str) else _number_as_text(value)


def _date(reader: Reader, column: Column, cell: RawCell) -> dt.date:
    moment = _day_of(reader, cell.value)
    if moment is not None:
        return _day(str(moment.year), str(moment.month), str(moment.day))
    text = _date_text(cell.value)
    if re.fullmatch(r"\d{5}", text) and int(text) in _SERIALS:
        return _date(reader, column, RawCell(int(text)))
    match = _DATE.fullmatch(re.sub(r"[ T]00:00(:00)?$", "", text)) or _COMPACT_DATE.fullmatch(text)
    if match is None:
        raise BadCell("不是日期", "写成“2023-09-01”“2023/9/1”“2023.9.1”或“2023年9月1日”")
    return _day(match[1], match[2], match[3])


def _month(reader: Reader, column: Column, cell: RawCell) -> dt.date:
    if isinstance(cell.value, float) and not cell.value.is_integer():
        # 2023.1 may have been typed as January or as October
        raise BadCell("Excel把月份当成了小数，分不清是1月还是10月", "写成“2023-09”")
    moment = _day_of(reader, cell.value)
    if moment is not None:
        if moment.day != 1:
            raise BadCell("这里要填月份，不是某一天", f"写成“{moment:%Y-%m}”")
        return _day(str(moment.year), str(moment.month), "1")
    text = _date_text(cell.value)
    match = _MONTH.fullmatch(text) or _COMPACT_MONTH.fullmatch(text)
    if match is None:
        raise BadCell("不是月份", "写成“2023-09”或“2023年9月”")
    return _day(match[1], match[2], "1")


def _datetime(reader: Reader, column: Column, cell: RawCell) -> dt.datetime:
    moment = _day_of(reader, cell.value)
    if moment is not None:
        day, clock = _day(str(moment.year), str(moment.month), str(moment.day)), moment.time()
        # serial numbers are fractions of a day: what people typed has whole seconds
        rounded = dt.datetime.combine(day, clock) + dt.timedelta(microseconds=500_000)
        return rounded.replace(microsecond=0, tzinfo=SHANGHAI)
    text = _date_text(cell.value)
    found = re.match(_DATE.pattern, text)
    if found is None:
        raise BadCell("不是日期时间", "写成“2023-10-07 15:30”")
    day = _day(found[1], found[2], found[3])
    rest = text[found.end() :].strip(" T")
    return dt.datetime.combine(day, _clock(rest), tzinfo=SHANGHAI)


def _clock(text: str) -> dt.time:
    """The time of day; blank means midnight."""
    if not text:
        return dt.time()
    match = _TIME.fullmatch(text) or _CHINESE_TIME.fullmatch(text)
    if match is None:
        raise BadCell("时间部分看不懂", "写成“2023-10-07 15:30”")
    parts = [*match.groups(), None][:4]
    fraction = (parts[3] or "").ljust(6, "0") if len(match.groups()) == 4 else "0"
    try:
        return dt.time(int(parts[0] or 0), int(parts[1] or 0), int(parts[2] or 0), int(fraction))
    except ValueError as impossible:
        raise BadCell("没有这个时间", "时应为0至23，分和秒应为0至59") from impossible


def _lines(reader: Reader, column: Column, cell: RawCell) -> list[Any]:
    text = _text(reader, column, cell)
    if len(text) > _BIG_LINES:
        raise BadCell(f"内容超过{_BIG_LINES}个字", "缩短")
    return [_line(line.strip()) for line in text.split("\n") if line.strip()]


def _line(text: str) -> Any:
    if not text.startswith(("{", "[")):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as broken:
        raise BadCell("有一行像是系统导出的JSON，但已不完整", "恢复导出的内容，或改成普通文字") from broken


def _group(reader: Reader, column: Column, cell: RawCell) -> uuid.UUID:
    text = _code(reader, column, cell)
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid5(reader.city_id, text)


_READERS: dict[Kind, Callable[[Reader, Column, RawCell], Any]] = {
    Kind.TEXT: _text,
    Kind.PROSE: _text,
    Kind.CODE: _code,
    Kind.USCC: _uscc,
    Kind.SHA256: _sha256,
    Kind.INT: _integer,
    Kind.DECIMAL: _decimal,
    Kind.DATE: _date,
    Kind.MONTH: _month,
    Kind.DATETIME: _datetime,
    Kind.BOOL: _bool,
    Kind.CHOICE: _choice,
    Kind.COUNTY: _county,
    Kind.CATALOGUE: _code,
    Kind.LINES: _lines,
    Kind.GROUP: _group,
}
