"""E 问题处置与整改闭环: terms, closure, notices, rechecks, clues."""

from __future__ import annotations

from scoring.facts.family import Family

DUE = Family(
    "findings due",
    ("E1",),
    """
    SELECT f.jurisdiction_id, array_agg(f.id) AS findings_due__ids,
           array_agg(f.id) FILTER (WHERE f.closed_on <= f.due_on) AS findings_due_closed_on_time__ids
    FROM inspections_finding f
    WHERE f.city_id = %(city)s AND f.due_on BETWEEN %(first)s AND %(last)s AND f.state = ANY(%(counted)s)
    GROUP BY f.jurisdiction_id
    """,
)
"""Findings of every level: closing them is the county's daily work. `due_on` is the term in force, extensions included."""

OVERDUE = Family(
    "overdue findings",
    ("E2",),
    """
    SELECT f.jurisdiction_id,
           array_agg(f.id) FILTER (WHERE f.severity = 'GENERAL') AS overdue_general__ids,
           array_agg(f.id) FILTER (WHERE f.severity = 'SERIOUS') AS overdue_serious__ids,
           array_agg(f.id) FILTER (WHERE f.severity = 'GRAVE') AS overdue_grave__ids
    FROM {overdue} f
    GROUP BY f.jurisdiction_id
    """,
)
"""Not closed at 24:00 of the month's last day although the term has ended by then."""

NOTICED = Family(
    "notices in time",
    ("E3",),
    """
    SELECT f.jurisdiction_id, array_agg(f.id) AS serious_findings__ids,
           array_agg(f.id) FILTER (WHERE EXISTS (
               SELECT 1 FROM enforcement_noticefinding x
               JOIN enforcement_rectificationnotice n ON n.id = x.notice_id
               WHERE x.city_id = %(city)s AND x.finding_id = f.id
                 AND n.state = ANY(%(issued)s) AND n.issued_on <= e.date
           )) AS serious_findings_noticed_in_5wd__ids
    FROM inspections_finding f
    JOIN core_calendarday s ON s.date = f.found_on
    JOIN core_calendarday e ON e.is_workday AND e.workday_no = s.workday_no + %(notice_workdays)s
    WHERE f.city_id = %(city)s AND f.found_on BETWEEN %(notice_from)s AND %(notice_to)s
      AND f.severity IN ('SERIOUS', 'GRAVE') AND f.state = ANY(%(counted)s)
    GROUP BY f.jurisdiction_id
    """,
)

RECHECKED = Family(
    "rechecks",
    ("E4",),
    """
    SELECT f.jurisdiction_id, array_agg(f.id) AS serious_closed__ids,
           array_agg(f.id) FILTER (WHERE EXISTS (
               SELECT 1 FROM enforcement_recheck k
               WHERE k.city_id = %(city)s AND k.finding_id = f.id AND k.is_on_site AND k.has_passed
                 AND k.rechecked_on <= %(last)s
           )) AS serious_closed_with_recheck__ids
    FROM inspections_finding f
    WHERE f.city_id = %(city)s AND f.closed_on BETWEEN %(first)s AND %(last)s
      AND f.severity IN ('SERIOUS', 'GRAVE') AND f.state = ANY(%(counted)s)
    GROUP BY f.jurisdiction_id
    """,
)

CLUES = Family(
    "clues",
    ("E5",),
    """
    SELECT c.jurisdiction_id, array_agg(c.id) AS clues_identified__ids,
           array_agg(c.id) FILTER (WHERE c.transferred_on <= e.date) AS clues_transferred_in_7wd__ids
    FROM enforcement_clue c
    JOIN core_calendarday s ON s.date = c.identified_on
    JOIN core_calendarday e ON e.is_workday AND e.workday_no = s.workday_no + %(transfer_workdays)s
    WHERE c.city_id = %(city)s AND c.identified_on BETWEEN %(transfer_from)s AND %(transfer_to)s
      AND c.organizer_level = 'COUNTY'
    GROUP BY c.jurisdiction_id
    """,
)
"""Clues that the county identified: whoever identifies a clue transfers it."""

FAMILIES = (DUE, OVERDUE, NOTICED, RECHECKED, CLUES)
