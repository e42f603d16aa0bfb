"""One project's risk as a page shows it: every reason with its number, its points and the records behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from core.components import JobView
from scoring.models import KeyObjectList, ProjectRisk
from scoring.rules.numbers import plain
from scoring.rules.risk import RISK_FACTS, RiskRule, RiskRules, RuleType
from scoring.selectors.evidence import RecordLink, in_order, links_of
from tenancy.enums import JobState
from tenancy.models import Job

_KIND_OF: dict[str, str] = {
    "delay_points": "line",
    "uncommitted_units": "unit",
    "open_serious_findings": "finding",
    "open_grave_findings": "finding",
    "overdue_serious_findings": "finding",
    "overdue_grave_findings": "finding",
    "failed_tests": "test",
    "unhandled_failed_tests": "test",
    "accidents": "accident",
    "uninspected_days": "inspection",
    "county_nil_returns": "return",
    "county_missing_returns": "return",
    "missed_reports": "owner_report",
    "report_score": "owner_report",
    "attendance_percent": "unit",
    "units_new_to_city": "unit",
    "units_without_finished_project": "unit",
    "key_works_30_days": "key_work",
    "key_works_60_days": "key_work",
    "key_works_late": "key_work",
}
_ANCHORS: dict[str, str] = {
    "price_of_estimate_percent": "#sections",
    "price_of_cost_percent": "#sections",
    "unregistered_days": "#registration",
    "uninspected_days": "#inspections",
    "attendance_percent": "#people",
    "attendance_fraud": "#people",
}
"""Where the project's page shows a fact that no single record carries."""


@dataclass(frozen=True)
class ReasonLine:
    """One reason of the table."""

    label: str
    amount: str
    weight: str
    floor: str
    records: list[RecordLink]


def reason_lines(risk: ProjectRisk) -> list[ReasonLine]:
    """All reasons, the heaviest first, with links. One query for each kind of record, whatever the number of reasons."""
    links = _links(risk.reasons)
    project = reverse("projects:project-detail", args=[risk.project_id])
    return [
        ReasonLine(
            label=reason["label"],
            amount=reason["amount"],
            weight=reason["weight"],
            floor=reason["floor"],
            records=in_order(reason["records"], links)
            or [RecordLink("工程台账", project + _ANCHORS.get(reason["fact"], "#facts"))],
        )
        for reason in risk.reasons
    ]


def _links(reasons: Iterable[Mapping[str, Any]]) -> dict[str, RecordLink]:
    ids: dict[str, set[str]] = defaultdict(set)
    for reason in reasons:
        if reason["fact"] in _KIND_OF:
            ids[_KIND_OF[reason["fact"]]].update(reason["records"])
    found: dict[str, RecordLink] = {}
    for kind in sorted(ids):
        if ids[kind]:
            found |= links_of(kind, ids[kind])
    return found


@dataclass(frozen=True)
class RuleLine:
    """One rule in words."""

    label: str
    effect: str
    floor: str
    note: str


def rule_lines(rules: RiskRules) -> list[RuleLine]:
    """The rule set as people read it, in its own order."""
    return [
        RuleLine(RISK_FACTS[rule.fact].label, _effect(rule), rule.floor, rule.note) for rule in rules.rules
    ]


def _effect(rule: RiskRule) -> str:
    unit = RISK_FACTS[rule.fact].unit
    if rule.type is RuleType.FLAG:
        return f"计{plain(rule.points)}分"
    if rule.type is RuleType.PER_COUNT:
        cap = "" if rule.cap is None else f"，最多{plain(rule.cap)}分"
        return f"每{unit}计{plain(rule.points)}分{cap}"
    word = "达到" if rule.type is RuleType.AT_LEAST else "不高于"
    return "；".join(f"{word}{plain(t.threshold)}{unit}计{plain(t.points)}分" for t in rule.tiers)


_STATES: dict[str, str] = {
    JobState.QUEUED: "waiting",
    JobState.RUNNING: "running",
    JobState.DONE: "done",
    JobState.FAILED: "failed",
}


def computation(row: KeyObjectList, kind: str) -> JobView | None:
    """The computation that is still going on, or that failed; None once it is done."""
    jobs = Job.objects.filter(kind=kind, key__startswith=f"{row.pk}-").exclude(state=JobState.DONE)
    job = jobs.order_by("-created_at").first()
    if job is None:
        return None
    return JobView(
        title=job.title,
        state=_STATES[job.state],
        percent=job.progress_percent if job.state == JobState.RUNNING else None,
        doing=job.progress_text,
        error=job.error if job.state == JobState.FAILED else "",
        url=reverse("scoring:key-list-detail", args=[row.pk]),
        poll_url=reverse("reports:job-progress", args=[job.pk]),
    )
