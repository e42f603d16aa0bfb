import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from core import svg
from core.svg import ScoreScale, Stage, Tile, TrendPoint

GRADES = [(Decimal(90), "优秀"), (Decimal(80), "良好"), (Decimal(60), "合格"), (Decimal(0), "不合格")]
HOSTILE = '"><script>alert(1)</script>'
NS = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def scale():
    return ScoreScale.from_thresholds(grades=GRADES, interview=Decimal(70), unqualified=Decimal(60))


@pytest.mark.parametrize(
    ("score", "tone"),
    [
        pytest.param("100", 1, id="top"),
        pytest.param("90.0", 1, id="exactly 90 is excellent"),
        pytest.param("89.9", 2, id="just under"),
        pytest.param("70.0", 3, id="exactly 70 is not below 70"),
        pytest.param("69.9", 4, id="interview"),
        pytest.param("60.0", 4, id="exactly 60 is qualified"),
        pytest.param("59.9", 5, id="unqualified"),
        pytest.param("0", 5, id="bottom"),
        pytest.param(None, 0, id="no score is not a bad score"),
    ],
)
def test_scale_cuts_the_grades_at_the_two_lines(scale, score, tone):
    assert scale.tone_of(None if score is None else Decimal(score)) == tone


def test_another_rubric_moves_the_bands():
    scale = ScoreScale.from_thresholds(
        grades=[(Decimal(85), "好"), (Decimal(0), "差")], interview=Decimal(75), unqualified=Decimal(50)
    )

    assert [(band.tone, band.minimum, band.label) for band in scale.bands] == [
        (1, Decimal(85), "好"),
        (3, Decimal(75), "差"),
        (4, Decimal(50), "约谈"),
        (5, Decimal(0), "不合格"),
    ]


def test_without_a_gap_between_the_lines_there_is_no_interview_band():
    scale = ScoreScale.from_thresholds(grades=GRADES, interview=Decimal(60), unqualified=Decimal(60))

    assert [band.tone for band in scale.bands] == [1, 2, 3, 5]


def test_legend_says_every_band_and_the_missing_score(scale):
    assert scale.legend() == [
        (1, "90 分及以上 优秀"),
        (2, "80～89.9 良好"),
        (3, "70～79.9 合格"),
        (4, "60～69.9 约谈"),
        (5, "60 分以下 不合格"),
        (0, "未检查 / 未报"),
    ]


def pictures():
    points = [
        TrendPoint("9月", Decimal("66.5"), "/a?x=1&y=2"),
        TrendPoint("10月", None),
        TrendPoint("11月", 80),
    ]
    return [
        svg.hex_map(
            [Tile("平武县", 0, 0, "66.5", 4, "/a?x=1&y=2"), Tile("盐亭县", 3, 3, "未报")], label="分布"
        ),
        svg.trend_line(points, label="平武县", threshold=Decimal(70)),
        svg.trend_line([], label="空"),
        svg.funnel([Stage("发现", 307, "/f/"), Stage("销号", 0)], label="闭环"),
        svg.funnel([], label="空"),
        svg.sparkline([70, None, 66.5], label="平武县", threshold=Decimal(70)),
        svg.sparkline([], label="空"),
    ]


@pytest.mark.parametrize("picture", pictures())
def test_picture_is_well_formed_and_passes_a_strict_policy(picture):
    root = ElementTree.fromstring(picture)

    for element in root.iter():
        assert "style" not in element.attrib
        assert not [name for name in element.attrib if name.startswith("on")]
    assert root.tag == f"{NS}svg"
    assert root.get("aria-label")


