"""What a close is measured against: one SQL pass that only reads and counts, and a plain ORM loop over counties."""

from __future__ import annotations

import datetime as dt
from typing import Any

SQL_PASS = """
WITH county AS (SELECT id FROM tenancy_jurisdiction WHERE city_id = %(city)s AND level <> 'CITY'),
project AS (
    SELECT p.id, p.jurisdiction_id, p.supervision_level, p.plaque_on, p.legal_person_id FROM projects_project p
    WHERE p.city_id = %(city)s AND p.started_on <= %(last)s
      AND CASE WHEN p.finished_on IS NULL THEN p.status IN ('UNDER_WAY', 'SUSPENDED') ELSE p.finished_on >= %(first)s END
),
inspection AS (
    SELECT i.id, i.jurisdiction_id, i.project_id, i.organizer_level, i.inspected_on, i.counterparty_signed
    FROM inspections_inspection i
    WHERE i.city_id = %(city)s AND i.state = 'COMPLETED' AND i.inspected_on BETWEEN %(quarter)s AND %(last)s
),
found AS (
    SELECT f.*, c.code, c.category FROM inspections_finding f
    LEFT JOIN inspections_catalogueitem c ON c.id = f.catalogue_item_id
    WHERE f.city_id = %(city)s AND f.found_on BETWEEN %(first)s AND %(last)s
      AND f.state NOT IN ('DRAFT', 'WITHDRAWN')
),
counts AS (
    SELECT jurisdiction_id, 'project' AS what, count(*) AS n, count(plaque_on) AS k FROM project GROUP BY 1
    UNION ALL SELECT p.jurisdiction_id, 'registered', count(*), count(g.briefing_on) FROM project p
        JOIN projects_supervisionregistration g ON g.project_id = p.id AND g.registered_on <= %(last)s GROUP BY 1
    UNION ALL SELECT p.jurisdiction_id, 'committed', count(*), count(k.id) FROM project p
        JOIN projects_participatingunit u ON u.project_id = p.id
        LEFT JOIN projects_lifelongcommitment k ON k.unit_id = u.id AND k.replaced_on IS NULL GROUP BY 1
    UNION ALL SELECT r.jurisdiction_id, 'lines', count(*), count(l.award_price_wan_yuan) FROM projects_monthlyreturn r
        JOIN projects_returnversion v ON v.monthly_return_id = r.id JOIN projects_returnline l ON l.version_id = v.id
        WHERE r.city_id = %(city)s AND r.month = %(first)s GROUP BY 1
    UNION ALL SELECT i.jurisdiction_id, 'inspections', count(*), count(*) FILTER (WHERE o.n >= 2) FROM inspection i
        CROSS JOIN LATERAL (SELECT count(*) AS n FROM inspections_inspectionofficer o
            WHERE o.inspection_id = i.id AND o.enforcement_id <> '') o WHERE i.inspected_on >= %(first)s GROUP BY 1
    UNION ALL SELECT i.jurisdiction_id, 'aspects', count(DISTINCT a.aspect), count(*) FROM inspection i
        JOIN inspections_inspectionaspect a ON a.inspection_id = i.id WHERE i.organizer_level = 'COUNTY' GROUP BY 1
    UNION ALL SELECT f.jurisdiction_id, 'evidence', count(*), count(e.id) FROM inspection i
        JOIN inspections_finding f ON f.inspection_id = i.id LEFT JOIN inspections_evidence e ON e.finding_id = f.id
        WHERE i.inspected_on >= %(first)s AND i.organizer_level = 'COUNTY' GROUP BY 1
    UNION ALL SELECT f.jurisdiction_id, 'due', count(*), count(*) FILTER (WHERE f.closed_on <= f.due_on)
        FROM inspections_finding f WHERE f.city_id = %(city)s AND f.due_on BETWEEN %(first)s AND %(last)s
        AND f.state NOT IN ('DRAFT', 'WITHDRAWN') GROUP BY 1
    UNION ALL SELECT f.jurisdiction_id, 'overdue ' || f.severity, count(*), count(DISTINCT f.organization_id)
        FROM inspections_finding f WHERE f.city_id = %(city)s AND f.due_on <= %(last)s
        AND f.state NOT IN ('DRAFT', 'WITHDRAWN') AND (f.closed_on IS NULL OR f.closed_on > %(last)s) GROUP BY 1, f.severity
    UNION ALL SELECT f.jurisdiction_id, 'noticed', count(*), count(*) FILTER (WHERE EXISTS (
            SELECT 1 FROM enforcement_noticefinding x JOIN enforcement_rectificationnotice n ON n.id = x.notice_id
            WHERE x.finding_id = f.id AND n.issued_on <= f.found_on + 7))
        FROM inspections_finding f WHERE f.city_id = %(city)s AND f.severity <> 'GENERAL'
        AND f.found_on BETWEEN %(first)s - 7 AND %(last)s - 7 AND f.state NOT IN ('DRAFT', 'WITHDRAWN') GROUP BY 1
    UNION ALL SELECT f.jurisdiction_id, 'rechecked', count(*), count(*) FILTER (WHERE EXISTS (
            SELECT 1 FROM enforcement_recheck k WHERE k.finding_id = f.id AND k.has_passed))
        FROM inspections_finding f WHERE f.city_id = %(city)s AND f.severity <> 'GENERAL'
        AND f.closed_on BETWEEN %(first)s AND %(last)s GROUP BY 1
    UNION ALL SELECT f.jurisdiction_id, 'found ' || f.kind || f.severity, count(*), count(DISTINCT f.category)
        FROM found f GROUP BY 1, f.kind, f.severity
    UNION ALL SELECT f.jurisdiction_id, 'city only', count(*), count(*) FILTER (WHERE NOT EXISTS (
            SELECT 1 FROM inspections_finding k JOIN inspections_catalogueitem c ON c.id = k.catalogue_item_id
            WHERE k.project_id = f.project_id AND k.city_id = %(city)s AND k.found_by_level = 'COUNTY'
              AND k.found_on BETWEEN %(quarter)s AND f.found_on AND c.code = f.code))
        FROM found f WHERE f.found_by_level = 'CITY' GROUP BY 1
    UNION ALL SELECT f.jurisdiction_id, 'repeated', count(*), count(*) FILTER (WHERE EXISTS (
            SELECT 1 FROM inspections_finding k JOIN inspections_catalogueitem c ON c.id = k.catalogue_item_id
            WHERE k.organization_id = f.organization_id AND k.city_id = %(city)s
              AND k.found_on >= f.found_on - interval '1 year' AND k.found_on < f.found_on AND c.code = f.code))
        FROM found f GROUP BY 1
    UNION ALL SELECT u.jurisdiction_id, 'attendance', count(DISTINCT u.organization_id), count(t.id)
        FROM projects_participatingunit u
        LEFT JOIN projects_attendance t ON t.unit_id = u.id AND t.month = %(first)s WHERE u.city_id = %(city)s GROUP BY 1
    UNION ALL SELECT d.jurisdiction_id, 'duty', count(*), sum(x.points)::bigint FROM inspections_dutyinspection d
        JOIN inspections_dutyinspectionitem x ON x.duty_inspection_id = d.id
        WHERE d.city_id = %(city)s AND d.concluded_on BETWEEN %(last)s - 365 AND %(last)s GROUP BY 1
)
SELECT county.id, counts.what, counts.n, counts.k FROM county LEFT JOIN counts ON counts.jurisdiction_id = county.id
"""


