"""What `verify_invariants` finds broken, on records that break it."""

from __future__ import annotations

import datetime as dt

import pytest

from reports.enums import DocumentState
from reports.selectors.invariants import CITY_INVARIANTS
from scoring.enums import RunState
from tests import factories
from tests.scoring.months import CONFIRMED_AT, PUBLISHED_AT, closed_month

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def published(scope):
    return closed_month({}, state=RunState.PUBLISHED)


def broken(city, name="published_without_circular"):
    (check,) = (one.check for one in CITY_INVARIANTS if one.name == name)
    return list(check(city, factories.MOMENT))


def circular(run, **given):
    return {"subject_kind": "scoring.scorerun", "subject_id": run.id, "signed_at": CONFIRMED_AT, **given}


def test_a_month_published_without_a_circular_is_named(city, published):
    factories.document(subject_kind="scoring.scorerun", subject_id=published.id)  # a draft tells nobody

    assert broken(city) == ["2023-09 r1"]


def test_a_month_published_with_its_circular_is_right(city, published):
    factories.issued_document(**circular(published))

    assert broken(city) == []


def test_a_circular_withdrawn_later_was_issued(city, published):
    withdrawn = {"withdrawn_at": PUBLISHED_AT + HOUR, "withdrawn_by_name": "甲", "withdrawn_reason": "有误"}
    factories.issued_document(**circular(published, state=DocumentState.WITHDRAWN, **withdrawn))

    assert broken(city) == []


def test_a_circular_signed_after_the_publication_is_too_late(city, published):
    factories.issued_document(**circular(published, signed_at=PUBLISHED_AT + HOUR))

    assert broken(city) == ["2023-09 r1"]


def test_a_confirmed_month_waits_for_its_circular(city, scope):
    closed_month({}, state=RunState.CONFIRMED)

    assert broken(city) == []
