"""Uploading a ledger workbook."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

MEGABYTE = 1024 * 1024


def max_megabytes() -> int:
    """The largest workbook that may be uploaded, in MB."""
    return int(settings.LEDGER_MAX_UPLOAD_BYTES) // MEGABYTE


class UploadForm(forms.Form):
    """One workbook; what stands inside is checked by the job, what can be said at once is said here."""

    workbook = forms.FileField(
        label="台账文件",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        allow_empty_file=True,
        error_messages={"required": "请选择要上传的台账文件。"},
    )
    dry_run = forms.BooleanField(
        label="只检查，不写入", required=False, help_text="先看看有没有错误；不会改动任何数据。"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["workbook"].help_text = f"按模板填写的 .xlsx 文件，不超过 {max_megabytes()} MB。"

    def clean_workbook(self) -> UploadedFile[bytes]:
        """Says exactly what is wrong with the file."""
        file: UploadedFile[bytes] = self.cleaned_data["workbook"]
        name = (file.name or "").lower()
        if name.endswith((".xls", ".et", ".csv", ".xlsm", ".xlsb", ".ods")):
            raise forms.ValidationError(
                f"“{file.name}”不是 .xlsx 文件，请在表格软件里另存为“Excel 工作簿（*.xlsx）”。"
            )
        if not name.endswith(".xlsx"):
            raise forms.ValidationError(f"“{file.name}”不是台账文件，请选择按模板填写的 .xlsx 文件。")
        if not file.size:
            raise forms.ValidationError(f"“{file.name}”是空文件，请检查后重新选择。")
        if file.size > settings.LEDGER_MAX_UPLOAD_BYTES:
            size = file.size / MEGABYTE
            raise forms.ValidationError(f"“{file.name}”有 {size:.1f} MB，超过 {max_megabytes()} MB 的上限。")
        return file
