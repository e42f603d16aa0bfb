"""To-dos of supervisory tests, duty inspections and clues."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from accounts.models import RoleAssignment
from accounts.roles import COUNTY_ROLES, Capability, Role
from inspections.enums import FindingState, OrganizerLevel, Verdict
from inspections.models import SupervisoryTest
from inspections.selectors.supervisory_tests import open_failures
from reports.selectors.todo_kinds import Source, Todo


def check_todos(assignment: RoleAssignment, as_of: dt.date) -> Iterator[Source]:
    """Failures to handle, findings that they drafted, reports that are still out."""
    in_county = Role(assignment.role) in COUNTY_ROLES
    tests = SupervisoryTest.objects.select_related("project")
    if assignment.allows(Capability.TEST_EDIT):
        more = reverse("tests:test-list", query={"handling": "open"})
        failed = tests.filter(open_failures(), failure_due_on__isnull=False)
        yield Source("待处置的检测不合格", failed.order_by("failure_due_on", "number"), _failure(as_of), more)
        level = OrganizerLevel.COUNTY if in_county else OrganizerLevel.CITY
        waiting = tests.filter(
            verdict=Verdict.PENDING, organizer_level=level, commission__isnull=False
        ).order_by("sampled_on", "number")
        more = reverse("tests:test-list", query={"verdict": Verdict.PENDING})
        yield Source("待登记的检测报告", waiting, _waiting, more)
    if assignment.allows(Capability.INSPECTION_REVIEW):
        drafts = tests.filter(finding__state=FindingState.DRAFT).exclude(
            finding__recorded_by=assignment.user_id
        )
        yield Source("待认定的检测不合格问题", drafts.order_by("reported_on", "number"), _draft)


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
