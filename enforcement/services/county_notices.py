"""县级整改通知书: a county issues on its own paper, under its own number; here its issue is registered and takes effect."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from core import display
from core.services import database_calendar
from enforcement.enums import NoticeState
from enforcement.models import RectificationNotice
from enforcement.selectors.terms import rectification_due
from enforcement.services.notices import NoticeRefused, issue_notice
from inspections.enums import OrganizerLevel
from inspections.services.acting import acting_level


@transaction.atomic
def register_county_notice(
    *, notice_id: uuid.UUID, number: str, issued_on: dt.date, by: Any, at: dt.datetime
) -> RectificationNotice:
    """Draft → signed under the county's own number (E3); every finding gets the term of its severity from that day.

    Raises NoticeRefused: not the county's draft, a number that is taken, a day before the findings or in the future.
    """
    notice = RectificationNotice.objects.select_for_update(of=("self",)).get(pk=notice_id)
    if notice.organizer_level != OrganizerLevel.COUNTY or acting_level() != OrganizerLevel.COUNTY:
        raise NoticeRefused("市级整改通知书由公文签发；这里只登记县级自行签发的通知书。")
    if notice.state != NoticeState.DRAFT:
        raise NoticeRefused("该整改通知书已经登记签发，不能再次登记；请刷新页面查看。")
    number = number.strip()
    if not number:
        raise NoticeRefused("请填写通知书文号。")
    if RectificationNotice.objects.filter(number=number).exclude(pk=notice.pk).exists():
        raise NoticeRefused(f"文号“{number}”已用于另一份整改通知书，请核对。")
    first_possible, due_on = _days(notice, issued_on)
    if not first_possible <= issued_on <= timezone.localdate(at):
        raise NoticeRefused(f"签发日期应在发现问题的{display.day(first_possible)}与今天之间，请核对。")
    return issue_notice(notice_id=notice.pk, number=number, issued_on=issued_on, due_on=due_on, by=by, at=at)


def _days(notice: RectificationNotice, issued_on: dt.date) -> tuple[dt.date, dt.date]:
    """(the day that the last of its problems was found, the last term)."""
    found = list(notice.items.values_list("finding__found_on", "finding__severity"))
    if found:
        calendar = database_calendar()
        due_on = max(rectification_due(severity, issued_on, calendar) for _, severity in found)
        return max(day for day, _ in found), due_on
    if notice.bidding_check is not None and notice.due_on is not None:
        return notice.bidding_check.checked_on, notice.due_on
    raise NoticeRefused("通知书没有列入问题，不能登记签发。")
