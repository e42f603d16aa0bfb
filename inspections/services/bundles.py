"""An exported outbox comes to the desktop: each record and each photo goes the way it would have gone from the tablet.

Much of it comes in several files (version 2): each has every record and some of the photos, and says where the others are.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from accounts.models import RoleAssignment, User
from audit.services import record
from core.canonical import file_sha256
from core.clamav import ScannerUnavailable
from core.errors import DomainError
from core.safe_json import BadJson, parse
from inspections.enums import PhotoState
from inspections.models import Device, Inspection, Photo
from inspections.selectors.photos import CHUNK_BYTES, chunk_count
from inspections.services.photos import ChunkDiffers, Declared, Part, put_chunk
from inspections.services.record import IncomingSubmission, SubmissionDiffers
from inspections.services.record_log import carried_name
from inspections.services.submitting import take_submission
from tenancy.scope import current_scope

FORMAT, VERSIONS = "anlan-outbox", (1, 2)
NEW, KNOWN, DIFFERS, REFUSED = "新收", "已有", "不同", "拒收"
Reader = Callable[[bytes], tuple[IncomingSubmission, tuple[Declared, ...], uuid.UUID | None]]


class NotABundle(DomainError):
    """Not an export of a tablet, or damaged on the way."""


class NotYours(DomainError):
    """Somebody else's work, and the person may not bring it in."""


@dataclass(frozen=True)
class Item:
    """What became of one thing in the bundle."""

    kind: str
    label: str
    outcome: str
    note: str = ""


@dataclass(frozen=True)
class _Bearer:
    """Who answers for a record that was brought in for its author: a file proves nothing of who wrote it."""

    id: uuid.UUID
    display_name: str


@dataclass(frozen=True)
class _Work:
    """Whose records they are, and who brings them in."""

    author: User
    roles: Sequence[RoleAssignment]
    bearer: User
    at: dt.datetime

    @property
    def is_own(self) -> bool:
        return self.author.pk == self.bearer.pk

    @property
    def signed(self) -> User | _Bearer:
        """The person whom the rows name."""
        if self.is_own:
            return self.author
        name = carried_name(self.author.display_name, self.bearer.display_name)
        return _Bearer(self.bearer.pk, name)


