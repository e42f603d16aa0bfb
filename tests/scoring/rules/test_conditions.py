from decimal import Decimal
from fractions import Fraction

import pytest

from scoring.rules import conditions
from scoring.rules.conditions import Condition, describe_all, parse_condition_list, parse_conditions
from scoring.rules.errors import RubricError, UnknownSubjectFact
from scoring.rules.grades import parse_extra_condition
from scoring.rules.place import Spot

KNOWN = {"score", "no_red_line", "rank"}


def parse(text):
    return parse_conditions(Spot(text, "here"), KNOWN)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("score >= 90", (Condition("score", ">=", Decimal(90)),)),
        ("score>=90.5", (Condition("score", ">=", Decimal("90.5")),)),
        ("  no_red_line ", (Condition("no_red_line"),)),
        ("70 <= score < 75", (Condition("score", ">=", Decimal(70)), Condition("score", "<", Decimal(75)))),
        ("75 > score >= 70", (Condition("score", "<", Decimal(75)), Condition("score", ">=", Decimal(70)))),
        ("1 == rank <= 3", (Condition("rank", "==", Decimal(1)), Condition("rank", "<=", Decimal(3)))),
    ],
)
def test_grammar(text, found):
    assert parse(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "score => 90",
        "score >= ",
        ">= 90",
        "score >= -1",
        "score >= 90 and rank < 2",
        "score != 3",
        "score >= ninety",
        "90 <= score",
        "Score >= 90",
        "score >= 9e1",
        "not no_red_line",
        "score；rank",
        "70 <= score",
    ],
)
def test_everything_else_is_refused_at_its_place(text):
    with pytest.raises(RubricError, match=r"^评分细则 here：看不懂条件"):
        parse(text)


@pytest.mark.parametrize("text", ["mood", "mood > 3", "1 < mood < 3"])
def test_an_unknown_name_is_refused_with_the_known_ones(text):
    with pytest.raises(RubricError, match="“mood”没有定义，可用的有：no_red_line、rank、score。"):
        parse(text)


def test_a_list_keeps_its_order_and_flattens_chains():
    found = parse_condition_list(Spot(["rank <= 3", "70 <= score < 75"], "here"), KNOWN)

    assert [condition.text for condition in found] == ["rank <= 3", "score >= 70", "score < 75"]


@pytest.mark.parametrize(
    ("op", "below", "equal", "above"),
    [
        (">=", False, True, True),
        (">", False, False, True),
        ("<=", True, True, False),
        ("<", True, False, False),
        ("==", False, True, False),
    ],
)
def test_comparisons_are_exact(op, below, equal, above):
    condition = Condition("score", op, Decimal("69.9"))
    tiny = Fraction(1, 10**30)

    assert condition.holds({"score": Fraction("69.9") - tiny}) is below
    assert condition.holds({"score": Decimal("69.9")}) is equal
    assert condition.holds({"score": Fraction("69.9") + tiny}) is above


def test_a_value_that_does_not_exist_meets_nothing():
    values = {"score": None, "no_red_line": None}

    assert not Condition("score", "<", Decimal(70)).holds(values)
    assert not Condition("score", ">=", Decimal(0)).holds(values)
    assert not Condition("no_red_line").holds(values)


@pytest.mark.parametrize(
    ("condition", "values", "sentence"),
    [
        (Condition("score", "<", Decimal(70)), {}, "没有名为“score”的数据，条件“score < 70”无法判断。"),
        (
            Condition("no_red_line"),
            {"no_red_line": 1},
            "“no_red_line”不是是非值，条件“no_red_line”无法判断。",
        ),
        (
            Condition("score", "<", Decimal(70)),
            {"score": True},
            "“score”不是数值，条件“score < 70”无法判断。",
        ),
        (Condition("score", "<", Decimal(70)), {"score": "3"}, "“score”不是数值，条件“score < 70”无法判断。"),
    ],
)
def test_a_condition_that_cannot_be_judged_raises(condition, values, sentence):
    with pytest.raises(UnknownSubjectFact) as caught:
        condition.holds(values)

    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("text", "values", "sentence"),
    [
        ("score < 70", {"score": Decimal("67.0")}, "月度得分67.0分，低于70分"),
        ("70 <= score < 75", {"score": Decimal("74.0")}, "月度得分74.0分，不低于70分且低于75分"),
        ("rank <= 3", {"rank": 2}, "排名2，不高于3"),
        ("no_red_line", {"no_red_line": True}, "未触及红线"),
        ("score > 3", {"score": Fraction(31, 9)}, "月度得分3.44分，高于3分"),
        ("score == 3", {"score": None}, "月度得分"),
    ],
)
def test_description(text, values, sentence):
    assert describe_all(parse(text), values) == sentence


def test_details_follow_a_yes_or_no_in_brackets():
    details = {"no_red_line": "查无记录", "score": "not shown"}
    found = parse_condition_list(Spot(["no_red_line", "score > 1"], "here"), KNOWN)
    values: dict[str, conditions.SubjectValue] = {"no_red_line": True, "score": Decimal(2)}

    assert describe_all(found, values, details) == "未触及红线（查无记录）；月度得分2分，高于1分"


def test_every_name_of_a_subject_has_a_chinese_label():
    names = conditions.COUNTY_FACTS | conditions.LEGAL_PERSON_FACTS | conditions.PARTICIPANT_FACTS

    assert all(conditions.label_of(name)[0] for name in names)
    assert len(names) > 20


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("排名前 3 且无红线、无逾期", ["rank <= 3", "no_red_line", "no_overdue"]),
        ("排名前10名，无逾期", ["rank <= 10", "no_overdue"]),
        ("排名前2位", ["rank <= 2"]),
        ("无红线且overdue_grave < 1", ["no_red_line", "overdue_grave < 1"]),
    ],
)
def test_the_extra_condition_of_a_grade_is_parsed(text, found):
    assert [condition.text for condition in parse_extra_condition(Spot(text, "here"))] == found


@pytest.mark.parametrize("text", ["排名前三", "无违纪", "排名前 3 且", ""])
def test_another_extra_condition_is_refused(text):
    with pytest.raises(RubricError):
        parse_extra_condition(Spot(text, "here"))
