from decimal import Decimal

import pytest

from scoring.rules.errors import RubricError
from scoring.rules.ranking import Entrant, county_details, county_values, rank
from scoring.rules.rubric_parser import parse_rubric
from scoring.rules.scorecard import score
from tests.scoring.rules.builders import SHIPPED, VECTOR, dump, line_rubric, small_tree

TOP = {"code": "A", "name": "优秀", "min": 90, "extra": "排名前 2 且无红线、无逾期"}
GRADES = [
    TOP,
    {"code": "B", "name": "良好", "min": 80, "extra": "overdue_grave < 3"},
    {"code": "C", "name": "合格", "min": 60},
    {"code": "D", "name": "不合格", "min": 0},
]
LINE = {"type": "linear", "input": "x", "from": [0, 0], "to": [80, 80], "when_empty": "na"}
SIDE = {"type": "linear", "input": "y", "from": [0, 0], "to": [20, 20], "when_empty": "na"}
RUBRIC = parse_rubric(
    dump(
        small_tree(
            [("L", 80, LINE), ("M", 20, SIDE)],
            min_available=80,
            grades=GRADES,
            red_lines=[
                {"id": "R1", "name": "事故", "effect": {"cap": 95}},
                {"id": "R2", "name": "造假", "effect": {"unqualified": True}},
            ],
            ranking={"method": "dense", "by": "final_score", "display_tie_break": ["M", "unit_order"]},
        )
    )
)


def entrant(key, order=0, **facts):
    return Entrant(key, f"县{key}", order, score(RUBRIC, facts))


def table(*entrants):
    return [(row.entrant.key, row.position, row.rank) for row in rank(RUBRIC, entrants)]


def test_equal_scores_share_a_rank_and_none_is_skipped():
    rows = table(
        entrant("a", 3, x=40, y=20),
        entrant("b", 2, x=80, y=20),
        entrant("c", 1, x=60, y=0),
        entrant("d", 4, x=30, y=0),
    )

    assert rows == [("b", 1, 1), ("a", 2, 2), ("c", 3, 2), ("d", 4, 3)]


def test_the_rounded_score_decides_equality():
    rows = table(entrant("a", 2, x=Decimal("50.04"), y=0), entrant("b", 1, x=Decimal("49.96"), y=0))

    assert rows == [("b", 1, 1), ("a", 2, 1)]


def test_tie_break_takes_points_then_order_then_key():
    rows = table(
        entrant("d", 2, x=60, y=0),
        entrant("c", 1, x=60, y=0),
        entrant("b", 2, x=50, y=10),
        entrant("a", 2, x=60, y=0),
    )

    assert [key for key, _, _ in rows] == ["b", "c", "a", "d"]
    assert {place for _, _, place in rows} == {1}


def test_an_item_that_does_not_apply_comes_after_any_points_in_a_tie():
    rows = table(entrant("a", 1, x=40), entrant("b", 2, x=50, y=0))

    assert rows == [("b", 1, 1), ("a", 2, 1)]


def test_insufficient_ones_stand_last_without_rank_by_unit_order():
    rows = table(entrant("z", 2, y=20), entrant("a", 3), entrant("b", 9, x=1, y=1), entrant("c", 2, y=1))

    assert rows == [("b", 1, 1), ("c", 2, None), ("z", 3, None), ("a", 4, None)]


def test_a_rubric_without_ranking_cannot_rank():
    with pytest.raises(RubricError, match="缺少排名规则"):
        rank(line_rubric(), [])


def grade_of(key, *entrants):
    row = next(row for row in rank(RUBRIC, entrants) if row.entrant.key == key)
    return row.grade, row.grade_lost


