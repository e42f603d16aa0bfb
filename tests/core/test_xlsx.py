import datetime as dt
from decimal import Decimal
from fractions import Fraction
from io import BytesIO

import openpyxl
import pytest

from core.xlsx import MAX_TEXT, SheetColumn, Workbook, sheet_title

HOSTILE = [
    "=1+1",
    '=HYPERLINK("http://example.invalid","点我")',
    "+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
]


def written(columns, rows, title="表"):
    book = Workbook()
    book.add_sheet(title, columns, rows)
    return openpyxl.load_workbook(BytesIO(book.to_bytes()))


def test_no_text_becomes_a_formula_in_any_of_eight_fields():
    columns = [SheetColumn(f"列{i}") for i in range(8)]

    sheet = written(columns, [HOSTILE]).active

    cells = list(sheet.iter_rows())[1]
    assert [cell.data_type for cell in cells] == ["s"] * 8
    assert [cell.quotePrefix for cell in cells] == [True] * 8
    assert sum(cell.data_type == "f" for row in sheet.iter_rows() for cell in row) == 0


def test_hostile_heads_and_notes_are_text_too():
    book = Workbook()
    book.add_sheet("表", [SheetColumn("=1+1")], [])
    book.add_notes("说明", [("=2+2", "=3+3")])

    reopened = openpyxl.load_workbook(BytesIO(book.to_bytes()))

    cells = [cell for sheet in reopened for row in sheet.iter_rows() for cell in row]
    assert [cell.data_type for cell in cells] == ["s", "s", "s"]


def test_plain_text_is_not_marked():
    sheet = written([SheetColumn("名称")], [["鲁班水库"]]).active

    assert sheet["A2"].value == "鲁班水库"
    assert sheet["A2"].quotePrefix is False


def test_numbers_and_dates_keep_their_kind():
    columns = [
        SheetColumn("价", unit="万元", format="#,##0.00"),
        SheetColumn("日"),
        SheetColumn("时"),
        SheetColumn("率"),
    ]
    at = dt.datetime(2023, 9, 5, 16, 30, tzinfo=dt.UTC)

    sheet = written(columns, [[Decimal("3862.50"), dt.date(2023, 9, 5), at, Fraction(1, 4)]]).active

    assert [cell.value for cell in sheet[1]] == ["价（万元）", "日", "时", "率"]
    price, day, moment, ratio = sheet[2]
    assert (price.data_type, price.value, price.number_format) == ("n", 3862.5, "#,##0.00")
    assert (day.data_type, day.value) == ("d", dt.datetime(2023, 9, 5))
    assert moment.value == dt.datetime(2023, 9, 6, 0, 30), "Shanghai time: Excel knows no zones"
    assert ratio.value == 0.25


def test_none_is_an_empty_cell_and_a_boolean_a_word():
    sheet = written([SheetColumn("a"), SheetColumn("b"), SheetColumn("c")], [[None, True, False]]).active

    assert [cell.value for cell in sheet[2]] == [None, "是", "否"]


def test_the_head_stays_in_sight():
    sheet = written([SheetColumn("a"), SheetColumn("b")], [[1, 2], [3, 4]]).active

    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:B3"


def test_control_characters_and_overlong_text_do_not_break_the_file():
    sheet = written([SheetColumn("a")], [["左\x00\x0b右"], ["长" * (MAX_TEXT + 5)]]).active

    assert sheet["A2"].value == "左右"
    assert len(sheet["A3"].value) == MAX_TEXT
    assert sheet["A3"].value.endswith("（截断）")


@pytest.mark.parametrize(
    ("title", "name"), [("问题/整改[9月]", "问题 整改 9月"), ("长" * 40, "长" * 31), ("***", "Sheet")]
)
def test_a_sheet_gets_a_name_that_excel_accepts(title, name):
    assert sheet_title(title) == name
