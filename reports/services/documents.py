"""The life of an official document: draft → review → sign-off with number → issued; withdrawal.

Author, reviewer and signer are three people (database constraints). Sign-off takes the number, freezes the content,
prints and stores the PDF in ONE transaction, so a failed print leaves neither a gap nor a half-issued document.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from audit.services import record
from core import canonical, pinyin
from core.errors import DomainError
from core.faultpoint import faultpoint
from core.services import database_calendar
from projects.models import Organization
from reports.enums import DocumentFormat, DocumentState
from reports.fontconfig import font_set
from reports.gongwen import codec
from reports.gongwen.builders import BUILDERS, Facts, build, default_prose, numbered, read_facts
from reports.gongwen.content import GongwenContent
from reports.gongwen.facts import RectificationNoticeFacts
from reports.models import Delivery, Document, DocumentFile, DocumentPreview, NumberSeries
from reports.rendering import TEMPLATE_VERSION, Artefact, render_document
from reports.selectors.due_days import with_terms
from reports.selectors.letter_facts import with_notice_terms
from reports.services.subjects import KEY_LIST, NOTICE, advance, check_ready
from tenancy.jobs import enqueue
from tenancy.models import Job, Jurisdiction
from tenancy.scope import current_scope

PROSE_LIMIT = 6000
"""Characters of one editable section; a circular's requirements need a tenth of it."""


class WrongState(DomainError):
    """The document is not in the state that the act needs."""


class SamePerson(DomainError):
    """Author, reviewer and signer must be three people."""


class ProseRefused(DomainError):
    """The edited text cannot be used."""


class NoSeries(DomainError):
    """The bureau has no number series for this kind of document."""


class FileAltered(DomainError):
    """The stored file no longer has the recorded hash."""


def series_for(kind: str) -> NumberSeries:
    """The number series (机关代字) that this kind is issued under; it decides the format."""
    for series in NumberSeries.objects.all():
        if kind in series.kinds:
            return series
    raise NoSeries("没有用于该文种的机关代字，请先在基础数据中设置。")


@transaction.atomic
def draft_document(
    *,
    facts: Facts,
    kind: str,
    subject_kind: str,
    subject_id: uuid.UUID,
    month: dt.date | None,
    by: Any,
    at: dt.datetime,
) -> Document:
    """Make the draft of a subject once; asked again, the present live document is returned unchanged."""
    live = Document.objects.filter(kind=kind, subject_kind=subject_kind, subject_id=subject_id).exclude(
        state__in=[DocumentState.WITHDRAWN, DocumentState.DISCARDED]
    )
    present = live.first()
    if present is not None:
        return present
    prose = default_prose(facts)
    title = build(facts, prose).title.replace("\n", "")
    document = Document.objects.create(
        city_id=current_scope().city_id,
        kind=kind,
        series=series_for(kind),
        title=title,
        title_initials=pinyin.initials(title)[:200],
        month=month,
        subject_kind=subject_kind,
        subject_id=subject_id,
        facts=json.loads(codec.to_json(facts)),
        prose=prose,
        drafted_at=at,
        drafted_by=getattr(by, "id", None),
        drafted_by_name=getattr(by, "display_name", str(by)),
    )
    record(action="reports.document.draft", subject=document, by=by, at=at, after={"title": document.title})
    return document


def facts_of(document: Document) -> Facts:
    """The frozen facts of a document."""
    return read_facts(document.kind, json.dumps(document.facts))


def content_of(document: Document) -> GongwenContent:
    """What would be printed now: the frozen content once issued, facts and prose before."""
    if document.content:
        return GongwenContent.from_json(document.content)
    return build(facts_of(document), document.prose)


def sections_of(document: Document) -> list[tuple[str, str, str, bool]]:
    """The editable sections: (key, label, present text, may be empty)."""
    sections = BUILDERS[document.kind].sections
    return [(s.key, s.label, document.prose.get(s.key, ""), s.is_optional) for s in sections]


