"""Filters of jobs and of the trail."""

from __future__ import annotations

from django_filters import CharFilter, ChoiceFilter, DateFromToRangeFilter, FilterSet

from audit.presenters import ACTIONS, SUBJECTS
from core.widgets import DayRangeWidget
from reports.selectors.jobs import KINDS
from tenancy.enums import JobState
from tenancy.filters import ALL


class JobFilter(FilterSet):
    """State, kind, when."""

    state = ChoiceFilter(label="状态", choices=JobState.choices, empty_label=ALL)
    kind = ChoiceFilter(label="类型", choices=sorted(KINDS.items()), empty_label=ALL)
    created = DateFromToRangeFilter(label="发起日期", field_name="created_at", widget=DayRangeWidget())


class AuditFilter(FilterSet):
    """What was done, by whom, to what, when."""

    action = ChoiceFilter(label="动作", choices=sorted(ACTIONS.items()), empty_label=ALL)
    actor = CharFilter(label="操作人", field_name="actor_name", lookup_expr="icontains", max_length=60)
    kind = ChoiceFilter(
        label="对象", field_name="subject_kind", choices=sorted(SUBJECTS.items()), empty_label=ALL
    )
    at = DateFromToRangeFilter(label="日期", field_name="at", widget=DayRangeWidget())
