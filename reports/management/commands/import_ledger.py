"""`import_ledger CITY FILE.xlsx`: import a ledger workbook, or list all of its errors."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.errors import DomainError
from reports.enums import BatchState
from reports.ledger.batches import import_workbook
from reports.models import ImportBatch
from tenancy.scope import city_scope
from tenancy.selectors import city_by

MARKED_SUFFIX = ".错误标注.xlsx"


class Command(BaseCommand):
    """Exit status 1 when the workbook has errors; they are printed, and marked in a copy beside the file."""

    help = "导入一个市的台账工作簿；有任何错误则全部不写入，并列出全部错误。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which city, which file."""
        parser.add_argument("city", help="城市标识或代码，例如 mianyang 或 510700")
        parser.add_argument("file", type=Path, help="台账工作簿（.xlsx）")
        parser.add_argument("--dry-run", action="store_true", help="只检查，不写入")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, then say what happened."""
        path: Path = options["file"]
        try:
            data = path.read_bytes()
            city = city_by(options["city"])
            with city_scope(city.id):
                batch = import_workbook(
                    data=data,
                    file_name=path.name,
                    dry_run=options["dry_run"],
                    by="命令行",
                    at=timezone.now(),
                    progress=self._progress,
                )
        except (DomainError, OSError) as error:
            raise CommandError(str(error)) from error
        if batch.state == BatchState.REFUSED:
            self._refuse(batch, path)
            sys.exit(1)
        self._tell(batch)

    def _progress(self, percent: int, text: str) -> None:
        self.stderr.write(f"[{percent:3d}%] {text}")

    def _tell(self, batch: ImportBatch) -> None:
        for remark in batch.counts["remarks"]:
            self.stdout.write(f"注意：{remark}")
        for title, counts in batch.counts["sheets"].items():
            self.stdout.write(
                f"{title}：新增{counts['new']}，修改{counts['changed']}，无变化{counts['unchanged']}"
            )
        self.stdout.write(f"{batch.file_name}：{batch.get_state_display()}。")

    def _refuse(self, batch: ImportBatch, path: Path) -> None:
        self.stdout.write("表\t单元格\t列\t填写的内容\t错在哪里\t应当怎样")
        for error in batch.errors:
            parts = (error[name] for name in ("sheet", "cell", "header", "value", "wrong", "right"))
            self.stdout.write("\t".join(parts))
        if batch.error_count > len(batch.errors):
            self.stdout.write(f"（只列出前{len(batch.errors)}处）")
        self.stdout.write(f"共{batch.error_count}处错误，没有写入任何内容。")
        if batch.marked_workbook is not None:
            marked = path.with_name(path.stem + MARKED_SUFFIX)
            marked.write_bytes(bytes(batch.marked_workbook))
            self.stdout.write(f"标注了错误的工作簿：{marked}")
