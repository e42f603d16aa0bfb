"""Attaching evidence: who may, what is taken, who gets the file; an assistant helps and concludes nothing."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.roles import Capability, Role, may
from audit.models import AuditEvent
from core.filestore import WrongFile
from inspections.enums import EvidenceKind, FindingState
from inspections.models import Evidence, Finding
from inspections.services import evidence as service
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person
from tests.pages import assert_no_inline_code

SignIn = Callable[..., Client]
JPEG = b"\xff\xd8\xff\xe0" + b"photo" * 10
PNG = b"\x89PNG\r\n\x1a\n" + b"photo"
PDF = b"%PDF-1.7 report"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def finding(city: City) -> Finding:
    with city_scope(city.id):
        return factories.finding(jurisdiction=county(city))


def add(finding: Finding) -> str:
    return reverse("inspections:evidence-add", args=[finding.pk])


def file_of(evidence: Evidence) -> str:
    return reverse("inspections:evidence-file", args=[evidence.pk])


def send(client: Client, finding: Finding, data: bytes, name: str = "照片.jpg", title: str = "裂缝") -> Any:
    return client.post(add(finding), {"title": title, "file": SimpleUploadedFile(name, data)})


def attached(city: City) -> list[Evidence]:
    with city_scope(city.id):
        return list(Evidence.objects.all())


@pytest.mark.parametrize(
    ("data", "kind", "mime"),
    [
        (JPEG, EvidenceKind.PHOTO, "image/jpeg"),
        (PNG, EvidenceKind.PHOTO, "image/png"),
        (PDF, EvidenceKind.DOCUMENT, "application/pdf"),
    ],
)
def test_an_assistant_attaches_and_gets_the_same_bytes_back(
    data: bytes, kind: str, mime: str, city: City, finding: Finding, sign_in: SignIn
) -> None:
    assistant = sign_in(Role.ASSISTANT)
    page = reverse("inspections:finding-detail", args=[finding.pk])

    assert add(finding) in assistant.get(page).text
    assert_no_inline_code(assistant.get(add(finding)))
    answer = send(assistant, finding, data, title="左岸裂缝")

    assert (answer.status_code, answer["Location"]) == (302, page)
    (evidence,) = attached(city)
    assert (evidence.kind, evidence.title, evidence.byte_count) == (kind, "左岸裂缝", len(data))
    assert evidence.sha256 == hashlib.sha256(data).hexdigest()
    assert re.fullmatch(r"PZ-[0-9A-F]{12}", evidence.number)
    assert file_of(evidence) in assistant.get(page).text
    saved = assistant.get(file_of(evidence))
    assert saved.content == data
    assert saved["Content-Type"] == mime
    assert saved["Content-Disposition"].startswith("attachment")
    assert saved["X-Content-Type-Options"] == "nosniff"
    assert saved["Content-Security-Policy"].startswith("sandbox")
    with city_scope(city.id):
        assert AuditEvent.objects.filter(action="inspections.evidence.attach").count() == 1
        assert Finding.objects.get().state == finding.state


def test_an_assistant_concludes_nothing() -> None:
    held = {capability for capability in Capability if may(Role.ASSISTANT, capability)}

    assert held == {
        Capability.PROJECT_VIEW,
        Capability.FINDING_VIEW,
        Capability.EVIDENCE_ATTACH,
        Capability.TODO_VIEW,
        Capability.INSPECTION_VIEW,
        Capability.FIELD_USE,
    }


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"<svg onload=alert(1)>", "照片.jpg", "只收JPEG 图片、PNG 图片、PDF 文件"),
        (b"MZ" + PDF, "报告.pdf", "“报告.pdf”的内容不是可以接收的格式"),
        (b"", "照片.jpg", "“照片.jpg”是空的（0 字节）"),
        (JPEG + b"x" * service.MAX_BYTES, "照片.jpg", "超过 10 MB 的上限"),
    ],
)
def test_wrong_and_too_big_files_are_refused(
    data: bytes, name: str, sentence: str, city: City, finding: Finding, sign_in: SignIn, media: Path
) -> None:
    answer = send(sign_in(Role.ASSISTANT), finding, data, name)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert attached(city) == []
    assert list(media.iterdir()) == []


def test_the_service_refuses_by_itself(city: City, finding: Finding) -> None:
    def attach(data: bytes) -> None:
        service.attach_evidence(finding_id=finding.pk, title="甲", data=data, by="甲", at=factories.MOMENT)

    with city_scope(city.id):
        with pytest.raises(WrongFile):
            attach(b"<html>")
        with pytest.raises(WrongFile):
            attach(JPEG + b"x" * service.MAX_BYTES)


def test_the_same_file_is_attached_once_and_an_ended_finding_takes_none(
    city: City, finding: Finding, sign_in: SignIn
) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)
    with city_scope(city.id):
        closed = factories.finding(state=FindingState.CLOSED)

    first, again, late = send(chief, finding, JPEG), send(chief, finding, JPEG), send(chief, closed, JPEG)

    assert (first.status_code, again.status_code, late.status_code) == (302, 422, 422)
    assert "已经附在这个问题上" in again.text
    assert "已销号，不能再附" in late.text
    assert len(attached(city)) == 1
    assert add(closed) not in chief.get(reverse("inspections:finding-detail", args=[closed.pk])).text


def test_strangers_neither_attach_nor_read(
    city: City, other_city: City, finding: Finding, sign_in: SignIn
) -> None:
    send(sign_in(Role.COUNTY_SUPERVISOR), finding, JPEG)
    (evidence,) = attached(city)
    neighbour = sign_in(Role.COUNTY_SUPERVISOR, where="三台县")
    stranger = client_of(person(other_city, Role.BUREAU_CHIEF))

    for client in (neighbour, stranger):
        assert send(client, finding, PNG).status_code == 404
        assert client.get(file_of(evidence)).status_code == 404
    reporter = sign_in(Role.COUNTY_REPORTER)
    assert send(reporter, finding, PNG).status_code == 403
    assert reporter.get(file_of(evidence)).content == JPEG
    assert len(attached(city)) == 1


def test_a_file_that_is_not_here_or_was_changed_is_not_given(
    city: City, finding: Finding, sign_in: SignIn, media: Path
) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)
    with city_scope(city.id):
        from_ledger = factories.evidence(finding=finding)
    page = chief.get(reverse("inspections:finding-detail", args=[finding.pk])).text
    assert chief.get(file_of(from_ledger)).status_code == 404
    assert file_of(from_ledger) not in page

    send(chief, finding, JPEG)
    evidence = next(one for one in attached(city) if one.pk != from_ledger.pk)
    next(path for path in media.rglob("*") if path.is_file()).write_bytes(JPEG + b"changed")

    assert chief.get(file_of(evidence)).status_code == 404
