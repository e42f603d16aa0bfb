"""Filters of draws, of their objects and of the officers' directory."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django_filters import ChoiceFilter, DateFromToRangeFilter, FilterSet

from core.widgets import DayRangeWidget
from inspections.enums import DrawKind, DrawState
from inspections.models import Draw, Officer
from projects.enums import RiskClass, SupervisionLevel
from projects.models import Project
from tenancy.filters import ALL, CountyFilterSet
from tenancy.models import Jurisdiction
from tenancy.scope import Scope

SOON_DAYS = 60
"""A certificate that ends within so many days is warned of."""


def _places(filters: FilterSet, scope: Scope) -> None:
    if scope.county_id is not None:
        del filters.filters["place"]
    else:
        rows = Jurisdiction.objects.order_by("unit_order").values_list("code", "short_name")
        filters.filters["place"].extra["choices"] = list(rows)


class DrawFilter(FilterSet):
    """Organizer (the bureau itself is one), kind, state, publication, day."""

    place = ChoiceFilter(label="组织单位", field_name="jurisdiction__code", empty_label=ALL)
    kind = ChoiceFilter(label="抽取类型", choices=DrawKind.choices, empty_label=ALL)
    state = ChoiceFilter(label="状态", choices=DrawState.choices, empty_label=ALL)
    publication = ChoiceFilter(
        label="结果公开",
        method="by_publication",
        choices=(("overdue", "逾期未公开"), ("owed", "未公开"), ("done", "已公开")),
        empty_label=ALL,
    )
    drawn = DateFromToRangeFilter(label="抽取日期", field_name="drawn_on", widget=DayRangeWidget())

    class Meta:
        model = Draw
        fields: list[str] = []

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _places(self, scope)

    def by_publication(self, rows: QuerySet[Any], _: str, value: str) -> QuerySet[Any]:
        """Overdue: the term is over and the result is not public. The view has put `due_on` to the rows."""
        if value == "done":
            return rows.filter(published_on__isnull=False)
        owed = rows.filter(
            kind=DrawKind.PROJECT,
            state=DrawState.DRAWN,
            published_on__isnull=True,
            result_formed_on__isnull=False,
        )
        return owed.filter(due_on__lt=timezone.localdate()) if value == "overdue" else owed


class OfficerFilter(FilterSet):
    """Office, certificate, membership."""

    place = ChoiceFilter(label="所属单位", field_name="jurisdiction__code", empty_label=ALL)
    certificate = ChoiceFilter(
        label="执法证",
        method="by_certificate",
        choices=(("valid", "有效"), ("soon", f"{SOON_DAYS}天内到期"), ("expired", "已到期")),
        empty_label=ALL,
    )
    active = ChoiceFilter(
        label="名录", field_name="is_active", choices=(("True", "在库"), ("False", "已出库")), empty_label=ALL
    )

    class Meta:
        model = Officer
        fields: list[str] = []

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _places(self, scope)

    def by_certificate(self, rows: QuerySet[Officer], _: str, value: str) -> QuerySet[Officer]:
        """By the last day of the certificate."""
        today = timezone.localdate()
        if value == "expired":
            return rows.filter(id_valid_until__lt=today)
        if value == "soon":
            return rows.filter(id_valid_until__range=(today, today + dt.timedelta(days=SOON_DAYS)))
        return rows.filter(id_valid_until__gte=today)


class ObjectFilter(CountyFilterSet):
    """County, level, risk class."""

    level = ChoiceFilter(
        label="监督级别",
        field_name="supervision_level",
        choices=[(one.value, one.label) for one in (SupervisionLevel.CITY, SupervisionLevel.COUNTY)],
        empty_label=ALL,
    )
    risk = ChoiceFilter(label="风险类别", field_name="risk_class", choices=RiskClass.choices, empty_label=ALL)

    class Meta:
        model = Project
        fields: list[str] = []
