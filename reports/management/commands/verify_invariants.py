"""`verify_invariants [CITY …]`: everything that must always hold; all zero, or exit status 1."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.errors import DomainError
from reports.selectors.invariants import CITY_INVARIANTS, long_transactions, sessions_of_disabled_users
from tenancy.models import City
from tenancy.scope import city_scope
from tenancy.selectors import city_by

_SHOWN = 5


class Command(BaseCommand):
    """One JSON line per invariant and city, with the first breaking records."""

    help = "核对不变量，每项输出一行JSON（broken应为0）；有任何一项不为0时以状态1退出。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Cities by slug or code; none means all."""
        parser.add_argument("city", nargs="*", help="城市标识或代码，缺省为全部城市")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check every city, then the installation."""
        at = timezone.now()
        try:
            cities = [city_by(mark) for mark in options["city"]] or list(City.objects.all())
        except DomainError as error:
            raise CommandError(str(error)) from error
        broken = sum(self._city(city, at) for city in cities)
        broken += self._line(
            "", "sessions_of_disabled_users", "停用账户没有会话", sessions_of_disabled_users(at)
        )
        broken += self._line("", "transactions_open_too_long", "没有超过60秒的事务", long_transactions())
        if broken:
            sys.exit(1)

    def _city(self, city: City, at: dt.datetime) -> int:
        broken = 0
        for invariant in CITY_INVARIANTS:
            with city_scope(city.id):
                found = list(invariant.check(city, at))
            broken += self._line(city.slug, invariant.name, invariant.meaning, found)
        return broken

    def _line(self, city: str, name: str, meaning: str, found: Iterable[str]) -> int:
        records = list(found)
        line: dict[str, Any] = {"invariant": name, "city": city, "broken": len(records), "meaning": meaning}
        if records:
            line["first"] = records[:_SHOWN]
        self.stdout.write(json.dumps(line, ensure_ascii=False))
        return len(records)
