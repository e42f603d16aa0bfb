"""Bonuses, penalties and red lines."""

from __future__ import annotations

from scoring.facts.family import Family

ADJUSTMENTS = Family(
    "bonuses and penalties",
    ("P", "N"),
    """
    SELECT a.jurisdiction_id, a.item AS fact, sum(a.count) AS value, array_agg(a.id) AS ids
    FROM enforcement_adjustmentfact a WHERE a.city_id = %(city)s AND a.month = %(first)s
    GROUP BY a.jurisdiction_id, a.item
    """,
    is_named=True,
)

RED_LINES = Family(
    "red lines",
    ("R",),
    """
    SELECT x.jurisdiction_id, x.line AS fact, true AS value, array_agg(x.id) FILTER (WHERE x.id IS NOT NULL) AS ids
    FROM (
        SELECT r.jurisdiction_id, r.red_line AS line, r.id
        FROM enforcement_redlinefact r WHERE r.city_id = %(city)s AND r.month = %(first)s
        UNION ALL
        SELECT s.jurisdiction_id, m.line, s.id
        FROM (
            SELECT a.jurisdiction_id, 'accident_' || lower(a.grade) AS source, a.id
            FROM enforcement_accident a
            WHERE a.city_id = %(city)s AND a.occurred_on BETWEEN %(first)s AND %(last)s
            UNION ALL
            SELECT a.jurisdiction_id, 'accident_concealed', a.id
            FROM enforcement_accident a
            WHERE a.city_id = %(city)s AND a.is_concealed AND a.occurred_on BETWEEN %(first)s AND %(last)s
            UNION ALL
            SELECT f.jurisdiction_id, 'grave_overdue', f.id
            FROM {overdue} f
            WHERE f.severity = 'GRAVE' AND f.due_on < %(grave_due_before)s
              AND NOT EXISTS (
                  SELECT 1 FROM enforcement_deadlineextension x
                  WHERE x.city_id = %(city)s AND x.finding_id = f.id AND x.approved_on <= %(last)s
              )
            UNION ALL
            SELECT j.id, 'returns_missing', NULL
            FROM tenancy_jurisdiction j
            CROSS JOIN (
                SELECT min(r.month) AS month FROM projects_monthlyreturn r
                WHERE r.city_id = %(city)s AND r.first_submitted_at IS NOT NULL
            ) begun
            WHERE j.city_id = %(city)s AND j.level <> 'CITY' AND begun.month <= %(missing_first)s
              AND NOT EXISTS (
                  SELECT 1 FROM projects_monthlyreturn r
                  WHERE r.city_id = %(city)s AND r.jurisdiction_id = j.id
                    AND r.month BETWEEN %(missing_first)s AND %(first)s AND r.first_submitted_at < %(frozen_at)s
              )
        ) s
        JOIN unnest(%(line_sources)s::text[], %(line_ids)s::text[]) AS m (source, line) ON m.source = s.source
    ) x
    GROUP BY x.jurisdiction_id, x.line
    """,
    is_named=True,
)
"""What the records themselves prove (the rubric's `red_line_sources` says which red line each proof is), and what the
bureau has found and recorded. Months before the city's first return are not missing ones."""

FAMILIES = (ADJUSTMENTS, RED_LINES)
