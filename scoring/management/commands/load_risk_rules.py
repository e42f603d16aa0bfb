"""`load_risk_rules CITY YYYY-MM [--file FILE.yaml]`: risk rules that classify projects from then on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from core.month import ReportingMonth
from scoring.services.risk_rules import DEFAULT_RISK_RULES, load_risk_rules
from tenancy.management.city_command import CityCommand


class Command(CityCommand):
    """Without a file: the rules that come with the product. A bad rule set is named to its place."""

    help = "载入新版风险分类规则，自某月起施行。"

    def add_arguments(self, parser: CommandParser) -> None:
        """City, first month, file."""
        super().add_arguments(parser)
        parser.add_argument("month", help="施行月份，如 2026-01")
        parser.add_argument(
            "--file", type=Path, default=DEFAULT_RISK_RULES, help="规则（YAML），默认随附规则"
        )

    def work(self, **options: Any) -> None:
        """Load the rules."""
        rule_set = load_risk_rules(
            text=options["file"].read_text(encoding="utf-8"),
            effective_from=ReportingMonth.parse(options["month"]),
            by="命令行",
            at=timezone.now(),
        )
        self.stdout.write(f"{rule_set}自{options['month']}起施行，摘要{rule_set.sha256}")
