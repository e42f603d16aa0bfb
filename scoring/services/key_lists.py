"""The life of a 重点监管对象名单: made and computed → adjusted by hand → confirmed by a second person → issued."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from audit.models import AuditEvent
from audit.services import record
from core.errors import DomainError
from core.month import ReportingMonth
from messaging.enums import MessageKind
from messaging.services import send
from projects.services.key_objects import KeyMark, mark_key_objects
from scoring.enums import KeyListState
from scoring.models import KeyObjectEntry, KeyObjectList, ProjectRisk
from scoring.selectors.key_lists import groups_concerned, key_reason, period_label
from scoring.selectors.risk_rules import rule_set_in_force
from tenancy.jobs import enqueue
from tenancy.models import Job
from tenancy.scope import current_scope

COMPUTE = "compute_risk"
CHANGE = "scoring.keylist.change"
LONGEST_PERIOD = 12
"""Months of one list; the source asks for a list of the period, and no period is longer than the year."""


class ListRefused(DomainError):
    """The act does not fit the list; the sentence says why and what to do."""


@transaction.atomic
def create_list(
    *,
    first_month: ReportingMonth,
    last_month: ReportingMonth,
    as_of: dt.date,
    reason: str,
    by: Any,
    at: dt.datetime,
) -> KeyObjectList:
    """Begin the list of a period and queue its computation. A period that has a list already is corrected: with a reason.

    as_of: the day the facts are read for, not after the day of `at`. Raises ListRefused, NoRuleSet.
    """
    if last_month < first_month:
        raise ListRefused("截止月份早于起始月份，请改正。")
    if first_month.shift(LONGEST_PERIOD) <= last_month:
        raise ListRefused(f"一份名单最多覆盖{LONGEST_PERIOD}个月，请缩短期间。")
    if as_of > timezone.localdate(at):
        raise ListRefused("数据截止日期晚于今天，请改为今天或以前的日期。")
    in_hand = KeyObjectList.objects.filter(state=KeyListState.DRAFT).first()
    if in_hand is not None:
        raise ListRefused(f"{period_label(in_hand)}的名单正在拟定，请先确认或删除它，再拟定新的名单。")
    former = KeyObjectList.objects.filter(first_month=first_month.first, last_month=last_month.first)
    revision = (former.aggregate(last=Max("revision"))["last"] or 0) + 1
    if revision > 1 and not reason.strip():
        raise ListRefused("这一期间已有名单，重新拟定须写明更正原因。")
    row = KeyObjectList(
        city_id=current_scope().city_id,
        first_month=first_month.first,
        last_month=last_month.first,
        revision=revision,
        reason=reason.strip(),
        as_of=as_of,
        rule_set=rule_set_in_force(as_of),
        created_at=at,
        created_by=getattr(by, "id", None),
        created_by_name=getattr(by, "display_name", str(by)),
    )
    _insert(row)
    after = {"period": period_label(row), "revision": revision, "as_of": as_of.isoformat()}
    record(action="scoring.keylist.create", subject=row, by=by, at=at, after=after)
    request_computation(list_id=row.id, by=by, at=at)
    return row


def _insert(row: KeyObjectList) -> None:
    """The database keeps one list in hand: of two that are begun at once the second is refused."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if "scoring_one_key_list" not in str(error):
            raise
        raise ListRefused(
            "另一份名单刚刚开始拟定，请返回列表查看，确认或删除它以后再拟定新的名单。"
        ) from error


def request_computation(*, list_id: uuid.UUID, by: Any, at: dt.datetime) -> Job:
    """Queue the computation of a draft: once at its beginning, again after the records were put right."""
    row = _draft(list_id)
    return enqueue(
        kind=COMPUTE,
        key=f"{row.id}-{at.isoformat()}",
        title=f"计算{period_label(row)}工程风险类别",
        payload={"list": str(row.id), "at": at.isoformat()},
        by=by,
        at=at,
    )


