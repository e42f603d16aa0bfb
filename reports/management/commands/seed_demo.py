"""Make the demo cities with their records and logins."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.errors import DomainError
from reports.demo.seeding import seed_demo


class Command(BaseCommand):
    """`manage.py seed_demo`: running it again changes nothing; the logins stand in DATA_DIR/demo_logins.json."""

    help = "建立演示城市（绵阳市、对照市），导入演示台账，建立演示账户。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what is being done on standard error."""
        try:
            seed_demo(at=timezone.now(), say=self._say)
        except DomainError as error:
            raise CommandError(str(error)) from error

    def _say(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)
