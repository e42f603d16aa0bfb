"""The product's engine against the naive one, on random rubrics and random facts, to the last digit."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from scoring.rules.rubric_parser import parse_rubric
from scoring.rules.scorecard import score
from tests.scoring.rules.builders import SHIPPED, SHIPPED_TEXT, VECTOR, dump
from tests.scoring.rules.naive_engine import naive_score

NUMBERS = [f"n{i}" for i in range(8)]
FLAGS = [f"b{i}" for i in range(4)]


def hundredths(low, high):
    return st.integers(low, high).map(lambda cents: Decimal(cents).scaleb(-2))


when_empty = st.sampled_from(["na", "zero", "full"])
number_name = st.sampled_from(NUMBERS)
flag_name = st.sampled_from(FLAGS)


@st.composite
def checklists(draw, top):
    keys = draw(st.lists(flag_name, min_size=1, max_size=4, unique=True))
    return {"type": "checklist", "each": [{"key": key, "pts": top / len(FLAGS)} for key in keys]}


@st.composite
def steps(draw, top, *, last):
    bounds = draw(st.lists(hundredths(1, 900), min_size=0, max_size=3, unique=True))
    pts = draw(st.lists(st.integers(0, 4), min_size=len(bounds) + 1, max_size=len(bounds) + 1))
    ordered = sorted(bounds, reverse=last == 0)
    return [[bound, top * share / 4] for bound, share in zip([*ordered, last], pts, strict=True)]


@st.composite
def tier_rules(draw, top):
    rule = {"type": "tier", "input": draw(number_name), "tiers": draw(steps(top, last=0))}
    if draw(st.booleans()):
        rule["when_empty"] = draw(when_empty)
    return rule


@st.composite
def lateness_rules(draw, top):
    return {"type": "lateness", "input": draw(number_name), "tiers": draw(steps(top, last=None))}


@st.composite
def ratios(draw, top):
    ends = draw(st.lists(hundredths(0, 150), min_size=2, max_size=2, unique=True))
    rule = {"type": "ratio", "numerator": draw(number_name), "full_at": ends[0], "zero_at": ends[1]}
    if draw(st.booleans()):
        return {**rule, "denominator": draw(hundredths(1, 1500))}
    return {**rule, "denominator": draw(number_name), "when_empty": draw(when_empty)}


@st.composite
def losses(draw, *, scaled):
    events = draw(st.lists(number_name, min_size=1, max_size=4, unique=True))
    rule = {
        "type": "per_event",
        "deduct": [{"event": name, "pts": draw(hundredths(1, 400))} for name in events],
    }
    if draw(st.booleans()):
        rule["cap"] = draw(hundredths(1, 1200))
    if scaled and draw(st.booleans()):
        rule["scale"], rule["when_empty"] = draw(number_name), draw(when_empty)
    return rule


@st.composite
def lines(draw, top):
    ends = draw(st.lists(hundredths(0, 1000), min_size=2, max_size=2, unique=True))
    shares = draw(st.tuples(st.integers(0, 4), st.integers(0, 4)))
    return {
        "type": "linear",
        "input": draw(number_name),
        "from": [ends[0], top * shares[0] / 4],
        "to": [ends[1], top * shares[1] / 4],
        "when_empty": draw(when_empty),
    }


@st.composite
def items(draw, item_id):
    top = draw(hundredths(50, 2000)) * 4  # a quarter of it is still exact
    rule = draw(
        st.one_of(
            checklists(top),
            flag_name.map(lambda key: {"type": "boolean", "key": key}),
            tier_rules(top),
            lateness_rules(top),
            ratios(top),
            losses(scaled=True),
            lines(top),
        )
    )
    item = {"id": item_id, "name": item_id, "max": top, "rule": rule}
    if draw(st.integers(0, 3)) == 0:
        item["extra"] = draw(losses(scaled=False))
    return item


@st.composite
def rubrics(draw):
    """The whole YAML tree of a valid rubric."""
    categories = []
    for letter in "ABC"[: draw(st.integers(1, 3))]:
        found = [draw(items(f"{letter}{n}")) for n in range(1, draw(st.integers(1, 4)) + 1)]
        categories.append(
            {"id": letter, "name": letter, "max": sum(item["max"] for item in found), "items": found}
        )
    total = sum(category["max"] for category in categories)
    marks = sorted(draw(st.lists(st.integers(1, 1000), min_size=3, max_size=3, unique=True)), reverse=True)
    tenths = [Decimal(mark).scaleb(-1) for mark in marks]
    return {
        "meta": {
            "code": "R",
            "version": "1",
            "title": "随机",
            "total_points": total,
            "score_decimals": 1,
            "not_applicable_policy": {
                "rule": "drop_item_from_earned_and_available",
                "min_available_points": total * draw(st.integers(0, 4)) / 4,
            },
        },
        "categories": categories,
        "adjustments": {
            "bonus": {"cap": draw(hundredths(0, 500)), "items": draw(adjustments("P"))},
            "penalty": {"items": draw(adjustments("N"))},
        },
        "red_lines": [
            {"id": f"R{n}", "name": f"R{n}", "effect": effect}
            for n, effect in enumerate(draw(st.lists(effects, max_size=3)), start=1)
        ],
        "grades": [
            {"code": code, "name": code, "min": line} for code, line in zip("ABCD", [*tenths, 0], strict=True)
        ],
        "config": {"interview_threshold": tenths[1], "unqualified_threshold": tenths[2]},
    }


@st.composite
def adjustments(draw, letter):
    pts = draw(st.lists(hundredths(1, 500), max_size=2))
    return [{"id": f"{letter}{n}", "name": letter, "pts": one} for n, one in enumerate(pts, start=1)]


effects = st.fixed_dictionaries(
    {},
    optional={
        "cap": st.integers(0, 1000).map(lambda tenth: Decimal(tenth).scaleb(-1)),
        "grade": st.sampled_from("ABCD"),
        "unqualified": st.booleans(),
    },
).map(lambda effect: effect or {"unqualified": True})

amounts = st.one_of(
    st.integers(0, 12), hundredths(0, 1500), st.fractions(min_value=0, max_value=12, max_denominator=40)
)


def fact_sets(tree):
    ids = tree["adjustments"]["bonus"]["items"] + tree["adjustments"]["penalty"]["items"]
    numbers = [*NUMBERS, *(one["id"] for one in ids)]
    flags = [*FLAGS, *(line["id"] for line in tree["red_lines"])]
    return st.fixed_dictionaries(
        {}, optional={**dict.fromkeys(numbers, amounts), **dict.fromkeys(flags, st.booleans())}
    )


def assert_same(card, other):
    assert [(one.item.id, None if one.is_na else one.points, one.item.max) for one in card.items] == [
        (item_id, points, top) for item_id, points, top in other["items"]
    ]
    for name in ("earned", "available", "raw", "adjusted", "final", "grade", "interview", "unqualified"):
        assert getattr(card, name) == other[name], name
    assert card.status.value == other["status"]
    assert [line.id for line in card.red_lines] == other["red_lines"]


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_engines_agree_on_random_rubrics(data):
    tree = data.draw(rubrics())
    facts = data.draw(fact_sets(tree))
    text = dump(tree)

    card = score(parse_rubric(text), facts, allow_unknown=True)

    event(card.status.value)
    event(f"applies: {0 if not card.available else 1}")
    assert_same(card, naive_score(text, facts))
    if card.final is not None:
        assert 0 <= card.final <= 100
        assert all(0 <= one.points <= one.item.max for one in card.items)


numeric = sorted(name for name, kind in SHIPPED.fact_kinds.items() if kind == "NUMBER")
yes_no = sorted(name for name, kind in SHIPPED.fact_kinds.items() if kind == "BOOLEAN")


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.fixed_dictionaries(
        {},
        optional={
            **dict.fromkeys(numeric, st.integers(0, 30)),
            **dict.fromkeys(yes_no, st.booleans()),
            "latest_duty_inspection_score_within_12_months": hundredths(0, 10000),
        },
    )
)
def test_engines_agree_on_the_shipped_rubric(facts):
    assert_same(score(SHIPPED, facts), naive_score(SHIPPED_TEXT, facts))


def test_naive_engine_knows_the_acceptance_vector():
    other = naive_score(SHIPPED_TEXT, VECTOR)

    assert (other["final"], other["available"], other["grade"]) == (74, 93, "C")
    assert round(other["raw"], 4) == Fraction("74.0128")


@pytest.mark.parametrize("name", [*numeric, *yes_no])
def test_every_fact_of_the_shipped_rubric_matters(name):
    """Some value of each fact changes the card: no rule reads a name and forgets it."""
    base = {
        **VECTOR,
        **dict.fromkeys(("clues_identified", "failed_tests", "acceptances_notified"), 4),
        **dict.fromkeys(
            ("clues_transferred_in_7wd", "failed_tests_handled_in_3wd", "acceptances_supervised"), 3
        ),
    }
    values = [True, False] if name in yes_no else [0, 1, 2, 3, 30, 90]

    cards = [score(SHIPPED, {**base, name: value}) for value in values]

    assert len({(card.adjusted, card.final) for card in cards}) > 1
