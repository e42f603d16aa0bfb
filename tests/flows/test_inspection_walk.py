"""From the year plan to the points: planned, drawn before two witnesses, inspected on a tablet, reviewed, published.

北川县's September 2023. The draw is of Friday the 1st, the site is entered on Tuesday the 5th. D1–D4, E3, F1–F3, H1 and H2
lead back to what was done here, and the draw repeats itself without this project's code.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import uuid
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from core.month import ReportingMonth
from enforcement.services.county_notices import register_county_notice
from enforcement.services.notice_drafts import draft_notices
from guidance.services.month_plans import PlanText, edit_sheet, publish_plan
from inspections.enums import (
    DrawKind,
    FindingState,
    InspectionKind,
    InspectionState,
    PlanKind,
)
from inspections.models import (
    Draw,
    DutyInspection,
    Finding,
    Inspection,
    InspectionItem,
    SupervisoryTestSample,
)
from inspections.rules.draw_parameters import shipped
from inspections.selectors.draws import replay_file
from inspections.selectors.year_plans import month_plan_from_year
from inspections.services.approvals import decide_approval, request_approval
from inspections.services.arranging import Purpose, arrange, arrange_draw
from inspections.services.concluding import Decision, conclude, review
from inspections.services.draw_freezing import freeze_draw
from inspections.services.draw_publication import publish_draw
from inspections.services.draw_witnesses import commit_draw, register_witness, reveal_secret
from inspections.services.drawing import run_draw
from inspections.services.draws import DrawPlan, start_draw
from inspections.services.notices import issue_notices, serve_notice
from inspections.services.officers import OfficerText, add_officer
from inspections.services.teams import Team
from inspections.services.test_commissions import (
    SampleText,
    draft_commission,
    issue_commission,
    plan_sample,
    take_samples,
)
from inspections.services.test_reports import (
    Report,
    SampleResult,
    record_handling,
    record_report,
    review_test_finding,
)
from inspections.services.year_plans import publish_year_plan, write_grid
from projects.enums import UnitRole
from scoring.models import CountyScore
from scoring.selectors.scales import rubric_in_force
from scoring.services.duty import DutyText, SheetLine, conclude_duty, draft_duty_inspection, record_points
from tenancy.models import Jurisdiction
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, make_city, person
from tests.inspections.tablet import Shot, Tablet, enrolled, op, picture
from tests.records import a_finding, answers, ending, measurements, send
from tests.scoring.facts.reading import moment

SEPTEMBER = ReportingMonth(2023, 9)
SCRIPT = Path(settings.BASE_DIR) / "docs" / "replay_draw.py"
SECRETS = ("安昌河畔一二三四五六七八", "都坝水库九十百千万亿兆京")


class Cast:
    """The county's people, two officers with certificates, and four projects of which one is drawn."""

    def __init__(self) -> None:
        self.city = make_city()
        self.county = county(self.city)
        self.chief = person(self.city, Role.BUREAU_CHIEF, name="科长丁")
        self.bureau = person(self.city, Role.BUREAU_SUPERVISOR, name="监督员丙")
        self.inspector = person(self.city, Role.COUNTY_SUPERVISOR, name="王检")
        self.second = person(self.city, Role.COUNTY_SUPERVISOR, name="李查")
        self.reviewer = person(self.city, Role.COUNTY_REVIEWER, name="审核人乙")
        with city_scope(self.city.id):
            for user, place in ((self.inspector, self.county), (self.second, self.county)):
                self._officer(user, place)
            self.units = [self._project(f"北川测试工程{n}") for n in range(1, 5)]

    def _officer(self, user: User, place: Any) -> None:
        text = OfficerText(
            name=user.display_name,
            enforcement_id=f"川B{user.display_name}",
            id_valid_until=dt.date(2026, 12, 31),
            user_id=user.pk,
        )
        add_officer(text=text, jurisdiction=place, by="测试", at=moment(8, 20))

    def _project(self, name: str) -> Any:
        project = factories.project(name=name, jurisdiction=self.county, supervision_level="COUNTY")
        return factories.participating_unit(project=project, role=UnitRole.CONTRACTOR)

    def at_county(self) -> Any:
        """The scope of the county's own people."""
        return city_scope(self.city.id, county=self.county.id)

    def unit_of(self, project_id: Any) -> Any:
        return next(unit for unit in self.units if unit.project_id == project_id)


