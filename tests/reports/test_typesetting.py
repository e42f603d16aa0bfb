"""The line composer: 禁则, squeezing and justification."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.typesetting import CLOSE, OPEN, Measure, compose, tokens, width, wrap

GRID = Measure(cells=28, pitch_em=0.98712, indent=2)
FLUSH = Measure(cells=28, pitch_em=0.98712)

HAN = st.text("水利工程质量监督检查整改通报县市区项目法人施工单位" + "喆翯", min_size=1, max_size=9)
WORD = st.sampled_from(["2023", "9", "82.5%", "0.96", "MY-2023-0058", "C25", "0816-2000000", "12mm"])
PHRASE = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["", "（", "《", "“", "（“"]),
        HAN,
        st.one_of(st.just(""), WORD),
        st.sampled_from(["", "，", "。", "）", "》，", "”。", "）。", "；", "、", "——", "……", "）”，"]),
    ),
)
TEXT = st.builds(lambda first, rest: first + "".join(rest), HAN, st.lists(PHRASE, max_size=40))


def texts(text, measure=FLUSH):
    return [line.text for line in compose(text, measure)]


@given(TEXT)
def test_compose_keeps_the_text(text):
    assert "".join(texts(text, GRID)) == text


@given(TEXT)
def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(text):
    lines = texts(text, GRID)

    assert all(line[0] not in CLOSE for line in lines[1:])
    assert all(line[-1] not in OPEN for line in lines[:-1])


@given(TEXT)
def test_full_lines_fill_the_room_and_no_line_is_wider(text):
    for index, line in enumerate(compose(text, GRID)):
        gaps = max(len(line.text) - 1, 1)
        set_width = line.natural_em + line.spacing / 1000 * gaps
        room = GRID.room(is_first=index == 0)
        assert set_width <= room + 1e-6
        if line.is_full:
            assert set_width >= room - 0.001 * gaps - 1e-6


@given(TEXT)
def test_no_line_has_more_full_width_characters_than_cells(text):
    for index, line in enumerate(compose(text, GRID)):
        full = sum(1 for character in line.text if width(character) >= 0.95)
        assert full <= (26 if index == 0 else 28)


@given(TEXT, st.integers(2, 12))
def test_wrapped_cells_keep_the_text_and_never_spread(text, cells):
    lines = wrap(text, cells)

    assert "".join(line.text for line in lines) == text
    assert all(line.spacing <= 0 for line in lines)


def test_running_hanzi_break_after_26_and_28():
    assert [len(line) for line in texts("水" * 80, GRID)] == [26, 28, 26]


@pytest.mark.parametrize(
    ("text", "second"),
    [
        pytest.param("水" * 28 + "。水水", "水。水水", id="a full stop takes the last character along"),
        pytest.param("水" * 27 + "（水）水", "（水）水", id="an opening bracket moves on"),
        pytest.param("水" * 28 + "）。水", "水）。水", id="two closing marks stay together"),
        pytest.param("水" * 27 + "——水", "水——水", id="a double dash is not parted and may not begin a line"),
        pytest.param("水" * 27 + "……水", "水……水", id="an ellipsis may not begin a line"),
        pytest.param("水" * 27 + "2023年", "2023年", id="a number is not parted"),
        pytest.param("水" * 27 + "82.5%水", "82.5%水", id="a percent sign stays with its number"),
    ],
)
def test_compose_moves_on_what_may_not_be_parted(text, second):
    assert texts(text)[1] == second


def test_neighbouring_marks_give_up_half_a_cell():
    (line,) = compose("《水利工程》（试行）。", FLUSH)

    assert [(piece.text, piece.squeeze) for piece in line.pieces if piece.squeeze] == [
        ("》", "r"),
        ("）", "r"),
    ]
    assert line.natural_em == pytest.approx(width("《水利工程》（试行）。") - 1)


def test_marks_on_different_lines_are_not_squeezed():
    text = "水" * 27 + "。（水利）"

    assert [piece.squeeze for line in compose(text, FLUSH)[:1] for piece in line.pieces] == [""]


def test_last_line_keeps_the_normal_pitch():
    lines = compose("水" * 40, FLUSH)

    assert [line.is_full for line in lines] == [True, False]
    assert lines[-1].spacing == -13


def test_a_long_code_is_parted_at_its_hyphens_when_the_line_would_gape():
    text = "水" * 20 + "ABCDEFG-HIJKLMN-OPQRSTU" + "水" * 8

    assert texts(text)[0].endswith("-")


def test_a_very_long_word_is_parted_anywhere():
    assert len(texts("A" * 200)) > 1


def test_text_of_closing_marks_only_is_still_set():
    assert "".join(texts("。" * 60)) == "。" * 60


def test_spaces_at_a_break_disappear():
    lines = texts("水" * 28 + " " + "水" * 3)

    assert lines == ["水" * 28, "水水水"]


def test_empty_text_has_no_lines():
    assert compose("", FLUSH) == []


def test_tokens_keep_numbers_units_and_dashes():
    assert tokens("得分82.5%——设计值≥0.96") == ["得", "分", "82.5%", "——", "设", "计", "值", "≥", "0.96"]


def test_width_knows_half_width_and_odd_signs():
    assert width("水2023") == pytest.approx(3)
    assert width("℃") == pytest.approx(0.944)


def test_wrap_keeps_author_line_feeds():
    assert [line.text for line in wrap("县\n（市、区）", 5)] == ["县", "（市、区）"]
