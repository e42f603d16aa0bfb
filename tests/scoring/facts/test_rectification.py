"""E1–E5."""

import pytest

from tests import factories as f
from tests.scoring.facts.reading import day, evidence, facts, ids, unit


def found(here, **fields):
    return f.finding(project=f.project(jurisdiction=here), **fields)


def test_findings_due_in_the_month_and_closed_in_time(scope):
    here = unit()
    in_time = found(here, due_on=day(9, 30), state="CLOSED", closed_on=day(9, 30))
    late = found(here, due_on=day(9, 10), state="CLOSED", closed_on=day(9, 11))
    open_ = found(here, due_on=day(9, 10))
    first = found(here, found_on=day(8, 1), due_on=day(9, 1))
    found(here, due_on=day(10, 1))
    found(here, found_on=day(8, 1), due_on=day(8, 31))
    found(here, due_on=day(9, 10), state="DRAFT")
    found(here, due_on=day(9, 10), state="WITHDRAWN", withdrawn_reason="误记")

    assert evidence("findings_due") == ids(in_time, late, open_, first)
    assert evidence("findings_due_closed_on_time") == ids(in_time)


def test_an_extension_moves_the_finding_to_the_month_of_the_new_term(scope):
    here = unit()
    extended = found(here, original_due_on=day(9, 25), due_on=day(10, 10))
    f.deadline_extension(finding=extended, approved_on=day(9, 20), approved_by_name="批准人")

    september = facts()

    assert september.get("findings_due", 0) == 0
    assert september.get("overdue_general", 0) == 0


@pytest.mark.parametrize(
    ("fields", "counts"),
    [
        pytest.param({"due_on": day(9, 30)}, True, id="term ended on the last day"),
        pytest.param({"due_on": day(10, 1)}, False, id="term runs into October"),
        pytest.param({"found_on": day(3, 1), "due_on": day(4, 1)}, True, id="overdue for months"),
        pytest.param(
            {"due_on": day(9, 10), "state": "CLOSED", "closed_on": day(9, 30)},
            False,
            id="closed late, by the end",
        ),
        pytest.param(
            {"due_on": day(9, 10), "state": "CLOSED", "closed_on": day(10, 1)},
            True,
            id="closed after the end",
        ),
    ],
)
def test_overdue_as_of_the_months_end(scope, fields, counts):
    found(unit(), severity="SERIOUS", **fields)

    assert facts().get("overdue_serious", 0) == int(counts)
    assert facts().get("overdue_general", 0) == 0


@pytest.mark.parametrize(
    ("found_on", "issued_on", "judged", "in_time"),
    [
        # Five working days from Friday 25 August end on Friday 1 September.
        pytest.param(day(8, 25), day(9, 1), 1, 1, id="term ends on the first day"),
        pytest.param(day(8, 24), day(9, 1), 0, 0, id="term ended in August"),
        # From Thursday 21 September: 28 September. From Friday 22 September: 7 October, over the holiday.
        pytest.param(day(9, 21), day(9, 28), 1, 1, id="on the last day"),
        pytest.param(day(9, 21), day(9, 29), 1, 0, id="a day late"),
        pytest.param(day(9, 21), None, 1, 0, id="never"),
        pytest.param(day(9, 22), None, 0, 0, id="the holiday carries the term into October"),
    ],
)
def test_a_notice_within_five_working_days(scope, found_on, issued_on, judged, in_time):
    finding = found(unit(), severity="GRAVE", found_on=found_on, due_on=day(11, 1))
    if issued_on:
        notice = f.notice(
            project=finding.project, issued_on=issued_on, served_on=issued_on, due_on=day(11, 1)
        )
        f.notice_finding(finding=finding, notice=notice)

    assert facts().get("serious_findings", 0) == judged
    assert facts().get("serious_findings_noticed_in_5wd", 0) == in_time


def test_general_findings_and_drafts_of_notices_do_not_count(scope):
    here = unit()
    general = found(here, severity="GENERAL")
    serious = found(here, severity="SERIOUS")
    draft = f.notice(project=serious.project, state="DRAFT", issued_on=day(9, 6))
    f.notice_finding(finding=serious, notice=draft)

    assert evidence("serious_findings") == ids(serious)
    assert facts()["serious_findings_noticed_in_5wd"] == 0
    assert str(general.pk) not in evidence("serious_findings")


def test_rechecks_on_site_and_passed(scope):
    here = unit()
    closed = {"severity": "SERIOUS", "state": "CLOSED", "closed_on": day(9, 20)}
    good, video, failed, none = (found(here, **closed) for _ in range(4))
    f.recheck(finding=good)
    f.recheck(finding=video, is_on_site=False)
    f.recheck(finding=failed, has_passed=False)
    found(here, severity="GENERAL", state="CLOSED", closed_on=day(9, 20))

    assert evidence("serious_closed") == ids(good, video, failed, none)
    assert evidence("serious_closed_with_recheck") == ids(good)


def test_clues_that_the_county_identified(scope):
    here = unit()
    given = {"jurisdiction": here, "organizer_level": "COUNTY"}
    # Seven working days from Tuesday 5 September end on Thursday 14 September.
    in_time = f.clue(**given, transferred_on=day(9, 14), receiver="执法支队")
    late = f.clue(**given, transferred_on=day(9, 15), receiver="执法支队")
    f.clue(**given, identified_on=day(9, 20))
    f.clue(jurisdiction=here, organizer_level="CITY")

    assert evidence("clues_identified") == ids(in_time, late)
    assert evidence("clues_transferred_in_7wd") == ids(in_time)
