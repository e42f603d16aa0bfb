"""A 责任落实与监督能力: the supervision body, the month's plan, trainings."""

from __future__ import annotations

from scoring.facts.family import Family

BODY = Family(
    "supervision body",
    ("A1",),
    """
    SELECT b.jurisdiction_id,
           b.institution_document <> '' AS has_institution_doc,
           ARRAY[b.id] AS has_institution_doc__ids,
           coalesce(p.projects, 0) <= b.full_time_supervisors * %(staff_ratio_max)s AS staff_ratio_ok,
           ARRAY[b.id] || coalesce(p.ids, '{}') AS staff_ratio_ok__ids,
           b.funding_document <> '' OR coalesce(b.funding_wan_yuan, 0) > 0 AS funding_in_place,
           ARRAY[b.id] AS funding_in_place__ids
    FROM (
        SELECT DISTINCT ON (jurisdiction_id) * FROM projects_supervisionbody
        WHERE city_id = %(city)s AND year <= %(year)s AND confirmed_on <= %(freeze_day)s
        ORDER BY jurisdiction_id, year DESC
    ) b
    LEFT JOIN (
        SELECT p.jurisdiction_id, count(*) AS projects, array_agg(p.id) AS ids FROM projects_project p
        WHERE p.city_id = %(city)s AND p.supervision_level = 'COUNTY' AND {started}
        GROUP BY p.jurisdiction_id
    ) p ON p.jurisdiction_id = b.jurisdiction_id
    """,
)
"""The latest yearly confirmation. Nobody full-time is enough only where no project is under way."""

PLAN = Family(
    "month plan",
    ("A2", "D1", "F1"),
    """
    SELECT m.jurisdiction_id,
           m.published_on < %(first)s AS monthly_plan_published_before_month_start,
           ARRAY[m.id] AS monthly_plan_published_before_month_start__ids,
           m.inspection_count AS inspections_planned, ARRAY[m.id] AS inspections_planned__ids,
           m.test_batch_count AS test_batches_planned, ARRAY[m.id] AS test_batches_planned__ids
    FROM inspections_monthplan m WHERE m.city_id = %(city)s AND m.month = %(first)s
    """,
)

TRAININGS = Family(
    "trainings",
    ("A3",),
    """
    SELECT t.jurisdiction_id, array_agg(t.id) AS trainings_in_rolling_quarter__ids
    FROM projects_training t
    WHERE t.city_id = %(city)s AND t.held_on BETWEEN %(quarter_first)s AND %(last)s
    GROUP BY t.jurisdiction_id
    """,
)

FAMILIES = (BODY, PLAN, TRAININGS)
