"""履职检查: a sheet from the rubric, scored with facts and files, concluded; only then does anybody else know of it."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from core.month import ReportingMonth
from inspections.enums import DrawKind, DutyState
from inspections.models import DutyInspection
from inspections.services.check_writing import CheckRefused, WrongState
from projects.enums import ReturnState
from reports.ledger.exporting import export_workbook
from reports.selectors.month_facts import duty_results
from reports.services.duty_sheets import duty_sheet_html
from reports.tasks import print_sheet_of_duty
from scoring.facts.month import read_facts
from scoring.facts.window import open_window
from scoring.months.inputs import inputs_from_records
from scoring.selectors.duty_page import duty_page, rules_of
from scoring.selectors.scales import rubric_in_force
from scoring.services.duty import (
    DutyText,
    SheetLine,
    conclude_duty,
    draft_duty_inspection,
    edit_duty_inspection,
    record_points,
)
from tenancy.enums import JobState
from tenancy.models import City, Job, Jurisdiction
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person
from tests.pages import assert_no_inline_code, queries

SignIn = Callable[..., Client]
AT = dt.datetime(2023, 9, 20, 9, 0, tzinfo=factories.SHANGHAI)
DAY = dt.date(2023, 9, 12)


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def opened(place: Jurisdiction, by: Any, **given: Any) -> DutyInspection:
    text: dict[str, Any] = {"inspected_on": DAY, "leader_name": "组长甲", "members": "组员乙", "draw": None}
    return draft_duty_inspection(county=place, text=DutyText(**{**text, **given}), by=by, at=AT)


def full(row: DutyInspection, **lost: str) -> dict[str, SheetLine]:
    """Every line with its full mark; lost: item id with _ for - → points that are left, with a fact."""
    lines = {item.id: SheetLine(item.max) for item in rules_of(row).items}
    for name, points in lost.items():
        lines[name.replace("_", "-")] = SheetLine(Decimal(points), "台账缺 3 个月")
    return lines


def what_the_month_sees(place: Jurisdiction) -> list[object]:
    month = ReportingMonth(2023, 9)
    rubric = rubric_in_force(month)
    window = open_window(city_id=place.city_id, month=month, rubric=rubric)
    name = "latest_duty_inspection_score_within_12_months"
    return [
        read_facts(window, [place])[place.pk].values.get(name),
        inputs_from_records(window).duty.get(place.code),
        len(duty_results(month, rubric)),
    ]


def test_a_sheet_is_scored_by_the_rubric_and_counts_once_it_is_concluded(city: City) -> None:
    chief, place = person(city, Role.BUREAU_CHIEF, name="周科长"), county(city)
    with city_scope(city.id):
        row = opened(place, chief)
        act: dict[str, Any] = {"duty_id": row.pk, "by": chief, "at": AT}
        with pytest.raises(CheckRefused, match="还有评分中的履职检查"):
            opened(place, chief)
        first, second = rules_of(row).items[:2]
        with pytest.raises(CheckRefused) as refusal:
            record_points(lines={first.id: SheetLine(Decimal(1)), second.id: SheetLine(Decimal(99))}, **act)
        assert all(
            words in str(refusal.value)
            for words in (f"“{first.name}”有扣分", f"“{second.name}”的得分应在0至")
        )
        record_points(lines={first.id: SheetLine(first.max)}, **act)
        page = duty_page(row)
        assert (len(page.scored), page.is_complete, page.score) == (1, False, first.max)
        with pytest.raises(CheckRefused, match="不能清空"):
            record_points(lines={}, **act)
        end: dict[str, Any] = {"concluded_on": dt.date(2023, 9, 18), "summary": "整改闭环差"}
        with pytest.raises(CheckRefused, match=f"没有评分：{second.name}"):
            conclude_duty(**act, **end)
        record_points(lines=full(row, DI5_4="0", DI5_5="0", DI4_1="0", DI1_2="0"), **act)
        page = duty_page(row)
        assert (page.score, page.is_complete) == (Decimal("69.0"), True)
        assert (page.is_interview, page.is_unqualified) == (True, False)
        assert len(page.unproved) == 4
        assert what_the_month_sees(place) == [None, None, 0], "a draft counts nowhere"
        assert b"LZ-" not in _texts(export_workbook()), "nor does it leave with the ledger"
        result = conclude_duty(**act, **end)
        assert (result.score, result.interview) == (Decimal("69.0"), True)
        assert what_the_month_sees(place) == [Decimal(69), Decimal(69), 1]
        assert b"LZ-" in _texts(export_workbook())
        row.refresh_from_db()
        assert (row.state, row.concluded_by_name) == (DutyState.CONCLUDED, "周科长")
        for again in (lambda: record_points(lines=full(row), **act), lambda: conclude_duty(**act, **end)):
            with pytest.raises(WrongState):
                again()


def _texts(workbook: bytes) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(workbook), read_only=True)
    cells = (
        str(cell) for name in ("履职检查", "履职检查评分") for row in book[name].values for cell in row[:1]
    )
    # The row of examples names LZ-2023-04.
    return "\n".join(cell for cell in cells if "LZ-2023-04" not in cell).encode()


def test_a_draw_names_its_county_and_a_closed_month_stays(city: City) -> None:
    chief, place = person(city, Role.BUREAU_CHIEF), county(city)
    with city_scope(city.id):
        for_projects = factories.draw(jurisdiction=place)
        with pytest.raises(CheckRefused, match="不是有效的履职检查对象抽取"):
            opened(place, chief, draw=for_projects)
        late = factories.draw(kind=DrawKind.COUNTY, drawn_on=dt.date(2023, 9, 14))
        with pytest.raises(CheckRefused, match="早于抽取日期"):
            opened(place, chief, draw=late)
        with pytest.raises(CheckRefused, match="晚于今天"):
            opened(place, chief, inspected_on=dt.date(2023, 9, 21))
        drawn = factories.draw(kind=DrawKind.COUNTY, drawn_on=dt.date(2023, 9, 4))
        row = opened(place, chief)
        text = DutyText(inspected_on=DAY, leader_name="组长甲", members="", draw=drawn)
        edit_duty_inspection(duty_id=row.pk, text=text, by=chief, at=AT)
        record_points(duty_id=row.pk, lines=full(row), by=chief, at=AT)
        factories.monthly_return(jurisdiction=place, month=dt.date(2023, 9, 1), state=ReturnState.FROZEN)
        with pytest.raises(CheckRefused, match="已经冻结"):
            conclude_duty(duty_id=row.pk, concluded_on=DAY, summary="好", by=chief, at=AT)


def test_the_whole_walk_by_the_pages(city: City, other_city: City, sign_in: SignIn, media: Path) -> None:
    place, today = county(city), timezone.localdate()
    clerk, chief = sign_in(Role.BUREAU_SUPERVISOR), sign_in(Role.BUREAU_CHIEF)
    own, listed = sign_in(Role.COUNTY_SUPERVISOR), reverse("duty:list")
    with city_scope(city.id):
        head = {"county": place.pk, "inspected_on": today, "leader_name": "组长甲"}
    page = clerk.post(reverse("duty:new"), head)["Location"]
    pk = page.rsplit("/", 1)[1]
    sheet, end = reverse("duty:sheet", args=[pk]), reverse("duty:conclude", args=[pk])
    with city_scope(city.id):
        row = DutyInspection.objects.get()
        lines = full(row, DI5_5="2")
    data = {f"{key}-points": str(line.points) for key, line in lines.items()}
    refused = clerk.post(sheet, data | {"DI5-5-points": "2"})
    assert refused.status_code == 422
    assert "有扣分，请写明扣分事实" in refused.text
    assert clerk.post(sheet, data | {"DI5-5-fact": "3 个问题超期未销号"}).status_code == 302
    with city_scope(city.id):
        item = row.items.get(fact__contains="超期")
    attach = reverse("duty:evidence-add", args=[item.pk])
    with (media / "x.pdf").open("wb+") as file:
        file.write(b"%PDF-1.7 ledger")
        file.seek(0)
        assert clerk.post(attach, {"title": "问题台账", "file": file}).status_code == 302
    with city_scope(city.id):
        file_url = reverse("duty:file", args=[item.evidence.get().pk])
    assert "全部 22 项已评分：93.0 分" in clerk.get(page).text
    for url in (page, sheet, end, listed, attach):
        assert_no_inline_code(clerk.get(url))
    assert [own.get(url).status_code for url in (page, file_url)] == [404, 404], "not before it is concluded"
    assert clerk.post(end, {"concluded_on": today, "summary": "总体较好"}).status_code == 302
    assert [own.get(url).status_code for url in (page, file_url)] == [200, 200]
    assert "93.0 分" in own.get(page).text
    assert chief.get(sheet).status_code == 302, "a concluded sheet takes no more points"
    printing = reverse("reports:duty-print", args=[pk])
    assert own.post(printing).status_code == 302
    with city_scope(city.id):
        assert "3 个问题超期未销号" in duty_sheet_html(row, at=AT)
        job = Job.objects.get(kind="print_duty_sheet")
        job.result = print_sheet_of_duty(job, lambda percent, text: None)
        job.state, job.finished_at = JobState.DONE, AT
        job.save()
    paper = reverse("reports:duty-print-file", args=[job.pk])
    assert paper in own.get(printing).text
    assert own.get(paper).content.startswith(b"%PDF-")
    for stranger in (
        sign_in(Role.COUNTY_SUPERVISOR, where="三台县"),
        client_of(person(other_city, Role.BUREAU_CHIEF)),
    ):
        urls = (page, file_url, printing, paper)
        assert [stranger.get(url).status_code for url in urls] == [404] * 4
        assert row.number not in stranger.get(listed).text


def test_list_and_sheet_take_a_fixed_number_of_queries(city: City, sign_in: SignIn) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)
    with city_scope(city.id):
        row = factories.duty_inspection(jurisdiction=county(city), draw=factories.draw())
        factories.duty_inspection_item(duty_inspection=row, points=9, fact="x")
    pages = [reverse("duty:list"), reverse("scoring:duty-detail", args=[row.pk])]
    before = [queries(chief, url) for url in pages]
    with city_scope(city.id):
        for _ in range(2):
            other = factories.duty_inspection(draw=factories.draw())
            factories.duty_inspection_item(duty_inspection=other)
            factories.duty_inspection_item(duty_inspection=row)
    assert [queries(chief, url) for url in pages] == before
