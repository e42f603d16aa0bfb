"""The cross-field checks of handbook §7.5 and of the issue: each one set-based query for the whole city.

A check finds records that contradict each other. It proves nothing: the county explains or corrects, the bureau judges.
"""

from __future__ import annotations

from projects.selectors.doubt_checks.base import Check, Found
from projects.selectors.doubt_checks.findings import FINDING_CHECKS
from projects.selectors.doubt_checks.lines import LINE_CHECKS
from projects.selectors.doubt_checks.register import REGISTER_CHECKS

CHECKS: dict[str, Check] = {check.code: check for check in (*REGISTER_CHECKS, *LINE_CHECKS, *FINDING_CHECKS)}

__all__ = ["CHECKS", "Check", "Found"]