@pytest.fixture(autouse=True)
def without_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenancy.jobs.ring", lambda job: None)


def test_from_the_year_plan_to_the_points(fresh_database: None, tmp_path: Path, capsys: Any) -> None:
    cast = Cast()
    _plan(cast)
    draw = _draw(cast)
    _replays_without_the_project(draw, cast, tmp_path)
    inspection = _arranged(cast, draw)
    key = _inspected_on_a_tablet(cast, inspection)
    _reviewed(cast, inspection, key)
    _notice_issued(cast, key)
    test = _tested_and_failed(cast, inspection)
    city_finding = _seen_by_the_city_only(cast)
    duty = _duty_inspection(cast)
    with cast.at_county():
        publish_draw(draw_id=draw.pk, note="", by=cast.inspector, at=moment(9, 20))
    _everybody_reads_the_result(cast, draw)

    call_command(
        "close_month",
        "mianyang",
        "2023-09",
        "--by",
        cast.chief.username,
        "--at",
        "2023-10-09T09:00",
        "--inline",
    )
    capsys.readouterr()
    with city_scope(cast.city.id):
        score = CountyScore.objects.get(jurisdiction=cast.county)
        snapshot = json.loads(score.snapshot)
        aspects = {
            str(one) for one in inspection.aspects.filter(is_checked=True).values_list("pk", flat=True)
        }
        drawn = {str(one) for one in draw.drawn_projects.values_list("pk", flat=True)}
    evidence = {fact: set(ids) for fact, ids in snapshot["evidence"].items()}
    facts = snapshot["facts"]
    assert evidence["inspections_done"] == {str(inspection.pk)}
    assert evidence["aspects_checked_in_rolling_quarter"] == aspects
    assert len(aspects) == 11
    assert evidence["rolling_year_sample_ratio_ge_10pct"] == drawn
    assert evidence["published_within_20_workdays"] == {str(draw.pk)}
    for slip in (
        "fewer_than_two_certified_officers",
        "no_counterparty_signature",
        "finding_without_evidence",
        "finding_without_catalogue_code",
    ):
        assert facts[slip] == 0, slip
    assert evidence["serious_findings_noticed_in_5wd"] == {str(key)}
    assert evidence["test_batches_done"] == {str(test.pk)}
    assert evidence["failed_tests_handled_in_3wd"] == {str(test.pk)}
    assert {str(key), str(test.finding_id)} <= evidence["entity_serious"] | evidence["entity_general"]
    assert evidence["city_only_general"] == {str(city_finding.pk)}
    assert evidence["latest_duty_inspection_score_within_12_months"] == {str(duty.pk)}
    words = {"D1": inspection.number, "F2": test.number, "H1": city_finding.number}
    _points_lead_to_the_records(cast, inspection, key, words)


def _plan(cast: Cast) -> None:
    """The year's numbers make the month's plan, published before the month begins (A2, D1, F1)."""
    with cast.at_county():
        grid = {(9, str(PlanKind.ROUTINE)): 1, (9, str(PlanKind.TEST)): 1}
        plan = write_grid(
            jurisdiction=cast.county, year=2023, grid=grid, note="", by=cast.inspector, at=moment(8, 21)
        )
        publish_year_plan(plan_id=plan.pk, by=cast.reviewer, at=moment(8, 22))
        proposal = month_plan_from_year(jurisdiction_id=cast.county.pk, month=SEPTEMBER)
        assert proposal is not None
        assert (proposal.inspection_count, proposal.test_batch_count) == (1, 1)
        text = PlanText(
            inspection_count=proposal.inspection_count,
            test_batch_count=proposal.test_batch_count,
            content="按年度计划安排",
        )
        sheet = edit_sheet(
            jurisdiction=cast.county, month=SEPTEMBER, text=text, by=cast.inspector, at=moment(8, 24)
        )
        publish_plan(sheet_id=sheet.pk, by=cast.reviewer, at=moment(8, 25))


