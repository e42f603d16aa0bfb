"""The bureau's answer to a submitted return: accepted, or sent back with comments on its fields; remarks for B3."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.roles import Capability
from audit.services import record
from core.errors import DomainError
from core.month import SHANGHAI
from core.text import clean_text
from messaging.enums import MessageKind
from projects.enums import RemarkKind, ReturnState
from projects.models import MonthlyReturn, Project, ReturnComment, ReturnRemark, ReturnVersion
from projects.rules.returns import HEADER_FIELD, LINE_FIELD
from projects.selectors.returns.locks import WHOLE_RETURN, is_known_field
from projects.selectors.returns.versions import newest_submitted
from projects.services.returns.drafts import copy_version, label_of, lock_return, must_be, must_be_another
from projects.services.returns.errors import NothingNamed, UnknownReturnField, WrongState
from projects.services.returns.following import register_follows
from projects.services.returns.telling import tell_county


@dataclass(frozen=True, slots=True)
class FieldComment:
    """What is to be put right: project None = the head; field "" (with project None) = the return as a whole."""

    project_id: uuid.UUID | None
    field: str
    note: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """One return of a bulk act: `refusal` is "" where it was done."""

    return_id: uuid.UUID
    refusal: str = ""


@transaction.atomic
def accept_return(*, return_id: uuid.UUID, by: Any, at: dt.datetime) -> MonthlyReturn:
    """Accept what was submitted last; the register follows its lines. Three different people have had it in hand.

    Raises WrongState (only a submitted return is accepted), SamePerson.
    """
    return_ = lock_return(return_id)
    must_be(return_, ReturnState.SUBMITTED, act="受理")
    _must_be_third(return_, by, act="受理")
    version = _submitted(return_)
    return_.state = ReturnState.ACCEPTED
    return_.accepter, return_.accepter_name = by.id, by.display_name
    return_.accepted_at = at
    return_.save(update_fields=["state", "accepter", "accepter_name", "accepted_at"])
    followed = register_follows(return_, version, by=by, at=at)
    record(
        action="projects.return.accept",
        subject=return_,
        by=by,
        at=at,
        after={"version": version.number, "projects": followed},
    )
    tell_county(
        return_,
        MessageKind.RETURN_ACCEPTED,
        event=f"accepted:{version.number}",
        text=f"{by.display_name}已受理第{version.number}版。",
        to=(Capability.RETURN_FILL, Capability.RETURN_REVIEW),
        by=by,
        at=at,
    )
    return return_


@transaction.atomic
def return_for_correction(
    *,
    return_id: uuid.UUID,
    comments: Sequence[FieldComment],
    note: str,
    by: Any,
    at: dt.datetime,
) -> MonthlyReturn:
    """Send a submitted return back: one event of B3, however many fields are named; the next draft opens those fields.

    Without comments the note is about the whole return and everything is open again.
    Raises WrongState, SamePerson, NothingNamed, UnknownReturnField.
    """
    return_ = lock_return(return_id)
    must_be(return_, ReturnState.SUBMITTED, act="退回")
    _must_be_third(return_, by, act="退回")
    why = clean_text(note, multiline=True)
    if not why:
        raise NothingNamed("请填写退回的理由。")
    version = _submitted(return_)
    _write_comments(version, comments or [FieldComment(None, WHOLE_RETURN, why)], by=by, at=at)
    remark = _write_remark(return_, RemarkKind.RETURNED, note=why, at=at)
    copy_version(version)
    return_.state = ReturnState.RETURNED
    return_.handed_over_at = None
    return_.save(update_fields=["state", "handed_over_at"])
    named = len(comments)
    record(
        action="projects.return.return",
        subject=return_,
        by=by,
        at=at,
        after={"version": version.number, "remark": remark.number, "note": why, "fields": named},
    )
    what = f"，涉及{named}个栏目" if named else ""
    tell_county(
        return_,
        MessageKind.RETURN_RETURNED,
        event=f"returned:{version.number}",
        text=f"{by.display_name}退回第{version.number}版{what}：{why}"[:1000],
        to=(Capability.RETURN_FILL, Capability.RETURN_REVIEW),
        by=by,
        at=at,
    )
    return return_


def _must_be_third(return_: MonthlyReturn, by: Any, *, act: str) -> None:
    must_be_another(by, account=return_.filler, name=return_.filler_name, post="填报人", act=act)
    must_be_another(by, account=return_.reviewer, name=return_.reviewer_name, post="审核人", act=act)


def _submitted(return_: MonthlyReturn) -> ReturnVersion:
    version = newest_submitted(return_)
    if version is None:
        raise WrongState(f"{label_of(return_)}是台账登记的表头，没有报送的版本，不能在此办理。")
    return version


def _write_comments(
    version: ReturnVersion, comments: Iterable[FieldComment], *, by: Any, at: dt.datetime
) -> None:
    present = set(version.lines.values_list("project_id", flat=True))
    rows: dict[tuple[uuid.UUID | None, str], ReturnComment] = {}
    for one in comments:
        is_whole = one.project_id is None and one.field == WHOLE_RETURN
        if not is_whole and not is_known_field(one.project_id, one.field):
            raise UnknownReturnField(f"月报中没有“{one.field[:40]}”这个栏目，请刷新页面后重试。")
        if one.project_id is not None and one.project_id not in present:
            raise UnknownReturnField("所退回的版本中没有这个工程，请刷新页面后重试。")
        note = clean_text(one.note, multiline=True)
        if not note:
            raise NothingNamed("每个退回的栏目都要写明意见。")
        rows[one.project_id, one.field] = ReturnComment(
            city_id=version.city_id,
            jurisdiction_id=version.jurisdiction_id,
            version=version,
            project_id=one.project_id,
            field_name=one.field,
            note=note[:300],
            made_at=at,
            made_by_name=by.display_name,
        )
    ReturnComment.objects.bulk_create(rows.values())


def _write_remark(
    return_: MonthlyReturn,
    kind: RemarkKind,
    *,
    note: str,
    at: dt.datetime,
    field_name: str = "",
    project: Project | None = None,
) -> ReturnRemark:
    """Numbered per county and month; the return's lock makes the numbers run."""
    stem = f"YS-{return_.jurisdiction.code}-{return_.month:%Y%m}-"
    taken = set(ReturnRemark.objects.filter(number__startswith=stem).values_list("number", flat=True))
    serial = len(taken) + 1
    while f"{stem}{serial:02d}" in taken:
        serial += 1
    return ReturnRemark.objects.create(
        city_id=return_.city_id,
        jurisdiction_id=return_.jurisdiction_id,
        monthly_return=return_,
        number=f"{stem}{serial:02d}",
        kind=kind,
        noted_on=at.astimezone(SHANGHAI).date(),
        field_name=field_name[:60],
        project=project,
        note=note[:300],
    )


