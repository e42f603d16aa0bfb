"""H 市级检查与履职检查结果."""

from __future__ import annotations

from scoring.facts.family import Family

CITY_ONLY = Family(
    "findings of the city alone",
    ("H1",),
    """
    SELECT f.jurisdiction_id,
           array_agg(f.id) FILTER (WHERE f.severity = 'GENERAL') AS city_only_general__ids,
           array_agg(f.id) FILTER (WHERE f.severity = 'SERIOUS') AS city_only_serious__ids,
           array_agg(f.id) FILTER (WHERE f.severity = 'GRAVE') AS city_only_grave__ids
    FROM inspections_finding f
    LEFT JOIN inspections_catalogueitem c ON c.id = f.catalogue_item_id
    WHERE f.city_id = %(city)s AND f.found_on BETWEEN %(first)s AND %(last)s
      AND f.found_by_level = 'CITY' AND f.state = ANY(%(counted)s)
      AND NOT EXISTS (
          SELECT 1 FROM inspections_finding k
          LEFT JOIN inspections_catalogueitem kc ON kc.id = k.catalogue_item_id
          WHERE k.city_id = %(city)s AND k.project_id = f.project_id AND k.found_by_level = 'COUNTY'
            AND k.state = ANY(%(counted)s) AND k.found_on BETWEEN %(lookback_first)s AND f.found_on
            AND kc.code IS NOT DISTINCT FROM c.code
      )
    GROUP BY f.jurisdiction_id
    """,
)
"""By code, not by row: a new edition of the catalogue must not make an old finding of the county invisible."""

DUTY = Family(
    "duty inspection",
    ("H2",),
    """
    SELECT d.jurisdiction_id, d.points AS latest_duty_inspection_score_within_12_months,
           ARRAY[d.id] AS latest_duty_inspection_score_within_12_months__ids
    FROM (
        SELECT DISTINCT ON (d.jurisdiction_id) d.jurisdiction_id, d.id, s.points
        FROM inspections_dutyinspection d
        JOIN (
            SELECT x.duty_inspection_id, sum(x.points) AS points FROM inspections_dutyinspectionitem x
            WHERE x.city_id = %(city)s GROUP BY x.duty_inspection_id
        ) s ON s.duty_inspection_id = d.id
        WHERE d.city_id = %(city)s AND d.state = 'CONCLUDED' AND d.concluded_on BETWEEN %(duty_first)s AND %(last)s
        ORDER BY d.jurisdiction_id, d.concluded_on DESC, d.id DESC
    ) d
    """,
)
"""The sum of the sheet's lines. An inspection without a filled sheet has no score."""

FAMILIES = (CITY_ONLY, DUTY)
