"""附件: files of a project, a monthly return, a legal person's report or a training, kept by their hash."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from audit.services import record
from core import filestore
from core.errors import DomainError
from core.filestore import ATTACHMENT_TYPES, FileType
from projects.enums import AttachmentKind
from projects.models import (
    Attachment,
    LegalPersonReport,
    LifelongCommitment,
    MonthlyReturn,
    Project,
    Training,
)
from projects.selectors.returns.locks import open_fields
from projects.selectors.returns.versions import draft_of
from projects.services.returns.drafts import label_of, lock_return
from tenancy.models import TenantModel

AREA = "attachments"
TYPES = ATTACHMENT_TYPES
_SUBJECTS = ("project", "monthly_return", "legal_person_report", "training")


class AttachmentRefused(DomainError):
    """The file cannot be attached there."""


@transaction.atomic
def attach_file(
    *,
    kind: AttachmentKind,
    title: str,
    file_name: str,
    data: bytes,
    by: Any,
    at: dt.datetime,
    project: Project | None = None,
    monthly_return: MonthlyReturn | None = None,
    legal_person_report: LegalPersonReport | None = None,
    training: Training | None = None,
    commitment: LifelongCommitment | None = None,
) -> Attachment:
    """Keep the file and attach it to exactly one subject, which the caller fetched through the scope.

    commitment: the 承诺书 that the file is a scan of; its project becomes the subject. The caller has checked that the
    subject still takes files (a report that is not assessed); of a return it is asked again here, under its lock.
    Raises WrongFile, AttachmentRefused.
    """
    if commitment is not None:
        project = commitment.project
    named = {
        "project": project,
        "monthly_return": monthly_return,
        "legal_person_report": legal_person_report,
        "training": training,
    }
    field, subject = _only_subject(named)
    title = title.strip() or file_name
    if len(title) > 120:
        raise AttachmentRefused(f"附件名称有 {len(title)} 字，超过 120 字，请精简。")
    file = filestore.store(data, area=AREA, city_id=subject.city_id, allowed=TYPES, name=file_name)
    # The subject's row serializes two uploads of the same file.
    if isinstance(subject, MonthlyReturn):
        _open_return(subject.pk, at)
    else:
        type(subject)._default_manager.select_for_update(of=("self",)).get(pk=subject.pk)
    if Attachment.objects.filter(
        **{field: subject}, kind=kind, commitment=commitment, sha256=file.sha256
    ).exists():
        raise AttachmentRefused(f"“{file_name}”与已有附件的内容完全相同，不必重复上传。")
    attachment = Attachment(
        city_id=subject.city_id,
        jurisdiction_id=getattr(subject, "jurisdiction_id"),  # noqa: B009 -- every subject carries it
        kind=kind,
        commitment=commitment,
        title=title,
        file_name=file_name[-200:],
        content_type=file.type.mime,
        sha256=file.sha256,
        byte_count=file.byte_count,
        uploaded_at=at,
        uploaded_by_name=getattr(by, "display_name", str(by)),
        **{field: subject},
    )
    attachment.save(force_insert=True)
    after = {"subject": str(subject), "kind": kind, "title": title, "sha256": file.sha256}
    record(action="projects.attachment.attach", subject=attachment, by=by, at=at, after=after)
    return attachment


def _only_subject(named: Mapping[str, TenantModel | None]) -> tuple[str, TenantModel]:
    present = [(field, subject) for field, subject in named.items() if subject is not None]
    if len(present) != 1:
        raise TypeError(f"exactly one of {', '.join(_SUBJECTS)} is attached to, not {len(present)}")
    return present[0]


@transaction.atomic
def detach_file(*, attachment_id: uuid.UUID, reason: str, by: Any, at: dt.datetime) -> None:
    """Take a wrong file off; the trail keeps its name, its hash and the reason.

    The caller checked that it may go; of a return it is asked again here, under its lock.

    Raises AttachmentRefused.
    """
    if not reason.strip():
        raise AttachmentRefused("请写明移除附件的原因。")
    attachment = Attachment.objects.select_for_update(of=("self",)).get(pk=attachment_id)
    _must_not_be_submitted(attachment, at)
    before = {"title": attachment.title, "sha256": attachment.sha256, "kind": attachment.kind}
    record(
        action="projects.attachment.detach",
        subject=attachment,
        by=by,
        at=at,
        before=before,
        after={"reason": reason.strip()},
    )
    attachment.delete()


def _open_return(return_id: uuid.UUID, at: dt.datetime) -> MonthlyReturn:
    """The return, locked, while something in it may be changed: it may have been handed over since the page was shown."""
    return_ = lock_return(return_id)
    open_ = open_fields(return_, draft_of(return_), at=at)
    if not open_.is_editable:
        raise AttachmentRefused(f"{label_of(return_)}{open_.reason}。")
    return return_


def _must_not_be_submitted(attachment: Attachment, at: dt.datetime) -> None:
    """What a version of a return was submitted with belongs to that version, as its lines do."""
    if attachment.monthly_return_id is None:
        return
    # No version is submitted between the look and the removal.
    return_ = _open_return(attachment.monthly_return_id, at)
    submitted = return_.versions.filter(submitted_at__gte=attachment.uploaded_at).order_by("number").first()
    if submitted is not None:
        raise AttachmentRefused(
            f"“{attachment.title}”已随第{submitted.number}版报送，不能移除；内容有误的，请另行上传更正后的附件。"
        )


def is_kept(attachment: Attachment) -> bool:
    """Whether the file is on this server."""
    return filestore.is_kept(area=AREA, city_id=attachment.city_id, sha256=attachment.sha256)


def kept_file(attachment: Attachment) -> tuple[bytes, FileType] | None:
    """The bytes and their type; None when they are not here or are not what the hash says."""
    return filestore.read(area=AREA, city_id=attachment.city_id, sha256=attachment.sha256, allowed=TYPES)


def note_reading(*, attachment: Attachment, by: Any, at: dt.datetime) -> None:
    """A scanned 承诺书 shows an identity number: whoever opens it is on the trail."""
    record(
        action="projects.attachment.read", subject=attachment, by=by, at=at, after={"title": attachment.title}
    )
