"""Pages of 项目法人质量管理月报: the list, one report, its sections, submission, sending back, the scored sheet."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core import display
from core.columns import Column, Kind
from core.components import Empty, Link
from core.errors import DomainError
from core.listing import ListSpec
from projects.enums import ReportState
from projects.filters.legal_person_reports import ReportFilter
from projects.forms.legal_person_reports import AssessForm, ReportFileForm, ReturnForm, SectionForm
from projects.models import LegalPersonReport
from projects.selectors.legal_person_forms import form_of
from projects.selectors.legal_person_reports import (
    key_projects,
    mark_lines,
    past_reports,
    report_months,
    return_entries,
    section_views,
    state_chip,
    steps,
    timing_chip,
    timing_of,
    trend,
    visible_reports,
)
from projects.services import legal_person_reports as service
from projects.services.legal_person_reports import OPEN_STATES, FieldsRefused


def report_url(report: LegalPersonReport) -> str:
    """The page of a report."""
    return reverse("legal_person_reports:report-detail", args=[report.pk])


def _timing(report: LegalPersonReport) -> Any:
    return timing_chip(report, timezone.localdate())


def _timing_text(report: LegalPersonReport) -> str:
    return timing_of(report, timezone.localdate())[1]


REPORTS: ListSpec[LegalPersonReport] = ListSpec(
    title="项目法人质量管理月报",
    columns=(
        Column(
            "legal_person",
            "项目法人",
            value="legal_person.name",
            sort=("legal_person__name_pinyin",),
            link=report_url,
            css="col-name",
        ),
        Column("month", "月份", kind=Kind.MONTH, sort=("month",)),
        Column("county", "县（市、区）", value="jurisdiction.short_name", sort=("jurisdiction__unit_order",)),
        Column("state", "状态", value="get_state_display", render=state_chip, sort=("state",), css="nowrap"),
        Column("due", "应报日期", value="due_on", kind=Kind.DATE, sort=("due_on",)),
        Column(
            "submitted",
            "报送日期",
            value="submitted_on",
            kind=Kind.DATE,
            sort=("submitted_on",),
            nullable=True,
        ),
        Column("timing", "是否按时", render=_timing, value=_timing_text, css="nowrap"),
        Column("filler", "填报人", value="filler_name", is_shown=False),
        Column(
            "by_county",
            "县级代报",
            value=lambda row: "是" if row.is_filed_by_county else "否",
            is_shown=False,
        ),
        Column("score", "评价得分", kind=Kind.SCORE, sort=("score",), nullable=True),
        Column("assessor", "评价人", value="assessed_by_name", is_shown=False),
    ),
    key="legal-person-reports",
    default_sort="-month",
    filterset=ReportFilter,
    search=("legal_person__name__icontains", "legal_person__uscc__icontains"),
    search_latin=("legal_person__name_pinyin__contains", "legal_person__name_initials__contains"),
    search_label="项目法人、信用代码或拼音首字母",
    empty=Empty("还没有月报", "列入重点监管对象名单的在建工程，其项目法人每月报送。"),
)


@requires(Capability.REPORT_VIEW)
@require_safe
def report_list(request: ScopedRequest) -> HttpResponse:
    """The reports of the scope."""
    rows = visible_reports().defer("content", "assessment")
    months = report_months(LegalPersonReport.objects.all())
    listing = REPORTS.build(request.GET, rows, scope=request.scope, months=months, as_of=timezone.localdate())
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    return render(request, "projects/legal_person_reports/report_list.html", {"listing": listing})


@requires(Capability.REPORT_VIEW)
@require_safe
def report_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """One report: what was written, the files, the sheet, the past."""
    report = get_object_or_404(visible_reports(), pk=pk)
    form = form_of(report)
    sections = section_views(report, form)
    past = past_reports(report)
    as_of = timezone.localdate()
    context = {
        "report": report,
        "form_title": form.title,
        "title": _title(report),
        "state_chip": state_chip(report),
        "timing": timing_chip(report, as_of),
        "steps": steps(report, as_of),
        "facts": report_facts(report),
        "projects": key_projects(report),
        "sections": sections,
        "missing": sum(section.missing for section in sections),
        "may_fill": _may_fill(request, report),
        "marks": mark_lines(report, form),
        "attachments": report.attachments.order_by("uploaded_at"),
        "past": [(row, state_chip(row), timing_chip(row, as_of)) for row in past],
        "trend": trend(past),
        "returns": return_entries(report),
        "acts": _acts(request, report),
        "crumbs": _crumbs(),
    }
    return render(request, "projects/legal_person_reports/report_detail.html", context)


def _title(report: LegalPersonReport) -> str:
    return f"{display.month_cn(report.month)}质量管理月报"


def _crumbs(report: LegalPersonReport | None = None) -> list[Link]:
    crumbs = [Link("项目法人月报", reverse("legal_person_reports:report-list"))]
    if report is None:
        return crumbs
    return [*crumbs, Link(f"{report.legal_person.name} {_title(report)}", report_url(report))]


def report_facts(report: LegalPersonReport) -> list[tuple[str, object]]:
    """Who, when, by whom."""
    return [
        ("项目法人", report.legal_person.name),
        ("县（市、区）", report.jurisdiction.short_name),
        ("应报日期", display.day(report.due_on)),
        ("报送日期", display.day(report.submitted_on)),
        ("填报人", f"{report.filler_name}{'（县级代报）' if report.is_filed_by_county else ''}"),
    ]


def _may_fill(request: ScopedRequest, report: LegalPersonReport) -> bool:
    return report.state in OPEN_STATES and request.assignment.allows(Capability.REPORT_FILE)


def _acts(request: ScopedRequest, report: LegalPersonReport) -> list[Link]:
    def link(label: str, name: str, *, is_primary: bool = False) -> Link:
        return Link(label, reverse(f"legal_person_reports:{name}", args=[report.pk]), is_primary=is_primary)

    if _may_fill(request, report):
        return [link("上传附件", "report-attach"), link("报送", "report-submit", is_primary=True)]
    if report.state == ReportState.SUBMITTED and request.assignment.allows(Capability.REPORT_ASSESS):
        return [link("退回补正", "report-return"), link("评价", "report-assess", is_primary=True)]
    return []


def _wrong_state(request: ScopedRequest, report: LegalPersonReport) -> HttpResponse:
    messages.error(request, f"月报处于“{report.get_state_display()}”状态，不能这样办理；请按当前状态办理。")
    return redirect(report_url(report))


@requires(Capability.REPORT_FILE)
@require_http_methods(["GET", "POST"])
def report_section(request: ScopedRequest, pk: uuid.UUID, section: str) -> HttpResponse:
    """Write one section; saving leads to the next one."""
    report = get_object_or_404(visible_reports(), pk=pk)
    form_version = form_of(report)
    part = form_version.section(section)
    if part is None:
        raise Http404
    if not _may_fill(request, report):
        return _wrong_state(request, report)
    values = report.content.get("sections", {}).get(section, {})
    form = SectionForm(part, values, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            service.save_section(
                report_id=pk, section=section, values=form.cleaned_data, by=request.user, at=timezone.now()
            )
        except FieldsRefused as refusal:
            for name, sentence in refusal.errors.items():
                form.add_error(name, sentence)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"“{part.title}”已保存。")
            return redirect(_after(report, form_version.sections, section))
    context = {
        "title": part.title,
        "form": form,
        "report": report,
        "tabs": section_views(report, form_version),
        "current": section,
        "cancel_url": report_url(report),
        "crumbs": _crumbs(report),
    }
    status = 422 if form.errors else 200
    return render(request, "projects/legal_person_reports/report_section.html", context, status=status)


def _after(report: LegalPersonReport, sections: Any, section: str) -> str:
    ids = [one.id for one in sections]
    following = ids[ids.index(section) + 1 :]
    if not following:
        return report_url(report)
    return reverse("legal_person_reports:report-section", args=[report.pk, following[0]])


@requires(Capability.REPORT_FILE)
@require_http_methods(["GET", "POST"])
def report_submit(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Hand it to the bureau; a county does it in the legal person's stead and says so."""
    report = get_object_or_404(visible_reports(), pk=pk)
    if not _may_fill(request, report):
        return _wrong_state(request, report)
    is_county = not request.scope.organization_uscc
    error = ""
    if request.method == "POST":
        try:
            service.submit_report(
                report_id=pk, is_filed_by_county=is_county, by=request.user, at=timezone.now()
            )
        except DomainError as refusal:
            error = str(refusal)
        else:
            messages.success(request, "月报已报送市局。")
            return redirect(report_url(report))
    warning = "报送后不能再改，市局退回后才能补正。"
    if is_county:
        warning = f"您以县级账户代项目法人报送，月报将注明“县级代报”。{warning}"
    return _confirm(request, report, "报送", warning=warning, error=error)


