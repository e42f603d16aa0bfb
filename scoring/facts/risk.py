"""Facts of every project under way, for its risk class: one statement for the whole city.

What each fact means is in docs/facts.md. Values come with the ids of the records behind them; measures are rounded to two
decimals in the query, so what is compared is what is shown. No number stands in the SQL: periods and limits are
parameters of the rule set. States are read at 24:00 of `as_of`.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from core.month import SHANGHAI, ReportingMonth
from projects.enums import COMMITTED_ROLES, ProjectCategory
from scoring.facts.family import statement
from scoring.rules.risk.facts import RISK_FACTS, FactValue
from scoring.rules.risk.rules import RiskRules

_IDS = "__ids"

_PROJECTS = """
p AS MATERIALIZED (
    SELECT p.*, coalesce(p.planned_finish_on, p.started_on + p.approved_duration_days) AS finish_on
    FROM projects_project p WHERE p.city_id = %(city)s AND {started}
)"""

_PROGRESS = """
lines AS MATERIALIZED (
    SELECT DISTINCT ON (l.project_id) l.project_id, l.progress_percent, l.attendance_percent, l.id
    FROM projects_returnline l
    JOIN projects_returnversion v ON v.id = l.version_id
    JOIN projects_monthlyreturn r ON r.id = v.monthly_return_id
    LEFT JOIN projects_returnreopening o ON o.id = v.reopening_id
    WHERE l.city_id = %(city)s AND r.month BETWEEN %(returns_first)s AND %(this_month)s AND v.submitted_at < %(ends_at)s
      AND (o.id IS NULL OR (o.state = 'ACCEPTED' AND o.ended_at < %(ends_at)s))
    ORDER BY l.project_id, r.month DESC, v.number DESC
)"""
"""What the county last said of the project, an accepted correction included; the register answers where it said nothing."""

_SECTIONS = """
sections AS MATERIALIZED (
    SELECT s.project_id, sum(s.award_price_wan_yuan) AS price, array_agg(s.id) AS ids
    FROM projects_contractsection s WHERE s.city_id = %(city)s
    GROUP BY s.project_id HAVING bool_and(s.award_price_wan_yuan IS NOT NULL)
)"""
"""A sum with a missing price is no price: such a project has none."""

_FINDINGS = """
findings AS MATERIALIZED (
    SELECT f.project_id,
           array_agg(f.id) FILTER (WHERE f.severity = 'SERIOUS') AS open_serious,
           array_agg(f.id) FILTER (WHERE f.severity = 'GRAVE') AS open_grave,
           array_agg(f.id) FILTER (WHERE f.severity = 'SERIOUS' AND f.due_on <= %(last)s) AS overdue_serious,
           array_agg(f.id) FILTER (WHERE f.severity = 'GRAVE' AND f.due_on <= %(last)s) AS overdue_grave
    FROM inspections_finding f
    WHERE f.city_id = %(city)s AND f.severity IN ('SERIOUS', 'GRAVE') AND f.found_on <= %(last)s
      AND (f.state NOT IN ('CLOSED', 'WITHDRAWN', 'DRAFT') OR (f.state = 'CLOSED' AND f.closed_on > %(last)s))
    GROUP BY f.project_id
)"""

_TESTS = """
tests AS MATERIALIZED (
    SELECT t.project_id, array_agg(t.id) AS failed,
           array_agg(t.id) FILTER (WHERE t.handled_on IS NULL OR t.handled_on > %(last)s) AS unhandled
    FROM inspections_supervisorytest t
    WHERE t.city_id = %(city)s AND t.verdict = 'FAILED' AND t.reported_on BETWEEN %(tests_first)s AND %(last)s
    GROUP BY t.project_id
),
accidents AS MATERIALIZED (
    SELECT a.project_id, array_agg(a.id) AS ids FROM enforcement_accident a
    WHERE a.city_id = %(city)s AND a.occurred_on BETWEEN %(accidents_first)s AND %(last)s
    GROUP BY a.project_id
),
visits AS MATERIALIZED (
    SELECT DISTINCT ON (i.project_id) i.project_id, i.inspected_on, i.id FROM inspections_inspection i
    WHERE i.city_id = %(city)s AND i.state = 'COMPLETED' AND i.inspected_on <= %(last)s
    ORDER BY i.project_id, i.inspected_on DESC, i.id
)"""

_RETURNS = """
returns AS MATERIALIZED (
    SELECT j.id AS jurisdiction_id,
           count(*) FILTER (WHERE r.is_nil AND r.first_submitted_at < %(ends_at)s) AS nil,
           array_agg(r.id) FILTER (WHERE r.is_nil AND r.first_submitted_at < %(ends_at)s) AS nil_ids,
           count(*) FILTER (WHERE (r.first_submitted_at IS NULL OR r.first_submitted_at >= %(ends_at)s)
               AND coalesce(r.due_on, m.month_end + %(grace)s) <= %(last)s) AS missing,
           array_agg(r.id) FILTER (WHERE r.first_submitted_at IS NULL AND r.id IS NOT NULL) AS missing_ids
    FROM tenancy_jurisdiction j
    CROSS JOIN (
        SELECT g::date AS month, (g + interval '1 month' - interval '1 day')::date AS month_end
        FROM generate_series(%(returns_first)s::date, %(returns_last)s::date, interval '1 month') g
        WHERE g >= (SELECT min(r.month) FROM projects_monthlyreturn r WHERE r.city_id = %(city)s)
    ) m
    LEFT JOIN projects_monthlyreturn r
        ON r.city_id = %(city)s AND r.jurisdiction_id = j.id AND r.month = m.month
    WHERE j.city_id = %(city)s GROUP BY j.id
)"""
"""Months before the city's first return owe none."""

