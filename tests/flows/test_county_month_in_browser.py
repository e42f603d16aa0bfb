"""A county's August as its people see it: every step of `test_county_month` done on the product's own pages, looked at
in both sizes.

The clock is the story's: the term ends on Tuesday 5 September 2023, the county files on the 7th. Pictures of the pages are
kept where ANLAN_PICTURES names a folder.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from projects.models import Project, ReturnReopening, ReturnVersion
from projects.services.returns.accepting import accept_return
from projects.services.returns.reopening import expire_reopenings
from reports.models import ReturnUpload
from reports.returns.uploads import process_upload
from scoring.models import CountyScore
from scoring.services.return_opening import open_month
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county
from tests.flows.test_county_month import AUGUST, JULY, Cast, _typed
from tests.scoring.facts.reading import moment
from tests.ui.browser import assert_accessible, assert_no_sideways_scroll, small_targets
from tests.ui.through_client import ORIGIN, serve_product

pytestmark = pytest.mark.browser

PICTURES = os.environ.get("ANLAN_PICTURES", "")
_SIZES = ((1440, 900), (834, 1194))
PROGRESS, PRICE, PERMIT = "形象进度", "中标价", "监督手续编号"


class Clock:
    """The story's time; each look at it is a little later."""

    def __init__(self) -> None:
        self.now = moment(8, 1, 6)

    def __call__(self) -> dt.datetime:
        self.now += dt.timedelta(milliseconds=20)
        return self.now

    def move_to(self, month: int, day: int, hour: int = 9) -> None:
        self.now = moment(month, day, hour)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Clock:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr("tenancy.jobs.ring", lambda job: None)
    made = Clock()
    monkeypatch.setattr(timezone, "now", made)
    return made


class Walk:
    """One screen that the people of the story use in turn."""

    def __init__(self, page: Page, cast: Cast, clock: Clock) -> None:
        self.page, self.cast, self.clock = page, cast, clock
        with city_scope(cast.city.id):
            self.return_ = cast.return_of(AUGUST)

    def at(self, user: User, name: str, *args: object) -> Page:
        """Somebody signs in and opens a page."""
        self.client = client_of(user)
        serve_product(self.page, self.client)
        self.page.goto(ORIGIN + reverse(name, args=args))
        return self.page

    def at_return(self, user: User, name: str) -> Page:
        """Somebody signs in and opens a page of the return."""
        return self.at(user, f"returns:{name}", self.return_.pk)

    def look(self, name: str) -> None:
        """What stands on every page of this product, at the desk's size and then at the tablet's; and the pictures."""
        for width, height in _SIZES:
            self.page.set_viewport_size({"width": width, "height": height})
            assert_no_sideways_scroll(self.page)
            assert_accessible(self.page)
            if PICTURES:
                path = Path(PICTURES) / f"{name}-{width}.png"
                self.page.screenshot(path=str(path), full_page=True)
        assert small_targets(self.page) == [], name

    def cell(self, project: Project, label: str) -> Locator:
        return self.page.get_by_label(f"{project.name}，{label}", exact=True)

    def write(self, project: Project, label: str, text: str) -> None:
        """Typed, left with Enter, and saved under its own eyes."""
        control = self.cell(project, label)
        control.focus()
        control.fill(text)
        control.press("Enter")
        state = control.locator("xpath=..").locator(".cell-state")
        expect(state).to_have_text("✓ 已保存")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).first.click()


