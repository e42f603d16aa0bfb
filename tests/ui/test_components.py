"""The shell and the components in a real browser, at both sizes."""

import re

import pytest

from core.models import CalendarDay
from tests.ui.browser import assert_accessible, assert_no_sideways_scroll, small_targets
from tests.ui.gallery import SampleForm, paths, shell
from tests.ui.serving import ORIGIN, serve, server

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", paths())
def test_component_is_accessible_on_a_desk(browser_page, path):
    serve(browser_page)

    browser_page.goto(ORIGIN + path)

    assert_accessible(browser_page)
    assert_no_sideways_scroll(browser_page)


@pytest.mark.parametrize("path", paths())
def test_component_is_accessible_and_big_enough_on_a_tablet(tablet_page, path):
    serve(tablet_page)

    tablet_page.goto(ORIGIN + path)

    assert_no_sideways_scroll(tablet_page)
    assert small_targets(tablet_page) == []
    assert_accessible(tablet_page)


@pytest.mark.parametrize("path", ["/", "/list/", "/form/?errors=1"])
def test_large_text_has_18_px_and_controls_of_60(browser_page, path):
    serve(browser_page, large=True)

    browser_page.goto(ORIGIN + path)

    assert browser_page.evaluate(
        "getComputedStyle(document.querySelector('main p, main label')).fontSize >= '16px'"
    )
    assert browser_page.evaluate("getComputedStyle(document.body).fontSize") == "18px"
    assert small_targets(browser_page, least=60) == []
    assert_no_sideways_scroll(browser_page)


def test_without_a_script_menus_open_and_forms_have_their_buttons(scriptless_page):
    serve(scriptless_page)
    scriptless_page.goto(ORIGIN + "/list/")

    scriptless_page.locator("summary", has_text="王监督").click()

    assert scriptless_page.get_by_role("button", name="退出登录").is_visible()
    assert scriptless_page.get_by_role("button", name="绵阳市 科长").is_visible()
    assert scriptless_page.get_by_role("button", name="查询").is_visible()


def test_without_a_script_a_filter_asks_the_server(scriptless_page):
    serve(scriptless_page)
    scriptless_page.goto(ORIGIN + "/list/?sort=-price")

    scriptless_page.get_by_label("阶段").select_option("b")
    scriptless_page.get_by_role("button", name="查询").click()

    assert "kind=b" in scriptless_page.url
    assert "sort=-price" in scriptless_page.url
    assert scriptless_page.get_by_role("link", name="去掉条件 阶段：停工").is_visible()


def test_menu_is_a_column_on_a_desk_and_a_panel_on_a_tablet(browser_page, tablet_page):
    for page in (browser_page, tablet_page):
        serve(page)
        page.goto(ORIGIN + "/list/")
    tablet_menu = tablet_page.locator(".nav-compact summary")

    assert browser_page.get_by_role("link", name="工程台账").is_visible()
    assert not browser_page.locator(".nav-compact").is_visible()
    assert not tablet_page.get_by_role("link", name="工程台账").is_visible()
    tablet_menu.click()
    assert tablet_page.get_by_role("link", name="工程台账").is_visible()


def test_slash_goes_to_the_search_and_letters_go_to_pages(browser_page):
    serve(browser_page)
    browser_page.goto(ORIGIN + "/list/")

    browser_page.keyboard.press("/")
    assert browser_page.evaluate("document.activeElement.id") == "list-q"
    browser_page.keyboard.type("gd/")
    assert browser_page.locator("#list-q").input_value() == "gd/", "keys typed into a field stay text"

    browser_page.locator("h1").click()
    browser_page.keyboard.press("g")
    browser_page.keyboard.press("d")
    browser_page.wait_for_url(f"{ORIGIN}/")


def test_escape_closes_the_menu_and_gives_the_focus_back(browser_page):
    serve(browser_page)
    browser_page.goto(ORIGIN + "/")
    browser_page.locator("summary", has_text="王监督").click()

    browser_page.keyboard.press("Escape")

    assert not browser_page.get_by_role("button", name="退出登录").is_visible()
    assert browser_page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_first_tab_leads_past_the_menus(browser_page):
    serve(browser_page)
    browser_page.goto(ORIGIN + "/list/")

    browser_page.keyboard.press("Tab")
    assert browser_page.evaluate("document.activeElement.textContent") == "跳到主要内容"
    browser_page.keyboard.press("Enter")

    assert browser_page.evaluate("document.activeElement.id") == "main"


def test_errors_take_the_focus_and_lead_to_their_fields(browser_page):
    serve(browser_page)
    browser_page.goto(ORIGIN + "/form/?errors=1")

    assert browser_page.title().startswith("错误：")
    assert browser_page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    for name in SampleForm({"price": "x"}).errors:
        anchor = browser_page.locator(f'a[href^="#id_{name}"]').get_attribute("href")
        assert browser_page.locator(anchor or "").count() == 1
    described = browser_page.locator("#id_name").get_attribute("aria-describedby") or ""
    assert [browser_page.locator(f"#{one}").count() for one in described.split()] == [1, 1]


