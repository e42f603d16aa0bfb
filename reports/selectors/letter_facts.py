"""The frozen facts of the shorter documents: criticism, interview notice, reminder letter, rectification notice."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid

from django.utils import timezone

from core.month import ReportingMonth
from core.services import database_calendar
from core.workdays import Calendar
from enforcement.models import (
    CriticismProposal,
    Interview,
    NoticeFinding,
    RectificationNotice,
    ReminderLetter,
)
from enforcement.selectors.terms import rectification_due
from guidance.models import YearPlan
from guidance.selectors.tasks import owner_words
from inspections.enums import OPEN_FINDING_STATES, OfficerRole
from inspections.models import Finding
from reports.gongwen import facts as f
from reports.models import NumberSeries
from reports.selectors.due_days import circular_report_due, interview_report_due, reminder_feedback_due
from reports.selectors.month_facts import county_scores, duty_results, envelope, problem_row, rubric_of
from scoring.models import ScoreRun
from tenancy.models import City


def contact_of(series: NumberSeries) -> f.Contact:
    """Whom the receiver may call."""
    return f.Contact(name=series.contact_name, phone=series.contact_phone)


def criticism_facts(
    proposal: CriticismProposal, run: ScoreRun, series: NumberSeries, at: dt.datetime
) -> f.CriticismFacts:
    """通报批评 of one county's month."""
    rubric, month = rubric_of(run), ReportingMonth.from_first_day(run.month)
    score = county_scores(run, rubric)[proposal.jurisdiction_id]
    lines = {line.name for line in rubric.red_lines}
    duty = [r for r in duty_results(month, rubric) if r.county == proposal.jurisdiction.short_name]
    return f.CriticismFacts(
        envelope=envelope(series, City.objects.get(pk=run.city_id)),
        month=month,
        county=proposal.jurisdiction.short_name,
        subject=proposal.jurisdiction.department_name,
        score=score,
        report_due=circular_report_due(timezone.localdate(at), database_calendar()),
        red_lines=tuple(one.name for one in score.adjustments if one.name in lines),
        duty_inspection=duty[0] if duty else None,
        problems=_overdue_in(proposal.jurisdiction_id, month.last),
    )


def _overdue_in(jurisdiction_id: uuid.UUID, as_of: dt.date) -> tuple[f.ProblemRow, ...]:
    rows = Finding.objects.filter(
        jurisdiction_id=jurisdiction_id, due_on__lte=as_of, state__in=OPEN_FINDING_STATES
    ).select_related("jurisdiction", "project", "organization")
    return tuple(problem_row(finding) for finding in rows.order_by("due_on", "number"))


def interview_facts(interview: Interview, series: NumberSeries, at: dt.datetime) -> f.InterviewNoticeFacts:
    """约谈通知书 to a county's water department. The interview must have its time, place and host.

    Raises ValueError when it has none yet: the page asks for them first.
    """
    if interview.held_at is None:
        raise ValueError("an interview without a time cannot be noticed")
    department = interview.jurisdiction.department_name
    return f.InterviewNoticeFacts(
        envelope=envelope(series, City.objects.get(pk=interview.city_id), (department,)),
        subject=department,
        month=ReportingMonth.from_first_day(interview.month),
        triggers=tuple(str(trigger["sentence"]).rstrip("。") for trigger in interview.triggers),
        starts_at=interview.held_at,
        place=interview.place,
        host=interview.host_name,
        persons_required=("主要负责人", "分管负责人", "质量监督机构负责人"),
        participants=(series.contact_name,),
        report_due=interview_report_due(interview.held_at, database_calendar()),
        contact=contact_of(series),
    )


def reminder_facts(letter: ReminderLetter, series: NumberSeries, at: dt.datetime) -> f.ReminderLetterFacts:
    """提醒敦促函 to a county's water department."""
    department = letter.jurisdiction.department_name
    month = ReportingMonth.from_first_day(letter.month)
    return f.ReminderLetterFacts(
        envelope=envelope(series, City.objects.get(pk=letter.city_id), (department,)),
        subject=department,
        month=month,
        matters=tuple(str(reason["sentence"]).rstrip("。") for reason in letter.reasons),
        feedback_due=reminder_feedback_due(timezone.localdate(at), database_calendar()),
        contact=contact_of(series),
        overdue=_overdue_in(letter.jurisdiction_id, month.last),
    )


