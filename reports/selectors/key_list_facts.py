"""The frozen facts of the document that issues a list of key objects."""

from __future__ import annotations

from reports.gongwen import facts as f
from reports.models import NumberSeries
from reports.selectors.month_facts import envelope
from scoring.models import KeyObjectList
from scoring.selectors.key_lists import class_counts, compare, listed_projects, period_label, previous_list
from tenancy.models import City


def key_list_facts(row: KeyObjectList, series: NumberSeries) -> f.KeyObjectListFacts:
    """重点监管对象名单 of a confirmed list, compared with the one that was in force before it."""
    listed = listed_projects(row)
    former = previous_list(row)
    changes = compare(row, former) if former is not None else None
    counts = class_counts(row)
    return f.KeyObjectListFacts(
        envelope=envelope(series, City.objects.get(pk=row.city_id)),
        period=period_label(row),
        as_of=row.as_of,
        rules_title=row.rule_set.title,
        classified=(counts["D"], counts["C"], counts["B"], counts["A"]),
        entries=tuple(
            f.KeyObjectRow(
                county=one.county,
                project=one.project,
                legal_person=one.legal_person,
                risk_class=one.risk_class,
                reason=one.reason,
            )
            for one in listed
        ),
        legal_persons=len({one.legal_person for one in listed}),
        joined=None if changes is None else len(changes.joined),
        left=None if changes is None else tuple(one.project for one in changes.left),
    )
