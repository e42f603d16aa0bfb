"""Health, errors."""

from __future__ import annotations

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu import Connection

from accounts.decorators import is_api, public
from reports.fontconfig import missing_fonts


@public
@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process lives; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@public
@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether this node can serve: database, Chinese search, cache, broker, fonts. Names what fails, nothing more."""
    checks = {
        "database": _database_answers(),
        "chinese_search": _chinese_search(),
        "cache": _cache_answers(),
        "broker": _broker_answers(),
        "fonts": not missing_fonts(),
    }
    return JsonResponse(
        {"ready": all(checks.values()), **checks}, status=200 if all(checks.values()) else 503
    )


def _database_answers() -> bool:
    try:
        connection.ensure_connection()
    except DatabaseError:
        return False
    return True


def _chinese_search() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT similarity('绵阳市水利局', '绵阳水利局') > 0")
            return bool(cursor.fetchone()[0])
    except DatabaseError:
        return False


def _cache_answers() -> bool:
    try:
        cache.set("readyz", "1", 5)
        return bool(cache.get("readyz") == "1")
    except Exception:  # noqa: BLE001 -- every cache backend has its own errors; the answer is "no"
        return False


def _broker_answers() -> bool:
    try:
        with Connection(settings.CELERY_BROKER_URL, connect_timeout=2) as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    except Exception:  # noqa: BLE001 -- every transport has its own errors; the answer is "no"
        return False
    return True


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose page grew old or whose cookie is gone."""
    if is_api(request):
        return JsonResponse({"code": "csrf", "message": "登录状态已更新，请重新取得会话后再试。"}, status=403)
    return render(request, "errors/csrf.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return render(request, "errors/400.html", status=400)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: the same bytes for a stranger's record and for one that does not exist."""
    return render(request, "errors/404.html", status=404)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 without a list of roles."""
    return render(request, "errors/403.html", {"roles": []}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """500 with the request's number; needs neither database nor context processors."""
    return render(request, "errors/500.html", {"request_id": getattr(request, "request_id", "")}, status=500)
