"""What two inspectors bring home from a site: the whole record with photos, as a tablet sends it."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from PIL import Image, ImageDraw

from accounts.models import User
from core.uuid7 import uuid7
from inspections.enums import OfficerRole
from inspections.forms.submission import read_submission
from inspections.models import ChecklistItem, Device, Inspection, Photo
from inspections.selectors.photos import CHUNK_BYTES, ORIGINAL
from inspections.selectors.record import checklist_items
from inspections.services.photos import Part, put_chunk
from inspections.services.submitting import take_submission
from inspections.services.time_tokens import time_token_for
from projects.models import ParticipatingUnit
from reports.demo.past import roles_of
from reports.demo.rows import Dice

_NOT_APPLICABLE = {"GX-06": "本次检查部位没有土石方填筑"}
_MEASURED = {
    "GX-05": ("混凝土强度（回弹）", "1#结构段", "30", ("32.1", "31.4", "33.0"), "MPa", "回弹仪"),
    "TZ-02": ("底板厚度", "底板", "600", ("603", "598", "605"), "mm", "钢尺"),
    "TZ-03": ("受力钢筋间距", "边墙 0+120", "200", ("198", "203", "201"), "mm", "钢尺"),
}
_PHOTO_SIZE = (1280, 960)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A finding: line of the checklist, code of the catalogue, words, and the title of its photo ("" for none)."""

    line: str
    code: str
    kind: str
    text: str
    part: str
    basis: str
    photo: str = ""
    key: uuid.UUID = field(default_factory=uuid7)


@dataclass(frozen=True, slots=True)
class _Shot:
    """A photo on the tablet."""

    data: bytes
    fault: Fault
    id: uuid.UUID


def bring_home(
    inspection: Inspection, faults: Sequence[Fault], *, device: Device, by: User, at: dt.datetime
) -> None:
    """Everything that the inspection may end with: record and photos. at: the end of the visit."""
    unit = ParticipatingUnit.objects.filter(project=inspection.project_id, role="CONTRACTOR").order_by("pk")[
        0
    ]
    shots = [_Shot(_picture(one.photo), one, uuid7()) for one in faults if one.photo]
    body = {
        "id": str(uuid7()),
        "inspection": str(inspection.pk),
        "schema": 1,
        "app_version": "演示",
        "device_at": at.isoformat(),
        "clock_offset_ms": 0,
        "operations": [
            {"id": str(uuid7()), "path": path, "value": value, "base": None}
            for path, value in _record(inspection, unit, faults, at)
        ],
        "photos": [_entry(shot, device, at) for shot in shots],
    }
    sent = read_submission(json.dumps(body, ensure_ascii=False).encode())
    take_submission(
        submission=sent.incoming, photos=sent.photos, device=device, roles=roles_of(by), by=by, at=at
    )
    for shot in shots:
        photo = Photo.objects.get(pk=shot.id)
        for part in _parts(shot.data):
            put_chunk(photo=photo, part=part, by=by, at=at)


def _record(
    inspection: Inspection, unit: ParticipatingUnit, faults: Sequence[Fault], at: dt.datetime
) -> Iterator[tuple[str, Any]]:
    """Path and value of every leaf."""
    items = checklist_items(inspection)
    yield from _answers(items, {one.line for one in faults})
    for one in faults:
        yield from _finding(one, unit)
    yield from _presence(inspection, unit, at)


def _answers(items: Sequence[ChecklistItem], faulty: set[str]) -> Iterator[tuple[str, Any]]:
    for item in items:
        reason = _NOT_APPLICABLE.get(item.code, "")
        answer = "PROBLEM" if item.code in faulty else "NA" if reason else "OK"
        yield f"answers/{item.code}/answer", answer
        if reason:
            yield f"answers/{item.code}/reason", reason
        elif item.is_measured:
            yield from _measurement(item.code)


def _measurement(code: str) -> Iterator[tuple[str, Any]]:
    item, part, design, values, unit, tool = _MEASURED[code]
    leaves = {
        "item": item,
        "part": part,
        "design": design,
        "values": list(values),
        "unit": unit,
        "tool": tool,
        "conclusion": "OK",
        "checklist_code": code,
    }
    yield from _row("measurements", leaves)


def _finding(one: Fault, unit: ParticipatingUnit) -> Iterator[tuple[str, Any]]:
    leaves = {
        "catalogue_code": one.code,
        "checklist_code": one.line,
        "kind": one.kind,
        "severity": "GENERAL",
        "text": one.text,
        "part": one.part,
        "basis": one.basis,
        "unit_id": str(unit.pk),
    }
    yield from _row("findings", leaves, one.key)


