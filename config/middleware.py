"""The outermost middleware: request number, source address, one log line a request."""

from __future__ import annotations

import ipaddress
import re
import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from audit.services import RequestFacts, clear_request, set_request
from core.uuid7 import uuid7

logger = structlog.get_logger("anlan.request")
_GIVEN_ID = re.compile(r"[0-9a-zA-Z-]{8,36}")


def client_address(request: HttpRequest) -> str:
    """Who asks. A forwarded address counts only from a trusted proxy, and only the last one, which that proxy added."""
    peer: str = request.META.get("REMOTE_ADDR", "")
    forwarded = request.headers.get("X-Forwarded-For", "").rsplit(",", 1)[-1].strip()
    if not forwarded or not _is_trusted(peer):
        return peer
    try:
        return str(ipaddress.ip_address(forwarded))
    except ValueError:
        return peer


def _is_trusted(peer: str) -> bool:
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(network) for network in settings.TRUSTED_PROXIES)


class RequestIdMiddleware:
    """Gives each request a number that stands in the log, in the trail, on error pages and in the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Number, answer, log."""
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _GIVEN_ID.fullmatch(given) else str(uuid7())
        setattr(request, "request_id", request_id)  # noqa: B010 -- shown on error pages; HttpRequest has no such field
        request.META["REMOTE_ADDR"] = client_address(request)
        token = set_request(RequestFacts(request_id=request_id, ip=request.META.get("REMOTE_ADDR") or None))
        structlog.contextvars.bind_contextvars(request_id=request_id)
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request_id
            self._log(request, response, began)
        finally:
            structlog.contextvars.clear_contextvars()
            clear_request(token)
        return response

    def _log(self, request: HttpRequest, response: HttpResponse, began: float) -> None:
        assignment = getattr(request, "assignment", None)
        logger.info(
            "request",
            method=request.method,
            path=request.path,
            status=response.status_code,
            milliseconds=round((time.perf_counter() - began) * 1000, 1),
            city=str(assignment.city_id) if assignment else None,
            user=str(assignment.user_id) if assignment else None,
            role=assignment.role if assignment else None,
        )
