"""Pages of scores: the list, one county's month, one clause of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core import display
from core.columns import Column, Kind
from core.components import Empty, Link, chip
from core.listing import ListSpec
from core.month import ReportingMonth
from core.svg import TrendPoint, trend_line
from scoring.chips import RUN_TONES, flag_chips, flags_of, run_chip
from scoring.enums import ScoreStatus
from scoring.filters import ScoreFilter
from scoring.models import CountyScore, RubricVersion
from scoring.selectors.comparison import compare
from scoring.selectors.rubrics import rubric_of_version
from scoring.selectors.scales import grade_name
from scoring.selectors.score_page import clause_page, revision_query, score_page
from scoring.selectors.scores import (
    finals_until,
    listed_scores,
    scored_months,
    scores_in_force,
    scores_of_run,
)
from tenancy.models import Jurisdiction

TREND_MONTHS = 12


def _url(row: Any) -> str:
    return reverse("scoring:score-detail", args=[row.jurisdiction.code, row.month])


def _grade(row: Any) -> str:
    """A county without enough data has no grade to show."""
    return row.grade if row.status == ScoreStatus.SCORED else ""


def _change(row: Any) -> str:
    return display.delta(row.change)


SCORES: ListSpec[CountyScore] = ListSpec(
    title="考核评分",
    columns=(
        Column(
            "county",
            "县（市、区）",
            value="jurisdiction.short_name",
            sort=("jurisdiction__unit_order",),
            link=_url,
            css="nowrap",
        ),
        Column("month", "月份", kind=Kind.MONTH, sort=("month", "place")),
        Column(
            "final",
            "得分",
            value="shown_final",
            kind=Kind.SCORE,
            unit="分",
            sort=("shown_final",),
            nullable=True,
        ),
        Column(
            "change",
            "比上月",
            kind=Kind.NUMBER,
            sort=("change",),
            nullable=True,
            render=_change,
        ),
        Column("grade", "等级", value=_grade, sort=("grade",)),
        Column("rank", "排名", value="shown_rank", kind=Kind.INTEGER, sort=("shown_rank",), nullable=True),
        Column(
            "flags",
            "情形",
            value=lambda s: "、".join(label for _, label in flags_of(s)),
            render=flag_chips,
            css="nowrap",
        ),
        Column(
            "state",
            "月结状态",
            value="run.get_state_display",
            sort=("run__state",),
            render=lambda s: chip(RUN_TONES[s.run.state], s.run.get_state_display()),
            css="nowrap",
        ),
        Column("sha256", "快照摘要", is_shown=False),
    ),
    key="scores",
    default_sort="-month",
    filterset=ScoreFilter,
    search=("jurisdiction__name__icontains", "jurisdiction__short_name__icontains"),
    search_latin=("jurisdiction__name_pinyin__contains", "jurisdiction__name_initials__contains"),
    search_label="县（市、区）或拼音首字母",
    row_css=lambda s: "row-bad" if s.is_unqualified else "",
    empty=Empty("还没有得分", "月份结账后才有得分。"),
)


def _grades() -> list[tuple[str, str]]:
    """The grades of all versions, (code, code and name), each code once."""
    found: dict[str, str] = {}
    for version in RubricVersion.objects.order_by("effective_from"):
        for grade in rubric_of_version(version).grades:
            found[grade.code] = f"{grade.code} {grade.name}"
    return sorted(found.items())


@requires(Capability.SCORE_VIEW)
@require_safe
def score_list(request: ScopedRequest) -> HttpResponse:
    """Scores of counties and months."""
    listing = SCORES.build(
        request.GET, listed_scores(), scope=request.scope, months=scored_months(), grades=_grades()
    )
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    context = {"listing": listing, "actions": [Link("评分细则", reverse("scoring:rubric"))]}
    return render(request, "scoring/score_list.html", context)


def _county_or_404(request: ScopedRequest, code: str) -> Jurisdiction:
    """A scored unit that the reader may see: a county only itself, or strangers would learn which months exist."""
    counties = Jurisdiction.objects.counties()
    if request.scope.county_id is not None:
        counties = counties.filter(pk=request.scope.county_id)
    return get_object_or_404(counties, code=code)


def _scores_of(request: ScopedRequest, revision: str) -> QuerySet[CountyScore]:
    if request.scope.county_id is not None or not re.fullmatch(r"[1-9][0-9]{0,3}", revision):
        raise Http404
    return CountyScore.objects.filter(run__revision=int(revision))


def _score(request: ScopedRequest, county: Jurisdiction, month: ReportingMonth) -> CountyScore | None:
    """The score in force or, for the bureau, that of the run that `?revision=` names. Raises Http404 for any other."""
    revision = request.GET.get("revision")
    rows = scores_in_force() if revision is None else _scores_of(request, revision)
    rows = rows.filter(jurisdiction=county, month=month.first)
    if revision is not None and not rows.exists():
        raise Http404
    return rows.select_related("jurisdiction", "run__rubric").defer("evidence", "run__statistics").first()


@dataclass(frozen=True)
class TrendRow:
    """A month of the table under the line."""

    month: ReportingMonth
    final: Decimal | None
    url: str


def _trend(county: Jurisdiction, month: ReportingMonth) -> list[TrendRow]:
    finals = finals_until(county.id, month, TREND_MONTHS)
    months = [month.shift(back) for back in range(1 - TREND_MONTHS, 1)]
    return [
        TrendRow(
            one,
            finals.get(one.first),
            reverse("scoring:score-detail", args=[county.code, one]) if one.first in finals else "",
        )
        for one in months
    ]


def _chart(trend: list[TrendRow], threshold: Decimal | None, label: str) -> SafeString:
    points = [TrendPoint(f"{row.month.month}月", row.final, row.url) for row in trend]
    return trend_line(points, label=label, threshold=threshold)


@requires(Capability.SCORE_VIEW)
@require_safe
def score_detail(request: ScopedRequest, code: str, month: ReportingMonth) -> HttpResponse:
    """One county's month: every lost point, its clause, its facts, its records."""
    county = _county_or_404(request, code)
    row = _score(request, county, month)
    trend = _trend(county, month)
    context: dict[str, Any] = {
        "county": county,
        "month": month,
        "trend": trend,
        "crumbs": [Link("考核评分", reverse("scoring:score-list"))],
        "previous_url": reverse("scoring:score-detail", args=[code, month.previous()]),
        "next_url": reverse("scoring:score-detail", args=[code, month.next()]),
    }
    if row is None:
        context["chart"] = _chart(trend, None, f"{county.short_name}近{TREND_MONTHS}个月得分")
        return render(request, "scoring/score_none.html", context)
    page = score_page(row)
    others = scores_of_run(row.run)
    context |= {
        "row": row,
        "run": row.run,
        "run_chip": run_chip(row.run),
        "flags": flags_of(row),
        "page": page,
        "chart": _chart(trend, page.band.threshold, f"{county.short_name}近{TREND_MONTHS}个月得分"),
        "comparison": compare(row, others, page.rubric),
        "is_window_open": timezone.localdate() <= row.run.objection_until,
        "grade_name": grade_name(page.rubric, row.grade),
    }
    return render(request, "scoring/score_detail.html", context)


@requires(Capability.SCORE_VIEW)
@require_safe
def clause_detail(request: ScopedRequest, code: str, month: ReportingMonth, item: str) -> HttpResponse:
    """One clause of a county's month with all the records behind it."""
    county = _county_or_404(request, code)
    row = _score(request, county, month)
    clause = clause_page(row, item) if row is not None else None
    if row is None or clause is None:
        raise Http404
    context = {
        "county": county,
        "month": month,
        "clause": clause,
        "run": row.run,
        "crumbs": [
            Link("考核评分", reverse("scoring:score-list")),
            Link(f"{county.short_name}{month.label}", _url(row) + revision_query(row.run)),
        ],
    }
    return render(request, "scoring/clause_detail.html", context)
