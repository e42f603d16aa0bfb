"""F1–F3, G1–G3."""

from tests import factories as f
from tests.scoring.facts.reading import day, evidence, facts, ids, unit


def test_batches_that_the_county_sampled(scope):
    here = unit()
    f.month_plan(jurisdiction=here, test_batch_count=5)
    given = {"jurisdiction": here, "organizer_level": "COUNTY"}
    rows = [
        f.supervisory_test(**given, batch_count=2),
        f.supervisory_test(**given, batch_count=1, sampled_on=day(9, 30)),
    ]
    f.supervisory_test(**given, sampled_on=day(8, 31))
    f.supervisory_test(jurisdiction=here, organizer_level="CITY", batch_count=9)

    found = facts()

    assert (found["test_batches_planned"], found["test_batches_done"]) == (5, 3)
    assert evidence("test_batches_done") == ids(*rows)


def test_failed_tests_are_judged_when_the_term_of_three_working_days_ends(scope):
    here = unit()
    given = {"jurisdiction": here, "verdict": "FAILED", "sampled_on": day(8, 1)}
    # Three working days from Tuesday 5 September: Friday 8 September.
    in_time = f.supervisory_test(**given, reported_on=day(9, 5), handled_on=day(9, 8))
    late = f.supervisory_test(**given, reported_on=day(9, 5), handled_on=day(9, 9))
    # From Wednesday 27 September: 28 September, 7 and 8 October.
    f.supervisory_test(**given, reported_on=day(9, 27))
    f.supervisory_test(**{**given, "verdict": "PASSED"}, reported_on=day(9, 5))

    assert evidence("failed_tests") == ids(in_time, late)
    assert evidence("failed_tests_handled_in_3wd") == ids(in_time)


def test_entity_findings_of_every_level_by_severity(scope):
    here = unit()
    given = {"project": f.project(jurisdiction=here), "kind": "PHYSICAL_DEFECT"}
    general = f.finding(**given)
    serious = f.finding(**given, severity="SERIOUS", found_by_level="COUNTY")
    f.finding(**given, found_on=day(8, 31))
    f.finding(project=given["project"])

    assert evidence("entity_general") == ids(general)
    assert evidence("entity_serious") == ids(serious)
    assert facts()["entity_grave"] == 0


def test_filings_due_in_the_month(scope):
    here = unit()
    given = {"jurisdiction": here, "result": "AGREED"}
    in_time = f.quality_filing(**given, due_on=day(9, 26), reviewed_on=day(9, 26))
    late = f.quality_filing(**given, due_on=day(9, 26), reviewed_on=day(9, 27))
    f.quality_filing(jurisdiction=here, due_on=day(10, 1))

    assert evidence("filings_received") == ids(in_time, late)
    assert evidence("filings_reviewed_on_time") == ids(in_time)


def test_acceptances_held_in_the_month(scope):
    here = unit()
    supervised = f.acceptance(jurisdiction=here, is_supervised=True)
    alone = f.acceptance(jurisdiction=here)
    f.acceptance(jurisdiction=here, held_on=day(10, 1))

    assert evidence("acceptances_notified") == ids(supervised, alone)
    assert evidence("acceptances_supervised") == ids(supervised)


def test_defects_not_filed_and_filed_incompletely(scope):
    here = unit()
    never = f.defect_filing(jurisdiction=here)
    late = f.defect_filing(jurisdiction=here, filed_on=day(9, 21))
    poor = f.defect_filing(jurisdiction=here, filed_on=day(9, 20), is_complete=False)
    f.defect_filing(jurisdiction=here, filed_on=day(9, 20))
    f.defect_filing(jurisdiction=here, due_on=day(10, 9))

    assert evidence("defect_not_filed") == ids(never, late)
    assert evidence("defect_filing_incomplete") == ids(poor)
