"""Reading the facts of September 2023 of one county, as the close does.

The month's calendar: 29 September – 6 October are days off, 7 and 8 October are working days. The return is therefore due
on 7 October (the 5th, moved forward); the data freeze at 24:00 of 8 October.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from core.month import SHANGHAI, ReportingMonth
from scoring.facts.month import read_facts, scored_counties
from scoring.facts.window import open_window
from scoring.selectors.rubrics import rubric_of_version, version_in_force
from tenancy.models import Jurisdiction
from tenancy.scope import current_scope

SEPTEMBER = ReportingMonth(2023, 9)


def day(month: int, number: int, year: int = 2023) -> dt.date:
    return dt.date(year, month, number)


def moment(month: int, number: int, hour: int = 9) -> dt.datetime:
    return dt.datetime(2023, month, number, hour, tzinfo=SHANGHAI)


def unit(short_name: str = "北川县") -> Jurisdiction:
    return Jurisdiction.objects.get(short_name=short_name)


def window(month: ReportingMonth = SEPTEMBER) -> Any:
    rubric = rubric_of_version(version_in_force(month))
    return open_window(city_id=current_scope().city_id, month=month, rubric=rubric)


def facts(short_name: str = "北川县", month: ReportingMonth = SEPTEMBER) -> dict[str, Any]:
    """Name → value of one county."""
    return dict(read_facts(window(month), scored_counties())[unit(short_name).id].values)


def evidence(name: str, short_name: str = "北川县", month: ReportingMonth = SEPTEMBER) -> set[str]:
    """Ids of the records behind a fact."""
    return set(read_facts(window(month), scored_counties())[unit(short_name).id].evidence.get(name, ()))


def ids(*rows: Any) -> set[str]:
    return {str(row.pk) for row in rows}
