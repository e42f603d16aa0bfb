"""The tablet's page and its worker: static, for everybody, never older than the server.

The page holds no person, no token and no data: a worker that kept a page behind the log-in would keep the way to the
log-in page instead. No exception to the policy of contents is needed: the client draws photos from data: addresses.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.decorators import public
from inspections.services.field_client import field_client


@public
@require_safe
def shell(request: HttpRequest) -> HttpResponse:
    """The page itself."""
    return _fresh(HttpResponse(field_client().shell))


@public
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; served from here because its place decides which pages it may keep."""
    return _fresh(HttpResponse(field_client().worker, content_type="text/javascript; charset=utf-8"))


def _fresh(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-cache"
    return response
