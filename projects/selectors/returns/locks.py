"""Which fields of a return may be changed now, and why the others may not. Page, workbook and services ask here."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from core import display
from projects.enums import ReopeningState, ReturnState
from projects.models import MonthlyReturn, ReturnLine, ReturnReopening, ReturnVersion
from projects.rules.returns import HEADER_FIELD, LINE_FIELD
from projects.selectors.returns.versions import lines_by_project, newest_submitted

WHOLE_RETURN = ""
"""Field name of a comment that is about the return as a whole: everything is open again."""
EXPLAINING = frozenset({"decrease_reason", "note"})
"""Open in every line that has an open field: what is put right may need a word."""
Key = tuple[uuid.UUID | None, str]
"""(project, or None for the head; field name)."""


@dataclass(frozen=True)
class OpenFields:
    """`is_editable` False = nothing is open, `reason` says why. `sent_back` = the version whose blanks stay open."""

    is_editable: bool
    reason: str = ""
    is_whole: bool = False
    named: frozenset[Key] = frozenset()
    sent_back: ReturnVersion | None = None
    sent_back_lines: Mapping[uuid.UUID, ReturnLine] = field(default_factory=dict)

    def is_open(self, project_id: uuid.UUID | None, name: str) -> bool:
        """Whether this field may be changed."""
        if not self.is_editable:
            return False
        if self.is_whole or (project_id, name) in self.named:
            return True
        if project_id is not None and name in EXPLAINING and project_id in self._opened:
            return True
        return self.sent_back is not None and self._was_blank(project_id, name)

    @cached_property
    def _opened(self) -> frozenset[uuid.UUID | None]:
        """Rows with a named field."""
        return frozenset(key for key, _ in self.named)

    def _was_blank(self, project_id: uuid.UUID | None, name: str) -> bool:
        if project_id is None:
            value = self.sent_back.header.get(name) if self.sent_back is not None else None
        else:
            line = self.sent_back_lines.get(project_id)
            if line is None:  # the project was not in what was sent back
                return True
            value = getattr(line, name)
        return value is None or value == ""

    @property
    def may_add_lines(self) -> bool:
        """A project that was left out may always come in, except into a correction of named fields."""
        return self.is_editable and (self.is_whole or self.sent_back is not None)


def open_fields(return_: MonthlyReturn, draft: ReturnVersion | None, *, at: dt.datetime) -> OpenFields:
    """At most three queries."""
    if draft is None:
        return OpenFields(is_editable=False, reason=f"{return_.get_state_display()}，不能修改")
    if draft.reopening is not None:
        return _of_reopening(draft, at)
    if return_.handed_over_at is not None:
        when = display.moment(return_.handed_over_at)
        return OpenFields(
            is_editable=False, reason=f"{return_.filler_name}已于{when}送审，审核人退回后才能修改"
        )
    if return_.state != ReturnState.RETURNED:
        return OpenFields(is_editable=True, is_whole=True)
    return _of_comments(newest_submitted(return_))


def _of_reopening(draft: ReturnVersion, at: dt.datetime) -> OpenFields:
    reopening = draft.reopening
    if reopening is None or reopening.state != ReopeningState.APPROVED:
        return OpenFields(is_editable=False, reason="补正申请未处于已批准状态，不能修改")
    if reopening.expires_at is None or at >= reopening.expires_at:
        return OpenFields(
            is_editable=False, reason=f"补正期限已于{display.moment(reopening.expires_at)}届满，不能修改"
        )
    return OpenFields(is_editable=True, named=named_keys(reopening))


def named_keys(reopening: ReturnReopening) -> frozenset[Key]:
    """The fields that a request names."""
    return frozenset(
        (uuid.UUID(one["project"]) if one["project"] else None, str(one["field"])) for one in reopening.fields
    )


def _of_comments(version: ReturnVersion | None) -> OpenFields:
    if version is None:
        return OpenFields(is_editable=True, is_whole=True)
    named = frozenset(version.comments.values_list("project_id", "field_name"))
    return OpenFields(
        is_editable=True,
        is_whole=any(name == WHOLE_RETURN for _, name in named),
        named=named,
        sent_back=version,
        sent_back_lines=lines_by_project(version),
    )


def is_known_field(project_id: uuid.UUID | None, name: str) -> bool:
    """Whether a line (or, without a project, the head) has such a field."""
    return name in (HEADER_FIELD if project_id is None else LINE_FIELD)
