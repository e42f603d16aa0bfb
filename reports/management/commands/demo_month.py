"""Close the demo month through the worker and issue its circular."""

from __future__ import annotations

import dataclasses
import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.errors import DomainError
from reports.demo.showing import show_month


class Command(BaseCommand):
    """`manage.py demo_month [--json]`: needs running workers; asked again it only tells the result."""

    help = "由后台任务月结演示月份（及此前各月），签发当月通报，输出 PDF 的位置。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The launcher reads JSON, people read a sentence."""
        parser.add_argument("--json", action="store_true", help="只输出一行 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Progress on standard error, the result on standard output."""
        try:
            shown = show_month(say=self._say)
        except DomainError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(dataclasses.asdict(shown), ensure_ascii=False))
        else:
            self.stdout.write(f"通报：{shown.pdf}（SHA-256 {shown.sha256}）")

    def _say(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)
