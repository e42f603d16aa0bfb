"""Reviewed letters that wait for their signature, in a database where commits are real."""

from __future__ import annotations

import datetime as dt

from accounts.roles import Role
from core.canonical import file_sha256
from enforcement.enums import LetterState
from reports.models import Document, DocumentFile, NumberCounter
from reports.services.documents import request_sign_off, review_document, submit_document
from reports.services.month_documents import draft_reminder_letter
from tenancy.models import Job
from tenancy.scope import city_scope
from tests import factories
from tests.cast import AT, county, make_city, person

DAY = dt.date(2023, 10, 12)
SIGNED = dt.datetime(2023, 10, 12, 9, 0, tzinfo=dt.UTC)


class Registry:
    """A city and the three people of its letters."""

    def __init__(self) -> None:
        self.city = make_city()
        self.author = person(self.city, Role.BUREAU_SUPERVISOR)
        self.reviewer = person(self.city, Role.BUREAU_LEGAL)
        self.signer = person(self.city, Role.BUREAU_LEADER)
        self.county = county(self.city)

    def reviewed(self) -> Document:
        """A reviewed letter to the county."""
        with city_scope(self.city.id):
            letter = factories.reminder_letter(
                jurisdiction=self.county,
                state=LetterState.PROPOSED,
                issued_on=None,
                reasons=[{"kind": "ACT3", "sentence": "9月得分74.0分，低于75分。"}],
            )
            document = draft_reminder_letter(letter_id=letter.id, by=self.author, at=AT)
            submit_document(document_id=document.id, by=self.author, at=AT)
            return review_document(document_id=document.id, by=self.reviewer, at=AT)

    def queued(self) -> Job:
        """The job that will issue such a letter, waiting."""
        document = self.reviewed()
        with city_scope(self.city.id):
            return request_sign_off(document_id=document.id, dated_on=DAY, by=self.signer, at=SIGNED)

    def serials(self) -> list[int | None]:
        """Numbers given, in order; every one stands on a stored file with the recorded hash."""
        with city_scope(self.city.id):
            issued = list(Document.objects.issued().order_by("serial"))
            files = {file.document_id: bytes(file.pdf) for file in DocumentFile.objects.all()}
            assert len(files) == len(issued)
            assert all(file_sha256(files[one.id]) == one.pdf_sha256 for one in issued)
            assert all(one.number == f"绵水函〔2023〕{one.serial}号" for one in issued)
            return [one.serial for one in issued]

    def is_untouched(self) -> bool:
        """Nothing of a sign-off is left: neither a number taken nor a file."""
        with city_scope(self.city.id):
            return not (
                NumberCounter.objects.filter(last__gt=0).exists()
                or DocumentFile.objects.exists()
                or Document.objects.exclude(state="REVIEWED").exists()
            )
