"""Homes of those who do not steer the city: counties, units, the three administrators."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.safestring import SafeString

from accounts.models import RoleAssignment
from accounts.roles import Capability
from core import display
from core.components import Figure, Link
from core.month import ReportingMonth
from core.svg import TrendPoint, trend_line
from enforcement.models import Interview, RectificationNotice, ReminderLetter
from enforcement.selectors.measures import ENDED_INTERVIEWS
from enforcement.selectors.notices import overdue_notices_on
from inspections.enums import OPEN_FINDING_STATES
from inspections.filters.findings import OPEN
from inspections.models import Finding
from inspections.selectors.findings import overdue_on
from projects.enums import ReturnState
from projects.models import MonthlyReturn
from projects.selectors.returns.desk import standing
from projects.selectors.returns.timing import calendar_for, left_text
from reports.selectors.month_frame import MonthFrame
from scoring.enums import ScoreStatus
from scoring.models import CountyScore
from scoring.selectors.scores import finals_until, scores_in_force
from tenancy.enums import JobState
from tenancy.models import Job, Jurisdiction

SHOWN = 10
MONTHS = 12


@dataclass(frozen=True)
class Deadline:
    """A day by which something must be done."""

    due: dt.date
    title: str
    note: str
    url: str
    is_late: bool


@dataclass(frozen=True)
class OpenReturn:
    """A return that waits for the county: how long it has, in words."""

    row: MonthlyReturn
    left: str
    is_pressing: bool
    verb: str

    @property
    def is_returned(self) -> bool:
        """The bureau sent it back."""
        return self.row.state == ReturnState.RETURNED

    @property
    def tone(self) -> str:
        """Of the message: what was sent back or is due presses."""
        return "bad" if self.is_returned or self.is_pressing else "warn"

    @property
    def url(self) -> str:
        return reverse("returns:return-detail", args=[self.row.pk])


@dataclass(frozen=True)
class CountyHome:
    """A county's own month."""

    frame: MonthFrame
    county: Jurisdiction
    open_returns: list[OpenReturn]
    report: MonthlyReturn | None
    figures: list[Figure]
    deadlines: list[Deadline]
    score: CountyScore | None
    gap: Decimal | None
    score_url: str
    chart: SafeString


def county_home(frame: MonthFrame, county: Jurisdiction, *, as_of: dt.date) -> CountyHome:
    """Read it through the county's scope."""
    month = frame.month
    row = scores_in_force().filter(jurisdiction=county, month=month.first)
    score = row.select_related("run").defer("snapshot", "evidence", "run__statistics").first()
    threshold = frame.rubric.thresholds.interview_threshold if frame.rubric is not None else None
    is_scored = score is not None and score.status == ScoreStatus.SCORED and score.final is not None
    gap = (
        score.final - threshold
        if is_scored and score and score.final is not None and threshold is not None
        else None
    )
    return CountyHome(
        frame=frame,
        county=county,
        open_returns=_open_returns(as_of),
        report=MonthlyReturn.objects.filter(month=month.first).first(),
        figures=_county_figures(as_of),
        deadlines=sorted(
            [*_findings_due(as_of), *_measures_due(as_of)], key=lambda one: (one.due, one.title)
        )[:SHOWN],
        score=score,
        gap=gap,
        score_url=reverse("scoring:score-detail", args=[county.code, month]),
        chart=_chart(county, month, threshold),
    )


def _open_returns(as_of: dt.date) -> list[OpenReturn]:
    """What was sent back first, then what is due first."""
    waiting = MonthlyReturn.objects.filter(state__in=[ReturnState.DRAFT, ReturnState.RETURNED])
    rows = sorted(waiting, key=lambda one: (one.state != ReturnState.RETURNED, one.month))
    calendar = calendar_for(rows, as_of)
    found = []
    for row in rows:
        how = standing(row, today=as_of, calendar=calendar)
        verb = "审核报送" if row.handed_over_at else "补正" if row.state == ReturnState.RETURNED else "填报"
        left = left_text(row, how, calendar, as_of)
        found.append(OpenReturn(row, left, how.workdays_late > 0 or row.due_on == as_of, verb))
    return found


def _chart(county: Jurisdiction, month: ReportingMonth, threshold: Decimal | None) -> SafeString:
    finals = finals_until(county.id, month, MONTHS)
    months = [month.shift(back) for back in range(1 - MONTHS, 1)]
    points = [
        TrendPoint(
            f"{one.month}月",
            finals.get(one.first),
            reverse("scoring:score-detail", args=[county.code, one]) if one.first in finals else "",
        )
        for one in months
    ]
    return trend_line(points, label=f"{county.short_name}近{MONTHS}个月得分", threshold=threshold)