def _draw(cast: Cast) -> Draw:
    """One of four projects and its two officers, before two witnesses with accounts of their own."""
    with cast.at_county():
        plan = DrawPlan(kind=DrawKind.PROJECT, title="九月双随机抽查", levels=["COUNTY"])
        draw = start_draw(
            plan=plan, organizer=cast.county, parameters=shipped(), by=cast.inspector, at=moment(9, 1, 8)
        )
        freeze_draw(draw_id=draw.pk, by=cast.inspector, at=moment(9, 1, 9))
        witnesses = (cast.reviewer, cast.second)
        for place, (user, secret) in enumerate(zip(witnesses, SECRETS, strict=True), 1):
            register_witness(
                draw_id=draw.pk,
                name=user.display_name,
                unit="北川县水利局",
                secret=secret,
                digest="",
                position=place,
                user_id=user.pk,
                by=user,
                at=moment(9, 1, 9),
            )
        commit_draw(draw_id=draw.pk, by=cast.inspector, at=moment(9, 1, 10))
        for user, secret in zip(witnesses, SECRETS, strict=True):
            reveal_secret(draw_id=draw.pk, secret=secret, by=user, at=moment(9, 1, 11))
        return run_draw(draw_id=draw.pk, secrets={}, by=cast.inspector, at=moment(9, 1, 11))


