"""`load_inspection_items CITY [FILE.yaml] --from …`: the published list of inspection items of a city."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from inspections.services.items import DEFAULT_ITEMS, load_inspection_items
from tenancy.management.city_command import CityCommand


class Command(CityCommand):
    """A changed wording replaces the old one from that day on; inspections keep the items that they cited."""

    help = "载入检查事项清单（默认：inspections/data/inspection_items.yaml）。"

    def add_arguments(self, parser: CommandParser) -> None:
        """City, file, and the day of publication."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, nargs="?", default=DEFAULT_ITEMS, help="YAML：items 列表")
        parser.add_argument(
            "--from", dest="published_on", required=True, type=dt.date.fromisoformat, help="公布日期"
        )

    def work(self, **options: Any) -> None:
        """Load the items."""
        count = load_inspection_items(
            text=options["file"].read_text(encoding="utf-8"),
            published_on=options["published_on"],
            by="命令行",
            at=timezone.now(),
        )
        self.stdout.write(f"公布检查事项{count}项，{options['published_on']}起施行")
