"""The frozen facts of the monthly circular, read from a run and the records of its month."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Q
from django.utils import timezone

from core.month import ReportingMonth
from core.services import database_calendar
from inspections.enums import COUNTED_FINDING_STATES, DutyState, OrganizerLevel, Severity
from inspections.models import DutyInspection, Finding
from projects.models import Project
from reports.gongwen import facts as f
from reports.models import NumberSeries
from reports.selectors.due_days import circular_report_due
from scoring.enums import ListColour, ListSubject, ScoreStatus
from scoring.models import CountyScore, Listing, ScoreRun
from scoring.rules.duty import DutyRules
from scoring.rules.errors import RubricError
from scoring.rules.numbers import round_half_up
from scoring.rules.rubric import Rubric
from scoring.selectors.rubrics import rubric_of_version
from scoring.selectors.scales import grade_name
from tenancy.models import City, Jurisdiction

_POINT_DECIMALS = 2
_MAIN_LOSSES = 3
_TYPICAL_PER_PARTY = 3


def rubric_of(run: ScoreRun) -> Rubric:
    """The rubric that the run was computed with."""
    return rubric_of_version(run.rubric)


def envelope(series: NumberSeries, city: City, addressees: tuple[str, ...] = ()) -> f.Envelope:
    """What stands around a document of this series; addressees default to the series' general ones."""
    return f.Envelope(
        organ=city.bureau_name,
        addressees=addressees or tuple(series.addressees),
        cc=tuple(series.cc),
        printer=f"{city.bureau_name}办公室",
        is_letter=series.format == "XINHAN",
    )


def circular_facts(run: ScoreRun, series: NumberSeries, at: dt.datetime) -> f.MonthlyCircularFacts:
    """Everything that the monthly circular prints, of one run. `at` decides the day by which it must be answered."""
    rubric, month = rubric_of(run), ReportingMonth.from_first_day(run.month)
    city = City.objects.get(pk=run.city_id)
    scores = county_scores(run, rubric)
    findings = _city_findings(month)
    shorts = dict(Jurisdiction.objects.values_list("name", "short_name"))
    return f.MonthlyCircularFacts(
        envelope=envelope(series, city),
        month=month,
        rubric_title=rubric.title,
        totals=f.MonthTotals(**run.statistics["totals"]),
        scores=tuple(scores.values()),
        items=item_heads(rubric),
        listings=listings_of(run),
        report_due=circular_report_due(timezone.localdate(at), database_calendar()),
        aspects=tuple(
            f.AspectCount(aspect=row["aspect"], findings=row["findings"]) for row in run.statistics["aspects"]
        ),
        duty_inspections=duty_results(month, rubric),
        interviews=tuple(
            f.InterviewArranged(
                county=shorts.get(row["county"], row["county"]), triggers=tuple(row["triggers"])
            )
            for row in run.statistics["interviews"]
        ),
        typical_problems=_typical(findings),
        problems=tuple(problem_row(finding) for finding in findings),
        key_supervision=_key_objects(),
    )


def item_heads(rubric: Rubric) -> tuple[f.ItemHead, ...]:
    """The rubric's items as printed."""
    return tuple(
        f.ItemHead(id=item.id, name=item.name, category=category.name, max_points=Decimal(item.max))
        for category in rubric.categories
        for item in category.items
    )


def county_scores(run: ScoreRun, rubric: Rubric) -> dict[Any, f.CountyScore]:
    """The ranking table by jurisdiction id, in display order."""
    previous = _previous_finals(run)
    rows = CountyScore.objects.filter(run=run).select_related("jurisdiction").order_by("display_order")
    return {
        row.jurisdiction_id: _county_score(row, previous.get(row.jurisdiction_id), rubric) for row in rows
    }


def _previous_finals(run: ScoreRun) -> dict[Any, Decimal | None]:
    before = ReportingMonth.from_first_day(run.month).previous().first
    rows = CountyScore.objects.filter(month=before).exclude(run__state="SUPERSEDED")
    return dict(rows.values_list("jurisdiction_id", "final"))