def _replays_without_the_project(draw: Draw, cast: Cast, folder: Path) -> None:
    with city_scope(cast.city.id):
        file = replay_file(draw)
    path = folder / "draw.json"
    path.write_bytes(file)
    told = subprocess.run([sys.executable, "-I", SCRIPT, path], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    call_command("replay_draw", str(path))
    path.write_bytes(file.replace(cast.inspector.display_name.encode(), "王某".encode(), 1))
    told = subprocess.run([sys.executable, "-I", SCRIPT, path], capture_output=True, text=True, check=False)
    assert told.returncode != 0, "a changed name is seen"


def _arranged(cast: Cast, draw: Draw) -> Inspection:
    """From the draw, approved by another person, the firm told before the site is entered."""
    with cast.at_county():
        purpose = Purpose(
            kind=InspectionKind.ROUTINE,
            inspected_on=dt.date(2023, 9, 5),
            item_ids=[InspectionItem.objects.order_by("code")[0].pk],
        )
        [arranged] = arrange_draw(draw_id=draw.pk, purpose=purpose, by=cast.inspector, at=moment(9, 1, 14))
        inspection = arranged.inspection
        approval = request_approval(
            inspection_id=inspection.pk,
            reason="九月双随机抽查",
            is_urgent=False,
            by=cast.inspector,
            at=moment(9, 1, 15),
        )
        decide_approval(
            approval_id=approval.pk, is_approved=True, note="同意", by=cast.reviewer, at=moment(9, 1, 16)
        )
        [notice] = issue_notices(inspection_id=inspection.pk, by=cast.inspector, at=moment(9, 4))
        assert notice.counts["total"] == 0
        serve_notice(
            notice_id=notice.pk,
            served_on=dt.date(2023, 9, 4),
            how="直接送达",
            to="张经理",
            by=cast.inspector,
            at=moment(9, 4, 15),
        )
    return inspection


def _inspected_on_a_tablet(cast: Cast, inspection: Inspection) -> uuid.UUID:
    """Everything over the tablet's interface: the package, the record, a photo in parts, the end on site."""
    key = uuid.uuid4()
    unit = cast.unit_of(inspection.project_id)
    with time_machine.travel(moment(9, 5, 17), tick=True):
        _, token = enrolled(cast.city, cast.county, at=moment(9, 5, 16))
        tablet = Tablet(cast.inspector, token)
        package = tablet.get("package?date=2023-09-05").json()
        assert [one["id"] for one in package["inspections"]] == [str(inspection.pk)]
        with cast.at_county():
            written = [
                *answers(inspection, GX_04="PROBLEM"),
                *measurements(inspection),
                *a_finding(unit, key, severity="SERIOUS", catalogue_code="E-003", checklist_code="GX-04"),
                *ending(unit),
            ]
        photo = Shot(picture(7), finding=key, taken_at=moment(9, 5, 10))
        changes = [op(one.path, one.value) for one in written]
        body = tablet.submission(
            inspection.pk, *changes, photos=[photo.entry()], device_at=moment(9, 5, 17).isoformat()
        )
        answer = tablet.put_submission(body)
        assert answer.status_code == 201, answer.content
        assert not answer.json()["receipt"]["complete"], "the photo is still on the tablet"
        assert tablet.put_photo(photo).json()["complete"]
        end = tablet.submission(inspection.pk, op("conclude/at", moment(9, 5, 17).isoformat()))
        assert tablet.put_submission(end).status_code == 201
    with cast.at_county():
        inspection.refresh_from_db()
        assert inspection.state == InspectionState.CONCLUDED
        finding = Finding.objects.get(pk=key)
        assert (finding.state, finding.evidence.count()) == (FindingState.DRAFT, 1)
    return key


def _reviewed(cast: Cast, inspection: Inspection, key: uuid.UUID) -> None:
    with cast.at_county():
        review(
            inspection_id=inspection.pk,
            decisions={key: Decision(confirms=True)},
            by=cast.reviewer,
            at=moment(9, 6),
        )
        inspection.refresh_from_db()
    assert inspection.state == InspectionState.COMPLETED
    assert inspection.counterparty_signed


def _notice_issued(cast: Cast, key: uuid.UUID) -> None:
    """The county's own notice, two working days after the finding (E3)."""
    with cast.at_county():
        [notice] = draft_notices(finding_ids=[key], by=cast.inspector, at=moment(9, 7))
        register_county_notice(
            notice_id=notice.pk,
            number="北水质监〔2023〕12号",
            issued_on=dt.date(2023, 9, 7),
            by=cast.reviewer,
            at=moment(9, 7, 11),
        )
        finding = Finding.objects.get(pk=key)
        assert finding.state == FindingState.NOTIFIED
        assert finding.due_on is not None


def _duty_inspection(cast: Cast) -> DutyInspection:
    """The county's own supervision, scored on the sheet of the rubric (H2)."""
    with city_scope(cast.city.id):
        text = DutyText(
            inspected_on=dt.date(2023, 9, 14), leader_name="科长丁", members="监督员丙", draw=None
        )
        duty = draft_duty_inspection(county=cast.county, text=text, by=cast.bureau, at=moment(9, 14))
        rules = rubric_in_force(SEPTEMBER).duty
        assert rules is not None
        lines = {item.id: SheetLine(points=item.max) for section in rules.sections for item in section.items}
        record_points(duty_id=duty.pk, lines=lines, by=cast.bureau, at=moment(9, 14, 16))
        conclude_duty(
            duty_id=duty.pk,
            concluded_on=dt.date(2023, 9, 15),
            summary="履职到位",
            by=cast.bureau,
            at=moment(9, 15),
        )
    return duty


def _tested_and_failed(cast: Cast, inspection: Inspection) -> Any:
    """An independent agency, a witnessed sample, a failure handled within three working days (F1, F2)."""
    with cast.at_county():
        project = inspection.project
        factories.test_budget(jurisdiction=cast.county, year=2023, amount_yuan=Decimal(20_000))
        commission = draft_commission(
            project=project,
            agency=factories.organization(name="独立检测有限公司"),
            level="COUNTY",
            fee_yuan=Decimal(3_000),
            note="",
            by=cast.inspector,
            at=moment(9, 6),
        )
        text = SampleText(
            tested_object="WORKS_BODY",
            item="混凝土强度",
            standard="SL/T 352",
            batch_count=1,
            location="2#闸墩",
            design_value="C30",
        )
        sample = plan_sample(commission_id=commission.pk, text=text, by=cast.inspector, at=moment(9, 6))
        issue_commission(
            commission_id=commission.pk,
            commissioned_on=dt.date(2023, 9, 6),
            by=cast.inspector,
            at=moment(9, 6),
        )
        take_samples(
            commission_id=commission.pk,
            sample_ids=[sample.pk],
            sampled_on=dt.date(2023, 9, 7),
            sampled_by="王检",
            witness="张经理",
            by=cast.inspector,
            at=moment(9, 7),
        )
        test = SupervisoryTestSample.objects.get(pk=sample.pk).test
        assert test is not None
        report = Report(
            number="JC-23-117",
            reported_on=dt.date(2023, 9, 11),
            results={sample.pk: SampleResult("26.4 MPa", has_passed=False)},
            fee_yuan=Decimal(3_000),
            pdf=b"%PDF-1.7 report",
            unit_id=cast.unit_of(project.pk).pk,
        )
        record_report(test_id=test.pk, report=report, failure_workdays=3, by=cast.inspector, at=moment(9, 11))
        review_test_finding(
            test_id=test.pk,
            is_confirmed=True,
            severity="SERIOUS",
            reason="一组强度不足",
            by=cast.second,
            at=moment(9, 12),
        )
        record_handling(
            test_id=test.pk,
            handled_on=dt.date(2023, 9, 13),
            handling="停止使用该部位，委托设计复核",
            by=cast.inspector,
            at=moment(9, 13),
        )
        test.refresh_from_db()
    return test


def _seen_by_the_city_only(cast: Cast) -> Finding:
    """The bureau inspects another project of the county and finds what the county had not (H1)."""
    unit = cast.units[0]
    key = uuid.uuid4()
    with city_scope(cast.city.id):
        bureau = Jurisdiction.objects.get(parent__isnull=True)
        officers = [
            add_officer(
                text=OfficerText(
                    name=name, enforcement_id=f"川A{name}", id_valid_until=dt.date(2026, 12, 31), user_id=pk
                ),
                jurisdiction=bureau,
                by="测试",
                at=moment(9, 8),
            )
            for name, pk in (("监督员丙", cast.bureau.pk), ("刘监督", None))
        ]
        purpose = Purpose(
            kind=InspectionKind.DEMONSTRATION,
            inspected_on=dt.date(2023, 9, 12),
            item_ids=[InspectionItem.objects.order_by("code")[0].pk],
        )
        team = Team(officers=[one.pk for one in officers], leader=officers[0].pk)
        inspection = arrange(
            project_id=unit.project_id, purpose=purpose, team=team, by=cast.bureau, at=moment(9, 8)
        ).inspection
        approval = request_approval(
            inspection_id=inspection.pk,
            reason="九月示范检查",
            is_urgent=False,
            by=cast.bureau,
            at=moment(9, 8, 10),
        )
        decide_approval(
            approval_id=approval.pk, is_approved=True, note="同意", by=cast.chief, at=moment(9, 8, 11)
        )
        written = [
            *answers(inspection, GX_04="PROBLEM"),
            *measurements(inspection),
            *a_finding(unit, key, catalogue_code="E-006", checklist_code="GX-04"),
            *ending(unit, officers=("监督员丙", "刘监督")),
        ]
        send(inspection, cast.bureau, *written, at=moment(9, 12))
        conclude(inspection_id=inspection.pk, by=cast.bureau, at=moment(9, 12, 17))
        review(
            inspection_id=inspection.pk,
            decisions={key: Decision(confirms=True)},
            by=cast.chief,
            at=moment(9, 13),
        )
        return Finding.objects.get(pk=key)


def _everybody_reads_the_result(cast: Cast, draw: Draw) -> None:
    """Without a log-in, without a person's name."""
    page = Client().get(reverse("public:draw-detail", args=["mianyang", draw.number]))
    assert page.status_code == 200
    assert draw.commitment_sha256 in page.text
    for name in ("王检", "李查", "审核人乙"):
        assert name not in page.text


def _points_lead_to_the_records(
    cast: Cast, inspection: Inspection, key: uuid.UUID, words: dict[str, str]
) -> None:
    """From the clause to the page of what was done."""
    client = client_of(cast.bureau)
    for clause, word in words.items():
        page = client.get(reverse("scoring:clause-detail", args=[cast.county.code, SEPTEMBER, clause]))
        assert word in page.text, clause
    assert client.get(reverse("visits:inspection-detail", args=[inspection.pk])).status_code == 200
    assert client.get(reverse("inspections:finding-detail", args=[key])).status_code == 200
