import dataclasses
import hashlib
import json

import pytest

from core import canonical
from core.month import ReportingMonth
from scoring.rules.scorecard import score
from scoring.rules.snapshot import facts_from, take_snapshot
from tests.scoring.rules.builders import SHIPPED, VECTOR

MONTH = ReportingMonth(2023, 9)


def take(facts=VECTOR, evidence=None, rubric=SHIPPED, county="510722", month=MONTH):
    return take_snapshot(
        rubric,
        county=county,
        month=month,
        card=score(rubric, facts),
        evidence=evidence or {"findings_due": ("b", "a")},
    )


def test_holds_facts_scorecard_and_rubric_version():
    body = json.loads(take().body)

    assert (body["format"], body["county"], body["month"]) == (1, "510722", "2023-09")
    assert body["rubric"] == {"code": SHIPPED.code, "version": SHIPPED.version, "sha256": SHIPPED.digest}
    assert body["facts"]["findings_due"] == 40
    assert body["facts"]["funding_in_place"] is True
    assert body["evidence"] == {"findings_due": ["a", "b"]}
    card = body["scorecard"]
    assert (card["final"], card["grade"], card["status"]) == ("74.0", "C", "scored")
    assert card["items"][8] == {"id": "C2", "points": "7/3", "max": "3/1", "na": False}
    assert card["earned"] == "636007/9240"


def test_hash_is_over_the_body_and_the_body_survives_json():
    snapshot = take()

    assert snapshot.sha256 == hashlib.sha256(snapshot.body).hexdigest()
    assert canonical.dumps(json.loads(snapshot.body)) == snapshot.body


def test_order_and_repetition_of_evidence_do_not_matter():
    one = take(evidence={"findings_due": ("a", "b"), "clues_identified": ()})
    other = take(evidence={"findings_due": ("b", "a", "b")}, facts=dict(reversed(VECTOR.items())))

    assert one == other


@pytest.mark.parametrize(
    "other",
    [
        take(facts={**VECTOR, "overdue_general": 5}),
        take(facts={**VECTOR, "city_only_grave": 0}),
        take(evidence={"findings_due": ("a", "c")}),
        take(county="510723"),
        take(month=MONTH.next()),
        take(rubric=dataclasses.replace(SHIPPED, version="2")),
        take(rubric=dataclasses.replace(SHIPPED, digest="0" * 64)),
    ],
)
def test_anything_else_changes_the_hash(other):
    assert other.sha256 != take().sha256


def test_facts_come_back_exactly_and_score_the_same():
    facts = {**VECTOR, "latest_duty_inspection_score_within_12_months": score(SHIPPED, VECTOR).earned}
    card = score(SHIPPED, facts)
    body = json.loads(take(facts=facts).body)

    assert facts_from(body["facts"]) == card.facts
    assert score(SHIPPED, facts_from(body["facts"])) == card
    with pytest.raises(TypeError, match="float"):
        facts_from({"x": 0.5})


def test_a_county_without_a_score_has_nulls():
    card = json.loads(take(facts={"clues_identified": 0}, evidence={}).body)["scorecard"]

    assert card["status"] == "insufficient"
    assert card["items"][18] == {"id": "E5", "points": "0/1", "max": "2/1", "na": True}
