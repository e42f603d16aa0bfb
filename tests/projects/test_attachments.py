"""Attached files: told by content, kept once, given to those who may see their subject."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from audit.models import AuditEvent
from core import filestore
from projects.enums import AttachmentKind
from projects.models import Attachment
from projects.services.attachments import AttachmentRefused, attach_file, detach_file, kept_file
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person

SignIn = Callable[..., Client]
JPEG = b"\xff\xd8\xff\xe0photo"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def office(*names: str) -> bytes:
    """A zip with these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return file.getvalue()


def attach(data: bytes = JPEG, **more: Any) -> Attachment:
    given: dict[str, Any] = {"kind": AttachmentKind.DOCUMENT, "title": "批复", "file_name": "批复.jpg"}
    return attach_file(**{**given, **more}, data=data, by="甲", at=factories.MOMENT)


def test_types_are_told_by_content_and_the_sentence_says_what_is_wrong() -> None:
    assert filestore.check(office("xl/workbook.xml"), allowed=filestore.ATTACHMENT_TYPES) == filestore.XLSX
    assert filestore.check(office("word/document.xml"), allowed=filestore.ATTACHMENT_TYPES) == filestore.DOCX
    for data in (
        office("xl/workbook.xml", "xl/vbaProject.bin"),
        office("a.exe"),
        b"PK\x03\x04broken",
        b"<svg>",
    ):
        with pytest.raises(filestore.WrongFile, match=r"“甲\.xlsx”的内容不是可以接收的格式，只收JPEG 图片"):
            filestore.check(data, allowed=filestore.ATTACHMENT_TYPES, name="甲.xlsx")
    with pytest.raises(filestore.WrongFile, match="是空的（0 字节）"):
        filestore.check(b"")
    with pytest.raises(filestore.WrongFile, match=r"有 10\.0 MB，超过 10 MB 的上限"):
        filestore.check(JPEG + b"x" * filestore.MAX_BYTES)


def test_a_file_is_attached_once_read_back_and_taken_off_with_a_reason(city: City, media: Path) -> None:
    with city_scope(city.id):
        project, training = factories.project(), factories.training()
        attachment = attach(project=project)
        assert kept_file(attachment) == (JPEG, filestore.JPEG)
        with pytest.raises(AttachmentRefused, match="与已有附件的内容完全相同"):
            attach(project=project)
        assert attach(training=training).jurisdiction_id == training.jurisdiction_id
        scan = attach(
            commitment=factories.lifelong_commitment(project=project), kind=AttachmentKind.COMMITMENT
        )
        assert scan.project_id == project.pk
        with pytest.raises(TypeError):
            attach(project=project, training=training)
        with pytest.raises(AttachmentRefused, match="超过 120 字"):
            attach(project=project, title="长" * 121)
        with pytest.raises(AttachmentRefused, match="原因"):
            detach_file(attachment_id=attachment.pk, reason=" ", by="甲", at=factories.MOMENT)
        detach_file(attachment_id=attachment.pk, reason="传错了", by="甲", at=factories.MOMENT)
        assert Attachment.objects.count() == 2
        assert AuditEvent.objects.filter(action="projects.attachment.detach").count() == 1
        assert len([path for path in media.rglob("*") if path.is_file()]) == 1
        next(path for path in media.rglob("*") if path.is_file()).write_bytes(JPEG + b"!")
        assert kept_file(scan) is None


def test_who_gets_a_file(city: City, other_city: City, sign_in: SignIn) -> None:
    with city_scope(city.id):
        project = factories.project(jurisdiction=county(city))
        photo = attach(project=project)
        commitment = factories.lifelong_commitment(project=project)
        scan = attach(commitment=commitment, kind=AttachmentKind.COMMITMENT)
        draft = factories.return_version(
            monthly_return=factories.monthly_return(jurisdiction=county(city), state="DRAFT"),
            submitted_at=None,
        )
        of_return = attach(monthly_return=draft.monthly_return, kind=AttachmentKind.RETURN)

    def status(client: Client, attachment: Attachment) -> int:
        return client.get(reverse("projects:attachment-file", args=[attachment.pk])).status_code

    reporter, assistant = sign_in(Role.COUNTY_REPORTER), sign_in(Role.ASSISTANT)
    assert [status(reporter, one) for one in (photo, scan, of_return)] == [200, 200, 200]
    assert [status(assistant, one) for one in (photo, scan, of_return)] == [200, 403, 403]
    for stranger in (
        sign_in(Role.COUNTY_REPORTER, where="三台县"),
        client_of(person(other_city, Role.BUREAU_CHIEF)),
    ):
        assert [status(stranger, one) for one in (photo, scan, of_return)] == [404, 404, 404]
    answer = reporter.get(reverse("projects:attachment-file", args=[photo.pk]))
    assert (answer.content, answer["Content-Type"]) == (JPEG, "image/jpeg")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"].startswith("sandbox")
    with city_scope(city.id):
        (read,) = AuditEvent.objects.filter(action="projects.attachment.read")
        assert read.subject_id == str(scan.pk)