def test_a_job_is_asked_for_until_it_is_done(browser_page):
    serve(browser_page)
    browser_page.goto(ORIGIN + "/job/")
    assert browser_page.get_by_text("43%").is_visible()

    browser_page.get_by_text("已完成").wait_for(timeout=6000)

    assert browser_page.locator("#job").get_attribute("hx-get") is None
    assert browser_page.get_by_text("100%").is_visible()


def test_a_session_that_ended_is_never_shown_inside_a_page(browser_page):
    """The poll is answered with the log-in page: the whole page is asked again, and the server leads to it."""
    with server() as origin:
        browser_page.goto(f"{origin}/job/?state=expired")
        browser_page.evaluate("window.stillHere = true")

        with browser_page.expect_navigation(timeout=6000):
            pass

        assert browser_page.evaluate("window.stillHere ?? null") is None
        assert browser_page.get_by_role("heading", name="登录").count() == 0
        browser_page.goto("about:blank")


def test_a_filter_changes_the_list_and_the_address_without_a_reload(browser_page):
    serve(browser_page)
    browser_page.goto(ORIGIN + "/list/")
    browser_page.evaluate("window.stillHere = true")

    browser_page.get_by_label("阶段").select_option("b")
    browser_page.get_by_role("link", name="去掉条件 阶段：停工").wait_for()

    assert browser_page.evaluate("window.stillHere") is True
    assert "kind=b" in browser_page.url
    assert browser_page.locator("#list").count() == 1


def test_a_form_is_sent_only_once(browser_page):
    serve(browser_page)
    browser_page.goto(ORIGIN + "/form/")

    sent = browser_page.evaluate(
        """() => {
          const sent = [];
          window.addEventListener("submit", (event) => {
            sent.push(!event.defaultPrevented);
            event.preventDefault();
          });
          const button = document.querySelector("form .btn-primary");
          button.click();
          button.click();
          return sent;
        }"""
    )

    assert sent == [True, False]


def test_a_chosen_file_is_named_and_its_size_checked(browser_page):
    serve(browser_page)
    browser_page.goto(ORIGIN + "/form/")

    browser_page.locator("#f").set_input_files(
        {"name": "大.xlsx", "mimeType": "x/y", "buffer": b"0" * 2_500_000}
    )

    assert browser_page.get_by_text("“大.xlsx”有 2.4 MB，超过 2 MB 的上限。").is_visible()


def test_the_head_of_a_long_table_stays_in_sight(browser_page):
    serve(browser_page)
    browser_page.goto(ORIGIN + "/list/")
    wrap = browser_page.locator(".table-wrap")
    before = browser_page.locator("thead th").first.bounding_box()

    wrap.evaluate("one => one.scrollTop = 300")

    after = browser_page.locator("thead th").first.bounding_box()
    assert wrap.evaluate("one => one.scrollTop") > 100
    assert before is not None
    assert before == after


def test_paper_shows_the_content_only(browser_page):
    serve(browser_page)
    browser_page.goto(ORIGIN + "/list/")

    browser_page.emulate_media(media="print")

    for chrome in (".top", ".side", ".filters", ".pager"):
        assert not browser_page.locator(chrome).is_visible()
    assert browser_page.locator("table").is_visible()
    assert browser_page.locator(".table-wrap").evaluate("one => getComputedStyle(one).maxHeight") == "none"


@pytest.mark.parametrize("width", [320, 640])
def test_page_reflows_on_a_narrow_or_magnified_screen(browser_page, width):
    serve(browser_page)
    browser_page.set_viewport_size({"width": width, "height": 800})

    for path in ("/", "/list/", "/form/?errors=1", "/document/", "/confirm/"):
        browser_page.goto(ORIGIN + path)
        assert_no_sideways_scroll(browser_page)


def test_the_console_guard_sees_a_violation(chromium, faults):
    """Negative control: an inline style is refused by the policy and reported by the fixture's listener."""
    context = chromium.new_context()
    page = context.new_page()
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    serve(page)
    page.goto(ORIGIN + "/confirm/")

    page.evaluate("document.querySelector('h1').setAttribute('style', 'color:red')")
    page.wait_for_timeout(100)
    context.close()

    assert re.search(r"Content Security Policy|CSP", " ".join(faults))


def test_axe_sees_a_fault(browser_page):
    """Negative control of `assert_accessible`."""
    serve(browser_page)
    browser_page.goto(ORIGIN + "/form/")
    browser_page.evaluate("document.querySelector('label[for=id_name]').remove()")

    with pytest.raises(AssertionError, match="label"):
        assert_accessible(browser_page)


def test_gallery_uses_the_shells_own_names():
    assert set(shell("/")) <= set(__import__("core.components", fromlist=["x"]).ShellContext.__annotations__)
    assert CalendarDay._meta.app_label == "core"
