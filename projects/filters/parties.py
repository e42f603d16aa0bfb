"""Filters of organizations, people and lifelong liability."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django_filters import ChoiceFilter, FilterSet

from projects.enums import OrganizationKind, UnitRole
from projects.models import ParticipatingUnit
from tenancy.filters import ALL, CountyFilterSet

CONCERNS = (("multi", "项目经理多项目"), ("expired", "证书过期"))
LACKS = (("signature", "缺承诺书"), ("plaque", "缺公示牌"), ("parties", "未登记责任单位"), ("none", "齐全"))


class OrganizationFilter(FilterSet):
    """Nature, role, what waits."""

    kind = ChoiceFilter(label="单位性质", choices=OrganizationKind.choices, empty_label=ALL)
    role = ChoiceFilter(label="参建角色", choices=UnitRole.choices, empty_label=ALL, method="filter_role")
    findings = ChoiceFilter(
        label="问题",
        choices=(("open", "有未销号"), ("overdue", "有逾期")),
        empty_label=ALL,
        method="filter_findings",
    )

    def filter_role(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Has this role on a project of the scope."""
        return rows.filter(Exists(ParticipatingUnit.objects.filter(organization=OuterRef("pk"), role=value)))

    def filter_findings(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """With open or overdue findings."""
        return rows.filter(overdue_count__gt=0) if value == "overdue" else rows.filter(open_count__gt=0)


class KeyPersonFilter(CountyFilterSet):
    """County, in post or not, what is wrong."""

    concern = ChoiceFilter(label="需要核查", choices=CONCERNS, empty_label=ALL, method="filter_concern")
    post = ChoiceFilter(
        label="在岗", choices=(("yes", "在岗"), ("no", "已离岗")), empty_label=ALL, method="filter_post"
    )

    def __init__(self, *args: Any, as_of: dt.date, **kwargs: Any) -> None:
        self.as_of = as_of
        super().__init__(*args, **kwargs)

    def filter_concern(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """项目经理 of two active projects, or a certificate that has run out while in post."""
        if value == "multi":
            return rows.filter(is_elsewhere=True)
        return rows.filter(is_in_post=True, certificate_valid_until__lt=self.as_of)

    def filter_post(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Today."""
        return rows.filter(is_in_post=value == "yes")


class LiabilityFilter(CountyFilterSet):
    """County, what is missing."""

    lack = ChoiceFilter(label="缺什么", choices=LACKS, empty_label=ALL, method="filter_lack")

    def filter_lack(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """By the parts of rubric item C3."""
        if value == "signature":
            return rows.filter(lacks_signature=True)
        if value == "plaque":
            return rows.filter(plaque_on__isnull=True)
        if value == "parties":
            return rows.filter(has_parties=False)
        return rows.filter(is_liable=True)
