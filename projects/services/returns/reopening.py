"""Putting named fields right after acceptance or freeze: a reasoned request, a named decision, a term, one version.

What was accepted or frozen stays as it was, and so does the month's score: a correction of the score is asked for in
scoring by a reason of its own.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any, Final

from django.db import transaction

from accounts.roles import Capability
from audit.services import record
from core import display
from core.month import SHANGHAI
from core.services import database_calendar
from core.text import clean_text
from messaging.enums import MessageKind
from projects.enums import ReopeningState, ReturnState
from projects.models import MonthlyReturn, ReturnReopening, ReturnVersion
from projects.selectors.returns.locks import Key, is_known_field, named_keys
from projects.selectors.returns.versions import compare, draft_of, newest_submitted
from projects.services.returns.drafts import copy_version, label_of, lock_return, must_be, must_be_another
from projects.services.returns.errors import ErrorsRemain, NothingNamed, UnknownReturnField, WrongState
from projects.services.returns.following import register_follows
from projects.services.returns.submitting import refuse_writer, standing_errors
from projects.services.returns.telling import tell_bureau, tell_county

MOST_WORKDAYS: Final = 5
"""Longest term of an approval, in working days."""
LIVE: Final = (ReopeningState.REQUESTED, ReopeningState.APPROVED, ReopeningState.SUBMITTED)
_COUNTY = (Capability.RETURN_FILL, Capability.RETURN_REVIEW)


@transaction.atomic
def request_reopening(
    *, return_id: uuid.UUID, fields: Sequence[Key], reason: str, by: Any, at: dt.datetime
) -> ReturnReopening:
    """Ask to correct named fields (project or None for the head, field name) of an accepted or frozen return.

    Raises WrongState, NothingNamed, UnknownReturnField.
    """
    return_ = lock_return(return_id)
    must_be(return_, ReturnState.ACCEPTED, ReturnState.FROZEN, act="申请补正")
    if return_.reopenings.filter(state__in=LIVE).exists():
        raise WrongState(f"{label_of(return_)}已有一份未办结的补正申请，办结后才能再申请。")
    version = newest_submitted(return_)
    if version is None:
        raise WrongState(f"{label_of(return_)}没有报送的版本，不能申请补正。")
    why = clean_text(reason, multiline=True)
    if not why:
        raise NothingNamed("请填写申请补正的理由。")
    reopening = ReturnReopening.objects.create(
        city_id=return_.city_id,
        jurisdiction_id=return_.jurisdiction_id,
        monthly_return=return_,
        reason=why[:500],
        fields=_named(version, fields),
        requested_at=at,
        requested_by=by.id,
        requested_by_name=by.display_name,
    )
    record(
        action="projects.reopening.request",
        subject=reopening,
        by=by,
        at=at,
        after={"return": label_of(return_), "reason": reopening.reason, "fields": reopening.fields},
    )
    tell_bureau(
        return_,
        MessageKind.REOPENING,
        event=f"reopening-requested:{reopening.pk}",
        text=f"{by.display_name}申请更正{len(reopening.fields)}个栏目：{reopening.reason}",
        to=Capability.RETURN_REOPEN,
        by=by,
        at=at,
    )
    return reopening


def _named(version: ReturnVersion, fields: Sequence[Key]) -> list[dict[str, str | None]]:
    present = set(version.lines.values_list("project_id", flat=True))
    if not fields:
        raise NothingNamed("请选择要更正的栏目。")
    for project_id, name in fields:
        if not is_known_field(project_id, name):
            raise UnknownReturnField(f"月报中没有“{name[:40]}”这个栏目，请刷新页面后重试。")
        if project_id is not None and project_id not in present:
            raise UnknownReturnField("月报中没有所选的工程，请刷新页面后重试。")
    keys = dict.fromkeys(fields)
    return [{"project": str(key) if key else None, "field": name} for key, name in keys]


def _lock(reopening_id: uuid.UUID) -> tuple[MonthlyReturn, ReturnReopening]:
    """The return first, as everywhere; then its reopening as it is now."""
    return_id = ReturnReopening.objects.values_list("monthly_return_id", flat=True).get(pk=reopening_id)
    return_ = lock_return(return_id)
    reopening = ReturnReopening.objects.select_for_update(of=("self",)).get(pk=reopening_id)
    return return_, reopening


def _must_stand(reopening: ReturnReopening, state: ReopeningState, act: str) -> None:
    if reopening.state != state:
        raise WrongState(f"补正申请现为“{reopening.get_state_display()}”，不能{act}。")


@transaction.atomic
def decide_reopening(
    *,
    reopening_id: uuid.UUID,
    approve: bool,
    note: str,
    by: Any,
    at: dt.datetime,
    workdays: int = MOST_WORKDAYS,
) -> ReturnReopening:
    """Approve for 1–5 working days (the day of approval is not counted; until 24:00 of the last) or refuse with a note.

    Raises WrongState, SamePerson, NothingNamed.
    """
    return_, reopening = _lock(reopening_id)
    _must_stand(reopening, ReopeningState.REQUESTED, "审批")
    must_be_another(
        by, account=reopening.requested_by, name=reopening.requested_by_name, post="补正申请人", act="审批"
    )
    reopening.decision_note = clean_text(note, multiline=True)[:300]
    if not approve and not reopening.decision_note:
        raise NothingNamed("不批准时请写明理由。")
    if approve and not 1 <= workdays <= MOST_WORKDAYS:
        raise NothingNamed(f"补正期限应为1至{MOST_WORKDAYS}个工作日。")
    reopening.decided_at, reopening.decided_by = at, by.id
    reopening.decided_by_name = by.display_name
    reopening.state = ReopeningState.APPROVED if approve else ReopeningState.REFUSED
    if approve:
        reopening.expires_at = _end_of_term(at, workdays)
    reopening.save()
    if approve:
        version = newest_submitted(return_)
        if version is None:
            raise WrongState(f"{label_of(return_)}没有报送的版本，不能补正。")
        copy_version(version, reopening=reopening)
    record(
        action="projects.reopening.approve" if approve else "projects.reopening.refuse",
        subject=reopening,
        by=by,
        at=at,
        after={
            "return": label_of(return_),
            "note": reopening.decision_note,
            "expires_at": reopening.expires_at,
        },
    )
    until = f"，请在{display.moment(reopening.expires_at)}前报送" if approve else ""
    _tell(return_, reopening, f"{by.display_name}{'批准' if approve else '未批准'}补正{until}。", by, at)
    return reopening


def _end_of_term(at: dt.datetime, workdays: int) -> dt.datetime:
    last = database_calendar().add_workdays(at.astimezone(SHANGHAI).date(), workdays)
    return dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), tzinfo=SHANGHAI)


def _tell(return_: MonthlyReturn, reopening: ReturnReopening, text: str, by: Any, at: dt.datetime) -> None:
    tell_county(
        return_,
        MessageKind.REOPENING,
        event=f"reopening:{reopening.pk}:{reopening.state}",
        text=text,
        to=_COUNTY,
        by=by,
        at=at,
    )


@transaction.atomic
def submit_reopened(*, reopening_id: uuid.UUID, by: Any, at: dt.datetime) -> ReturnReopening:
    """The reviewer, another person than who asked, submits the correction before its term ends.

    Raises WrongState (also when the term is over), SamePerson, ErrorsRemain, NothingNamed (nothing was changed).
    """
    return_, reopening = _lock(reopening_id)
    _must_stand(reopening, ReopeningState.APPROVED, "报送补正")
    if reopening.expires_at is None or at >= reopening.expires_at:
        raise WrongState(f"补正期限已于{display.moment(reopening.expires_at)}届满，不能报送，可重新申请。")
    must_be_another(
        by,
        account=reopening.requested_by,
        name=reopening.requested_by_name,
        post="补正申请人",
        act="审核报送",
    )
    draft, before = draft_of(return_), newest_submitted(return_)
    if draft is None or before is None or not compare(before, draft).differences:
        raise NothingNamed("没有更正任何内容，请先填写更正后的内容再报送。")
    refuse_writer(draft, by=by)
    errors = standing_errors(return_, at=at)
    if errors:
        raise ErrorsRemain(
            f"月报中还有{len(errors)}处错误，改正后才能报送：“{errors[0][0]}”的{errors[0][1].sentence}"
        )
    draft.submitted_at = at
    draft.save(update_fields=["submitted_at"])
    reopening.state = ReopeningState.SUBMITTED
    reopening.submitted_by, reopening.submitted_by_name = by.id, by.display_name
    reopening.save(update_fields=["state", "submitted_by", "submitted_by_name"])
    record(
        action="projects.reopening.submit",
        subject=reopening,
        by=by,
        at=at,
        after={"return": label_of(return_), "version": draft.number},
    )
    tell_bureau(
        return_,
        MessageKind.REOPENING,
        event=f"reopening-submitted:{reopening.pk}",
        text=f"补正（第{draft.number}版）已报送，请受理。",
        to=Capability.RETURN_ACCEPT,
        by=by,
        at=at,
    )
    return reopening


@transaction.atomic
def accept_reopened(*, reopening_id: uuid.UUID, by: Any, at: dt.datetime) -> ReturnReopening:
    """Accept the correction; the register follows it in the named fields. The return and its score stay as they are.

    Raises WrongState, SamePerson.
    """
    return_, reopening = _lock(reopening_id)
    _must_answer(reopening, by, act="受理补正")
    version = reopening.versions.get()
    followed = register_follows(return_, version, by=by, at=at, named=named_keys(reopening))
    _end(reopening, ReopeningState.ACCEPTED, by=by, at=at)
    record(
        action="projects.reopening.accept",
        subject=reopening,
        by=by,
        at=at,
        after={"return": label_of(return_), "version": version.number, "projects": followed},
    )
    _tell(return_, reopening, f"{by.display_name}已受理补正（第{version.number}版）。", by, at)
    return reopening


@transaction.atomic
def refuse_reopened(*, reopening_id: uuid.UUID, reason: str, by: Any, at: dt.datetime) -> ReturnReopening:
    """Refuse the correction with a reason: its version stays on file and counts nowhere; the county may ask again.

    Raises WrongState, SamePerson, NothingNamed.
    """
    return_, reopening = _lock(reopening_id)
    _must_answer(reopening, by, act="办理补正")
    why = clean_text(reason, multiline=True)[:300]
    if not why:
        raise NothingNamed("不予受理时请写明理由。")
    before = reopening.decision_note
    reopening.decision_note = why
    reopening.save(update_fields=["decision_note"])
    _end(reopening, ReopeningState.REFUSED, by=by, at=at)
    record(
        action="projects.reopening.reject",
        subject=reopening,
        by=by,
        at=at,
        before={"note": before},
        after={"return": label_of(return_), "note": why},
    )
    _tell(return_, reopening, f"{by.display_name}未受理补正：{why}。需要更正的，请重新申请。", by, at)
    return reopening


def _must_answer(reopening: ReturnReopening, by: Any, *, act: str) -> None:
    """A submitted correction is answered by a third person."""
    _must_stand(reopening, ReopeningState.SUBMITTED, act)
    for account, name, post in (
        (reopening.requested_by, reopening.requested_by_name, "补正申请人"),
        (reopening.submitted_by, reopening.submitted_by_name, "补正报送人"),
    ):
        must_be_another(by, account=account, name=name, post=post, act=act)


def _end(reopening: ReturnReopening, state: ReopeningState, *, by: Any, at: dt.datetime) -> None:
    reopening.state = state
    reopening.ended_at = at
    reopening.ended_by_name = getattr(by, "display_name", str(by))
    reopening.save(update_fields=["state", "ended_at", "ended_by_name"])


@transaction.atomic
def expire_reopenings(*, at: dt.datetime) -> int:
    """End every approval whose term is over without a submission, and remove its draft. Returns how many."""
    over = ReturnReopening.objects.filter(state=ReopeningState.APPROVED, expires_at__lte=at)
    return sum(_expire(key, at) for key in list(over.order_by("expires_at").values_list("pk", flat=True)))


def _expire(reopening_id: uuid.UUID, at: dt.datetime) -> bool:
    return_, reopening = _lock(reopening_id)
    if reopening.state != ReopeningState.APPROVED:  # submitted while this waited for the lock
        return False
    reopening.versions.filter(submitted_at__isnull=True).delete()
    _end(reopening, ReopeningState.EXPIRED, by="系统", at=at)
    record(
        action="projects.reopening.expire",
        subject=reopening,
        by="系统",
        at=at,
        after={"return": label_of(return_), "expires_at": reopening.expires_at},
    )
    _tell(
        return_, reopening, f"补正期限已于{display.moment(reopening.expires_at)}届满，自动关闭。", "系统", at
    )
    return True
