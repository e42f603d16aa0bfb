"""B 月报与重点监管台账: the county's return of the month and the legal persons' reports."""

from __future__ import annotations

from scoring.facts.family import Family

LATENESS = Family(
    "return lateness",
    ("B1",),
    """
    SELECT r.jurisdiction_id,
           CASE WHEN s.day <= due.date THEN 0
                ELSE d.workday_no + (NOT d.is_workday)::int - due.workday_no END AS workdays_late,
           ARRAY[r.id] AS workdays_late__ids
    FROM projects_monthlyreturn r
    CROSS JOIN LATERAL (SELECT (r.first_submitted_at AT TIME ZONE %(zone)s)::date AS day) s
    JOIN core_calendarday d ON d.date = s.day
    JOIN core_calendarday due ON due.date = %(report_due)s
    WHERE r.city_id = %(city)s AND r.month = %(first)s AND r.first_submitted_at < %(frozen_at)s
    """,
)
"""Absent where nothing was submitted by the freeze. A nil return is a return; an act on a day off counts as done on the
next working day."""

COMPLETENESS = Family(
    "return completeness",
    ("B2",),
    """
    SELECT l.jurisdiction_id,
           sum(c.asked) AS required_fields_total, array_agg(l.id) AS required_fields_total__ids,
           sum(c.filled) AS required_fields_filled,
           array_agg(l.id) FILTER (WHERE c.filled = c.asked) AS required_fields_filled__ids
    FROM (
        SELECT DISTINCT ON (v.monthly_return_id) v.id
        FROM projects_returnversion v JOIN projects_monthlyreturn r ON r.id = v.monthly_return_id
        LEFT JOIN projects_returnreopening o ON o.id = v.reopening_id
        WHERE r.city_id = %(city)s AND r.month = %(first)s AND v.submitted_at < %(frozen_at)s
          AND (o.id IS NULL OR (o.state = 'ACCEPTED' AND o.ended_at < %(frozen_at)s))
        ORDER BY v.monthly_return_id, v.number DESC
    ) latest
    JOIN projects_returnline l ON l.version_id = latest.id
    CROSS JOIN LATERAL (
        SELECT count(*) AS asked, count(*) FILTER (WHERE is_filled) AS filled
        FROM (VALUES (l.award_price_wan_yuan IS NOT NULL), (l.approved_duration_days IS NOT NULL),
                     (coalesce(l.unit_count, 0) > 0), (coalesce(l.key_person_count, 0) > 0),
                     (l.key_work_count IS NOT NULL), (l.registration_number <> '')) AS asked_for (is_filled)
    ) c
    GROUP BY l.jurisdiction_id
    """,
)
"""The latest version submitted by the freeze: 中标价, 批复工期, 参建单位, 主要管理人员, 重要隐蔽/关键部位, 监督手续 of each
line. A correction counts once it was accepted by the freeze. Evidence of the filled fields are the lines without a gap, so
the rest of the total are the lines with one."""

REMARKS = Family(
    "return remarks",
    ("B3",),
    """
    SELECT k.jurisdiction_id,
           array_agg(k.id) FILTER (WHERE k.kind = 'RETURNED') AS report_returned__ids,
           array_agg(k.id) FILTER (WHERE k.kind = 'FIELD_ERROR') AS verified_field_error__ids,
           array_agg(k.id) FILTER (WHERE k.kind = 'OMITTED_PROJECT') AS omitted_project__ids
    FROM projects_returnremark k JOIN projects_monthlyreturn r ON r.id = k.monthly_return_id
    WHERE r.city_id = %(city)s AND r.month = %(first)s AND k.noted_on <= %(freeze_day)s
    GROUP BY k.jurisdiction_id
    """,
)

LEGAL_PERSON_REPORTS = Family(
    "legal persons' reports",
    ("B4",),
    """
    SELECT q.jurisdiction_id, array_agg(q.id) AS key_owner_reports_due__ids,
           array_agg(q.id) FILTER (WHERE q.submitted_on <= q.due_on) AS key_owner_reports_on_time__ids
    FROM projects_legalpersonreport q WHERE q.city_id = %(city)s AND q.month = %(first)s
    GROUP BY q.jurisdiction_id
    """,
)

FAMILIES = (LATENESS, COMPLETENESS, REMARKS, LEGAL_PERSON_REPORTS)