def test_a_countys_month_on_its_pages_from_the_opening_to_a_correction_that_expires(
    tablet_page: Page, fresh_database: str, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    walk = _august_is_open(tablet_page, clock)

    clock.move_to(9, 5, 14)
    _carried_over(walk)
    _fill_in_by_workbook(walk)

    clock.move_to(9, 6)
    _fill_in_on_the_page(walk)
    clock.move_to(9, 7, 10)
    _file(walk)
    clock.move_to(9, 7, 15)
    _sent_back_on_three_fields(walk)
    _put_right_and_filed_again(walk)
    clock.move_to(9, 8, 15)
    _accepted(walk)

    clock.move_to(9, 11)
    call_command("close_month", "mianyang", "2023-08", "--by", walk.cast.chief.username, "--inline")
    capsys.readouterr()
    _points_lead_to_the_events(walk)

    clock.move_to(9, 12)
    _reopening_expires(walk)


def _august_is_open(page: Page, clock: Clock) -> Walk:
    """July was filed and accepted; the 1st of September opened August."""
    cast = Cast()
    with city_scope(cast.city.id):
        open_month(month=JULY, by="系统", at=clock())
        july = cast.return_of(JULY)
        cast.put(july, cast.dike, "progress_percent", "40", moment(8, 3))
        cast.file(july, moment(8, 4))
        accept_return(return_id=july.pk, by=cast.clerk, at=moment(8, 4, 15))
        clock.move_to(9, 1, 6)
        open_month(month=AUGUST, by="系统", at=clock())
    return Walk(page, cast, clock)


def _carried_over(walk: Walk) -> None:
    page = walk.at(walk.cast.filler, "returns:return-list")
    page.get_by_role("link", name="2023年8月", exact=True).click()
    expect(page.get_by_text("今天截止")).to_be_visible()
    expect(walk.cell(walk.cast.dike, PROGRESS)).to_have_value("40")
    expect(page.locator("[data-completeness]")).to_have_text("12 / 12")
    walk.look("01-carried-over")


def _fill_in_by_workbook(walk: Walk) -> None:
    """Two errors: a number in words, and a row of a neighbour's project."""
    cast, page = walk.cast, walk.page
    with city_scope(cast.city.id):
        neighbour = factories.project(jurisdiction=county(cast.city, "三台县"), code="ST-001")
    template = _downloaded(page)
    progress = {cast.dike.code: "五十五", cast.reservoir.code: "72"}
    typed = _typed(template, progress, stranger=neighbour.code)
    address = _uploaded(walk, typed)

    page.goto(address)
    expect(page.get_by_role("heading", name="有 2 处需要修改")).to_be_visible()
    walk.look("02-errors")
    wrong = page.get_by_label(re.compile(rf"^{cast.dike.name} {PROGRESS}"))
    expect(wrong).to_have_value("五十五")
    wrong.fill("55.5")
    page.get_by_role("row", name="ST-001").get_by_label("去掉").check()
    walk.press("保存修改并重新核对")
    expect(page.get_by_role("heading", name="将写入 2 处改动")).to_be_visible()
    walk.look("03-preview")
    with city_scope(cast.city.id):
        assert cast.cell(walk.return_, cast.dike, "progress_percent", walk.clock()).text == "40"
    walk.press("写入 2 处改动")
    expect(page.get_by_text("已写入 2 处改动。")).to_be_visible()
    with city_scope(cast.city.id):
        assert cast.cell(walk.return_, cast.dike, "progress_percent", walk.clock()).text == "55.5"


def _downloaded(page: Page) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载模板").click()
    return Path(waiting.value.path()).read_bytes()


def _uploaded(walk: Walk, data: bytes) -> str:
    """Chosen on the page; the file itself goes up beside it, because an intercepted request carries none."""
    page = walk.page
    walk.follow("上传 Excel")
    page.set_input_files("input[type=file]", {"name": "八月.xlsx", "mimeType": "", "buffer": data})
    expect(page.get_by_text("八月.xlsx").first).to_be_visible()
    url = reverse("reports:return-upload", args=[walk.return_.pk])
    walk.client.post(url, {"workbook": SimpleUploadedFile("八月.xlsx", data)})
    with city_scope(walk.cast.city.id):
        upload = ReturnUpload.objects.get()
        process_upload(upload_id=upload.pk, at=walk.clock())
    return ORIGIN + reverse("reports:return-upload-detail", args=[upload.pk])


def _fill_in_on_the_page(walk: Walk) -> None:
    """A price in the wrong unit, and a scored field emptied; then to the reviewer."""
    cast, page = walk.cast, walk.at_return(walk.cast.filler, "return-detail")
    walk.write(cast.dike, PRICE, "86000")
    walk.write(cast.reservoir, PERMIT, "")
    expect(page.locator("[data-completeness]")).to_have_text("11 / 12")
    walk.look("04-grid")
    _hand_over(walk)


def _hand_over(walk: Walk) -> None:
    walk.follow("核对并送审")
    walk.page.get_by_label("填报人联系电话").fill("0816-2345678")
    walk.press("送审")
    expect(walk.page.get_by_text("已送审。审核人报送以后，月报才算报出。")).to_be_visible()


def _file(walk: Walk) -> None:
    page = walk.at_return(walk.cast.reviewer, "return-detail")
    walk.follow("核对并报送")
    walk.look("05-review")
    walk.press("报送市局")
    expect(page.get_by_text("已报送市局。")).to_be_visible()


def _sent_back_on_three_fields(walk: Walk) -> None:
    cast, page = walk.cast, walk.at(walk.cast.clerk, "returns:desk-month", AUGUST)
    expect(page.get_by_text(re.compile("迟.*2.*个工作日")).first).to_be_visible()
    walk.look("06-desk")
    page.get_by_role("row", name=cast.county.short_name).get_by_role("link").first.click()
    for project, label, note in (
        (cast.dike, PRICE, "与合同不符，请核对单位"),
        (cast.dike, PROGRESS, "与现场不符"),
        (cast.reservoir, PERMIT, "已办手续，请补填编号"),
    ):
        page.get_by_label(f"{project.name} {label} 退回意见").fill(note)
    page.get_by_label("退回理由").fill("三处请核对")
    walk.look("07-comments")
    walk.press("退回补正")
    expect(page.get_by_text("意见3条，按一次退回计入B3。")).to_be_visible()


def _put_right_and_filed_again(walk: Walk) -> None:
    """Only the commented fields are open; the permit's number stays blank: it has not been issued yet."""
    cast, page = walk.cast, walk.at_return(walk.cast.filler, "return-detail")
    expect(page.get_by_text("三处请核对。只需修改下列栏目和空白栏目：")).to_be_visible()
    expect(walk.cell(cast.reservoir, "参建单位数")).to_have_count(0)
    walk.look("08-returned")
    walk.write(cast.dike, PRICE, "860")
    walk.write(cast.dike, PROGRESS, "52")
    walk.write(cast.reservoir, PERMIT, "BC-2023-0")
    walk.write(cast.reservoir, PERMIT, "")
    _hand_over(walk)
    walk.clock.move_to(9, 8, 10)
    _file(walk)


def _accepted(walk: Walk) -> None:
    page = walk.at_return(walk.cast.clerk, "desk-return")
    walk.follow("受理")
    walk.press("受理")
    expect(page.get_by_text("工程台账已随之更新。").first).to_be_visible()
    with city_scope(walk.cast.city.id):
        walk.cast.dike.refresh_from_db()
        assert walk.cast.dike.progress_percent == 52


def _points_lead_to_the_events(walk: Walk) -> None:
    """B1 late by two working days: 1 of its points; B2 eleven of twelve fields; B3 one sending back."""
    cast, page = walk.cast, walk.page
    for item, points, kind, told in (
        ("B1", "得1.00分", "return", "2023-09-07 10:00"),
        ("B2", "得2.33分", "line", cast.reservoir.name),
        ("B3", "得2.00分", "remark", "三处请核对"),
    ):
        walk.at(cast.filler, "scoring:score-detail", cast.county.code, AUGUST)
        row = page.locator(f"#item-{item}")
        expect(row).to_contain_text(points)
        if item == "B1":
            expect(row).to_contain_text("2个工作日")
            walk.look("09-score")
        row.locator(f"a[href*='/records/{kind}/']").click()
        expect(page.get_by_role("main")).to_contain_text(told)
        walk.look(f"10-record-{item}")


def _reopening_expires(walk: Walk) -> None:
    cast, page = walk.cast, walk.at_return(walk.cast.filler, "return-history")
    walk.follow("申请补正")
    page.get_by_label("申请理由").fill("漏填监督手续编号，已核对批复文件")
    page.locator("#id_projects").select_option(label=cast.reservoir.name)
    page.get_by_label(PERMIT, exact=True).check()
    walk.look("11-reopen")
    walk.press("提交申请")
    expect(page.get_by_text("申请已提交，市局批准后通知您。")).to_be_visible()

    walk.clock.move_to(9, 12, 10)
    with city_scope(cast.city.id):
        asked = ReturnReopening.objects.get()
    walk.at(cast.chief, "returns:desk-reopenings")
    walk.page.get_by_role("row", name="漏填监督手续编号").get_by_role("link").first.click()
    page.get_by_label("批准", exact=True).check()
    page.get_by_label("补正期限").select_option("2")
    page.get_by_label("审批意见").fill("限两日")
    walk.look("12-decide")
    walk.press("提交审批")
    expect(page.get_by_text("已批准补正申请。")).to_be_visible()

    walk.clock.move_to(9, 13)
    walk.at_return(cast.filler, "return-detail")
    walk.write(cast.reservoir, PERMIT, "BC-2023-02")
    expect(page.get_by_text("更正期限到 2023-09-14 24:00，逾期自动关闭。")).to_be_visible()
    walk.look("13-reopened")

    walk.clock.move_to(9, 15)
    with city_scope(cast.city.id):
        expire_reopenings(at=walk.clock())
    walk.at_return(cast.filler, "return-history")
    expect(page.get_by_text("补正已过期")).to_be_visible()
    walk.look("14-expired")
    walk.at(cast.chief, "returns:desk-reopening", asked.pk)
    expect(page.get_by_text("已过期").first).to_be_visible()
    with city_scope(cast.city.id):
        assert ReturnVersion.objects.filter(monthly_return=walk.return_).count() == 2
        assert CountyScore.objects.filter(jurisdiction=cast.county).count() == 1
