"""身份证号码: kept sealed, shown masked, found by a keyed digest, read only with a reason that goes on the trail."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction

from audit.services import record
from core.id_number import mask_id_number, parse_id_number
from core.sealing import digest, seal, unseal
from projects.models import KeyPerson, LifelongCommitment
from projects.services.parties.changes import PartyRefused, cleaned, parsed

PURPOSE = "id-number"
"""What ties a token and a digest to identity numbers."""
LEAST_REASON = 5
Holder = KeyPerson | LifelongCommitment


def sealed_values(text: str) -> dict[str, str]:
    """The three stored columns of a typed number; none for an empty text, so that what is there stays.

    Raises PartyRefused with a sentence that never repeats the number.
    """
    number = parsed("身份证号码", text, parse_id_number)
    if not number:
        return {}
    return {
        "id_number_sealed": seal(number, purpose=PURPOSE),
        "id_number_masked": mask_id_number(number),
        "id_number_digest": digest(number, purpose=PURPOSE),
    }


def copied_values(person: Holder) -> dict[str, str]:
    """The stored columns of somebody whose number is on record already."""
    return {
        "id_number_sealed": person.id_number_sealed,
        "id_number_masked": person.id_number_masked,
        "id_number_digest": person.id_number_digest,
    }


@transaction.atomic
def reveal_id_number(
    *, holder: type[Holder], holder_id: uuid.UUID, reason: str, by: Any, at: dt.datetime
) -> str:
    """The whole number, for somebody who may and says why; the trail keeps who, whose and why, never the number.

    Raises PartyRefused, SealBroken.
    """
    why = cleaned("查看理由", reason, most=200, least=LEAST_REASON)
    row: Holder = holder.objects.get(pk=holder_id)
    if not row.id_number_sealed:
        raise PartyRefused("没有登记身份证号码。")
    number = unseal(row.id_number_sealed, purpose=PURPOSE)
    record(action="projects.identity.reveal", subject=row, by=by, at=at, after={"reason": why})
    return number
