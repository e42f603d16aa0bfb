"""整改通知书: issued by the signature of its document."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction

from audit.services import record
from core.errors import DomainError
from core.services import database_calendar
from enforcement.enums import NoticeState
from enforcement.models import RectificationNotice
from enforcement.selectors.terms import rectification_due
from inspections.services.findings import notify_findings


class NoticeRefused(DomainError):
    """The notice cannot be issued as it stands."""


@transaction.atomic
def issue_notice(
    *, notice_id: uuid.UUID, number: str, issued_on: dt.date, due_on: dt.date, by: Any, at: dt.datetime
) -> RectificationNotice:
    """Draft or review → signed, under the number of its document; its findings are notified with their terms.

    due_on: the last term of its findings, from the document's facts. A finding without a term of its own gets the one
    that its severity sets from the day of issue.
    """
    notice = RectificationNotice.objects.select_for_update(of=("self",)).get(pk=notice_id)
    if notice.state not in {NoticeState.DRAFT, NoticeState.REVIEW}:
        raise NoticeRefused("该整改通知书已经签发，不能再次签发；请刷新页面查看现状。")
    if due_on < issued_on:
        raise NoticeRefused("整改期限早于签发日期，请先调整各问题的整改期限，再重新起草公文。")
    before = {"number": notice.number, "state": notice.state}
    notice.number = number
    notice.state = NoticeState.SIGNED
    notice.issued_on = issued_on
    notice.due_on = due_on
    notice.save(update_fields=["number", "state", "issued_on", "due_on"])
    calendar = database_calendar()
    severities = dict(notice.items.values_list("finding_id", "finding__severity"))
    notify_findings(
        finding_ids=list(severities),
        due_on=due_on,
        terms={key: rectification_due(value, issued_on, calendar) for key, value in severities.items()},
        by=by,
        at=at,
    )
    record(
        action="enforcement.notice.issue",
        subject=notice,
        by=by,
        at=at,
        before=before,
        after={"number": number, "issued_on": issued_on, "due_on": due_on},
    )
    return notice
