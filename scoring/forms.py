"""Forms of the list of key objects."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from core.errors import DomainError
from core.month import ReportingMonth


class MonthField(forms.CharField):
    """A month of the browser's own picker; text where the browser has none."""

    def __init__(self, label: str, required: str) -> None:
        super().__init__(
            label=label,
            max_length=7,
            widget=forms.TextInput(attrs={"type": "month", "placeholder": "2023-10"}),
            error_messages={"required": required, "max_length": "月份应写成 2023-10 的形式。"},
        )

    def clean(self, value: Any) -> ReportingMonth:
        """The month. Raises ValidationError with the sentence of the parser."""
        text = super().clean(value)
        try:
            return ReportingMonth.parse(text)
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class KeyListForm(forms.Form):
    """The period and the day of the data."""

    first_month = MonthField("起始月份", "请填写名单起始月份。")
    last_month = MonthField("截止月份", "请填写名单截止月份。")
    as_of = forms.DateField(
        label="数据截止日期",
        help_text="风险类别按这一天 24 时的记录计算，不能晚于今天。",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "请填写数据截止日期。",
            "invalid": "日期应写成 2023-09-30 的形式。",
        },
    )
    reason = forms.CharField(
        label="更正原因",
        required=False,
        max_length=300,
        help_text="这一期间已有名单、重新拟定时必须填写。",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": "原因不超过300字，请精简。"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["as_of"].initial = timezone.localdate()


class EntryForm(forms.Form):
    """Why a project is put on the list or taken off; `is_on` is what the page offered."""

    is_on = forms.BooleanField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="理由",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明理由。", "max_length": "理由不超过200字，请精简。"},
    )
