"""Pages of the product in the browser without a port: each request is answered by a signed-in test client.

The rows of the test's own transaction are seen, because the answer is made in the test's own thread.
"""

from __future__ import annotations

import contextvars
import mimetypes
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.test import Client
from playwright.sync_api import Page, Route

ROOT = Path(__file__).parents[2]
ORIGIN = "http://anlan.test"
_LEFT_OUT = {"content-length", "content-encoding", "set-cookie", "cross-origin-opener-policy"}
"""Set-Cookie: the client keeps the session itself. The last one is refused aloud without HTTPS."""


def serve_product(page: Page, client: Client) -> None:
    """Answer everything the page asks for; a redirect is followed here and its end is the answer."""
    # Playwright calls back in a context of its own, where Django would open another database connection.
    context = contextvars.copy_context()

    def answer(route: Route) -> None:
        request = route.request
        parts = urlsplit(request.url)
        if parts.path.startswith("/static/"):
            file = ROOT / parts.path.lstrip("/")
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            route.fulfill(body=file.read_bytes(), content_type=kind)
            return
        address = f"{parts.path}?{parts.query}" if parts.query else parts.path
        body, kind = request.post_data_buffer or b"", request.headers.get("content-type", "")
        response = context.run(_respond, client, request.method, address, body, kind, request.headers)
        headers = {name: value for name, value in response.items() if name.lower() not in _LEFT_OUT}
        route.fulfill(status=response.status_code, headers=headers, body=response.content)

    page.route("**/*", answer)


def _respond(
    client: Client, method: str, address: str, body: bytes, kind: str, headers: dict[str, str]
) -> Any:
    response = client.generic(method, address, body, content_type=kind, headers=headers)
    if response.status_code in (301, 302):
        return client.get(response["Location"], follow=True)
    return response
