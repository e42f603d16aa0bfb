"""Titles over one, two and three lines."""

import pytest

from reports.gongwen.titles import WIDEST_EM, break_title
from reports.typesetting import width


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        pytest.param(
            "关于开展质量月活动的通知", ("关于开展质量月活动的通知",), id="short enough for one line"
        ),
        pytest.param(
            "绵阳市水利局关于2023年9月水利建设质量监督工作情况的通报",
            ("绵阳市水利局关于2023年9月", "水利建设质量监督工作情况的通报"),
            id="after the month",
        ),
        pytest.param("上半句\n下半句", ("上半句", "下半句"), id="the author's break wins"),
    ],
)
def test_break_title(title, lines):
    assert break_title(title) == lines


def test_names_stay_whole():
    title = "绵阳市水利局关于三台县祠堂湾水库工程质量问题的整改通知书"

    lines = break_title(title, keep=("三台县祠堂湾水库工程",))

    assert lines == ("绵阳市水利局关于三台县祠堂湾水库工程", "质量问题的整改通知书")


def test_a_long_title_takes_three_lines_that_fit():
    title = "绵阳市水利局关于武引灌区“十四五”续建配套与现代化改造项目安江干渠第三标段工程质量问题的整改通知书"

    lines = break_title(title)

    assert len(lines) == 3
    assert "".join(lines) == title
    assert all(width(line, "GW XiaoBiaoSong") <= WIDEST_EM for line in lines)


def test_three_lines_are_no_hourglass():
    lines = break_title(
        "绵阳市水利局关于对某某县水利局水利建设质量监督工作履职不力造成不良影响予以通报批评的通报"
    )
    widths = [width(line) for line in lines]

    assert not (widths[1] < widths[0] and widths[1] < widths[2])


def test_a_title_beyond_all_measure_is_still_set():
    title = "水利" * 60

    assert "".join(break_title(title)) == title