@pytest.mark.parametrize(
    "picture",
    [
        svg.hex_map([Tile(HOSTILE, 0, 0, HOSTILE, 1, HOSTILE, HOSTILE)], label=HOSTILE, caption=HOSTILE),
        svg.trend_line(
            [TrendPoint(HOSTILE, 1, HOSTILE)], label=HOSTILE, threshold=Decimal(1), threshold_label=HOSTILE
        ),
        svg.funnel([Stage(HOSTILE, 1, HOSTILE)], label=HOSTILE),
        svg.sparkline([1], label=HOSTILE),
    ],
)
def test_picture_escapes_every_text_it_is_given(picture):
    assert "<script" not in picture
    assert "script" not in {
        element.tag.removeprefix(NS) for element in ElementTree.fromstring(picture).iter()
    }


def test_map_says_that_it_is_not_a_map():
    picture = svg.hex_map([Tile("平武县", 0, 0, "66.5", 4)], label="分布")

    assert "等面积示意，不表示行政区划界线。" in picture


def test_tiles_stay_inside_the_frame_and_do_not_overlap():
    layout = [(0, 0), (0, 1), (1, 1), (0, 2), (1, 2), (2, 2), (1, 3), (2, 3), (3, 3)]
    root = ElementTree.fromstring(svg.hex_map([Tile("县", c, r, "80", 2) for c, r in layout], label="分布"))
    width, height = float(root.get("width", 0)), float(root.get("height", 0))

    centres = []
    for polygon in root.iter(f"{NS}polygon"):
        points = [tuple(map(float, pair.split(","))) for pair in polygon.get("points", "").split()]
        assert all(0 <= x <= width and 0 <= y <= height for x, y in points)
        centres.append((sum(x for x, _ in points) / 6, sum(y for _, y in points) / 6))
    assert len(centres) == 9
    nearest = min(
        ((ax - bx) ** 2 + (ay - by) ** 2) ** 0.5
        for i, (ax, ay) in enumerate(centres)
        for bx, by in centres[:i]
    )
    assert nearest == pytest.approx(46 * 3**0.5, abs=0.2)


def test_a_picture_with_links_is_a_group_and_one_without_is_an_image():
    linked = svg.funnel([Stage("发现", 1, "/f/")], label="闭环")
    plain = svg.funnel([Stage("发现", 1)], label="闭环")

    assert ElementTree.fromstring(linked).get("role") == "group"
    assert ElementTree.fromstring(plain).get("role") == "img"


def test_a_missing_month_leaves_a_gap_in_the_line():
    points = [TrendPoint(f"{m}月", None if m == 3 else 80) for m in range(1, 6)]

    root = ElementTree.fromstring(svg.trend_line(points, label="县"))

    runs = [len(line.get("points", "").split()) for line in root.iter(f"{NS}polyline")]
    assert runs == [2, 2]
    assert "3月 无" in (root.get("aria-label") or "")


def test_points_below_the_line_have_another_shape():
    points = [TrendPoint("9月", Decimal("70.0")), TrendPoint("10月", Decimal("69.9"))]

    picture = svg.trend_line(points, label="县", threshold=Decimal(70))

    assert (picture.count("<circle"), picture.count("<rect")) == (1, 1)


def test_the_threshold_is_drawn_where_its_number_lies():
    root = ElementTree.fromstring(
        svg.trend_line([TrendPoint("9月", Decimal(70))], label="县", threshold=Decimal(70))
    )

    dashed = next(line for line in root.iter(f"{NS}line") if line.get("stroke-dasharray"))
    dot = next(root.iter(f"{NS}circle"))
    assert dashed.get("y1") == dot.get("cy")


def test_funnel_bars_are_in_proportion():
    picture = svg.funnel([Stage("发现", 200), Stage("销号", 50)], label="闭环")

    lengths = [float(n) for n in re.findall(rf'width="([\d.]+)" height="18" fill="{svg.BRAND}"', picture)]
    assert lengths[0] == pytest.approx(4 * lengths[1], rel=0.01)


def test_large_counts_are_written_with_thousands():
    assert "12,345" in svg.funnel([Stage("发现", 12345)], label="闭环")
