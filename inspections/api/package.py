"""What a tablet takes along, and the record as it stands."""

from __future__ import annotations

import datetime as dt
import uuid

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from inspections.api import serializers as shapes
from inspections.api.base import ApiView, Invalid, person
from inspections.models import Inspection
from inspections.selectors.package import package_of
from inspections.selectors.record_state import record_state

_REFUSALS = {401: shapes.Refusal, 403: shapes.Refusal}
_SEQ_DIGITS = 10


class PackageView(ApiView):
    """出发前: everything for a day without a network."""

    @extend_schema(
        operation_id="package",
        description="The person's inspections of the day with checklists, catalogues and people. ETag; 304 when unchanged.",
        parameters=[
            OpenApiParameter("date", OpenApiTypes.DATE, description="The day; default: today in Shanghai.")
        ],
        responses={200: shapes.Package, 304: None, 422: shapes.RefusalWithFields, **_REFUSALS},
    )
    def get(self, request: Request) -> Response:
        """Pack."""
        package = package_of(user_id=person(request).pk, day=_day(request))
        etag = f'"{package["version"]}"'
        headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
        if etag in request.headers.get("If-None-Match", ""):
            return Response(status=304, headers=headers)
        return Response({**package, "generated_at": timezone.now()}, headers=headers)


class RecordView(ApiView):
    """The record of one inspection."""

    @extend_schema(
        operation_id="record",
        description="Values in force, open conflicts, and the changes after `since`.",
        parameters=[
            OpenApiParameter(
                "since", OpenApiTypes.INT, description="The record_seq that the tablet has; default 0."
            )
        ],
        responses={200: shapes.RecordState, 404: shapes.Refusal, 422: shapes.RefusalWithFields, **_REFUSALS},
    )
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        """Tell."""
        return self.within_reach(request, Inspection, pk, lambda: self._tell(request, pk))

    def _tell(self, request: Request, pk: uuid.UUID) -> Response:
        inspection = get_object_or_404(Inspection.objects.all(), pk=pk)
        since = request.query_params.get("since", "0")
        if not (since.isascii() and since.isdigit() and len(since) < _SEQ_DIGITS):
            raise Invalid("since 应为不小于 0 的整数。", {"since": "应为不小于 0 的整数"})
        return Response(record_state(inspection, since=int(since)), headers={"Cache-Control": "no-store"})


def _day(request: Request) -> dt.date:
    given = request.query_params.get("date")
    if not given:
        return timezone.localdate()
    try:
        return dt.datetime.strptime(given, "%Y-%m-%d").replace(tzinfo=dt.UTC).date()
    except ValueError as error:
        raise Invalid("日期应写成 2023-09-05 的样子。", {"date": "日期写法不对"}) from error
