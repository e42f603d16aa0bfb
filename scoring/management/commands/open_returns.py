"""`manage.py open_returns CITY YYYY-MM`: open a month's returns without waiting for the clock."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.errors import DomainError
from core.month import ReportingMonth
from scoring.services.return_opening import open_month
from tenancy.scope import city_scope
from tenancy.selectors import city_by

OPERATOR = "运维命令"


class Command(BaseCommand):
    """Opens what is missing and prints one JSON line; what is open stays as it is."""

    help = "开放某月的县级月报：结转上月内容。已开放的不变。城市用标识或行政区划代码。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """City, month."""
        parser.add_argument("city", metavar="CITY")
        parser.add_argument("month", metavar="YYYY-MM")

    def handle(self, *args: Any, **options: Any) -> None:
        """Open and say for which counties."""
        at = timezone.now()
        try:
            city = city_by(options["city"])
            month = ReportingMonth.parse(options["month"])
            if month >= ReportingMonth.of(at):
                raise DomainError(f"{month.label}尚未结束，次月第1日起才能开放月报。")
            with city_scope(city.id):
                opened = open_month(month=month, by=OPERATOR, at=at)
                names = [row.jurisdiction.short_name for row in opened]
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(json.dumps({"month": str(month), "opened": names}, ensure_ascii=False))
