"""A tablet becomes known, and says how it is."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from inspections.api import serializers as shapes
from inspections.api.base import ApiView, field_request, person, read
from inspections.selectors.devices import state_of
from inspections.services.devices import enrol_device, note_contact


class EnrolView(ApiView):
    """A code from the office page becomes a token."""

    @extend_schema(
        operation_id="enrol",
        description="Turn the office's code (once, within 15 minutes) into the token of this tablet. Told once.",
        request=shapes.Enrolment,
        responses={
            201: shapes.Enrolled,
            401: shapes.Refusal,
            403: shapes.Refusal,
            422: shapes.RefusalWithFields,
        },
    )
    def post(self, request: Request) -> Response:
        """Enrol."""
        given = read(shapes.Enrolment, request)
        made = enrol_device(**given, by=person(request), at=timezone.now())
        body = {"device_id": made.device.pk, "name": made.device.name, "token": made.token}
        return Response(body, status=201, headers={"Cache-Control": "no-store"})


class DeviceStateView(ApiView):
    """What waits on the tablet, for the office's list."""

    @extend_schema(
        operation_id="device_state",
        description="The tablet reports how much waits on it and which version it runs.",
        request=shapes.DeviceReport,
        responses={
            200: shapes.DeviceAnswer,
            401: shapes.Refusal,
            403: shapes.Refusal,
            422: shapes.RefusalWithFields,
        },
    )
    def post(self, request: Request) -> Response:
        """Note it."""
        given = read(shapes.DeviceReport, request)
        device = field_request(request).device
        note_contact(
            device=device,
            at=timezone.now(),
            waiting_count=given["waiting_count"],
            app_version=given["app_version"],
        )
        return Response({"state": state_of(device)})
