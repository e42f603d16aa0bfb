"""The pictures of docs/guide, taken of the product itself. Not a test: run it after a page has changed.

    python -m pytest tests/ui/guide_pictures.py

Writes docs/guide/img/*.png (1440 px wide, few colours, so that each stays under 150 KB). The clock of the pictures is that
of the story they tell: the return of 2023年9月 of 北川县, due on 2023年10月9日.
"""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page

from accounts.roles import Role
from projects.models import ReturnReopening
from projects.services.returns.accepting import FieldComment, accept_return, return_for_correction
from projects.services.returns.filling import change_field
from projects.services.returns.reopening import decide_reopening
from tenancy.models import City
from tenancy.scope import city_scope
from tests.cast import client_of, person
from tests.projects.open_month import OpenMonth, open_month
from tests.projects.test_return_pages import at, change, post, save
from tests.reports.returns.test_upload_pages import book, process, row_of, upload
from tests.ui.through_client import ORIGIN, serve_product

pytestmark = pytest.mark.browser

FOLDER = Path(__file__).parents[2] / "docs" / "guide" / "img"
MOST_BYTES = 150_000
NAMES = [
    "白草河防洪治理工程",
    "都坝河生态护岸工程",
    "马槽乡提灌站改造工程",
    "平通河堤防工程",
    "擂鼓镇供水工程",
    "漩坪水库除险加固工程",
]
SHANGHAI = dt.timezone(dt.timedelta(hours=8))


class Clock:
    """The story's time; each look at it is a second later."""

    def __init__(self) -> None:
        self.now = dt.datetime(2023, 10, 7, 9, 30, tzinfo=SHANGHAI)

    def __call__(self) -> dt.datetime:
        self.now += dt.timedelta(milliseconds=20)
        return self.now

    def move_to(self, month: int, day: int, hour: int) -> None:
        self.now = dt.datetime(2023, month, day, hour, 5, tzinfo=SHANGHAI)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(timezone, "now", made)
    return made


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


class Camera:
    """Takes what a person of the story sees."""

    def __init__(self, page: Page) -> None:
        self.page = page
        FOLDER.mkdir(parents=True, exist_ok=True)

    def go(self, client: Client, url: str) -> Page:
        serve_product(self.page, client)
        self.page.goto(ORIGIN + url)
        self.page.wait_for_timeout(200)
        return self.page

    def take(self, name: str, *, height: int = 900, is_end: bool = False) -> None:
        """is_end: the end of the page, where its act stands."""
        self.page.set_viewport_size({"width": 1440, "height": height})
        if is_end:
            self.page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        self.page.wait_for_timeout(100)
        shot = Image.open(io.BytesIO(self.page.screenshot()))
        path = FOLDER / f"{name}.png"
        shot.convert("RGB").quantize(160, dither=Image.Dither.NONE).save(path, optimize=True)
        assert path.stat().st_size <= MOST_BYTES, f"{name} has {path.stat().st_size} bytes"


def control(page: Page, project: str, label: str) -> Any:
    return page.get_by_label(f"{project}，{label}", exact=True)


def write(page: Page, project: str, label: str, text: str) -> None:
    control(page, project, label).fill(text)
    control(page, project, label).press("Enter")
    page.wait_for_timeout(400)


def test_pictures_of_the_county_reporters_chapter(
    browser_page: Page, city: City, clock: Clock, faults: list[str]
) -> None:
    camera = Camera(browser_page)
    month = open_month(city, names=NAMES)
    reporter = month.client
    camera.go(reporter, reverse("home"))
    camera.take("county-home", height=620)
    _filling(camera, month, reporter)
    _by_workbook(camera, month, reporter)
    save(reporter, month, change(month, "decrease_reason", "上月误报，经现场复核更正", "", 2))
    camera.go(reporter, at("return-check", month))
    camera.take("check", height=1180)
    post(reporter, at("return-check", month), phone="0816-2345678")

    clock.move_to(10, 11, 15)
    camera.go(month.reviewing, at("return-check", month))
    camera.take("review", height=900, is_end=True)
    post(month.reviewing, at("return-check", month))
    clock.move_to(10, 12, 10)
    _returned(camera, month, month.client, month.reviewing)
    clock.move_to(10, 17, 9)
    _reopened(camera, month, month.client)
    faults.clear()


