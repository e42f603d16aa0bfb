"""What is said about a doubt."""

from __future__ import annotations

from django import forms

from core.forms import Form


def _words(label: str, required: str, max_length: int) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=max_length,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": required, "max_length": f"{label}不超过{max_length}字，请精简。"},
    )


class ExplainForm(Form):
    """The county's words."""

    explanation = _words("情况说明", "请写明情况和依据。", 500)


class JudgeForm(Form):
    """The bureau's words."""

    judgement = _words("认定意见", "请写明认定意见。", 300)
