"""The gallery for the browser: from memory, or over HTTP where a test needs a redirect."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

from django.conf import settings
from playwright.sync_api import Page, Route

from tests.ui.gallery import VIEWS, render

ROOT = Path(__file__).parents[2]
ORIGIN = "http://gallery.test"


def policy() -> str:
    """The product's own Content-Security-Policy."""
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())


class _Handler(BaseHTTPRequestHandler):
    """The gallery over real HTTP, for redirects: those do not pass through Playwright's routes."""

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/expired/":
            self._answer(302, b"", "text/plain", location="/login/")
        elif path.startswith("/static/"):
            kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
            self._answer(200, (ROOT / path.lstrip("/")).read_bytes(), kind)
        else:
            body = "<h1>登录</h1>" if path == "/login/" else render(self.path)
            self._answer(200, body.encode(), "text/html; charset=utf-8")

    def _answer(self, status: int, body: bytes, kind: str, location: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", policy())
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def server() -> Iterator[str]:
    """The gallery on a port of this machine; yields its origin."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as http:
        Thread(target=http.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()


def serve(page: Page, *, large: bool = False) -> None:
    """Answer everything under ORIGIN from memory, with the product's policy on every answer."""

    def answer(route: Route) -> None:
        url = route.request.url.removeprefix(ORIGIN)
        path = urlsplit(url).path
        headers = {"Content-Security-Policy": policy()}
        if path.startswith("/static/"):
            kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
            route.fulfill(path=ROOT / path.lstrip("/"), content_type=kind, headers=headers)
        elif path in VIEWS or path.startswith(("/error/", "/poll/")):
            route.fulfill(
                body=render(url, large=large), content_type="text/html; charset=utf-8", headers=headers
            )
        else:
            route.fulfill(status=204, headers=headers)

    page.route(f"{ORIGIN}/**", answer)
