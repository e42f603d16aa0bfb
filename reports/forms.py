"""Forms of documents and of ledgers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from core.forms import Form
from reports.models import Document
from reports.services.documents import PROSE_LIMIT, sections_of

MEGABYTE = 1024 * 1024


class ProseForm(Form):
    """One text area for each editable section; everything else of a document comes from its snapshot."""

    def __init__(self, document: Document, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, label, text, is_optional in sections_of(document):
            self.fields[key] = forms.CharField(
                label=label,
                required=not is_optional,
                max_length=PROSE_LIMIT,
                initial=text,
                strip=True,
                widget=forms.Textarea(attrs={"rows": min(12, 3 + len(text) // 45)}),
                help_text=f"不超过{PROSE_LIMIT}字，每段一行。",
                error_messages={
                    "required": f"“{label}”不能为空。",
                    "max_length": f"“{label}”超过{PROSE_LIMIT}字，请精简。",
                },
            )


class ReasonForm(Form):
    """Why: of a return, a withdrawal, a discarded draft."""

    reason = forms.CharField(
        label="原因",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明原因。", "max_length": "原因不超过300字，请精简。"},
    )


class SignOffForm(Form):
    """The date of the document (成文日期): the day on which it is signed."""

    dated_on = forms.DateField(
        label="成文日期",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="签发当日；文号按该日期所在年份顺序取号。",
        error_messages={"required": "请填写成文日期。", "invalid": "日期应写成 2023-10-12 的形式。"},
    )

    def __init__(self, today: dt.date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["dated_on"].initial = today

    def clean_dated_on(self) -> dt.date:
        """A document is never dated into the future."""
        day: dt.date = self.cleaned_data["dated_on"]
        if day > self.today:
            raise forms.ValidationError("成文日期不能晚于今天。")
        return day


def max_megabytes() -> int:
    """The largest workbook that may be uploaded, in MB."""
    return int(settings.LEDGER_MAX_UPLOAD_BYTES) // MEGABYTE


def checked_workbook(file: UploadedFile[bytes], what: str) -> UploadedFile[bytes]:
    """What can be said of a workbook at once: its kind, whether it is empty, its size."""
    name = (file.name or "").lower()
    if name.endswith((".xls", ".et", ".csv", ".xlsm", ".xlsb", ".ods")):
        raise forms.ValidationError(
            f"“{file.name}”不是 .xlsx 文件，请在表格软件里另存为“Excel 工作簿（*.xlsx）”。"
        )
    if not name.endswith(".xlsx"):
        raise forms.ValidationError(f"“{file.name}”不是{what}文件，请选择按模板填写的 .xlsx 文件。")
    if not file.size:
        raise forms.ValidationError(f"“{file.name}”是空文件，请检查后重新选择。")
    if file.size > settings.LEDGER_MAX_UPLOAD_BYTES:
        size = file.size / MEGABYTE
        raise forms.ValidationError(f"“{file.name}”有 {size:.1f} MB，超过 {max_megabytes()} MB 的上限。")
    return file


class UploadForm(Form):
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
        return checked_workbook(self.cleaned_data["workbook"], "台账")


class ReturnUploadForm(Form):
    """One workbook of a monthly return."""

    workbook = forms.FileField(
        label="月报文件",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        allow_empty_file=True,
        error_messages={"required": "请选择要上传的月报文件。"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["workbook"].help_text = f"按本月模板填写的 .xlsx 文件，不超过 {max_megabytes()} MB。"

    def clean_workbook(self) -> UploadedFile[bytes]:
        """Says exactly what is wrong with the file."""
        return checked_workbook(self.cleaned_data["workbook"], "月报")
