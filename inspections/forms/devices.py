"""Forms of the tablets' pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from core.forms import Form
from projects.forms.fields import TextField

MAX_BUNDLE_BYTES = 96 * 1024 * 1024


class CodeForm(Form):
    """How the tablet shall be called."""

    name = TextField(label="设备名称", max_length=60, help_text="写在机身标签上的名称，例如“质监平板 03”。")


class ReasonForm(Form):
    """Why a tablet is held or revoked."""

    reason = TextField(label="原因", max_length=200, help_text="会显示在这台平板上。")


class BundleForm(Form):
    """The exported outbox."""

    file = forms.FileField(
        label="导出文件",
        widget=forms.ClearableFileInput(attrs={"accept": ".json,application/json"}),
        help_text=f"平板“待传箱”里导出的 JSON 文件，不超过 {MAX_BUNDLE_BYTES // 1024 // 1024} MB；有几份的一份一份导入。",
        error_messages={"required": "请选择导出文件。"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].max_size = MAX_BUNDLE_BYTES  # type: ignore[attr-defined]

    def clean_file(self) -> UploadedFile[bytes]:
        """Not bigger than allowed."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BUNDLE_BYTES:
            raise forms.ValidationError("文件太大，请先在平板上更新版本再导出：新版本会分成几份文件。")
        return file
