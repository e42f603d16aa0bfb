"""A proposal that a correction withdrew stands again when a later correction triggers it again."""

from __future__ import annotations

import pytest

from core.month import ReportingMonth
from enforcement.enums import InterviewState
from enforcement.models import Interview
from enforcement.services.decisions import decline_interview
from enforcement.services.measures import propose_measures
from tenancy.models import Jurisdiction
from tests.cast import AT, county

MONTH = ReportingMonth(2023, 9)
TRIGGER = {"source": "monthly_score", "action": "ACT1", "score": "66.5", "sentence": "得分66.5分，低于70分。"}


@pytest.fixture
def propose(city, scope):
    place = county(city)

    def run(*triggers):
        propose_measures(
            month=MONTH,
            codes=dict(Jurisdiction.objects.counties().values_list("id", "code")),
            interviews={place.id: list(triggers)} if triggers else {},
            letters={},
            criticisms={},
            by="系统",
            at=AT,
        )
        return Interview.objects.get()

    return run


def test_proposed_withdrawn_and_proposed_again(propose):
    states = [propose(TRIGGER).state, propose().state, propose(TRIGGER).state]

    assert states == [InterviewState.PROPOSED, InterviewState.DECLINED, InterviewState.PROPOSED]
    assert Interview.objects.get().decline_reason == ""


def test_what_a_person_declined_stays_declined(propose):
    interview = propose(TRIGGER)
    decline_interview(interview_id=interview.id, reason="已当面约谈", by="局领导", at=AT)

    assert propose(TRIGGER).state == InterviewState.DECLINED
