"""`load_inspection_items CITY [FILE.yaml] --from …`: the published list of inspection items of a city."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.errors import DomainError
from inspections.services.items import DEFAULT_ITEMS, load_inspection_items
from tenancy.scope import city_scope
from tenancy.selectors import city_by


class Command(BaseCommand):
    """A changed wording replaces the old one from that day on; inspections keep the items that they cited."""

    help = "载入检查事项清单（默认：inspections/data/inspection_items.yaml）。"

    def add_arguments(self, parser: CommandParser) -> None:
        """City, file, and the day of publication."""
        parser.add_argument("city", help="城市标识或代码")
        parser.add_argument("file", type=Path, nargs="?", default=DEFAULT_ITEMS, help="YAML：items 列表")
        parser.add_argument(
            "--from", dest="published_on", required=True, type=dt.date.fromisoformat, help="公布日期"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, or say what is wrong with the file."""
        try:
            with city_scope(city_by(options["city"]).id):
                count = load_inspection_items(
                    text=options["file"].read_text(encoding="utf-8"),
                    published_on=options["published_on"],
                    by="命令行",
                    at=timezone.now(),
                )
        except (DomainError, OSError, UnicodeDecodeError) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"公布检查事项{count}项，{options['published_on']}起施行")
