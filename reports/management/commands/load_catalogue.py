"""`load_catalogue CITY FILE.csv --code … --title … --from …`: a new edition of the finding catalogue."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.errors import DomainError
from inspections.services.catalogue import load_catalogue
from tenancy.scope import city_scope
from tenancy.selectors import city_by


class Command(BaseCommand):
    """The edition in force until now ends the day before; findings keep the items they were recorded with."""

    help = "载入新版问题清单（官方清单可替换默认清单）。"

    def add_arguments(self, parser: CommandParser) -> None:
        """City, file, and what the edition is called."""
        parser.add_argument("city", help="城市标识或代码")
        parser.add_argument(
            "file", type=Path, help="CSV：code,subject,category,kind,text,severity,basis,source"
        )
        parser.add_argument("--code", required=True, help="版本号")
        parser.add_argument("--title", required=True, help="名称")
        parser.add_argument(
            "--from", dest="effective_from", required=True, type=dt.date.fromisoformat, help="生效日期"
        )
        parser.add_argument("--source", default="", help="来源")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, or say what is wrong with the file."""
        try:
            with city_scope(city_by(options["city"]).id):
                version = load_catalogue(
                    data=options["file"].read_bytes(),
                    code=options["code"],
                    title=options["title"],
                    effective_from=options["effective_from"],
                    source=options["source"] or options["file"].name,
                    by="命令行",
                    at=timezone.now(),
                )
                self.stdout.write(
                    f"{version.title}：{version.items.count()}条，{version.effective_from}起生效"
                )
        except (DomainError, UnicodeDecodeError) as refusal:
            raise CommandError(str(refusal)) from refusal
