"""The counts of a month that the circular, the brief and the dashboards print. Frozen with the run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inspections.enums import FindingKind, Severity
from scoring.facts.family import CountyFacts, rows_of
from scoring.facts.window import Window
from scoring.rules.facts import WORKDAYS_LATE

_ACTS = """
SELECT
  (SELECT count(*) FROM projects_project p WHERE p.city_id = %(city)s AND {started}) AS projects_under_way,
  (SELECT count(*) FROM projects_project p WHERE p.city_id = %(city)s
      AND (p.status = 'PLANNED' OR p.started_on > %(last)s)) AS projects_planned,
  i.city_inspections, i.county_inspections, i.inspected_projects,
  (SELECT count(*) FROM enforcement_rectificationnotice n WHERE n.city_id = %(city)s
      AND n.state = ANY(%(issued)s) AND n.issued_on BETWEEN %(first)s AND %(last)s) AS notices_issued,
  (SELECT count(*) FROM enforcement_reminderletter l WHERE l.city_id = %(city)s
      AND l.issued_on BETWEEN %(first)s AND %(last)s) AS reminder_letters,
  (SELECT count(*) FROM enforcement_interview v WHERE v.city_id = %(city)s
      AND (v.held_at AT TIME ZONE %(zone)s)::date BETWEEN %(first)s AND %(last)s) AS interviews,
  (SELECT coalesce(sum(t.batch_count), 0) FROM inspections_supervisorytest t WHERE t.city_id = %(city)s
      AND t.sampled_on BETWEEN %(first)s AND %(last)s) AS test_batches,
  (SELECT coalesce(sum(t.batch_count), 0) FROM inspections_supervisorytest t WHERE t.city_id = %(city)s
      AND t.verdict = 'FAILED' AND t.reported_on BETWEEN %(first)s AND %(last)s) AS failed_test_batches,
  (SELECT count(*) FROM enforcement_clue c WHERE c.city_id = %(city)s
      AND c.transferred_on BETWEEN %(first)s AND %(last)s) AS clues_transferred,
  (SELECT count(*) FROM projects_training t WHERE t.city_id = %(city)s
      AND t.held_on BETWEEN %(first)s AND %(last)s) AS trainings,
  (SELECT count(*) FROM inspections_biddingcheck b WHERE b.city_id = %(city)s
      AND b.checked_on BETWEEN %(first)s AND %(last)s) AS bidding_checks,
  (SELECT count(*) FROM enforcement_accident a WHERE a.city_id = %(city)s
      AND a.occurred_on BETWEEN %(first)s AND %(last)s) AS accidents
FROM (
  SELECT count(*) FILTER (WHERE i.organizer_level = 'CITY') AS city_inspections,
         count(*) FILTER (WHERE i.organizer_level = 'COUNTY') AS county_inspections,
         count(DISTINCT i.project_id) AS inspected_projects
  FROM inspections_inspection i
  WHERE i.city_id = %(city)s AND i.state = 'COMPLETED' AND i.inspected_on BETWEEN %(first)s AND %(last)s
) i
"""

_FINDINGS = """
SELECT f.jurisdiction_id, f.kind, f.severity, f.found_by_level, coalesce(c.category, '') AS aspect,
       coalesce(u.role, c.responsible_role, '') AS role, count(*) AS findings
FROM inspections_finding f
LEFT JOIN inspections_catalogueitem c ON c.id = f.catalogue_item_id
LEFT JOIN projects_participatingunit u ON u.id = f.unit_id
WHERE f.city_id = %(city)s AND f.found_on BETWEEN %(first)s AND %(last)s AND f.state = ANY(%(counted)s)
GROUP BY 1, 2, 3, 4, 5, 6
"""

_QUALITY = (FindingKind.MANAGEMENT_VIOLATION, FindingKind.PHYSICAL_DEFECT)
"""The two kinds that the circular counts as quality findings (handbook §1.3); safety findings stand beside them."""


def month_statistics(
    window: Window, codes: Mapping[Any, str], facts: Mapping[Any, CountyFacts]
) -> dict[str, Any]:
    """`totals` (the circular's counts), `further` (other counts), `aspects`, `roles`, and `counties` by code.

    codes: jurisdiction → code of the scored counties.
    """
    (acts,) = rows_of(_ACTS, window)
    found = list(rows_of(_FINDINGS, window))
    totals = {
        name: int(acts[name])
        for name in (
            "projects_under_way",
            "projects_planned",
            "city_inspections",
            "county_inspections",
            "notices_issued",
            "reminder_letters",
            "interviews",
            "test_batches",
            "failed_test_batches",
            "clues_transferred",
        )
    }
    totals |= _finding_totals(found)
    totals |= _county_totals(facts)
    return {
        "totals": totals,
        "further": {
            **{
                name: int(acts[name])
                for name in ("inspected_projects", "trainings", "bidding_checks", "accidents")
            },
            "safety_findings": _count(found, kind=FindingKind.SAFETY_VIOLATION),
            "city_findings": _count(found, found_by_level="CITY"),
            "county_findings": _count(found, found_by_level="COUNTY"),
        },
        "aspects": [
            {"aspect": aspect, "findings": count} for aspect, count in _ranked(found, "aspect") if aspect
        ],
        "roles": [{"role": role, "findings": count} for role, count in _ranked(found, "role") if role],
        "counties": _by_county(found, codes),
    }


def _by_county(found: list[dict[str, Any]], codes: Mapping[Any, str]) -> dict[str, dict[str, int]]:
    """Findings by county code and "KIND.SEVERITY"; what was not found is not listed."""
    counts: dict[str, dict[str, int]] = {}
    for row in found:
        if row["jurisdiction_id"] in codes:
            county = counts.setdefault(codes[row["jurisdiction_id"]], {})
            cell = f"{row['kind']}.{row['severity']}"
            county[cell] = county.get(cell, 0) + row["findings"]
    return counts


def _finding_totals(found: list[dict[str, Any]]) -> dict[str, int]:
    quality = [row for row in found if row["kind"] in _QUALITY]
    return {
        "management_findings": _count(quality, kind=FindingKind.MANAGEMENT_VIOLATION),
        "physical_findings": _count(quality, kind=FindingKind.PHYSICAL_DEFECT),
        "general_findings": _count(quality, severity=Severity.GENERAL),
        "serious_findings": _count(quality, severity=Severity.SERIOUS),
        "grave_findings": _count(quality, severity=Severity.GRAVE),
    }


def _county_totals(facts: Mapping[Any, CountyFacts]) -> dict[str, int]:
    def total(*names: str) -> int:
        return sum(int(one.values.get(name, 0)) for one in facts.values() for name in names)

    return {
        "returns_due": len(facts),
        "returns_on_time": sum(one.values.get(WORKDAYS_LATE) == 0 for one in facts.values()),
        "findings_due": total("findings_due"),
        "findings_closed_on_time": total("findings_due_closed_on_time"),
        "overdue_findings": total("overdue_general", "overdue_serious", "overdue_grave"),
    }


def _count(found: list[dict[str, Any]], **wanted: object) -> int:
    return sum(row["findings"] for row in found if all(row[name] == value for name, value in wanted.items()))


def _ranked(found: list[dict[str, Any]], column: str) -> list[tuple[str, int]]:
    """Most findings first, then by name."""
    counts: dict[str, int] = {}
    for row in found:
        counts[row[column]] = counts.get(row[column], 0) + row["findings"]
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