def _county_score(row: CountyScore, previous: Decimal | None, rubric: Rubric) -> f.CountyScore:
    card = json.loads(row.snapshot)["scorecard"]
    names = {item.id: item.name for category in rubric.categories for item in category.items}
    scored = row.status == ScoreStatus.SCORED
    points = tuple(
        f.ItemPoints(item_id=item["id"], points=None if item["na"] else _rounded(item["points"]))
        for item in card["items"]
    )
    losses = sorted(
        (
            (Fraction(item["max"]) - Fraction(item["points"]), item["id"])
            for item in card["items"]
            if not item["na"]
        ),
        key=lambda loss: (-loss[0], loss[1]),
    )
    return f.CountyScore(
        county=row.jurisdiction.short_name,
        final=row.final if scored else None,
        previous=previous,
        grade=grade_name(rubric, row.grade) if scored else "数据不足",
        rank=row.rank,
        main_losses=tuple(
            f.LostPoints(item_id=item_id, item_name=names[item_id], lost=round_half_up(lost, _POINT_DECIMALS))
            for lost, item_id in losses[:_MAIN_LOSSES]
            if lost > 0
        ),
        points=points,
        adjustments=_adjustments(card, rubric),
    )


def _rounded(text: str | int) -> Decimal:
    return round_half_up(Fraction(text), _POINT_DECIMALS)


def _adjustments(card: Mapping[str, Any], rubric: Rubric) -> tuple[f.Adjustment, ...]:
    bonuses = {one.id: one.name for one in rubric.bonuses}
    penalties = {one.id: one.name for one in rubric.penalties}
    lines = {line.id: line for line in rubric.red_lines}
    printed = [
        f.Adjustment(id=key, name=bonuses[key], effect=f"+{_rounded(points).normalize():f}")
        for key, points in card["bonuses"].items()
        if Fraction(points)
    ]
    printed += [
        f.Adjustment(id=key, name=penalties[key], effect=f"-{_rounded(points).normalize():f}")
        for key, points in card["penalties"].items()
        if Fraction(points)
    ]
    printed += [
        f.Adjustment(
            id=key,
            name=lines[key].name,
            effect=f"最高{lines[key].cap}分" if lines[key].cap is not None else f"定为{lines[key].grade}级",
        )
        for key in card["red_lines"]
    ]
    return tuple(printed)


def listings_of(run: ScoreRun) -> f.Listings:
    """红黑榜 in print order."""
    groups: dict[tuple[str, str], list[f.Listed]] = defaultdict(list)
    rows = Listing.objects.filter(run=run).select_related("jurisdiction", "organization").order_by("position")
    for row in rows:
        groups[row.colour, row.subject].append(_listed(row))

    def group(colour: ListColour, subject: ListSubject) -> tuple[f.Listed, ...]:
        return tuple(groups[colour.value, subject.value])

    return f.Listings(
        red_counties=group(ListColour.RED, ListSubject.COUNTY),
        red_legal_persons=group(ListColour.RED, ListSubject.LEGAL_PERSON),
        red_units=group(ListColour.RED, ListSubject.PARTICIPANT),
        black_counties=group(ListColour.BLACK, ListSubject.COUNTY),
        black_legal_persons=group(ListColour.BLACK, ListSubject.LEGAL_PERSON),
        black_units=group(ListColour.BLACK, ListSubject.PARTICIPANT),
    )


def _listed(row: Listing) -> f.Listed:
    county = row.jurisdiction.short_name if row.jurisdiction else ""
    if row.organization is None:
        return f.Listed(name=county, reasons=tuple(row.reasons))
    role = "" if row.subject == ListSubject.COUNTY else row.get_subject_display()
    return f.Listed(name=row.organization.name, reasons=tuple(row.reasons), role=role, county=county)


