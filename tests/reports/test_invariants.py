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


def test_a_return_without_its_draft_and_a_draft_without_its_return_are_named(city, scope):
    opened = {"opened_at": factories.MOMENT, "filler_name": "", "reviewer_name": ""}
    place = factories.a_county()
    lost = factories.monthly_return(
        jurisdiction=place, state="DRAFT", first_submitted_at=None, month=dt.date(2023, 9, 1), **opened
    )
    stray = factories.monthly_return(
        jurisdiction=place, state="ACCEPTED", month=dt.date(2023, 8, 1), **opened
    )
    factories.return_version(monthly_return=stray, number=2, submitted_at=None)
    by_ledger = factories.monthly_return(jurisdiction=place, state="RETURNED", month=dt.date(2023, 7, 1))

    name = place.short_name
    assert broken(city, "return_drafts_astray") == [f"2023-09 {name}", f"2023-08 {name}"]
    assert by_ledger.opened_at is None

    factories.return_version(monthly_return=lost, submitted_at=None)
    approved = {
        "decided_at": factories.MOMENT - 30 * HOUR,
        "decided_by_name": "科长",
        "expires_at": factories.MOMENT - 3 * HOUR,
    }
    correction = factories.return_reopening(monthly_return=stray, state="APPROVED", **approved)
    stray.versions.update(reopening=correction)
    assert broken(city, "return_drafts_astray") == []
    assert broken(city, "corrections_not_ended") == [str(correction.pk)]
