"""`render_document`: the same bytes from the command as from the sign-off."""

from __future__ import annotations

import uuid
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tenancy.scope import city_scope
from tests.reports.test_document_life import Desk


def test_the_command_prints_the_issued_bytes(db, tmp_path):
    desk = Desk()
    with city_scope(desk.city.id):
        document = desk.issued()
    out, target = StringIO(), tmp_path / "again.pdf"

    call_command("render_document", str(document.pk), "--out", str(target), stdout=out)

    assert document.pdf_sha256 in out.getvalue()
    assert target.read_bytes()[:4] == b"%PDF"


def test_an_unknown_document_is_said_so(db, tmp_path):
    with pytest.raises(CommandError, match="没有公文"):
        call_command("render_document", str(uuid.uuid4()), "--out", str(tmp_path / "x.pdf"))
