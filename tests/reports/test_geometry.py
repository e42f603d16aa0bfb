"""Every check of GB/T 9704-2012 that a PDF can answer, on real documents of both formats."""

import dataclasses
import itertools
import re

import pytest

from reports.gongwen.content import NUMBER, Paragraph
from reports.rendering import render_document
from tests.reports.conftest import FILE_KINDS, KINDS, LETTER_KINDS
from tests.reports.measure import CELL, LINE, ink, pages, raster

DATE = re.compile(r"\d{4}年([1-9]|1[0-2])月([1-9]|[12]\d|3[01])日")
LEFT, RIGHT, TOP, BOTTOM = 28.0, 184.0, 37.0, 262.0

every_kind = pytest.mark.parametrize("kind", KINDS)
file_kind = pytest.mark.parametrize("kind", FILE_KINDS)
letter_kind = pytest.mark.parametrize("kind", LETTER_KINDS)


def text_lines(page):
    """Body lines without the number: on page 1 of a file it is alone in the head, of a letter at the right."""
    return [line for line in page.body() if not NUMBER.fullmatch(line.text)]


def runs(page):
    """Neighbouring body lines, with no table, title or gap between them."""
    lines = text_lines(page)
    return [
        (first, second) for first, second in itertools.pairwise(lines) if second.bottom - first.bottom < 11
    ]


@every_kind
def test_page_is_a4(prints, kind):
    for page in prints(kind).pages:
        assert page.width == pytest.approx(210, abs=0.2)
        assert page.height == pytest.approx(297, abs=0.2)


@every_kind
def test_body_stays_in_the_type_area(prints, kind):
    for page in prints(kind).pages:
        for line in text_lines(page):
            assert line.left >= LEFT - 0.05
            assert line.right <= RIGHT + 0.45
            assert line.bottom <= BOTTOM
            assert line.bottom - 16 * 25.4 / 72 >= TOP


@every_kind
def test_left_edge_of_the_body_is_the_binding_margin(prints, kind):
    assert min(line.left for page in prints(kind).pages for line in text_lines(page)) == pytest.approx(
        LEFT, abs=0.1
    )


@every_kind
def test_page_has_at_most_22_lines_of_at_most_28_characters(prints, kind):
    for page in prints(kind).pages:
        lines = text_lines(page)
        assert len(lines) <= 22
        assert all(line.full_width_count <= 28 for line in lines)


def test_running_text_fills_22_lines_of_28_characters(prints):
    content = prints("circular").content
    text = dataclasses.replace(content, blocks=(Paragraph(text="水利工程质量监督" * 200),), annexes=())

    second = pages(render_document(text).pdf)[1]

    assert [line.full_width_count for line in text_lines(second)] == [28] * 22
    assert [line.right for line in text_lines(second)] == pytest.approx([RIGHT] * 22, abs=0.3)
    assert text_lines(second)[-1].bottom <= BOTTOM


@every_kind
def test_full_lines_reach_the_right_edge(prints, kind):
    """A line followed by one that is not indented was full."""
    ends = [
        first.right
        for page in prints(kind).pages
        for first, second in runs(page)
        if abs(second.left - LEFT) < 0.2 and abs(first.left - LEFT) < 12
    ]
    assert len(ends) >= 3
    assert all(end == pytest.approx(RIGHT, abs=0.45) for end in ends)


@every_kind
def test_mean_pitch_of_full_lines(prints, kind):
    """28 cells in 156 mm, counted over lines of Chinese only."""
    pitches = [
        (line.glyphs[-1].x0 - line.left) / (len(line.glyphs) - 1)
        for page in prints(kind).pages
        for line in text_lines(page)
        if len(line.glyphs) == 28 and line.full_width_count == 28
    ]
    assert pitches
    assert sum(pitches) / len(pitches) == pytest.approx(CELL, abs=0.03)


@every_kind
def test_lines_stand_one_pitch_apart(prints, kind):
    steps = [second.bottom - first.bottom for page in prints(kind).pages for first, second in runs(page)]
    assert len(steps) > 10
    assert all(step == pytest.approx(LINE, abs=0.15) for step in steps)


