"""Facts of legal persons (项目法人) and participating units (参建单位) for the red and black lists.

Set-based: the number of queries depends neither on projects nor on units. Points of findings are counted by
`scoring.rules.project_score`, the only place that knows how.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from scoring.enums import ListSubject
from scoring.facts.family import rows_of
from scoring.facts.window import Window
from scoring.rules.conditions import SubjectValue
from scoring.rules.errors import RubricError
from scoring.rules.lists import LEGAL_PERSON_SCORE, PARTICIPANT_SCORE
from scoring.rules.project_score import FindingKind, FindingMark, ProblemWeights, Severity, project_score

_PROJECTS = """
SELECT p.id, p.jurisdiction_id, p.legal_person_id, g.id IS NOT NULL AS is_registered,
       EXISTS (SELECT 1 FROM inspections_inspection i
               WHERE i.city_id = %(city)s AND i.project_id = p.id AND i.state = 'COMPLETED'
                 AND i.inspected_on BETWEEN %(first)s AND %(last)s) AS is_inspected
FROM projects_project p
LEFT JOIN projects_supervisionregistration g ON g.project_id = p.id AND g.registered_on <= %(last)s
WHERE p.city_id = %(city)s AND {started}
"""

_MARKS = """
SELECT f.project_id, f.organization_id, f.kind, f.severity,
       f.is_self_reported AND f.closed_on <= %(last)s AS is_self_reported,
       coalesce(f.code IS NOT NULL AND f.last_before >= f.found_on - make_interval(months => %(repeat_months)s), false)
           AS is_repeat
FROM (
    SELECT f.*, c.code, max(f.found_on) OVER (
        PARTITION BY f.organization_id, c.code ORDER BY f.found_on
        RANGE BETWEEN UNBOUNDED PRECEDING AND interval '1 day' PRECEDING
    ) AS last_before
    FROM inspections_finding f LEFT JOIN inspections_catalogueitem c ON c.id = f.catalogue_item_id
    WHERE f.city_id = %(city)s AND f.found_on BETWEEN %(repeat_first)s AND %(last)s AND f.state = ANY(%(counted)s)
) f
WHERE f.found_on >= %(first)s
ORDER BY f.found_on, f.number
"""

_OVERDUE = """
SELECT f.project_id, f.organization_id, f.severity, count(*) AS findings
FROM {overdue} f
GROUP BY f.project_id, f.organization_id, f.severity
"""

_FALSE = """
SELECT f.project_id, f.organization_id FROM inspections_finding f
WHERE f.city_id = %(city)s AND f.state NOT IN ('CLOSED', 'WITHDRAWN', 'DRAFT') AND f.is_false_rectification
  AND f.found_on <= %(last)s
UNION
SELECT f.project_id, f.organization_id FROM inspections_finding f
WHERE f.city_id = %(city)s AND f.state = 'CLOSED' AND f.closed_on >= %(first)s AND f.is_false_rectification
  AND f.found_on <= %(last)s
"""

_REPORTS = """
SELECT q.jurisdiction_id, q.legal_person_id, bool_and(coalesce(q.submitted_on <= q.due_on, false)) AS is_on_time
FROM projects_legalpersonreport q WHERE q.city_id = %(city)s AND q.month = %(first)s
GROUP BY q.jurisdiction_id, q.legal_person_id
"""

_UNITS = """
SELECT u.organization_id, array_agg(DISTINCT u.project_id) AS projects,
       sum(t.rate_percent) AS rates, count(t.id) AS rated, coalesce(bool_or(t.is_fraud), false) AS is_fraud
FROM projects_participatingunit u
LEFT JOIN projects_attendance t ON t.unit_id = u.id AND t.month = %(first)s
WHERE u.city_id = %(city)s AND {taking_part}
  AND u.role IN ('SURVEYOR', 'DESIGNER', 'CONTRACTOR', 'SUPERVISING_ENGINEER', 'TESTING_AGENCY')
