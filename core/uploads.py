"""File fields of forms."""

from __future__ import annotations

from collections.abc import Collection

from django import forms
from django.core.files.uploadedfile import UploadedFile

from core.filestore import MAX_BYTES, FileType, WrongFile, accept_of, check, words_of

_MEGABYTE = 1024 * 1024


def upload_hint(allowed: Collection[FileType], max_bytes: int = MAX_BYTES) -> str:
    """What a file field says under its label."""
    return f"{words_of(allowed)}，不超过 {max_bytes // _MEGABYTE} MB。"


def checked_upload(
    file: UploadedFile[bytes], allowed: Collection[FileType], max_bytes: int = MAX_BYTES
) -> UploadedFile[bytes]:
    """The file, looked at and rewound; ValidationError says exactly what is wrong with it."""
    # One byte more than allowed is enough to refuse it; nobody reads a gigabyte to say that it is too big.
    data = file.read(max_bytes + 1) if (file.size or 0) <= max_bytes else b""
    file.seek(0)
    if (file.size or 0) > max_bytes:
        size = (file.size or 0) / _MEGABYTE
        raise forms.ValidationError(
            f"“{file.name}”有 {size:.1f} MB，超过 {max_bytes // _MEGABYTE} MB 的上限，请压缩或拆分后再传。"
        )
    try:
        check(data, allowed=allowed, max_bytes=max_bytes, name=file.name or "")
    except WrongFile as refusal:
        raise forms.ValidationError(str(refusal)) from refusal
    return file


class UploadField(forms.FileField):
    """A file of allowed types; the sentence names the file, the fault and the limit."""

    def __init__(
        self,
        *,
        allowed: Collection[FileType],
        label: str = "文件",
        required: bool = True,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        super().__init__(
            label=label,
            required=required,
            allow_empty_file=True,
            widget=forms.ClearableFileInput(attrs={"accept": accept_of(allowed)}),
            help_text=upload_hint(allowed, max_bytes),
            error_messages={"required": "请选择文件。"},
        )
        self.allowed, self.max_size = allowed, max_bytes

    def clean(self, data: UploadedFile[bytes] | None, initial: object = None) -> UploadedFile[bytes] | None:
        """Checked by content."""
        file: UploadedFile[bytes] | None = super().clean(data, initial)
        return checked_upload(file, self.allowed, self.max_size) if file else None