def _county_figures(as_of: dt.date) -> list[Figure]:
    interviews = Interview.objects.exclude(state__in=ENDED_INTERVIEWS).count()
    listed = reverse("enforcement:interview-list")
    return [
        *finding_figures(as_of),
        notice_figure(as_of),
        Figure(interviews, "次约谈未办结", f"{listed}?state=OPEN", "查看"),
    ]


def finding_figures(as_of: dt.date) -> list[Figure]:
    """Overdue and open findings of the scope, each with its list."""
    listed = reverse("inspections:finding-list")
    counts = Finding.objects.aggregate(
        overdue=Count("pk", filter=overdue_on(as_of), distinct=True),
        open=Count("pk", filter=Q(state__in=OPEN_FINDING_STATES), distinct=True),
    )
    return [
        Figure(counts["overdue"], "个问题逾期", f"{listed}?overdue=yes", "查看"),
        Figure(counts["open"], "个问题未销号", f"{listed}?state={OPEN}", "查看"),
    ]


def notice_figure(as_of: dt.date) -> Figure:
    """Overdue notices of the scope."""
    count = RectificationNotice.objects.filter(overdue_notices_on(as_of)).count()
    return Figure(count, "份整改通知书逾期", f"{reverse('enforcement:notice-list')}?overdue=yes", "查看")


def _findings_due(as_of: dt.date) -> Iterator[Deadline]:
    rows = Finding.objects.filter(state__in=OPEN_FINDING_STATES, due_on__isnull=False).select_related(
        "project"
    )
    for row in rows.order_by("due_on", "number")[:SHOWN]:
        if row.due_on is not None:
            url = reverse("inspections:finding-detail", args=[row.pk])
            yield Deadline(row.due_on, row.text, f"{row.number}，{row.project.name}", url, row.due_on < as_of)


def _measures_due(as_of: dt.date) -> Iterator[Deadline]:
    interviews = Interview.objects.filter(report_due_on__isnull=False, reported_on__isnull=True)
    for row in interviews.exclude(state__in=ENDED_INTERVIEWS).order_by("report_due_on")[:SHOWN]:
        if row.report_due_on is not None:
            url = reverse("enforcement:interview-detail", args=[row.pk])
            title = f"{display.month_cn(row.month)}约谈整改报告"
            yield Deadline(row.report_due_on, title, row.number, url, row.report_due_on < as_of)
    letters = ReminderLetter.objects.filter(feedback_due_on__isnull=False, answered_on__isnull=True)
    for letter in letters.order_by("feedback_due_on")[:SHOWN]:
        if letter.feedback_due_on is not None:
            url = reverse("enforcement:letter-detail", args=[letter.pk])
            title = f"{display.month_cn(letter.month)}提醒敦促函反馈"
            yield Deadline(letter.feedback_due_on, title, letter.number, url, letter.feedback_due_on < as_of)


@dataclass(frozen=True)
class UnitHome:
    """What an organization or an assistant has to do."""

    figures: list[Figure]
    deadlines: list[Deadline]


def unit_home(assignment: RoleAssignment, *, as_of: dt.date) -> UnitHome:
    """Read it through the scope of the organization."""
    figures = finding_figures(as_of)
    if assignment.allows(Capability.NOTICE_VIEW):
        figures.append(notice_figure(as_of))
    return UnitHome(figures, list(_findings_due(as_of)))


def admin_links(assignment: RoleAssignment) -> list[tuple[str, list[Link]]]:
    """(heading, links) of an administrator's small home; no business data is among them."""
    groups: list[tuple[str, list[Link]]] = []
    if assignment.allows(Capability.USER_VIEW):
        groups.append(("用户与角色", [Link("查看用户与角色", reverse("accounts:person-list"))]))
    if assignment.allows(Capability.JOB_VIEW):
        failed = Job.objects.filter(state=JobState.FAILED).count()
        label = f"{failed} 个失败的任务" if failed else "没有失败的任务"
        groups.append(("任务", [Link(label, f"{reverse('reports:job-list')}?state={JobState.FAILED}")]))
    if assignment.allows(Capability.AUDIT_VIEW):
        groups.append(("审计日志", [Link("查看审计日志", reverse("reports:audit-list"))]))
    groups.append(("待办", [Link("查看待办", reverse("todos"))]))
    return groups
