"""A submission as it is sent, by a tablet or within a bundle: checked for form here, for sense by the record's rules."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rest_framework import serializers

from core.safe_json import parse
from inspections.rules.declared_exif import declared_facts
from inspections.rules.merge import Operation
from inspections.services.photos import MAX_BYTES, Declared
from inspections.services.record import BadSubmission, IncomingSubmission

MAX_PHOTOS = 200
_HEX = r"^[0-9a-f]{64}$"
_DECIMAL = r"^-?\d{1,6}(\.\d{1,8})?$"
_YEARS = range(1970, 2200)
"""A tablet whose battery was empty says 1970 and is heard; other years no clock shows, and a sum with them may overflow."""
_CLOCK_OFFSET_MS = 2**42  # 139 years


class MomentIn(serializers.DateTimeField):
    """What a tablet's clock showed, right or wrong."""

    def to_internal_value(self, value: Any) -> dt.datetime:
        """The moment. Raises ValidationError for a year that no clock shows."""
        moment = super().to_internal_value(value)
        if moment.year not in _YEARS:
            raise serializers.ValidationError("时间的年份不对，请核对平板的日期后重新保存。")
        return moment


class OperationIn(serializers.Serializer[Any]):
    """One change of one value; base: the change that its author had seen in force."""

    id = serializers.UUIDField()
    path = serializers.CharField(max_length=160)
    value = serializers.JSONField(allow_null=True)
    base = serializers.UUIDField(allow_null=True, required=False, default=None)


class StampedIn(serializers.Serializer[Any]):
    """The copy with time, place, project and inspector written into it."""

    sha256 = serializers.RegexField(_HEX)
    byte_count = serializers.IntegerField(min_value=1, max_value=MAX_BYTES)


class PositionIn(serializers.Serializer[Any]):
    """WGS-84 degrees and metres, as decimal texts."""

    lat = serializers.RegexField(_DECIMAL)
    lon = serializers.RegexField(_DECIMAL)
    accuracy = serializers.RegexField(_DECIMAL, allow_null=True, required=False, default=None)


class PhotoIn(serializers.Serializer[Any]):
    """One photo of the manifest: identity and hashes were made at capture."""

    id = serializers.UUIDField()
    finding = serializers.UUIDField(allow_null=True, required=False, default=None)
    sha256 = serializers.RegexField(_HEX)
    byte_count = serializers.IntegerField(min_value=1, max_value=MAX_BYTES)
    stamped = StampedIn(allow_null=True, required=False, default=None)
    taken_at = MomentIn()
    time_token = serializers.CharField(
        allow_blank=True, allow_null=True, required=False, default="", max_length=200
    )
    position = PositionIn(allow_null=True, required=False, default=None)
    exif = serializers.DictField(allow_null=True, required=False, default=None)
    title = serializers.CharField(allow_blank=True, required=False, default="", max_length=200)


class SubmissionIn(serializers.Serializer[Any]):
    """One sending of a tablet."""

    id = serializers.UUIDField()
    inspection = serializers.UUIDField()
    schema = serializers.IntegerField(min_value=1, max_value=1000)
    app_version = serializers.CharField(max_length=40, allow_blank=True)
    device_at = MomentIn()
    clock_offset_ms = serializers.IntegerField(
        allow_null=True,
        required=False,
        default=None,
        min_value=-_CLOCK_OFFSET_MS,
        max_value=_CLOCK_OFFSET_MS,
    )
    author = serializers.UUIDField(allow_null=True, required=False, default=None)
    operations = OperationIn(many=True)
    photos = PhotoIn(many=True, required=False, default=list)


@dataclass(frozen=True)
class Sent:
    """A submission that is well formed. author: who says to have written it; None when the sender does not say."""

    incoming: IncomingSubmission
    photos: tuple[Declared, ...]
    author: uuid.UUID | None


def read_submission(raw: bytes, *, key: uuid.UUID | None = None) -> Sent:
    """The submission in these exact bytes; key: the identifier in the address, which must be the same.

    Raises BadJson, BadSubmission.
    """
    data = parse(raw)
    if not isinstance(data, dict):
        raise BadSubmission({"": "应为 JSON 对象"})
    try:
        given = _form().run_validation(data)
    except serializers.ValidationError as fault:
        raise BadSubmission(flat_errors(fault.detail)) from fault
    if key is not None and given["id"] != key:
        raise BadSubmission({"id": "内容里的编号与地址里的编号不同。"})
    if len(given["photos"]) > MAX_PHOTOS:
        raise BadSubmission({"photos": f"一次最多登记 {MAX_PHOTOS} 张照片。"})
    incoming = IncomingSubmission(
        id=given["id"],
        inspection_id=given["inspection"],
        schema=given["schema"],
        app_version=given["app_version"],
        device_at=given["device_at"],
        clock_offset_ms=given["clock_offset_ms"],
        body=raw.decode(),
        operations=tuple(Operation(**operation) for operation in given["operations"]),
        photos=tuple(data.get("photos") or ()),
    )
    return Sent(incoming, tuple(_declared(photo) for photo in given["photos"]), given["author"])


_forms = threading.local()


def _form() -> SubmissionIn:
    """Kept for the thread: to make the fields anew for each body costs more than all that they then check."""
    if not hasattr(_forms, "submission"):
        _forms.submission = SubmissionIn()
    form: SubmissionIn = _forms.submission
    return form


def _declared(given: Mapping[str, Any]) -> Declared:
    stamped = given["stamped"] or {}
    position = given["position"] or {}
    return Declared(
        id=given["id"],
        finding=given["finding"],
        sha256=given["sha256"],
        byte_count=given["byte_count"],
        taken_at=given["taken_at"],
        time_token=given["time_token"] or "",
        title=given["title"],
        stamped_sha256=stamped.get("sha256", ""),
        stamped_byte_count=stamped.get("byte_count"),
        position=position,
        exif=declared_facts(given["exif"] or {}),
    )


def flat_errors(errors: Any, path: str = "") -> dict[str, str]:
    """Nested errors of a serializer as `operations/3/path` → sentence."""
    if isinstance(errors, Mapping):
        parts = errors.items()
    elif isinstance(errors, list) and errors and not isinstance(errors[0], str):
        parts = {str(index): inner for index, inner in enumerate(errors)}.items()
    else:
        return {path: "；".join(str(message) for message in errors)}
    found: dict[str, str] = {}
    for name, inner in parts:
        found |= flat_errors(inner, f"{path}/{name}".strip("/"))
    return found
