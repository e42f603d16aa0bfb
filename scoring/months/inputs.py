"""The inputs of a month: read from the records, or from what a run has frozen."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from core import canonical
from core.month import ReportingMonth
from scoring.enums import ListSubject, RunState, ScoreStatus
from scoring.facts.family import CountyFacts, rows_of
from scoring.facts.month import read_facts, scored_counties
from scoring.facts.subjects import SubjectFacts, read_subjects
from scoring.facts.window import Window
from scoring.models import CountyScore, ScoreRun, SubjectScore
from scoring.months.result import County, MonthInputs
from scoring.rules.conditions import SubjectValue
from scoring.rules.rubric import Rubric
from scoring.rules.snapshot import facts_from
from scoring.rules.triggers import Consecutive

_DUTY = """
SELECT d.jurisdiction_id, min(s.points) AS points
FROM inspections_dutyinspection d
JOIN (
    SELECT x.duty_inspection_id, sum(x.points) AS points FROM inspections_dutyinspectionitem x
    WHERE x.city_id = %(city)s GROUP BY x.duty_inspection_id
) s ON s.duty_inspection_id = d.id
WHERE d.city_id = %(city)s AND d.state = 'CONCLUDED' AND d.concluded_on BETWEEN %(first)s AND %(last)s
GROUP BY d.jurisdiction_id
"""
_NAMED = ("uscc", "name")


def inputs_from_records(window: Window) -> MonthInputs:
    """What the records say now about the window's month, as of its freeze."""
    units = scored_counties()
    counties = tuple(County(unit.id, unit.code, unit.short_name, unit.unit_order) for unit in units)
    codes = {county.id: county.code for county in counties}
    return MonthInputs(
        month=window.month,
        counties=counties,
        facts=read_facts(window, units),
        subjects=tuple(read_subjects(window)),
        history=_history(window.month, window.rubric, codes),
        duty={
            codes[row["jurisdiction_id"]]: row["points"]
            for row in rows_of(_DUTY, window)
            if row["jurisdiction_id"] in codes
        },
    )


def _history(
    month: ReportingMonth, rubric: Rubric, codes: Mapping[uuid.UUID, str]
) -> dict[str, dict[ReportingMonth, Decimal]]:
    """Finals of the earlier months that the rubric's actions look back on, by the runs in force."""
    spans = [
        clause.months
        for action in rubric.actions or ()
        for clauses in action.alternatives
        for clause in clauses
        if isinstance(clause, Consecutive)
    ]
    first = month.shift(1 - max(spans, default=1)).first
    rows = (
        CountyScore.objects.filter(month__gte=first, month__lt=month.first, status=ScoreStatus.SCORED)
        .exclude(run__state=RunState.SUPERSEDED)
        .values_list("jurisdiction_id", "month", "final")
    )
    history: dict[str, dict[ReportingMonth, Decimal]] = {}
    for county_id, day, final in rows:
        if county_id in codes and final is not None:
            history.setdefault(codes[county_id], {})[ReportingMonth.from_first_day(day)] = final
    return history


def inputs_document(inputs: MonthInputs) -> dict[str, Any]:
    """The inputs that no other row keeps, as JSON for the run's statistics."""
    return {
        "counties": [
            {"id": str(one.id), "code": one.code, "name": one.name, "unit_order": one.unit_order}
            for one in inputs.counties
        ],
        "history": {
            code: {str(month): format(final, "f") for month, final in finals.items()}
            for code, finals in inputs.history.items()
        },
        "duty": {code: format(points, "f") for code, points in inputs.duty.items()},
    }


def subject_document(subject: SubjectFacts) -> dict[str, Any]:
    """A subject's facts as stored: exact values, with the name and code that it had."""
    values: dict[str, Any] = json.loads(canonical.dumps(dict(subject.values)))
    return {**values, "uscc": subject.uscc, "name": subject.name}


def inputs_of_run(run: ScoreRun) -> MonthInputs:
    """The inputs that a run has frozen, exact: nothing is read from the records."""
    kept = run.statistics["inputs"]
    counties = tuple(
        County(uuid.UUID(one["id"]), one["code"], one["name"], one["unit_order"]) for one in kept["counties"]
    )
    snapshots = {
        score.jurisdiction_id: json.loads(score.snapshot) for score in CountyScore.objects.filter(run=run)
    }
    return MonthInputs(
        month=ReportingMonth.from_first_day(run.month),
        counties=counties,
        facts={key: _facts_of(document) for key, document in snapshots.items()},
        subjects=tuple(_subjects_of(list(SubjectScore.objects.filter(run=run)))),
        history={
            code: {ReportingMonth.parse(month): Decimal(final) for month, final in finals.items()}
            for code, finals in kept["history"].items()
        },
        duty={code: Decimal(points) for code, points in kept["duty"].items()},
    )


def _facts_of(document: Mapping[str, Any]) -> CountyFacts:
    return CountyFacts(
        values=dict(facts_from(document["facts"])),
        evidence={name: tuple(ids) for name, ids in document["evidence"].items()},
    )


def _subjects_of(rows: Sequence[SubjectScore]) -> list[SubjectFacts]:
    subjects = [_subject_of(row) for row in rows]
    return sorted(subjects, key=lambda one: (one.subject, one.uscc, str(one.jurisdiction_id or "")))


def _subject_of(row: SubjectScore) -> SubjectFacts:
    values: dict[str, SubjectValue] = {
        name: Fraction(value) if isinstance(value, str) else value
        for name, value in row.facts.items()
        if name not in _NAMED
    }
    names = ("project_score", "avg_project_score")
    score = next((values[name] for name in names if name in values), None)
    return SubjectFacts(
        subject=ListSubject(row.subject),
        organization_id=row.organization_id,
        jurisdiction_id=row.jurisdiction_id,
        name=row.facts["name"],
        uscc=row.facts["uscc"],
        score=None if score is None or isinstance(score, str) else Fraction(score),
        values=values,
    )
