"""Handing messages to the outside, at most once (ADR 0014).

1. `claim` marks the rows of one letter SENDING and commits.
2. The adapter talks to the network, outside of any transaction.
3. `settle` writes what the other side said.

Whatever dies between 1 and 3 leaves SENDING behind; after `SILENCE` it becomes UNCERTAIN, is shown, and only a person may
send it again. A row goes back to WAITING by itself only when the other side certainly took nothing.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.db.models import F, QuerySet

from core.faultpoint import faultpoint
from core.sealing import SealBroken, unseal
from core.uuid7 import uuid7
from messaging.enums import DispatchState
from messaging.models import Channel, Dispatch, Preference
from messaging.services.adapters import ADAPTERS, ADDRESS, EMAIL, Letter, NotConfirmed, NotDelivered
from tenancy.scope import city_scope, current_scope

logger = logging.getLogger(__name__)

SILENCE = dt.timedelta(minutes=10)
"""How long a letter may be under way before nobody is believed to carry it any more."""
BACKOFF = dt.timedelta(minutes=5)
MAX_ATTEMPTS = 5
LETTERS_PER_RUN = 200
LINES_PER_LETTER = 50

Clock = Callable[[], dt.datetime]


@dataclass(frozen=True, slots=True)
class Parcel:
    """One letter under way: its rows carry the same number."""

    number: uuid.UUID
    adapter: str
    letter: Letter


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a letter."""

    state: str
    error: str = ""


def deliver_waiting(*, city_id: uuid.UUID, clock: Clock) -> int:
    """Send what is due in one city; returns how many letters were handed over. Outside of any transaction."""
    handed = 0
    with city_scope(city_id):
        give_up_on_silent(at=clock())
    for _ in range(LETTERS_PER_RUN):
        with city_scope(city_id):
            parcel = claim(at=clock())
        if parcel is None:
            return handed
        faultpoint("messaging.claimed")
        outcome = _hand_over(parcel)
        faultpoint("messaging.handed_over")
        with city_scope(city_id):
            settle(parcel=parcel.number, outcome=outcome, at=clock())
        handed += outcome.state == DispatchState.SENT
    return handed


def _hand_over(parcel: Parcel) -> Outcome:
    try:
        ADAPTERS[parcel.adapter](parcel.letter)
    except NotDelivered as refusal:
        state = DispatchState.WAITING if refusal.can_retry else DispatchState.FAILED
        return Outcome(state, str(refusal))
    except NotConfirmed as doubt:
        return Outcome(DispatchState.UNCERTAIN, str(doubt))
    except Exception as fault:
        # An unknown fault says nothing about what the other side has.
        logger.exception("letter %s: the adapter %s failed", parcel.number, parcel.adapter)
        return Outcome(DispatchState.UNCERTAIN, f"发送程序出错：{type(fault).__name__}")
    return Outcome(DispatchState.SENT)


def claim(*, at: dt.datetime) -> Parcel | None:
    """Take the next letter that is due: everything waiting for the same person (or group). None when nothing is due.

    The caller's transaction must commit before the network is touched.
    """
    _one_at_a_time()
    waiting = Dispatch.objects.filter(state=DispatchState.WAITING, due_at__lte=at)
    while (first := waiting.order_by("due_at", "id").first()) is not None:
        rows = _for_the_same(first, waiting)
        try:
            address, adapter = _address_of(first)
        except SealBroken as broken:
            # A lost key must not hold up the others.
            _end(rows, DispatchState.FAILED, str(broken))
            continue
        if address:
            return _under_way(rows, address, adapter, at)
        _end(rows, DispatchState.SKIPPED, "发送前已被关闭")
    return None


def _for_the_same(first: Dispatch, waiting: QuerySet[Dispatch]) -> list[Dispatch]:
    """Everything that is due to the same person or group: one letter."""
    if first.channel_id is None:
        same = waiting.filter(channel=None, recipient_id=first.recipient_id)
    else:
        same = waiting.filter(channel=first.channel_id)
    return list(same.select_related("message").order_by("created_at", "id")[:LINES_PER_LETTER])


def _under_way(rows: list[Dispatch], address: str, adapter: str, at: dt.datetime) -> Parcel:
    number = uuid7()
    Dispatch.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=DispatchState.SENDING, parcel=number, claimed_at=at, attempts=F("attempts") + 1, error=""
    )
    return Parcel(number, adapter, _letter(address, rows, is_group=adapter != EMAIL))


def _one_at_a_time() -> None:
    """Twenty workers may claim at once; one after the other, so that a person's digest stays one letter."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 14))", [f"messaging {current_scope().city_id}"]
        )


def _address_of(row: Dispatch) -> tuple[str, str]:
    """(address in clear, adapter); no address when the account, the mail or the channel was switched off meanwhile."""
    if row.channel_id is not None:
        channel = Channel.objects.get(pk=row.channel_id)
        return (unseal(channel.address_sealed, purpose=ADDRESS) if channel.is_on else "", channel.kind)
    wishes = Preference.objects.filter(user=row.recipient_id, is_email_on=True, user__is_active=True)
    wish = wishes.first()
    return (wish.email if wish is not None else "", EMAIL)


def _end(rows: list[Dispatch], state: DispatchState, error: str) -> None:
    Dispatch.objects.filter(pk__in=[row.pk for row in rows]).update(state=state, error=error)


def _letter(address: str, rows: list[Dispatch], *, is_group: bool) -> Letter:
    """A person reads everything; a group reads titles only, the substance stays behind the log-in."""
    titles = [row.message.title for row in rows]
    subject = titles[0] if len(titles) == 1 else f"您有{len(titles)}条消息"
    if is_group:
        lines = [*titles, "详情请登录安澜系统查看。"]
    else:
        lines = [
            line for row in rows for line in (row.message.title, row.message.text, _link(row.message.url), "")
        ]
        lines += ["本邮件由安澜系统自动发出，请勿回复。接收方式可在“消息 → 接收设置”中修改。"]
    return Letter(address, f"【安澜】{subject}", "\n".join(lines))


def _link(path: str) -> str:
    return f"{settings.ANLAN_SITE_URL}{path}" if path and settings.ANLAN_SITE_URL else ""


def settle(*, parcel: uuid.UUID, outcome: Outcome, at: dt.datetime) -> int:
    """Write what became of a letter; returns the number of its rows. A late yes also ends "perhaps sent"."""
    rows = Dispatch.objects.filter(parcel=parcel, state__in=[DispatchState.SENDING, DispatchState.UNCERTAIN])
    if outcome.state == DispatchState.SENT:
        return rows.update(state=DispatchState.SENT, sent_at=at, error="")
    if outcome.state != DispatchState.WAITING:
        return rows.update(state=outcome.state, error=outcome.error)
    tired = rows.filter(attempts__gte=MAX_ATTEMPTS).update(state=DispatchState.FAILED, error=outcome.error)
    again = list(rows.select_for_update())
    for row in again:
        row.state, row.error = DispatchState.WAITING, outcome.error
        row.due_at = at + BACKOFF * row.attempts
    Dispatch.objects.bulk_update(again, ["state", "error", "due_at"])
    return tired + len(again)


def give_up_on_silent(*, at: dt.datetime) -> int:
    """Letters whose carrier vanished: perhaps sent, never sent again by itself. Returns the number of rows."""
    return Dispatch.objects.filter(state=DispatchState.SENDING, claimed_at__lt=at - SILENCE).update(
        state=DispatchState.UNCERTAIN, error="发送过程中断，对方可能已收到"
    )
