"""Forms of the list of key objects and of duty inspections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils import timezone

from core import display
from core.errors import DomainError
from core.forms import Form
from core.month import ReportingMonth
from projects.forms.fields import AmountField, DayField, RowChoiceField, TextField, prose
from scoring.rules.duty import DutyRules, DutySection
from scoring.selectors.duty_page import county_draws
from scoring.services.duty import SheetLine
from tenancy.models import Jurisdiction


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


class KeyListForm(Form):
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


class EntryForm(Form):
    """Why a project is put on the list or taken off; `is_on` is what the page offered."""

    is_on = forms.BooleanField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="理由",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明理由。", "max_length": "理由不超过200字，请精简。"},
    )


class DutyForm(Form):
    """Head of a duty inspection's sheet; the county is chosen once."""

    county = RowChoiceField(label="被检查县（市、区）")
    draw = RowChoiceField(label="抽取编号", required=False, help_text="抽取被检查县区的那一次抽取。")
    inspected_on = DayField(label="检查日期", required=True)
    leader_name = TextField(label="检查组长", max_length=60)
    members = TextField(
        label="检查组成员", max_length=200, required=False, help_text="不含组长，用顿号分开。"
    )

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        county: Any = self.fields["county"]
        county.queryset = Jurisdiction.objects.counties()
        county.label_from_instance = lambda row: row.short_name
        if not is_new:
            del self.fields["county"]
        draw: Any = self.fields["draw"]
        draw.queryset = county_draws()
        draw.label_from_instance = lambda row: f"{row.number}（{row.drawn_on:%Y-%m-%d}）"


class DutySheetForm(Form):
    """Points and fact of each line of the sheet; what is left empty is not scored yet."""

    def __init__(self, *args: Any, rules: DutyRules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules = rules
        for item in rules.items:
            self.fields[f"{item.id}-points"] = AmountField(
                label=f"{item.name}（满分 {display.number(item.max)} 分）", maximum=item.max
            )
            self.fields[f"{item.id}-fact"] = TextField(
                label=f"{item.name}的扣分事实", max_length=300, required=False
            )

    def sections(self) -> Iterator[tuple[DutySection, list[forms.BoundField]]]:
        """Each section with its fields, points and fact in turns."""
        for section in self.rules.sections:
            names = [f"{item.id}-{part}" for item in section.items for part in ("points", "fact")]
            yield section, [self[name] for name in names]

    @property
    def lines(self) -> dict[str, SheetLine]:
        """For the service."""
        data = self.cleaned_data
        return {
            item.id: SheetLine(data[f"{item.id}-points"], data[f"{item.id}-fact"])
            for item in self.rules.items
        }


class DutyConcludeForm(Form):
    """The conclusion."""

    concluded_on = DayField(label="结论日期", required=True)
    summary = prose("结论", 500, required=True, rows=4)
