from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import NotANumber, UnsafeText, clean_text, code_text, half_width, parse_decimal, parse_integer


def test_outer_blanks_go_and_inner_text_stays():
    assert clean_text("　 涪城区 水利局\u3000") == "涪城区 水利局"
    assert clean_text("cafe\u0301") == "café"


@pytest.mark.parametrize(
    ("text", "position", "kind"),
    [
        pytest.param("甲\u200b乙", 2, "不可见的格式字符", id="zero width space"),
        pytest.param("\u202e甲", 1, "不可见的格式字符", id="right-to-left override"),
        pytest.param("甲\u2066乙", 2, "不可见的格式字符", id="isolate"),
        pytest.param("甲\x00", 2, "控制字符", id="nul"),
        pytest.param("甲\t乙", 2, "控制字符", id="tab"),
        pytest.param("甲\n乙", 2, "控制字符", id="line end where one line is asked"),
        pytest.param("甲\ud800", 2, "不完整的字符", id="lone surrogate"),
        pytest.param("甲\ue000", 2, "自造字", id="private use"),
        pytest.param("甲\uffff", 2, "未定义的字符", id="not a character"),
        pytest.param("甲\u2028乙", 2, "行分隔符", id="line separator"),
        pytest.param("甲\u2029乙", 2, "段分隔符", id="paragraph separator"),
    ],
)
def test_characters_that_cannot_be_seen_are_refused_with_their_place(text, position, kind):
    with pytest.raises(UnsafeText) as caught:
        clean_text(text)

    assert str(caught.value) == (
        f"第{position}个字符（U+{ord(text[position - 1]):04X}）是{kind}，请删除后重新填写。"
    )


def test_line_ends_are_unified_where_many_lines_are_asked():
    assert clean_text("一\r\n二\n三", multiline=True) == "一\n二\n三"
    with pytest.raises(UnsafeText):
        clean_text("一\r二", multiline=True)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("ＡＢｃ１２－（）", "ABc12-()"),
        ("\u3000", " "),
        ("10²①㎡", "10²①㎡"),
        ("涪城，区", "涪城,区"),
    ],
)
def test_half_width_touches_only_full_width_forms(text, plain):
    assert half_width(text) == plain


def test_code_text_is_upper_case_ascii():
    assert code_text(" ９１ｍa ") == "91MA"


@pytest.mark.parametrize(
    ("text", "value"),
    [("1234.50", "1234.50"), ("1,234.5", "1234.5"), ("１２．５", "12.5"), ("-0.1", "-0.1"), (" 7 ", "7")],
)
def test_decimals_are_read_exactly(text, value):
    assert parse_decimal(text) == Decimal(value)
    assert str(parse_decimal(text)) == value


@pytest.mark.parametrize(
    "text", ["", "1e3", "NaN", "Infinity", "12万", "1,23", ".5", "5.", "10²", "٣", "1_000", "+"]
)
def test_other_numbers_are_refused(text):
    with pytest.raises(NotANumber, match=r"不是数字.*。$"):
        parse_decimal(text)


@pytest.mark.parametrize("text", ["1.0", "1,000", "三", ""])
def test_other_whole_numbers_are_refused(text):
    with pytest.raises(NotANumber, match=r"不是整数。$"):
        parse_integer(text)


@pytest.mark.parametrize("read", [parse_decimal, parse_integer])
def test_a_long_text_that_is_no_number_is_quoted_short(read):
    with pytest.raises(NotANumber, match=rf"^“{'无' * 20}…”不是[整数]"):
        read("无" * 5000)
    with pytest.raises(NotANumber, match=rf"^“{'无' * 20}”不是[整数]"):
        read("无" * 20)


@given(st.integers(-(10**28), 10**28))
def test_whole_numbers_survive_full_width(number):
    wide = str(number).translate({ord("-"): "－", **{48 + d: 0xFF10 + d for d in range(10)}})

    assert parse_integer(wide) == number
    assert parse_decimal(wide) == number


@pytest.mark.parametrize("digits", [31, 5000])
def test_a_whole_number_that_counts_nothing_is_refused(digits):
    with pytest.raises(NotANumber, match=rf"最多30位，现有{digits}位.*。$"):
        parse_integer("9" * digits)


@given(st.text())
def test_clean_text_is_idempotent(text):
    try:
        once = clean_text(text, multiline=True)
    except UnsafeText:
        return

    assert clean_text(once, multiline=True) == once