@dataclass(frozen=True)
class Bundle:
    """An undamaged bundle. author: whose work it is; device: where it was written.

    number, count: which file of how many; elsewhere: in which of them the photos are that this one has not.
    """

    author: uuid.UUID
    device: uuid.UUID | None
    sha256: str
    submissions: list[dict[str, Any]]
    files: list[dict[str, Any]]
    number: int = 1
    count: int = 1
    elsewhere: Mapping[uuid.UUID, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Imported:
    """What became of each thing. missing: how many photos are not here and lie in other files; missing_in: in which."""

    items: list[Item]
    number: int
    count: int
    missing: int
    missing_in: list[int]


def read_bundle(raw: bytes) -> Bundle:
    """Check form and checksum. Raises NotABundle."""
    try:
        data = parse(raw)
    except BadJson as error:
        raise NotABundle(
            "这不是完整的导出文件，可能选错了文件或复制时中断，请在平板“待传箱”中重新导出后再传。"
        ) from error
    if not isinstance(data, dict) or data.get("format") != FORMAT or data.get("version") not in VERSIONS:
        raise NotABundle("这不是安澜外业平板的导出文件，请在平板“待传箱”中导出后再传。")
    rest = {name: value for name, value in data.items() if name != "sha256"}
    # The very text that the tablet hashed: members in their order, without blanks.
    text = json.dumps(rest, ensure_ascii=False, separators=(",", ":"))
    if hashlib.sha256(text.encode()).hexdigest() != data.get("sha256"):
        raise NotABundle("文件在传递中损坏或被改动，没有导入；请从原平板重新导出。")
    try:
        return Bundle(
            author=uuid.UUID(data["author"]["id"]),
            device=uuid.UUID(data["device"]["id"]) if data["device"].get("id") else None,
            sha256=data["sha256"],
            submissions=[
                {"id": uuid.UUID(one["id"]), "body": str(one["body"])} for one in data["submissions"]
            ],
            files=[
                {
                    "photo": uuid.UUID(one["photo"]),
                    **{name: str(one[name]) for name in ("copy", "sha256", "base64")},
                }
                for one in data["files"]
            ],
            **_part(data.get("part")),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotABundle("导出文件缺少内容，没有导入；请从原平板重新导出。") from error


def _part(part: dict[str, Any] | None) -> dict[str, Any]:
    if part is None:
        return {}
    number, count = int(part["number"]), int(part["count"])
    elsewhere = {uuid.UUID(photo): int(where) for photo, where in part["elsewhere"]}
    if not all(1 <= one <= count for one in (number, *elsewhere.values())):
        raise ValueError(number)
    return {"number": number, "count": count, "elsewhere": elsewhere}


def import_bundle(
    *, bundle: Bundle, reader: Reader, may_for_others: bool, by: User, at: dt.datetime
) -> Imported:
    """Bring everything in that is not here yet; one item that is refused stops no other.

    reader: turns the exact bytes of a submission into its parts (the form of the interface). For somebody else the rows
    name both and hold the bearer's account, who then reviews nothing of it; the end on site is left to an inspector.
    Raises NotYours.
    """
    author = by if bundle.author == by.pk else _other(bundle.author, may_for_others=may_for_others)
    device = Device.objects.filter(pk=bundle.device).first() if bundle.device else None
    work = _Work(author, _roles_of(author), by, at)
    items = [_submission(one, reader, device, work) for one in bundle.submissions]
    items += [_file(one, work) for one in bundle.files]
    counts = Counter(item.outcome for item in items)
    record(
        action="inspections.bundle.import",
        subject=device or by,
        by=by,
        at=at,
        city_id=current_scope().city_id,
        after={
            "author": author.display_name,
            "is_own": work.is_own,
            "sha256": bundle.sha256,
            "counts": dict(sorted(counts.items())),
            **({"file": f"{bundle.number}/{bundle.count}"} if bundle.count > 1 else {}),
        },
    )
    absent = _absent(bundle)
    return Imported(
        items, bundle.number, bundle.count, len(absent), sorted({bundle.elsewhere[one] for one in absent})
    )


def _absent(bundle: Bundle) -> list[uuid.UUID]:
    """Photos of the other files that have neither arrived nor been refused."""
    known = Photo.objects.filter(pk__in=bundle.elsewhere).exclude(state=PhotoState.DECLARED)
    return list(bundle.elsewhere.keys() - set(known.values_list("pk", flat=True)))


def _other(author_id: uuid.UUID, *, may_for_others: bool) -> User:
    # Only people who work in this city: a name from elsewhere is nobody's name here.
    author = User.objects.filter(pk=author_id).first()
    is_known = RoleAssignment.objects.filter(user=author_id).exists()
    if author is None or not is_known:
        raise NotYours("导出文件的记录人不是本市人员，没有导入。")
    if not may_for_others:
        raise NotYours(f"这是{author.display_name}的记录，请本人登录后导入，或由设备管理人员代为导入。")
    return author


def _roles_of(author: User) -> list[RoleAssignment]:
    """What the author acts as; of somebody who has left what he was, for his work was written then."""
    rows = list(RoleAssignment.objects.filter(user=author).select_related("jurisdiction"))
    return [row for row in rows if row.ended_at is None] or rows


def _submission(one: dict[str, Any], reader: Reader, device: Device | None, work: _Work) -> Item:
    label = str(one["id"])
    try:
        incoming, photos, author = reader(one["body"].encode())
        if incoming.id != one["id"] or author not in (None, work.author.pk):
            return Item("记录", label, REFUSED, "编号或记录人与导出文件所写的不同。")
        applied = take_submission(
            submission=incoming,
            photos=photos,
            device=device,
            roles=work.roles,
            by=work.signed,
            at=work.at,
            sent_by=work.bearer,
        )
    except SubmissionDiffers as refusal:
        return Item("记录", label, DIFFERS, str(refusal))
    except Inspection.DoesNotExist:
        return Item("记录", label, REFUSED, "没有找到这次检查。")
    except DomainError as refusal:
        return Item("记录", label, REFUSED, str(refusal))
    receipt = applied.submission.receipt_number
    note = applied.submission.inspection.number
    if not work.is_own and any(operation.path == "conclude/at" for operation in incoming.operations):
        note += "，现场结束不能代为办理，请检查人员核对后办理"
    return Item("记录", receipt, NEW if applied.is_new else KNOWN, note)


def _file(one: dict[str, Any], work: _Work) -> Item:
    label = f"{one['photo']} {'原图' if one['copy'] == 'original' else '水印图'}"
    try:
        data = base64.b64decode(one["base64"], validate=True)
        if file_sha256(data) != one["sha256"]:
            return Item("照片", label, REFUSED, "内容与所写的 SHA-256 不符。")
        with transaction.atomic():
            is_new = _put(one["photo"], one["copy"], data, work)
    except binascii.Error:
        return Item("照片", label, REFUSED, "内容不是完整的文件。")
    except Photo.DoesNotExist:
        return Item("照片", label, REFUSED, "没有随记录登记这张照片。")
    except ChunkDiffers as refusal:
        return Item("照片", label, DIFFERS, str(refusal))
    except (DomainError, ScannerUnavailable) as refusal:
        return Item("照片", label, REFUSED, str(refusal))
    return Item("照片", label, NEW if is_new else KNOWN)


def _put(photo_id: uuid.UUID, copy: str, data: bytes, work: _Work) -> bool:
    photo = Photo.objects.get(pk=photo_id)
    is_new = False
    for position in range(chunk_count(len(data))):
        start = position * CHUNK_BYTES
        part = data[start : start + CHUNK_BYTES]
        sent = Part(copy, position, start, len(data), file_sha256(part), part)
        is_new = put_chunk(photo=photo, part=sent, by=work.bearer, at=work.at) or is_new
    return is_new
