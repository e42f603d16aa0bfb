"""The side menu: what the role may open, with the few counts that ask for an act."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from accounts.models import RoleAssignment
from accounts.roles import Capability
from core.components import NavItem, NavSection
from core.kept_query import Shelf
from enforcement.enums import InterviewState
from enforcement.models import Interview, RectificationNotice
from enforcement.selectors.notices import overdue_notices_on
from inspections.enums import InspectionState
from inspections.models import Finding, Inspection
from inspections.selectors.draws import overdue_publications
from inspections.selectors.findings import overdue_on
from projects.enums import ReturnState
from projects.models import MonthlyReturn, QualityFiling
from tenancy.enums import JobState
from tenancy.models import City, Job
from tenancy.scope import current_scope


@dataclass(frozen=True)
class Entry:
    """One line of the menu. `key` follows `g`; `count` names one of `_counts`."""

    label: str
    view: str
    capability: Capability
    key: str
    count: str = ""
    count_label: str = ""


MENU: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        "",
        (
            Entry("驾驶舱", "home", Capability.DASHBOARD_VIEW, "h"),
            Entry("待办", "todos", Capability.TODO_VIEW, "d"),
        ),
    ),
    (
        "月度考核",
        (
            Entry("月结", "reports:month-list", Capability.MONTH_VIEW, "m"),
            Entry("考核评分", "scoring:score-list", Capability.SCORE_VIEW, "s"),
            Entry(
                "约谈", "enforcement:interview-list", Capability.INTERVIEW_VIEW, "i", "interviews", "待决定"
            ),
            Entry("公文", "reports:document-list", Capability.DOCUMENT_VIEW, "w"),
        ),
    ),
    (
        "工程与月报",
        (
            Entry("工程台账", "projects:project-list", Capability.PROJECT_VIEW, "p"),
            Entry("单位", "organizations:organization-list", Capability.PROJECT_VIEW, "o"),
            Entry("管理人员", "organizations:person-list", Capability.PROJECT_VIEW, "e"),
            Entry("终身责任", "organizations:liability-list", Capability.RETURN_VIEW, "z"),
            Entry("月报", "returns:return-list", Capability.RETURN_VIEW, "r"),
            Entry("月报受理", "returns:desk", Capability.MONTH_VIEW, "y", "returns", "待受理"),
            Entry("质量核备", "projects:filing-list", Capability.RETURN_VIEW, "q", "filings", "逾期"),
            Entry("数据疑点", "doubts:list", Capability.RETURN_VIEW, "x"),
            Entry("项目法人月报", "legal_person_reports:report-list", Capability.REPORT_VIEW, "b"),
            Entry("重点监管", "scoring:key-list-list", Capability.RISK_VIEW, "k"),
            Entry("要点与指导", "guidance:plan-list", Capability.GUIDANCE_VIEW, "c"),
            Entry("工作任务", "guidance:assignment-list", Capability.TASK_ANSWER, "t"),
        ),
    ),
    (
        "监督检查",
        (
            Entry("检查计划", "plans:overview", Capability.INSPECTION_VIEW, "1"),
            Entry("双随机抽查", "draws:draw-list", Capability.INSPECTION_VIEW, "6", "draws", "逾期未公开"),
            Entry("检查人员", "draws:officer-list", Capability.DRAW_WITNESS, "8"),
            Entry("监督检查", "visits:inspection-list", Capability.INSPECTION_VIEW, "4", "reviews", "待审核"),
            Entry("问题", "inspections:finding-list", Capability.FINDING_VIEW, "f", "findings", "逾期"),
            Entry("整改通知书", "enforcement:notice-list", Capability.NOTICE_VIEW, "n", "notices", "逾期"),
            Entry("线索", "clues:list", Capability.INSPECTION_VIEW, "3"),
            Entry("监督检测", "tests:test-list", Capability.INSPECTION_VIEW, "v"),
            Entry("履职检查", "duty:list", Capability.SCORE_VIEW, "5"),
            Entry("招投标核查", "bidding:list", Capability.INSPECTION_VIEW, "2"),
            Entry("外业设备", "devices:device-list", Capability.DEVICE_MANAGE, "7"),
        ),
    ),
    (
        "数据与系统",
        (
            Entry("台账导入导出", "reports:batch-list", Capability.LEDGER_EXPORT, "l"),
            Entry("任务", "reports:job-list", Capability.JOB_VIEW, "j", "jobs", "失败"),
            Entry("审计日志", "reports:audit-list", Capability.AUDIT_VIEW, "a"),
            Entry("用户与角色", "accounts:person-list", Capability.USER_VIEW, "u"),
        ),
    ),
)


def navigation(assignment: RoleAssignment, current_path: str) -> list[NavSection]:
    """Sections of the menu; a section without a line is left out. One query, whatever the role."""
    allowed = [
        (label, [entry for entry in entries if assignment.allows(entry.capability)])
        for label, entries in MENU
    ]
    counts = _counts({entry.count for _, entries in allowed for entry in entries if entry.count})
    current = _current([reverse(entry.view) for _, entries in allowed for entry in entries], current_path)
    return [
        NavSection(label, [_item(entry, current, counts) for entry in entries])
        for label, entries in allowed
        if entries
    ]


def _item(entry: Entry, current: str, counts: dict[str, int]) -> NavItem:
    url = reverse(entry.view)
    return NavItem(
        label=entry.label,
        url=url,
        is_current=url == current,
        count=counts.get(entry.count, 0),
        count_label=entry.count_label,
        is_bad=bool(entry.count),
        key=entry.key,
    )


def _current(urls: Iterable[str], path: str) -> str:
    """The longest address that the page stands under, so that "/" is current only for itself."""
    under = [url for url in urls if path == url or (url != "/" and path.startswith(f"{url.rstrip('/')}/"))]
    return max(under, key=len, default="")


_COUNTS = Shelf()


def _counts(wanted: Iterable[str]) -> dict[str, int]:
    names, today, scope = sorted(wanted), timezone.localdate(), current_scope()
    if not names:
        return {}
    key = (*names, today, replace(scope, user_id=None))
    [counted] = _COUNTS.rows(key, lambda: _counting(names, scope.city_id, today))
    return dict(zip(names, counted, strict=True))


def _counting(names: Sequence[str], city_id: uuid.UUID, today: dt.date) -> QuerySet[City, Any]:
    """One row, with a column for each name."""
    sources: dict[str, QuerySet[Any]] = {
        "interviews": Interview.objects.filter(state=InterviewState.PROPOSED),
        "findings": Finding.objects.filter(overdue_on(today)),
        "reviews": Inspection.objects.filter(state=InspectionState.CONCLUDED),
        "notices": RectificationNotice.objects.filter(overdue_notices_on(today)),
        "filings": QualityFiling.objects.filter(reviewed_on__isnull=True, due_on__lt=today),
        "returns": MonthlyReturn.objects.filter(state=ReturnState.SUBMITTED, opened_at__isnull=False),
        "draws": overdue_publications(today),
        "jobs": Job.objects.filter(state=JobState.FAILED),
    }
    columns = {name: _count_of(sources[name]) for name in names}
    return City.objects.filter(pk=city_id).annotate(**columns).values_list(*names)


def _count_of(rows: QuerySet[Any]) -> Coalesce:
    by_city = (
        rows.filter(city_id=OuterRef("pk")).order_by().values("city_id").annotate(n=Count("*")).values("n")
    )
    return Coalesce(Subquery(by_city, output_field=IntegerField()), 0)
