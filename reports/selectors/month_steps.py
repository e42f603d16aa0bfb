"""The two step lines of a month: the work of the month (驾驶舱) and the life of its score (月结)."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from core import display
from core.components import Step
from core.month import ReportingMonth
from reports.enums import DocumentState
from reports.selectors.month_frame import MonthFrame
from reports.selectors.month_work import MonthWork
from scoring.enums import RunState

_DECIDED = (RunState.CONFIRMED, RunState.PUBLISHED)


def month_url(month: ReportingMonth, anchor: str = "") -> str:
    """The month's cockpit."""
    return reverse("reports:month", args=[month]) + anchor


def work_steps(frame: MonthFrame, work: MonthWork, *, as_of: dt.date) -> list[Step]:
    """计划下达 → 随机抽取 → 现场检查 → 月报报送 → 评分核定 → 通报印发, each with what was done and when."""
    url = month_url(frame.month, "#work")
    is_over = as_of > frame.month.last
    return [
        _plan_step(frame, work, url, is_over=is_over),
        _draw_step(work, url, is_over=is_over),
        _visit_step(work, url, is_over=is_over),
        _return_step(frame, work, url, as_of=as_of),
        _score_step(frame, as_of=as_of),
        _circular_step(frame, as_of=as_of),
    ]


def _open(*, is_over: bool, has_any: bool) -> str:
    """State of a step that has no end of its own: it ends with the month."""
    if is_over:
        return "done" if has_any else "late"
    return "now" if has_any else "next"


def _plan_step(frame: MonthFrame, work: MonthWork, url: str, *, is_over: bool) -> Step:
    total = len(work.rows)
    if work.city_plan is not None:
        note = f"{display.day(work.city_plan.published_on)} 下达，{work.plans}/{total} 县已下达"
    else:
        note = f"{work.plans}/{total} 县已下达"
    is_done = work.city_plan is not None or (total > 0 and work.plans == total)
    return Step("计划下达", "done" if is_done else _open(is_over=is_over, has_any=work.plans > 0), note, url)


def _draw_step(work: MonthWork, url: str, *, is_over: bool) -> Step:
    count = work.draws + len(work.city_draws)
    first = min((draw.drawn_on for draw in work.city_draws), default=None)
    note = f"{display.day(first)} 市级抽取，共 {count} 次" if first else f"{count} 次"
    return Step("随机抽取", "done" if count else _open(is_over=is_over, has_any=False), note, url)


def _visit_step(work: MonthWork, url: str, *, is_over: bool) -> Step:
    note = f"完成 {work.inspections} 次，发现 {work.findings} 个问题"
    return Step("现场检查", _open(is_over=is_over, has_any=work.inspections > 0), note, url)


def _return_step(frame: MonthFrame, work: MonthWork, url: str, *, as_of: dt.date) -> Step:
    total, late = len(work.rows), sum(row.is_late for row in work.rows)
    note = f"{work.reported}/{total} 县已报"
    due = frame.timeline.report_due_on if frame.timeline is not None else None
    is_due_over = due is not None and as_of > due
    if late:
        note += f"，{late} 县迟报"
    elif due is not None and work.missing:
        note += f"，{display.day(due)} 截止"
    if not work.missing:
        state = "done"
    elif is_due_over:
        state = "late"
    else:
        state = "now" if as_of > frame.month.last else "next"
    return Step("月报报送", state, note, url)


def _score_step(frame: MonthFrame, *, as_of: dt.date) -> Step:
    run, url = frame.run, month_url(frame.month)
    due = frame.timeline.bureau_confirmation_on if frame.timeline is not None else None
    if run is None:
        is_late = due is not None and as_of > due
        note = f"未结账，{display.day(due)} 前核定" if due else "未结账"
        return Step("评分核定", "late" if is_late else "next", note, url)
    if run.state in _DECIDED:
        return Step("评分核定", "done", f"{display.day(run.confirmed_at)} {run.confirmed_by_name} 核定", url)
    if as_of <= run.objection_until:
        return Step("评分核定", "now", f"异议期至 {display.day(run.objection_until)}", url)
    return Step("评分核定", "now", "待核定", url)


def _circular_step(frame: MonthFrame, *, as_of: dt.date) -> Step:
    document = frame.circular
    due = frame.timeline.circular_issue_on if frame.timeline is not None else None
    url = month_url(frame.month, "#documents")
    if document is not None and document.state == DocumentState.ISSUED:
        return Step("通报印发", "done", f"{display.day(document.dated_on)} {document.number}", url)
    is_late = due is not None and as_of > due
    note = f"{document.get_state_display()}，" if document is not None else ""
    note += f"计划 {display.day(due)} 前" if due else "未印发"
    return Step("通报印发", "late" if is_late else "now" if document is not None else "next", note, url)


def life_steps(frame: MonthFrame, work: MonthWork, *, as_of: dt.date) -> list[Step]:
    """开放 → 报送 → 冻结计算 → 异议期 → 核定 → 公布 (scoring.md §7)."""
    run, timeline, month = frame.run, frame.timeline, frame.month
    due = display.day(timeline.report_due_on) if timeline is not None else ""
    steps = [
        Step("当月开放", "done" if as_of > month.last else "now", f"至 {display.day(month.last)}"),
        _report_life(frame, work, due, as_of=as_of),
    ]
    if run is None:
        frozen = timeline is not None and as_of > timeline.data_freeze_at.date()
        planned = f"{display.day(timeline.scoring_run_on)} 起可结账" if timeline is not None else ""
        steps.append(Step("冻结计算", "now" if frozen else "next", planned))
        return [*steps, Step("异议期"), Step("核定"), Step("公布")]
    steps.append(Step("冻结计算", "done", f"{display.moment(run.computed_at)} {run.computed_by_name}"))
    is_window_open = as_of <= run.objection_until and run.state == RunState.COMPUTED
    steps.append(
        Step("异议期", "now" if is_window_open else "done", f"至 {display.day(run.objection_until)}")
    )
    if run.state in _DECIDED:
        steps.append(Step("核定", "done", f"{display.moment(run.confirmed_at)} {run.confirmed_by_name}"))
    else:
        steps.append(Step("核定", "next" if is_window_open else "now"))
    if run.state == RunState.PUBLISHED:
        steps.append(Step("公布", "done", f"{display.moment(run.published_at)} {run.published_by_name}"))
    else:
        steps.append(Step("公布", "now" if run.state == RunState.CONFIRMED else "next"))
    return steps


def _report_life(frame: MonthFrame, work: MonthWork, due: str, *, as_of: dt.date) -> Step:
    note = f"{work.reported}/{len(work.rows)} 县已报" + (f"，{due} 截止" if due else "")
    if frame.run is not None or not work.missing:
        return Step("县区报送", "done", note)
    is_late = frame.timeline is not None and as_of > frame.timeline.report_due_on
    return Step("县区报送", "late" if is_late else "now" if as_of > frame.month.last else "next", note)
