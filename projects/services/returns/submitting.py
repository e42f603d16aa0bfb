"""From the filler to the reviewer to the bureau; the 零报告."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.roles import Capability
from audit.models import AuditEvent
from audit.services import record
from core.month import SHANGHAI, ReportingMonth
from core.text import clean_text
from messaging.enums import MessageKind
from projects.enums import ReturnState
from projects.models import MonthlyReturn, ReturnVersion
from projects.rules.returns import FieldProblem
from projects.selectors.returns.grid import return_grid
from projects.selectors.returns.versions import draft_of
from projects.services.doubts import request_doubts
from projects.services.returns.drafts import label_of, lock_return, must_be, must_be_another
from projects.services.returns.errors import ErrorsRemain, NothingNamed, SamePerson, WrongState
from projects.services.returns.filling import CHANGE
from projects.services.returns.telling import tell_bureau, tell_county

NIL_COVERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("projects", "在建、拟建工程", ("projects_under_way", "projects_planned")),
    ("inspections", "监督检查", ("inspections", "person_times")),
    (
        "findings",
        "质量问题",
        (
            "findings_management",
            "findings_physical",
            "findings_general",
            "findings_serious",
            "findings_grave",
            "findings_overdue",
        ),
    ),
    ("tests", "监督检测", ("test_batches", "test_batches_failed")),
    ("accidents", "质量事故", ("accidents",)),
)
"""What a 零报告 may state: code, words, the counts of the head that must then be 0."""


@dataclass(frozen=True, slots=True)
class NilStatement:
    """零报告声明: the reviewer's words and the codes (of NIL_COVERS) of what they cover."""

    text: str
    covers: tuple[str, ...]


@transaction.atomic
def hand_over(*, return_id: uuid.UUID, by: Any, at: dt.datetime, phone: str | None = None) -> MonthlyReturn:
    """The filler gives the draft to the reviewer; from now on it is locked. phone: where the bureau reaches the filler.

    Raises WrongState, ErrorsRemain.
    """
    return_ = lock_return(return_id)
    must_be(return_, ReturnState.DRAFT, ReturnState.RETURNED, act="送审")
    draft = _draft(return_)
    if return_.handed_over_at is not None:
        raise WrongState(f"{label_of(return_)}已由{return_.filler_name}送审，请等待审核。")
    _refuse_errors(return_, at)
    if phone is not None:
        return_.phone = clean_text(phone)[:30]
    return_.handed_over_at = at
    return_.filler, return_.filler_name = by.id, by.display_name
    # a new round: who reviewed the version before does not count for this one
    return_.reviewer, return_.reviewer_name = None, ""
    return_.accepter, return_.accepter_name = None, ""
    return_.is_nil, return_.nil_statement, return_.nil_signed_on = False, "", None
    return_.review_note = ""
    return_.save()
    record(
        action="projects.return.hand_over",
        subject=return_,
        by=by,
        at=at,
        after={"version": draft.number, "filler": by.display_name},
    )
    tell_county(
        return_,
        MessageKind.RETURN_HANDED_OVER,
        event=f"handed-over:{draft.number}:{at.isoformat()}",
        text=f"{by.display_name}已填报完毕，请审核后报送。",
        to=(Capability.RETURN_REVIEW,),
        by=by,
        at=at,
    )
    return return_


@transaction.atomic
def send_back_to_filler(*, return_id: uuid.UUID, note: str, by: Any, at: dt.datetime) -> MonthlyReturn:
    """The reviewer gives the draft back to the filler with a note; the bureau never sees it.

    Raises WrongState, NothingNamed.
    """
    return_ = lock_return(return_id)
    _must_be_handed_over(return_, act="退回填报人")
    why = clean_text(note, multiline=True)
    if not why:
        raise NothingNamed("请填写退回填报人的意见。")
    return_.handed_over_at = None
    return_.review_note = why[:300]
    return_.save(update_fields=["handed_over_at", "review_note"])
    record(
        action="projects.return.send_back", subject=return_, by=by, at=at, after={"note": return_.review_note}
    )
    tell_county(
        return_,
        MessageKind.RETURN_RETURNED,
        event=f"sent-back:{at.isoformat()}",
        text=f"审核人{by.display_name}退回修改：{return_.review_note}",
        to=(Capability.RETURN_FILL,),
        by=by,
        at=at,
    )
    return return_


