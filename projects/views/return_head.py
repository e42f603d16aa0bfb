"""The strip over every page of a return: whose month it is, where it stands, what is due and what to do next."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.decorators import ScopedRequest
from accounts.roles import Capability
from core import display
from core.components import Link
from projects.enums import RemarkKind, ReopeningState, ReturnState
from projects.models import MonthlyReturn, ReturnReopening
from projects.return_cells import return_chip
from projects.rules.returns import Completeness, TimingKind, field_rules_json
from projects.selectors.returns.desk import standing
from projects.selectors.returns.grid import Grid, return_grid
from projects.selectors.returns.pages import Line, comment_lines
from projects.selectors.returns.timing import calendar_for, left_text

LIVE_REOPENINGS = (ReopeningState.REQUESTED, ReopeningState.APPROVED, ReopeningState.SUBMITTED)


@dataclass(frozen=True)
class Tab:
    """One part of the return. count 0 is not shown."""

    label: str
    url: str
    is_current: bool = False
    count: int = 0


@dataclass(frozen=True)
class Notice:
    """Something that the reader should know before anything else."""

    tone: str
    title: str
    text: str = ""
    lines: Sequence[Link] = ()
    link: Link | None = None


@dataclass(frozen=True)
class ReturnHead:
    """What _head.html lays out."""

    pk: uuid.UUID
    title: str
    note: str
    chip: SafeString
    due_text: str
    left_text: str
    is_pressing: bool
    completeness: Completeness
    people: str
    phone: str
    version_text: str
    saving_text: str
    is_editable: bool
    may_add: bool
    change_text: str
    alerts: Sequence[Notice] = ()
    tabs: Sequence[Tab] = field(default_factory=tuple)
    next_act: Link | None = None


def asked_return(request: ScopedRequest, pk: uuid.UUID) -> tuple[MonthlyReturn, Grid]:
    """The return of the address, in the reader's scope, with its grid."""
    return_ = get_object_or_404(MonthlyReturn.objects.select_related("jurisdiction"), pk=pk)
    return return_, return_grid(return_, at=timezone.now())


def return_crumbs(return_: MonthlyReturn | None = None) -> list[Link]:
    """To the list; from a page of one return also to the return."""
    links = [Link("月报", reverse("returns:return-list"))]
    if return_ is not None:
        links.append(
            Link(display.month_cn(return_.month), reverse("returns:return-detail", args=[return_.pk]))
        )
    return links


def page_links(request: ScopedRequest, return_: MonthlyReturn) -> list[Link]:
    """What may be done with the whole return besides its next step."""
    links = [Link("打印", reverse("returns:return-print", args=[return_.pk]))]
    is_open = return_.state in (ReturnState.DRAFT, ReturnState.RETURNED) and return_.handed_over_at is None
    if is_open and request.assignment.allows(Capability.RETURN_FILL):
        template = reverse("reports:return-template", args=[return_.pk])
        links += [
            Link("下载模板", template),
            Link("上传 Excel", reverse("reports:return-upload", args=[return_.pk])),
        ]
    return links


def rules_text(part: str) -> str:
    """The rules of the line's or the header's fields for the browser."""
    return json.dumps(field_rules_json()[part], ensure_ascii=False, separators=(",", ":"))


def is_editable(request: ScopedRequest, grid: Grid) -> bool:
    """Whether the reader may write something into it now."""
    return grid.is_editable and request.assignment.allows(Capability.RETURN_FILL)


def place_of(return_: MonthlyReturn, line: Line) -> str:
    """The address where a line's field is written."""
    if line.project_id is None:
        return f"{reverse('returns:return-header', args=[return_.pk])}#f-{line.field}"
    row = reverse("returns:return-row", args=[return_.pk, line.project_id])
    return f"{row}#f-{line.field}" if line.field else row


def links_to(return_: MonthlyReturn, lines: Iterable[Line]) -> list[Link]:
    """Each sentence with the address where it is put right."""
    return [Link(line.label, place_of(return_, line)) for line in lines]


