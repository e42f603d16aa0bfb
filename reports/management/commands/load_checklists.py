"""`load_checklists CITY [FILE.yaml …]`: new editions of checklists; without files those of the product."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from inspections.services.checklists import load_checklist, load_default_checklists
from tenancy.management.city_command import CityCommand


class Command(CityCommand):
    """An edition in force until now ends the day before; inspections keep the edition they were arranged with."""

    help = "载入检查清单（官方清单可替换默认清单）。"

    def add_arguments(self, parser: CommandParser) -> None:
        """City and files."""
        super().add_arguments(parser)
        parser.add_argument("files", type=Path, nargs="*", help="YAML 文件；不写则载入默认清单")

    def work(self, **options: Any) -> None:
        """Load the editions."""
        at = timezone.now()
        versions = [load_checklist(path=path, by="命令行", at=at) for path in options["files"]]
        for version in versions or load_default_checklists(by="命令行", at=at):
            self.stdout.write(f"{version}：{version.items.count()}条，{version.effective_from}起启用")