def duty_results(month: ReportingMonth, rubric: Rubric) -> tuple[f.DutyInspectionResult, ...]:
    """Duty inspections concluded in the month, with their verdicts by the rubric's lines."""
    rows = (
        DutyInspection.objects.filter(
            state=DutyState.CONCLUDED, concluded_on__range=(month.first, month.last)
        )
        .select_related("jurisdiction")
        .prefetch_related("items")
        .order_by("concluded_on")
    )
    return tuple(_duty_result(row, rubric) for row in rows)


def _duty_result(row: DutyInspection, rubric: Rubric) -> f.DutyInspectionResult:
    names = {section.id: section.name for section in _duty(rubric).sections}
    points: dict[str, Decimal] = defaultdict(Decimal)
    full: dict[str, Decimal] = defaultdict(Decimal)
    items = list(row.items.all())
    for item in items:
        points[item.section] += item.points
        full[item.section] += item.max_points
    score = sum(points.values(), Decimal(0)).quantize(Decimal("0.1"))
    unqualified = score < _duty(rubric).unqualified_below
    return f.DutyInspectionResult(
        county=row.jurisdiction.short_name,
        inspected_on=row.inspected_on,
        score=score,
        result="不合格" if unqualified else "合格",
        sections=tuple(
            f.SectionScore(name=name, points=points[section], max_points=full[section])
            for section, name in names.items()
            if section in full
        ),
        problems=tuple(item.fact for item in items if item.fact),
    )


def _duty(rubric: Rubric) -> DutyRules:
    if rubric.duty is None:
        raise RubricError("duty_inspection", "评分细则没有履职检查部分。")
    return rubric.duty


def _city_findings(month: ReportingMonth) -> list[Finding]:
    return list(
        Finding.objects.filter(
            found_on__range=(month.first, month.last),
            found_by_level=OrganizerLevel.CITY,
            state__in=COUNTED_FINDING_STATES,
        )
        .select_related("jurisdiction", "project", "organization", "catalogue_item", "unit")
        .order_by("jurisdiction__unit_order", "project__code", "number")
    )


def problem_row(finding: Finding) -> f.ProblemRow:
    """One line of the problem list."""
    return f.ProblemRow(
        county=finding.jurisdiction.short_name,
        project=finding.project.name,
        unit=finding.organization.name,
        text=finding.text,
        severity=finding.get_severity_display(),
        due_date=finding.due_on,
        state=finding.get_state_display(),
    )


_WEIGHT = {Severity.GRAVE: 0, Severity.SERIOUS: 1, Severity.GENERAL: 2}


def _typical(findings: list[Finding]) -> tuple[f.TypicalProblem, ...]:
    """The gravest findings of each party kind, at most a few, in the order of the list."""
    groups: dict[str, list[Finding]] = defaultdict(list)
    for finding in sorted(findings, key=lambda one: (_WEIGHT[Severity(one.severity)], one.number)):
        groups[_party(finding)].append(finding)
    return tuple(
        f.TypicalProblem(
            party_kind=party,
            county=finding.jurisdiction.short_name,
            project=finding.project.name,
            text=finding.text,
            severity=finding.get_severity_display(),
        )
        for party, members in groups.items()
        for finding in members[:_TYPICAL_PER_PARTY]
    )


def _party(finding: Finding) -> str:
    if finding.unit is not None:
        return finding.unit.get_role_display()
    if finding.catalogue_item is not None:
        return finding.catalogue_item.get_responsible_role_display()
    return "其他单位"


def _key_objects() -> tuple[f.KeySupervisionEntry, ...]:
    rows = Project.objects.filter(Q(is_key_object=True)).select_related("jurisdiction", "legal_person")
    return tuple(
        f.KeySupervisionEntry(
            county=row.jurisdiction.short_name,
            project=row.name,
            legal_person=row.legal_person.name,
            reason=row.key_object_reason,
        )
        for row in rows.order_by("jurisdiction__unit_order", "code")
    )
