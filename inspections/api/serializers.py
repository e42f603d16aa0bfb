"""Shapes of the JSON interface: what is checked on the way in, and what the OpenAPI document says of the way out."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class Refusal(serializers.Serializer[Any]):
    """A refusal: `code` for the program, `message` for the person."""

    code = serializers.CharField()
    message = serializers.CharField()


class FieldFault(serializers.Serializer[Any]):
    """What is wrong with one value."""

    path = serializers.CharField()
    message = serializers.CharField()


class RefusalWithFields(Refusal):
    """422: the same content will never be taken."""

    fields = serializers.ListField(child=FieldFault())  # type: ignore[assignment]


class Login(serializers.Serializer[Any]):
    """Name and password."""

    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=200, trim_whitespace=False)


class SessionUser(serializers.Serializer[Any]):
    """Who is signed in, in which role."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    role = serializers.CharField()
    role_label = serializers.CharField()
    jurisdiction = serializers.CharField()
    may_use_field = serializers.BooleanField()
    must_change_password = serializers.BooleanField()


class SessionDevice(serializers.Serializer[Any]):
    """What the tablet is told about itself."""

    id = serializers.UUIDField(allow_null=True)
    name = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(["ACTIVE", "HELD", "REVOKED", "UNKNOWN"])
    reason = serializers.CharField(allow_blank=True)


class Session(serializers.Serializer[Any]):
    """Who am I, which tablet is this, what time is it. `product` tells the real server from a captive portal."""

    product = serializers.CharField()
    user = SessionUser(allow_null=True)
    csrf = serializers.CharField()
    server_time = serializers.DateTimeField()
    time_token = serializers.CharField(allow_blank=True)
    device = SessionDevice()
    min_schema = serializers.IntegerField()
    app_version = serializers.CharField()


class Done(serializers.Serializer[Any]):
    """It was done."""

    ok = serializers.BooleanField()


class Enrolment(serializers.Serializer[Any]):
    """The code from the office page, and how the tablet shall be called."""

    code = serializers.CharField(max_length=20)
    name = serializers.CharField(max_length=60, allow_blank=True, default="")


class Enrolled(serializers.Serializer[Any]):
    """The tablet's identity; the token is told once."""

    device_id = serializers.UUIDField()
    name = serializers.CharField()
    token = serializers.CharField()


class Storage(serializers.Serializer[Any]):
    """Bytes used, and whether the browser promised to keep them."""

    used = serializers.IntegerField(min_value=0, default=0)
    persisted = serializers.BooleanField(default=False)


class DeviceReport(serializers.Serializer[Any]):
    """What the tablet says of itself."""

    waiting_count = serializers.IntegerField(min_value=0, max_value=100_000)
    app_version = serializers.CharField(max_length=40, allow_blank=True)
    storage = Storage(required=False)


class DeviceAnswer(serializers.Serializer[Any]):
    """Its state."""

    state = serializers.CharField()


class Package(serializers.Serializer[Any]):
    """Everything for a day without a network (docs/field-protocol.md)."""

    version = serializers.CharField()
    generated_at = serializers.DateTimeField()
    today = serializers.DateField()
    inspections = serializers.ListField(child=serializers.DictField())
    checklists = serializers.ListField(child=serializers.DictField())
    catalogues = serializers.ListField(child=serializers.DictField())
    people = serializers.ListField(child=serializers.DictField())


class RecordState(serializers.Serializer[Any]):
    """The record of an inspection: values in force, open conflicts, the changes after `since`."""

    record_seq = serializers.IntegerField()
    state = serializers.CharField()
    values = serializers.ListField(child=serializers.DictField())
    conflicts = serializers.ListField(child=serializers.DictField())
    operations = serializers.ListField(child=serializers.DictField())
    missing = serializers.ListField(child=serializers.CharField())


class ReceiptFile(serializers.Serializer[Any]):
    """One file of a submission. state: missing, stored or refused."""

    id = serializers.UUIDField()
    copy = serializers.CharField()
    sha256 = serializers.CharField()
    state = serializers.CharField()
    chunks_missing = serializers.ListField(child=serializers.IntegerField())
    reason = serializers.CharField(allow_blank=True)


class Receipt(serializers.Serializer[Any]):
    """What is here. Only `complete: true` with a file's hash lets the tablet forget that file."""

    number = serializers.CharField()
    submission = serializers.UUIDField()
    sha256 = serializers.CharField()
    received_at = serializers.DateTimeField()
    files = serializers.ListField(child=ReceiptFile())
    complete = serializers.BooleanField()
    signature = serializers.CharField()


class SubmissionAnswer(serializers.Serializer[Any]):
    """The receipt, how far the record is, what a person has to decide."""

    receipt = Receipt()
    record_seq = serializers.IntegerField()
    conflicts = serializers.ListField(child=serializers.DictField())


class StoredSubmission(serializers.Serializer[Any]):
    """The version that is here."""

    id = serializers.UUIDField()
    sha256 = serializers.CharField()
    author = serializers.CharField()
    received_at = serializers.DateTimeField()
    receipt_number = serializers.CharField()
    body = serializers.CharField()


class Differs(Refusal):
    """409: the identifier is known with other bytes."""

    stored = StoredSubmission()
    sent_sha256 = serializers.CharField()


class ReceiptAnswer(serializers.Serializer[Any]):
    """The receipt as it is now."""

    receipt = Receipt()


class CopyAnswer(serializers.Serializer[Any]):
    """One file of a photo."""

    state = serializers.CharField()
    chunks_missing = serializers.ListField(child=serializers.IntegerField())
    complete = serializers.BooleanField()
    reason = serializers.CharField(allow_blank=True)


class PhotoAnswer(serializers.Serializer[Any]):
    """The copies of a photo by name."""

    copies = serializers.DictField(child=CopyAnswer())


class DecisionOperation(serializers.Serializer[Any]):
    """The change that decides."""

    id = serializers.UUIDField()
    path = serializers.CharField(max_length=160)
    value = serializers.JSONField(allow_null=True)
    base = serializers.UUIDField(allow_null=True, required=False)


class Decision(serializers.Serializer[Any]):
    """What shall count."""

    operation = DecisionOperation()
