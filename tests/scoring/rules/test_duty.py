from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.rules.duty import score_duty
from scoring.rules.errors import InvalidSheet
from tests.scoring.rules.builders import CLOSING

RULES = CLOSING.duty
FULL = {item.id: item.max for item in RULES.items}


def test_sheet_is_that_of_the_rubric():
    assert RULES.max == 100
    assert [section.max for section in RULES.sections] == [15, 10, 10, 20, 45]
    assert len(RULES.items) == 22
    assert (RULES.items[1].id, RULES.items[1].name, RULES.items[1].max) == ("DI1-2", "人员数量专业持证", 5)


def test_full_sheet():
    result = score_duty(RULES, FULL, decimals=1)

    assert (str(result.score), result.points) == ("100.0", 100)
    assert (result.interview, result.unqualified) == (False, False)
    assert [one.points for one in result.sections] == [15, 10, 10, 20, 45]


@pytest.mark.parametrize(
    ("off", "shown", "interview", "unqualified"),
    [
        pytest.param("30", "70.0", False, False, id="exactly 70 is not below"),
        pytest.param("30.05", "70.0", False, False, id="69.95 is shown as 70.0"),
        pytest.param("30.06", "69.9", True, False, id="69.94 is below"),
        pytest.param("40", "60.0", True, False, id="exactly 60 is qualified"),
        pytest.param("40.06", "59.9", True, True, id="below 60 is unqualified"),
    ],
)
def test_lines(off, shown, interview, unqualified):
    left, sheet = Decimal(off), dict(FULL)
    for item_id, maximum in FULL.items():
        taken = min(maximum, left)
        sheet[item_id] -= taken
        left -= taken

    result = score_duty(RULES, sheet, decimals=1)

    assert (str(result.score), result.interview, result.unqualified) == (shown, interview, unqualified)


@given(st.fixed_dictionaries({item.id: st.decimals(0, item.max, places=2) for item in RULES.items}))
def test_score_is_the_sum_of_the_items(sheet):
    result = score_duty(RULES, sheet, decimals=2)

    assert result.points == sum(sheet.values())
    assert result.score == sum(sheet.values())
    assert sum(one.points for one in result.sections) == result.points


@pytest.mark.parametrize(
    ("item_id", "points", "sentence"),
    [
        ("DI1-2", Decimal("5.1"), "“人员数量专业持证”（DI1-2）的得分应在0至5分之间。"),
        ("DI1-2", Decimal("-0.1"), "“人员数量专业持证”（DI1-2）的得分应在0至5分之间。"),
        ("DI1-2", Decimal("NaN"), "“人员数量专业持证”（DI1-2）的得分应在0至5分之间。"),
        ("DI1-2", 4, "“人员数量专业持证”（DI1-2）的得分应在0至5分之间。"),
        ("DI9-1", Decimal(1), "评分表中没有编号为“DI9-1”的小项。"),
    ],
)
def test_wrong_points_are_refused(item_id, points, sentence):
    with pytest.raises(InvalidSheet) as caught:
        score_duty(RULES, {**FULL, item_id: points}, decimals=1)

    assert str(caught.value) == sentence


def test_a_missing_item_is_refused():
    sheet = {item_id: points for item_id, points in FULL.items() if item_id != "DI5-8"}

    with pytest.raises(InvalidSheet, match=r"^“监督档案”（DI5-8）没有评分。$"):
        score_duty(RULES, sheet, decimals=1)
