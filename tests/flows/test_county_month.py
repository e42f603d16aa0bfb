"""A county's August, from the day its return opens to the freeze and the points, and a correction that came too late.

Real commits, as the worker and the pages make them. The term of August ends on Tuesday 5 September 2023; the data freeze
on 8 September, 24:00; the county files on the 7th: late by two working days.
"""

from __future__ import annotations

import json
from fractions import Fraction
from io import BytesIO

import openpyxl
import pytest
from django.core.management import call_command
from django.urls import reverse

from accounts.roles import Role
from core.month import ReportingMonth
from projects.enums import ReopeningState, ReturnState
from projects.models import MonthlyReturn, ReturnLine, ReturnReopening, ReturnVersion
from projects.selectors.returns.grid import return_grid
from projects.selectors.returns.versions import draft_of
from projects.services.returns.accepting import FieldComment, accept_return, return_for_correction
from projects.services.returns.errors import ReturnLocked
from projects.services.returns.filling import change_field
from projects.services.returns.reopening import decide_reopening, expire_reopenings, request_reopening
from projects.services.returns.submitting import hand_over, submit_return
from reports.returns.ground import load_ground
from reports.returns.layout import FIRST_ROW, LINES_TITLE, places
from reports.returns.template import template_workbook
from reports.returns.uploads import apply_upload, correct_upload, process_upload, receive_upload, review_of
from scoring.models import CountyScore, ScoreRun
from scoring.services.return_opening import open_month
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, make_city, person
from tests.scoring.facts.reading import moment

JULY, AUGUST = ReportingMonth(2023, 7), ReportingMonth(2023, 8)


@pytest.fixture(autouse=True)
def without_bell(monkeypatch):
    monkeypatch.setattr("tenancy.jobs.ring", lambda job: None)


class Cast:
    """The people of the story and the county's two projects."""

    def __init__(self) -> None:
        self.city = make_city()
        self.county = county(self.city)
        self.filler = person(self.city, Role.COUNTY_REPORTER, name="填报员甲")
        self.reviewer = person(self.city, Role.COUNTY_REVIEWER, name="审核人乙")
        self.clerk = person(self.city, Role.BUREAU_SUPERVISOR, name="监督员丙")
        self.chief = person(self.city, Role.BUREAU_CHIEF, name="科长丁")
        with city_scope(self.city.id):
            self.dike = self._project("安昌河堤防工程")
            self.reservoir = self._project("都坝河水库")

    def _project(self, name):
        project = factories.project(jurisdiction=self.county, name=name, approved_duration_days=360)
        unit = factories.participating_unit(
            project=project, section=factories.contract_section(project=project)
        )
        factories.key_person(unit=unit)
        factories.key_work(project=project)
        factories.supervision_registration(project=project)
        return project

    def put(self, return_, project, field, text, at):
        """What the page does when a cell is left."""
        cell = self.cell(return_, project, field, at)
        change_field(
            return_id=return_.pk,
            project_id=project.pk,
            field=field,
            text=text,
            seen=cell.text,
            by=self.filler,
            at=at,
        )

    def cell(self, return_, project, field, at):
        grid = return_grid(return_, at=at)
        return next(row for row in grid.rows if row.project == project).by_name[field]

    def return_of(self, month):
        return MonthlyReturn.objects.get(jurisdiction=self.county, month=month.first)

    def file(self, return_, at):
        """Filler, then reviewer."""
        hand_over(return_id=return_.pk, by=self.filler, at=at)
        submit_return(return_id=return_.pk, by=self.reviewer, at=at)


def _open(cast, month, at):
    with city_scope(cast.city.id):
        return open_month(month=month, by="系统", at=at)


