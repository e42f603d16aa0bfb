"""Write the demo city's ledger workbook."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from reports.demo.mianyang import SEED, make_mianyang
from reports.demo.workbook import make_workbook


class Command(BaseCommand):
    """`manage.py make_demo_ledger FILE.xlsx`: the same seed gives the same bytes. Touches no database."""

    help = "生成演示城市（绵阳市2023年）的台账工作簿；内容均为演示数据。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to write, and another seed for another year of the same kind."""
        parser.add_argument("file", type=Path, help="要写入的 .xlsx 文件")
        parser.add_argument("--seed", type=int, default=SEED, help="随机种子")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the rows, then the workbook."""
        ledger = make_mianyang(options["seed"])
        path: Path = options["file"]
        path.write_bytes(make_workbook(ledger))
        count = sum(len(rows) for rows in ledger.tables.values())
        self.stdout.write(f"已写入 {path}：{len(ledger.tables)}张表，{count}行，均为演示数据。")
