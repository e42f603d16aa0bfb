"""Forms of decisions and of what follows from them."""

from __future__ import annotations

from typing import Any

from django import forms

from core.forms import Form

_DAY = {"invalid": "日期应写成 2023-10-12 的形式。"}


def _day(label: str, required: str, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": required, **_DAY},
    )


def _moment(label: str, required: str) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": required, "invalid": "时间应写成 2023-10-12 09:30 的形式。"},
    )


class MeasureForm(Form):
    """Base: prefilled from the measure that it is about."""

    def __init__(self, row: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.initial = getattr(row, name, None) or field.initial


class PlainForm(MeasureForm):
    """Nothing to fill in: the act alone."""


class RegisterForm(MeasureForm):
    """The county's own number and day of issue."""

    number = forms.CharField(
        label="通知书文号",
        max_length=60,
        help_text="县局自行签发的文号，例如 北水质监〔2023〕12号。",
        error_messages={"required": "请填写通知书文号。", "max_length": "文号不超过60字。"},
    )
    issued_on = _day("签发日期", "请填写签发日期。", "整改期限自签发之日按严重程度起算。")

    def __init__(self, row: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(row, *args, **kwargs)
        self.fields["number"].initial = ""  # the draft's working number is none of the county's


class ReasonForm(MeasureForm):
    """Why not."""

    reason = forms.CharField(
        label="理由",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明理由。", "max_length": "理由不超过300字，请精简。"},
    )


class ArrangeForm(MeasureForm):
    """Time, place, host."""

    held_at = _moment("约谈时间", "请填写约谈时间。")
    place = forms.CharField(
        label="地点",
        max_length=120,
        error_messages={"required": "请填写约谈地点。", "max_length": "地点不超过120字。"},
    )
    host_name = forms.CharField(
        label="主持人",
        max_length=60,
        error_messages={"required": "请填写主持人。", "max_length": "主持人不超过60字。"},
    )


class HoldForm(MeasureForm):
    """When it was really held, and when the county reports."""

    held_at = _moment("实际约谈时间", "请填写约谈时间。")
    report_due_on = _day("整改报告期限", "请填写整改报告期限。", "以约谈通知书载明的期限为准。")


class ReportForm(MeasureForm):
    """The day on which the report came in."""

    reported_on = _day("收到整改报告的日期", "请填写收到日期。")


class AnswerForm(MeasureForm):
    """The day of the county's answer."""

    answered_on = _day("反馈日期", "请填写反馈日期。")
