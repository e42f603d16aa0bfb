"""The days on which the office of the demo city did its work: counted in working days back from today."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import RoleAssignment, User
from core.month import SHANGHAI
from core.workdays import Calendar
from tenancy.models import City, Jurisdiction

MARK = "（演示）"


@dataclass(frozen=True, slots=True)
class Past:
    """The demo city, its bureau and the county that plays along, as of a moment."""

    city: City
    bureau: Jurisdiction
    county: Jurisdiction
    now: dt.datetime

    def day(self, workdays_ago: int) -> dt.date:
        """The working day so many working days before today; 0 is today, a day off or not."""
        found, calendar = timezone.localdate(self.now), Calendar.shipped()
        while workdays_ago:
            found -= dt.timedelta(days=1)
            workdays_ago -= calendar.is_workday(found)
        return found

    def at(self, workdays_ago: int, hour: int = 9, minute: int = 0) -> dt.datetime:
        """A moment of that day, Shanghai time; never one that has not come."""
        moment = dt.datetime.combine(self.day(workdays_ago), dt.time(hour, minute), tzinfo=SHANGHAI)
        return min(moment, self.now)


def user(username: str) -> User:
    """The account of a demo login."""
    return User.objects.get(username=username)


def roles_of(person: User) -> list[RoleAssignment]:
    """What the person acts as."""
    return list(RoleAssignment.objects.filter(user=person, ended_at__isnull=True))
