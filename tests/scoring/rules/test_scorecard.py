from decimal import Decimal
from fractions import Fraction

import pytest

from scoring.rules.errors import FactError, RubricError, UnknownFact
from scoring.rules.facts import check_facts
from scoring.rules.numbers import decimal_text
from scoring.rules.scorecard import Status, score
from tests.scoring.rules.builders import SHIPPED, VECTOR, item_rubric, line_rubric

EXPECTED_POINTS = {
    "A1": "3",
    "A2": "3",
    "A3": "2",
    "B1": "3",
    "B2": "3.2",
    "B3": "1.5",
    "B4": "2",
    "C1": "3",
    "C2": "7/3",
    "C3": "2.625",
    "D1": "4.5",
    "D2": "92/33",
    "D3": "4",
    "D4": "2.5",
    "E1": "5",
    "E2": "2",
    "E3": "2.4",
    "E4": "2",
    "F1": "4",
    "F3": "2.2",
    "G1": "2.4",
    "G3": "1",
    "H1": "5.3",
    "H2": "108/35",
}


def points(rule, facts, *extra, maximum=10):
    """Points of a single item, None where it does not apply."""
    card = score(item_rubric(maximum, rule, *extra), facts)
    return None if card.items[0].is_na else card.items[0].points


def final(x, **facts):
    return score(line_rubric(), {"x": Decimal(x), **facts})


class TestAcceptanceVector:
    card = score(SHIPPED, VECTOR)

    def test_every_item_has_its_exact_points(self):
        found = {item.item.id: item.points for item in self.card.items if not item.is_na}

        assert found == {item_id: Fraction(text) for item_id, text in EXPECTED_POINTS.items()}
        assert [item.item.id for item in self.card.items if item.is_na] == ["E5", "F2", "G2"]
        assert {item.points for item in self.card.items if item.is_na} == {0}
        assert {item.lost for item in self.card.items if item.is_na} == {0}

    def test_total_and_verdict(self):
        assert decimal_text(self.card.earned, 10) == "68.8319264069"
        assert self.card.available == 93
        assert self.card.raw is not None
        assert decimal_text(self.card.raw, 10) == "74.0128240935"
        assert self.card.adjusted == self.card.raw
        assert (str(self.card.final), self.card.grade, self.card.status) == ("74.0", "C", Status.SCORED)
        assert (self.card.interview, self.card.unqualified, self.card.red_lines) == (False, False, ())

    def test_lost_points_on_the_scale_of_the_total_explain_the_whole_gap(self):
        lost = sum(self.card.weight(item.lost) for item in self.card.items)

        assert self.card.raw == 100 - lost

    def test_rate_of_a_category_counts_only_what_applies(self):
        assert self.card.rate("E") == Fraction("11.4") / 18
        assert self.card.rate("E1") == Fraction(5, 8)
        assert self.card.rate("E5") is None
        with pytest.raises(RubricError, match="没有这个评分项"):
            self.card.item("Z9")


