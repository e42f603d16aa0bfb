"""Query sets: what a county or a unit may see of the bureau's plans is what has been issued to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db.models import Exists, Model, OuterRef

from guidance.enums import PlanState
from tenancy.querysets import TenantManager, TenantQuerySet
from tenancy.scope import Scope

if TYPE_CHECKING:
    from guidance.models import Campaign, Meeting, Task, TaskAssignment, YearPlan


class YearPlanQuerySet(TenantQuerySet["YearPlan"]):
    """Year plans."""

    def in_county(self, scope: Scope) -> Self:
        """Those that were issued: the document goes to every county."""
        return self.filter(state=PlanState.ISSUED)


class TaskQuerySet(TenantQuerySet["Task"]):
    """Tasks."""

    def in_county(self, scope: Scope) -> Self:
        """Those that the county has a part in."""
        return self.filter(_assigned("pk", jurisdiction_id=scope.county_id))

    def of_organization(self, scope: Scope) -> Self:
        """Those that the organization has a part in."""
        return self.filter(_assigned("pk", organization__uscc=scope.organization_uscc))


class AssignmentQuerySet(TenantQuerySet["TaskAssignment"]):
    """Assignments; one row has one organization, so nothing is doubled and the rows can be locked."""

    def of_organization(self, scope: Scope) -> Self:
        """Those of the organization itself."""
        return self.filter(organization__uscc=scope.organization_uscc)


class CampaignQuerySet(TenantQuerySet["Campaign"]):
    """举一反三."""

    def in_county(self, scope: Scope) -> Self:
        """Those whose self-check the county has a part in."""
        return self.filter(_part_of("campaign", jurisdiction_id=scope.county_id))

    def of_organization(self, scope: Scope) -> Self:
        """Those whose self-check the organization has a part in."""
        return self.filter(_part_of("campaign", organization__uscc=scope.organization_uscc))


class MeetingQuerySet(TenantQuerySet["Meeting"]):
    """Meetings."""

    def in_county(self, scope: Scope) -> Self:
        """Those that gave the county a task."""
        return self.filter(_part_of("meeting", jurisdiction_id=scope.county_id))

    def of_organization(self, scope: Scope) -> Self:
        """Those that gave the organization a task."""
        return self.filter(_part_of("meeting", organization__uscc=scope.organization_uscc))


def _assignments() -> type[Model]:
    return apps.get_model("guidance", "TaskAssignment")


def _assigned(outer: str, **whose: object) -> Exists:
    return Exists(_assignments()._base_manager.filter(task_id=OuterRef(outer), **whose))


def _part_of(source: str, **whose: object) -> Exists:
    return Exists(_assignments()._base_manager.filter(**{f"task__{source}_id": OuterRef("pk")}, **whose))


YearPlanManager = TenantManager.from_queryset(YearPlanQuerySet)
TaskManager = TenantManager.from_queryset(TaskQuerySet)
AssignmentManager = TenantManager.from_queryset(AssignmentQuerySet)
CampaignManager = TenantManager.from_queryset(CampaignQuerySet)
MeetingManager = TenantManager.from_queryset(MeetingQuerySet)
