"""manage.py replay_draw FILE.json: repeat a draw from its exported file (docs/draw.md)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from inspections.rules.draw import differences


class Command(BaseCommand):
    """Needs no database: the file says everything. Ends with 1 and names what differs."""

    help = "按导出文件复算一次双随机抽取"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The exported file."""
        parser.add_argument("file", type=Path, help="抽取页面下载的 JSON 文件")

    def handle(self, *args: Any, **options: Any) -> None:
        """Repeat and compare."""
        try:
            data = options["file"].read_bytes()
        except OSError as fault:
            raise CommandError(f"读不到文件：{fault.strerror}。") from fault
        found = differences(data)
        if found:
            raise CommandError("复算不一致：" + "".join(found))
        self.stdout.write("复算一致：名录、承诺值、口令、种子、抽取结果和检查组均与记录相同。")
