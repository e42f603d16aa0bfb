"""Fields of the register's forms: each error is a sentence that names the field and says what would be right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms

from core.errors import DomainError
from core.month import ReportingMonth
from core.text import clean_text, code_text, parse_decimal, parse_integer

FUNDING_SOURCES = (
    "中央预算内投资",
    "增发国债",
    "超长期特别国债",
    "地方政府专项债",
    "省级资金",
    "市县资金",
    "社会资本",
)
"""资金来源 (handbook §7.1); more than one may apply."""


class TextField(forms.CharField):
    """Prose or a name; characters that nobody sees are refused, full-width codes become half-width."""

    def __init__(self, *, label: str, max_length: int, is_code: bool = False, **kwargs: Any) -> None:
        self.is_code = is_code
        messages = {
            "required": f"请填写{label}。",
            "max_length": f"{label}不超过 %(limit_value)d 字，现有 %(show_value)d 字，请精简。",
        }
        super().__init__(label=label, max_length=max_length, error_messages=messages, **kwargs)

    def to_python(self, value: Any) -> str:
        """Cleaned."""
        text = super().to_python(value) or ""
        try:
            return code_text(text) if self.is_code else clean_text(text)
        except DomainError as error:
            raise forms.ValidationError(f"{self.label}：{error}") from error


class AmountField(forms.CharField):
    """A decimal number, exact. places: digits after the point; whole: digits before it."""

    def __init__(
        self,
        *,
        label: str,
        required: bool = False,
        places: int = 2,
        whole: int = 12,
        minimum: Decimal | None = Decimal(0),
        maximum: Decimal | None = None,
        help_text: str = "",
    ) -> None:
        self.places, self.whole, self.minimum, self.maximum = places, whole, minimum, maximum
        super().__init__(
            label=label,
            required=required,
            help_text=help_text,
            widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            error_messages={"required": f"请填写{label}。"},
        )

    def prepare_value(self, value: Any) -> Any:
        """A stored 120.00 is shown as 120."""
        return format(value.normalize(), "f") if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Decimal | None:
        """Read and held to its bounds."""
        text = super().clean(value)
        if not text:
            return None
        try:
            number = parse_decimal(str(text))
        except DomainError as error:
            raise forms.ValidationError(f"{self.label}：{error}") from error
        self._check(number)
        return number

    def _check(self, number: Decimal) -> None:
        if self.minimum is not None and number < self.minimum:
            raise forms.ValidationError(f"{self.label}不能小于 {self.minimum}。")
        if self.maximum is not None and number > self.maximum:
            raise forms.ValidationError(f"{self.label}不能大于 {self.maximum}。")
        # First, because numbers of more than 28 digits cannot be rounded.
        if not -(10**self.whole) < number < 10**self.whole:
            raise forms.ValidationError(f"{self.label}最多 {self.whole} 位整数，请核对单位。")
        if number != round(number, self.places):
            raise forms.ValidationError(f"{self.label}最多 {self.places} 位小数。")


class CountField(forms.CharField):
    """A whole number from 0 (or `minimum`) to `maximum`."""

    def __init__(
        self,
        *,
        label: str,
        required: bool = False,
        minimum: int = 0,
        maximum: int = 1_000_000,
        help_text: str = "",
    ) -> None:
        self.minimum, self.maximum = minimum, maximum
        super().__init__(
            label=label,
            required=required,
            help_text=help_text,
            widget=forms.TextInput(attrs={"inputmode": "numeric"}),
            error_messages={"required": f"请填写{label}。"},
        )

    def clean(self, value: Any) -> int | None:
        """Read and held to its bounds."""
        text = super().clean(value)
        if not text:
            return None
        try:
            number = parse_integer(str(text))
        except DomainError as error:
            raise forms.ValidationError(f"{self.label}：{error}") from error
        if not self.minimum <= number <= self.maximum:
            raise forms.ValidationError(f"{self.label}应在 {self.minimum} 至 {self.maximum} 之间。")
        return number


EARLIEST = dt.date(1950, 1, 1)
LATEST = dt.date(2100, 1, 1)


class DayField(forms.DateField):
    """A day, within reason: a year of two digits is a slip."""

    def __init__(self, *, label: str, required: bool = False, help_text: str = "") -> None:
        super().__init__(
            label=label,
            required=required,
            help_text=help_text,
            input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"],
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={
                "required": f"请填写{label}。",
                "invalid": f"{label}应写成 2023-10-12 的形式，且是真实的日期。",
            },
        )

    def clean(self, value: Any) -> dt.date | None:
        """Read and held to its bounds."""
        day: dt.date | None = super().clean(value)
        if day is not None and not EARLIEST <= day < LATEST:
            raise forms.ValidationError(f"{self.label} {day:%Y-%m-%d} 的年份不对，请核对。")
        return day


class MonthField(forms.CharField):
    """A reporting month."""

    def __init__(self, *, label: str, help_text: str = "") -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            widget=forms.TextInput(attrs={"type": "month"}),
            error_messages={"required": f"请填写{label}。"},
        )

    def prepare_value(self, value: Any) -> Any:
        """A stored first day is shown as its month."""
        return f"{value:%Y-%m}" if isinstance(value, dt.date) else value

    def clean(self, value: Any) -> ReportingMonth:
        """Read."""
        text = super().clean(value)
        try:
            return ReportingMonth.parse(str(text))
        except DomainError as error:
            raise forms.ValidationError(f"{self.label}：{error}") from error


if TYPE_CHECKING:
    _RowChoice = forms.ModelChoiceField[Any]
else:
    _RowChoice = forms.ModelChoiceField


def choice(
    label: str,
    choices: Iterable[tuple[str, str]],
    *,
    required: bool = True,
    empty: str = "请选择",
    help_text: str = "",
) -> forms.ChoiceField:
    """One of the choices; nothing is chosen before somebody chooses."""
    return forms.ChoiceField(
        label=label,
        choices=[("", empty), *choices],
        required=required,
        help_text=help_text,
        error_messages={
            "required": f"请选择{label}。",
            "invalid_choice": f"{label}没有“%(value)s”这一项，请重新选择。",
        },
    )


def prose(
    label: str, max_length: int, *, required: bool = False, rows: int = 3, help_text: str = ""
) -> TextField:
    """A few lines of text."""
    return TextField(
        label=label,
        max_length=max_length,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class RowChoiceField(_RowChoice):
    """One of the rows that the form offers; its queryset is set when a scope is open."""

    def __init__(self, *, label: str, required: bool = True, help_text: str = "") -> None:
        super().__init__(
            queryset=None,
            label=label,
            required=required,
            help_text=help_text,
            empty_label="请选择" if required else "（无）",
            error_messages={
                "required": f"请选择{label}。",
                "invalid_choice": f"所选的{label}不存在或不在可选范围，请重新选择。",
            },
        )
