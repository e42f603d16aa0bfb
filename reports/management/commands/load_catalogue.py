"""`load_catalogue CITY FILE.csv --code … --title … --from …`: a new edition of the finding catalogue."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from inspections.services.catalogue import load_catalogue
from tenancy.management.city_command import CityCommand


class Command(CityCommand):
    """The edition in force until now ends the day before; findings keep the items they were recorded with."""

    help = "载入新版问题清单（官方清单可替换默认清单）。"

    def add_arguments(self, parser: CommandParser) -> None:
        """City, file, and what the edition is called."""
        super().add_arguments(parser)
        parser.add_argument(
            "file", type=Path, help="CSV：code,subject,category,kind,text,severity,basis,source"
        )
        parser.add_argument("--code", required=True, help="版本号")
        parser.add_argument("--title", required=True, help="名称")
        parser.add_argument(
            "--from", dest="effective_from", required=True, type=dt.date.fromisoformat, help="生效日期"
        )
        parser.add_argument("--source", default="", help="来源")

    def work(self, **options: Any) -> None:
        """Load the edition."""
        version = load_catalogue(
            data=options["file"].read_bytes(),
            code=options["code"],
            title=options["title"],
            effective_from=options["effective_from"],
            source=options["source"] or options["file"].name,
            by="命令行",
            at=timezone.now(),
        )
        self.stdout.write(f"{version.title}：{version.items.count()}条，{version.effective_from}起生效")