@transaction.atomic
def submit_return(
    *, return_id: uuid.UUID, by: Any, at: dt.datetime, nil: NilStatement | None = None
) -> MonthlyReturn:
    """The reviewer, another person than the filler, submits to the bureau. Blanks are allowed and counted.

    The first submission decides about timely or late; what is submitted never changes. nil: the 零报告 that the
    reviewer signs herewith. Raises WrongState, SamePerson, ErrorsRemain, NothingNamed.
    """
    return_ = lock_return(return_id)
    _must_be_handed_over(return_, act="报送")
    must_be_another(by, account=return_.filler, name=return_.filler_name, post="填报人", act="审核报送")
    draft = _draft(return_)
    refuse_writer(draft, by=by)
    _refuse_errors(return_, at)
    if nil is not None:
        _sign(return_, draft, nil, at)
    draft.submitted_at = at
    draft.save(update_fields=["submitted_at"])
    is_first = return_.first_submitted_at is None
    if is_first:
        return_.first_submitted_at = at
    return_.state = ReturnState.SUBMITTED
    return_.reviewer, return_.reviewer_name = by.id, by.display_name
    return_.handed_over_at = None
    return_.save()
    record(
        action="projects.return.submit",
        subject=return_,
        by=by,
        at=at,
        after={
            "version": draft.number,
            "first": is_first,
            "nil": nil is not None,
            "filler": return_.filler_name,
        },
    )
    tell_bureau(
        return_,
        MessageKind.RETURN_SUBMITTED,
        event=f"submitted:{draft.number}",
        text=f"第{draft.number}版已报送，填报人{return_.filler_name}，审核人{by.display_name}，请受理或退回。",
        to=Capability.RETURN_ACCEPT,
        by=by,
        at=at,
    )
    request_doubts(
        month=ReportingMonth.from_first_day(return_.month),
        reason=f"{return_.jurisdiction.code}:{draft.number}",
        by=by,
        at=at,
        jurisdiction_id=return_.jurisdiction_id,
    )
    return return_


def _draft(return_: MonthlyReturn) -> ReturnVersion:
    draft = draft_of(return_)
    if draft is None or draft.reopening_id is not None:
        raise WrongState(f"{label_of(return_)}没有待报送的内容。")
    return draft


def _must_be_handed_over(return_: MonthlyReturn, *, act: str) -> None:
    must_be(return_, ReturnState.DRAFT, ReturnState.RETURNED, act=act)
    if return_.handed_over_at is None:
        raise WrongState(f"{label_of(return_)}尚未送审，填报人送审后才能{act}。")


def standing_errors(return_: MonthlyReturn, *, at: dt.datetime) -> list[tuple[str, FieldProblem]]:
    """(project's name, problem) of everything that stands in the way of submitting the draft."""
    return list(_errors(return_, at))


def _errors(return_: MonthlyReturn, at: dt.datetime) -> Iterator[tuple[str, FieldProblem]]:
    for row in return_grid(return_, at=at).rows:
        for problem in row.problems:
            if problem.level == "error":
                yield row.project.name, problem


def refuse_writer(draft: ReturnVersion, *, by: Any) -> None:
    """Nobody reviews the own entries: raises SamePerson where the trail has `by` writing a field of this draft."""
    events = AuditEvent.objects.filter(
        subject_kind=MonthlyReturn._meta.label_lower,
        subject_id=str(draft.monthly_return_id),
        action=CHANGE,
        actor_id=by.id,
        payload__regex=rf'"version":{draft.number}[,}}]',
    )
    if draft.reopening is not None:  # the number may have been that of a correction that expired
        events = events.filter(at__gte=draft.reopening.decided_at)
    if events.exists():
        raise SamePerson("您填写过本次月报的栏目，不能再由您审核报送，请由其他审核人办理。")


def _refuse_errors(return_: MonthlyReturn, at: dt.datetime) -> None:
    errors = standing_errors(return_, at=at)
    if errors:
        name, problem = errors[0]
        raise ErrorsRemain(f"月报中还有{len(errors)}处错误，改正后才能报送：“{name}”的{problem.sentence}")


def _sign(return_: MonthlyReturn, draft: ReturnVersion, nil: NilStatement, at: dt.datetime) -> None:
    """A 零报告 says that there is nothing to report, so nothing may be reported beside it."""
    text = clean_text(nil.text, multiline=True)
    known = {code: (words, counts) for code, words, counts in NIL_COVERS}
    if not text or not nil.covers or any(code not in known for code in nil.covers):
        raise NothingNamed("零报告须写明声明内容，并选择所涵盖的事项。")
    lines = draft.lines.count()
    if lines:
        raise WrongState(f"月报中有{lines}个工程，不能作零报告，请按工程报送。")
    for code in nil.covers:
        words, counts = known[code]
        told = sum(draft.header.get(name) or 0 for name in counts)
        if told:
            raise WrongState(f"零报告涵盖“{words}”，但表头填了{told}，请核对表头或不选这一项。")
    covers = "、".join(words for code, words, _ in NIL_COVERS if code in nil.covers)
    return_.is_nil = True
    return_.nil_statement = f"{text}（涵盖：{covers}）"
    return_.nil_signed_on = at.astimezone(SHANGHAI).date()
