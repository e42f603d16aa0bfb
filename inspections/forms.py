"""Forms of findings."""

from __future__ import annotations

from django import forms
from django.core.files.uploadedfile import UploadedFile

from inspections.services.evidence import MAX_BYTES, type_of

_MEGABYTE = 1024 * 1024


class EvidenceForm(forms.Form):
    """A name and a file; both are checked again by the service."""

    title = forms.CharField(
        label="名称", max_length=200, help_text="写明拍的是什么、在哪个部位，如“左岸护坡 0+120 裂缝”。"
    )
    file = forms.FileField(
        label="文件",
        widget=forms.ClearableFileInput(attrs={"accept": ".jpg,.jpeg,.png,.pdf"}),
        allow_empty_file=True,
        help_text=f"JPEG、PNG 图片或 PDF，不超过 {MAX_BYTES // _MEGABYTE} MB。",
        error_messages={"required": "请选择文件。"},
    )

    def clean_file(self) -> UploadedFile[bytes]:
        """Says exactly what is wrong with the file."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        size = file.size or 0
        if size > MAX_BYTES:
            limit = MAX_BYTES // _MEGABYTE
            raise forms.ValidationError(
                f"“{file.name}”有 {size / _MEGABYTE:.1f} MB，超过 {limit} MB 的上限。"
            )
        head = file.read(16)
        file.seek(0)
        if type_of(head) is None:
            raise forms.ValidationError(f"“{file.name}”不是 JPEG、PNG 图片或 PDF 文件。")
        return file
