"""Fields that only this app needs; the others are the register's."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from core.errors import DomainError
from core.text import clean_text


class ProseField(forms.CharField):
    """Several lines of text."""

    def __init__(
        self, label: str, max_length: int, *, required: bool = True, rows: int = 4, help_text: str = ""
    ) -> None:
        super().__init__(
            label=label,
            max_length=max_length,
            required=required,
            help_text=help_text,
            widget=forms.Textarea(attrs={"rows": rows}),
            error_messages={
                "required": f"请填写{label}。",
                "max_length": f"{label}不超过 %(limit_value)d 字，现有 %(show_value)d 字，请精简。",
            },
        )

    def to_python(self, value: Any) -> str:
        """Cleaned, line by line."""
        try:
            return clean_text(super().to_python(value) or "", multiline=True)
        except DomainError as error:
            raise forms.ValidationError(f"{self.label}：{error}") from error


class NamesField(ProseField):
    """Names, separated by lines, commas or 、; becomes a list."""

    def prepare_value(self, value: Any) -> Any:
        """One name a line."""
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        """Without the empty ones."""
        return [name for name in re.split(r"[\s、，,;；]+", super().clean(value)) if name]


class RosterField(ProseField):
    """People with their certificate: one a line, “姓名 证书编号”; becomes a list of dicts."""

    def prepare_value(self, value: Any) -> Any:
        """One person a line."""
        if not isinstance(value, list):
            return value
        return "\n".join(f"{one['name']} {one['certificate']}".strip() for one in value)

    def clean(self, value: Any) -> list[dict[str, str]]:
        """Name first, the rest is the certificate."""
        people = []
        for number, line in enumerate(super().clean(value).splitlines(), 1):
            name, _, certificate = line.strip().partition(" ")
            if len(name) > 30 or len(certificate) > 60:
                raise forms.ValidationError(f"第{number}行过长，请写成“姓名 证书编号”，每行一人。")
            if name:
                people.append({"name": name, "certificate": certificate.strip()})
        return people