@transaction.atomic
def edit_prose(*, document_id: uuid.UUID, prose: Mapping[str, str], by: Any, at: dt.datetime) -> Document:
    """Replace the wording of editable sections of a draft; numbers, names and tables are not among them."""
    document = _locked(document_id, DocumentState.DRAFT)
    allowed = {section.key: section for section in BUILDERS[document.kind].sections}
    unknown = sorted(set(prose) - set(allowed))
    if unknown:
        raise ProseRefused(f"“{'、'.join(unknown)}”不是可编辑的段落，数据、名单和表格来自快照，不能改写。")
    for key, text in prose.items():
        if len(text) > PROSE_LIMIT:
            raise ProseRefused(f"“{allowed[key].label}”超过{PROSE_LIMIT}字，请精简。")
        if not text.strip() and not allowed[key].is_optional:
            raise ProseRefused(f"“{allowed[key].label}”不能为空。")
    before = {key: document.prose.get(key, "") for key in prose if document.prose.get(key, "") != prose[key]}
    if not before:
        return document
    document.prose = {
        **document.prose,
        **{key: text.replace("\r\n", "\n").strip() for key, text in prose.items()},
    }
    document.title = build(facts_of(document), document.prose).title.replace("\n", "")
    document.title_initials = pinyin.initials(document.title)[:200]
    document.save(update_fields=["prose", "title", "title_initials"])
    after = {key: document.prose[key] for key in before}
    record(action="reports.document.edit", subject=document, by=by, at=at, before=before, after=after)
    return document


@transaction.atomic
def submit_document(*, document_id: uuid.UUID, by: Any, at: dt.datetime) -> Document:
    """Draft → review. Whoever submits is the author from now on."""
    document = _locked(document_id, DocumentState.DRAFT)
    document.state = DocumentState.REVIEW
    document.drafted_by = getattr(by, "id", None)
    document.drafted_by_name = getattr(by, "display_name", str(by))
    document.save(update_fields=["state", "drafted_by", "drafted_by_name"])
    record(action="reports.document.submit", subject=document, by=by, at=at)
    return document


@transaction.atomic
def return_document(*, document_id: uuid.UUID, reason: str, by: Any, at: dt.datetime) -> Document:
    """Back to the author, with a reason; the review starts anew."""
    if not reason.strip():
        raise ProseRefused("退回必须写明原因。")
    document = _locked(document_id, DocumentState.REVIEW, DocumentState.REVIEWED)
    document.state = DocumentState.DRAFT
    document.reviewed_at = document.reviewed_by = None
    document.reviewed_by_name = ""
    document.revision += 1
    document.save(update_fields=["state", "reviewed_at", "reviewed_by", "reviewed_by_name", "revision"])
    record(action="reports.document.return", subject=document, by=by, at=at, after={"reason": reason.strip()})
    return document


@transaction.atomic
def review_document(*, document_id: uuid.UUID, by: Any, at: dt.datetime) -> Document:
    """Review → reviewed, by someone who is not the author."""
    document = _locked(document_id, DocumentState.REVIEW)
    if document.drafted_by is not None and document.drafted_by == by.id:
        raise SamePerson("拟稿人不能审核自己的公文，请由他人审核。")
    document.state = DocumentState.REVIEWED
    document.reviewed_at = at
    document.reviewed_by = by.id
    document.reviewed_by_name = by.display_name
    document.save(update_fields=["state", "reviewed_at", "reviewed_by", "reviewed_by_name"])
    record(action="reports.document.review", subject=document, by=by, at=at)
    return document


@transaction.atomic
def request_sign_off(*, document_id: uuid.UUID, dated_on: dt.date, by: Any, at: dt.datetime) -> Job:
    """Ask a worker to issue the document: printing happens there and nowhere else.

    Raises WrongState or SamePerson at once, so the signer hears it on the page and not from a failed job.
    """
    document = _locked(document_id, DocumentState.REVIEWED)
    _check_signer(document, by)
    _check_date(document, dated_on)
    check_ready(document.subject_kind, document.subject_id, facts_of(document))
    return enqueue(
        kind="issue_document",
        key=f"{document.id}-{document.revision}",
        title=f"签发《{document.title}》",
        payload={
            "document": str(document.id),
            "dated_on": dated_on.isoformat(),
            "at": at.isoformat(),
            "by": str(by.id),
        },
        by=by,
        at=timezone.now(),
    )