class TestRules:
    @pytest.mark.parametrize(
        ("facts", "expected"),
        [
            ({}, 0),
            ({"p": True}, 2),
            ({"p": False, "q": True}, 3),
            ({"p": True, "q": True}, 5),
        ],
    )
    def test_checklist_adds_what_is_true(self, facts, expected):
        rule = {"type": "checklist", "each": [{"key": "p", "pts": 2}, {"key": "q", "pts": 3}]}

        assert points(rule, facts) == expected

    @pytest.mark.parametrize(("facts", "expected"), [({}, 0), ({"p": False}, 0), ({"p": True}, 10)])
    def test_boolean_is_all_or_nothing(self, facts, expected):
        assert points({"type": "boolean", "key": "p"}, facts) == expected

    @pytest.mark.parametrize(
        ("facts", "expected"),
        [
            ({"n": 6}, 10),
            ({"n": 5}, 10),
            ({"n": Decimal("4.99")}, 4),
            ({"n": 1}, 4),
            ({"n": Decimal("0.5")}, 1),
            ({"n": 0}, 1),
            ({}, 1),
        ],
    )
    def test_tier_takes_the_first_that_the_input_reaches(self, facts, expected):
        rule = {"type": "tier", "input": "n", "tiers": [[5, 10], [1, 4], [0, 1]]}

        assert points(rule, facts) == expected

    @pytest.mark.parametrize(("how", "expected"), [("na", None), ("zero", 0), ("full", 10)])
    def test_tier_without_input_does_what_when_empty_says(self, how, expected):
        rule = {"type": "tier", "input": "n", "tiers": [[1, 10], [0, 3]], "when_empty": how}

        assert points(rule, {}) == expected
        assert points(rule, {"n": 0}) == 3

    @pytest.mark.parametrize(
        ("facts", "expected"),
        [
            ({"n": 0}, 5),
            ({"n": Decimal("0.5")}, 3),
            ({"n": 1}, 3),
            ({"n": 2}, 1),
            ({"n": 3}, 1),
            ({"n": 4}, Decimal("0.5")),
            ({}, Decimal("0.5")),
        ],
    )
    def test_lateness_takes_the_first_that_the_input_keeps(self, facts, expected):
        tiers = [[0, 5], [1, 3], [3, 1], [None, Decimal("0.5")]]

        assert points({"type": "lateness", "input": "n", "tiers": tiers}, facts) == Fraction(expected)

    @pytest.mark.parametrize(
        ("done", "due", "expected"),
        [
            (8, 10, 0),
            (9, 10, 5),
            (10, 10, 10),
            (11, 10, 10),
            (0, 10, 0),
            (Fraction(17, 2), 10, Fraction(5, 2)),
        ],
    )
    def test_ratio_is_linear_between_its_ends_and_clamped(self, done, due, expected):
        rule = ratio("na")

        assert points(rule, {"n": done, "d": due}) == expected

    @pytest.mark.parametrize(("how", "expected"), [("na", None), ("zero", 0), ("full", 10)])
    @pytest.mark.parametrize("facts", [{}, {"n": 3}, {"n": 3, "d": 0}])
    def test_ratio_without_denominator_does_what_when_empty_says(self, how, expected, facts):
        assert points(ratio(how), facts) == expected

    def test_ratio_may_fall(self):
        rule = {**ratio("na"), "full_at": 0, "zero_at": Decimal("0.5")}

        assert points(rule, {"n": 1, "d": 4}) == 5
        assert points(rule, {"d": 4}) == 10
        assert points(rule, {"n": 3, "d": 4}) == 0

    def test_ratio_denominator_may_be_a_constant(self):
        rule = {"type": "ratio", "numerator": "n", "denominator": 11, "full_at": 1, "zero_at": Decimal("0.4")}

        assert points(rule, {"n": 9}, maximum=4) == Fraction(92, 33)
        assert points(rule, {}, maximum=4) == 0

    @pytest.mark.parametrize(
        ("facts", "expected"),
        [
            ({}, 10),
            ({"e": 1}, 9),
            ({"e": 2, "g": 1}, Fraction("5.5")),
            ({"e": 6}, 4),
            ({"e": 7}, 4),
            ({"e": Decimal("0.5")}, Fraction("9.5")),
        ],
    )
    def test_per_event_takes_off_up_to_its_cap(self, facts, expected):
        rule = {**per_event(), "cap": 6}

        assert points(rule, facts) == expected

    def test_per_event_never_goes_below_nought(self):
        assert points(per_event(), {"e": 11}) == 0
        assert points({**per_event(), "cap": 20}, {"e": 11}) == 0

    def test_per_event_is_divided_by_its_scale_before_the_cap(self):
        rule = {**per_event(), "scale": "projects", "cap": 6, "when_empty": "na"}

        assert points(rule, {"e": 10, "projects": 4}) == Fraction("7.5")
        assert points(rule, {"e": 100, "projects": 4}) == 4

    @pytest.mark.parametrize(("how", "expected"), [("na", None), ("zero", 0), ("full", 10)])
    def test_per_event_with_scale_nought_does_what_when_empty_says(self, how, expected):
        rule = {**per_event(), "scale": "projects", "when_empty": how}

        assert points(rule, {"e": 2}) == expected
        assert points(rule, {"e": 2, "projects": 0}) == expected

    @pytest.mark.parametrize(
        ("x", "expected"), [(59, 0), (60, 0), (78, Fraction(108, 35)), (95, 6), (96, 6), (100, 6)]
    )
    def test_linear_is_clamped_to_both_ends(self, x, expected):
        rule = {"type": "linear", "input": "x", "from": [60, 0], "to": [95, 6], "when_empty": "na"}

        assert points(rule, {"x": x}, maximum=6) == expected

    def test_linear_may_fall_and_may_be_written_backwards(self):
        falling = {"type": "linear", "input": "x", "from": [0, 10], "to": [4, 2], "when_empty": "na"}
        backwards = {**falling, "from": [4, 2], "to": [0, 10]}

        for x, expected in [(0, 10), (1, 8), (4, 2), (9, 2)]:
            assert points(falling, {"x": x}) == expected
            assert points(backwards, {"x": x}) == expected

    @pytest.mark.parametrize(("how", "expected"), [("na", None), ("zero", 0), ("full", 6)])
    def test_linear_without_input_does_what_when_empty_says(self, how, expected):
        rule = {"type": "linear", "input": "x", "from": [60, 0], "to": [95, 6], "when_empty": how}

        assert points(rule, {}, maximum=6) == expected

    def test_extra_is_capped_and_floored(self):
        extra = {"type": "per_event", "deduct": [{"event": "late", "pts": 4}], "cap": 6}
        uncapped = {"type": "per_event", "deduct": [{"event": "late", "pts": 4}]}
        rule = {"type": "boolean", "key": "p"}

        assert points(rule, {"p": True, "late": 1}, extra) == 6
        assert points(rule, {"p": True, "late": 3}, extra) == 4
        assert points(rule, {"p": True, "late": 3}, uncapped) == 0
        assert points(rule, {"late": 1}, extra) == 0

    def test_extra_does_not_make_an_empty_item_count(self):
        extra = {"type": "per_event", "deduct": [{"event": "late", "pts": 4}]}

        assert points(ratio("na"), {"late": 1}, extra) is None
        assert points(ratio("full"), {"late": 1}, extra) == 6
        assert points(ratio("zero"), {"late": 1}, extra) == 0