_REPORTS = """
reports AS MATERIALIZED (
    SELECT q.jurisdiction_id, q.legal_person_id,
           array_agg(q.id) FILTER (WHERE q.due_on <= %(last)s
               AND (q.submitted_on IS NULL OR q.submitted_on > q.due_on)) AS missed,
           (array_agg(q.score ORDER BY q.month DESC) FILTER (WHERE q.assessed_on <= %(last)s))[1] AS score,
           (array_agg(q.id ORDER BY q.month DESC) FILTER (WHERE q.assessed_on <= %(last)s))[1:1] AS score_ids
    FROM projects_legalpersonreport q
    WHERE q.city_id = %(city)s AND q.month BETWEEN %(reports_first)s AND %(this_month)s
    GROUP BY q.jurisdiction_id, q.legal_person_id
)"""

_UNITS = """
firms AS MATERIALIZED (
    SELECT u.organization_id, min(o.started_on) AS first_started_on, bool_or(o.finished_on <= %(last)s) AS has_finished
    FROM projects_participatingunit u JOIN projects_project o ON o.id = u.project_id
    WHERE u.city_id = %(city)s AND u.role IN ('CONTRACTOR', 'SUPERVISING_ENGINEER')
    GROUP BY u.organization_id
),
units AS MATERIALIZED (
    SELECT u.project_id,
           array_agg(u.id) FILTER (WHERE f.first_started_on >= p.started_on) AS new_ids,
           array_agg(u.id) FILTER (WHERE f.has_finished IS NOT TRUE) AS unproven_ids
    FROM projects_participatingunit u
    JOIN p ON p.id = u.project_id JOIN firms f ON f.organization_id = u.organization_id
    WHERE u.city_id = %(city)s AND u.role IN ('CONTRACTOR', 'SUPERVISING_ENGINEER') AND {in_force}
    GROUP BY u.project_id
),
commitments AS MATERIALIZED (
    SELECT u.project_id, array_agg(u.id) AS ids FROM projects_participatingunit u
    WHERE u.city_id = %(city)s AND u.role = ANY(%(committed)s) AND {in_force} AND NOT EXISTS (
        SELECT 1 FROM projects_lifelongcommitment k
        WHERE k.unit_id = u.id AND k.signed_on <= %(last)s AND (k.replaced_on IS NULL OR k.replaced_on > %(last)s))
    GROUP BY u.project_id
),
attendance AS MATERIALIZED (
    SELECT u.project_id, min(t.rate_percent) AS lowest, bool_or(t.is_fraud) AS is_fraud,
           (array_agg(u.id ORDER BY t.rate_percent))[1:1] AS ids
    FROM projects_attendance t JOIN projects_participatingunit u ON u.id = t.unit_id
    WHERE t.city_id = %(city)s AND t.month BETWEEN %(attendance_first)s AND %(this_month)s
    GROUP BY u.project_id
)"""

