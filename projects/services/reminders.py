"""催报: the ladder that runs by itself, and the clerk's reminder by hand. A submitted return stops both."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from audit.services import record
from core import display
from core.errors import DomainError
from core.month import SHANGHAI, ReportingMonth
from core.workdays import Calendar
from messaging.enums import MessageKind
from messaging.services import people_by_county, people_with, send
from projects.enums import ReturnState
from projects.models import MonthlyReturn
from projects.rules.reminders import SUPERIOR, step_on
from tenancy.models import Jurisdiction

FILERS = (Role.COUNTY_REPORTER, Role.COUNTY_REVIEWER)


class NothingToRemindOf(DomainError):
    """The return is with the bureau already, or the county was reminded today."""


@dataclass(frozen=True, slots=True)
class _Ladder:
    """One run: the month, its due day, the step and the day it is run on."""

    month: ReportingMonth
    due_on: dt.date
    step: int
    today: dt.date
    calendar: Calendar

    @property
    def opens_on(self) -> dt.date:
        return self.month.next().first


@transaction.atomic
def remind_due_returns(
    *, month: ReportingMonth, due_on: dt.date, calendar: Calendar, by: Any, at: dt.datetime
) -> int:
    """Send the newest step of the ladder to every county whose return of the month is not submitted.

    Idempotent: county and step are in the key of the message, so a second run tells nobody again, and a run that comes
    late sends only the step that the day has reached. Returns how many people were told.
    """
    today = at.astimezone(SHANGHAI).date()
    step = step_on(today, due_on, calendar)
    if step is None:
        return 0
    ladder = _Ladder(month, due_on, step, today, calendar)
    returns = {row.jurisdiction_id: row for row in MonthlyReturn.objects.filter(month=month.first)}
    filers = people_by_county(FILERS)
    told = 0
    for county in Jurisdiction.objects.counties().filter(is_active=True):
        return_ = returns.get(county.pk)
        if _is_owed(ladder, return_):
            told += _remind(ladder, county, return_, filers, by, at)
    return told


def _is_owed(ladder: _Ladder, return_: MonthlyReturn | None) -> bool:
    """Not submitted. A month that never opened here (before the city used the system) is asked of nobody."""
    if return_ is None:
        return ladder.today < ladder.opens_on
    return return_.first_submitted_at is None


def _remind(
    ladder: _Ladder,
    county: Jurisdiction,
    return_: MonthlyReturn | None,
    filers: Mapping[uuid.UUID, Iterable[User]],
    by: Any,
    at: dt.datetime,
) -> int:
    key = f"return-due:{ladder.month}:{county.code}:T{ladder.step:+d}"
    title, text = _words(ladder, county, return_)
    own_page = reverse("returns:return-detail", args=[return_.pk]) if return_ is not None else ""
    told = _send(key, filers.get(county.pk, []), title, text, own_page, by, at)
    if ladder.step >= SUPERIOR:
        desk = reverse("returns:desk-return", args=[return_.pk]) if return_ is not None else ""
        told += _send(key, people_with([Role.BUREAU_CHIEF]), title, text, desk, by, at)
    return told


def _send(key: str, people: Iterable[User], title: str, text: str, url: str, by: Any, at: dt.datetime) -> int:
    return send(
        key=key,
        recipients=people,
        title=title,
        text=text,
        url=url,
        kind=MessageKind.RETURN_DUE,
        at=at,
        by=by,
    )


def _words(ladder: _Ladder, county: Jurisdiction, return_: MonthlyReturn | None) -> tuple[str, str]:
    what = f"{county.short_name}{ladder.month.label}月报"
    day = display.day(ladder.due_on)
    left = ladder.calendar.workdays_between(ladder.today, ladder.due_on)
    if left < 0:
        return f"{what}已逾期{-left}个工作日", f"报送期限为{day}，至今没有报送。{_next_hand(return_)}"
    if left == 0:
        return f"{what}今日到期", f"报送期限为今天（{day}）。{_next_hand(return_)}"
    title = f"{what}还有{left}个工作日到期"
    if ladder.today < ladder.opens_on:
        return (
            title,
            f"月报将于{display.day(ladder.opens_on)}开放填报，报送期限为{day}，请提前准备数据和材料。",
        )
    return title, f"报送期限为{day}。{_next_hand(return_)}"


def _next_hand(return_: MonthlyReturn | None) -> str:
    """Who has to act now."""
    if return_ is not None and return_.handed_over_at is not None:
        return "填报人已送审，请审核人审核并报送。"
    return "请填报人抓紧填报并送审。"


@transaction.atomic
def remind_county(*, return_id: uuid.UUID, by: User, at: dt.datetime) -> int:
    """The clerk's reminder by hand, once per day and county; returns how many people were told.

    Raises NothingToRemindOf when the return is with the bureau, when the county was reminded today, or when nobody
    there can be told.
    """
    return_ = MonthlyReturn.objects.select_related("jurisdiction").get(pk=return_id)
    what = f"{return_.jurisdiction.short_name}{ReportingMonth.from_first_day(return_.month).label}月报"
    if return_.state not in {ReturnState.DRAFT, ReturnState.RETURNED}:
        raise NothingToRemindOf(f"{what}当前为“{return_.get_state_display()}”，不需要催报。")
    people = people_with(FILERS, jurisdiction_id=return_.jurisdiction_id)
    if not people:
        raise NothingToRemindOf(
            f"{return_.jurisdiction.short_name}没有填报员和审核人账户，请先由管理员设置。"
        )
    today = at.astimezone(SHANGHAI).date()
    is_returned = return_.state == ReturnState.RETURNED
    text = "已退回补正，请改正后尽快重新报送。" if is_returned else _next_hand(return_)
    told = _send(
        f"return-dunned:{return_.pk}:{today}",
        people,
        f"市局催报：{what}",
        f"{text}报送期限为{display.day(return_.due_on)}。" if return_.due_on else text,
        reverse("returns:return-detail", args=[return_.pk]),
        by,
        at,
    )
    if not told:
        raise NothingToRemindOf(f"今天已经催报过{return_.jurisdiction.short_name}，请明天再催或电话联系。")
    record(action="projects.return.remind", subject=return_, by=by, at=at, after={"people": told})
    return told