@transaction.atomic
def sign_off(*, document_id: uuid.UUID, dated_on: dt.date, by: Any, at: dt.datetime) -> Document:
    """Reviewed → issued: number, frozen content, PDF, hash and deliveries, all or nothing. Issued already: unchanged."""
    document = Document.objects.select_for_update(of=("self",)).get(pk=document_id)
    if document.state == DocumentState.ISSUED:
        return document
    if document.state != DocumentState.REVIEWED:
        raise WrongState(
            f"公文处于“{document.get_state_display()}”状态，不能签发；请刷新页面，按当前状态办理。"
        )
    _check_signer(document, by)
    check_ready(document.subject_kind, document.subject_id, facts_of(document))
    facts = _with_terms(document, dated_on)
    serial = _next_serial(document.series_id, dated_on.year)
    number = f"{document.series.code}〔{dated_on.year}〕{serial}号"
    faultpoint("signoff.numbered")
    content = build(numbered(facts, number=number, date=dated_on), document.prose)
    artefact = render_document(content)
    faultpoint("signoff.rendered")
    document.state = DocumentState.ISSUED
    document.content = content.to_json()
    document.year, document.serial, document.number = dated_on.year, serial, number
    document.dated_on = dated_on
    document.signed_at = at
    document.signed_by = by.id
    document.signed_by_name = by.display_name
    document.template_version = f"{TEMPLATE_VERSION}/{font_set()}"
    document.pdf_sha256 = artefact.sha256
    document.page_count = artefact.pages
    document.save()
    DocumentFile.objects.create(
        city_id=document.city_id,
        document=document,
        sha256=artefact.sha256,
        byte_count=len(artefact.pdf),
        pdf=artefact.pdf,
    )
    faultpoint("signoff.stored")
    DocumentPreview.objects.filter(document=document).delete()
    _deliver(document, at)
    advance(
        document.subject_kind,
        document.subject_id,
        facts=facts,
        number=number,
        dated_on=dated_on,
        by=by,
        at=at,
    )
    record(
        action="reports.document.issue",
        subject=document,
        by=by,
        at=at,
        after={"number": number, "sha256": artefact.sha256, "content": canonical.sha256(document.content)},
    )
    faultpoint("signoff.before_commit")
    return document


@transaction.atomic
def withdraw_document(*, document_id: uuid.UUID, reason: str, by: Any, at: dt.datetime) -> Document:
    """Issued → withdrawn, with a reason. The document stays readable for ever, its number is never used again."""
    if not reason.strip():
        raise ProseRefused("撤回必须写明原因。")
    document = _locked(document_id, DocumentState.ISSUED)
    document.state = DocumentState.WITHDRAWN
    document.withdrawn_at = at
    document.withdrawn_by_name = by.display_name
    document.withdrawn_reason = reason.strip()
    document.save(update_fields=["state", "withdrawn_at", "withdrawn_by_name", "withdrawn_reason"])
    record(
        action="reports.document.withdraw", subject=document, by=by, at=at, after={"reason": reason.strip()}
    )
    return document


@transaction.atomic
def discard_draft(*, document_id: uuid.UUID, reason: str, by: Any, at: dt.datetime) -> Document:
    """Put a draft away that will not be issued; a new one may be made for the subject."""
    if not reason.strip():
        raise ProseRefused("废止草稿必须写明原因。")
    document = _locked(document_id, DocumentState.DRAFT, DocumentState.REVIEW, DocumentState.REVIEWED)
    document.state = DocumentState.DISCARDED
    document.save(update_fields=["state"])
    record(
        action="reports.document.discard", subject=document, by=by, at=at, after={"reason": reason.strip()}
    )
    return document


