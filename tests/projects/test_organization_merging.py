"""Two records become one: nothing is lost, nothing frozen changes, and what cannot be decided by itself is refused."""

from __future__ import annotations

import datetime as dt

import pytest

from audit.models import AuditEvent
from core.month import ReportingMonth
from inspections.enums import Severity
from projects.enums import UnitRole
from projects.models import LegalPersonReport, Organization, OrganizationMerge, ParticipatingUnit
from projects.selectors.parties.references import history_of, references
from projects.services.parties.merging import MergeRefused, merge_organizations, plan_merge
from scoring.facts.subjects import read_subjects
from scoring.models import Listing, SubjectScore
from scoring.services.closing import close_month
from tests import factories
from tests.scoring.facts.reading import SEPTEMBER, day, facts, moment, unit, window

AT = factories.MOMENT
WHY = "同一家单位登记了两次"


def merge(kept, folded, *, reason=WHY):
    return merge_organizations(kept_id=kept.pk, folded_id=folded.pk, reason=reason, by="测试", at=AT)


@pytest.fixture
def two(scope):
    kept = factories.organization(name="示例水利工程有限公司")
    folded = factories.organization(name="示例水利工程 有限责任公司")
    return kept, folded


def hang_rows_on(organization):
    """One row of each table that names organizations by a plain act of the register or the bureau."""
    project = factories.project(legal_person=organization)
    unit = factories.participating_unit(project=project, organization=organization)
    factories.key_person(unit=unit)
    factories.lifelong_commitment(unit=unit)
    factories.finding(project=project, organization=organization)
    factories.notice(project=project, addressee=organization)
    factories.supervisory_test(project=project, agency=organization)
    factories.clue(project=project, organization=organization)
    factories.legal_person_report(legal_person=organization, jurisdiction=project.jurisdiction)
    factories.delivery(document=factories.issued_document(), jurisdiction=None, organization=organization)
    return project


def naming(organization):
    """How many rows of each column name it."""
    return {one.key: one.rows(organization).count() for one in references()}


def test_every_foreign_key_is_found_by_itself(scope):
    keys = {one.key for one in references()}

    assert {
        "projects.organization.merged_into",
        "projects.participatingunit.organization",
        "projects.project.legal_person",
        "projects.legalpersonreport.legal_person",
        "inspections.finding.organization",
        "inspections.supervisorytest.agency",
        "enforcement.clue.organization",
        "enforcement.rectificationnotice.addressee",
        "reports.delivery.organization",
    } <= keys
    assert {one.key for one in references() if one.is_history} >= {
        "scoring.listing.organization",
        "scoring.subjectscore.organization",
    }


def test_every_row_of_the_folded_points_to_the_kept(two):
    kept, folded = two
    hang_rows_on(folded)
    earlier = factories.organization(merged_into=folded)
    before = naming(folded)
    plan = plan_merge(kept=kept, folded=folded)

    done = merge(kept, folded)

    assert set(naming(folded).values()) == {0}
    assert naming(kept) == {**before, "projects.organization.merged_into": 2}
    assert sum(before.values()) == plan.total == sum(len(ids) for ids in done.moved.values()) >= 9
    assert plan.conflicts == []
    folded.refresh_from_db()
    earlier.refresh_from_db()
    assert folded.merged_into == earlier.merged_into == kept
    event = AuditEvent.objects.get(action="projects.organization.merge")
    assert WHY in event.payload


def test_what_the_kept_has_already_stays_and_is_told(two):
    kept, folded = two
    county = factories.a_county()
    for organization in two:
        factories.legal_person_report(legal_person=organization, jurisdiction=county)
    later = factories.legal_person_report(
        legal_person=folded, jurisdiction=county, month=dt.date(2023, 10, 1)
    )

    plan = plan_merge(kept=kept, folded=folded)
    merge(kept, folded)

    table = next(one for one in plan.tables if "项目法人" in one.label)
    assert (table.moved, table.kept_apart, table.why_apart) == (1, 1, "保留单位已有相同的一条")
    later.refresh_from_db()
    assert later.legal_person == kept
    assert LegalPersonReport.objects.filter(legal_person=folded).count() == 1


def test_one_firm_never_becomes_contractor_and_supervising_engineer(two):
    kept, folded = two
    project = factories.project(name="演示堤防工程")
    factories.participating_unit(project=project, organization=kept, role=UnitRole.CONTRACTOR)
    factories.participating_unit(project=project, organization=folded, role=UnitRole.SUPERVISING_ENGINEER)

    assert len(plan_merge(kept=kept, folded=folded).conflicts) == 1
    with pytest.raises(MergeRefused, match=r"演示堤防工程.*施工单位.*监理单位"):
        merge(kept, folded)

    assert naming(folded)["projects.participatingunit.organization"] == 1
    assert not OrganizationMerge.objects.exists()


def test_the_same_participation_twice_is_left_to_a_person(two):
    kept, folded = two
    project = factories.project()
    for organization in two:
        factories.participating_unit(project=project, organization=organization)

    with pytest.raises(MergeRefused, match="撤销误登的一条"):
        merge(kept, folded)

    ParticipatingUnit.objects.filter(organization=kept).delete()
    merge(kept, folded)
    assert ParticipatingUnit.objects.get().organization == kept


@pytest.mark.parametrize("reason", ["", "  ", "重复"])
def test_a_merge_says_why(two, reason):
    with pytest.raises(MergeRefused.__mro__[1], match=r"合并理由"):
        merge(*two, reason=reason)
    assert not Organization.objects.filter(merged_into__isnull=False).exists()


def test_a_record_is_folded_once_and_never_into_itself(two):
    kept, folded = two
    third = factories.organization()
    merge(kept, folded)

    for pair in [(kept, kept), (third, folded), (folded, third)]:
        with pytest.raises(MergeRefused):
            merge(*pair)


def test_an_open_month_counts_the_findings_under_the_kept_and_a_closed_one_stays(two):
    """A month that is closed keeps its result to the byte; the open one sees one firm with both firms' findings."""
    kept, folded = two
    county = unit()
    for organization in two:
        project = factories.project(jurisdiction=county)
        participant = factories.participating_unit(project=project, organization=organization)
        found = {"project": project, "organization": organization, "unit": participant, "due_on": None}
        factories.finding(**found, found_on=day(9, 5), severity=Severity.SERIOUS)
        factories.finding(**found, found_on=day(10, 12), severity=Severity.SERIOUS)
    close_month(month=SEPTEMBER, by="测试", at=moment(10, 9))
    scores = list(SubjectScore.objects.order_by("pk").values())
    listings = list(Listing.objects.order_by("pk").values())
    county_facts = facts(month=SEPTEMBER)
    october = ReportingMonth(2023, 10)

    def units_of(month):
        subjects = read_subjects(window(month))
        return {
            one.organization_id: one.values["serious_findings"]
            for one in subjects
            if one.jurisdiction_id is None
        }

    assert units_of(october) == {kept.pk: 1, folded.pk: 1}
    plan = plan_merge(kept=kept, folded=folded)
    merge(kept, folded)

    assert units_of(october) == {kept.pk: 2}
    assert list(SubjectScore.objects.order_by("pk").values()) == scores
    assert list(Listing.objects.order_by("pk").values()) == listings
    assert {"已定案的历史记录，不改动"} <= {one.why_apart for one in plan.tables}
    # what is evidence of the closed month keeps its id, so its counts and links hold
    assert facts(month=SEPTEMBER) == county_facts
    assert history_of(folded) == [
        ("主体得分（单位）", SubjectScore.objects.filter(organization=folded).count())
    ]
