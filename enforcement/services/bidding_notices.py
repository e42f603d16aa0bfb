"""整改通知书 that follows from a bidding check."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction

from core.uuid7 import uuid7
from enforcement.enums import NoticeState, NoticeSubject
from enforcement.models import RectificationNotice
from enforcement.services.notices import NoticeRefused
from inspections.models import BiddingCheck
from inspections.services.acting import acting_level
from inspections.services.check_writing import create, locked
from projects.models import Organization


@transaction.atomic
def draft_bidding_notice(
    *, check_id: uuid.UUID, addressee: Organization, due_on: dt.date, by: Any, at: dt.datetime
) -> RectificationNotice:
    """A draft for the check's problem, with its term; the level that drafts it issues it. One that is not revoked is enough.

    Raises NoticeRefused.
    """
    check = locked(BiddingCheck, check_id)
    if not check.has_problem:
        raise NoticeRefused("这次核查没有发现问题，不需要下达整改通知书。")
    if check.notices.exclude(state=NoticeState.REVOKED).exists():
        raise NoticeRefused("这次核查已经起草整改通知书，请在那份通知书上办理。")
    if due_on < check.checked_on:
        raise NoticeRefused("整改期限不能早于核查日期，请核对日期。")
    key = uuid7()
    notice = RectificationNotice(
        id=key,
        city_id=check.city_id,
        jurisdiction_id=check.jurisdiction_id,
        project_id=check.project_id,
        addressee=addressee,
        bidding_check=check,
        number=f"拟稿-{check.number[:40]}-{key.hex[-6:].upper()}",
        subject=NoticeSubject.BIDDING,
        organizer_level=acting_level(),
        state=NoticeState.DRAFT,
        due_on=due_on,
    )
    return create(notice, "enforcement.notice.draft", by, at, addressee=addressee, check=check.number)
