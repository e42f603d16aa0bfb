"""Pages in a real Chromium: fixtures and assertions for every page's browser test.

    @pytest.mark.browser
    def test_project_list_is_accessible(browser_page, live_server, client, bureau_supervisor):
        client.force_login(bureau_supervisor)
        sign_in(browser_page, live_server.url, client)
        browser_page.goto(f"{live_server.url}/projects/")
        assert_accessible(browser_page)

Debian's Chromium is used through its path; Playwright downloads nothing. Where there is none, every such
test is skipped by one and the same line, which pytest counts.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

DESKTOP = {"width": 1440, "height": 900}
TABLET = {"width": 834, "height": 1194}
FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE = Path(__file__).parent / "vendor" / "axe.min.js"

_LOOK = """async (tags) => {
  const report = await axe.run(document, {runOnly: tags, resultTypes: ["violations"]});
  const told = (rule) => rule.nodes.map((node) => `${rule.id}: ${rule.help} -> ${node.html.slice(0, 160)}`);
  return {passed: report.passes.length, found: report.violations.flatMap(told)};
}"""
"""The sentences only: what passed, with its nodes, is megabytes that every layer up to here would read again."""

_REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP ${event.violatedDirective}: ${event.blockedURI} ${event.sample}`));
"""


def chromium_path() -> str | None:
    """The browser to test with: `ANLAN_CHROMIUM`, or what the system installed."""
    named = os.environ.get("ANLAN_CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the whole run."""
    path = chromium_path()
    if path is None:
        pytest.skip("Chromium is not installed (Debian: chromium, fonts-noto-cjk), so no page was looked at")
    # Playwright's loop runs in this thread, where Django would otherwise refuse the ORM.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    else:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture
def faults() -> list[str]:
    """Console errors, script errors and CSP violations so far; a test that expects one clears it."""
    return []


def _page(browser: Browser, faults: list[str], **options: Any) -> Iterator[Page]:
    context: BrowserContext = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **options)
    context.add_init_script(_REPORT_VIOLATIONS)
    page = context.new_page()

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    page.wait_for_timeout(50)  # a violation is reported after the event that caused it
    context.close()
    assert faults == [], "the browser's console must stay empty"


@pytest.fixture
def browser_page(chromium: Browser, faults: list[str]) -> Iterator[Page]:
    """A desk: 1440×900 with a mouse."""
    yield from _page(chromium, faults, viewport=DESKTOP)


@pytest.fixture
def tablet_page(chromium: Browser, faults: list[str]) -> Iterator[Page]:
    """A tablet held upright: 834×1194 with fingers."""
    yield from _page(chromium, faults, viewport=TABLET, has_touch=True, is_mobile=True)


@pytest.fixture
def scriptless_page(chromium: Browser, faults: list[str]) -> Iterator[Page]:
    """A browser without JavaScript: every office form must still work."""
    yield from _page(chromium, faults, viewport=DESKTOP, java_script_enabled=False)


def sign_in(page: Page, base_url: str, client: Client) -> None:
    """Carry a test client's session into the browser."""
    page.context.add_cookies(
        [{"name": name, "value": morsel.value, "url": base_url} for name, morsel in client.cookies.items()]
    )


def assert_accessible(page: Page) -> None:
    """No violation of WCAG 2.2 AA that axe can see. It does not see everything: look at the page too."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    report = page.evaluate(_LOOK, WCAG)
    assert report["passed"], "axe looked at nothing"
    assert report["found"] == []


def assert_no_sideways_scroll(page: Page) -> None:
    """The page itself never scrolls sideways; a wide table scrolls inside its own frame."""
    excess = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert excess <= 0, f"the page is {excess} px wider than the screen"


def small_targets(page: Page, *, least: int = 44) -> list[str]:
    """Buttons, fields and menu lines smaller than a finger; links inside text are exempt (WCAG 2.5.8)."""
    found: list[str] = page.evaluate(
        """least => [...document.querySelectorAll(
             'button, select, summary, .btn, .nav-list a, .pager li > a, .menu-panel a, ' +
             'input:not([type=hidden], [type=checkbox], [type=radio], [type=file])')]
           .filter((one) => one.checkVisibility())
           .map((one) => [one.getBoundingClientRect().height, one.outerHTML.slice(0, 100)])
           .filter(([height]) => height > 0 && height < least - 0.5)
           .map(([height, html]) => `${height} px: ${html}`)""",
        least,
    )
    return found
