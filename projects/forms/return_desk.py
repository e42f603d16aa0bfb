"""Forms of the clerk's desk."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms

from core.forms import Form
from projects.enums import RemarkKind
from projects.models import Project
from projects.rules.returns import HEADER_FIELDS, RETURN_FIELDS
from projects.services.returns.accepting import FieldComment
from projects.services.returns.reopening import MOST_WORKDAYS

COMMENT_PREFIX = "c:"
HEAD = "head"
_NOTE = forms.Textarea(attrs={"rows": 3})


class NoteForm(Form):
    """Why a return is sent back."""

    note = forms.CharField(label="退回理由", max_length=300, widget=_NOTE)


class RemarkForm(Form):
    """抽核字段错误 or 漏报工程."""

    kind = forms.ChoiceField(
        label="类型",
        choices=[(kind.value, kind.label) for kind in (RemarkKind.FIELD_ERROR, RemarkKind.OMITTED_PROJECT)],
    )
    project = forms.ChoiceField(label="工程", required=False, help_text="表头的错误不选工程；漏报工程必选")
    field = forms.ChoiceField(label="栏目", required=False, help_text="漏报工程不选栏目")
    note = forms.CharField(label="情况", max_length=300, widget=_NOTE)

    def __init__(self, *args: Any, projects: Iterable[Project], **kwargs: Any) -> None:
        """projects: all of the county, for those that were left out."""
        super().__init__(*args, **kwargs)
        project = cast(forms.ChoiceField, self.fields["project"])
        field = cast(forms.ChoiceField, self.fields["field"])
        project.choices = [("", "（表头）"), *((str(one.pk), one.name) for one in projects)]
        field.choices = [
            ("", "（不选）"),
            ("工程明细", [(one.name, one.title) for one in RETURN_FIELDS]),
            ("表头", [(one.name, one.title) for one in HEADER_FIELDS]),
        ]

    @property
    def project_id(self) -> uuid.UUID | None:
        """The chosen project."""
        text = self.cleaned_data["project"]
        return uuid.UUID(text) if text else None


class DecisionForm(Form):
    """The bureau's answer to a request for a correction."""

    decision = forms.ChoiceField(
        label="审批", choices=[("approve", "批准"), ("refuse", "不批准")], widget=forms.RadioSelect
    )
    workdays = forms.TypedChoiceField(
        label="补正期限",
        coerce=int,
        choices=[(n, f"{n} 个工作日") for n in range(1, MOST_WORKDAYS + 1)],
        initial=3,
        help_text="批准之日不计，最后一日24:00自动关闭",
    )
    note = forms.CharField(
        label="审批意见", max_length=300, required=False, widget=_NOTE, help_text="不批准时必填"
    )


class AnswerForm(Form):
    """The bureau's answer to a submitted correction."""

    decision = forms.ChoiceField(
        label="办理", choices=[("accept", "受理补正"), ("reject", "不予受理")], widget=forms.RadioSelect
    )
    note = forms.CharField(
        label="不予受理的理由", max_length=300, required=False, widget=_NOTE, help_text="不予受理时必填"
    )


def comments_of(posted: Mapping[str, str]) -> list[FieldComment]:
    """The field comments that were written into the review page: `c:<project or head>:<field>`; blank ones are none."""
    comments = []
    for key, note in posted.items():
        if not key.startswith(COMMENT_PREFIX) or not note.strip():
            continue
        row, _, field = key.removeprefix(COMMENT_PREFIX).partition(":")
        try:
            project_id = None if row == HEAD else uuid.UUID(row)
        except ValueError:
            continue
        comments.append(FieldComment(project_id, field, note))
    return comments