def return_head(request: ScopedRequest, grid: Grid, current: str = "lines") -> ReturnHead:
    """current: the part that the page shows: lines, header, files, history."""
    return_ = grid.return_
    today = timezone.localdate()
    calendar = calendar_for([return_], today)
    how = standing(return_, today=today, calendar=calendar)
    editable = is_editable(request, grid)
    reopening = return_.reopenings.filter(state__in=LIVE_REOPENINGS).first()
    due = return_.due_on
    return ReturnHead(
        pk=return_.pk,
        title=f"{display.month_cn(return_.month)}质量监督月报 · {return_.jurisdiction.short_name}",
        note="",
        chip=return_chip(return_),
        due_text=display.day(due) if due is not None else "随台账导入",
        left_text=left_text(return_, how, calendar, today),
        is_pressing=how.workdays_late > 0 or (how.kind is TimingKind.PENDING and due == today),
        completeness=grid.completeness,
        people="、".join(filter(None, (return_.filler_name, return_.reviewer_name))) or "尚未送审",
        phone=f"电话 {return_.phone}" if return_.phone else "",
        version_text=_version_text(grid),
        saving_text="每填一格自动保存。" if editable else grid.lock_reason,
        is_editable=editable,
        may_add=editable and grid.may_add_lines,
        change_text=_change_text(grid),
        alerts=list(_alerts(return_, grid, reopening)),
        tabs=_tabs(return_, grid, current),
        next_act=_next_act(request, return_, grid, reopening),
    )


def _version_text(grid: Grid) -> str:
    if grid.version is None:
        return "没有版本"
    return f"第 {grid.version.number} 版"


def _change_text(grid: Grid) -> str:
    if grid.previous is None:
        return f"共 {len(grid.rows)} 个工程"
    new = sum(row.is_new for row in grid.rows)
    return f"共 {len(grid.rows)} 个工程，与上月相比新增 {new} 个、移出 {len(grid.left_out)} 个"


def _alerts(return_: MonthlyReturn, grid: Grid, reopening: ReturnReopening | None) -> Iterator[Notice]:
    if return_.state == ReturnState.RETURNED:
        lines = links_to(return_, comment_lines(grid))
        text = grid.general_comment or f"{_sent_back_for(return_)}只需修改下列栏目和空白栏目："
        yield Notice("bad", "市局退回补正", text, lines)
    if return_.review_note and grid.is_editable:
        yield Notice("warn", "审核人退回修改", return_.review_note)
    if return_.is_nil:
        yield Notice("", f"零报告（{display.day(return_.nil_signed_on)} 签署）", return_.nil_statement)
    if reopening is not None:
        link = Link("查看补正申请", reverse("returns:return-history", args=[return_.pk]))
        yield Notice(
            "warn", f"补正申请{reopening.get_state_display()}", _reopening_text(reopening), link=link
        )


def _sent_back_for(return_: MonthlyReturn) -> str:
    """The bureau's reason, a sentence; the comments at the fields do not repeat it."""
    remark = return_.remarks.filter(kind=RemarkKind.RETURNED).order_by("noted_on", "number").last()
    return f"{remark.note.rstrip('。')}。" if remark is not None else ""


def _reopening_text(reopening: ReturnReopening) -> str:
    reason = f"理由：{reopening.reason.rstrip('。')}。"
    if reopening.expires_at is None:
        return reason
    last = reopening.expires_at - dt.timedelta(seconds=1)
    return f"{reason}更正期限到 {display.day(last)} 24:00，逾期自动关闭。"


def _tabs(return_: MonthlyReturn, grid: Grid, current: str) -> list[Tab]:
    parts = (
        ("lines", "工程明细", "returns:return-detail", len(grid.rows)),
        ("header", "表头数据", "returns:return-header", 0),
        ("files", "附件", "returns:return-files", return_.attachments.count()),
        ("history", "版本与意见", "returns:return-history", 0),
    )
    return [
        Tab(label, reverse(view, args=[return_.pk]), name == current, count)
        for name, label, view, count in parts
    ]


def _next_act(
    request: ScopedRequest, return_: MonthlyReturn, grid: Grid, reopening: ReturnReopening | None
) -> Link | None:
    check = reverse("returns:return-check", args=[return_.pk])
    if reopening is not None and reopening.state == ReopeningState.APPROVED:
        may = request.assignment.allows(Capability.RETURN_REVIEW) or is_editable(request, grid)
        return Link("核对补正", check, is_primary=True) if may else None
    if return_.handed_over_at is not None:
        may = request.assignment.allows(Capability.RETURN_REVIEW)
        return Link("核对并报送", check, is_primary=True) if may else None
    return Link("核对并送审", check, is_primary=True) if is_editable(request, grid) else None
