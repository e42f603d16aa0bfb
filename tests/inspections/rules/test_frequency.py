"""Visits to a firm are counted once, whoever made them and in whatever order they are told."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inspections.rules.frequency import Counts, Judgement, Presence, count_visits, judge

PRESENCES = st.lists(
    st.builds(
        Presence,
        firm=st.sampled_from("甲乙丙"),
        inspection=st.integers(1, 8),
        visit=st.one_of(st.none(), st.integers(1, 3)),
        is_city=st.booleans(),
    ).map(lambda one: Presence(one.firm, one.inspection, one.visit, is_city=one.inspection % 2 == 0)),
    max_size=20,
)


@given(PRESENCES, st.randoms())
def test_order_and_repetition_do_not_matter(rows, chance):
    shuffled = [*rows, *rows]
    chance.shuffle(shuffled)

    assert count_visits(shuffled) == count_visits(rows)


@given(PRESENCES)
def test_each_firm_is_counted_by_its_distinct_occasions(rows):
    counts = count_visits(rows)

    for firm in "甲乙丙":
        occasions = {
            (one.visit, None) if one.visit else (None, one.inspection) for one in rows if one.firm == firm
        }
        found = counts.get(firm, Counts())
        assert found.total == found.city + found.county == len(occasions)


@given(PRESENCES, st.integers(1, 8), st.integers(1, 3))
def test_merging_into_a_visit_never_adds_a_visit(rows, inspection, visit):
    merged = [
        Presence(one.firm, one.inspection, visit, one.is_city) if one.inspection == inspection else one
        for one in rows
    ]
    alone = {one.firm for one in rows if one.inspection == inspection and one.visit is None}
    before, after = count_visits(rows), count_visits(merged)

    for firm in alone:
        assert after[firm].total <= before[firm].total


def test_a_visit_of_both_levels_is_the_citys():
    rows = [Presence("甲", 1, 9, is_city=False), Presence("甲", 2, 9, is_city=True)]

    assert count_visits(rows) == {"甲": Counts(city=1, county=0)}


@given(st.integers(0, 5), st.one_of(st.none(), st.integers(1, 4)), st.booleans(), st.booleans())
def test_the_cap_never_refuses_what_is_within_it_and_never_passes_in_silence(before, cap, blocks, excepted):
    judgement = judge(before=before, cap=cap, is_blocking=blocks, has_exception=excepted)

    is_within = cap is None or before + 1 <= cap
    assert (judgement is Judgement.WITHIN) == is_within
    assert (judgement is Judgement.BLOCKED) == (not is_within and blocks and not excepted)
    assert (judgement is Judgement.EXCEPTED) == (not is_within and excepted)