GROUP BY u.organization_id
"""

_CLUES = """
SELECT c.organization_id, count(*) AS clues FROM enforcement_clue c
WHERE c.city_id = %(city)s AND c.organization_id IS NOT NULL AND c.transferred_on BETWEEN %(first)s AND %(last)s
GROUP BY c.organization_id
"""

_FAILED = """
SELECT blamed.organization_id, count(DISTINCT t.id) AS tests
FROM inspections_supervisorytest t
LEFT JOIN inspections_finding f ON f.id = t.finding_id
CROSS JOIN LATERAL (
    SELECT f.organization_id WHERE f.id IS NOT NULL
    UNION
    SELECT u.organization_id FROM projects_participatingunit u
    WHERE f.id IS NULL AND u.city_id = %(city)s AND u.project_id = t.project_id AND u.role = 'CONTRACTOR'
      AND {taking_part}
) blamed
WHERE t.city_id = %(city)s AND t.tested_object = 'WORKS_BODY' AND t.verdict = 'FAILED'
  AND t.reported_on BETWEEN %(first)s AND %(last)s
GROUP BY blamed.organization_id
"""

_NAMES = """
SELECT o.id, o.name, o.uscc FROM projects_organization o WHERE o.city_id = %(city)s AND o.id = ANY(%(organizations)s)
"""

_KINDS = {
    "MANAGEMENT_VIOLATION": FindingKind.MANAGEMENT,
    "PHYSICAL_DEFECT": FindingKind.ENTITY,
    "SAFETY_VIOLATION": FindingKind.SAFETY,
}


@dataclass(frozen=True, slots=True)
class SubjectFacts:
    """What a list judges of one subject. `jurisdiction_id` is None for a unit, which works everywhere."""

    subject: ListSubject
    organization_id: uuid.UUID
    jurisdiction_id: uuid.UUID | None
    name: str
    uscc: str
    score: Fraction | None
    values: Mapping[str, SubjectValue]


@dataclass(slots=True)
class _Tally:
    """What has been counted against one subject."""

    severities: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    overdue: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    is_false: bool = False

    @property
    def is_blank(self) -> bool:
        return not (self.severities or self.overdue or self.is_false)

    def values(self) -> dict[str, SubjectValue]:
        return {
            "general_findings": self.severities.get("GENERAL", 0),
            "serious_findings": self.severities.get("SERIOUS", 0),
            "grave_findings": self.severities.get("GRAVE", 0),
            "no_serious_or_grave": not (self.severities.get("SERIOUS") or self.severities.get("GRAVE")),
            "overdue_general": self.overdue.get("GENERAL", 0),
            "overdue_serious": self.overdue.get("SERIOUS", 0),
            "overdue_grave": self.overdue.get("GRAVE", 0),
            "false_rectification": self.is_false,
        }


class _Month:
    """The rows of the month, read once."""

    def __init__(self, window: Window) -> None:
        if window.rubric.weights is None:
            raise RubricError("problem_weights", "缺少项目评分规则。")
        self.window = window
        self.projects = {row["id"]: row for row in self._rows(_PROJECTS)}
        self.marks = self._rows(_MARKS)
        self.overdue = self._rows(_OVERDUE)
        self.false = self._rows(_FALSE)
        self.scores = self._scores(window.rubric.weights)

    def _rows(self, sql: str) -> list[dict[str, Any]]:
        return list(rows_of(sql, self.window))

    def _scores(self, weights: ProblemWeights) -> dict[uuid.UUID, Fraction]:
        """Scores of the projects that were inspected in the month or have findings of it; others have none."""
        found: dict[uuid.UUID, list[FindingMark]] = {
            key: [] for key, row in self.projects.items() if row["is_inspected"]
        }
        for row in self.marks:
            found.setdefault(row["project_id"], []).append(_mark(row))
        return {key: project_score(weights, marks).score for key, marks in found.items()}

    def legal_persons(self) -> Iterable[tuple[tuple[uuid.UUID, uuid.UUID], list[dict[str, Any]]]]:
        """Each (legal person, county) with its projects under way."""
        groups: dict[tuple[uuid.UUID, uuid.UUID], list[dict[str, Any]]] = defaultdict(list)
        for row in self.projects.values():
            groups[row["legal_person_id"], row["jurisdiction_id"]].append(row)
        return groups.items()

    def tallies(self, of: str) -> dict[uuid.UUID, _Tally]:
        """Counts by `project_id` or by `organization_id`."""
        tallies: dict[uuid.UUID, _Tally] = defaultdict(_Tally)
        for row in self.marks:
            tallies[row[of]].severities[row["severity"]] += 1
        for row in self.overdue:
            tallies[row[of]].overdue[row["severity"]] += row["findings"]
        for row in self.false:
            tallies[row[of]].is_false = True
        return tallies


def _mark(row: Mapping[str, Any]) -> FindingMark:
    return FindingMark(
        unit=str(row["organization_id"]),
        kind=_KINDS[row["kind"]],
        severity=Severity(row["severity"].lower()),
        is_repeat=row["is_repeat"],
        is_self_reported=bool(row["is_self_reported"]),
    )


def read_subjects(window: Window) -> list[SubjectFacts]:
    """All subjects that have a score or something against them, in the order of their credit codes."""
    month = _Month(window)
    drafts = [*_legal_persons(month), *_participants(month)]
    names = {
        row["id"]: row
        for row in rows_of(
            _NAMES,
            Window(
                window.city_id,
                window.month,
                window.rubric,
                window.calendar,
                window.frozen_at,
                {**window.parameters, "organizations": [draft[1] for draft in drafts]},
            ),
        )
    }
    subjects = [
        SubjectFacts(kind, key, county, names[key]["name"], names[key]["uscc"], score, values)
        for kind, key, county, score, values in drafts
    ]
    return sorted(subjects, key=lambda one: (one.subject, one.uscc, str(one.jurisdiction_id or "")))


_Draft = tuple[ListSubject, uuid.UUID, uuid.UUID | None, Fraction | None, dict[str, SubjectValue]]


def _legal_persons(month: _Month) -> Iterable[_Draft]:
    """Judged by all that was found on its projects (首要责任); the score is that of its worst project."""
    by_project = month.tallies("project_id")
    reports = {
        (row["legal_person_id"], row["jurisdiction_id"]): row["is_on_time"]
        for row in rows_of(_REPORTS, month.window)
    }
    for (organization_id, county_id), projects in month.legal_persons():
        tally = _sum(by_project[row["id"]] for row in projects if row["id"] in by_project)
        scores = [month.scores[row["id"]] for row in projects if row["id"] in month.scores]
        if not scores and tally.is_blank:
            continue
        score = min(scores, default=None)
        values = tally.values() | {
            LEGAL_PERSON_SCORE: score,
            "procedure_done": all(row["is_registered"] for row in projects),
            "owner_report_on_time": reports.get((organization_id, county_id), False),
        }
        yield ListSubject.LEGAL_PERSON, organization_id, county_id, score, values


def _participants(month: _Month) -> Iterable[_Draft]:
    """Judged by what was found against the unit itself; the score is the mean of its projects' scores."""
    tallies = month.tallies("organization_id")
    clues = {row["organization_id"]: row["clues"] for row in rows_of(_CLUES, month.window)}
    failed = {row["organization_id"]: row["tests"] for row in rows_of(_FAILED, month.window)}
    for row in rows_of(_UNITS, month.window):
        key = row["organization_id"]
        tally = tallies.get(key) or _Tally()
        scores = [month.scores[project] for project in row["projects"] if project in month.scores]
        if not (scores or clues.get(key) or failed.get(key) or row["is_fraud"]) and tally.is_blank:
            continue
        score = sum(scores, Fraction(0)) / len(scores) if scores else None
        rate = Fraction(row["rates"]) / row["rated"] / 100 if row["rated"] else None
        values = tally.values() | {
            PARTICIPANT_SCORE: score,
            "attendance_rate": rate,
            "attendance_fraud": row["is_fraud"],
            "transferred_clue": clues.get(key, 0),
            "failed_entity_test": failed.get(key, 0),
        }
        yield ListSubject.PARTICIPANT, key, None, score, values


def _sum(tallies: Iterable[_Tally]) -> _Tally:
    total = _Tally()
    for tally in tallies:
        for severity, count in tally.severities.items():
            total.severities[severity] += count
        for severity, count in tally.overdue.items():
            total.overdue[severity] += count
        total.is_false = total.is_false or tally.is_false
    return total
