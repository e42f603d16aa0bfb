"""C 监督手续与监督计划: registrations, certificates, commitments of the projects under way."""

from __future__ import annotations

from scoring.facts.family import Family

PROJECTS = Family(
    "projects under way",
    ("C1", "C2", "C3"),
    """
    SELECT p.jurisdiction_id,
           array_agg(p.id) AS started_projects__ids,
           array_agg(p.id) FILTER (WHERE g.id IS NOT NULL) AS started_projects_with_procedure__ids,
           array_agg(g.id) FILTER (WHERE g.id IS NOT NULL) AS procedures_done__ids,
           array_agg(g.id) FILTER (WHERE greatest(g.certificate_on, g.plan_on, g.briefing_on) <= %(last)s
               AND num_nulls(g.certificate_on, g.plan_on, g.briefing_on) = 0) AS projects_with_book_plan_briefing__ids,
           array_agg(p.id) FILTER (WHERE p.plaque_on <= %(last)s AND c.is_committed)
               AS projects_with_all_commitments__ids
    FROM projects_project p
    LEFT JOIN projects_supervisionregistration g ON g.project_id = p.id AND g.registered_on <= %(last)s
    CROSS JOIN LATERAL (
        SELECT coalesce(bool_and(EXISTS (
            SELECT 1 FROM projects_lifelongcommitment k
            WHERE k.unit_id = u.id AND k.signed_on <= %(last)s
              AND (k.replaced_on IS NULL OR k.replaced_on > %(last)s)
        )), false) AS is_committed
        FROM projects_participatingunit u
        WHERE u.project_id = p.id AND u.role = ANY(%(committed)s) AND {in_force}
    ) c
    WHERE p.city_id = %(city)s AND {started}
    GROUP BY p.jurisdiction_id
    """,
)
"""All projects in the county, whoever supervises them. 终身责任: a plaque, and a commitment in force of every unit of the
five responsible roles; a project without any such unit on record has not committed anybody."""

LATE_REGISTRATIONS = Family(
    "registrations after the start",
    ("C1",),
    """
    SELECT g.jurisdiction_id, array_agg(g.id) AS procedure_after_start__ids
    FROM projects_supervisionregistration g JOIN projects_project p ON p.id = g.project_id
    WHERE g.city_id = %(city)s AND g.registered_on BETWEEN %(first)s AND %(last)s
      AND g.registered_on > p.started_on
    GROUP BY g.jurisdiction_id
    """,
)

FAMILIES = (PROJECTS, LATE_REGISTRATIONS)
