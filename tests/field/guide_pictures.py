"""The pictures of docs/guide/inspector.md, taken of the tablet's own client on a real server. Not a test: run it by hand.

    python -m pytest tests/field/guide_pictures.py

Writes docs/guide/img/tablet-*.png (834 px wide, few colours).
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from tenancy.scope import city_scope
from tests.field.site import Site
from tests.field.test_offline_story import Cast, Tablet, site
from tests.inspections.tablet import picture
from tests.ui.guide_pictures import FOLDER, MOST_BYTES

__all__ = ["site"]

pytestmark = pytest.mark.browser


def take(tablet: Tablet, name: str, *, height: int = 1194) -> None:
    """What the inspector sees."""
    tablet.page.set_viewport_size({"width": 834, "height": height})
    tablet.page.wait_for_timeout(400)
    shot = Image.open(io.BytesIO(tablet.page.screenshot()))
    path = FOLDER / f"tablet-{name}.png"
    shot.convert("RGB").quantize(96, dither=Image.Dither.NONE).save(path, optimize=True)
    assert path.stat().st_size <= MOST_BYTES, f"{name} has {path.stat().st_size} bytes"


def test_pictures_of_the_inspectors_chapter(chromium: Browser, site: Site, tmp_path: Path) -> None:
    cast = Cast(site)
    with city_scope(cast.city.id):
        cast.row.project.name = "羊昌坝水库除险加固工程"
        cast.row.project.save()
    tablet = Tablet(chromium, tmp_path / "profile", site, cast)
    page = tablet.page
    tablet.prepare()
    page.set_viewport_size({"width": 834, "height": 1194})
    take(tablet, "today")
    base = f"#/i/{cast.inspection}"
    site.line.down = True

    go(tablet, f"{base}/list")
    take(tablet, "list", height=900)
    go(tablet, f"{base}/finding/new")
    page.get_by_label("问题描述").fill("溢洪道左边墙混凝土蜂窝麻面，面积约 0.4 m²，未处理即进行下道工序")
    page.get_by_label("部位（可不填）").fill("溢洪道左边墙 0+120～0+135")
    scene: Any = {"name": "1.jpg", "mimeType": "image/jpeg", "buffer": picture(7, size=(1200, 900))}
    page.get_by_label("从相册选").set_input_files(scene)
    expect(page.get_by_text("✓ 1 张照片已保存在本机。")).to_be_visible(timeout=30_000)
    page.get_by_role("group", name="责任单位").get_by_role("checkbox").first.check()
    page.get_by_role("group", name="严重程度").locator("label", has_text="较重").click()
    page.get_by_label("问题类型").select_option(index=2)
    page.get_by_role("textbox", name="依据").fill("SL 677-2014 第 10 章")
    take(tablet, "finding", height=1750)
    page.get_by_role("button", name="保存问题").click()
    expect(page.get_by_role("link", name="记录问题")).to_be_visible(timeout=30_000)
    tablet.annotate_first()
    take(tablet, "photo", height=1100)
    go(tablet, f"{base}/end")
    take(tablet, "end", height=1000)
    go(tablet, "#/outbox")
    tablet.ask("await engine.outbox.sendNow()")
    take(tablet, "outbox", height=1000)
    tablet.context.close()


def go(tablet: Tablet, address: str) -> None:
    tablet.page.evaluate("(hash) => { location.hash = hash; }", address)
    tablet.page.wait_for_timeout(500)
