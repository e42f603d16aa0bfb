"""Files of tests, of lines of a duty inspection and of bidding checks: kept like the evidence of findings."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from audit.services import record
from core import filestore
from core.uuid7 import uuid7
from inspections.enums import EvidenceKind
from inspections.models import BiddingCheck, DutyInspectionItem, Evidence, SupervisoryTest
from inspections.services.check_writing import locked
from inspections.services.evidence import AREA, EvidenceAlreadyAttached

_OWNERS = {
    SupervisoryTest: "supervisory_test",
    DutyInspectionItem: "duty_item",
    BiddingCheck: "bidding_check",
}


@transaction.atomic
def attach_to_check(
    *,
    owner: SupervisoryTest | DutyInspectionItem | BiddingCheck,
    title: str,
    data: bytes,
    by: Any,
    at: dt.datetime,
    kind: str = "",
    allowed: tuple[filestore.FileType, ...] = filestore.EVIDENCE_TYPES,
) -> Evidence:
    """Keep a file and attach it to the check. kind: EvidenceKind; by the content when empty.

    Raises WrongFile, EvidenceAlreadyAttached.
    """
    locked(type(owner), owner.pk)
    file = filestore.store(data, area=AREA, city_id=owner.city_id, allowed=allowed)
    if owner.evidence.filter(sha256=file.sha256).exists():
        raise EvidenceAlreadyAttached("同一个文件已经附在这里。")
    key = uuid7()
    evidence = Evidence(
        id=key,
        city_id=owner.city_id,
        jurisdiction_id=owner.jurisdiction_id,
        number=f"PZ-{key.hex[-12:].upper()}",
        kind=kind or (EvidenceKind.PHOTO if file.type.is_image else EvidenceKind.DOCUMENT),
        title=title.strip(),
        sha256=file.sha256,
        taken_at=at,
        byte_count=file.byte_count,
        **{_OWNERS[type(owner)]: owner},
    )
    evidence.save(force_insert=True)
    after = {"of": str(owner), "number": evidence.number, "title": title, "sha256": file.sha256}
    record(action="inspections.evidence.attach", subject=evidence, by=by, at=at, after=after)
    return evidence
