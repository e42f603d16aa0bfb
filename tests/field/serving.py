"""The tablet's screens without a server: files from the tree, the engine from the stub, the product's own policy."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route

from inspections.services.field_client import field_client
from tests.ui.serving import policy

ROOT = Path(__file__).parents[2]
ORIGIN = "http://localhost"
"""A trustworthy origin without a certificate: the client asks for what only such an origin has."""
_STUB = Path(__file__).parent / "stub_engine.js"


def serve_screens(page: Page) -> None:
    """Answer the page, its files and nothing else."""
    shell = field_client().shell

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path == "/field/":
            headers = {"Content-Security-Policy": policy()}
            route.fulfill(body=shell, content_type="text/html; charset=utf-8", headers=headers)
        elif path.startswith("/static/field/"):
            file = _STUB if path == "/static/field/engine/engine.js" else ROOT / path.lstrip("/")
            kind = "text/javascript" if file.suffix == ".js" else mimetypes.guess_type(file.name)[0]
            route.fulfill(body=file.read_bytes(), content_type=kind)
        else:
            route.abort()

    page.route("**/*", answer)
