"""What happened to a return: its versions, what the bureau said, the requests to correct, in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.urls import reverse

from core.components import Entry
from core.month import SHANGHAI
from projects.enums import RemarkKind, ReopeningState, ReturnState
from projects.models import (
    MonthlyReturn,
    Project,
    ReturnComment,
    ReturnRemark,
    ReturnReopening,
    ReturnVersion,
)
from projects.rules.returns import HEADER_FIELD, LINE_FIELD

_LIVE = (ReopeningState.REQUESTED, ReopeningState.APPROVED, ReopeningState.SUBMITTED)
WHOLE = "整份月报"
HEAD = "表头"


@dataclass(frozen=True)
class VersionRow:
    """One version. note: what it answers."""

    number: int
    submitted_at: dt.datetime | None
    line_count: int
    note: str
    url: str


@dataclass(frozen=True)
class CommentRow:
    """One comment of the bureau: where, what, on which version."""

    where: str
    label: str
    note: str
    number: int
    by: str
    at: dt.datetime


@dataclass(frozen=True)
class History:
    """Newest first."""

    return_: MonthlyReturn
    versions: Sequence[VersionRow]
    comments: Sequence[CommentRow]
    remarks: Sequence[ReturnRemark]
    reopenings: Sequence[ReturnReopening]
    timeline: Sequence[Entry]
    project_names: Mapping[str, str]

    @property
    def before(self) -> int:
        """The version that a comparison starts from."""
        return self.versions[1].number if len(self.versions) > 1 else 0

    @property
    def after(self) -> int:
        """The newest version."""
        return self.versions[0].number if self.versions else 0

    @property
    def may_reopen(self) -> bool:
        """Accepted or frozen, and no request is open."""
        settled = self.return_.state in (ReturnState.ACCEPTED, ReturnState.FROZEN)
        return settled and not any(one.state in _LIVE for one in self.reopenings)


def label_of_field(project_id: object, name: str) -> str:
    """The field's label; the whole return where no field is named."""
    fields = HEADER_FIELD if project_id is None else LINE_FIELD
    return fields[name].label if name in fields else WHOLE


def words_of_fields(fields: Sequence[Mapping[str, str | None]], names: Mapping[str, str]) -> str:
    """`表头“监督检查次数”；平通河堤防工程“中标价”`."""
    parts = []
    for one in fields:
        project, name = one["project"], str(one["field"])
        where = HEAD if project is None else names.get(project, "")
        parts.append(f"{where}“{label_of_field(project, name)}”")
    return "；".join(parts)


def return_history(return_: MonthlyReturn) -> History:
    """Six queries, whatever the number of records."""
    rows = return_.versions.annotate(line_count=Count("lines")).select_related("reopening")
    versions = list(rows.order_by("-number"))
    comments = ReturnComment.objects.filter(version__monthly_return=return_)
    comments = comments.select_related("project", "version").order_by("-version__number", "made_at", "pk")
    comment_rows = [_comment_row(one) for one in comments]
    reopenings = list(return_.reopenings.order_by("-requested_at"))
    remarks = list(return_.remarks.order_by("-noted_on", "number"))
    return History(
        return_=return_,
        versions=[_version_row(return_, one) for one in versions],
        comments=comment_rows,
        remarks=remarks,
        reopenings=reopenings,
        timeline=sorted(
            [
                *_events(return_, versions),
                *(_remark_event(one, comment_rows) for one in remarks),
                *(event for one in reopenings for event in _reopening_events(one)),
            ],
            key=_moment,
            reverse=True,
        ),
        project_names=_project_names(reopenings),
    )


def _project_names(reopenings: Sequence[ReturnReopening]) -> dict[str, str]:
    keys = {uuid.UUID(one["project"]) for row in reopenings for one in row.fields if one["project"]}
    if not keys:
        return {}
    return {str(pk): name for pk, name in Project.objects.filter(pk__in=keys).values_list("pk", "name")}


def _version_row(return_: MonthlyReturn, version: ReturnVersion) -> VersionRow:
    url = reverse("returns:return-version", args=[return_.pk, version.number])
    note = (
        "更正已受理的内容" if version.reopening is not None else "首次报送" if version.number == 1 else "补正"
    )
    count: int = getattr(version, "line_count")  # noqa: B009 -- annotated
    return VersionRow(version.number, version.submitted_at, count, note, url)


def _comment_row(comment: ReturnComment) -> CommentRow:
    where = comment.project.name if comment.project is not None else HEAD
    return CommentRow(
        where=where if comment.field_name else WHOLE,
        label=label_of_field(comment.project_id, comment.field_name),
        note=comment.note,
        number=comment.version.number,
        by=comment.made_by_name,
        at=comment.made_at,
    )


def _events(return_: MonthlyReturn, versions: Sequence[ReturnVersion]) -> Iterator[Entry]:
    if return_.opened_at is not None:
        yield Entry(return_.opened_at, "月报开放，带入上月内容")
    if return_.handed_over_at is not None:
        yield Entry(return_.handed_over_at, "送审", by=return_.filler_name)
    for version in versions:
        if version.submitted_at is not None:
            yield Entry(version.submitted_at, f"第 {version.number} 版报送市局", tone="ok")
    if return_.accepted_at is not None:
        yield Entry(return_.accepted_at, "市局受理", by=return_.accepter_name, tone="ok")


def _remark_event(remark: ReturnRemark, comments: Sequence[CommentRow]) -> Entry:
    """A remark has a day; the moment of a sending back is that of its comments."""
    made = [one for one in comments if one.at.astimezone(SHANGHAI).date() == remark.noted_on]
    is_return = remark.kind == RemarkKind.RETURNED and made
    return Entry(
        made[0].at if is_return else remark.noted_on,
        remark.get_kind_display(),
        by=made[0].by if is_return else "",
        note=remark.note,
        tone="bad",
    )


def _reopening_events(reopening: ReturnReopening) -> Iterator[Entry]:
    yield Entry(reopening.requested_at, "申请补正", by=reopening.requested_by_name, note=reopening.reason)
    is_refused, note = reopening.state == ReopeningState.REFUSED, reopening.decision_note
    # refused after its submission: the note is about that
    is_rejected = is_refused and reopening.ended_at is not None
    if reopening.decided_at is not None:
        said = "未批准补正" if is_refused and not is_rejected else "批准补正"
        yield Entry(
            reopening.decided_at, said, by=reopening.decided_by_name, note="" if is_rejected else note
        )
    if reopening.ended_at is not None:
        said = (
            f"补正{reopening.get_state_display().removeprefix('补正')}" if not is_rejected else "补正未受理"
        )
        yield Entry(reopening.ended_at, said, by=reopening.ended_by_name, note=note if is_rejected else "")


def _moment(entry: Entry) -> tuple[dt.date, float]:
    """Days and moments in one order; what has only a day stands at its end."""
    if isinstance(entry.at, dt.datetime):
        return entry.at.date(), entry.at.timestamp()
    return entry.at, float("inf")