@every_kind
def test_paragraphs_are_indented_two_characters(prints, kind):
    lefts = {round(line.left, 1) for page in prints(kind).pages[:2] for line in text_lines(page)}
    assert any(left == pytest.approx(LEFT + 2 * CELL, abs=0.6) for left in lefts)


@every_kind
def test_first_page_shows_body_text(prints, kind):
    first = prints(kind).pages[0]
    salutation = next(index for index, line in enumerate(text_lines(first)) if line.text.endswith("："))
    assert len(text_lines(first)) > salutation + 1


@every_kind
def test_title_is_22_points_and_centred(prints, kind):
    document = prints(kind)
    lines = document.pages[0].lines(22, tolerance=0.3)
    assert [line.text for line in lines] == document.content.title.split("\n")
    assert all(line.centre == pytest.approx(106, abs=1) for line in lines)


@every_kind
def test_body_is_of_size_three(prints, kind):
    sizes = {
        glyph.size for page in prints(kind).pages for glyph in page.glyphs if glyph.font == "GW-FangSong"
    }
    assert any(15.7 <= size <= 16.1 for size in sizes)


@file_kind
def test_number_is_centred_two_lines_below_the_mark(prints, kind):
    document = prints(kind)
    line = next(line for line in document.pages[0].body() if NUMBER.fullmatch(line.text))
    mark = ink(document.pdf, 0, is_red=True, top=60, bottom=110)
    number = ink(document.pdf, 0, is_red=False, top=95, bottom=118)

    assert line.centre == pytest.approx(106, abs=1.5)
    assert mark[1] == pytest.approx(72, abs=0.5)
    assert (mark[0] + mark[2]) / 2 == pytest.approx(106, abs=1)
    assert number[1] - mark[3] == pytest.approx(2 * LINE, abs=1)


@file_kind
def test_red_rule_is_4_mm_below_the_number(prints, kind):
    document = prints(kind)
    red = [rule for rule in document.pages[0].rules if rule.is_red]
    number = ink(document.pdf, 0, is_red=False, top=95, bottom=118)

    assert len(red) == 1
    assert red[0].x1 - red[0].x0 == pytest.approx(156, abs=1)
    assert red[0].thickness == pytest.approx(0.5, abs=0.05)
    assert red[0].top - number[3] == pytest.approx(4, abs=0.5)


@file_kind
def test_title_stands_two_lines_below_the_rule(prints, kind):
    document = prints(kind)
    rule = next(rule for rule in document.pages[0].rules if rule.is_red)
    title = ink(document.pdf, 0, is_red=False, top=rule.bottom + 1, bottom=165)
    assert title[1] - rule.bottom == pytest.approx(2 * LINE + 2.6, abs=0.8)


@every_kind
def test_salutation_stands_one_line_below_the_title(prints, kind):
    page = prints(kind).pages[0]
    title = page.lines(22, tolerance=0.3)[-1]
    salutation = next(line for line in text_lines(page))
    assert salutation.left == pytest.approx(LEFT, abs=0.1)
    assert salutation.bottom - title.bottom == pytest.approx(2 * LINE, abs=1.5)


@every_kind
def test_date_ends_four_characters_from_the_right(prints, kind):
    lines = [line for page in prints(kind).pages for line in text_lines(page) if DATE.fullmatch(line.text)]
    assert len(lines) == 1
    assert lines[0].right == pytest.approx(161.7, abs=1.5)


@every_kind
def test_organ_is_centred_on_the_date(prints, kind):
    page = next(
        page for page in prints(kind).pages if any(DATE.fullmatch(line.text) for line in text_lines(page))
    )
    lines = text_lines(page)
    index = next(index for index, line in enumerate(lines) if DATE.fullmatch(line.text))
    assert lines[index - 1].text == "绵阳市水利局"
    assert lines[index - 1].centre == pytest.approx(lines[index].centre, abs=0.5)


