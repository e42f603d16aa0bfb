"""数据疑点: found by the checks, explained by the county, judged by the bureau; gone when the cause is gone."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.urls import reverse

from accounts.models import User
from accounts.roles import Capability, holders
from audit.services import record
from core.errors import DomainError
from core.month import SHANGHAI, ReportingMonth
from core.text import clean_text
from core.uuid7 import uuid7
from messaging.enums import MessageKind
from messaging.services import people_by_county, people_with, send
from projects.enums import DoubtState, RemarkKind
from projects.models import DataDoubt, MonthlyReturn
from projects.rules.returns import HEADER_FIELD
from projects.selectors.doubt_checks import CHECKS, Found
from projects.services.returns.accepting import record_remark
from tenancy.jobs import Progress, enqueue
from tenancy.models import Job, Jurisdiction
from tenancy.scope import current_scope

FIND = "find_doubts"
LIVE = (DoubtState.OPEN, DoubtState.EXPLAINED)
_Key = tuple[str, str]


class DoubtIsClosed(DomainError):
    """The doubt is corrected or judged: nothing more is said about it."""


class NothingSaid(DomainError):
    """An explanation or a judgement without words."""


class NoReturnToBlame(DomainError):
    """An error is noted on the county's return of the month; there is none that was submitted."""


@dataclass(frozen=True, slots=True)
class DoubtRun:
    """What one run did: doubts that are new (or back), and doubts whose cause is gone."""

    found: int
    corrected: int


