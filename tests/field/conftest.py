"""A tablet in the browser: the product's own client, answered from memory (office.py)."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from inspections.services.field_client import field_client
from tests.field.office import PASSWORD, PEOPLE, Office
from tests.ui.serving import policy

ROOT = Path(__file__).parents[2]
ORIGIN = "http://localhost:9"
"""A secure context, where nothing listens: every request is answered by the route."""
PIN = "204967"


class Tablet:
    """One tablet and the server it knows. `cut`: the line is dead."""

    def __init__(self, context: BrowserContext, office: Office) -> None:
        self.context, self.office, self.cut = context, office, False
        self.faults: list[str] = []
        context.route("**/*", self._answer)

    def _answer(self, route: Route) -> None:
        request = route.request
        parts = urlsplit(request.url)
        if parts.path.startswith("/static/"):
            file = ROOT / parts.path.lstrip("/")
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            route.fulfill(body=file.read_bytes(), content_type=kind)
        elif parts.path == "/field/":
            # Only the engine: the screens have their own tests.
            shell = field_client().shell.replace(
                '<script type="module" src="/static/field/main.js"></script>', ""
            )
            headers = {"Content-Security-Policy": policy()}
            route.fulfill(body=shell, content_type="text/html; charset=utf-8", headers=headers)
        elif self.cut or not parts.path.startswith("/api/v1/"):
            route.abort()
        else:
            path = parts.path.removeprefix("/api/v1/") + (f"?{parts.query}" if parts.query else "")
            status, body = self.office.answer(
                request.method, path, request.headers, request.post_data_buffer or b""
            )
            if status == 0:
                route.abort()
            elif isinstance(body, str):
                route.fulfill(status=status, body=body, content_type="text/html")
            else:
                headers = {"Content-Type": "application/json", "ETag": self.office.etag}
                route.fulfill(status=status, body=json.dumps(body), headers=headers)

    def page(self) -> Page:
        """A window with the engine started."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.goto(f"{ORIGIN}/field/")
        page.evaluate("""async () => {
            window.engine = (await import("/static/field/engine/engine.js")).engine;
            await engine.start();
        }""")
        return page

    def ready(self, *, enrolled: bool = True) -> Page:
        """A window where 王质监 has signed in, enrolled the tablet, chosen a PIN and fetched the package."""
        page = self.page()
        page.evaluate(
            """async ([password, pin, enrolled]) => {
                await engine.login("wang", password);
                if (enrolled) await engine.enrol("CODE", "外业平板一");
                await engine.setPin(pin);
                await engine.package.download();
            }""",
            [PASSWORD, PIN, enrolled],
        )
        return page

    def unlock(self, page: Page, *, pin: str = PIN, name: str = "wang") -> None:
        """Open a person's data."""
        page.evaluate("([id, pin]) => engine.unlock(id, pin)", [PEOPLE[name]["id"], pin])


@pytest.fixture
def office() -> Office:
    """The server, in memory."""
    return Office()


@pytest.fixture
def tablet(chromium: Browser, office: Office) -> Iterator[Tablet]:
    """A browser context of its own; no script error may have happened at its end."""
    context = chromium.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", service_workers="block")
    held = Tablet(context, office)
    yield held
    context.close()
    assert held.faults == []


def call(page: Page, script: str, argument: Any = None) -> dict[str, Any]:
    """Run an engine function; its sentence and code where it refuses."""
    told: dict[str, Any] = page.evaluate(
        f"""async (argument) => {{
            try {{ return {{ok: true, value: await ({script})(argument)}}; }}
            catch (error) {{ return {{ok: false, code: error.code ?? "", message: error.message}}; }}
        }}""",
        argument,
    )
    return told


def exported(page: Page, most: int = 48_000_000) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What the export says of itself, and its files of at most so many bytes."""
    made, files = page.evaluate(
        """async (most) => {
            (await import("/static/field/engine/bundle.js")).limits.bytes = most;
            const files = [];
            const made = await engine.bundle.make((file) => void files.push(file));
            return [made, files];
        }""",
        most,
    )
    return made, files
