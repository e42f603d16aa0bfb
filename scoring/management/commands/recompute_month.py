"""`recompute_month CITY YYYY-MM`: does a closed month still give the same bytes?"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.errors import DomainError
from core.month import ReportingMonth
from scoring.models import ScoreRun
from scoring.services.recompute import Difference, against_records, replay
from tenancy.scope import city_scope
from tenancy.selectors import city_by


class Command(BaseCommand):
    """Every revision of the month; exit status 1 and the differences when anything is not as it was stored."""

    help = "复算已结账月份，逐字节比对快照、排名、榜单；不一致时列出差异并以状态1退出。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """City, month, source."""
        parser.add_argument("city", metavar="CITY")
        parser.add_argument("month", metavar="YYYY-MM")
        parser.add_argument(
            "--from-records",
            action="store_true",
            help="改用现有记录重新取数，显示与冻结事实的差异（结账后改过的记录会在这里出现）",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Replay and compare."""
        try:
            city = city_by(options["city"])
            month = ReportingMonth.parse(options["month"])
            with city_scope(city.id):
                runs = list(
                    ScoreRun.objects.filter(month=month.first).select_related("rubric").order_by("revision")
                )
                if not runs:
                    raise DomainError(f"{city.name}{month.label}尚未结账。")
                if options["from_records"]:
                    found = {runs[-1].revision: against_records(runs[-1])}
                else:
                    found = {run.revision: replay(run) for run in runs}
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        for run in runs:
            if run.revision in found:
                self._print(city.slug, run, found[run.revision])
        if any(found.values()):
            sys.exit(1)

    def _print(self, city: str, run: ScoreRun, differences: list[Difference]) -> None:
        for one in differences:
            self.stderr.write(f"{one.where} {one.what}：原为{one.stored}，现为{one.computed}")
        line = {
            "city": city,
            "month": f"{run.month:%Y-%m}",
            "revision": run.revision,
            "same": not differences,
            "differences": len(differences),
            "sha256": run.snapshot_sha256,
        }
        self.stdout.write(json.dumps(line, ensure_ascii=False))
