"""A tablet, a dam without a signal and everything that can break: nothing is lost, nothing comes twice.

A real server behind a bad line, a real Chromium with a profile on the disk, the product's own screens.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, ViewportSize, expect

from accounts.roles import Role
from core import filestore
from inspections.enums import InspectionState, PhotoState
from inspections.models import (
    Evidence,
    Finding,
    Photo,
    RecordConflict,
    RecordOperation,
    RecordValue,
    Submission,
)
from inspections.selectors.photos import ORIGINAL_AREA
from inspections.services.devices import create_code
from tenancy.scope import city_scope
from tests import factories
from tests.cast import PASSWORD, county, make_city, person
from tests.field.proxy import CUT, LOST
from tests.field.site import Site, running_site
from tests.inspections.tablet import padded, picture, sha
from tests.ui.browser import FLAGS, chromium_path

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PIN = "204967"
FINDINGS = 20
PHOTO_BYTES = 300_000
"""Of the first photo of a finding, which goes in parts; the others are small."""
_SCREEN = ViewportSize(width=834, height=1194)
_PATIENCE = 30_000
"""Milliseconds: keys are derived slowly on purpose, and the machine may be busy."""
_ENGINE = "const {engine} = await import('/static/field/engine/engine.js');"
_ROWS = (Submission, RecordOperation, RecordValue, RecordConflict, Finding, Photo, Evidence)


class Cast:
    """A city, its inspector and one inspection of today."""

    def __init__(self, site: Site) -> None:
        self.city = make_city()
        self.inspector = person(self.city, Role.COUNTY_SUPERVISOR, name="王检")
        place = county(self.city)
        now = timezone.now()
        with city_scope(self.city.id):
            row = factories.inspection(
                jurisdiction=place, state=InspectionState.NOTIFIED, inspected_on=timezone.localdate()
            )
            factories.inspection_officer(inspection=row, user=self.inspector.pk, name="王检")
            factories.key_person(unit=factories.participating_unit(project=row.project))
            self.code = create_code(name="平板九号", jurisdiction=place, by="测试", at=now).text
        self.row = row
        self.inspection = str(row.pk)

    def counts(self) -> list[int]:
        with city_scope(self.city.id):
            return [model.objects.count() for model in _ROWS]


class Tablet:
    """A browser with a profile on the disk: it can be killed and opened again."""

    def __init__(self, browser: Browser, profile: Path, site: Site, cast: Cast) -> None:
        self._type, self._profile, self.site, self.cast = browser.browser_type, profile, site, cast
        self.context: BrowserContext
        self.page: Page
        self.open()

    def open(self) -> None:
        self.context = self._type.launch_persistent_context(
            self._profile, executable_path=chromium_path(), args=FLAGS, viewport=_SCREEN, has_touch=True,
            locale="zh-CN", timezone_id="Asia/Shanghai",
        )  # fmt: skip
        self.page = self.context.pages[0]
        self.page.goto(f"{self.site.url}/field/")

    def kill(self) -> None:
        """SIGKILL to every process of the profile, as an empty battery would."""
        mark = f"--user-data-dir={self._profile}".encode()
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and mark in _command(entry):
                os.kill(int(entry.name), signal.SIGKILL)
        (self._profile / "SingletonLock").unlink(missing_ok=True)

    def ask(self, script: str, argument: Any = None) -> Any:
        """An expression about `engine`."""
        return self.page.evaluate(f"async (argument) => {{ {_ENGINE} return {script}; }}", argument)

    def type_pin(self, group: str) -> None:
        self.page.get_by_role("group", name=group).focus()
        self.page.keyboard.type(PIN)
        self.page.keyboard.press("Enter")

    def prepare(self) -> None:
        """Log in, enrol, choose a PIN, fetch the day: before leaving the office."""
        page = self.page
        self.log_in()
        page.get_by_label("登记码").fill(self.cast.code)
        page.get_by_label("设备名称").fill("平板九号")
        page.get_by_role("button", name="登记", exact=True).click()
        self.type_pin("设置 PIN")
        expect(page.get_by_text("请再输入一次")).to_be_visible(timeout=_PATIENCE)
        self.type_pin("设置 PIN")
        page.get_by_role("button", name="下载最新任务").click()
        expect(page.get_by_text("任务已下载到本机。")).to_be_visible(timeout=_PATIENCE)
        page.evaluate("async () => { await navigator.serviceWorker.ready; }")
        ready = self.ask("await engine.ready.check()")
        assert [line["key"] for line in ready["lines"] if not line["ok"]] in ([], ["storage"]), ready

    def log_in(self) -> None:
        self.page.get_by_label("用户名").fill(self.cast.inspector.username)
        self.page.get_by_label("密码").fill(PASSWORD)
        self.page.get_by_role("main").get_by_role("button", name="登录", exact=True).click()

    def unlock(self) -> None:
        self.type_pin("王检的 PIN")
        expect(self.page.get_by_role("group", name="王检的 PIN")).to_have_count(0, timeout=_PATIENCE)

    def log(self, number: int) -> list[str]:
        """A finding with its photos, on the screens; gives the hashes of the camera's bytes. Each third one says all that
        the end asks for, the others what they cannot be sent without.
        """
        page = self.page
        contents = photos_of(number)
        page.evaluate("(hash) => { location.hash = hash; }", f"#/i/{self.cast.inspection}/findings")
        page.get_by_role("link", name="记录问题").click()
        page.get_by_label("问题描述").fill(f"第{number}处：混凝土蜂窝麻面")
        files = [FilePayload(name=f"{number}.jpg", mimeType="image/jpeg", buffer=one) for one in contents]
        page.get_by_label("从相册选").set_input_files(files)
        told = f"✓ {len(contents)} 张照片已保存在本机。"
        expect(page.get_by_text(told)).to_be_visible(timeout=_PATIENCE)
        page.get_by_role("group", name="责任单位").get_by_role("checkbox").first.check()
        page.get_by_role("group", name="严重程度").locator("label", has_text="一般").click()
        if number % 3 == 0:
            page.get_by_label("问题类型").select_option(index=1)
            page.get_by_role("textbox", name="依据").fill("合同技术条款")
        page.get_by_role("button", name="保存问题").click()
        expect(page.get_by_role("link", name="记录问题")).to_be_visible(timeout=_PATIENCE)
        return [sha(content) for content in contents]

    def annotate_first(self) -> None:
        """An arrow on one photo, drawn with a finger after the restart."""
        page, check = self.page, self.cast.inspection
        photo = self.ask("engine.photos.list(argument)[0].id", check)
        page.evaluate("(hash) => { location.hash = hash; }", f"#/i/{check}/photo/{photo}")
        box = page.get_by_role("img", name="没有标注").bounding_box()
        assert box
        page.mouse.move(box["x"] + 40, box["y"] + 40)
        page.mouse.down()
        page.mouse.move(box["x"] + 160, box["y"] + 120, steps=4)
        page.mouse.up()
        expect(page.get_by_role("img", name="1 个标注")).to_be_visible(timeout=_PATIENCE)
        self.ask("(await engine.record(argument)).save()", check)

    def waiting(self) -> int:
        count: int = self.ask("engine.outbox.summary.waiting")
        return count

    def deliver(self) -> None:
        """立即同步 until everything is said to be delivered; what was killed meanwhile is started again."""
        for _ in range(80):
            outcome = self.ask("await engine.outbox.sendNow()")
            assert outcome in ("done", "offline", "retry", "busy"), outcome
            if outcome == "done" and self.waiting() == 0:
                return
            self.site.heal()
            if outcome == "busy":
                self.page.wait_for_timeout(100)
        raise AssertionError(self.ask("engine.outbox.items()"))


def photos_of(number: int) -> list[bytes]:
    """One photo; of each fifth finding two, of each tenth three."""
    more = 2 if number % 10 == 0 else number % 5 == 0
    small = [picture(100 * index + number) for index in range(1, more + 1)]
    return [padded(picture(number), PHOTO_BYTES + number), *small]


def _command(entry: Path) -> bytes:
    try:
        return (entry / "cmdline").read_bytes()
    except OSError:  # it ended meanwhile
        return b""


@pytest.fixture
def site(chromium: Browser, worker_database: str, django_db_blocker: Any, settings: Any) -> Iterator[Site]:
    """Commits are real here; the browser's fixture comes first because it allows the ORM beside its loop."""
    with django_db_blocker.unblock(), running_site(20231107, worker_database) as made:
        settings.MEDIA_ROOT = made.layout.data / "test-media"
        yield made


