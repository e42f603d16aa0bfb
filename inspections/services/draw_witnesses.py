"""见证人: at least two hand in the hash of a secret before the commitment is published, and the secret for the draw."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

from django.db import transaction

from audit.services import record
from core.text import clean_text
from core.uuid7 import uuid7
from inspections.enums import DrawState
from inspections.models import Draw, DrawWitness
from inspections.rules.draw import secret_digest
from inspections.services.draws import DrawRefused, locked_draw, parameters_of, reason_of

SHORTEST_SECRET, LONGEST_SECRET, DIFFERENT = 12, 100, 6
_DIGEST = re.compile(r"[0-9a-f]{64}")


class SecretDiffers(DrawRefused):
    """The secret is not the one whose hash was handed in."""


@transaction.atomic
def register_witness(
    *,
    draw_id: uuid.UUID,
    name: str,
    unit: str,
    secret: str,
    digest: str,
    position: int,
    user_id: uuid.UUID | None,
    by: Any,
    at: dt.datetime,
) -> DrawWitness:
    """Write down who witnesses and the hash of the secret; the secret itself is not kept.

    secret or digest: one of them; a witness may compute the hash without us. position: the place that the page named, the
    hash is bound to it. user_id: the witness's own account; None for a guest at the desk, registered by somebody who is no
    witness. Raises DrawRefused.
    """
    draw = locked_draw(draw_id, DrawState.FROZEN)
    if user_id is None:
        check_is_no_witness(draw, by, "登记来宾见证人")
    place = draw.witnesses.count() + 1
    if place != position:
        raise DrawRefused(f"刚有其他见证人登记，您现在是第{place}位，请重新提交口令。")
    who = reason_of(name, "请填写见证人姓名。")
    _check_newcomer(draw, who, user_id)
    row = DrawWitness(
        id=uuid7(),
        city_id=draw.city_id,
        jurisdiction_id=draw.jurisdiction_id,
        draw=draw,
        user=user_id,
        name=who,
        unit=reason_of(unit, "请填写见证人单位。"),
        position=place,
        secret_sha256=_digest_of(draw, secret, digest, place),
        committed_at=at,
    )
    row.save(force_insert=True)
    after = {"witness": who, "unit": row.unit, "position": place, "secret_sha256": row.secret_sha256}
    record(action="inspections.draw.witness", subject=draw, by=by, at=at, after=after)
    return row


def _check_newcomer(draw: Draw, name: str, user_id: uuid.UUID | None) -> None:
    if user_id is not None and user_id == draw.started_by:
        raise DrawRefused("发起抽取的人不能同时作见证人，请由其他人见证。")
    if draw.witnesses.filter(name=name).exists():
        raise DrawRefused(f"见证人“{name}”已登记；同名的人请在姓名后注明单位。")
    if user_id is not None and draw.witnesses.filter(user=user_id).exists():
        raise DrawRefused("您已登记为本次抽取的见证人。")


def check_is_no_witness(draw: Draw, by: Any, act: str) -> None:
    """Whoever knows one secret has no hand in the others, nor in when the draw is made. Raises DrawRefused."""
    key = getattr(by, "id", None)
    if key is not None and draw.witnesses.filter(user=key).exists():
        raise DrawRefused(f"您是本次抽取的见证人，不能{act}，请由组织抽取的其他人办理。")


def _digest_of(draw: Draw, secret: str, digest: str, place: int) -> str:
    if bool(secret) == bool(digest.strip()):
        raise DrawRefused("口令和口令摘要请只填一项。")
    if secret:
        return secret_digest(checked_secret(secret), number=draw.number, position=place)
    given = digest.strip().lower()
    if _DIGEST.fullmatch(given) is None:
        raise DrawRefused("口令摘要应为64位十六进制字符，请核对。")
    if draw.witnesses.filter(secret_sha256=given).exists():
        raise DrawRefused("该摘要与另一位见证人的相同，请各自设定口令。")
    return given


def checked_secret(secret: str) -> str:
    """A secret that nobody guesses from its hash. Raises DrawRefused."""
    words = clean_text(secret)
    if not SHORTEST_SECRET <= len(words) <= LONGEST_SECRET:
        raise DrawRefused(f"口令应为{SHORTEST_SECRET}至{LONGEST_SECRET}个字符，现有{len(words)}个。")
    if len(set(words)) < DIFFERENT:
        raise DrawRefused(f"口令至少要有{DIFFERENT}个不同的字符，请换一个不易猜到的。")
    return words


@transaction.atomic
def commit_draw(*, draw_id: uuid.UUID, by: Any, at: dt.datetime) -> Draw:
    """FROZEN → COMMITTED: the commitment is published; from here on the draw is either made or visibly void.

    Raises DrawRefused with fewer witnesses, or fewer with accounts of their own, than the rule asks for, and to a witness.
    """
    draw = locked_draw(draw_id, DrawState.FROZEN)
    check_is_no_witness(draw, by, "公布承诺")
    least = parameters_of(draw).witnesses_least
    present = draw.witnesses.count()
    if present < least:
        raise DrawRefused(f"至少要有{least}位见证人提交口令摘要，现有{present}位。")
    # Whoever types all secrets but one could try secrets until the result suits: two accounts, two people who know one each.
    own = parameters_of(draw).witnesses_with_account_least
    named = draw.witnesses.filter(user__isnull=False).count()
    if named < own:
        raise DrawRefused(
            f"至少要有{own}位见证人用本人账户提交口令摘要，现有{named}位；在现场登记的来宾不计在内。"
        )
    draw.commitment_sha256, draw.committed_at = draw.population_sha256, at
    draw.state = DrawState.COMMITTED
    draw.save(update_fields=["commitment_sha256", "committed_at", "state"])
    after = {"commitment": draw.commitment_sha256, "witnesses": present}
    record(action="inspections.draw.commit", subject=draw, by=by, at=at, after=after)
    return draw


@transaction.atomic
def reveal_secret(*, draw_id: uuid.UUID, secret: str, by: Any, at: dt.datetime) -> DrawWitness:
    """A witness with an account reveals the own secret; nobody is shown it before the draw is made.

    Raises DrawRefused for somebody who is no witness, SecretDiffers for another secret.
    """
    draw = locked_draw(draw_id, DrawState.COMMITTED)
    row = draw.witnesses.select_for_update(of=("self",)).filter(user=by.id).first()
    if row is None:
        raise DrawRefused("您不是本次抽取的见证人。")
    if row.revealed_at is not None:
        raise DrawRefused("您的口令已经提交，不能更改。")
    write_secret(draw, row, secret, at)
    after = {"witness": row.name, "position": row.position}
    record(action="inspections.draw.reveal", subject=draw, by=by, at=at, after=after)
    return row


def write_secret(draw: Draw, row: DrawWitness, secret: str, at: dt.datetime) -> None:
    """Keep the secret when its hash is the one that was handed in. Raises SecretDiffers."""
    words = clean_text(secret)
    if secret_digest(words, number=draw.number, position=row.position) != row.secret_sha256:
        raise SecretDiffers(
            f"第{row.position}位见证人{row.name}的口令与事先提交的摘要不符，请核对后重新输入。"
        )
    row.secret, row.revealed_at = words, at
    row.save(update_fields=["secret", "revealed_at"])
