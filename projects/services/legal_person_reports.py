"""项目法人质量管理月报: opened each month, filled section by section, submitted, sent back or assessed by the bureau."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.services import record
from core.errors import DomainError
from core.month import ReportingMonth
from core.uuid7 import uuid7
from messaging.enums import MessageKind
from messaging.services import people_with, send
from projects.enums import AttachmentKind, ProjectStatus, ReportState
from projects.models import Attachment, LegalPersonReport, Project
from projects.rules.legal_person_form import check_marks, clean_field, missing_fields
from projects.selectors.legal_person_forms import form_of
from projects.services.attachments import attach_file
from tenancy.scope import current_scope

OPEN_STATES = (ReportState.DUE, ReportState.RETURNED)
"""In which the legal person writes."""


class ReportRefused(DomainError):
    """The act does not fit the report; the sentence says why and what to do."""


class FieldsRefused(DomainError):
    """Fields that cannot be kept. `errors`: field or item → sentence."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(next(iter(errors.values())))
        self.errors = dict(errors)


@transaction.atomic
def open_legal_person_reports(
    *, month: ReportingMonth, due_on: dt.date, by: Any, at: dt.datetime
) -> list[LegalPersonReport]:
    """Ask every legal person with a key object under way in a county for its report of the month; asked already: unchanged.

    After the due day nothing is opened any more: who becomes a key object then reports from the next month on, and no
    report is late that could not have been in time. Returns those that were opened now.
    """
    if timezone.localdate(at) > due_on:
        return []
    under_way = Q(finished_on__isnull=True, status__in=[ProjectStatus.UNDER_WAY, ProjectStatus.SUSPENDED])
    objects = Project.objects.filter(
        under_way | Q(finished_on__gte=month.first), is_key_object=True, started_on__lte=month.last
    )
    wanted = set(objects.order_by().values_list("jurisdiction_id", "legal_person_id"))
    present = set(
        LegalPersonReport.objects.filter(month=month.first).values_list("jurisdiction_id", "legal_person_id")
    )
    rows = [
        LegalPersonReport(
            id=uuid7(),
            city_id=current_scope().city_id,
            jurisdiction_id=county_id,
            legal_person_id=person_id,
            month=month.first,
            due_on=due_on,
        )
        for county_id, person_id in sorted(wanted - present)
    ]
    # Two workers at once: the unique key lets one row in.
    LegalPersonReport.objects.bulk_create(rows, ignore_conflicts=True)
    opened = list(
        LegalPersonReport.objects.filter(pk__in=[row.pk for row in rows]).select_related("legal_person")
    )
    for row in opened:
        after = {"month": str(month), "due_on": due_on.isoformat()}
        record(action="projects.report.open", subject=row, by=by, at=at, after=after)
        text = f"请于{due_on.month}月{due_on.day}日前报送{month.label}项目法人质量管理月报。"
        _tell_fillers(row, MessageKind.REPORT_DUE, "open", text, by, at)
    return opened


@transaction.atomic
def save_section(
    *, report_id: uuid.UUID, section: str, values: Mapping[str, str], by: Any, at: dt.datetime
) -> LegalPersonReport:
    """Keep one section of the draft; gaps are allowed until it is submitted. Raises FieldsRefused, ReportRefused."""
    report = _locked(report_id, *OPEN_STATES)
    form = form_of(report)
    part = form.section(section)
    if part is None:
        raise ReportRefused("月报没有这一部分，请返回月报页面。")
    errors: dict[str, str] = {}
    kept: dict[str, str] = {}
    for field in part.fields:
        try:
            kept[field.id] = clean_field(field, values.get(field.id, ""))
        except ValueError as error:
            errors[field.id] = str(error)
    if errors:
        raise FieldsRefused(errors)
    sections = {**report.content.get("sections", {}), section: kept}
    report.content = {**report.content, "form": form.version, "sections": sections}
    report.save(update_fields=["content"])
    record(action="projects.report.save", subject=report, by=by, at=at, after={"section": part.title})
    return report


@transaction.atomic
def submit_report(
    *, report_id: uuid.UUID, is_filed_by_county: bool, by: Any, at: dt.datetime
) -> LegalPersonReport:
    """Hand it to the bureau. The day of the first submission decides whether it is in time, as with a county's return.

    is_filed_by_county: a county filed it for the legal person. Raises ReportRefused while a required field is blank.
    """
    report = _locked(report_id, *OPEN_STATES)
    gaps = list(missing_fields(form_of(report), report.content.get("sections", {})))
    if gaps:
        section, field = gaps[0]
        more = f"等{len(gaps)}项" if len(gaps) > 1 else ""
        raise ReportRefused(f"“{section.title}”中的“{field.label}”{more}还没有填写，请补齐后再报送。")
    if report.submitted_on is None:
        report.submitted_on = timezone.localdate(at)
    report.state = ReportState.SUBMITTED
    report.filler_name = by.display_name
    report.is_filed_by_county = is_filed_by_county
    report.save(update_fields=["submitted_on", "state", "filler_name", "is_filed_by_county"])
    after = {"submitted_on": report.submitted_on.isoformat(), "is_filed_by_county": is_filed_by_county}
    record(action="projects.report.submit", subject=report, by=by, at=at, after=after)
    return report


