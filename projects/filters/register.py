"""Filters of the register."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django_filters import CharFilter, ChoiceFilter

from projects.enums import ProjectCategory, ProjectStatus, RiskClass, SiteStanding, SupervisionLevel
from projects.rules.register import STANDARD_SITE_COST_WAN_YUAN
from projects.selectors.register import NEEDS_REGISTRATION
from tenancy.filters import ALL, CountyFilterSet

YES_NO = (("yes", "是"), ("no", "否"))
REGISTRATION = (("missing", "应办未办"), ("done", "已办"))
NO_CLASS = "none"
_DUE = "due"
SITE = ((_DUE, "应创建未创建"), *SiteStanding.choices)
LACKING = (
    ("position", "位置"),
    ("estimate", "批复概算"),
    ("sections", "标段"),
    ("units", "参建单位"),
    ("key_works", "重要部位"),
    ("plaque", "质量责任公示牌"),
)
"""What a project's file may lack, for those who complete it."""


class ProjectFilter(CountyFilterSet):
    """County, category, stage, level, key object, registration."""

    category = ChoiceFilter(label="工程类别", choices=ProjectCategory.choices, empty_label=ALL)
    status = ChoiceFilter(label="建设状态", choices=ProjectStatus.choices, empty_label=ALL)
    level = ChoiceFilter(
        label="监督级别", field_name="supervision_level", choices=SupervisionLevel.choices, empty_label=ALL
    )
    key = ChoiceFilter(label="重点监管对象", choices=YES_NO, empty_label=ALL, method="filter_key")
    registration = ChoiceFilter(
        label="监督手续", choices=REGISTRATION, empty_label=ALL, method="filter_registration"
    )
    risk = ChoiceFilter(
        label="风险类别",
        choices=(*RiskClass.choices, (NO_CLASS, "未分类")),
        empty_label=ALL,
        method="filter_risk",
    )
    site = ChoiceFilter(label="标准化工地", choices=SITE, empty_label=ALL, method="filter_site")
    lacking = ChoiceFilter(label="缺少", choices=LACKING, empty_label=ALL, method="filter_lacking")

    unit = CharFilter(label="单位信用代码", widget=forms.HiddenInput, max_length=18, method="filter_unit")
    """Set by links from a unit to its projects."""

    def filter_unit(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """On which the unit is the legal person or takes part."""
        return rows.filter(Q(legal_person__uscc=value) | Q(units__organization__uscc=value)).distinct()

    def filter_risk(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Of this class, or of none yet."""
        return rows.filter(risk_class="" if value == NO_CLASS else value)

    def filter_site(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Of this standing; or large enough to build one and not doing so."""
        if value == _DUE:
            return rows.filter(
                construction_cost_wan_yuan__gte=STANDARD_SITE_COST_WAN_YUAN, site_standing=SiteStanding.NONE
            )
        return rows.filter(site_standing=value)

    def filter_lacking(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Without it, planned projects apart: they have no sections yet."""
        missing = {
            "position": Q(longitude__isnull=True),
            "estimate": Q(approved_estimate_wan_yuan__isnull=True),
            "sections": Q(sections__isnull=True),
            "units": Q(units__isnull=True),
            "key_works": Q(key_works__isnull=True),
            "plaque": Q(plaque_on__isnull=True),
        }
        return rows.filter(NEEDS_REGISTRATION, missing[value])

    def filter_key(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """On the list of key objects or not."""
        return rows.filter(is_key_object=value == "yes")

    def filter_registration(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Done, or missing although work has begun."""
        if value == "done":
            return rows.filter(is_registered=True)
        return rows.filter(NEEDS_REGISTRATION, is_registered=False)
