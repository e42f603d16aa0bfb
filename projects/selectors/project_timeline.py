"""What happened on a project, newest first, from the records that its page reads anyway."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import reverse

from core.components import Entry
from projects.models import Acceptance, Project, QualityFiling, SupervisionRegistration

SHOWN = 20


def timeline_of(
    project: Project,
    *,
    registration: SupervisionRegistration | None,
    inspections: Iterable[Any],
    findings: Iterable[Any],
    notices: Iterable[Any],
    tests: Iterable[Any],
    filings: Iterable[QualityFiling],
    acceptances: Iterable[Acceptance],
) -> list[Entry]:
    """At most `SHOWN` events."""
    events = [
        *_milestones(project, registration),
        *_checks(inspections, tests),
        *_findings(findings),
        *_notices(notices),
        *_reviews(filings, acceptances),
    ]
    return sorted(events, key=lambda entry: entry.at, reverse=True)[:SHOWN]


def _on(day: dt.date | None, title: str, **more: Any) -> Iterator[Entry]:
    if day is not None:
        yield Entry(at=day, title=title, **more)


def _milestones(project: Project, registration: SupervisionRegistration | None) -> Iterator[Entry]:
    yield from _on(project.started_on, "开工")
    yield from _on(project.finished_on, "完工", tone="ok")
    if registration is not None:
        yield from _on(registration.registered_on, "办理质量监督手续", note=registration.number, tone="ok")
        yield from _on(registration.certificate_on, "签发质量监督书")
        yield from _on(registration.plan_on, "印发质量监督计划")
        yield from _on(registration.briefing_on, "监督交底")


def _checks(inspections: Iterable[Any], tests: Iterable[Any]) -> Iterator[Entry]:
    for check in inspections:
        note = f"{check.number}，发现问题 {check.finding_count} 个"
        yield from _on(
            check.inspected_on, f"{check.get_organizer_level_display()}{check.get_kind_display()}", note=note
        )
    for test in tests:
        yield from _on(test.sampled_on, f"监督检测取样：{test.item}", note=test.number)
        tone = "bad" if test.verdict == "FAILED" else ""
        yield from _on(
            test.reported_on,
            f"监督检测报告：{test.get_verdict_display()}",
            note=test.report_number,
            tone=tone,
        )


def _findings(findings: Iterable[Any]) -> Iterator[Entry]:
    for finding in findings:
        url = reverse("inspections:finding-detail", args=[finding.pk])
        note = f"{finding.number} {finding.text}"
        yield from _on(
            finding.found_on,
            f"发现{finding.get_severity_display()}问题",
            note=note,
            url=url,
            tone="bad" if finding.severity == "GRAVE" else "",
        )
        yield from _on(finding.closed_on, "问题销号", note=note, url=url, tone="ok")


def _notices(notices: Iterable[Any]) -> Iterator[Entry]:
    for notice in notices:
        url = reverse("enforcement:notice-detail", args=[notice.pk])
        yield from _on(notice.issued_on, "签发整改通知书", note=notice.number, url=url)
        yield from _on(notice.closed_on, "整改通知书办结", note=notice.number, url=url, tone="ok")


def _reviews(filings: Iterable[QualityFiling], acceptances: Iterable[Acceptance]) -> Iterator[Entry]:
    for filing in filings:
        yield from _on(
            filing.reviewed_on, f"核备{filing.get_result_display()}：{filing.subject}", note=filing.number
        )
    for acceptance in acceptances:
        title = f"{acceptance.get_kind_display()}：{acceptance.subject}"
        yield from _on(acceptance.held_on, title, note=acceptance.number, tone="ok")
