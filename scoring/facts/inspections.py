"""D 监督检查实施, and the scales of F3 and H1: inspections, aspects, draws, the quality of the records."""

from __future__ import annotations

from scoring.facts.family import Family

INSPECTIONS = Family(
    "inspections",
    ("D1", "D4", "F3", "H1"),
    """
    SELECT i.jurisdiction_id,
           array_agg(i.id) FILTER (WHERE i.organizer_level = 'COUNTY') AS inspections_done__ids,
           array_agg(i.id) FILTER (WHERE i.organizer_level = 'COUNTY' AND coalesce(o.certified, 0) < 2)
               AS fewer_than_two_certified_officers__ids,
           array_agg(i.id) FILTER (WHERE i.organizer_level = 'COUNTY'
               AND NOT i.counterparty_signed AND i.refusal_witness = '') AS no_counterparty_signature__ids,
           array_agg(DISTINCT i.project_id) AS inspected_projects__ids,
           array_agg(DISTINCT i.project_id) FILTER (WHERE i.organizer_level = 'CITY')
               AS city_inspected_projects__ids
    FROM inspections_inspection i
    LEFT JOIN LATERAL (
        SELECT count(*) AS certified FROM inspections_inspectionofficer o
        WHERE o.inspection_id = i.id AND o.role = 'OFFICER' AND o.enforcement_id <> ''
          AND (o.id_valid_until IS NULL OR o.id_valid_until >= i.inspected_on)
    ) o ON i.organizer_level = 'COUNTY'
    WHERE i.city_id = %(city)s AND i.state = 'COMPLETED' AND i.inspected_on BETWEEN %(first)s AND %(last)s
    GROUP BY i.jurisdiction_id
    """,
)
"""Completed inspections of the month. Two certified officers: 行政处罚法 art. 42; an assistant is none."""

RECORDS = Family(
    "findings of the county's inspections",
    ("D4",),
    """
    SELECT f.jurisdiction_id,
           array_agg(f.id) FILTER (WHERE NOT EXISTS (
               SELECT 1 FROM inspections_evidence e WHERE e.city_id = %(city)s AND e.finding_id = f.id
           )) AS finding_without_evidence__ids,
           array_agg(f.id) FILTER (WHERE f.catalogue_item_id IS NULL) AS finding_without_catalogue_code__ids
    FROM inspections_inspection i JOIN inspections_finding f ON f.inspection_id = i.id
    WHERE i.city_id = %(city)s AND i.state = 'COMPLETED' AND i.organizer_level = 'COUNTY'
      AND i.inspected_on BETWEEN %(first)s AND %(last)s AND f.state = ANY(%(counted)s)
    GROUP BY f.jurisdiction_id
    """,
)

ASPECTS = Family(
    "aspects",
    ("D2",),
    """
    SELECT x.jurisdiction_id, array_agg(x.id) AS aspects_checked_in_rolling_quarter__ids
    FROM (
        SELECT DISTINCT ON (i.jurisdiction_id, a.aspect) i.jurisdiction_id, a.id
        FROM inspections_inspection i JOIN inspections_inspectionaspect a ON a.inspection_id = i.id
        WHERE i.city_id = %(city)s AND i.state = 'COMPLETED' AND i.organizer_level = 'COUNTY'
          AND i.inspected_on BETWEEN %(quarter_first)s AND %(last)s AND a.is_checked
        ORDER BY i.jurisdiction_id, a.aspect, i.inspected_on DESC, a.id
    ) x
    GROUP BY x.jurisdiction_id
    """,
)
"""One record per aspect as evidence: the newest."""

DRAWS = Family(
    "draws",
    ("D3",),
    """
    SELECT j.id AS jurisdiction_id,
           coalesce(d.projects, 0) >= %(sample_ratio)s * coalesce(p.projects, 0)
               AS rolling_year_sample_ratio_ge_10pct,
           d.ids AS rolling_year_sample_ratio_ge_10pct__ids,
           coalesce(p.projects, 0) = 0 OR (w.ids IS NOT NULL AND w.late IS NULL) AS published_within_20_workdays,
           coalesce(w.late, w.ids) AS published_within_20_workdays__ids
    FROM tenancy_jurisdiction j
    LEFT JOIN (
        SELECT p.jurisdiction_id, count(*) AS projects FROM projects_project p
        WHERE p.city_id = %(city)s AND p.supervision_level = 'COUNTY' AND {started}
        GROUP BY p.jurisdiction_id
    ) p ON p.jurisdiction_id = j.id
    LEFT JOIN (
        SELECT w.jurisdiction_id, count(DISTINCT x.project_id) AS projects, array_agg(x.id) AS ids
        FROM inspections_draw w
        JOIN inspections_drawnproject x ON x.draw_id = w.id
        JOIN projects_project p ON p.id = x.project_id AND p.supervision_level = 'COUNTY'
        WHERE w.city_id = %(city)s AND w.kind = 'PROJECT' AND w.state = 'DRAWN' AND w.void_reason = ''
          AND w.drawn_on BETWEEN %(year_first)s AND %(last)s AND p.jurisdiction_id = w.jurisdiction_id
        GROUP BY w.jurisdiction_id
    ) d ON d.jurisdiction_id = j.id
    LEFT JOIN (
        SELECT w.jurisdiction_id, array_agg(w.id) AS ids,
               array_agg(w.id) FILTER (
                   WHERE w.result_formed_on BETWEEN %(publish_from)s AND %(publish_to)s
                     AND (w.published_on IS NULL OR w.published_on > e.date)) AS late
        FROM inspections_draw w
        LEFT JOIN core_calendarday s ON s.date = w.result_formed_on
        LEFT JOIN core_calendarday e ON e.is_workday AND e.workday_no = s.workday_no + %(publish_workdays)s
        WHERE w.city_id = %(city)s AND w.kind = 'PROJECT' AND w.state = 'DRAWN' AND w.void_reason = ''
          AND w.drawn_on BETWEEN %(year_first)s AND %(last)s
        GROUP BY w.jurisdiction_id
    ) w ON w.jurisdiction_id = j.id
    WHERE j.city_id = %(city)s AND j.level <> 'CITY'
    """,
)
"""Draws that the county itself organized. A county without projects of its own to draw from owes no draw."""

FAMILIES = (INSPECTIONS, RECORDS, ASPECTS, DRAWS)
