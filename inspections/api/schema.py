"""The OpenAPI document of this interface."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from inspections.api.base import ApiView


class OpenedSessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How one is signed in: by the session's cookie; unsafe requests carry X-CSRFToken as well."""

    target_class = "inspections.api.base.OpenedSession"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """The cookie's name follows the installation."""
        return {"type": "apiKey", "in": "cookie", "name": "__Host-anlan"}


class SchemaView(ApiView):
    """For those who write a client."""

    @extend_schema(
        operation_id="schema",
        description="This document (OpenAPI 3), as JSON.",
        responses={200: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request) -> Response:
        """Describe."""
        return Response(SchemaGenerator().get_schema(request=None, public=True))  # type: ignore[no-untyped-call]
