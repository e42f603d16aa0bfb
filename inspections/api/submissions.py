"""What a tablet sends, the receipt for it, and the decision on a conflict."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from inspections.api import serializers as shapes
from inspections.api.base import MAX_JSON_BYTES, ApiView, Invalid, body_of, field_request, person, read
from inspections.forms.submission import Sent, SubmissionIn, read_submission
from inspections.models import Inspection, RecordConflict, RecordValue, Submission
from inspections.rules.merge import Operation
from inspections.selectors.guest_scope import guest_scope
from inspections.selectors.record_state import conflict_rows, own_delivery, receipt_of, record_state
from inspections.selectors.visit_access import field_refusal, may_record
from inspections.services.devices import note_contact
from inspections.services.record import SubmissionDiffers, settle_conflict
from inspections.services.submitting import MayNotRecord, take_submission
from tenancy.scope import current_scope, open_scope

_REFUSALS = {401: shapes.Refusal, 403: shapes.Refusal, 404: shapes.Refusal}


class SubmissionView(ApiView):
    """One submission under the identifier that the tablet made for it."""

    @extend_schema(
        operation_id="submit",
        description=(
            "Keep a submission. 201: new. 202: these very bytes are here already. Nothing else is a receipt."
            " 409: other bytes under this identifier, both versions stay. 422: never taken as it is."
        ),
        request=SubmissionIn,
        responses={
            201: shapes.SubmissionAnswer,
            202: shapes.SubmissionAnswer,
            409: shapes.Differs,
            413: shapes.Refusal,
            422: shapes.RefusalWithFields,
            **_REFUSALS,
        },
    )
    def put(self, request: Request, pk: uuid.UUID) -> Response:
        """Take it."""
        sent = read_submission(body_of(request, MAX_JSON_BYTES), key=pk)
        author = person(request)
        if sent.author is not None and sent.author != author.pk:
            message = "这份记录是别人写的，须由本人登录后送达；内容仍在平板上。"
            return Response({"code": "author", "message": message}, status=403)
        at = timezone.now()
        # Before the submission: whoever has begun the trail holds up the city until the COMMIT.
        note_contact(device=field_request(request).device, at=at, app_version=sent.incoming.app_version)
        key = sent.incoming.inspection_id
        try:
            return self.within_reach(request, Inspection, key, lambda: self._take(request, sent, at))
        except Http404:
            return _again(request, sent)

    def _take(self, request: Request, sent: Sent, at: dt.datetime) -> Response:
        scoped = field_request(request)
        try:
            applied = take_submission(
                submission=sent.incoming,
                photos=sent.photos,
                device=scoped.device,
                roles=[scoped.assignment],
                by=person(request),
                at=at,
            )
        except SubmissionDiffers as refusal:
            is_guest = current_scope() != scoped.scope
            if is_guest and refusal.stored.inspection_id != sent.incoming.inspection_id:
                raise Invalid(str(refusal), {"id": "编号已用于另一份记录"}) from refusal
            return Response(_differs(refusal), status=409)
        body = {
            "receipt": receipt_of(applied.submission, manifest_as_sent=sent.incoming.photos),
            "record_seq": applied.record_seq,
            "conflicts": conflict_rows(applied.conflicts),
        }
        return Response(body, status=201 if applied.is_new else 202)


def _again(request: Request, sent: Sent) -> Response:
    """A guest who has left the team: nothing new is taken; what he had delivered himself is answered once more, without
    the conflicts, which are for those who are still of the team.
    """
    author = person(request).pk
    scope = guest_scope(Submission, sent.incoming.id, user_id=author)
    if scope is None:
        raise Http404
    with open_scope(scope):
        stored = own_delivery(key=sent.incoming.id, sha256=sent.incoming.sha256, author=author)
        if stored is None:
            raise Http404
        receipt = receipt_of(stored, manifest_as_sent=sent.incoming.photos)
        body = {"receipt": receipt, "record_seq": stored.inspection.record_seq, "conflicts": []}
        return Response(body, status=202)


def _differs(refusal: SubmissionDiffers) -> dict[str, Any]:
    stored = refusal.stored
    return {
        "code": "differs",
        "message": str(refusal),
        "stored": {
            "id": stored.pk,
            "sha256": stored.body_sha256,
            "author": stored.author_name,
            "received_at": stored.received_at,
            "receipt_number": stored.receipt_number,
            "body": stored.body,
        },
        "sent_sha256": refusal.sent_sha256,
    }


class ReceiptView(ApiView):
    """The receipt as it is now: after the photos have followed it is complete."""

    @extend_schema(
        operation_id="receipt",
        description="What is here of a submission and of its files.",
        responses={200: shapes.ReceiptAnswer, **_REFUSALS},
    )
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        """Tell."""
        return self.within_reach(request, Submission, pk, lambda: self._tell(pk))

    def _tell(self, pk: uuid.UUID) -> Response:
        submission = get_object_or_404(Submission.objects.all(), pk=pk)
        return Response({"receipt": receipt_of(submission)}, headers={"Cache-Control": "no-store"})


class SettleView(ApiView):
    """A person decides which of two values counts."""

    @extend_schema(
        operation_id="settle",
        description="Decide a conflict by a change of its own; `base` names the value in force that the person saw.",
        request=shapes.Decision,
        responses={200: shapes.RecordState, 422: shapes.RefusalWithFields, **_REFUSALS},
    )
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """Decide."""
        return self.within_reach(request, RecordConflict, pk, lambda: self._decide(request, pk))

    def _decide(self, request: Request, pk: uuid.UUID) -> Response:
        conflict = get_object_or_404(RecordConflict.objects.select_related("inspection"), pk=pk)
        scoped = field_request(request)
        if not may_record(conflict.inspection, scoped.assignment):
            raise MayNotRecord(field_refusal(conflict.inspection))
        given = read(shapes.Decision, request)["operation"]
        if "base" not in given:
            now = RecordValue.objects.filter(inspection=conflict.inspection, path=conflict.path).first()
            given["base"] = now.operation_id if now is not None else None
        settle_conflict(
            conflict_id=pk,
            operation=Operation(**given),
            device=scoped.device,
            by=person(request),
            at=timezone.now(),
        )
        inspection = Inspection.objects.get(pk=conflict.inspection_id)
        return Response(record_state(inspection, since=inspection.record_seq))
