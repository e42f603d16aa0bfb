"""`verify_audit [CITY …]`: walk the trail's chain and print the first broken place."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.services import head, verify_chain
from core.errors import DomainError
from tenancy.models import City
from tenancy.scope import city_scope
from tenancy.selectors import city_by


class Command(BaseCommand):
    """Exit status 1 when any chain is broken."""

    help = "校验审计日志链，指出第一处断裂。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Cities by slug or code; none means all."""
        parser.add_argument("city", nargs="*", help="城市标识或代码，缺省为全部城市")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify each city's chain."""
        try:
            cities = [city_by(mark) for mark in options["city"]] or list(City.objects.all())
        except DomainError as error:
            raise CommandError(str(error)) from error
        verdicts = [self._verify(city) for city in cities]  # every chain is walked and printed
        if not all(verdicts):
            sys.exit(1)

    def _verify(self, city: City) -> bool:
        with city_scope(city.id):
            count, broken = verify_chain(city.id)
            seq, digest = head(city.id)
        if broken is None:
            self.stdout.write(f"{city.name}：{count}条，链完整，末条第{seq}号，摘要{digest}")
            return True
        self.stdout.write(f"{city.name}：第{broken.seq}号断裂（{broken.reason}），此前{count}条完整")
        return False
