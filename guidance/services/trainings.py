"""宣贯培训: recorded when it was held, never back into a month that is closed."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.services import record
from core import display
from core.uuid7 import uuid7
from guidance.selectors.months import is_month_closed
from guidance.services.writing import GuidanceRefused, locked, said, write
from projects.models import Training
from tenancy.models import Jurisdiction


@dataclass(frozen=True, kw_only=True)
class TrainingText:
    """What is recorded of a training. attendees: names; empty when only their number is known."""

    held_on: dt.date
    topic: str
    place: str
    lecturer: str
    attendee_count: int
    summary: str
    attendees: list[str] = field(default_factory=list)


@transaction.atomic
def record_training(*, jurisdiction: Jurisdiction, text: TrainingText, by: Any, at: dt.datetime) -> Training:
    """A new training of the county or of the city.

    Raises GuidanceRefused for a day in the future or in a closed month, and for a count that the names contradict.
    """
    values = _checked(jurisdiction, text, at)
    training = Training(
        id=uuid7(),
        city_id=jurisdiction.city_id,
        jurisdiction=jurisdiction,
        number=_number(jurisdiction, text.held_on),
        **values,
    )
    training.save(force_insert=True)
    record(action="guidance.training.record", subject=training, by=by, at=at, after=_told(training))
    return training


@transaction.atomic
def edit_training(*, training_id: uuid.UUID, text: TrainingText, by: Any, at: dt.datetime) -> Training:
    """Correct a training; neither the day it had nor the one it gets may lie in a closed month."""
    training = locked(Training, training_id)
    _check_open(training.held_on)
    return write(training, "guidance.training.edit", _checked(training.jurisdiction, text, at), by, at)


def takes_changes(training: Training) -> bool:
    """Whether its month still counts trainings."""
    return not is_month_closed(training.held_on)


def _checked(jurisdiction: Jurisdiction, text: TrainingText, at: dt.datetime) -> dict[str, Any]:
    if text.held_on > timezone.localdate(at):
        raise GuidanceRefused(f"培训日期{display.day_cn(text.held_on)}晚于今天，请在培训举办后登记。")
    _check_open(text.held_on)
    names = [name.strip() for name in text.attendees if name.strip()]
    if names and len(names) != text.attendee_count:
        raise GuidanceRefused(
            f"参训人员名单有{len(names)}人，参训人数填了{text.attendee_count}人，请核对一致。"
        )
    if text.attendee_count < 1:
        raise GuidanceRefused("参训人数应不少于1人。")
    return {
        "held_on": text.held_on,
        "topic": said(text.topic, "请填写培训主题。"),
        "place": said(text.place, "请填写培训地点。"),
        "lecturer": text.lecturer.strip(),
        "attendee_count": text.attendee_count,
        "attendees": names,
        "summary": text.summary.replace("\r\n", "\n").strip(),
    }


def _check_open(day: dt.date) -> None:
    if is_month_closed(day):
        raise GuidanceRefused(
            f"{display.month_cn(day)}的月报已经冻结，不能再登记或修改当月的培训；请按实际举办日期核对。"
        )


def _number(jurisdiction: Jurisdiction, day: dt.date) -> str:
    # The row of the jurisdiction serializes two records of one day.
    Jurisdiction.objects.select_for_update(of=("self",)).get(pk=jurisdiction.pk)
    stem = f"PX-{jurisdiction.code}-{day:%Y%m%d}"
    taken = set(Training.objects.filter(number__startswith=stem).values_list("number", flat=True))
    return next(f"{stem}-{n}" for n in range(1, len(taken) + 2) if f"{stem}-{n}" not in taken)


def _told(training: Training) -> dict[str, Any]:
    return {
        "number": training.number,
        "held_on": training.held_on,
        "topic": training.topic,
        "attendee_count": training.attendee_count,
    }
