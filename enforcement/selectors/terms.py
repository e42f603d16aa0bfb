"""Terms of 整改 by severity, from enforcement/data/rectification_terms.yaml."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from core.workdays import Calendar

_FILE = Path(__file__).resolve().parent.parent / "data" / "rectification_terms.yaml"


@cache
def _terms() -> dict[str, dict[str, Any]]:
    terms: dict[str, dict[str, Any]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return terms


def rectification_due(severity: str, issued_on: dt.date, calendar: Calendar) -> dt.date:
    """The last day for a finding of this severity when the notice is issued that day."""
    return calendar.add_days(issued_on, int(_terms()[severity]["days"]))


def default_requirement(severity: str) -> str:
    """What a notice asks for a finding of this severity."""
    return str(_terms()[severity]["requirement"])
