"""To-dos of supervisory tests, duty inspections and clues."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from accounts.models import RoleAssignment
from accounts.roles import COUNTY_ROLES, Capability, Role
from enforcement.models import Clue
from inspections.enums import DutyState, FindingState, OrganizerLevel, Verdict
from inspections.models import DutyInspection, SupervisoryTest
from inspections.selectors.supervisory_tests import open_failures
from reports.selectors.todo_kinds import Source, Todo


def check_todos(assignment: RoleAssignment, as_of: dt.date) -> Iterator[Source]:
    """Failures to handle, findings that they drafted, reports that are still out, sheets to conclude, clues to transfer."""
    level = OrganizerLevel.COUNTY if Role(assignment.role) in COUNTY_ROLES else OrganizerLevel.CITY
    tests = SupervisoryTest.objects.select_related("project")
    if assignment.allows(Capability.TEST_EDIT):
        more = reverse("tests:test-list", query={"handling": "open"})
        failed = tests.filter(open_failures(), failure_due_on__isnull=False)
        yield Source("待处置的检测不合格", failed.order_by("failure_due_on", "number"), _failure(as_of), more)
        waiting = tests.filter(
            verdict=Verdict.PENDING, organizer_level=level, commission__isnull=False
        ).order_by("sampled_on", "number")
        more = reverse("tests:test-list", query={"verdict": Verdict.PENDING})
        yield Source("待登记的检测报告", waiting, _waiting, more)
    if assignment.allows(Capability.INSPECTION_REVIEW):
        drafts = tests.filter(finding__state=FindingState.DRAFT, organizer_level=level).exclude(
            finding__recorded_by=assignment.user_id
        )
        yield Source("待认定的检测不合格问题", drafts.order_by("reported_on", "number"), _draft)
    if assignment.allows(Capability.DUTY_EDIT):
        duties = DutyInspection.objects.filter(state=DutyState.DRAFT).select_related("jurisdiction")
        yield Source("待定论的履职检查", duties.order_by("inspected_on"), _duty, reverse("duty:list"))
    if assignment.allows(Capability.CLUE_EDIT):
        clues = Clue.objects.filter(transferred_on__isnull=True, organizer_level=level)
        more = reverse("clues:list", query={"transfer": "open"})
        yield Source("待移送的线索", clues.order_by("identified_on", "number"), _clue, more)


def _duty(row: DutyInspection) -> Todo:
    url = reverse("scoring:duty-detail", args=[row.pk])
    return Todo(f"{row.jurisdiction.short_name}履职检查", row.number, url, "评分、定论")


def _clue(row: Clue) -> Todo:
    note = f"{row.number}，{row.identified_on:%Y-%m-%d} 发现"
    return Todo(row.summary, note, reverse("clues:detail", args=[row.pk]), "移送")


def _failure(as_of: dt.date) -> Any:
    def line(row: SupervisoryTest) -> Todo:
        return Todo(
            title=f"{row.project.name}：{row.item}不合格",
            note=f"{row.number}，报告 {row.report_number}",
            url=reverse("tests:handle", args=[row.pk]),
            verb="登记处置",
            due=row.failure_due_on,
            is_late=row.failure_due_on is not None and row.failure_due_on < as_of,
        )

    return line


def _waiting(row: SupervisoryTest) -> Todo:
    title = f"{row.project.name}：{row.item}"
    return Todo(title, f"{row.number}，{row.sampled_on:%Y-%m-%d} 取样", _page(row), "登记报告")


def _draft(row: SupervisoryTest) -> Todo:
    url = reverse("tests:review", args=[row.pk])
    return Todo(f"{row.project.name}：{row.item}不合格", row.number, url, "认定")


def _page(row: SupervisoryTest) -> str:
    return reverse("tests:test-detail", args=[row.pk])
