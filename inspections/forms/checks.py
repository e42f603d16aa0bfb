"""Fields that the forms of tests, bidding checks and clues share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from core.filestore import EVIDENCE_TYPES
from core.forms import Form
from core.text import quoted
from core.uploads import UploadField
from projects.enums import ProjectStatus
from projects.forms.fields import RowChoiceField
from projects.models import Organization, Project
from projects.selectors.organization_picker import find_organizations
from tenancy.models import Jurisdiction
from tenancy.scope import current_scope


def organization_named(text: str, advice: str) -> Organization:
    """The one organization that a text names. advice: what to type when it names none. Raises ValidationError."""
    found = find_organizations(text)
    if len(found) == 1:
        return found[0]
    if not found:
        raise forms.ValidationError(f"没有找到{quoted(text)}，{advice}")
    names = "、".join(f"{one.name}（{one.uscc}）" for one in found[:5])
    raise forms.ValidationError(f"{quoted(text)}对应多个单位：{names}，请填写统一社会信用代码。")


class OrganizationField(forms.CharField):
    """One organization by 信用代码, name, part of a name or initials; what fits several is asked again with their codes."""

    def __init__(self, *, label: str, required: bool = True, help_text: str = "") -> None:
        super().__init__(
            label=label,
            required=required,
            max_length=200,
            help_text=help_text,
            error_messages={"required": f"请填写{label}。"},
        )

    def prepare_value(self, value: Any) -> Any:
        """The name with its code."""
        return f"{value.name} {value.uscc}" if isinstance(value, Organization) else value

    def clean(self, value: Any) -> Organization | None:
        """The one that fits. Raises ValidationError with what to type instead."""
        text = super().clean(value)
        advice = "请核对名称或统一社会信用代码；未登记的单位先在“单位”中登记。"
        return organization_named(text, advice) if text else None


class PlacedForm(Form):
    """A form about one of the scope's projects that have not ended."""

    project = RowChoiceField(label="工程")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ended = (ProjectStatus.COMPLETED, ProjectStatus.ACCEPTED)
        _offer_projects(self, Project.objects.exclude(status__in=ended))


class CountyForm(Form):
    """A form about a county and, where one is concerned, a project; a person of a county is not asked for the county."""

    county = RowChoiceField(label="县（市、区）")
    project = RowChoiceField(label="工程", required=False, help_text="不涉及具体工程的不选。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        county: Any = self.fields["county"]
        county.queryset = Jurisdiction.objects.order_by("unit_order")
        county.label_from_instance = lambda row: row.short_name
        if current_scope().county_id is not None:
            del self.fields["county"]
        _offer_projects(self, Project.objects.all())


def _offer_projects(form: forms.Form, rows: QuerySet[Project]) -> None:
    field: Any = form.fields["project"]
    field.queryset = rows.select_related("jurisdiction").order_by("jurisdiction__unit_order", "name_pinyin")
    field.label_from_instance = lambda row: f"{row.jurisdiction.short_name} {row.name}"


class EvidenceForm(Form):
    """A name and a file; both are checked again by the service."""

    title = forms.CharField(label="名称", max_length=200, error_messages={"required": "请填写名称。"})
    file = UploadField(allowed=EVIDENCE_TYPES)