_KEY_WORKS = """
key_works AS MATERIALIZED (
    SELECT k.project_id,
           array_agg(k.id) FILTER (WHERE k.planned_on > %(last)s AND k.planned_on <= %(near)s) AS near,
           array_agg(k.id) FILTER (WHERE k.planned_on > %(near)s AND k.planned_on <= %(far)s) AS far,
           array_agg(k.id) FILTER (WHERE k.planned_on <= %(last)s) AS late
    FROM projects_keywork k
    WHERE k.city_id = %(city)s AND k.planned_on <= %(far)s AND (k.accepted_on IS NULL OR k.accepted_on > %(last)s)
    GROUP BY k.project_id
)"""

_SELECT = """
SELECT p.id AS project_id, p.jurisdiction_id,
       round(greatest(pace.planned - pace.done, 0), 2) AS delay_points, pace.ids AS delay_points__ids,
       CASE WHEN p.finish_on < %(last)s THEN %(last)s - p.finish_on END AS overdue_finish_days,
       p.finish_on IS NULL OR pace.done IS NULL AS schedule_unknown,
       p.status = 'SUSPENDED' AS is_suspended,
       round(100 * s.price / p.approved_estimate_wan_yuan, 2) AS price_of_estimate_percent,
       round(100 * s.price / nullif(p.construction_cost_wan_yuan, 0), 2) AS price_of_cost_percent,
       CASE WHEN g.id IS NULL THEN %(last)s - p.started_on END AS unregistered_days,
       commitments.ids AS uncommitted_units__ids,
       findings.open_serious AS open_serious_findings__ids, findings.open_grave AS open_grave_findings__ids,
       findings.overdue_serious AS overdue_serious_findings__ids, findings.overdue_grave AS overdue_grave_findings__ids,
       tests.failed AS failed_tests__ids, tests.unhandled AS unhandled_failed_tests__ids,
       accidents.ids AS accidents__ids,
       %(last)s - greatest(visits.inspected_on, p.started_on) AS uninspected_days,
       CASE WHEN visits.id IS NOT NULL THEN ARRAY[visits.id] END AS uninspected_days__ids,
       returns.nil AS county_nil_returns, returns.nil_ids AS county_nil_returns__ids,
       returns.missing AS county_missing_returns, returns.missing_ids AS county_missing_returns__ids,
       reports.missed AS missed_reports__ids,
       reports.score AS report_score, reports.score_ids AS report_score__ids,
       coalesce(attendance.lowest, lines.attendance_percent) AS attendance_percent,
       attendance.ids AS attendance_percent__ids,
       coalesce(attendance.is_fraud, false) AS attendance_fraud,
       units.new_ids AS units_new_to_city__ids, units.unproven_ids AS units_without_finished_project__ids,
       key_works.near AS key_works_30_days__ids, key_works.far AS key_works_60_days__ids,
       key_works.late AS key_works_late__ids,
       coalesce(p.construction_cost_wan_yuan >= %(site_cost)s AND p.site_standing = 'NONE', false)
           AS site_not_standardized,
       p.approved_estimate_wan_yuan AS estimate_wan_yuan,
       p.category = ANY(%(reservoirs)s) AS is_reservoir
FROM p
LEFT JOIN lines ON lines.project_id = p.id
CROSS JOIN LATERAL (
    SELECT least(100, greatest(0, 100.0 * (%(last)s - p.started_on) / nullif(p.finish_on - p.started_on, 0))) AS planned,
           coalesce(lines.progress_percent, p.progress_percent) AS done,
           CASE WHEN lines.progress_percent IS NOT NULL THEN ARRAY[lines.id] END AS ids
) pace
LEFT JOIN sections s ON s.project_id = p.id
LEFT JOIN projects_supervisionregistration g ON g.project_id = p.id AND g.registered_on <= %(last)s
LEFT JOIN findings ON findings.project_id = p.id
LEFT JOIN tests ON tests.project_id = p.id
LEFT JOIN accidents ON accidents.project_id = p.id
LEFT JOIN visits ON visits.project_id = p.id
LEFT JOIN returns ON returns.jurisdiction_id = p.jurisdiction_id
LEFT JOIN reports ON reports.jurisdiction_id = p.jurisdiction_id AND reports.legal_person_id = p.legal_person_id
LEFT JOIN units ON units.project_id = p.id
LEFT JOIN commitments ON commitments.project_id = p.id
LEFT JOIN attendance ON attendance.project_id = p.id
LEFT JOIN key_works ON key_works.project_id = p.id
ORDER BY p.code
"""