@transaction.atomic
def find_doubts(
    *, month: ReportingMonth, by: Any, at: dt.datetime, progress: Progress | None = None
) -> DoubtRun:
    """Run every check for the whole city and bring the month's doubts up to date. Needs the whole city's scope.

    Idempotent. A doubt whose cause is gone becomes CORRECTED by itself; one that comes back is open again. What was judged
    stays. What is alive, or was cleared with the same words, in an earlier month is not asked again.
    """
    if current_scope().county_id is not None:
        raise RuntimeError("the checks look at the whole city")
    with connection.cursor() as cursor:
        # Two runs at once would each miss what the other is about to write.
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 75))", [f"doubts {current_scope().city_id}"]
        )
    found: dict[_Key, Found] = {}
    for index, check in enumerate(CHECKS.values()):
        if progress is not None:
            progress(90 * index // len(CHECKS), check.label)
        found |= {(check.code, one.subject): one for one in check.find(month)}
    corrected = _correct_gone(month, found, by, at)
    new = _write(month, found, by, at)
    _tell(month, new, by, at)
    return DoubtRun(len(new), corrected)


def _correct_gone(month: ReportingMonth, found: Mapping[_Key, Found], by: Any, at: dt.datetime) -> int:
    live = DataDoubt.objects.select_for_update(of=("self",)).filter(month=month.first, state__in=LIVE)
    gone = [doubt for doubt in live if (doubt.check_code, doubt.subject) not in found]
    for doubt in gone:
        before = {"state": doubt.state}
        doubt.state, doubt.corrected_at = DoubtState.CORRECTED, at
        doubt.save(update_fields=["state", "corrected_at"])
        record(
            action="projects.doubt.correct",
            subject=doubt,
            by=by,
            at=at,
            before=before,
            after={"state": doubt.state},
        )
    return len(gone)


def _write(month: ReportingMonth, found: Mapping[_Key, Found], by: Any, at: dt.datetime) -> list[DataDoubt]:
    present = {
        (doubt.check_code, doubt.subject): doubt
        for doubt in DataDoubt.objects.select_for_update(of=("self",)).filter(month=month.first)
    }
    settled = _settled_before(month)
    new: list[DataDoubt] = []
    for key, one in found.items():
        doubt = present.get(key)
        if doubt is None:
            if settled.get(key) not in (_ALIVE, one.sentence):
                new.append(_new(month, key, one, at))
        elif doubt.state == DoubtState.CORRECTED:
            new.append(_back(doubt, one))
        elif doubt.state == DoubtState.OPEN and doubt.sentence != one.sentence:
            doubt.sentence = one.sentence[:500]
            doubt.save(update_fields=["sentence"])
    for doubt in new:
        record(
            action="projects.doubt.find",
            subject=doubt,
            by=by,
            at=at,
            after={"check_code": doubt.check_code, "sentence": doubt.sentence},
        )
    return new


_ALIVE = "\0"


def _settled_before(month: ReportingMonth) -> dict[_Key, str]:
    """Of each subject in the earlier months, newest last: still alive, or the words with which it was cleared."""
    rows = DataDoubt.objects.filter(month__lt=month.first, state__in=[*LIVE, DoubtState.CLEARED]).order_by(
        "month"
    )
    return {
        (code, subject): sentence if state == DoubtState.CLEARED else _ALIVE
        for code, subject, sentence, state in rows.values_list("check_code", "subject", "sentence", "state")
    }


def _new(month: ReportingMonth, key: _Key, one: Found, at: dt.datetime) -> DataDoubt:
    return DataDoubt.objects.create(
        id=uuid7(),
        city_id=current_scope().city_id,
        jurisdiction_id=one.jurisdiction_id,
        project_id=one.project_id,
        month=month.first,
        check_code=key[0],
        subject=key[1],
        sentence=one.sentence[:500],
        field_name=one.field,
        found_at=at,
    )


def _back(doubt: DataDoubt, one: Found) -> DataDoubt:
    """The cause is there again: the explanation that was given stays readable, the county is asked anew."""
    doubt.state, doubt.corrected_at, doubt.sentence = DoubtState.OPEN, None, one.sentence[:500]
    doubt.save(update_fields=["state", "corrected_at", "sentence"])
    return doubt


def _tell(month: ReportingMonth, new: Iterable[DataDoubt], by: Any, at: dt.datetime) -> None:
    """One message a day to each county that has new doubts."""
    counts = Counter(doubt.jurisdiction_id for doubt in new)
    if not counts:
        return
    people = people_by_county(sorted(holders(Capability.DOUBT_EXPLAIN)))
    today = at.astimezone(SHANGHAI).date()
    for county in Jurisdiction.objects.filter(pk__in=counts):
        send(
            key=f"doubts:{month}:{county.code}:{today}",
            recipients=people.get(county.pk, []),
            title=f"{county.short_name}{month.label}新发现{counts[county.pk]}条数据疑点",
            text="请逐条核对：数据有误的更正，数据无误的说明原因。",
            url=f"{reverse('doubts:list')}?state=OPEN",
            kind=MessageKind.DOUBT,
            at=at,
            by=by,
        )


def request_doubts(
    *, month: ReportingMonth, reason: str, by: Any, at: dt.datetime, jurisdiction_id: uuid.UUID | None = None
) -> Job:
    """Queue a run of the checks, once per month and reason (a day, a submitted version).

    jurisdiction_id: the county for which the caller acts; the run itself looks at the whole city.
    """
    return enqueue(
        kind=FIND,
        key=f"{month}:{reason}",
        title=f"{month.label}数据疑点检查",
        payload={"month": str(month), "at": at.isoformat()},
        by=by,
        at=at,
        jurisdiction_id=jurisdiction_id,
    )


@transaction.atomic
def explain_doubt(*, doubt_id: uuid.UUID, explanation: str, by: User, at: dt.datetime) -> DataDoubt:
    """The county says why the data are right all the same; may be said better until the bureau has judged.

    Raises DoubtIsClosed, NothingSaid.
    """
    doubt = _locked(doubt_id)
    words = _words(explanation, "请写明情况和依据。")
    before = {"state": doubt.state, "explanation": doubt.explanation}
    doubt.state, doubt.explanation = DoubtState.EXPLAINED, words
    doubt.explained_at, doubt.explained_by_name = at, by.display_name
    doubt.save(update_fields=["state", "explanation", "explained_at", "explained_by_name"])
    after = {"state": doubt.state, "explanation": words}
    record(action="projects.doubt.explain", subject=doubt, by=by, at=at, before=before, after=after)
    return doubt


@transaction.atomic
def clear_doubts(*, doubt_ids: Collection[uuid.UUID], judgement: str, by: User, at: dt.datetime) -> int:
    """The bureau accepts the data as they are: all of them or none. Returns how many.

    Raises DoubtIsClosed, NothingSaid.
    """
    words = _words(judgement, "请写明认可的理由。")
    doubts = [_locked(key) for key in sorted(doubt_ids)]
    for doubt in doubts:
        before = {"state": doubt.state}
        _judge(doubt, DoubtState.CLEARED, words, by, at)
        after = {"state": doubt.state, "judgement": words}
        record(action="projects.doubt.clear", subject=doubt, by=by, at=at, before=before, after=after)
    return len(doubts)


@transaction.atomic
def declare_error(*, doubt_id: uuid.UUID, judgement: str, by: User, at: dt.datetime) -> DataDoubt:
    """The bureau finds the data wrong: a 抽核字段错误 of the month's return (rubric B3), and the county is told.

    Raises DoubtIsClosed, NothingSaid, NoReturnToBlame, and what `record_remark` refuses.
    """
    doubt = _locked(doubt_id)
    words = _words(judgement, "请写明核实的情况。")
    return_ = MonthlyReturn.objects.filter(jurisdiction=doubt.jurisdiction_id, month=doubt.month).first()
    if return_ is None or return_.first_submitted_at is None:
        raise NoReturnToBlame("该县当月月报没有报送，不能登记字段错误；请待报送后再认定。")
    is_head = doubt.field_name in HEADER_FIELD
    doubt.remark = record_remark(
        return_id=return_.pk,
        kind=RemarkKind.FIELD_ERROR,
        note=f"{doubt.sentence}{words}"[:300],
        project_id=None if is_head else doubt.project_id,
        field=doubt.field_name,
        by=by,
        at=at,
    )
    before = {"state": doubt.state}
    _judge(doubt, DoubtState.ERROR, words, by, at)
    after = {"state": doubt.state, "judgement": words, "remark": doubt.remark.number}
    record(action="projects.doubt.error", subject=doubt, by=by, at=at, before=before, after=after)
    send(
        key=f"doubt-error:{doubt.pk}",
        recipients=people_with(
            sorted(holders(Capability.DOUBT_EXPLAIN)), jurisdiction_id=doubt.jurisdiction_id
        ),
        title="数据疑点核实有误",
        text=f"{doubt.sentence}{words}"[:1000],
        url=reverse("doubts:detail", args=[doubt.pk]),
        kind=MessageKind.DOUBT,
        at=at,
        by=by,
    )
    return doubt


def _judge(doubt: DataDoubt, state: DoubtState, words: str, by: User, at: dt.datetime) -> None:
    doubt.state, doubt.judgement = state, words
    doubt.judged_at, doubt.judged_by_name = at, by.display_name
    doubt.save(update_fields=["state", "judgement", "judged_at", "judged_by_name", "remark"])


def _locked(doubt_id: uuid.UUID) -> DataDoubt:
    doubt = DataDoubt.objects.select_for_update(of=("self",)).get(pk=doubt_id)
    if doubt.state not in LIVE:
        raise DoubtIsClosed(f"该疑点当前为“{doubt.get_state_display()}”，不能再办理。")
    return doubt


def _words(text: str, missing: str) -> str:
    words = clean_text(text, multiline=True)
    if not words:
        raise NothingSaid(missing)
    return words
