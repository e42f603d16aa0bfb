"""How severities and states of findings look, and how late they are."""

from __future__ import annotations

import datetime as dt

from django.utils.safestring import SafeString

from core.components import Tone, chip
from inspections.enums import OPEN_FINDING_STATES, FindingState, Severity, Verdict
from inspections.models import Finding, SupervisoryTest

SEVERITY_TONES: dict[str, Tone] = {
    Severity.GENERAL: Tone.GENERAL,
    Severity.SERIOUS: Tone.SERIOUS,
    Severity.GRAVE: Tone.GRAVE,
}
STATE_TONES: dict[str, Tone] = {
    FindingState.DRAFT: Tone.IDLE,
    FindingState.CONFIRMED: Tone.WARN,
    FindingState.NOTIFIED: Tone.INFO,
    FindingState.RECTIFYING: Tone.INFO,
    FindingState.REPLIED: Tone.WARN,
    FindingState.RECHECKING: Tone.INFO,
    FindingState.CLOSED: Tone.OK,
    FindingState.WITHDRAWN: Tone.IDLE,
}
VERDICT_TONES: dict[str, Tone] = {
    Verdict.PENDING: Tone.IDLE,
    Verdict.PASSED: Tone.OK,
    Verdict.FAILED: Tone.BAD,
}


def is_overdue(finding: Finding, as_of: dt.date) -> bool:
    """Open after the last day of its term."""
    return finding.state in OPEN_FINDING_STATES and finding.due_on is not None and finding.due_on < as_of


def severity_chip(finding: Finding) -> SafeString:
    """一般, 较重, 严重."""
    return chip(SEVERITY_TONES[finding.severity], finding.get_severity_display())


def state_chip(finding: Finding) -> SafeString:
    """Where it stands."""
    return chip(STATE_TONES[finding.state], finding.get_state_display())


def verdict_chip(test: SupervisoryTest) -> SafeString:
    """合格, 不合格."""
    return chip(VERDICT_TONES[test.verdict], test.get_verdict_display())