def ratio(how):
    return {
        "type": "ratio",
        "numerator": "n",
        "denominator": "d",
        "full_at": 1,
        "zero_at": Decimal("0.8"),
        "when_empty": how,
    }


def per_event():
    return {"type": "per_event", "deduct": [{"event": "e", "pts": 1}, {"event": "g", "pts": Decimal("2.5")}]}


class TestTotal:
    @pytest.mark.parametrize(
        ("x", "shown", "grade", "interview", "unqualified"),
        [
            pytest.param("69.94", "69.9", "C", True, False, id="69.94 rounds down and is below 70"),
            pytest.param("69.95", "70.0", "C", False, False, id="69.95 rounds up and is not below 70"),
            pytest.param("69.9499999999999999999999999999999", "69.9", "C", True, False, id="just under"),
            pytest.param("70", "70.0", "C", False, False, id="exactly 70 is not below 70"),
            pytest.param("59.94", "59.9", "D", True, True, id="below 60"),
            pytest.param("59.95", "60.0", "C", True, False, id="exactly 60 is not below 60"),
            pytest.param("79.95", "80.0", "B", False, False, id="exactly 80 is B"),
            pytest.param("89.94", "89.9", "B", False, False, id="under 90 is B"),
            pytest.param("89.95", "90.0", "A", False, False, id="the rounded score decides the grade"),
            pytest.param("0.05", "0.1", "D", True, True, id="half up at nought"),
            pytest.param("0", "0.0", "D", True, True, id="nought"),
            pytest.param("100", "100.0", "A", False, False, id="full"),
        ],
    )
    def test_rounded_score_decides(self, x, shown, grade, interview, unqualified):
        card = final(x)

        assert (str(card.final), card.grade) == (shown, grade)
        assert (card.interview, card.unqualified) == (interview, unqualified)

    def test_bonus_is_capped_together_and_penalty_is_not(self):
        rubric = line_rubric(
            adjustments={
                "bonus": {"cap": 3, "items": [bonus("P1", 1), bonus("P2", 2)]},
                "penalty": {"items": [bonus("N1", 3)]},
            }
        )

        card = score(rubric, {"x": 50, "P1": 2, "P2": 1, "N1": 4})

        assert (card.bonus, card.penalty, card.adjusted) == (3, 12, 41)
        assert [(one.adjustment.id, one.count, one.points) for one in card.bonuses] == [
            ("P1", 2, 2),
            ("P2", 1, 2),
        ]
        assert [(one.adjustment.id, one.points) for one in card.penalties] == [("N1", 12)]
        assert score(rubric, {"x": 50, "P1": 1}).adjusted == 51
        assert score(rubric, {"x": 99, "P2": 9}).adjusted == 100
        assert score(rubric, {"x": 1, "N1": 1}).adjusted == 0

    def test_bonus_and_penalty_meet_before_the_clamp(self):
        rubric = line_rubric(
            adjustments={
                "bonus": {"cap": 3, "items": [bonus("P1", 3)]},
                "penalty": {"items": [bonus("N1", 2)]},
            }
        )

        assert score(rubric, {"x": 100, "P1": 1, "N1": 1}).adjusted == 100
        assert score(rubric, {"x": 99, "P1": 1, "N1": 2}).adjusted == 98

    def test_lowest_cap_of_the_red_lines_hit_wins(self):
        card = score(red_rubric(), {"x": 95, "R1": True, "R2": True, "R3": False})

        assert (str(card.final), card.grade) == ("59.9", "D")
        assert [line.id for line in card.red_lines] == ["R1", "R2"]
        assert card.adjusted == 95

    def test_a_cap_does_not_lift_a_score(self):
        assert str(score(red_rubric(), {"x": 40, "R1": True}).final) == "40.0"

    def test_a_red_line_can_make_unqualified_by_itself(self):
        card = score(red_rubric(), {"x": 95, "R3": True})

        assert (str(card.final), card.unqualified, card.interview) == ("95.0", True, False)
        assert not score(red_rubric(), {"x": 95, "R1": True}).unqualified

    @pytest.mark.parametrize(
        ("x", "grade"),
        [pytest.param(95, "C", id="worse than by score"), pytest.param(20, "D", id="never better")],
    )
    def test_a_forced_grade_is_a_floor_for_severity(self, x, grade):
        assert score(red_rubric(), {"x": x, "R4": True}).grade == grade

    @pytest.mark.parametrize(("minimum", "status"), [(40, Status.SCORED), (41, Status.INSUFFICIENT)])
    def test_too_little_available_is_insufficient(self, minimum, status):
        rubric = two_items(minimum)

        card = score(rubric, {"x": 4})

        assert (card.available, card.status) == (40, status)
        assert (str(card.final), card.earned) == ("10.0", 4)

    def test_nothing_available_has_no_score_but_red_lines_stay(self):
        rubric = line_rubric(red_lines=[red("R3", unqualified=True), red("R1", cap=50)])

        card = score(rubric, {"R3": True})

        assert (card.raw, card.adjusted, card.final, card.grade) == (None, None, None, None)
        assert (card.status, card.interview, card.unqualified) == (Status.INSUFFICIENT, False, True)
        assert card.weight(Fraction(1)) == 0
        assert not score(rubric, {"R1": True}).unqualified


