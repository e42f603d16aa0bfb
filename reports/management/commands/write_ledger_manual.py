"""`write_ledger_manual`: docs/ledger.md from the declarations of the sheets."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from reports.ledger.manual import markdown


class Command(BaseCommand):
    """Run after changing a sheet; a test fails while the committed file is older."""

    help = "按台账表格定义重新生成 docs/ledger.md。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file."""
        path = settings.BASE_DIR / "docs" / "ledger.md"
        path.write_text(markdown(), encoding="utf-8")
        self.stdout.write(f"已写入 {path}。")