def rectification_facts(
    notice: RectificationNotice, series: NumberSeries, at: dt.datetime
) -> f.RectificationNoticeFacts:
    """整改通知书 for the findings of one notice.

    Raises ValueError when no finding hangs on the notice.
    """
    items = list(
        NoticeFinding.objects.filter(notice=notice)
        .select_related("finding__catalogue_item", "finding__organization", "finding__inspection", "notice")
        .order_by("finding__number")
    )
    if not items:
        raise ValueError("a notice without findings cannot be printed")
    inspection = items[0].finding.inspection
    days = [item.finding.found_on for item in items]
    project = notice.project
    findings = [
        _notice_finding(item, notice_term(item, timezone.localdate(at), database_calendar()))
        for item in items
    ]
    return f.RectificationNoticeFacts(
        envelope=envelope(series, City.objects.get(pk=notice.city_id), (notice.addressee.name,)),
        project=project.name if project else "",
        county=notice.jurisdiction.short_name,
        inspection_kind=inspection.get_kind_display() if inspection else "监督检查",
        inspection_number=inspection.number if inspection else "",
        inspected_from=min(days),
        inspected_to=max(days),
        officers=tuple(
            inspection.officers.filter(role=OfficerRole.OFFICER).values_list("name", flat=True)
            if inspection
            else ()
        ),
        findings=tuple(findings),
        reply_due=max(finding.due_date for finding in findings),
        contact=contact_of(series),
    )


def notice_term(item: NoticeFinding, issued_on: dt.date, calendar: Calendar) -> dt.date:
    """The finding's own term, else the notice's, else what its severity sets from the day of issue."""
    finding = item.finding
    return finding.due_on or item.notice.due_on or rectification_due(finding.severity, issued_on, calendar)


def with_notice_terms(
    facts: f.RectificationNoticeFacts, notice_id: uuid.UUID, issued_on: dt.date, calendar: Calendar
) -> f.RectificationNoticeFacts:
    """The facts with the terms that run from the day of issue; a draft showed those from its drafting day."""
    items = NoticeFinding.objects.filter(notice_id=notice_id).select_related("finding", "notice")
    terms = [notice_term(item, issued_on, calendar) for item in items.order_by("finding__number")]
    if len(terms) != len(facts.findings):
        return facts  # the check of the subject refuses it
    findings = [
        dataclasses.replace(finding, due_date=term)
        for finding, term in zip(facts.findings, terms, strict=True)
    ]
    return dataclasses.replace(facts, findings=tuple(findings), reply_due=max(terms))


def _notice_finding(item: NoticeFinding, due_date: dt.date) -> f.NoticeFinding:
    finding = item.finding
    clause = finding.catalogue_item
    return f.NoticeFinding(
        code=clause.code if clause else "",
        unit=finding.organization.name,
        part=finding.part,
        fact=finding.text,
        basis=finding.basis or (clause.basis if clause else ""),
        severity=finding.get_severity_display(),
        requirement=item.requirement,
        due_date=due_date,
    )


def year_plan_facts(plan: YearPlan, series: NumberSeries) -> f.YearPlanFacts:
    """年度质量监督要点 with its tasks as they stand; its revision tells later whether they changed."""
    return f.YearPlanFacts(
        envelope=envelope(series, City.objects.get(pk=plan.city_id)),
        year=plan.year,
        title=plan.title,
        revision=plan.revision,
        overall=plan.overall,
        requirements=plan.requirements,
        tasks=tuple(
            f.YearPlanTask(
                number=task.number,
                title=task.title,
                content=task.content,
                owner=owner_words(task),
                due_on=task.due_on,
                evidence=task.evidence,
            )
            for task in plan.tasks.order_by("number")
        ),
    )