@every_kind
def test_seal_begins_within_a_line_of_the_text_and_covers_organ_and_date(prints, kind):
    document = prints(kind)
    number, page = next(
        (number, page)
        for number, page in enumerate(document.pages)
        if any(DATE.fullmatch(line.text) for line in text_lines(page))
    )
    lines = text_lines(page)
    index = next(index for index, line in enumerate(lines) if DATE.fullmatch(line.text))
    above, date = lines[index - 2], lines[index]
    left, top, right, bottom = ink(document.pdf, number, is_red=True, top=above.bottom - 3, bottom=262)

    assert 0 <= top - above.bottom + 1.5 <= LINE + 1.5
    assert right - left == pytest.approx(42, abs=0.7)
    assert (left + right) / 2 == pytest.approx(date.centre, abs=0.5)
    assert (top + bottom) / 2 < date.bottom - LINE + 2
    assert bottom > date.bottom - 1


@every_kind
def test_page_numbers(prints, kind):
    document = prints(kind)
    for page in document.pages:
        found = [
            line for line in page.lines(14) if re.fullmatch(r"—\s*\d+\s*—", line.text) and line.bottom > 262
        ]
        if kind in LETTER_KINDS and page.number == 1:
            assert not found
            continue
        (line,) = found
        dash = ink(document.pdf, page.number - 1, is_red=False, top=264, bottom=280)
        assert re.sub(r"\s", "", line.text) == f"—{page.number}—"
        assert {glyph.font for glyph in line.glyphs} == {"GW-SongTi"}
        if page.number % 2:
            assert line.right == pytest.approx(178.4, abs=1.5)
        else:
            assert line.left == pytest.approx(33.6, abs=1.5)
        assert dash[1] >= 266.5


def test_dash_of_the_page_number_is_7_mm_below_the_type_area(prints):
    """The dash is the only ink in its columns."""
    document = prints("circular")
    page = document.pages[0]
    (line,) = [line for line in page.lines(14) if line.text.startswith("—")]
    image_left = line.left + 0.6
    assert _top_of_ink_at(document.pdf, 0, image_left + 1.5, 264, 280) == pytest.approx(269, abs=0.3)


def _top_of_ink_at(pdf, page, x, top, bottom, dpi=300):
    image, scale = raster(pdf, page, dpi), dpi / 25.4
    column = int(x * scale)
    dark = (
        row
        for row in range(int(top * scale), int(bottom * scale))
        if sum(image.getpixel((column, row))) < 250
    )
    return next(dark) / scale


@pytest.mark.parametrize("kind", ["circular", "criticism"])
def test_imprint_has_three_rules_at_the_foot_of_the_last_page(prints, kind):
    last = prints(kind).pages[-1]
    rules = [rule for rule in last.rules if rule.top > 200 and not rule.is_red]

    assert [rule.thickness for rule in rules] == pytest.approx([0.35, 0.25, 0.35], abs=0.03)
    assert rules[-1].bottom == pytest.approx(262, abs=0.2)
    assert all(
        rule.x0 == pytest.approx(28, abs=0.1) and rule.x1 == pytest.approx(184, abs=0.1) for rule in rules
    )


@file_kind
def test_imprint_is_set_in_size_four_one_character_in(prints, kind):
    lines = [line for line in prints(kind).pages[-1].lines(14) if 200 < line.bottom < 262]
    printed = lines[-1]
    assert printed.text == "绵阳市水利局办公室2023年10月12日印发"
    assert printed.left == pytest.approx(28 + 14 * 25.4 / 72, abs=0.3)
    assert printed.right == pytest.approx(184 - 14 * 25.4 / 72, abs=0.3)


def test_imprint_without_copies_has_two_rules(prints):
    rules = [rule for rule in prints("short circular").pages[-1].rules if rule.top > 200]
    assert [rule.thickness for rule in rules] == pytest.approx([0.35, 0.35], abs=0.03)


@pytest.mark.parametrize("kind", ["rectification", "long rectification", "interview"])
def test_imprint_of_a_letter_has_copies_but_no_rules_and_no_printer(prints, kind):
    last = prints(kind).pages[-1]
    lines = [line for line in last.lines(14) if 200 < line.bottom < 262]
    assert not [rule for rule in last.rules if not rule.is_red]
    assert lines[-1].text.startswith("抄送：")
    assert lines[-1].bottom == pytest.approx(260, abs=1.5)
    assert "印发" not in last.text


