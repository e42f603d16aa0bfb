"""`load_rubric CITY FILE.yaml YYYY-MM`: a rubric that scores months from then on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from core.month import ReportingMonth
from scoring.services.rubrics import load_rubric
from tenancy.management.city_command import CityCommand


class Command(CityCommand):
    """Refused when a month from then on was closed already; a bad rubric is named to its place."""

    help = "载入新版评分细则，自某月起施行。"

    def add_arguments(self, parser: CommandParser) -> None:
        """City, file, first month."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, help="评分细则（YAML）")
        parser.add_argument("month", help="施行月份，如 2026-01")

    def work(self, **options: Any) -> None:
        """Load the rubric."""
        version = load_rubric(
            text=options["file"].read_text(encoding="utf-8"),
            effective_from=ReportingMonth.parse(options["month"]),
            by="命令行",
            at=timezone.now(),
        )
        self.stdout.write(f"{version}自{options['month']}起施行，摘要{version.sha256}")