def test_from_the_opening_to_the_points_and_a_correction_that_expires(fresh_database, capsys):
    cast = Cast()
    assert len(_open(cast, JULY, moment(8, 1, 6))) == 14
    with city_scope(cast.city.id):
        july = cast.return_of(JULY)
        cast.put(july, cast.dike, "progress_percent", "40", moment(8, 3))
        cast.file(july, moment(8, 4))
        accept_return(return_id=july.pk, by=cast.clerk, at=moment(8, 4, 15))

    assert len(_open(cast, AUGUST, moment(9, 1, 6))) == 14
    assert _open(cast, AUGUST, moment(9, 1, 7)) == [], "asked twice, opened once"

    with city_scope(cast.city.id):
        august = cast.return_of(AUGUST)
        assert str(august.due_on) == "2023-09-05"
        carried = cast.cell(august, cast.dike, "progress_percent", moment(9, 1))
        assert (carried.text, carried.previous_text, carried.is_changed) == ("40", "40", False)

    _fill_in_by_workbook(cast, august)

    with city_scope(cast.city.id):
        # On the page: one field left blank, one mistaken.
        cast.put(august, cast.dike, "award_price_wan_yuan", "86000", moment(9, 6))
        cast.put(august, cast.reservoir, "registration_number", "", moment(9, 6))
        cast.file(august, moment(9, 7, 10))
        august.refresh_from_db()
        assert august.state == ReturnState.SUBMITTED

        comments = [
            FieldComment(cast.dike.pk, "award_price_wan_yuan", "与合同不符，请核对单位"),
            FieldComment(cast.dike.pk, "progress_percent", "与现场不符"),
            FieldComment(cast.reservoir.pk, "registration_number", "已办手续，请补填编号"),
        ]
        return_for_correction(
            return_id=august.pk, comments=comments, note="三处请核对", by=cast.clerk, at=moment(9, 7, 15)
        )
        with pytest.raises(ReturnLocked):
            cast.put(august, cast.reservoir, "unit_count", "9", moment(9, 7, 16))
        cast.put(august, cast.dike, "award_price_wan_yuan", "860", moment(9, 7, 16))
        cast.put(august, cast.dike, "progress_percent", "52", moment(9, 7, 16))
        cast.file(august, moment(9, 8, 10))
        accept_return(return_id=august.pk, by=cast.clerk, at=moment(9, 8, 15))
        cast.dike.refresh_from_db()
        assert cast.dike.progress_percent == 52

    call_command(
        "close_month",
        "mianyang",
        "2023-08",
        "--by",
        cast.chief.username,
        "--at",
        "2023-09-11T09:00",
        "--inline",
    )
    capsys.readouterr()

    with city_scope(cast.city.id):
        august.refresh_from_db()
        assert august.state == ReturnState.FROZEN
        score = CountyScore.objects.get(jurisdiction=cast.county)
    _assert_points_lead_to_the_events(cast, august, score)
    _assert_reopening_expires(cast, august, score, capsys)


def _fill_in_by_workbook(cast, august):
    """Excel with errors: all told at once, one put right on the page, the row of a neighbour's project left out."""
    at = moment(9, 5, 14)
    with city_scope(cast.city.id):
        neighbour = factories.project(jurisdiction=county(cast.city, "三台县"), code="ST-001")
        template = template_workbook(load_ground(august, at=at))
    typed = _typed(template, {cast.dike.code: "五十五", cast.reservoir.code: "72"}, stranger=neighbour.code)
    with city_scope(cast.city.id, county=cast.county.id):
        upload = receive_upload(return_id=august.pk, data=typed, file_name="八月.xlsx", by=cast.filler, at=at)
        upload = process_upload(upload_id=upload.pk, at=at)
        found = review_of(upload, at=at)
        told = [(problem.value, problem.wrong) for problem in found.problems()]
        assert [value for value, _ in told] == ["五十五", "ST-001"]
        assert "不存在" in told[1][1]
        [bad, unknown] = found.bad_rows

        upload = correct_upload(
            upload_id=upload.pk,
            texts={(bad.row.number, "progress_percent"): "55.5"},
            dropped=[unknown.row.number],
            by=cast.filler,
            at=at,
        )
        found = review_of(upload, at=at)
        assert (found.error_count, found.change_count) == (0, 2)
        apply_upload(upload_id=upload.pk, digest=found.digest, by=cast.filler, at=at)
        assert cast.cell(august, cast.dike, "progress_percent", at).text == "55.5"
        assert cast.cell(august, cast.reservoir, "progress_percent", at).text == "72"