@pytest.fixture
def tablet(chromium: Browser, site: Site, tmp_path: Path) -> Iterator[Tablet]:
    held = Tablet(chromium, tmp_path / "profile", site, Cast(site))
    held.prepare()
    yield held
    held.context.close()


def test_a_day_without_a_line_ends_with_everything_delivered_once(tablet: Tablet, site: Site) -> None:
    site.line.down = True
    hashes = {number: tablet.log(number) for number in range(1, 11)}
    tablet.page.reload()
    tablet.unlock()
    hashes |= {number: tablet.log(number) for number in range(11, FINDINGS + 1)}
    tablet.kill()
    tablet.open()
    tablet.unlock()
    assert tablet.waiting() == FINDINGS
    tablet.annotate_first()
    _upgrade_with_a_full_outbox(tablet, site)
    _session_is_gone(tablet)
    assert tablet.cast.counts() == [0] * len(_ROWS)

    kills = _Kills(site)
    site.line.bad, site.line.before = 0.05, kills.before
    tablet.deliver()

    assert kills.done == ["web", "database"]
    assert site.line.done[LOST] >= 2, site.line.done
    assert site.line.done[CUT] >= 2, site.line.done
    with city_scope(tablet.cast.city.id):
        assert Finding.objects.count() == FINDINGS
        photos = list(Photo.objects.filter(state=PhotoState.STORED))
        taken = sorted(one for of_one in hashes.values() for one in of_one)
        assert len(set(taken)) == FINDINGS + 6
        assert sorted(one.sha256 for one in photos) == taken
        assert sorted(sha(_original(one)) for one in photos) == taken
        assert _evidence() == {number: sorted(of_one) for number, of_one in hashes.items()}
        assert RecordValue.objects.filter(path__endswith="/annotation").count() == 1
        assert RecordConflict.objects.count() == 0
    _replay(tablet, times=100)