def _presence(inspection: Inspection, unit: ParticipatingUnit, at: dt.datetime) -> Iterator[tuple[str, Any]]:
    """Times, weather, people, papers, signatures, the opinion of the inspected side."""
    entered, signed = (at - dt.timedelta(hours=5)).isoformat(), (at - dt.timedelta(minutes=20)).isoformat()
    yield "header/entered_at", entered
    yield "header/left_at", (at - dt.timedelta(minutes=10)).isoformat()
    yield "header/weather", "多云"
    yield "header/progress", "主体混凝土浇筑，正在进行边墙施工"
    yield "header/position", {"lat": "31.4683", "lon": "104.6796", "accuracy": "8"}
    manager = {
        "name": "演示经理",
        "unit_id": str(unit.pk),
        "unit": unit.organization.name,
        "post": "项目经理",
    }
    yield from _row("people", manager)
    yield from _row("documents", {"name": "施工日志（近一个月）", "note": ""})
    yield from _row("documents", {"name": "混凝土试块检测报告", "note": "抽查 6 份"})
    officers = inspection.officers.filter(role=OfficerRole.OFFICER).order_by("-is_leader", "name")
    for number, name in enumerate(officers.values_list("name", flat=True)):
        yield from _signature(number, {"name": name, "side": "OFFICER", "signed_at": signed})
    side = {"name": "演示经理", "side": "UNIT", "signed_at": signed, "unit_id": str(unit.pk)}
    yield from _signature(9, side)
    yield "opinion/text", "对检查发现的问题无异议，按要求整改"


def _signature(number: int, leaves: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """A running hand: two strokes, another one for each person."""
    first = [[120 + 40 * step, 420 + (step * 137 + number * 53) % 260] for step in range(10)]
    second = [[560 + 35 * step, 380 + (step * 89 + number * 31) % 300] for step in range(9)]
    yield from _row("signatures", {**leaves, "strokes": [first, second]})


def _row(group: str, leaves: dict[str, Any], key: uuid.UUID | None = None) -> Iterator[tuple[str, Any]]:
    name = key or uuid7()
    for leaf, value in leaves.items():
        yield f"{group}/{name}/{leaf}", value


def _picture(title: str) -> bytes:
    """A drawn concrete wall with a fault on it: nobody takes it for a photo of a real place. Each title has its own."""
    dice = Dice(len(title), title)
    width, height = _PHOTO_SIZE
    image = Image.new("RGB", _PHOTO_SIZE, (176, 203, 222))
    pen = ImageDraw.Draw(image)
    left, right = dice.between(200, 480), dice.between(200, 480)
    pen.polygon([(0, left), (width, right), (width, height), (0, height)], fill=(168, 166, 160))
    for line in range(1, 6):
        ends = [(0, left + line * 100), (width, right + line * 100)]
        pen.line(ends, fill=(146, 144, 138), width=4)
    x, y = dice.between(200, 800), dice.between(520, 700)
    for _ in range(70):
        spot = x + dice.between(0, 320), y + dice.between(0, 180)
        pen.ellipse([*spot, spot[0] + dice.between(8, 30), spot[1] + dice.between(6, 22)], fill=(96, 93, 88))
    post = dice.between(60, 1100)
    pen.rectangle([post, 700, post + 40, height], fill=(196, 72, 40))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=78)
    return out.getvalue()


def _entry(shot: _Shot, device: Device, at: dt.datetime) -> dict[str, Any]:
    taken_at = at - dt.timedelta(hours=2)
    token_at = taken_at - dt.timedelta(hours=3)
    return {
        "id": str(shot.id),
        "finding": str(shot.fault.key),
        "sha256": hashlib.sha256(shot.data).hexdigest(),
        "byte_count": len(shot.data),
        "stamped": None,
        "taken_at": taken_at.isoformat(),
        "time_token": time_token_for(device_id=device.pk, at=token_at),
        "position": {"lat": "31.4683", "lon": "104.6796", "accuracy": "8"},
        "exif": {},
        "title": shot.fault.photo,
    }


def _parts(data: bytes) -> Iterator[Part]:
    for start in range(0, len(data), CHUNK_BYTES):
        piece = data[start : start + CHUNK_BYTES]
        yield Part(
            copy=ORIGINAL,
            position=start // CHUNK_BYTES,
            start=start,
            total=len(data),
            sha256=hashlib.sha256(piece).hexdigest(),
            data=piece,
        )
