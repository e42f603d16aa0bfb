"""`load_reference_data`: write the shipped calendar and legal instruments again (after an update of their files)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from core.services import load_calendar, load_legal_instruments


class Command(BaseCommand):
    """Shared by all cities. A new holiday notice or legal instrument is a line in core/data/*.csv."""

    help = "重新载入工作日历和法规依据。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Another list of instruments may be named."""
        parser.add_argument("--legal", type=Path, help="法规依据CSV，缺省为随系统提供的清单")

    def handle(self, *args: Any, **options: Any) -> None:
        """All or nothing."""
        with transaction.atomic():
            days = load_calendar()
            rows = load_legal_instruments(options["legal"]) if options["legal"] else load_legal_instruments()
        self.stdout.write(f"工作日历{days}天，法规依据{rows}条")