@letter_kind
def test_letter_mark_and_rules(prints, kind):
    document = prints(kind)
    red = [rule for rule in document.pages[0].rules if rule.is_red]
    mark = ink(document.pdf, 0, is_red=True, top=20, bottom=47)

    assert mark[1] == pytest.approx(30, abs=0.5)
    assert [rule.thickness for rule in red] == pytest.approx([0.7, 0.25, 0.25, 0.7], abs=0.03)
    assert all(
        rule.x0 == pytest.approx(20, abs=0.1) and rule.x1 == pytest.approx(190, abs=0.1) for rule in red
    )
    assert red[0].top - mark[3] == pytest.approx(4, abs=0.5)
    assert red[-1].bottom == pytest.approx(277, abs=0.2)
    assert not [rule for page in document.pages[1:] for rule in page.rules if rule.is_red]


@letter_kind
def test_letter_number_is_at_the_right_below_the_rule(prints, kind):
    document = prints(kind)
    line = next(line for line in document.pages[0].body() if NUMBER.fullmatch(line.text))
    number = ink(document.pdf, 0, is_red=False, top=51, bottom=66)
    assert line.right == pytest.approx(184, abs=0.3)
    assert number[1] - 50.7 == pytest.approx(4.94, abs=1)


@letter_kind
def test_letter_title_stands_two_lines_below_the_number(prints, kind):
    document = prints(kind)
    number = ink(document.pdf, 0, is_red=False, top=51, bottom=66)
    title = ink(document.pdf, 0, is_red=False, top=66, bottom=110)
    assert title[1] - number[3] == pytest.approx(2 * LINE + 4.6, abs=1.5)


@letter_kind
def test_letter_text_keeps_clear_of_the_lower_rule(prints, kind):
    assert max(line.bottom for line in prints(kind).pages[0].body()) <= 275.5 - 4.9


def test_annex_number_and_title_stand_on_lines_one_and_three(prints):
    annexes = [
        page for page in prints("circular").pages if page.body() and page.body()[0].text.startswith("附件")
    ]
    assert [page.body()[0].text for page in annexes] == ["附件1", "附件2", "附件3"]
    for page in annexes:
        label, title = page.body()[0], page.lines(22, tolerance=0.3)[0]
        assert {glyph.font for glyph in label.glyphs} <= {"GW-HeiTi", "GW-Latin"}
        assert label.left == pytest.approx(LEFT, abs=0.1)
        assert TOP < label.bottom < TOP + LINE
        assert TOP + 2 * LINE < title.bottom < TOP + 3 * LINE
        assert title.centre == pytest.approx(106, abs=1)


def test_annex_names_are_aligned(prints):
    lines = [line for page in prints("circular").pages for line in page.body()]
    first = next(index for index, line in enumerate(lines) if line.text.startswith("附件："))
    starts = [line.glyphs[line.text.index("2023")].x0 for line in lines[first : first + 3]]
    assert lines[first].left == pytest.approx(LEFT + 2 * CELL, abs=0.1)
    assert starts == pytest.approx([LEFT + 6 * CELL] * 3, abs=0.1)


def test_headings_have_their_faces(prints):
    lines = [line for page in prints("circular").pages[:6] for line in page.body()]
    first = next(line for line in lines if line.text.startswith("一、"))
    second = next(line for line in lines if line.text.startswith("（一）"))
    assert {glyph.font for glyph in first.glyphs} == {"GW-HeiTi"}
    assert {glyph.font for glyph in second.glyphs} == {"GW-KaiTi"}


@every_kind
def test_tables_keep_to_the_type_area_and_repeat_their_head(prints, kind):
    for page in prints(kind).pages:
        small = [glyph for glyph in page.glyphs if glyph.size in (9, 12) and glyph.bottom < BOTTOM]
        assert all(glyph.x0 > LEFT - 0.1 and glyph.x1 < RIGHT + 0.3 for glyph in small)
        if len(small) > 60:
            assert "GW-HeiTi" in {glyph.font for glyph in sorted(small, key=lambda glyph: glyph.bottom)[:8]}


@every_kind
def test_nothing_that_the_standard_forbids(prints, kind):
    text = "\n".join(page.text for page in prints(kind).pages)
    assert "此页无正文" not in text
    assert "年0月" not in text
    assert not re.search(r"[\[(【]20\d\d[\])】]", text)
    assert "〔2023〕" in text
