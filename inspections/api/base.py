"""What all views of the JSON interface share: who asks, safe JSON, refusals in one form."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest
from rest_framework import exceptions
from rest_framework.authentication import SessionAuthentication
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.models import User
from core.clamav import ScannerUnavailable
from core.errors import DomainError
from core.safe_json import BadJson, parse
from inspections.api.guards import FieldRequest
from inspections.forms.submission import flat_errors
from inspections.models import Inspection
from inspections.selectors.guest_scope import OfInspection, guest_scope
from inspections.services.photos import ChunkDiffers
from inspections.services.submitting import MayNotRecord
from tenancy.scope import open_scope

MAX_JSON_BYTES = 2 * 1024 * 1024


class TooBig(exceptions.APIException):
    """413: the body is longer than this address takes."""

    status_code = 413


class Invalid(DomainError):
    """422: never sent again as it is. fields: what is wrong where."""

    def __init__(self, message: str, fields: Mapping[str, str]) -> None:
        super().__init__(message)
        self.fields = dict(fields)


class OpenedSession(SessionAuthentication):
    """The person whom the middleware has found; it has asked for the request token already (see guards.py)."""

    def enforce_csrf(self, request: Any) -> None:
        """Done for every unsafe request, signed in or not."""


class SafeJSONParser(BaseParser):
    """JSON of at most 2 MiB without anything that a database or a reader stumbles over (core/safe_json.py)."""

    media_type = "application/json"

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The value of the body."""
        request = (parser_context or {})["request"]
        return parse(body_of(request, MAX_JSON_BYTES))


def body_of(request: Request, limit: int) -> bytes:
    """The bytes of the body; TooBig before they are read where the sender says how many they are."""
    plain: HttpRequest = request._request  # noqa: SLF001 -- DRF offers the bytes only after its own parsing
    try:
        announced = int(plain.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        announced = 0
    sentence = f"内容超过 {limit // 1024} KB 的上限，请分开发送。"
    if announced > limit:
        raise TooBig(sentence)
    try:
        body = plain.body
    except RequestDataTooBig as error:
        raise TooBig(sentence) from error
    if len(body) > limit:
        raise TooBig(sentence)
    return body


class ApiView(APIView):
    """Base of all views here. Permission is the guard's work (urls/api.py names it beside the address)."""

    authentication_classes = [OpenedSession]
    permission_classes = []
    parser_classes = [SafeJSONParser]

    def get_exception_handler(self) -> Any:
        """Ours: one form for every refusal."""
        return as_refusal

    def within_reach(
        self, request: Request, model: OfInspection, key: uuid.UUID, work: Callable[[], Response]
    ) -> Response:
        """The work on this row in the own scope; when it is not there, as a guest of the inspection's team."""
        try:
            return work()
        except (Http404, Inspection.DoesNotExist) as error:
            scope = guest_scope(model, key, user_id=person(request).pk)
            if scope is None:
                raise Http404 from error
        with open_scope(scope):
            try:
                return work()
            except DomainError as refusal:
                # An answer and no fault: what was written before it stays, as in the own scope.
                answer: Response = self.handle_exception(refusal)
                return answer


def _body(code: str, message: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "message": message, **more}


def as_refusal(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Refusals as {code, message}; None lets a defect become a 500, which the tablet answers by waiting."""
    if isinstance(error, Http404 | exceptions.NotFound):
        return Response(_body("not_found", "没有找到。"), status=404)
    if isinstance(error, BadJson):
        return Response(_body("json", str(error), fields=[]), status=422)
    if isinstance(error, ScannerUnavailable):
        return Response(_body("scanner", str(error)), status=503, headers={"Retry-After": "60"})
    if isinstance(error, ChunkDiffers):
        return Response(_body("differs", str(error)), status=409)
    if isinstance(error, MayNotRecord):
        return Response(_body("role", str(error)), status=403)
    if isinstance(error, DomainError):
        faults: Mapping[str, str] = getattr(error, "fields", {})
        fields = [{"path": path, "message": message} for path, message in faults.items()]
        return Response(_body("refused", str(error), fields=fields), status=422)
    if isinstance(error, TooBig):
        return Response(_body("too_big", str(error.detail)), status=413)
    if isinstance(error, exceptions.APIException):
        words = {405: "这个地址不接受这种请求。", 415: "内容类型不对，请用 JSON 发送。"}
        message = words.get(error.status_code, "请求无法处理。")
        return Response(_body("http", message), status=error.status_code)
    return None


def read(serializer: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    """The checked body; Invalid names each field that is wrong."""
    data = request.data
    form = serializer(data=data)
    if not isinstance(data, dict) or not form.is_valid():
        faults = flat_errors(form.errors if isinstance(data, dict) else {"": ["应为 JSON 对象"]})
        raise Invalid("有内容不符合要求，请按所列项目改正。", faults)
    found: dict[str, Any] = form.validated_data
    return found


def person(request: Request) -> User:
    """The signed-in person behind a guard."""
    user = request.user
    if not isinstance(user, User):
        raise exceptions.NotAuthenticated
    return user


def field_request(request: Request) -> FieldRequest:
    """The request behind `field_requires`, with its scope, role and tablet."""
    plain: Any = request._request  # noqa: SLF001 -- the guard wrote on Django's request
    found: FieldRequest = plain
    return found
