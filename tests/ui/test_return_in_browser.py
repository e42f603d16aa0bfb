"""A return in a real browser: typed, refused, offline, pasted, by keyboard, at both sizes and without a script."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, Route, expect

from projects.rules.returns import (
    HEADER_FIELDS,
    RETURN_FIELDS,
    FieldError,
    field_rules_json,
    parse_field,
)
from projects.services.returns.filling import change_field
from tenancy.models import City
from tenancy.scope import city_scope
from tests.projects.open_month import OpenMonth, open_month
from tests.projects.test_return_pages import AT, at, submitted_and_returned
from tests.ui.browser import assert_accessible, assert_no_sideways_scroll, small_targets
from tests.ui.through_client import ORIGIN, serve_product

pytestmark = pytest.mark.browser

PROGRESS, PRICE, UNITS, PEOPLE, STARTED = (
    "形象进度",
    "中标价",
    "参建单位数",
    "主要管理人员数",
    "开工日期",
)


def cell(page: Page, label: str, number: int = 1) -> Locator:
    """The control of a field of the nth project."""
    return page.get_by_label(f"演示堤防工程{number:03d}，{label}", exact=True)


def state_of(control: Locator) -> Locator:
    """What stands under the control about its saving."""
    return control.locator("xpath=..").locator(".cell-state")


def write(control: Locator, text: str) -> None:
    control.fill(text)
    control.press("Enter")


def paste(control: Locator, text: str) -> None:
    control.evaluate(
        """(element, text) => {
             const data = new DataTransfer();
             data.setData('text/plain', text);
             element.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
           }""",
        text,
    )


def expect_refusals(faults: list[str], mark: str) -> None:
    """The browser logs every refused request; nothing else may stand there."""
    assert [fault for fault in faults if mark not in fault] == []
    assert faults
    faults.clear()


def open_page(page: Page, month: OpenMonth, name: str = "return-detail") -> None:
    serve_product(page, month.client)
    page.goto(ORIGIN + at(name, month))


def test_what_is_typed_is_saved_or_refused_at_its_cell(
    browser_page: Page, city: City, faults: list[str]
) -> None:
    page, month = browser_page, open_month(city, 3)
    open_page(page, month)

    write(cell(page, PROGRESS), "45")
    expect(cell(page, PROGRESS, 2)).to_be_focused()
    expect(state_of(cell(page, PROGRESS))).to_have_text("✓ 已保存")
    expect(cell(page, PROGRESS).locator("xpath=..").get_by_text("上月 40")).to_be_visible()
    expect(page.get_by_text("完成投资没有变化，请核对")).to_be_visible()
    assert month.line().progress_percent == 45

    write(cell(page, PRICE, 2), "")
    expect(page.locator("[data-completeness]")).to_have_text("17 / 18")
    write(cell(page, PRICE), "3862.5万")
    expect(state_of(cell(page, PRICE))).to_contain_text("✕ “中标价（万元）”应填数字，“3862.5万”不是数字")
    expect(cell(page, PRICE)).to_have_attribute("aria-invalid", "true")
    write(cell(page, STARTED), "1800-01-01")
    expect(state_of(cell(page, STARTED))).to_contain_text("不在1990年至2100年之间")
    assert month.line().started_on == month.projects[0].started_on, "only the server knows this rule"

    cell(page, UNITS).press("ArrowDown")
    expect(cell(page, UNITS, 2)).to_be_focused()
    cell(page, UNITS, 2).press("ArrowUp")
    cell(page, UNITS).fill("99")
    cell(page, UNITS).press("Escape")
    expect(cell(page, UNITS)).to_have_value("5")
    cell(page, "建设状态").select_option("停工")
    expect(state_of(cell(page, "建设状态"))).to_have_text("✓ 已保存")
    assert month.line().status == "SUSPENDED"
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    expect_refusals(faults, "422")


def test_a_change_by_somebody_else_shows_both_values(
    browser_page: Page, city: City, faults: list[str]
) -> None:
    page, month = browser_page, open_month(city, 2)
    open_page(page, month)
    with city_scope(city.id):
        for name, text, seen in (("unit_count", "7", "5"), ("key_person_count", "12", "9")):
            change_field(
                return_id=month.return_.pk,
                project_id=month.projects[0].pk,
                field=name,
                text=text,
                seen=seen,
                by=month.reporter,
                at=AT,
            )

    write(cell(page, UNITS), "6")
    expect(state_of(cell(page, UNITS))).to_contain_text("改为“7”")
    assert_accessible(page)
    page.get_by_role("button", name="用我的“6”").click()
    expect(state_of(cell(page, UNITS))).to_have_text("✓ 已保存")
    write(cell(page, PEOPLE), "10")
    page.get_by_role("button", name="用对方的“12”").click()
    expect(cell(page, PEOPLE)).to_have_value("12")

    line = month.line()
    assert (line.unit_count, line.key_person_count) == (6, 12)
    expect_refusals(faults, "409")


def test_what_cannot_be_sent_waits_and_outlives_the_page(
    browser_page: Page, city: City, faults: list[str]
) -> None:
    page, month = browser_page, open_month(city, 2)
    open_page(page, month)

    def cut(route: Route) -> None:
        route.abort("internetdisconnected")

    page.route("**/save", cut)
    write(cell(page, PROGRESS), "55")
    expect(state_of(cell(page, PROGRESS))).to_have_text("⇡ 待发送")
    expect(page.locator("[data-status]")).to_contain_text("有 1 格待发送，已存在本机")
    page.reload()
    expect(cell(page, PROGRESS)).to_have_value("55")
    expect(state_of(cell(page, PROGRESS))).to_have_text("⇡ 待发送")
    assert month.line().progress_percent == 40

    page.unroute("**/save", cut)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(state_of(cell(page, PROGRESS))).to_have_text("✓ 已保存")
    assert month.line().progress_percent == 55
    assert page.evaluate("window.localStorage.length") == 0
    expect_refusals(faults, "ERR_INTERNET_DISCONNECTED")


def test_what_was_refused_meanwhile_is_told_on_whatever_part_is_open(
    browser_page: Page, city: City, faults: list[str]
) -> None:
    page, month = browser_page, open_month(city, 1)
    open_page(page, month)
    page.route("**/save", lambda route: route.abort("internetdisconnected"))
    write(cell(page, UNITS), "6")
    expect(state_of(cell(page, UNITS))).to_have_text("⇡ 待发送")
    with city_scope(city.id):
        change_field(
            return_id=month.return_.pk,
            project_id=month.projects[0].pk,
            field="unit_count",
            text="7",
            seen="5",
            by=month.reporter,
            at=AT,
        )

    page.unroute("**/save")
    open_page(page, month, "return-header")
    expect(page.locator("[data-left]")).to_contain_text("演示堤防工程001 参建单位数“6”：")
    expect(page.locator("[data-left]")).to_contain_text("改为“7”")
    expect_refusals(faults, "Failed to load resource")


def test_a_block_of_a_workbook_is_pasted(browser_page: Page, city: City) -> None:
    page, month = browser_page, open_month(city, 3)
    open_page(page, month)

    paste(cell(page, PROGRESS, 2), "50\t320\t6\r\n60\t多\t7\r\n70\t500\t8\r\n")

    expect(page.get_by_text("粘贴了 6 格，3 格在表格之外或已锁定，没有写入。")).to_be_visible()
    expect(state_of(cell(page, UNITS, 3))).to_have_text("✓ 已保存")
    expect(state_of(cell(page, "完成投资", 3))).to_contain_text("应填数字")
    line = month.line(1)
    assert (line.progress_percent, line.invested_wan_yuan, line.unit_count) == (50, 320, 6)
    assert (month.line(2).progress_percent, month.line(2).invested_wan_yuan) == (60, 300)


TEXTS = (
    *(
        "0",
        "1",
        "-1",
        "５０",
        "1,234.50",
        "12,34",
        "1.5",
        "1.555",
        "1.500",
        "100",
        "100.01",
        "40000",
        "+3",
        "3862.5万",
    ),
    *(
        "1e3",
        "abc",
        "．５",
        "二",
        "2023-09-05",
        "2023/9/5",
        "2023年9月5日",
        "2023-02-30",
        "２０２３-9-5",
        "2023.9.5",
    ),
    *("在建", "停工", "办理中", "汛后复工", "字" * 301, "9" * 14, "1 000", "0.001", "--5", "5%"),
)


def test_the_browser_refuses_nothing_that_the_server_takes_and_says_the_same(
    browser_page: Page, city: City
) -> None:
    page, month = browser_page, open_month(city, 1)
    open_page(page, month)
    fields = [*RETURN_FIELDS, *HEADER_FIELDS]
    rules = [rule for part in ("line", "header") for rule in field_rules_json()[part]]
    said = page.evaluate(
        "([rules, texts]) => rules.map((rule) => texts.map((text) => wrong(rule, text)))", [rules, TEXTS]
    )

    unlike = []
    for field, answers in zip(fields, said, strict=True):
        for text, answer in zip(TEXTS, answers, strict=True):
            try:
                parse_field(field, text)
                truth = ""
            except FieldError as refusal:
                truth = str(refusal)
            if answer not in ("", truth) or (truth and not answer and field.kind != "date"):
                unlike.append((field.name, text[:20], answer, truth))
    assert unlike == []


def test_every_page_fits_a_tablet_and_fingers(tablet_page: Page, city: City) -> None:
    page, month = tablet_page, open_month(city, 2)
    submitted_and_returned(month)
    serve_product(page, month.client)
    row = reverse("returns:return-row", args=[month.return_.pk, month.projects[0].pk])
    names = (
        "return-detail",
        "return-header",
        "return-check",
        "return-files",
        "return-history",
        "return-compare",
    )
    for address in (reverse("returns:return-list"), row, *(at(name, month) for name in names)):
        page.goto(ORIGIN + address)
        assert_no_sideways_scroll(page)
        assert small_targets(page) == [], address
        assert_accessible(page)
    page.goto(ORIGIN + at("return-detail", month))
    expect(page.get_by_label("演示堤防工程001，参建单位数", exact=True)).to_have_count(0)
    write(cell(page, PRICE), "870")
    expect(state_of(cell(page, PRICE))).to_have_text("✓ 已保存")


def test_a_month_is_filed_without_a_script(scriptless_page: Page, city: City) -> None:
    page, month = scriptless_page, open_month(city, 2)
    open_page(page, month)
    page.get_by_role("link", name="演示堤防工程001").click()
    page.get_by_label(PROGRESS).fill("45")
    page.get_by_label("备注").fill("汛后复工")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_label(PROGRESS)).to_have_value("45")
    page.get_by_role("link", name="返回工程明细").click()
    page.get_by_role("link", name="核对并送审").click()
    page.get_by_label("填报人联系电话").fill("0816-2345678")
    page.get_by_role("button", name="送审").click()
    expect(page.get_by_text("已送审。审核人报送以后，月报才算报出。")).to_be_visible()

    open_page_as(page, month)
    page.get_by_role("link", name="核对并报送").click()
    page.get_by_role("button", name="报送市局").click()
    expect(page.get_by_text("已报送市局。")).to_be_visible()
    assert month.fresh().state == "SUBMITTED"


def open_page_as(page: Page, month: OpenMonth) -> None:
    """The reviewer at the same desk: the newest route answers."""
    serve_product(page, month.reviewing)
    page.goto(ORIGIN + at("return-detail", month))
