"""Forms of findings."""

from __future__ import annotations

from django import forms

from core.forms import Form
from core.uploads import UploadField
from inspections.services.evidence import TYPES


class EvidenceForm(Form):
    """A name and a file; both are checked again by the service."""

    title = forms.CharField(
        label="名称", max_length=200, help_text="写明拍的是什么、在哪个部位，如“左岸护坡 0+120 裂缝”。"
    )
    file = UploadField(allowed=TYPES)
