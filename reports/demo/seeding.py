"""Founding the demo cities, importing their ledgers and making their people: safe to run again at any time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from core.errors import DomainError
from reports.demo.duizhao import make_duizhao
from reports.demo.field_work import make_field_work
from reports.demo.guidance import make_guidance
from reports.demo.mianyang import make_mianyang
from reports.demo.people import (
    DUIZHAO_LOGINS,
    MIANYANG_LOGINS,
    DemoLogin,
    are_all_there,
    known_password,
    make_people,
    new_password,
    write_logins,
)
from reports.demo.rows import Ledger
from reports.demo.workbook import make_workbook
from reports.enums import BatchState
from reports.ledger.batches import import_workbook
from reports.models import ImportBatch
from reports.services.founding import CITIES, found_city
from scoring.services.return_opening import months_to_open, request_opening
from tenancy.models import City
from tenancy.scope import city_scope

Say = Callable[[str], None]

ALL_LOGINS = MIANYANG_LOGINS + DUIZHAO_LOGINS

BY = "演示数据"
LOGINS_FILE = "demo_logins.json"


class DemoRefused(DomainError):
    """Demo data must not go where they were not asked for."""


@dataclass(frozen=True, slots=True)
class DemoCity:
    """What makes one demo city."""

    slug: str
    file_name: str
    make: Callable[[], Ledger]
    logins: tuple[DemoLogin, ...]


DEMO_CITIES = (
    DemoCity("mianyang", "演示台账-绵阳市2023.xlsx", make_mianyang, MIANYANG_LOGINS),
    DemoCity("duizhao", "演示台账-对照市2023.xlsx", make_duizhao, DUIZHAO_LOGINS),
)


def seed_demo(*, at: dt.datetime, say: Say) -> None:
    """Make what is missing of both demo cities. Quick when nothing is.

    Raises DemoRefused where the settings do not allow demo data or a city of that name holds real ones.
    """
    if not settings.ANLAN_DEMO:
        raise DemoRefused("本安装未开启演示模式（ANLAN_DEMO），不能导入演示数据。")
    folder = Path(settings.DATA_DIR)
    path = folder / LOGINS_FILE
    cities = [(demo, _city(demo, at=at, say=say)) for demo in DEMO_CITIES]
    for demo, city in cities:
        _records(demo, city, at=at, say=say)
    password = known_password(path)
    if password is None or not are_all_there(ALL_LOGINS):
        say("正在建立演示账户")
        password = password or new_password()
        for demo, city in cities:
            make_people(city=city, logins=demo.logins, password=password, by=BY, at=at)
        write_logins(path, password, ALL_LOGINS)
    for _, city in cities:
        _open_returns(city, at=at)
    make_guidance(city=cities[0][1], at=at)
    make_field_work(city=cities[0][1], at=at)


def _open_returns(city: City, *, at: dt.datetime) -> None:
    """The month that is being reported now, by the job that beat asks for: nobody waits an hour for a first look."""
    with city_scope(city.id):
        for month in months_to_open(at):
            request_opening(month=month, by=BY, at=at)


def _city(demo: DemoCity, *, at: dt.datetime, say: Say) -> City:
    city = City.objects.filter(slug=demo.slug).first()
    if city is None:
        say(f"正在建立演示城市 {demo.slug}")
        return found_city(description=CITIES / f"{demo.slug}.yaml", by=BY, at=at, is_demo=True)
    if not city.is_demo:
        raise DemoRefused(f"“{city.name}”存有正式数据，不能导入演示数据。")
    return city


def _records(demo: DemoCity, city: City, *, at: dt.datetime, say: Say) -> None:
    with city_scope(city.id):
        if ImportBatch.objects.filter(file_name=demo.file_name, state=BatchState.IMPORTED).exists():
            return
    say(f"正在生成{city.name}的演示台账")
    workbook = make_workbook(demo.make())
    say(f"正在导入{city.name}的演示台账")
    with city_scope(city.id):
        batch = import_workbook(data=workbook, file_name=demo.file_name, dry_run=False, by=BY, at=at)
    if batch.state != BatchState.IMPORTED:
        first = batch.errors[0] if batch.errors else ""
        raise DemoRefused(f"演示台账有{batch.error_count}处错误，未导入。第一处：{first}。")
