"""The bytes of photos, part by part."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from inspections.api import serializers as shapes
from inspections.api.base import ApiView, Invalid, body_of, field_request, person
from inspections.models import Photo
from inspections.selectors.photos import CHUNK_BYTES, COPIES, copy_states, visible_photos
from inspections.selectors.visit_access import field_part, field_refusal
from inspections.services.photos import Part, put_chunk
from inspections.services.submitting import MayNotRecord

_RANGE = re.compile(r"bytes (\d{1,10})-(\d{1,10})/(\d{1,10})")
_HASH = re.compile(r"[0-9a-f]{64}")
_REFUSALS = {401: shapes.Refusal, 403: shapes.Refusal, 404: shapes.Refusal}


class PhotoView(ApiView):
    """What of a photo is here."""

    @extend_schema(
        operation_id="photo",
        description="State and missing parts of each copy of a photo.",
        responses={200: shapes.PhotoAnswer, **_REFUSALS},
    )
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        """Tell."""
        return self.within_reach(request, Photo, pk, lambda: self._tell(pk))

    def _tell(self, pk: uuid.UUID) -> Response:
        photo = get_object_or_404(visible_photos(), pk=pk)
        copies = {state.copy: _answer(state) for state in copy_states([photo])[photo.pk]}
        return Response({"copies": copies}, headers={"Cache-Control": "no-store"})


class ChunkView(ApiView):
    """One part of one copy."""

    @extend_schema(
        operation_id="put_chunk",
        description=(
            "A part of 256 KiB (the last one to the end). 201: stored. 202: it was here. 409: other bytes at that place."
            " The last part puts the file together and checks its SHA-256. 503: the virus scanner does not answer."
        ),
        parameters=[
            OpenApiParameter(
                "Content-Range", str, OpenApiParameter.HEADER, required=True, description="bytes a-b/total"
            ),
            OpenApiParameter(
                "X-Chunk-SHA256", str, OpenApiParameter.HEADER, required=True, description="of this part"
            ),
        ],
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses={
            201: shapes.CopyAnswer,
            202: shapes.CopyAnswer,
            409: shapes.Refusal,
            413: shapes.Refusal,
            422: shapes.RefusalWithFields,
            503: shapes.Refusal,
            **_REFUSALS,
        },
    )
    def put(self, request: Request, pk: uuid.UUID, copy: str, position: int) -> Response:
        """Take it."""
        if copy not in COPIES:
            raise Http404
        return self.within_reach(request, Photo, pk, lambda: self._take(request, pk, copy, position))

    def _take(self, request: Request, pk: uuid.UUID, copy: str, position: int) -> Response:
        photo = get_object_or_404(visible_photos(), pk=pk)
        # Whoever declared it had a part then; his photo arrives even if he was taken off the team since.
        is_own = photo.taken_by == person(request).pk
        if not is_own and field_part(photo.inspection, field_request(request).assignment) is None:
            raise MayNotRecord(field_refusal(photo.inspection))
        part = _part(request, copy, position)
        is_new = put_chunk(photo=photo, part=part, by=person(request), at=timezone.now())
        photo.refresh_from_db()
        states = {state.copy: state for state in copy_states([photo])[photo.pk]}
        state = states.get(copy)
        answer = _answer(state) if state is not None else _refused(photo)
        return Response(answer, status=201 if is_new else 202)


def _part(request: Request, copy: str, position: int) -> Part:
    match = _RANGE.fullmatch(request.headers.get("Content-Range", ""))
    sha256 = request.headers.get("X-Chunk-SHA256", "")
    data = body_of(request, CHUNK_BYTES)
    if match is None or int(match[2]) != int(match[1]) + len(data) - 1:
        raise Invalid(
            "Content-Range 与所传的字节不符。", {"Content-Range": "应为 bytes a-b/total，且与内容长度一致"}
        )
    if _HASH.fullmatch(sha256) is None:
        raise Invalid("缺少这一段的 SHA-256。", {"X-Chunk-SHA256": "应为 64 位小写十六进制"})
    return Part(copy, position, int(match[1]), int(match[3]), sha256, data)


def _answer(state: Any) -> dict[str, Any]:
    return {
        "state": state.state,
        "chunks_missing": state.chunks_missing,
        "complete": state.is_stored,
        "reason": state.reason,
    }


def _refused(photo: Photo) -> dict[str, Any]:
    """A stamped copy that was just refused: its photo has forgotten it."""
    return {"state": "refused", "chunks_missing": [], "complete": False, "reason": photo.refused_reason}