class TestGradeAfterRanking:
    others = (entrant("x", 1, x=80, y=20), entrant("y", 2, x=80, y=19))

    def test_a_leader_keeps_it(self):
        assert grade_of("y", *self.others) == ("A", "")

    def test_equal_leaders_all_keep_it(self):
        tied = [entrant(str(n), n, x=80, y=20) for n in range(5)]

        assert {row.grade for row in rank(RUBRIC, tied)} == {"A"}

    def test_the_third_place_misses_a_condition_of_two(self):
        assert grade_of("a", entrant("a", 3, x=80, y=18), *self.others) == (
            "B",
            "未满足优秀等级的附加条件（排名前 2 且无红线、无逾期）。",
        )

    def test_a_red_line_or_an_overdue_finding_misses_it(self):
        assert grade_of("a", entrant("a", 3, x=80, y=20, R1=True))[0] == "B"
        for name in ("overdue_general", "overdue_serious", "overdue_grave"):
            assert grade_of("a", entrant("a", 3, x=80, y=20, **{name: 1}))[0] == "B"

    def test_the_next_grade_may_have_a_condition_too(self):
        grade, lost = grade_of("a", entrant("a", 3, x=80, y=20, overdue_grave=3))

        assert grade == "C"
        assert lost == (
            "未满足优秀等级的附加条件（排名前 2 且无红线、无逾期）。未满足良好等级的附加条件（overdue_grave < 3）。"
        )

    def test_no_score_has_no_grade(self):
        assert grade_of("a", entrant("a", 1)) == (None, "")

    def test_shipped_rubric_wants_the_first_three(self):
        facts = {**VECTOR, "overdue_general": 0, "overdue_serious": 0}
        card = score(SHIPPED, facts)
        assert [condition.text for condition in SHIPPED.grades[0].extra] == [
            "rank <= 3",
            "no_red_line",
            "no_overdue",
        ]
        assert county_values(card, 3)["no_overdue"] is True


class TestCountyValues:
    def test_scored_county(self):
        card = score(SHIPPED, VECTOR)

        assert county_values(card, 4) == {
            "score": Decimal("74.0"),
            "rank": 4,
            "unqualified": False,
            "interview": False,
            "red_line_hit": False,
            "no_red_line": True,
            "no_overdue": False,
            "no_overdue_serious": False,
            "report_on_time": False,
            "overdue_general": 4,
            "overdue_serious": 1,
            "overdue_grave": 0,
        }

    @pytest.mark.parametrize(
        ("facts", "name", "value"),
        [
            ({"workdays_late": 0}, "report_on_time", True),
            ({}, "report_on_time", False),
            ({"overdue_general": 2}, "no_overdue_serious", True),
            ({"overdue_grave": 1}, "no_overdue_serious", False),
            ({"overdue_general": 2}, "no_overdue", False),
            ({"R1": True}, "red_line_hit", True),
            ({"R1": True}, "no_red_line", False),
        ],
    )
    def test_yes_and_no(self, facts, name, value):
        assert county_values(score(RUBRIC, {"x": 80, "y": 20, **facts}), 1)[name] is value

    def test_too_little_data_accuses_nobody_but_a_red_line_does(self):
        poor = county_values(score(RUBRIC, {"y": 0}), None)
        fraud = county_values(score(RUBRIC, {"y": 0, "R2": True}), None)

        assert (poor["score"], poor["interview"], poor["unqualified"]) == (None, False, False)
        assert (fraud["score"], fraud["unqualified"], fraud["red_line_hit"]) == (None, True, True)

    def test_details_name_the_score_and_the_red_lines(self):
        low = score(RUBRIC, {"x": 40, "y": 0, "R1": True, "R2": True})
        few = score(RUBRIC, {"y": 0, "R1": True})
        on_the_line = score(RUBRIC, {"x": 60, "y": 0})

        assert county_details(RUBRIC, on_the_line)["unqualified"] == ""
        assert county_details(RUBRIC, low) == {
            "red_line_hit": "R1 事故、R2 造假",
            "unqualified": "月度得分40.0分，低于60分；R2 造假",
        }
        assert county_details(RUBRIC, few) == {"red_line_hit": "R1 事故", "unqualified": ""}