@transaction.atomic
def record_remark(
    *,
    return_id: uuid.UUID,
    kind: RemarkKind,
    note: str,
    by: Any,
    at: dt.datetime,
    project_id: uuid.UUID | None = None,
    field: str = "",
) -> ReturnRemark:
    """Note a wrong field (抽核字段错误) or a project left out (漏报工程) of a return that was submitted: events of B3.

    Raises WrongState, NothingNamed, UnknownReturnField.
    """
    return_ = lock_return(return_id)
    if kind == RemarkKind.RETURNED:
        raise WrongState("退回补正请在月报审核页办理，不能单独登记。")
    must_be(
        return_,
        ReturnState.SUBMITTED,
        ReturnState.RETURNED,
        ReturnState.ACCEPTED,
        ReturnState.FROZEN,
        act="登记抽核记录",
    )
    why = clean_text(note, multiline=True)
    if not why:
        raise NothingNamed("请写明抽核发现的情况。")
    project = _project(return_, project_id)
    label = ""
    if kind == RemarkKind.FIELD_ERROR:
        label = _field_label(project_id, field)
    elif project is None:
        raise NothingNamed("请选择漏报的工程。")
    remark = _write_remark(return_, kind, note=why, at=at, field_name=label, project=project)
    record(
        action="projects.return.remark",
        subject=remark,
        by=by,
        at=at,
        after={"kind": kind, "number": remark.number, "field": label, "note": why},
    )
    return remark


def _project(return_: MonthlyReturn, project_id: uuid.UUID | None) -> Project | None:
    if project_id is None:
        return None
    project = Project.objects.filter(pk=project_id, jurisdiction=return_.jurisdiction_id).first()
    if project is None:
        raise UnknownReturnField("该县台账中没有这个工程，请重新选择。")
    return project


def _field_label(project_id: uuid.UUID | None, name: str) -> str:
    field = (HEADER_FIELD if project_id is None else LINE_FIELD).get(name)
    if field is None:
        raise UnknownReturnField("请选择有错误的栏目。")
    return field.label


def accept_returns(*, return_ids: Iterable[uuid.UUID], by: Any, at: dt.datetime) -> list[Outcome]:
    """Accept many; each by itself, a refusal of one does not stop the others."""
    return [_attempt(one, lambda key: accept_return(return_id=key, by=by, at=at)) for one in return_ids]


def return_many(*, return_ids: Iterable[uuid.UUID], note: str, by: Any, at: dt.datetime) -> list[Outcome]:
    """Send many back as a whole with the same note; each by itself."""
    return [
        _attempt(
            one,
            lambda key: return_for_correction(return_id=key, comments=[], note=note, by=by, at=at),
        )
        for one in return_ids
    ]


def _attempt(return_id: uuid.UUID, act: Any) -> Outcome:
    try:
        with transaction.atomic():
            act(return_id)
    except DomainError as refusal:
        return Outcome(return_id, str(refusal))
    return Outcome(return_id)