def orm_loop(  # noqa: C901 -- the plain code that it stands for is one long function
    county: Any, first: dt.date, last: dt.date, calendar: Any
) -> int:
    """One county as a plain Django application would count it: a query per question, objects in loops.

    Only the facts of inspections, findings, projects and the return; no snapshot, no lists. Returns what it counted.
    """
    from inspections.models import Finding, Inspection
    from projects.models import MonthlyReturn, Project

    counted = 0
    for project in Project.objects.filter(jurisdiction=county, status__in=["UNDER_WAY", "SUSPENDED"]):
        counted += project.registrations.filter(registered_on__lte=last).count()
        for unit in project.units.all():
            counted += unit.commitments.filter(replaced_on__isnull=True).exists()
    for given in MonthlyReturn.objects.filter(jurisdiction=county, month=first):
        version = given.versions.order_by("-number").first()
        counted += (
            sum(line.award_price_wan_yuan is not None for line in version.lines.all()) if version else 0
        )
    month = (first, last)
    for inspection in Inspection.objects.filter(
        jurisdiction=county, inspected_on__range=month, state="COMPLETED"
    ):
        counted += inspection.officers.exclude(enforcement_id="").count()
        counted += inspection.aspects.filter(is_checked=True).count()
        for finding in inspection.findings.all():
            counted += finding.evidence.exists()
    findings = Finding.objects.filter(jurisdiction=county).exclude(state__in=["DRAFT", "WITHDRAWN"])
    for finding in findings.filter(due_on__range=month):
        counted += bool(finding.closed_on and finding.due_on and finding.closed_on <= finding.due_on)
    for finding in findings.filter(due_on__lte=last):
        counted += finding.closed_on is None or finding.closed_on > last
    for finding in findings.filter(found_on__range=(first - dt.timedelta(days=15), last)).exclude(
        severity="GENERAL"
    ):
        term = calendar.add_workdays(finding.found_on, 5)
        counted += finding.notice_items.filter(notice__issued_on__lte=term).exists()
    for finding in findings.filter(closed_on__range=month).exclude(severity="GENERAL"):
        counted += finding.rechecks.filter(has_passed=True).exists()
    for finding in findings.filter(found_on__range=month).select_related("catalogue_item"):
        counted += Finding.objects.filter(
            organization=finding.organization,
            catalogue_item__code=finding.catalogue_item.code if finding.catalogue_item else "",
            found_on__lt=finding.found_on,
            found_on__gte=finding.found_on - dt.timedelta(days=365),
        ).exists()
    return counted
