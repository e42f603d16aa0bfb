"""Forms of the monthly return's pages."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django import forms

from core.forms import Form
from core.uploads import UploadField
from projects.models import Project
from projects.rules.returns import HEADER_FIELDS, RETURN_FIELDS
from projects.selectors.returns.locks import Key
from projects.services.attachments import TYPES
from projects.services.returns.submitting import NIL_COVERS, NilStatement


class HandOverForm(Form):
    """Where the bureau reaches the filler."""

    phone = forms.CharField(
        label="填报人联系电话", max_length=30, help_text="市局核对数据时联系，如 0816-2345678。"
    )


class PlainForm(Form):
    """Nothing but the act."""


class NilForm(Form):
    """零报告: the reviewer's statement and what it covers."""

    covers = forms.MultipleChoiceField(
        label="本月无下列情况",
        choices=[(code, words) for code, words, _ in NIL_COVERS],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请选择零报告涵盖的事项。"},
    )
    statement = forms.CharField(
        label="零报告声明",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        initial="经核实，本县本月没有需要报送的水利工程质量监督情况，所报属实。",
        help_text="由审核人签署，报送即为签署，署名和日期随月报公开给市局。",
        error_messages={"required": "请写明声明内容。"},
    )

    def statement_of(self) -> NilStatement:
        """For the service."""
        return NilStatement(text=self.cleaned_data["statement"], covers=tuple(self.cleaned_data["covers"]))


class NoteForm(Form):
    """What the filler should change."""

    note = forms.CharField(
        label="意见",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明哪个工程、哪个栏目、怎样改。",
        error_messages={"required": "请填写退回填报人的意见。"},
    )


class ReasonForm(Form):
    """Why."""

    reason = forms.CharField(
        label="理由",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="理由随记录和审计日志保存。",
    )


class LineAddForm(Form):
    """A project of the county's register that the return does not have."""

    project: forms.ModelChoiceField[Project] = forms.ModelChoiceField(
        label="工程",
        queryset=None,
        empty_label="请选择",
        help_text="只列本县台账中、本月月报没有的工程。台账中也没有的，先在工程台账登记。",
        error_messages={"required": "请选择工程。", "invalid_choice": "所选工程不在本县台账中或已在月报中。"},
    )

    def __init__(self, *args: Any, projects: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[Project]", self.fields["project"]).queryset = projects


class FileForm(Form):
    """A file of the return."""

    title = forms.CharField(label="名称", max_length=120, help_text="写明内容，如“9月培训签到表”。")
    file = UploadField(allowed=TYPES)


class ReopenForm(Form):
    """Which fields are to be put right, and why."""

    reason = forms.CharField(
        label="申请理由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明错在哪里、怎样发现、依据什么更正。",
        error_messages={"required": "请填写申请补正的理由。"},
    )
    projects = forms.MultipleChoiceField(
        label="工程",
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text="可选多个（按住 Ctrl 点选）；只更正表头时不选。",
    )
    line_fields = forms.MultipleChoiceField(
        label="这些工程的栏目",
        required=False,
        choices=[(field.name, field.label) for field in RETURN_FIELDS],
        widget=forms.CheckboxSelectMultiple,
    )
    header_fields = forms.MultipleChoiceField(
        label="表头栏目",
        required=False,
        choices=[(field.name, field.label) for field in HEADER_FIELDS],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, projects: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.MultipleChoiceField", self.fields["projects"]).choices = projects

    def clean(self) -> dict[str, Any]:
        """Projects and their fields go together."""
        data = super().clean() or self.cleaned_data
        if bool(data.get("projects")) != bool(data.get("line_fields")):
            raise forms.ValidationError("更正工程明细时，工程和栏目都要选。")
        return data

    def keys(self) -> list[Key]:
        """(project or None for the head, field) of everything that was chosen."""
        data = self.cleaned_data
        header: list[Key] = [(None, name) for name in data["header_fields"]]
        return header + [
            (uuid.UUID(project), name) for project in data["projects"] for name in data["line_fields"]
        ]
