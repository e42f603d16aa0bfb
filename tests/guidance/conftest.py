"""The people of the stories, on a day that the story chooses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from tenancy.models import City
from tests import factories
from tests.cast import client_of, county, person

PDF = b"%PDF-1.7 self-check"


def moment(text: str) -> dt.datetime:
    """“2023-08-28” → nine in the morning of that day."""
    return dt.datetime.fromisoformat(f"{text}T09:00:00").replace(tzinfo=factories.SHANGHAI)


def pdf(name: str = "自查报告.pdf", data: bytes = PDF) -> SimpleUploadedFile:
    """An upload."""
    return SimpleUploadedFile(name, data, content_type="application/pdf")


class Cast:
    """A bureau, a county and its neighbour; `on` opens a day."""

    def __init__(self, city: City) -> None:
        self.city = city
        with time_machine.travel(moment("2023-01-04"), tick=False):
            self.chief = person(city, Role.BUREAU_CHIEF, name="周科长")
            self.supervisor = person(city, Role.BUREAU_SUPERVISOR, name="吴监督")
            self.legal = person(city, Role.BUREAU_LEGAL)
            self.leader = person(city, Role.BUREAU_LEADER)
            self.reporter = person(city, Role.COUNTY_REPORTER, name="北川填报")
            self.reviewer = person(city, Role.COUNTY_REVIEWER)
            self.neighbour = person(city, Role.COUNTY_REPORTER, where="三台县")
        self.here = county(city)
        self._day: Any = None

    def on(self, day: str) -> None:
        """From now on it is nine o'clock of this day."""
        self.leave()
        self._day = time_machine.travel(moment(day), tick=False)
        self._day.start()

    def leave(self) -> None:
        """Back to today."""
        if self._day is not None:
            self._day.stop()
            self._day = None

    def as_(self, user: User) -> Client:
        """Signed in today; a password of half a year ago would have to be changed first."""
        User.objects.filter(pk=user.pk).update(password_changed_at=None)
        return client_of(user)


@pytest.fixture
def cast(city: City, settings: Any, tmp_path: Path) -> Iterator[Cast]:
    settings.MEDIA_ROOT = tmp_path
    people = Cast(city)
    yield people
    people.leave()


Post = Callable[..., Any]


def posted(client: Client, url: str, **data: Any) -> str:
    """POST that goes through: follow and give the page's text."""
    answer = client.post(url, data, follow=True)
    assert answer.redirect_chain, answer.text
    assert answer.status_code == 200
    return str(answer.text)


def refused(client: Client, url: str, **data: Any) -> str:
    """POST that is refused with a sentence on the same page."""
    answer = client.post(url, data)
    assert answer.status_code == 422, answer.status_code
    return str(answer.text)
