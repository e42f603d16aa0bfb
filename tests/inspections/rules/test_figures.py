"""Calculators, severity, search: exact figures, stated rounding, one ranking."""

from __future__ import annotations

import datetime as dt
import doctest
import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from inspections.rules import measuring, searching, severity
from inspections.rules.measuring import compare, least_parallel, measure, parse_series
from inspections.rules.searching import Entry, search
from inspections.rules.severity import Earlier, months_before, propose

READINGS = st.lists(st.decimals(min_value=-9999, max_value=9999, places=2), min_size=1, max_size=30)


def test_the_examples_of_the_rules_hold() -> None:
    for module in (measuring, searching, severity):
        result = doctest.testmod(module)
        assert (result.failed, result.attempted > 0) == (0, True), module.__name__


@given(
    READINGS,
    st.decimals(min_value=1, max_value=999, places=1),
    st.decimals(min_value=0, max_value=99, places=1),
)
def test_a_mean_lies_between_and_a_pass_rate_counts(
    values: list[Decimal], design: Decimal, tolerance: Decimal
) -> None:
    result = measure(values, design=design, tolerance=tolerance)
    assert result is not None
    assert result.smallest <= result.mean <= result.largest or len(set(values)) > 1
    assert abs(Fraction(result.mean) - sum(map(Fraction, values)) / len(values)) <= Fraction(5, 10000)
    assert result.pass_count == sum(design - tolerance <= value <= design + tolerance for value in values)
    assert result.pass_percent is not None
    assert 0 <= result.pass_percent <= 100


@given(READINGS, READINGS)
def test_equal_series_differ_by_nothing_and_the_judgement_is_exact(
    one: list[Decimal], two: list[Decimal]
) -> None:
    same = compare(one, one, allowed_percent=Decimal(0))
    assert same is not None
    assert same.is_within in (True, None)
    other = compare(one, two, allowed_percent=Decimal(10))
    mine = sum(map(Fraction, one)) / len(one)
    theirs = sum(map(Fraction, two)) / len(two)
    assert other is not None
    assert other.is_within == (None if mine == 0 else abs(theirs - mine) * 10 <= abs(mine))


def test_nothing_measured_says_nothing() -> None:
    assert measure([]) is None
    assert compare([], [Decimal(1)]) is None
    bare = measure([Decimal("1.5")])
    assert bare is not None
    assert (bare.deviation_percent, bare.pass_percent) == (None, None)
    assert parse_series("  ") == []
    assert [least_parallel(n, material="CONCRETE", is_important=True) for n in (0, 1, 34)] == [1, 1, 2]


def test_a_repeat_counts_within_twelve_months_and_never_beyond_grave() -> None:
    day = dt.date(2024, 2, 29)
    assert months_before(day, 12) == dt.date(2023, 2, 28)
    too_old, edge, later = (
        Earlier(name, on)
        for name, on in (("a", dt.date(2023, 2, 27)), ("b", dt.date(2023, 2, 28)), ("c", day))
    )
    assert (
        propose(catalogue_severity="GRAVE", code="X", found_on=day, earlier=[too_old, later]).repeats is None
    )
    grave = propose(catalogue_severity="GRAVE", code="X", found_on=day, earlier=[edge, too_old])
    assert (grave.severity, grave.repeats) == ("GRAVE", edge)
    assert "重复发生（b，2023-02-28）" in grave.reason


def test_search_ranks_codes_before_words_before_initials() -> None:
    items = [
        Entry("E-001", "混凝土强度不足", "hntqdbz", "施工单位"),
        Entry("E-002", "砌体：混凝土垫层", "qthntdc", "施工单位"),
        Entry("HNT-1", "其他", "qt", "监理单位"),
    ]
    assert [item.code for item in search(items, "hnt")] == ["HNT-1", "E-001", "E-002"]
    assert [item.code for item in search(items, "混凝土")] == ["E-001", "E-002"]
    assert [item.code for item in search(items, "混凝土 e-002")] == ["E-002"]
    assert search(items, "没有的词") == []
    assert len(search(items, "")) == 3


def test_the_vector_that_holds_for_the_tablet_too() -> None:
    """The browser's side of it: tests/field/test_engine_rules.py."""
    told = json.loads((Path(__file__).parent / "search_vectors.json").read_text(encoding="utf-8"))
    items = [
        Entry(
            row["code"], row["text"], row["initials"], f"{row['category']} {row['role_label']} {row['basis']}"
        )
        for row in told["items"]
    ]
    found = [
        {"query": one["query"], "codes": [item.code for item in search(items, one["query"])]}
        for one in told["queries"]
    ]
    assert found == told["queries"]
    assert len(found) > 20
