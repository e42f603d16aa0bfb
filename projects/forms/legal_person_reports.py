"""Forms of a legal person's quality report, built from the version of the form that the report has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from core.filestore import ATTACHMENT_TYPES
from core.forms import Form
from core.uploads import UploadField
from projects.rules.legal_person_form import FormField, FormSection, ReportForm


class DraftField(forms.CharField):
    """A field that the report must have and its draft may lack: marked as required, accepted blank."""

    def validate(self, value: Any) -> None:
        """The service judges what is kept, and on submission what is missing."""


class SectionForm(Form):
    """The fields of one section."""

    def __init__(self, section: FormSection, values: Mapping[str, str], data: Any = None) -> None:
        super().__init__(data, initial=dict(values))
        for field in section.fields:
            self.fields[field.id] = _field(field)


def _field(field: FormField) -> DraftField:
    attributes: dict[str, Any] = {"text": {"rows": 4}, "line": {}}.get(field.kind, {"inputmode": "decimal"})
    widget = forms.Textarea(attrs=attributes) if field.kind == "text" else forms.TextInput(attrs=attributes)
    return DraftField(label=field.label, required=field.required, widget=widget, help_text=field.help)


class AssessForm(Form):
    """The bureau's sheet: points and, for every deduction, the reason; a remark on the whole."""

    def __init__(self, form: ReportForm, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item in form.sheet:
            self.fields[f"points_{item.id}"] = forms.CharField(
                label=f"{item.label}（满分{item.full}分）",
                error_messages={"required": f"请填写“{item.label}”的得分，0至{item.full}分。"},
                widget=forms.TextInput(attrs={"inputmode": "decimal"}),
                help_text=f"以{form.step}分为一档。",
            )
            self.fields[f"reason_{item.id}"] = forms.CharField(
                label=f"{item.label}：扣分理由",
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text="不满分时必须填写。",
            )
        self.fields["note"] = forms.CharField(
            label="总体评价",
            required=False,
            max_length=500,
            widget=forms.Textarea(attrs={"rows": 3}),
            error_messages={"max_length": "总体评价不超过500字，请精简。"},
        )

    def marks(self, form: ReportForm) -> dict[str, tuple[str, str]]:
        """Item → (points, reason), as typed."""
        return {
            item.id: (self.cleaned_data[f"points_{item.id}"], self.cleaned_data[f"reason_{item.id}"])
            for item in form.sheet
        }


class ReturnForm(Form):
    """What must be put right."""

    reason = forms.CharField(
        label="退回原因",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "请写明退回原因。", "max_length": "退回原因不超过500字，请精简。"},
    )


class ReportFileForm(Form):
    """A name and a file."""

    title = forms.CharField(
        label="名称",
        max_length=120,
        help_text="写明是什么材料，如“11月混凝土试块检测报告”。",
        error_messages={"required": "请填写名称。", "max_length": "名称不超过120字，请精简。"},
    )
    file = UploadField(allowed=ATTACHMENT_TYPES)