def bonus(bonus_id, pts):
    return {"id": bonus_id, "name": f"加减{bonus_id}", "pts": pts}


def red(line_id, **effect):
    return {"id": line_id, "name": f"红线{line_id}", "effect": effect}


def red_rubric():
    return line_rubric(
        red_lines=[
            red("R1", cap=Decimal("69.9")),
            red("R2", cap=Decimal("59.9")),
            red("R3", unqualified=True),
            red("R4", grade="C"),
        ]
    )


def two_items(minimum):
    from scoring.rules.rubric_parser import parse_rubric
    from tests.scoring.rules.builders import dump, small_tree

    line = {"type": "linear", "input": "x", "from": [0, 0], "to": [40, 40], "when_empty": "na"}
    other = {"type": "linear", "input": "y", "from": [0, 0], "to": [60, 60], "when_empty": "na"}
    return parse_rubric(dump(small_tree([("L", 40, line), ("M", 60, other)], min_available=minimum)))


class TestFacts:
    @pytest.mark.parametrize(
        "value",
        [
            -1,
            Decimal("-0.1"),
            Decimal("NaN"),
            Decimal("Infinity"),
            True,
            None,
            "3",
            0.5,
            [],
            Decimal("1e400"),
        ],
    )
    def test_a_value_that_is_no_finite_number_is_an_error_that_names_the_fact(self, value):
        with pytest.raises(FactError, match=r"^事实 overdue_serious：.*。$") as caught:
            score(SHIPPED, {"overdue_serious": value})

        assert caught.value.name == "overdue_serious"

    @pytest.mark.parametrize("value", [1, 0, "true", None, Decimal(1)])
    @pytest.mark.parametrize("name", ["funding_in_place", "R6"])
    def test_a_yes_or_no_must_be_a_boolean(self, name, value):
        with pytest.raises(FactError, match=rf"^事实 {name}：应为true或false。$"):
            score(SHIPPED, {name: value})

    @pytest.mark.parametrize("name", ["P1", "N2"])
    def test_bonuses_and_penalties_are_counts(self, name):
        with pytest.raises(FactError, match=name):
            score(SHIPPED, {name: True})

    def test_an_unknown_fact_raises_instead_of_vanishing(self):
        with pytest.raises(UnknownFact, match="overdue_seriuos"):
            score(SHIPPED, {**VECTOR, "overdue_seriuos": 3})

    def test_where_unknown_facts_are_allowed_their_values_are_still_checked(self):
        loose = score(SHIPPED, {**VECTOR, "R77": True, "something": 3}, allow_unknown=True)

        assert loose.final == score(SHIPPED, VECTOR).final
        assert "something" not in loose.facts
        with pytest.raises(FactError, match="something"):
            score(SHIPPED, {"something": -3}, allow_unknown=True)

    def test_facts_that_only_lists_read_are_known_to_every_rubric(self):
        card = score(line_rubric(), {"x": 5, "overdue_grave": 2, "workdays_late": 1})

        assert card.facts["overdue_grave"] == 2

    def test_facts_are_strict_unless_told_otherwise(self):
        with pytest.raises(UnknownFact):
            check_facts(SHIPPED, {"typo": 1})

    def test_a_fact_may_be_large_but_not_endless(self):
        assert check_facts(SHIPPED, {"overdue_grave": Decimal("1e15")}) == {"overdue_grave": 10**15}
        assert check_facts(SHIPPED, {"overdue_grave": Decimal("1e-15")}) == {
            "overdue_grave": Fraction(1, 10**15)
        }
        for text in ("1e16", "1e-16"):
            with pytest.raises(FactError, match="超出合理范围"):
                check_facts(SHIPPED, {"overdue_grave": Decimal(text)})

    def test_number_types_do_not_matter(self):
        as_int = score(SHIPPED, VECTOR)
        as_fraction = score(
            SHIPPED, {k: v if isinstance(v, bool) else Fraction(v) for k, v in VECTOR.items()}
        )
        as_decimal = score(
            SHIPPED, {k: v if isinstance(v, bool) else Decimal(f"{v}.000") for k, v in VECTOR.items()}
        )

        assert as_int == as_fraction == as_decimal