def _typed(data, progress, *, stranger):
    """The template after its progress was typed in by project code, and one more row under the last."""
    book = openpyxl.load_workbook(BytesIO(data))
    page = book[LINES_TITLE]
    column = next(
        i
        for i, place in enumerate(places(), start=1)
        if place.field and place.field.name == "progress_percent"
    )
    for number in range(FIRST_ROW, FIRST_ROW + len(progress)):
        page.cell(row=number, column=column).value = progress[page.cell(row=number, column=1).value]
    page.cell(row=FIRST_ROW + len(progress), column=1).value = stranger
    page.cell(row=FIRST_ROW + len(progress), column=column).value = 10
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _assert_points_lead_to_the_events(cast, august, score):
    """B1 late by two working days, B2 eleven of twelve fields, B3 sent back once; each with its record's page."""
    snapshot = json.loads(score.snapshot)
    items = {item["id"]: Fraction(item["points"]) for item in snapshot["scorecard"]["items"]}
    assert items["B1"] == 1
    assert items["B2"] == 4 * (Fraction(11, 12) - Fraction(8, 10)) / Fraction(2, 10)
    assert items["B3"] == 2
    with city_scope(cast.city.id):
        remark = august.remarks.get()
        lines = ReturnLine.objects.filter(version__number=2, version__monthly_return=august)
        evidence = {
            "workdays_late": {str(august.pk)},
            "required_fields_total": {str(line.pk) for line in lines},
            "report_returned": {str(remark.pk)},
        }
    for fact, ids in evidence.items():
        assert set(snapshot["evidence"][fact]) == ids, fact
    client = client_of(cast.clerk)
    for kind, key in (("return", august.pk), ("remark", remark.pk)):
        assert client.get(reverse("scoring:record-detail", args=[kind, key])).status_code == 200, kind
    clause = client.get(reverse("scoring:clause-detail", args=[cast.county.code, AUGUST, "B3"]))
    assert remark.note in clause.text


def _assert_reopening_expires(cast, august, score, capsys):
    """Asked for with a reason, approved for named fields and two working days, never used: gone, and nothing has changed."""
    with city_scope(cast.city.id):
        reopening = request_reopening(
            return_id=august.pk,
            fields=[(cast.reservoir.pk, "registration_number")],
            reason="漏填监督手续编号",
            by=cast.filler,
            at=moment(9, 12),
        )
        decide_reopening(
            reopening_id=reopening.pk,
            approve=True,
            note="限两日",
            workdays=2,
            by=cast.chief,
            at=moment(9, 12, 10),
        )
        cast.put(august, cast.reservoir, "registration_number", "BC-2023-02", moment(9, 13))
        with pytest.raises(ReturnLocked):
            cast.put(august, cast.reservoir, "unit_count", "9", moment(9, 13))
        assert draft_of(august) is not None

        with pytest.raises(ReturnLocked):  # the term is over, although nobody has swept yet
            cast.put(august, cast.reservoir, "registration_number", "BC-2023-03", moment(9, 15))
        expire_reopenings(at=moment(9, 15))

        assert ReturnReopening.objects.get().state == ReopeningState.EXPIRED
        assert draft_of(august) is None
        assert ReturnVersion.objects.filter(monthly_return=august).count() == 2
        run = ScoreRun.objects.get()
    call_command("recompute_month", "mianyang", "2023-08", "--from-records")
    replayed = json.loads(capsys.readouterr().out.splitlines()[0])
    assert replayed["same"] is True
    with city_scope(cast.city.id):
        assert ScoreRun.objects.get().snapshot_sha256 == run.snapshot_sha256
