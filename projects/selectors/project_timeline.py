"""What happened to a project, from every app, on one line; a reader may look at one kind alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from core import display
from core.components import Entry
from core.month import SHANGHAI
from projects.models import Acceptance, DefectFiling, KeyWork, Project, QualityFiling, SupervisionRegistration
from projects.selectors.project_returns import ReturnHistory

SHOWN = 40

KINDS: dict[str, str] = {
    "work": "建设进展",
    "returns": "月报",
    "checks": "检查检测",
    "findings": "问题",
    "accidents": "质量事故",
    "notices": "整改通知",
    "documents": "公文",
    "filings": "核备备案",
}
"""Kinds of events, in the order of the filter."""


@dataclass(frozen=True)
class Source:
    """Everything that the line is drawn from; the page has read it already."""

    project: Project
    registration: SupervisionRegistration | None
    key_works: Iterable[KeyWork]
    inspections: Iterable[Any]
    findings: Iterable[Any]
    notices: Iterable[Any]
    tests: Iterable[Any]
    filings: Iterable[QualityFiling]
    acceptances: Iterable[Acceptance]
    defects: Iterable[DefectFiling]
    accidents: Iterable[Any]
    documents: Iterable[Any]
    returns: ReturnHistory


@dataclass(frozen=True)
class Timeline:
    """The newest entries of the chosen kind; `counts` of all of them, by kind."""

    entries: list[Entry]
    counts: dict[str, int]
    kind: str

    @property
    def total(self) -> int:
        """Of all kinds."""
        return sum(self.counts.values())


def timeline_of(source: Source, *, kind: str = "", is_whole: bool = False) -> Timeline:
    """At most `SHOWN` entries unless whole, newest first; an unknown kind shows all."""
    kind = kind if kind in KINDS else ""
    of_kind: dict[str, list[Entry]] = {
        "work": [
            *_milestones(source.project, source.registration),
            *_key_works(source.key_works),
            *_acceptances(source.acceptances),
        ],
        "returns": list(_returns(source.returns)),
        "checks": list(_checks(source.inspections, source.tests)),
        "findings": list(_findings(source.findings)),
        "accidents": list(_accidents(source.accidents)),
        "notices": list(_notices(source.notices)),
        "documents": list(_documents(source.documents)),
        "filings": [*_filings(source.filings), *_defects(source.defects)],
    }
    chosen = of_kind[kind] if kind else [entry for entries in of_kind.values() for entry in entries]
    return Timeline(
        entries=sorted(chosen, key=lambda entry: entry.at, reverse=True)[: None if is_whole else SHOWN],
        counts={name: len(entries) for name, entries in of_kind.items()},
        kind=kind,
    )


def _on(day: dt.date | None, title: str, **more: Any) -> Iterator[Entry]:
    if day is not None:
        yield Entry(at=day, title=title, **more)


def _milestones(project: Project, registration: SupervisionRegistration | None) -> Iterator[Entry]:
    yield from _on(project.started_on, "开工")
    yield from _on(project.finished_on, "完工", tone="ok")
    yield from _on(project.plaque_on, "设置质量责任公示牌")
    if registration is not None:
        yield from _on(registration.registered_on, "办理质量监督手续", note=registration.number, tone="ok")
        yield from _on(registration.certificate_on, "签发质量监督书")
        yield from _on(registration.plan_on, "印发质量监督计划")
        yield from _on(registration.briefing_on, "监督交底")


def _key_works(works: Iterable[KeyWork]) -> Iterator[Entry]:
    for work in works:
        yield from _on(work.accepted_on, f"{work.get_kind_display()}验收：{work.name}", tone="ok")


def _acceptances(acceptances: Iterable[Acceptance]) -> Iterator[Entry]:
    for acceptance in acceptances:
        title = f"{acceptance.get_kind_display()}：{acceptance.subject}"
        yield from _on(acceptance.held_on, title, note=acceptance.number, tone="ok")


def _returns(returns: ReturnHistory) -> Iterator[Entry]:
    for one in returns.months:
        submitted = one.line.version.submitted_at
        if submitted is not None:
            progress = one.line.progress_percent
            note = "" if progress is None else f"形象进度 {display.number(progress.normalize())}%"
            yield from _on(submitted.astimezone(SHANGHAI).date(), f"{one.month:%Y-%m} 月报报送", note=note)


def _checks(inspections: Iterable[Any], tests: Iterable[Any]) -> Iterator[Entry]:
    for check in inspections:
        note = f"{check.number}，发现问题 {check.finding_count} 个"
        title = f"{check.get_organizer_level_display()}{check.get_kind_display()}"
        yield from _on(check.inspected_on, title, note=note)
    for test in tests:
        yield from _on(test.sampled_on, f"监督检测取样：{test.item}", note=test.number)
        tone = "bad" if test.verdict == "FAILED" else ""
        title = f"监督检测报告：{test.get_verdict_display()}"
        yield from _on(test.reported_on, title, note=test.report_number, tone=tone)


def _findings(findings: Iterable[Any]) -> Iterator[Entry]:
    for finding in findings:
        url = reverse("inspections:finding-detail", args=[finding.pk])
        note = f"{finding.number} {finding.text}"
        tone = "bad" if finding.severity == "GRAVE" else ""
        title = f"发现{finding.get_severity_display()}问题"
        yield from _on(finding.found_on, title, note=note, url=url, tone=tone)
        yield from _on(finding.closed_on, "问题销号", note=note, url=url, tone="ok")


def _accidents(accidents: Iterable[Any]) -> Iterator[Entry]:
    for accident in accidents:
        title = f"发生{accident.get_grade_display()}"
        yield from _on(accident.occurred_on, title, note=f"{accident.number} {accident.summary}", tone="bad")


def _notices(notices: Iterable[Any]) -> Iterator[Entry]:
    for notice in notices:
        url = reverse("enforcement:notice-detail", args=[notice.pk])
        yield from _on(notice.issued_on, "签发整改通知书", note=notice.number, url=url)
        yield from _on(notice.closed_on, "整改通知书办结", note=notice.number, url=url, tone="ok")


def _documents(documents: Iterable[Any]) -> Iterator[Entry]:
    for document in documents:
        url = reverse("reports:document-detail", args=[document.pk])
        yield from _on(document.dated_on, f"印发公文：{document.title}", note=document.number, url=url)


def _filings(filings: Iterable[QualityFiling]) -> Iterator[Entry]:
    for filing in filings:
        yield from _on(filing.received_on, f"收到核备：{filing.subject}", note=filing.number)
        title = f"核备{filing.get_result_display()}：{filing.subject}"
        yield from _on(filing.reviewed_on, title, note=filing.number)


def _defects(defects: Iterable[DefectFiling]) -> Iterator[Entry]:
    for defect in defects:
        yield from _on(defect.found_on, f"发现质量缺陷：{defect.part}", note=defect.number)
        yield from _on(defect.filed_on, f"质量缺陷备案：{defect.part}", note=defect.number, tone="ok")
