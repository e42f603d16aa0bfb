"""The county's pages of its monthly returns: the list of months, and the grid of one."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core.columns import Column, Kind
from core.components import Empty
from core.listing import ListSpec
from core.month import ReportingMonth
from core.workdays import Calendar
from projects.filters.returns import ReturnFilter
from projects.models import MonthlyReturn
from projects.return_cells import ColumnHead, column_head, return_chip, row_html
from projects.selectors.returns.desk import standing
from projects.selectors.returns.pages import Asked, GridPage, grid_page
from projects.selectors.returns.timing import calendar_for, left_text
from projects.views.return_head import (
    asked_return,
    is_editable,
    page_links,
    return_crumbs,
    return_head,
    rules_text,
)

_LEGEND = "黄底：与上月或台账不同；红底：市局意见；红色虚线框：计分栏目未填；灰底：不能修改。"
_EMPTY_GRID = Empty("没有符合条件的工程", "换一个条件；本月没有工程时，由审核人签署零报告。")


def _url(row: MonthlyReturn) -> str:
    return reverse("returns:return-detail", args=[row.pk])


def _score_link(row: MonthlyReturn) -> str:
    month = ReportingMonth.from_first_day(row.month)
    return reverse("scoring:score-detail", args=[row.jurisdiction.code, month]) + "#item-B1"


def returns_spec(calendar: Calendar, today: dt.date) -> ListSpec[MonthlyReturn]:
    """The list with each return's standing against its term as of today."""

    def timing_text(row: MonthlyReturn) -> str:
        return left_text(row, standing(row, today=today, calendar=calendar), calendar, today)

    return ListSpec(
        title="月报",
        columns=(
            Column("month", "月份", kind=Kind.MONTH, sort=("month",), link=_url, css="nowrap"),
            Column(
                "county", "县（市、区）", value="jurisdiction.short_name", sort=("jurisdiction__unit_order",)
            ),
            Column(
                "state", "状态", value="get_state_display", sort=("state",), render=return_chip, css="nowrap"
            ),
            Column("due", "报送期限", value="due_on", kind=Kind.DATE, sort=("due_on",), nullable=True),
            Column("timing", "时限", value=timing_text, css="nowrap"),
            Column(
                "submitted",
                "首次报送",
                value="first_submitted_at",
                kind=Kind.MOMENT,
                sort=("first_submitted_at",),
                nullable=True,
            ),
            Column("filler", "填报人", value="filler_name"),
            Column("reviewer", "审核人", value="reviewer_name"),
            Column("score", "得分", value=lambda row: "B1～B3", link=_score_link),
        ),
        key="returns",
        default_sort="-month",
        filterset=ReturnFilter,
        search=("jurisdiction__name__icontains", "filler_name__icontains", "reviewer_name__icontains"),
        search_latin=("jurisdiction__name_pinyin__contains", "jurisdiction__name_initials__contains"),
        search_label="县名、填报人或审核人",
        empty=Empty("还没有月报", "每月1日自动开放上月的月报。"),
    )


def visible_returns() -> QuerySet[MonthlyReturn]:
    """The scope's returns."""
    return MonthlyReturn.objects.select_related("jurisdiction")


@requires(Capability.RETURN_VIEW)
@require_safe
def return_list(request: ScopedRequest) -> HttpResponse:
    """The months of the county (of every county, for the bureau)."""
    today, rows = timezone.localdate(), visible_returns()
    listing = returns_spec(calendar_for(rows, today), today).build(request.GET, rows, scope=request.scope)
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    return render(request, "projects/returns/return_list.html", {"listing": listing})


@dataclass(frozen=True)
class GridTable:
    """What _grid.html lays out."""

    columns: list[ColumnHead]
    rows: list[SafeString]
    caption: str = "工程明细"

    @property
    def column_names(self) -> str:
        """For the script, in the order of the columns."""
        return " ".join(one.name for one in self.columns)


def grid_table(page: GridPage, return_: MonthlyReturn, *, with_locks: bool) -> GridTable:
    """The rows written out. with_locks: something may be written, so what may not is told apart."""
    names = [one.name for one in page.fields]
    rows = [row_html(row, names, return_, with_locks=with_locks) for row in page.rows]
    return GridTable([column_head(one) for one in page.fields], rows)


def asked_of(request: ScopedRequest) -> Asked:
    """The reader's choices from the address."""
    number = request.GET.get("page", "")
    return Asked(
        q=request.GET.get("q", "")[:60],
        show=request.GET.get("show", ""),
        cols=request.GET.get("cols", ""),
        page=int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1,
    )


@requires(Capability.RETURN_VIEW)
@require_safe
def return_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The lines of a return: filled in here by the county, read by everybody else."""
    return_, grid = asked_return(request, pk)
    can_write = is_editable(request, grid)
    page = grid_page(grid, asked_of(request))
    context = {
        "head": return_head(request, grid),
        "page": page,
        "grid": grid_table(page, return_, with_locks=can_write),
        "summary": f"符合条件 {page.matching} 项，共 {page.total} 项",
        "legend": _LEGEND,
        "empty": _EMPTY_GRID,
        "rules": rules_text("line"),
        "save_url": reverse("returns:return-save", args=[return_.pk]),
        "add_url": reverse("returns:line-add", args=[return_.pk]),
        "actions": page_links(request, return_),
        "crumbs": return_crumbs(),
    }
    return render(request, "projects/returns/return_detail.html", context)