@transaction.atomic
def return_report(*, report_id: uuid.UUID, reason: str, by: Any, at: dt.datetime) -> LegalPersonReport:
    """Back for correction, with the reason; the day of the first submission stays. Raises ReportRefused."""
    reason = reason.strip()
    if not reason:
        raise ReportRefused("请写明退回原因和需要补正的内容。")
    report = _locked(report_id, ReportState.SUBMITTED)
    note = {"reason": reason, "by": by.display_name, "on": timezone.localdate(at).isoformat()}
    returns = [*report.assessment.get("returns", []), note]
    report.assessment = {**report.assessment, "returns": returns}
    report.state = ReportState.RETURNED
    report.save(update_fields=["assessment", "state"])
    record(action="projects.report.return", subject=report, by=by, at=at, after={"reason": reason})
    text = f"市局退回，请补正后重新报送：{reason}"
    _tell_fillers(report, MessageKind.REPORT_DUE, f"returned-{len(returns)}", text, by, at)
    return report


@transaction.atomic
def assess_report(
    *, report_id: uuid.UUID, marks: Mapping[str, tuple[str, str]], note: str, by: Any, at: dt.datetime
) -> LegalPersonReport:
    """The bureau's sheet: points of each item, a reason for every deduction; the sum is the score. It is final.

    marks: item → (points, reason), as typed. Raises FieldsRefused, ReportRefused.
    """
    report = _locked(report_id, ReportState.SUBMITTED)
    form = form_of(report)
    good, errors = check_marks(form, marks)
    if errors:
        raise FieldsRefused(errors)
    lines = [{"item": one.item, "points": str(one.points), "reason": one.reason} for one in good]
    report.assessment = {**report.assessment, "form": form.version, "lines": lines}
    report.score = sum((one.points for one in good), Decimal(0))
    report.state = ReportState.ASSESSED
    report.assessed_on, report.assessed_by_name = timezone.localdate(at), by.display_name
    report.assessment_note = note.strip()
    report.save(
        update_fields=["assessment", "score", "state", "assessed_on", "assessed_by_name", "assessment_note"]
    )
    record(action="projects.report.assess", subject=report, by=by, at=at, after={"score": str(report.score)})
    text = f"评价得分{report.score}分。"
    _tell_fillers(report, MessageKind.REPORT_ASSESSED, "assessed", text, by, at)
    return report


@transaction.atomic
def attach_to_report(
    *, report_id: uuid.UUID, title: str, file_name: str, data: bytes, by: Any, at: dt.datetime
) -> Attachment:
    """A file that belongs to the report; only while it is being written. Raises ReportRefused, WrongFile."""
    report = _locked(report_id, *OPEN_STATES)
    return attach_file(
        kind=AttachmentKind.REPORT,
        title=title,
        file_name=file_name,
        data=data,
        by=by,
        at=at,
        legal_person_report=report,
    )


def _locked(report_id: uuid.UUID, *states: ReportState) -> LegalPersonReport:
    rows = LegalPersonReport.objects.select_for_update(of=("self",)).select_related("legal_person")
    report = rows.get(pk=report_id)
    if report.state not in states:
        raise ReportRefused(
            f"月报处于“{report.get_state_display()}”状态，不能这样办理；请刷新页面，按当前状态办理。"
        )
    return report


def _tell_fillers(
    report: LegalPersonReport, kind: MessageKind, event: str, text: str, by: Any, at: dt.datetime
) -> None:
    """The legal person's own people, and the county's reporters, who may file it for them."""
    people = people_with([Role.LEGAL_PERSON_REPORTER], organization_uscc=report.legal_person.uscc)
    people += people_with([Role.COUNTY_REPORTER], jurisdiction_id=report.jurisdiction_id)
    month = ReportingMonth.of(report.month)
    send(
        key=f"report:{report.pk}:{event}",
        recipients=people,
        title=f"{report.legal_person.name}{month.label}质量管理月报",
        text=text,
        url=reverse("legal_person_reports:report-detail", args=[report.pk]),
        kind=kind,
        at=at,
        by=by,
    )
