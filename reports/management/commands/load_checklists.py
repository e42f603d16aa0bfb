"""`load_checklists CITY [FILE.yaml …]`: new editions of checklists; without files those of the product."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.errors import DomainError
from inspections.services.checklists import load_checklist, load_default_checklists
from tenancy.scope import city_scope
from tenancy.selectors import city_by


class Command(BaseCommand):
    """An edition in force until now ends the day before; inspections keep the edition they were arranged with."""

    help = "载入检查清单（官方清单可替换默认清单）。"

    def add_arguments(self, parser: CommandParser) -> None:
        """City and files."""
        parser.add_argument("city", help="城市标识或代码")
        parser.add_argument("files", type=Path, nargs="*", help="YAML 文件；不写则载入默认清单")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, or say what is wrong with a file."""
        at = timezone.now()
        try:
            with city_scope(city_by(options["city"]).id):
                versions = [load_checklist(path=path, by="命令行", at=at) for path in options["files"]]
                for version in versions or load_default_checklists(by="命令行", at=at):
                    self.stdout.write(f"{version}：{version.items.count()}条，{version.effective_from}起启用")
        except (DomainError, OSError) as refusal:
            raise CommandError(str(refusal)) from refusal
