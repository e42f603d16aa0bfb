"""What may hang on a project, for the pages that add, change and remove it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from projects.forms import records as forms
from projects.forms.base import RegisterForm
from projects.models import (
    Acceptance,
    Attendance,
    ContractSection,
    DefectFiling,
    KeyWork,
    QualityFiling,
    SupervisionRegistration,
    WorkItem,
)
from projects.services.register import attendance, filings, sections, supervision, works
from tenancy.models import TenantModel


@dataclass(frozen=True)
class RecordKind:
    """One kind. label: in sentences and titles; anchor: its block of the project's page; remove: where it may go."""

    label: str
    anchor: str
    model: type[TenantModel]
    form: type[RegisterForm]
    add: Callable[..., Any]
    change: Callable[..., Any]
    remove: Callable[..., Any] | None = None
    note: str = ""
    project: str = "project"
    """The way from the record to its project."""


KINDS: dict[str, RecordKind] = {
    "sections": RecordKind(
        "标段",
        "sections",
        ContractSection,
        forms.SectionForm,
        sections.add_section,
        sections.change_section,
        sections.remove_section,
    ),
    "works": RecordKind(
        "项目划分",
        "breakdown",
        WorkItem,
        forms.WorkItemForm,
        works.add_work_item,
        works.change_work_item,
        works.remove_work_item,
    ),
    "attendance": RecordKind(
        "到岗率",
        "people",
        Attendance,
        forms.AttendanceForm,
        attendance.add_attendance,
        attendance.change_attendance,
        attendance.remove_attendance,
        note="每个参建单位每月一条，进入月度考核和风险分类。",
        project="unit__project",
    ),
    "key-works": RecordKind(
        "重要部位",
        "works",
        KeyWork,
        forms.KeyWorkForm,
        works.add_key_work,
        works.change_key_work,
        works.remove_key_work,
    ),
    "registrations": RecordKind(
        "质量监督手续",
        "registration",
        SupervisionRegistration,
        forms.RegistrationForm,
        supervision.add_registration,
        supervision.change_registration,
    ),
    "acceptances": RecordKind(
        "验收",
        "reviews",
        Acceptance,
        forms.AcceptanceForm,
        supervision.add_acceptance,
        supervision.change_acceptance,
        note="验收编号由系统按县区和年度给出。",
    ),
    "filings": RecordKind(
        "质量核备",
        "reviews",
        QualityFiling,
        forms.FilingForm,
        filings.add_filing,
        filings.change_filing,
        filings.remove_filing,
        note="核备编号由系统按县区和年度给出，应办结日期按事项的办理期限计算工作日。",
    ),
    "defects": RecordKind(
        "质量缺陷备案",
        "defects",
        DefectFiling,
        forms.DefectForm,
        filings.add_defect,
        filings.change_defect,
        note="缺陷编号由系统按县区和年度给出，应备案日期按“质量缺陷备案”的办理期限计算工作日。",
    ),
}
"""By the word in the address."""
