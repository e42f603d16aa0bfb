"""An official document from draft to withdrawal: three people, one number, frozen bytes."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import threading

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction

from accounts.roles import Role
from core.canonical import file_sha256
from enforcement.enums import LetterState
from enforcement.models import ReminderLetter
from enforcement.services.decisions import decline_letter
from reports.enums import DocumentState
from reports.models import Document, DocumentFile, NumberCounter
from reports.rendering import Artefact, MissingGlyph
from reports.services import documents as service
from reports.services.documents import (
    ProseRefused,
    SamePerson,
    WrongState,
    edit_prose,
    render_again,
    return_document,
    review_document,
    sign_off,
    stored_pdf,
    submit_document,
    withdraw_document,
)
from reports.services.month_documents import draft_reminder_letter
from reports.services.subjects import SubjectNotReady
from tenancy.scope import city_scope
from tests import factories
from tests.cast import AT, county, make_city, person

DAY = dt.date(2023, 10, 12)
SIGNED = dt.datetime(2023, 10, 12, 9, 0, tzinfo=dt.UTC)


class Desk:
    """A city with its three people and letters to issue."""

    def __init__(self):
        self.city = make_city()
        self.author = person(self.city, Role.BUREAU_SUPERVISOR)
        self.reviewer = person(self.city, Role.BUREAU_LEGAL)
        self.signer = person(self.city, Role.BUREAU_LEADER)
        self.county = county(self.city)

    def letter(self):
        reason = {"kind": "ACT3", "sentence": "9月得分74.0分，低于75分。"}
        return factories.reminder_letter(
            jurisdiction=self.county, state=LetterState.PROPOSED, issued_on=None, reasons=[reason]
        )

    def draft(self):
        return draft_reminder_letter(letter_id=self.letter().id, by=self.author, at=AT)

    def reviewed(self):
        document = self.draft()
        submit_document(document_id=document.id, by=self.author, at=AT)
        return review_document(document_id=document.id, by=self.reviewer, at=AT)

    def issued(self):
        return sign_off(document_id=self.reviewed().id, dated_on=DAY, by=self.signer, at=SIGNED)


@pytest.fixture
def desk(db):
    return Desk()


@pytest.fixture
def scope(desk):
    with city_scope(desk.city.id) as opened:
        yield opened


def test_the_whole_life(desk, scope):
    document = desk.issued()

    assert (document.number, document.state, document.year, document.serial) == (
        "绵水函〔2023〕1号", DocumentState.ISSUED, 2023, 1,
    )  # fmt: skip
    pdf = stored_pdf(document)
    assert pdf.startswith(b"%PDF")
    assert document.pdf_sha256 == hashlib.sha256(pdf).hexdigest()
    assert render_again(document).pdf == pdf, "the frozen content prints to the same bytes"
    assert [d.jurisdiction_id for d in document.deliveries.all()] == [desk.county.id]

    withdrawn = withdraw_document(document_id=document.id, reason="文号有误", by=desk.signer, at=SIGNED)
    assert withdrawn.state == DocumentState.WITHDRAWN
    assert stored_pdf(withdrawn) == pdf, "a withdrawn document stays readable"


def test_drafting_twice_gives_one_draft(desk, scope):
    letter = desk.letter()

    first = draft_reminder_letter(letter_id=letter.id, by=desk.author, at=AT)

    assert draft_reminder_letter(letter_id=letter.id, by=desk.author, at=AT).id == first.id


def test_only_prose_can_be_edited(desk, scope):
    document = desk.draft()
    key = service.sections_of(document)[0][0]

    edit_prose(document_id=document.id, prose={key: "请认真研究，抓好落实。"}, by=desk.author, at=AT)

    document.refresh_from_db()
    assert "请认真研究，抓好落实。" in service.content_of(document).to_json()
    with pytest.raises(ProseRefused):
        edit_prose(document_id=document.id, prose={"score": "99.9"}, by=desk.author, at=AT)
    with pytest.raises(ProseRefused):
        edit_prose(document_id=document.id, prose={key: "字" * 9000}, by=desk.author, at=AT)


def test_author_reviewer_and_signer_are_three_people(desk, scope):
    document = desk.draft()
    submit_document(document_id=document.id, by=desk.author, at=AT)

    with pytest.raises(SamePerson):
        review_document(document_id=document.id, by=desk.author, at=AT)
    review_document(document_id=document.id, by=desk.reviewer, at=AT)
    for somebody in (desk.author, desk.reviewer):
        with pytest.raises(SamePerson):
            sign_off(document_id=document.id, dated_on=DAY, by=somebody, at=SIGNED)
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=document.id).update(signed_by=desk.author.id)


def test_no_step_can_be_skipped(desk, scope):
    document = desk.draft()

    with pytest.raises(WrongState):
        review_document(document_id=document.id, by=desk.reviewer, at=AT)
    with pytest.raises(WrongState):
        sign_off(document_id=document.id, dated_on=DAY, by=desk.signer, at=SIGNED)
    with pytest.raises(WrongState):
        withdraw_document(document_id=document.id, reason="x", by=desk.signer, at=SIGNED)


def test_a_letter_goes_out_with_its_document_and_under_its_number(desk, scope):
    document = desk.issued()

    letter = ReminderLetter.objects.get(pk=document.subject_id)

    assert (letter.state, letter.number, letter.issued_on) == (LetterState.ISSUED, document.number, DAY)
    assert letter.feedback_due_on == dt.date(2023, 10, 19), "five working days from the date of the letter"
    assert "2023年10月19日" in document.content


def test_a_letter_that_was_declined_meanwhile_cannot_be_signed(desk, scope):
    document = desk.reviewed()
    decline_letter(letter_id=document.subject_id, reason="已口头督促", by=desk.signer, at=SIGNED)

    with pytest.raises(SubjectNotReady):
        sign_off(document_id=document.id, dated_on=DAY, by=desk.signer, at=SIGNED)
    assert not NumberCounter.objects.exists()


def test_a_document_is_not_dated_before_its_review(desk, scope):
    document = desk.reviewed()

    with pytest.raises(WrongState, match="成文日期"):
        service.request_sign_off(
            document_id=document.id, dated_on=dt.date(2022, 12, 31), by=desk.signer, at=SIGNED
        )


def test_a_returned_document_is_reviewed_anew(desk, scope):
    document = desk.reviewed()

    returned = return_document(document_id=document.id, reason="请补充依据", by=desk.signer, at=SIGNED)

    assert (returned.state, returned.reviewed_by, returned.revision) == (DocumentState.DRAFT, None, 2)
    with pytest.raises(ProseRefused):
        return_document(document_id=document.id, reason=" ", by=desk.signer, at=SIGNED)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reports_document SET title = 'x'",
        "UPDATE reports_document SET number = '绵水函〔2023〕9号'",
        "UPDATE reports_document SET state = 'DRAFT'",
        "DELETE FROM reports_delivery; DELETE FROM reports_documentfile",
        "UPDATE reports_documentfile SET pdf = 'x'::bytea",
        "DELETE FROM reports_document",
    ],
)
def test_an_issued_document_never_changes(desk, scope, statement):
    desk.issued()

    with pytest.raises(DatabaseError):
        _run(statement)


def _run(statement):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_missing_glyph_refuses_and_takes_no_number(desk, scope):
    document = desk.draft()
    key = service.sections_of(document)[0][0]
    edit_prose(document_id=document.id, prose={key: "责任人𱍐某某。"}, by=desk.author, at=AT)
    submit_document(document_id=document.id, by=desk.author, at=AT)
    review_document(document_id=document.id, by=desk.reviewer, at=AT)

    with pytest.raises(MissingGlyph):
        sign_off(document_id=document.id, dated_on=DAY, by=desk.signer, at=SIGNED)

    assert not NumberCounter.objects.exists()
    assert not DocumentFile.objects.exists()
    document.refresh_from_db()
    assert document.state == DocumentState.REVIEWED


def _fifty_sign_offs(desk, monkeypatch):
    """50 people press at once; one in five prints fails and rolls back."""
    with city_scope(desk.city.id):
        ids = [desk.reviewed().id for _ in range(50)]
    dice = random.Random(7)
    fails = {document_id for document_id in ids if dice.random() < 0.2}
    failed = threading.local()

    def quick_print(content):
        if getattr(failed, "now", False):
            raise MissingGlyph(["𱍐"])
        return Artefact(pdf=content.number.encode(), sha256=file_sha256(content.number.encode()), pages=1)

    monkeypatch.setattr(service, "render_document", quick_print)
    barrier = threading.Barrier(len(ids))

    def press(document_id):
        failed.now = document_id in fails
        barrier.wait()
        try:
            with city_scope(desk.city.id):
                sign_off(document_id=document_id, dated_on=DAY, by=desk.signer, at=SIGNED)
        except MissingGlyph:
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=(document_id,)) for document_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with city_scope(desk.city.id):
        serials = sorted(Document.objects.filter(serial__isnull=False).values_list("serial", flat=True))
    return serials, len(ids) - len(fails)


def test_fifty_concurrent_sign_offs_leave_no_gap_and_no_double(fresh_database, monkeypatch):
    serials, expected = _fifty_sign_offs(Desk(), monkeypatch)

    assert 30 < expected < 50
    assert serials == list(range(1, expected + 1))


def test_without_the_counter_row_the_race_is_seen(fresh_database, monkeypatch):
    """Negative control: max()+1 collides, so the test above can fail."""

    def naive(series_id, year):
        last = Document.objects.filter(series_id=series_id, year=year).order_by("-serial").first()
        return (last.serial if last else 0) + 1

    monkeypatch.setattr(service, "_next_serial", naive)
    monkeypatch.setattr(threading, "excepthook", lambda args: None)
    serials, expected = _fifty_sign_offs(Desk(), monkeypatch)

    assert len(serials) < expected, "the unique key refused the doubles"
