"""F 监督检测与实体质量 and G 核备备查、验收与缺陷备案."""

from __future__ import annotations

from scoring.facts.family import Family

TESTS = Family(
    "supervisory tests",
    ("F1",),
    """
    SELECT t.jurisdiction_id, sum(t.batch_count) AS test_batches_done, array_agg(t.id) AS test_batches_done__ids
    FROM inspections_supervisorytest t
    WHERE t.city_id = %(city)s AND t.organizer_level = 'COUNTY' AND t.sampled_on BETWEEN %(first)s AND %(last)s
    GROUP BY t.jurisdiction_id
    """,
)

FAILED_TESTS = Family(
    "failed tests",
    ("F2",),
    """
    SELECT t.jurisdiction_id, array_agg(t.id) AS failed_tests__ids,
           array_agg(t.id) FILTER (WHERE t.handled_on <= e.date) AS failed_tests_handled_in_3wd__ids
    FROM inspections_supervisorytest t
    JOIN core_calendarday s ON s.date = t.reported_on
    JOIN core_calendarday e ON e.is_workday AND e.workday_no = s.workday_no + %(failed_test_workdays)s
    WHERE t.city_id = %(city)s AND t.verdict = 'FAILED'
      AND t.reported_on BETWEEN %(failed_test_from)s AND %(failed_test_to)s
    GROUP BY t.jurisdiction_id
    """,
)
"""Reports of every level: what is done about a bad result on site is the county's work."""

ENTITY_FINDINGS = Family(
    "entity findings",
    ("F3",),
    """
    SELECT f.jurisdiction_id,
           array_agg(f.id) FILTER (WHERE f.severity = 'GENERAL') AS entity_general__ids,
           array_agg(f.id) FILTER (WHERE f.severity = 'SERIOUS') AS entity_serious__ids,
           array_agg(f.id) FILTER (WHERE f.severity = 'GRAVE') AS entity_grave__ids
    FROM inspections_finding f
    WHERE f.city_id = %(city)s AND f.found_on BETWEEN %(first)s AND %(last)s
      AND f.kind = 'PHYSICAL_DEFECT' AND f.state = ANY(%(counted)s)
    GROUP BY f.jurisdiction_id
    """,
)

FILINGS = Family(
    "filings",
    ("G1",),
    """
    SELECT q.jurisdiction_id, array_agg(q.id) AS filings_received__ids,
           array_agg(q.id) FILTER (WHERE q.reviewed_on <= q.due_on) AS filings_reviewed_on_time__ids
    FROM projects_qualityfiling q
    WHERE q.city_id = %(city)s AND q.due_on BETWEEN %(first)s AND %(last)s
    GROUP BY q.jurisdiction_id
    """,
)

ACCEPTANCES = Family(
    "acceptances",
    ("G2",),
    """
    SELECT a.jurisdiction_id, array_agg(a.id) AS acceptances_notified__ids,
           array_agg(a.id) FILTER (WHERE a.is_supervised) AS acceptances_supervised__ids
    FROM projects_acceptance a
    WHERE a.city_id = %(city)s AND a.held_on BETWEEN %(first)s AND %(last)s
    GROUP BY a.jurisdiction_id
    """,
)

DEFECTS = Family(
    "defects",
    ("G3",),
    """
    SELECT d.jurisdiction_id,
           array_agg(d.id) FILTER (WHERE d.due_on BETWEEN %(first)s AND %(last)s
               AND (d.filed_on IS NULL OR d.filed_on > d.due_on)) AS defect_not_filed__ids,
           array_agg(d.id) FILTER (WHERE d.filed_on BETWEEN %(first)s AND %(last)s AND NOT d.is_complete)
               AS defect_filing_incomplete__ids
    FROM projects_defectfiling d
    WHERE d.city_id = %(city)s
      AND (d.due_on BETWEEN %(first)s AND %(last)s OR d.filed_on BETWEEN %(first)s AND %(last)s)
    GROUP BY d.jurisdiction_id
    """,
)

FAMILIES = (TESTS, FAILED_TESTS, ENTITY_FINDINGS, FILINGS, ACCEPTANCES, DEFECTS)
