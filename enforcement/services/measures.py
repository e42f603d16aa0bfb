"""What the close of a month proposes: interviews, criticisms, reminder letters. Named people decide on each."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audit.services import record
from core.month import ReportingMonth
from enforcement.enums import CriticismState, InterviewState, LetterState
from enforcement.models import CriticismProposal, Interview, ReminderLetter
from tenancy.scope import current_scope

Triggers = Mapping[uuid.UUID, Sequence[Mapping[str, Any]]]
"""Jurisdiction → triggers. A trigger of the system has "source", "action", "score" and "sentence"."""

_NO_LONGER = "更正后的评分不再触发。"


@dataclass(frozen=True, slots=True)
class _Kind:
    """How one kind of measure is stored."""

    model: Any
    column: str
    action: str
    proposed: str
    declined: str
    prefix: str


_INTERVIEW = _Kind(
    Interview,
    "triggers",
    "enforcement.interview.propose",
    InterviewState.PROPOSED,
    InterviewState.DECLINED,
    "YT",
)
_LETTER = _Kind(
    ReminderLetter,
    "reasons",
    "enforcement.letter.propose",
    LetterState.PROPOSED,
    LetterState.DECLINED,
    "TX",
)
_CRITICISM = _Kind(
    CriticismProposal,
    "reasons",
    "enforcement.criticism.propose",
    CriticismState.PROPOSED,
    CriticismState.DECLINED,
    "",
)


def propose_measures(
    *,
    month: ReportingMonth,
    codes: Mapping[uuid.UUID, str],
    interviews: Triggers,
    letters: Triggers,
    criticisms: Triggers,
    by: Any,
    at: dt.datetime,
) -> dict[str, int]:
    """Bring the month's proposals in line with its score; returns how many counties each kind names.

    codes: jurisdiction → code, for the numbers of new proposals.

    ONE interview per county and month: one that is there already (from an earlier run, or recorded by hand) gets the
    triggers that it lacks. After a correction an undecided proposal loses the triggers that no longer hold, and is
    declined with that reason when none is left; what people have decided on is never touched.
    """
    wanted = {_INTERVIEW: interviews, _LETTER: letters, _CRITICISM: criticisms}
    for kind, triggers in wanted.items():
        _bring_in_line(kind, month, codes, triggers, by, at)
    return {
        "interviews": len(interviews),
        "letters": len(letters),
        "criticisms": len(criticisms),
    }


def _bring_in_line(
    kind: _Kind,
    month: ReportingMonth,
    codes: Mapping[uuid.UUID, str],
    wanted: Triggers,
    by: Any,
    at: dt.datetime,
) -> None:
    rows = kind.model.objects.select_for_update(of=("self",)).filter(month=month.first).order_by("pk")
    present = {row.jurisdiction_id: row for row in reversed(rows)}
    new = [
        _new(kind, month, county_id, codes[county_id], triggers, at)
        for county_id, triggers in wanted.items()
        if county_id not in present
    ]
    kind.model.objects.bulk_create(new)
    for row in new:
        record(action=kind.action, subject=row, by=by, at=at, after={kind.column: getattr(row, kind.column)})
    for county_id, row in present.items():
        _update(kind, row, wanted.get(county_id, ()), by, at)


def _new(
    kind: _Kind,
    month: ReportingMonth,
    county_id: uuid.UUID,
    code: str,
    triggers: Sequence[Mapping[str, Any]],
    at: dt.datetime,
) -> Any:
    fields: dict[str, Any] = {kind.column: [dict(trigger) for trigger in triggers]}
    if kind.prefix:
        fields["number"] = f"{kind.prefix}-{month.year}{month.month:02d}-{code}"
    return kind.model(
        city_id=current_scope().city_id,
        jurisdiction_id=county_id,
        month=month.first,
        state=kind.proposed,
        proposed_at=at,
        **fields,
    )


def _update(kind: _Kind, row: Any, wanted: Sequence[Mapping[str, Any]], by: Any, at: dt.datetime) -> None:
    before = list(getattr(row, kind.column))
    # The system's own withdrawal is no decision: when a later correction triggers again, the proposal stands again.
    is_revived = row.state == kind.declined and row.decline_reason == _NO_LONGER and bool(wanted)
    is_open = row.state == kind.proposed or is_revived
    triggers = _merged(before, wanted, drops_others=is_open)
    if triggers == before and not is_revived:
        return
    setattr(row, kind.column, triggers)
    changed = [kind.column]
    if is_revived:
        row.state, row.decline_reason = kind.proposed, ""
        changed = [kind.column, "state", "decline_reason"]
    if is_open and not triggers:
        setattr(row, kind.column, before)
        row.state, row.decline_reason = kind.declined, _NO_LONGER
        changed = ["state", "decline_reason"]
    row.save(update_fields=changed)
    record(
        action=kind.action,
        subject=row,
        by=by,
        at=at,
        before={kind.column: before},
        after={name: getattr(row, name) for name in changed},
    )


def _merged(present: Sequence[Any], wanted: Sequence[Mapping[str, Any]], *, drops_others: bool) -> list[Any]:
    """What was written by hand stays first; of the system's triggers the new wording wins."""
    keys = {_key(trigger) for trigger in wanted}
    kept = [
        trigger
        for trigger in present
        if _key(trigger) is None or (not drops_others and _key(trigger) not in keys)
    ]
    return [*kept, *(dict(trigger) for trigger in wanted)]


def _key(trigger: Any) -> tuple[str, str] | None:
    """Identity of a trigger of the system; None for one written by hand."""
    if isinstance(trigger, Mapping) and trigger.get("source"):
        return str(trigger["source"]), str(trigger.get("action", ""))
    return None
