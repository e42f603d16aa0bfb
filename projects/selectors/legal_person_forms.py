"""The versions of the form of a legal person's report, from the files that come with the product."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from core.month import ReportingMonth
from projects.models import LegalPersonReport
from projects.rules.legal_person_form import BadForm, ReportForm, parse_form

_FOLDER = Path(__file__).resolve().parent.parent / "data" / "legal_person_report"


@cache
def all_forms() -> dict[str, ReportForm]:
    """Version → form."""
    forms = [parse_form(path.read_text(encoding="utf-8")) for path in sorted(_FOLDER.glob("*.yaml"))]
    return {form.version: form for form in forms}


def form_for(month: ReportingMonth) -> ReportForm:
    """The newest form that is in force for reports of the month. Raises BadForm where there is none."""
    known = [form for form in all_forms().values() if form.effective_from <= str(month)]
    if not known:
        raise BadForm(f"没有适用于{month.label}的项目法人质量管理月报格式，请联系管理员。")
    return max(known, key=lambda form: form.effective_from)


def form_of(report: LegalPersonReport) -> ReportForm:
    """The form that the report was begun with; that of its month before anything was written."""
    version = report.content.get("form", "")
    return all_forms().get(version) or form_for(ReportingMonth.of(report.month))