def _filling(camera: Camera, month: OpenMonth, reporter: Client) -> None:
    save(reporter, month, change(month, "award_price_wan_yuan", "", "860", 1))
    page = camera.go(reporter, at("return-detail", month))
    with city_scope(month.city.id):
        change_field(
            return_id=month.return_.pk,
            project_id=month.projects[4].pk,
            field="invested_wan_yuan",
            text="340",
            seen="300",
            by=person(month.city, Role.COUNTY_REPORTER, name="同事丙"),
            at=timezone.now(),
        )
    camera.take("grid", height=900)
    page.set_viewport_size({"width": 1440, "height": 1000})
    first, second, third = (project.name for project in month.projects[:3])
    write(page, first, "形象进度", "46")
    write(page, second, "批复工期", "400天")
    write(page, third, "形象进度", "35")
    write(page, month.projects[4].name, "完成投资", "330")
    page.evaluate("document.querySelector('#lines-head').scrollIntoView()")
    camera.take("grid-states", height=900)
    camera.go(reporter, at("return-row", month, month.projects[2].pk))
    camera.take("row", height=1000)
    save(reporter, month, change(month, "trainings", "2", "0", None))
    camera.go(reporter, at("return-header", month))
    camera.take("header", height=820)


def _by_workbook(camera: Camera, month: OpenMonth, reporter: Client) -> None:
    cells = {
        (row_of(month, 0), "progress_percent"): "五十",
        (row_of(month, 3), "invested_wan_yuan"): 420,
        (row_of(month, 5), "finished_on"): "2023-01-15",
    }
    camera.go(reporter, reverse("reports:return-upload", args=[month.return_.pk]))
    camera.take("upload", height=700)
    upload(reporter, month, book(month, cells))
    one = process(month)
    camera.go(reporter, reverse("reports:return-upload-detail", args=[one.pk]))
    camera.take("upload-errors", height=900)


def _returned(camera: Camera, month: OpenMonth, reporter: Client, reviewer: Client) -> None:
    clerk = person(month.city, Role.BUREAU_SUPERVISOR, name="受理人丁")
    comments = [
        FieldComment(month.projects[1].pk, "award_price_wan_yuan", "请按合同填写中标价"),
        FieldComment(month.projects[3].pk, "key_person_count", "与人员台账不一致"),
        FieldComment(None, "trainings", "培训记录只有一次"),
    ]
    with city_scope(month.city.id):
        return_for_correction(
            return_id=month.return_.pk, comments=comments, note="请按意见补正", by=clerk, at=timezone.now()
        )
    camera.go(reporter, at("return-detail", month))
    camera.take("returned", height=900)
    save(
        reporter,
        month,
        change(month, "award_price_wan_yuan", "912.5", "", 1),
        change(month, "key_person_count", "10", "9", 3),
        change(month, "trainings", "1", "2", None),
    )
    post(reporter, at("return-check", month), phone="0816-2345678")
    post(reviewer, at("return-check", month))
    camera.go(reporter, at("return-compare", month))
    camera.take("compare", height=720)
    with city_scope(month.city.id):
        accept_return(return_id=month.return_.pk, by=clerk, at=timezone.now())


def _reopened(camera: Camera, month: OpenMonth, reporter: Client) -> None:
    page = camera.go(reporter, at("return-reopen", month))
    page.get_by_label("申请理由").fill("合同工期补充协议已签订，批复工期应为 430 天。")
    camera.take("reopen", height=900)
    choice = {"line_fields": ["approved_duration_days"], "projects": [str(month.projects[0].pk)]}
    post(
        reporter, at("return-reopen", month), reason="合同工期补充协议已签订，批复工期应为 430 天。", **choice
    )
    with city_scope(month.city.id):
        decide_reopening(
            reopening_id=ReturnReopening.objects.get().pk,
            approve=True,
            note="同意，请附协议。",
            by=person(month.city, Role.BUREAU_CHIEF, name="科长戊"),
            at=timezone.now(),
        )
    camera.go(reporter, at("return-history", month))
    camera.take("history", height=1000)


def test_picture_of_a_nil_return(browser_page: Page, city: City, clock: Clock) -> None:
    camera, month = Camera(browser_page), open_month(city, 0)
    clock.move_to(10, 8, 9)
    post(client_of(month.reporter), at("return-check", month), phone="0816-2345678")
    camera.go(month.reviewing, at("return-check", month))
    camera.take("nil", height=760, is_end=True)
