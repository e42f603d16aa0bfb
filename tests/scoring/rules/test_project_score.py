from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.rules.project_score import FindingKind, FindingMark, Severity, finding_points, project_score
from tests.scoring.rules.builders import CLOSING

WEIGHTS = CLOSING.weights
M, E, S = FindingKind.MANAGEMENT, FindingKind.ENTITY, FindingKind.SAFETY
GENERAL, SERIOUS, GRAVE = Severity.GENERAL, Severity.SERIOUS, Severity.GRAVE


def mark(kind, severity, unit="u", *, is_repeat=False, is_self_reported=False):
    return FindingMark(unit, kind, severity, is_repeat, is_self_reported)


@pytest.mark.parametrize(
    ("finding", "points"),
    [
        (mark(M, GENERAL), "0.5"),
        (mark(M, SERIOUS), "2"),
        (mark(M, GRAVE), "6"),
        (mark(E, GENERAL), "1"),
        (mark(E, SERIOUS), "3"),
        (mark(E, GRAVE), "8"),
        (mark(S, GENERAL), "0.5"),
        (mark(S, GRAVE), "6"),
        (mark(E, SERIOUS, is_repeat=True), "4.5"),
        (mark(E, SERIOUS, is_self_reported=True), "1.5"),
        (mark(E, SERIOUS, is_repeat=True, is_self_reported=True), "2.25"),
    ],
)
def test_points_of_a_finding(finding, points):
    assert finding_points(WEIGHTS, finding) == Fraction(points)


def test_a_finding_is_neither_repeated_nor_self_reported_unless_said():
    assert finding_points(WEIGHTS, FindingMark("u", E, SERIOUS)) == 3


def test_a_project_without_findings_is_perfect():
    assert project_score(WEIGHTS, []).score == 100


def test_one_unit_costs_at_most_its_cap():
    result = project_score(WEIGHTS, [mark(E, GRAVE, "a")] * 6 + [mark(M, SERIOUS, "b")])

    assert result.score == 58
    assert [(one.unit, one.counted, one.deducted) for one in result.units] == [("a", 48, 40), ("b", 2, 2)]


def test_a_project_never_goes_below_nought():
    assert project_score(WEIGHTS, [mark(E, GRAVE, unit) for unit in "abc"] * 5).score == 0


findings = st.lists(
    st.builds(
        FindingMark,
        st.sampled_from("abc"),
        st.sampled_from(FindingKind),
        st.sampled_from(Severity),
        st.booleans(),
        st.booleans(),
    ),
    max_size=30,
)


@given(findings, findings)
def test_more_findings_never_help_and_order_does_not_matter(some, more):
    alone = project_score(WEIGHTS, some)
    together = project_score(WEIGHTS, some + more)

    assert together.score <= alone.score
    assert project_score(WEIGHTS, more + some).score == together.score
    assert 0 <= together.score <= 100
    assert all(one.deducted <= Decimal(40) for one in together.units)