@transaction.atomic
def acknowledge_delivery(*, delivery_id: uuid.UUID, by: Any, at: dt.datetime) -> Delivery:
    """签收: once; asked again nothing changes."""
    delivery = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery_id)
    if delivery.acknowledged_at is None:
        delivery.acknowledged_at = at
        delivery.acknowledged_by_name = by.display_name
        delivery.save(update_fields=["acknowledged_at", "acknowledged_by_name"])
        record(action="reports.delivery.acknowledge", subject=delivery.document, by=by, at=at)
    return delivery


def stored_pdf(document: Document) -> bytes:
    """The issued bytes, checked against the recorded hash on every read."""
    file = DocumentFile.objects.get(document=document)
    pdf = bytes(file.pdf)
    if canonical.file_sha256(pdf) != document.pdf_sha256:
        raise FileAltered("公文文件与登记的摘要不一致，已停止提供，请立即联系审计管理员。")
    return pdf


def render_again(document: Document) -> Artefact:
    """Print from the frozen content (or the draft): the same input gives the same bytes."""
    return render_document(content_of(document))


def _addressed_organizations(document: Document) -> Iterable[Organization]:
    """The addressee of a notice, the legal persons on a list; by their records: two firms may share a name."""
    if document.subject_kind == KEY_LIST:
        return Organization.objects.filter(
            projects_as_legal_person__key_entries__key_list=document.subject_id,
            projects_as_legal_person__key_entries__is_on=True,
        ).distinct()
    if document.subject_kind != NOTICE:
        return []
    return Organization.objects.filter(notices__pk=document.subject_id)


def _locked(document_id: uuid.UUID, *states: DocumentState) -> Document:
    document = Document.objects.select_for_update(of=("self",)).get(pk=document_id)
    if document.state not in states:
        raise WrongState(
            f"公文处于“{document.get_state_display()}”状态，不能这样办理；请刷新页面，按当前状态办理。"
        )
    return document


def _with_terms(document: Document, dated_on: dt.date) -> Facts:
    """The facts of the draft with the terms that run from the day of signing."""
    facts, calendar = facts_of(document), database_calendar()
    if isinstance(facts, RectificationNoticeFacts):
        return with_notice_terms(facts, document.subject_id, dated_on, calendar)
    return with_terms(facts, dated_on, calendar)


def _check_date(document: Document, dated_on: dt.date) -> None:
    """A number of last year cannot be taken in this one, nor a date before the text was agreed on."""
    if document.reviewed_at is not None and dated_on < timezone.localdate(document.reviewed_at):
        raise WrongState("成文日期不能早于审核日期，请填写签发当日。")


def _check_signer(document: Document, by: Any) -> None:
    if by.id in {document.drafted_by, document.reviewed_by}:
        raise SamePerson("拟稿、审核、签发须为三人，您已参与本文办理，不能签发。")


def _next_serial(series_id: uuid.UUID, year: int) -> int:
    """The counter row is locked until the sign-off commits: no gaps and no doubles (measured in security.md §0.8)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO reports_numbercounter AS c (id, city_id, series_id, year, last)"
            " VALUES (%s, %s, %s, %s, 1)"
            " ON CONFLICT (city_id, series_id, year) DO UPDATE SET last = c.last + 1 RETURNING last",
            [uuid.uuid4(), current_scope().city_id, series_id, year],
        )
        row = cursor.fetchone()
    return int(row[0])


def _deliver(document: Document, at: dt.datetime) -> None:
    """To every addressee that is one of the city's departments or organizations, by its name on the document."""
    names = set(facts_of(document).envelope.addressees)
    counties: Iterable[Jurisdiction] = Jurisdiction.objects.counties().filter(is_active=True)
    general = document.series.format == DocumentFormat.WENJIAN
    deliveries = [
        Delivery(city_id=document.city_id, document=document, jurisdiction=county, sent_at=at)
        for county in counties
        if general or county.department_name in names
    ]
    deliveries += [
        Delivery(city_id=document.city_id, document=document, organization=organization, sent_at=at)
        for organization in _addressed_organizations(document)
    ]
    Delivery.objects.bulk_create(deliveries)
