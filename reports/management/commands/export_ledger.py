"""`export_ledger CITY FILE.xlsx`: write the whole city's ledger, or the empty template."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import DomainError
from reports.ledger.exporting import export_workbook
from reports.ledger.workbook import template
from tenancy.scope import city_scope
from tenancy.selectors import city_by


class Command(BaseCommand):
    """The file imports to the same state (`import_ledger`)."""

    help = "导出一个市的全部台账，可原样再导入。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which city, which file."""
        parser.add_argument("city", help="城市标识或代码，例如 mianyang 或 510700")
        parser.add_argument("file", type=Path, help="要写入的 .xlsx 文件")
        parser.add_argument("--template", action="store_true", help="只导出空白模板")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file."""
        path: Path = options["file"]
        try:
            city = city_by(options["city"])
            with city_scope(city.id):
                data = template() if options["template"] else export_workbook(progress=self._progress)
            path.write_bytes(data)
        except (DomainError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"已写入 {path}（{len(data)} 字节）。")

    def _progress(self, percent: int, text: str) -> None:
        self.stderr.write(f"[{percent:3d}%] {text}")