@transaction.atomic
def change_entry(
    *, list_id: uuid.UUID, project_id: uuid.UUID, is_on: bool, reason: str, by: Any, at: dt.datetime
) -> KeyObjectEntry:
    """Put a project on the list, or take it off, against or with the rules; always with a reason.

    Raises ListRefused.
    """
    reason = reason.strip()
    if not reason:
        raise ListRefused("请写明列入或移出的理由。")
    limit = KeyObjectEntry._meta.get_field("reason").max_length or 0
    if len(reason) > limit:
        raise ListRefused(f"理由有{len(reason)}字，不得超过{limit}字，请精简。")
    row = _draft(list_id)
    risk = ProjectRisk.objects.filter(key_list=row, project_id=project_id).first()
    if risk is None:
        raise ListRefused("该工程不在本次计算的在建工程之内，不能列入；请先核对工程状态，再重新计算。")
    entry, _ = KeyObjectEntry.objects.get_or_create(
        key_list=row,
        project_id=project_id,
        defaults={"city_id": row.city_id, "jurisdiction_id": risk.jurisdiction_id, "is_on": False},
    )
    if entry.is_on == is_on:
        raise ListRefused("该工程已经列入名单。" if is_on else "该工程不在名单上。")
    before = {"is_on": entry.is_on, "reason": entry.reason}
    entry.is_on, entry.reason = is_on, reason
    entry.changed_at, entry.changed_by, entry.changed_by_name = at, by.id, by.display_name
    entry.save(update_fields=["is_on", "reason", "changed_at", "changed_by", "changed_by_name"])
    after = {"project": str(project_id), "is_on": is_on, "reason": reason}
    record(action=CHANGE, subject=row, by=by, at=at, before=before, after=after)
    return entry


@transaction.atomic
def confirm_list(*, list_id: uuid.UUID, by: Any, at: dt.datetime) -> KeyObjectList:
    """Second person: the list stands, and the register carries its classes and key objects. Raises ListRefused."""
    row = _draft(list_id)
    if row.computed_at is None:
        raise ListRefused("风险类别还没有计算完成，请等任务结束后再确认。")
    if by.id == row.created_by or _has_edited(row, by):
        raise ListRefused("拟定或调整名单的人不能确认名单，请由他人确认。")
    row.state = KeyListState.CONFIRMED
    row.confirmed_at, row.confirmed_by, row.confirmed_by_name = at, by.id, by.display_name
    row.save(update_fields=["state", "confirmed_at", "confirmed_by", "confirmed_by_name"])
    on = {entry.project_id: entry for entry in row.entries.filter(is_on=True)}
    marks = [
        KeyMark(
            risk.project_id,
            risk.risk_class,
            risk.project_id in on,
            key_reason(risk, on[risk.project_id]) if risk.project_id in on else "",
        )
        for risk in row.risks.all()
    ]
    changed = mark_key_objects(marks=marks, source=row, by=by, at=at)
    after = {"key_objects": len(on), "projects": changed, "sha256": row.sha256}
    record(action="scoring.keylist.confirm", subject=row, by=by, at=at, after=after)
    return row


@transaction.atomic
def discard_list(*, list_id: uuid.UUID, by: Any, at: dt.datetime) -> None:
    """Throw a draft away; the trail keeps that it was there."""
    row = _draft(list_id)
    record(
        action="scoring.keylist.discard",
        subject=row,
        by=by,
        at=at,
        before={"period": period_label(row), "revision": row.revision, "sha256": row.sha256},
    )
    row.delete()


@transaction.atomic
def issue_list(
    *, list_id: uuid.UUID, number: str, issued_on: dt.date, by: Any, at: dt.datetime
) -> KeyObjectList:
    """Carried over from the document's issue: the list is out, and those on it are told."""
    row = KeyObjectList.objects.select_for_update(of=("self",)).get(pk=list_id)
    if row.state == KeyListState.DRAFT:
        raise ListRefused("名单还没有确认，不能印发。")
    row.state, row.issued_on, row.document_number = KeyListState.ISSUED, issued_on, number
    row.save(update_fields=["state", "issued_on", "document_number"])
    record(action="scoring.keylist.issue", subject=row, by=by, at=at, after={"number": number})
    for group in groups_concerned(row):
        send(
            key=f"key-list-issued:{row.id}:{number}",
            recipients=group.people,
            title=f"{period_label(row)}重点监管对象名单已印发",
            text=f"{number}。{group.sentence}",
            url=group.url,
            kind=MessageKind.KEY_LIST,
            at=at,
            by=by,
        )
    return row


def _has_edited(row: KeyObjectList, by: Any) -> bool:
    """Whether the person changed an entry; an entry itself knows only its last editor."""
    events = AuditEvent.objects.filter(
        subject_kind=row._meta.label_lower, subject_id=str(row.pk), action=CHANGE, actor_id=by.id
    )
    return row.entries.filter(changed_by=by.id).exists() or events.exists()


def _draft(list_id: uuid.UUID) -> KeyObjectList:
    row = KeyObjectList.objects.select_for_update(of=("self",)).filter(pk=list_id).first()
    if row is None:
        raise ListRefused("该名单草稿已经删除，请返回列表查看。")
    if row.state != KeyListState.DRAFT:
        raise ListRefused(
            f"名单处于“{row.get_state_display()}”状态，不能再改；需要更正时请重新拟定这一期间的名单。"
        )
    return row
