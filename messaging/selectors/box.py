"""What a person reads, and what the bureau sees of the delivery."""

from __future__ import annotations

import uuid

from django.db.models import BooleanField, Case, Prefetch, QuerySet, Value, When

from messaging.models import Channel, Dispatch, Message


def unread_count(user_id: uuid.UUID) -> int:
    """The number on the bell: one query on an index of unread messages."""
    return Message.objects.filter(recipient_id=user_id, read_at__isnull=True).count()


def own_messages(user_id: uuid.UUID) -> QuerySet[Message]:
    """The person's messages in this city with `is_unread` to sort by, and what became of their e-mails."""
    is_unread = Case(
        When(read_at__isnull=True, then=Value(True)), default=Value(False), output_field=BooleanField()
    )
    mails = Prefetch("dispatches", queryset=Dispatch.objects.filter(recipient_id=user_id), to_attr="mails")
    return Message.objects.filter(recipient_id=user_id).annotate(is_unread=is_unread).prefetch_related(mails)


def channels() -> QuerySet[Channel]:
    """The city's channels; the sealed addresses stay in the database."""
    return Channel.objects.defer("address_sealed")


def dispatches() -> QuerySet[Dispatch]:
    """Delivery of all messages of the city: who, which kind, by which way, what became of it. Never the text."""
    return Dispatch.objects.select_related("recipient", "channel").defer("channel__address_sealed")
