"""What a project must say, how coordinates are read: arithmetic only."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from projects.rules.position import Position, parse_degrees, read_position, sexagesimal
from projects.rules.register import MonthProgress, price_warning, progress_problems, project_problems

RIGHT = {
    "status": "UNDER_WAY",
    "started_on": dt.date(2023, 8, 1),
    "planned_finish_on": dt.date(2024, 8, 1),
    "approved_estimate_wan_yuan": Decimal(3000),
    "construction_cost_wan_yuan": Decimal(1000),
    "site_standing": "NONE",
    "unit_work_count": 2,
    "division_count": 5,
    "work_element_count": 60,
    "investment_code": "2209-510726-04-01-123456",
}


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"started_on": None}, "started_on", "除“拟建”外的工程都要有开工日期"),
        ({"status": "COMPLETED"}, "finished_on", "要有实际完工日期"),
        ({"finished_on": dt.date(2024, 1, 1)}, "finished_on", "建设状态应为“完工”"),
        ({"status": "ACCEPTED", "finished_on": dt.date(2023, 7, 1)}, "finished_on", "早于开工日期"),
        ({"planned_finish_on": dt.date(2023, 7, 1)}, "planned_finish_on", "计划完工日期早于开工日期"),
        ({"approved_estimate_wan_yuan": Decimal(0)}, "approved_estimate_wan_yuan", "批复概算应大于 0"),
        ({"construction_cost_wan_yuan": Decimal(0)}, "construction_cost_wan_yuan", "建安费应大于 0"),
        ({"construction_cost_wan_yuan": Decimal(3001)}, "construction_cost_wan_yuan", "大于批复概算"),
        ({"site_standing": ""}, "site_standing", "达到 1000 万元的工程须说明标准化工地"),
        ({"investment_code": "2209"}, "investment_code", "2209-510726-04-01-123456"),
        ({"longitude": Decimal(104)}, "latitude", "经度和纬度应同时填写"),
        ({"division_count": 1}, "division_count", "分部工程数少于单位工程数"),
        ({"work_element_count": 4}, "work_element_count", "单元工程数少于分部工程数"),
    ],
)
def test_each_wrong_project_is_told_where_and_what(change: dict[str, object], field: str, words: str) -> None:
    assert project_problems(RIGHT) == []

    (problem,) = project_problems({**RIGHT, **change})

    assert problem.field == field
    assert words in problem.sentence
    assert problem.sentence.endswith("。")


def test_below_ten_million_nobody_is_asked_for_the_site() -> None:
    facts = {**RIGHT, "construction_cost_wan_yuan": Decimal("999.99"), "site_standing": ""}
    assert project_problems(facts) == []


def test_progress_goes_back_only_with_a_reason() -> None:
    def month(number: int, percent: int, invested: int) -> MonthProgress:
        return MonthProgress(dt.date(2023, number, 1), Decimal(percent), Decimal(invested))

    before, after = month(7, 40, 900), month(9, 60, 1200)

    def fields(new: MonthProgress, reason: str = "") -> list[str]:
        return [one.field for one in progress_problems(new, before=before, after=after, reason=reason)]

    assert fields(month(8, 50, 1000)) == []
    assert fields(month(8, 40, 900)) == []
    assert fields(month(8, 39, 899)) == ["progress_percent", "invested_wan_yuan"]
    assert fields(month(8, 61, 1200)) == ["progress_percent"]
    assert fields(month(8, 39, 1300), "复核工程量") == []
    assert progress_problems(month(8, 1, 1), before=None, after=None, reason="") == []


def test_a_price_far_above_the_estimate_is_warned_of() -> None:
    assert price_warning(Decimal("1100.00"), Decimal(1000)) == ""
    assert price_warning(Decimal("1100.01"), Decimal(1000)).endswith("请核对金额和单位。")
    assert price_warning(Decimal(5), None) == price_warning(None, Decimal(5)) == ""


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("104.4512", "104.451200"),
        ("１０４．４５１２", "104.451200"),
        ("104°27′04.3″", "104.451194"),
        ("东经104度27分4.3秒", "104.451194"),
        ("E104°27'", "104.450000"),
        ("31°50′N", "31.833333"),
        ("104°60′", None),
        ("一百零四", None),
        ("-104", None),
        ("1e2", None),
    ],
)
def test_coordinates_are_read_as_people_write_them(text: str, degrees: str | None) -> None:
    found = parse_degrees(text)
    assert (None if found is None else str(found)) == degrees


def test_positions_outside_of_china_swapped_or_half() -> None:
    def told(longitude: str, latitude: str) -> list[tuple[str, str]]:
        position, problems = read_position(longitude, latitude)
        assert (position is None) == bool(problems)
        return [(one.field, one.sentence) for one in problems]

    assert read_position("104.4512", "31.8333") == (
        Position(Decimal("104.451200"), Decimal("31.833300")),
        [],
    )
    assert read_position(" ", "") == (None, [])
    ((field, sentence),) = told("31.8333", "104.4512")
    assert field == "longitude"
    assert "填反了" in sentence
    assert [field for field, _ in told("60", "70")] == ["longitude", "latitude"]
    assert told("104.4", "")[0][0] == "latitude"
    assert sexagesimal(Decimal("104.451194")) == "104°27′04.3″"
