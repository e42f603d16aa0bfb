"""A workbook of a return: every error of the whole file in one pass, each at its cell; broken ones never break."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from projects.rules.returns import RETURN_FIELDS
from reports.ledger.problems import UnreadableWorkbook
from reports.returns.ground import Ground
from reports.returns.layout import FIRST_ROW, LINES_TITLE, ReturnBook
from reports.returns.reading import FORMULA, PERCENT, read_return_book
from reports.returns.template import template_workbook
from reports.returns.uploads import read_book
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.projects.open_month import open_month
from tests.reports.returns.books import (
    address,
    bent,
    column,
    edited,
    ground_of,
    in_memory,
    problems,
    reviewed,
    sentences,
    template_of,
    told,
    typed,
)

LINES = 12

WRONG: dict[str, Any] = {
    "award_price_wan_yuan": "3862.5万",
    "approved_duration_days": "一年",
    "started_on": "去年三月",
    "planned_finish_on": dt.date(2022, 1, 1),
    "progress_percent": 250,
    "invested_wan_yuan": -1,
    "unit_count": 2.5,
    "key_person_count": "若干",
    "key_work_count": 99999,
    "status": "在办",
    "registration_number": dt.date(2023, 9, 5),
    "commitments_due": True,
    "attendance_percent": "好",
    "accident_count": "无",
    "note": "甲\u202e乙",
    "works_ahead": "长" * 301,
}


def test_template_reads_back_as_nothing_new(city: City) -> None:
    opened = open_month(city, LINES)
    with city_scope(city.id):
        ground = ground_of(opened)
        found = reviewed(read_return_book(template_workbook(ground)), ground)

    assert (found.error_count, found.change_count) == (0, 0)
    assert found.content.read == LINES
    assert found.content.remarks == []
    assert found.content.left_out == []


def test_every_planted_error_is_told_in_one_pass_and_good_rows_are_kept(city: City) -> None:
    opened = open_month(city, len(WRONG) + 2)
    planted = {(FIRST_ROW + n, name): value for n, (name, value) in enumerate(WRONG.items())}
    last = FIRST_ROW + len(WRONG)
    good = {(last, "progress_percent"): 55.5, (last, "invested_wan_yuan"): "1,234.50", (0, "trainings"): 3}
    with city_scope(city.id):
        ground = ground_of(opened)
        data = typed(template_of(opened), {**planted, **good})
        found = reviewed(read_return_book(data), ground)

    assert told(found) == {(LINES_TITLE, address(name, row)) for row, name in planted}, sentences(found)
    assert found.error_count == len(planted)
    assert all(one.wrong and one.right and one.header for one in problems(found))
    said = "\n".join(sentences(found))
    assert "“3862.5万”不是数字" in said
    assert "请从“拟建、在建" in said
    changes = {
        (cell.field.name, cell.text, cell.stored) for row in found.changed_rows for cell in row.changes
    }
    assert changes == {
        ("progress_percent", "55.5", "40"),
        ("invested_wan_yuan", "1234.5", "300"),
        ("trainings", "3", "0"),
    }


def test_rows_are_checked_as_wholes(city: City) -> None:
    opened = open_month(city, 3)
    cells = {
        (FIRST_ROW, "progress_percent"): 39,
        (FIRST_ROW + 1, "finished_on"): dt.date(2023, 2, 1),
        (FIRST_ROW + 2, "commitments_due"): 2,
        (FIRST_ROW + 2, "commitments_signed"): 3,
    }
    with city_scope(city.id):
        found = reviewed(in_memory(template_of(opened), cells), ground_of(opened))

    assert {cell for _, cell in told(found)} == {
        address("progress_percent"),
        address("finished_on", FIRST_ROW + 1),
        address("commitments_signed", FIRST_ROW + 2),
    }
    assert "上月的40减少为39" in sentences(found)[0]


def test_unknown_rows_and_doubles_are_named(city: City, other_city: City) -> None:
    opened = open_month(city, 3)
    strangers = open_month(city, 1, where="平武县")
    far = open_month(other_city, 1, where="甲县")
    with city_scope(city.id):
        own = factories.project(jurisdiction=opened.return_.jurisdiction, started_on=dt.date(2024, 1, 1))
        ground = ground_of(opened)
        book = read_return_book(template_of(opened))
    rows = book.lines
    codes = [strangers.projects[0].code, far.projects[0].code, "没有", own.code, "", rows[3][0]]
    for code in codes:
        rows.append([code, "某工程", "在建", *[""] * (len(rows[3]) - 3)])
    with city_scope(city.id):
        found = reviewed(book, ground)

    faults = {row.row.number: row.row.fault for row in found.bad_rows}
    first = FIRST_ROW + 3
    assert all("不存在" in faults[number] for number in (first, first + 1, first + 2))
    assert "增加工程" in faults[first + 3]
    assert "没有填写工程编号" in faults[first + 4]
    assert faults[FIRST_ROW] == faults[first + 5]
    assert f"第{FIRST_ROW}行、第{first + 5}行是同一工程" in faults[FIRST_ROW]
    assert found.change_count == 0


def test_formulas_percents_and_merged_cells_are_found_under_the_fast_reader(city: City) -> None:
    opened = open_month(city, 3)

    def spoil(book: Any) -> None:
        page = book[LINES_TITLE]
        page[address("award_price_wan_yuan")] = "=800+60"
        cell = page[address("progress_percent", FIRST_ROW + 1)]
        cell.value, cell.number_format = 0.45, "0.0%"
        page.merge_cells(f"{address('note')}:{address('note', FIRST_ROW + 1)}")

    with city_scope(city.id):
        found = reviewed(read_return_book(edited(template_of(opened), spoil)), ground_of(opened))

    by_cell = {one.cell: one.wrong for one in problems(found)}
    assert by_cell[address("award_price_wan_yuan")] == FORMULA.rstrip("。")
    assert by_cell[address("progress_percent", FIRST_ROW + 1)] == PERCENT.rstrip("。")
    assert "合并单元格" in by_cell[address("note")]


def test_columns_may_move_and_go_and_strange_ones_are_named(city: City) -> None:
    opened = open_month(city, 2)

    def shuffle(book: Any) -> None:
        page = book[LINES_TITLE]
        page.delete_cols(column("note"))
        page.insert_cols(3)
        page.cell(row=3, column=3, value="自编号")
        page.cell(row=FIRST_ROW, column=4, value="停工")  # 建设状态 now stands one to the right

    with city_scope(city.id):
        found = reviewed(read_return_book(edited(template_of(opened), shuffle)), ground_of(opened))

    assert [cell.field.name for row in found.changed_rows for cell in row.changes] == ["status"]
    assert any("“自编号”不是模板的栏目" in one for one in found.content.remarks)
    assert any("没有备注" in one for one in found.content.remarks)


WRONG_FILES = [
    pytest.param(b"", "文件是空的", id="empty"),
    pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "旧版Excel文件", id="xls"),
    pytest.param(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "打开密码", id="locked"
    ),
    pytest.param("工程编号,中标价".encode(), "不是Excel工作簿", id="csv"),
    pytest.param(b"PK\x03\x04 broken", "损坏", id="cut off"),
]


@pytest.mark.parametrize(("data", "sentence"), WRONG_FILES)
def test_wrong_kinds_of_files_are_named(data: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableWorkbook, match=sentence):
        read_return_book(data)


def _replaced(name: str, value: str) -> Any:
    def change(book: Any) -> None:
        for row in book["签名"].iter_rows():
            if row[0].value == name:
                row[1].value = value

    return change


def test_the_wrong_workbook_is_told_by_its_signature(city: City, settings: Any) -> None:
    opened, neighbour = open_month(city, 1), open_month(city, 1, where="平武县")
    with city_scope(city.id):
        ground, mine, theirs = ground_of(opened), template_of(opened), template_of(neighbour)
        wrong = [
            (theirs, "平武县2023年9月月报，这里是北川羌族自治县2023年9月"),
            (edited(mine, _replaced("month", "2023-08")), "这里是北川羌族自治县2023年9月"),
            (edited(mine, _replaced("version", "3")), "第3版时下载的，现在填报的是第1版"),
            (edited(mine, _replaced("anlan-return", "0")), "旧版式"),
            (edited(mine, _replaced("return", "x")), "不是由本月报下载"),
            (edited(mine, lambda book: book.remove(book["签名"])), "没有找到模板标记"),
            (edited(mine, lambda book: book.remove(book[LINES_TITLE])), f"没有“{LINES_TITLE}”表"),
            (edited(mine, lambda book: book[LINES_TITLE].delete_rows(3)), "表头"),
            (
                edited(mine, lambda book: book[LINES_TITLE].cell(row=30_000, column=1, value="远")),
                "很远的行或列",
            ),
            (
                edited(mine, lambda book: book[LINES_TITLE].cell(row=5, column=16_384, value="远")),
                "很远的行或列",
            ),
        ]
        for data, sentence in wrong:
            with pytest.raises(UnreadableWorkbook) as refusal:
                read_book(data, ground)
            assert sentence in str(refusal.value)
        settings.LEDGER_MAX_UPLOAD_BYTES = 1024
        with pytest.raises(UnreadableWorkbook, match="超过0MB"):
            read_book(mine, ground)


# Broken in every way: never an exception that is not a sentence, never a cell written that was not read rightly.

RAW = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        [
            "",
            " ",
            "=1+1",
            "1e9",
            "９９",
            "1,000",
            "45%",
            "#REF!",
            "在建",
            "2023年9月5日",
            "\u200b",
            "NaN",
            "-0",
        ]
    ),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=True, allow_infinity=True),
    st.booleans(),
    st.dates(dt.date(1900, 1, 1), dt.date(2200, 1, 1)),
    st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2200, 1, 1)),
    st.times(),
    st.none(),
)
NAMES = [one.name for one in RETURN_FIELDS]


class Prepared:
    """A ground and its template, as bytes and as matrices, for many broken copies (no dataclass: Hypothesis prints it)."""

    def __init__(self, ground: Ground, data: bytes) -> None:
        self.ground, self.data, self.book = ground, data, read_return_book(data)


@pytest.fixture
def prepared(city: City) -> Iterator[Prepared]:
    opened = open_month(city, LINES)
    with city_scope(city.id):
        ground = ground_of(opened)
        yield Prepared(ground, template_workbook(ground))


def _assert_told_or_taken(ground: Ground, book: ReturnBook, cells: dict[tuple[int, str], Any]) -> None:
    found = reviewed(book, ground)
    wrong = {one.cell for one in problems(found) if one.cell}
    for (row, name), raw in cells.items():
        line = ground.lines.get(str(book.lines[row - 1][0]))
        if line is None:
            continue
        cell = next(
            (
                one
                for seen in found.rows
                if seen.row.number == row
                for one in seen.cells
                if one.field.name == name
            ),
            None,
        )
        is_same = cell is None or (not cell.is_change and not cell.error)
        assert is_same or address(name, row) in wrong or _is_taken(raw, cell.text), (name, raw, cell)


def _is_taken(raw: Any, text: str) -> bool:
    """What would be written is what stood in the cell."""
    if isinstance(raw, bool):
        return False
    if isinstance(raw, int | float):
        return text == "" or _same_number(raw, text) or "-" in text
    return text != "" or not str(raw or "").strip()


def _same_number(raw: float, text: str) -> bool:
    try:
        return Decimal(f"{raw:.15g}") == Decimal(text)
    except ArithmeticError:
        return False


@given(
    cells=st.dictionaries(
        st.tuples(st.integers(FIRST_ROW, FIRST_ROW + LINES - 1), st.sampled_from(NAMES)), RAW, max_size=25
    )
)
@example(cells={(4, "progress_percent"): "%"})
@settings(
    max_examples=1000,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_a_thousand_broken_workbooks(prepared: Prepared, cells: dict[tuple[int, str], Any]) -> None:
    _assert_told_or_taken(prepared.ground, bent(prepared.book, cells), cells)


def _what_is_said(data: bytes, ground: Ground) -> str:
    try:
        return f"读入{read_book(data, ground).read}行。"
    except UnreadableWorkbook as refusal:
        return str(refusal)


@pytest.mark.parametrize("seed", range(12))
def test_broken_files_are_told_in_a_sentence(prepared: Prepared, seed: int) -> None:
    """Bytes flipped, parts cut, sheets torn: UnreadableWorkbook or a review, nothing else."""
    dice = random.Random(seed)
    for _ in range(3):
        broken = bytearray(prepared.data)
        for _ in range(dice.randint(1, 40)):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        if dice.random() < 0.3:
            del broken[dice.randrange(len(broken)) :]
        assert _what_is_said(bytes(broken), prepared.ground).endswith("。")