def _evidence() -> dict[int, list[str]]:
    """The hashes of each finding's photos, by the number that its text says."""
    found: dict[int, list[str]] = {}
    for text, sha256 in Evidence.objects.values_list("finding__text", "sha256").order_by("sha256"):
        found.setdefault(int(text[1 : text.index("处")]), []).append(sha256)
    return found


def _original(photo: Photo) -> bytes:
    """The bytes on the disk of the server."""
    kept = filestore.read(area=ORIGINAL_AREA, city_id=photo.city_id, sha256=photo.sha256)
    assert kept, photo
    return kept[0]


def _upgrade_with_a_full_outbox(tablet: Tablet, site: Site) -> None:
    """The new edition waits for a tap, also over a reload; nothing that waits for sending is lost by it."""
    first = tablet.ask("engine.state.version")
    site.upgrade()
    site.line.before = lambda method, path: (
        "/submissions/" not in path
    )  # the pages are there, the interface is not
    site.line.down = False
    # A look is answered with the browser's own one where that is under way, which may have seen the edition before.
    tablet.ask(
        "await (async () => { while (!engine.update.waiting) await engine.update.look(); return true; })()"
    )
    expect(tablet.page.get_by_text("新版本已备好。")).to_be_visible(timeout=_PATIENCE)
    tablet.page.reload()
    tablet.unlock()
    assert tablet.ask("engine.state.version") == first
    assert tablet.waiting() == FINDINGS + 1

    tablet.page.get_by_role("button", name="更新", exact=True).first.click()
    expect(tablet.page.get_by_role("group", name="王检的 PIN")).to_be_visible(timeout=_PATIENCE)
    tablet.unlock()
    assert tablet.ask("engine.state.version") != first
    assert tablet.waiting() == FINDINGS + 1


def _session_is_gone(tablet: Tablet) -> None:
    """A killed browser may have kept its cookies or not: without a session everything stays and a log-in is asked for."""
    tablet.context.clear_cookies()
    assert tablet.ask("await engine.outbox.sendNow()") == "login"
    tablet.page.get_by_role("link", name="登录", exact=True).click()
    tablet.log_in()
    expect(tablet.page.get_by_text("已登录，正在接着上传。")).to_be_visible(timeout=_PATIENCE)
    assert tablet.waiting() == FINDINGS + 1


class _Kills:
    """In the middle of the sending: first the pages, then the database."""

    def __init__(self, site: Site) -> None:
        self.done: list[str] = []
        self._uploads = 0
        self._site = site

    def before(self, method: str, path: str) -> bool:
        self._uploads += method == "PUT" and "/photos/" in path
        if self._uploads >= 12 and not self.done:
            self._site.kill_web()
            self.done.append("web")
        elif self._uploads >= 30 and len(self.done) == 1:
            self._site.kill_database()
            self.done.append("database")
        return True


def _replay(tablet: Tablet, *, times: int) -> None:
    """Every submission again and again, also at the same time, as a tablet does that never saw the receipt."""
    with city_scope(tablet.cast.city.id):
        bodies = list(Submission.objects.values_list("id", "body"))
    before = tablet.cast.counts()
    tablet.site.line.bad = 0.0
    rows = [[str(key), body] for key, body in (bodies * times)[:times]]
    codes = tablet.page.evaluate(
        """async (rows) => {
            const net = await import("/static/field/engine/net.js");
            const codes = [];
            const each = async () => {
                for (let row = rows.pop(); row; row = rows.pop()) {
                    codes.push((await net.ask("PUT", `submissions/${row[0]}`, [201, 202], {body: row[1]})).status);
                }
            };
            await Promise.all([each(), each(), each()]);
            return codes;
        }""",
        rows,
    )
    assert len(codes) == times
    assert set(codes) == {202}
    assert tablet.cast.counts() == before
