"""The upload of a return's workbook in a real browser: chosen, put right beside its row, written, at both sizes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from playwright.sync_api import Page, expect

from reports.models import ReturnUpload
from reports.returns.layout import FIRST_ROW
from reports.returns.uploads import process_upload
from tenancy.models import City
from tenancy.scope import city_scope
from tests.projects.open_month import OpenMonth, open_month
from tests.reports.returns.books import AT, template_of, typed
from tests.ui.browser import assert_accessible, assert_no_sideways_scroll
from tests.ui.through_client import ORIGIN, serve_product

pytestmark = pytest.mark.browser


def _look(page: Page, name: str) -> None:
    folder = os.environ.get("ANLAN_LOOK")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)
    assert_accessible(page)
    assert_no_sideways_scroll(page)


def _sent(page: Page, opened: OpenMonth, file: Path) -> None:
    page.goto(ORIGIN + reverse("reports:return-upload", args=[opened.return_.pk]))
    _look(page, "upload")
    page.set_input_files("input[type=file]", str(file))
    expect(page.get_by_text("九月.xlsx").first).to_be_visible()
    # an intercepted request carries no file: the chosen one goes up by the same session's client
    opened.client.post(
        reverse("reports:return-upload", args=[opened.return_.pk]),
        {"workbook": SimpleUploadedFile(file.name, file.read_bytes())},
    )
    with city_scope(opened.city.id):
        upload = ReturnUpload.objects.get()
    address = ORIGIN + reverse("reports:return-upload-detail", args=[upload.pk])
    page.goto(address)
    expect(page.locator("#job")).to_be_visible()
    with city_scope(opened.city.id):
        process_upload(upload_id=upload.pk, at=AT)
    page.goto(address)


def test_a_workbook_is_put_right_and_written(
    browser_page: Page, tablet_page: Page, city: City, tmp_path: Path
) -> None:
    opened = open_month(city, 6)
    file = tmp_path / "九月.xlsx"
    with city_scope(city.id):
        cells = {
            (FIRST_ROW, "award_price_wan_yuan"): "3862.5万",
            (FIRST_ROW + 1, "progress_percent"): 36,
            (FIRST_ROW + 2, "status"): "在办",
            (FIRST_ROW + 3, "progress_percent"): 61,
        }
        file.write_bytes(typed(template_of(opened), cells))
    serve_product(browser_page, opened.client)
    serve_product(tablet_page, opened.client)
    _sent(browser_page, opened, file)
    address = browser_page.url

    _look(browser_page, "errors-desk")
    tablet_page.goto(address)
    _look(tablet_page, "errors-tablet")
    expect(browser_page.get_by_role("heading", name="有 3 处需要修改")).to_be_visible()
    browser_page.get_by_role("link", name="3862.5万").click()
    browser_page.locator(f"#r{FIRST_ROW}-award_price_wan_yuan").fill("3862.5")
    browser_page.locator(f"#r{FIRST_ROW + 1}-decrease_reason").fill("核减已报的临时工程")
    browser_page.locator(f"#r{FIRST_ROW + 2}-status").select_option("停工")
    browser_page.get_by_role("button", name="保存修改并重新核对").click()
    expect(browser_page.get_by_role("heading", name="将写入 5 处改动")).to_be_visible()
    _look(browser_page, "changes-desk")
    browser_page.get_by_role("button", name="写入 5 处改动").click()
    expect(browser_page.get_by_text("已写入月报")).to_be_visible()
    _look(browser_page, "written-desk")

    with city_scope(city.id):
        assert ReturnUpload.objects.get().state == "APPLIED"