@requires(Capability.REPORT_ASSESS)
@require_http_methods(["GET", "POST"])
def report_return(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Send it back with the reason."""
    report = get_object_or_404(visible_reports(), pk=pk)
    if report.state != ReportState.SUBMITTED:
        return _wrong_state(request, report)
    form = ReturnForm(request.POST or None)
    error = ""
    if request.method == "POST" and form.is_valid():
        try:
            service.return_report(report_id=pk, **form.cleaned_data, by=request.user, at=timezone.now())
        except DomainError as refusal:
            error = str(refusal)
        else:
            messages.success(request, "月报已退回，项目法人和县级填报员已收到消息。")
            return redirect(report_url(report))
    return _confirm(request, report, "退回补正", form=form, error=error)


def _confirm(
    request: ScopedRequest,
    report: LegalPersonReport,
    verb: str,
    *,
    form: Any = None,
    warning: str = "",
    error: str = "",
) -> HttpResponse:
    context = {
        "title": f"{verb}{_title(report)}",
        "form": form,
        "error": error,
        "facts": report_facts(report),
        "warning": warning,
        "submit": verb,
        "cancel_url": report_url(report),
        "crumbs": _crumbs(report),
    }
    status = 422 if error or (form is not None and form.errors) else 200
    return render(request, "projects/legal_person_reports/report_confirm.html", context, status=status)


@requires(Capability.REPORT_ASSESS)
@require_http_methods(["GET", "POST"])
def report_assess(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The bureau's scored sheet beside the report."""
    report = get_object_or_404(visible_reports(), pk=pk)
    if report.state != ReportState.SUBMITTED:
        return _wrong_state(request, report)
    version = form_of(report)
    form = AssessForm(version, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            service.assess_report(
                report_id=pk,
                marks=form.marks(version),
                note=form.cleaned_data["note"],
                by=request.user,
                at=timezone.now(),
            )
        except FieldsRefused as refusal:
            for item, sentence in refusal.errors.items():
                form.add_error(f"{'reason' if '理由' in sentence else 'points'}_{item}", sentence)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "评价已保存，项目法人和县级填报员已收到消息。")
            return redirect(report_url(report))
    context = {
        "title": f"评价{report.legal_person.name}{_title(report)}",
        "form": form,
        "sections": section_views(report, version),
        "attachments": report.attachments.order_by("uploaded_at"),
        "cancel_url": report_url(report),
        "crumbs": _crumbs(report),
    }
    status = 422 if form.errors else 200
    return render(request, "projects/legal_person_reports/report_assess.html", context, status=status)


@requires(Capability.REPORT_FILE)
@require_http_methods(["GET", "POST"])
def report_attach(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Add a file to the report."""
    report = get_object_or_404(visible_reports(), pk=pk)
    if not _may_fill(request, report):
        return _wrong_state(request, report)
    form = ReportFileForm(request.POST or None, request.FILES or None)
    error = ""
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            service.attach_to_report(
                report_id=pk,
                title=form.cleaned_data["title"],
                file_name=file.name,
                data=file.read(),
                by=request.user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            error = str(refusal)
        else:
            messages.success(request, "附件已上传。")
            return redirect(report_url(report))
    context = {
        "title": "上传附件",
        "form": form,
        "error": error,
        "cancel_url": report_url(report),
        "crumbs": _crumbs(report),
    }
    status = 422 if error or form.errors else 200
    return render(request, "projects/legal_person_reports/report_attach.html", context, status=status)
