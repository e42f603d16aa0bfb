"""The reviewer's word on each finding of an inspection."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms

from core.forms import Form
from inspections.enums import Severity
from inspections.models import Finding
from inspections.selectors.visit_page import ReviewLine
from inspections.services.concluding import Decision

CONFIRM, WITHDRAW = "CONFIRM", "WITHDRAW"


class ReviewForm(Form):
    """For each draft finding: confirm or withdraw, the severity, the reason."""

    def __init__(self, lines: Sequence[ReviewLine], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self._add(line.finding)

    def _add(self, finding: Finding) -> None:
        key = str(finding.pk)
        self.fields[f"decision-{key}"] = forms.ChoiceField(
            label="审核意见",
            choices=((CONFIRM, "确认"), (WITHDRAW, "撤销")),
            widget=forms.RadioSelect,
            error_messages={"required": f"请对问题“{finding.text[:20]}”选择确认或撤销。"},
        )
        self.fields[f"severity-{key}"] = forms.ChoiceField(
            label="严重程度", choices=Severity.choices, initial=finding.severity
        )
        self.fields[f"reason-{key}"] = forms.CharField(
            label="理由",
            required=False,
            max_length=300,
            help_text="撤销或调整严重程度时必填",
            error_messages={"max_length": "理由不超过 300 字，请精简。"},
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    def rows(self) -> list[tuple[ReviewLine, list[Any]]]:
        """Each finding with its three fields."""
        names = ("decision", "severity", "reason")
        return [(line, [self[f"{name}-{line.finding.pk}"] for name in names]) for line in self.lines]

    def decisions(self) -> dict[uuid.UUID, Decision]:
        """As the service takes them; after `is_valid()`."""
        return {
            line.finding.pk: Decision(
                confirms=self.cleaned_data[f"decision-{line.finding.pk}"] == CONFIRM,
                reason=self.cleaned_data[f"reason-{line.finding.pk}"],
                severity=self.cleaned_data[f"severity-{line.finding.pk}"],
            )
            for line in self.lines
        }