# Materialized: each part is read once for the whole city. Folded into the join, it would be read anew for each project
# wherever the planner takes the tables for small (fresh statistics after an import).
_SQL = (
    "WITH "
    + ",".join((_PROJECTS, _PROGRESS, _SECTIONS, _FINDINGS, _TESTS, _RETURNS, _REPORTS, _UNITS, _KEY_WORKS))
    + _SELECT
)

_RESERVOIRS = (ProjectCategory.RESERVOIR_NEW, ProjectCategory.RESERVOIR_REINFORCEMENT)


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """What the rules see of one project, and the ids of the records behind each fact."""

    project_id: uuid.UUID
    jurisdiction_id: uuid.UUID
    values: Mapping[str, FactValue]
    evidence: Mapping[str, tuple[str, ...]]


def read_risk_facts(*, city_id: uuid.UUID, as_of: dt.date, rules: RiskRules) -> Iterator[ProjectFacts]:
    """Facts of every project under way on `as_of`, in the order of project codes. One query."""
    with connection.cursor() as cursor:
        cursor.execute(statement(_SQL), _parameters(city_id, as_of, rules))
        names = [column[0] for column in cursor.description]
        for row in cursor.fetchall():
            yield _facts(dict(zip(names, row, strict=True)))


def _facts(row: dict[str, Any]) -> ProjectFacts:
    values: dict[str, FactValue] = {}
    evidence: dict[str, tuple[str, ...]] = {}
    for name in RISK_FACTS:
        ids = row.get(name + _IDS)
        values[name] = row[name] if name in row else len(ids or ())
        if ids:
            evidence[name] = tuple(str(one) for one in ids)
    return ProjectFacts(row["project_id"], row["jurisdiction_id"], values, evidence)


def _parameters(city_id: uuid.UUID, as_of: dt.date, rules: RiskRules) -> dict[str, Any]:
    month = ReportingMonth.of(as_of)

    def back(parameter: str) -> dt.date:
        """First day of a period of whole months that ends with the month of `as_of`."""
        return month.shift(1 - rules.whole(parameter)).first

    return {
        "city": city_id,
        "first": as_of,
        "last": as_of,
        "ends_at": dt.datetime.combine(as_of + dt.timedelta(days=1), dt.time(), tzinfo=SHANGHAI),
        "this_month": month.first,
        # the return of the running month is not yet asked for
        "returns_first": month.shift(-rules.whole("return_months")).first,
        "returns_last": month.previous().first,
        "grace": rules.whole("return_grace_days"),
        "reports_first": back("report_months"),
        "attendance_first": back("attendance_months"),
        "tests_first": back("test_months"),
        "accidents_first": back("accident_months"),
        "near": as_of + dt.timedelta(days=rules.whole("near_days")),
        "far": as_of + dt.timedelta(days=rules.whole("far_days")),
        "site_cost": rules.parameters["site_cost_min_wan_yuan"],
        "committed": [role.value for role in COMMITTED_ROLES],
        "reservoirs": [category.value for category in _RESERVOIRS],
    }
