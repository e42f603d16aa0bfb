"""The steps of a return in the county: check and hand over, send back, submit (or sign a 零报告), ask to correct."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core import display
from core.components import Change, Link
from core.errors import DomainError
from projects.enums import ReopeningState
from projects.forms.returns import (
    HandOverForm,
    LineAddForm,
    NilForm,
    NoteForm,
    PlainForm,
    ReasonForm,
    ReopenForm,
)
from projects.models import MonthlyReturn, Project, ReturnReopening
from projects.selectors.returns import pages
from projects.selectors.returns.grid import Grid
from projects.services.returns.filling import add_line, remove_line
from projects.services.returns.reopening import request_reopening, submit_reopened
from projects.services.returns.submitting import hand_over, send_back_to_filler, submit_return
from projects.views.return_head import (
    asked_return,
    is_editable,
    links_to,
    page_links,
    return_crumbs,
    return_head,
)


@dataclass(frozen=True)
class Act:
    """What the reader may do with the checked return. run: called with the valid form."""

    verb: str
    question: str
    form: forms.Form
    run: Callable[[forms.Form], object]
    done: str
    warning: str = ""
    links: list[Link] = field(default_factory=list)


@dataclass(frozen=True)
class Check:
    """What check-answers shows before the act."""

    grid: Grid
    errors: list[Link]
    warnings: list[Link]
    blanks: list[Link]
    blanks_more: int
    changes: list[Change]
    changes_more: int
    header: list[tuple[str, str]]
    act: Act | None
    waits: str
    urls: dict[str, str]

    @property
    def blank_count(self) -> int:
        """Blank fields that rubric item B2 counts."""
        return self.grid.completeness.missing

    @property
    def change_count(self) -> int:
        return len(self.changes) + self.changes_more

    @property
    def since(self) -> str:
        """The return that is compared with."""
        previous = self.grid.previous
        return (
            f"{display.month_cn(previous.monthly_return.month)}月报" if previous is not None else "上月月报"
        )


def _check(grid: Grid, act: Act | None, waits: str) -> Check:
    return_ = grid.return_
    blanks, changes = pages.blank_lines(grid), pages.changes(grid)
    lines = reverse("returns:return-detail", args=[return_.pk])
    return Check(
        grid=grid,
        errors=links_to(return_, pages.problem_lines(grid, "error")),
        warnings=links_to(return_, pages.problem_lines(grid, "warn")),
        blanks=links_to(return_, blanks[: pages.SHOWN]),
        blanks_more=max(0, len(blanks) - pages.SHOWN),
        changes=changes[: pages.SHOWN],
        changes_more=max(0, len(changes) - pages.SHOWN),
        header=pages.header_pairs(grid),
        act=act,
        waits=waits,
        urls={
            "lines": lines,
            "blanks": f"{lines}?show=missing",
            "changes": f"{lines}?show=changed",
            "header": reverse("returns:return-header", args=[return_.pk]),
        },
    )


@requires(Capability.RETURN_FILL, Capability.RETURN_REVIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def return_check(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Everything worth a look before the next step, then the step itself."""
    return_, grid = asked_return(request, pk)
    act, waits = _act(request, return_, grid)
    error = ""
    if request.method == "POST":
        if act is None:
            error = waits
        elif act.form.is_valid():
            try:
                act.run(act.form)
            except DomainError as refusal:
                error = str(refusal)
            else:
                messages.success(request, act.done)
                return redirect("returns:return-detail", pk=return_.pk)
    context = {
        "head": return_head(request, grid, "check"),
        "check": _check(grid, act, waits),
        "act": act,
        "form": act.form if act is not None else None,
        "error": error,
        "save_url": reverse("returns:return-save", args=[return_.pk]),
        "actions": page_links(request, return_),
        "crumbs": return_crumbs(return_),
    }
    is_refused = bool(error or (act is not None and act.form.errors))
    return render(request, "projects/returns/return_check.html", context, status=422 if is_refused else 200)


def _act(request: ScopedRequest, return_: MonthlyReturn, grid: Grid) -> tuple[Act | None, str]:
    """The reader's next step, or the sentence why there is none."""
    may_review = request.assignment.allows(Capability.RETURN_REVIEW)
    reopening = return_.reopenings.filter(state=ReopeningState.APPROVED).first()
    if reopening is not None:
        if may_review:
            return _reopened(request, reopening), ""
        return None, "补正由审核人报送：请填好批准的栏目后，通知审核人核对并报送补正。"
    if return_.handed_over_at is not None:
        if may_review:
            return _submit(request, return_, grid), ""
        return None, "已送审，等待审核人核对并报送。"
    if is_editable(request, grid):
        return _hand_over(request, return_), ""
    return None, f"{grid.lock_reason}。" if grid.lock_reason else "填报人尚未送审。"


def _data(request: ScopedRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _hand_over(request: ScopedRequest, return_: MonthlyReturn) -> Act:
    form = HandOverForm(_data(request), initial={"phone": return_.phone})
    return Act(
        "送审",
        "核对无误，交审核人审核",
        form,
        lambda valid: hand_over(
            return_id=return_.pk, by=request.user, at=timezone.now(), phone=valid.cleaned_data["phone"]
        ),
        "已送审。审核人报送以后，月报才算报出。",
        "送审以后不能再改，审核人退回后才能修改。",
    )


def _submit(request: ScopedRequest, return_: MonthlyReturn, grid: Grid) -> Act:
    links = [Link("退回填报人", reverse("returns:return-send-back", args=[return_.pk]), is_danger=True)]
    if grid.rows:
        return Act(
            "报送市局",
            "审核无误，报送市局",
            PlainForm(_data(request)),
            lambda _: submit_return(return_id=return_.pk, by=request.user, at=timezone.now()),
            "已报送市局。",
            "首次报送的时间决定是否按时（细则 B1）；报送的版本永久保留，不能撤回。",
            links,
        )
    nil = NilForm(_data(request))

    def run(_: forms.Form) -> object:
        return submit_return(return_id=return_.pk, by=request.user, at=timezone.now(), nil=nil.statement_of())

    return Act(
        "签署并报送零报告",
        "本月没有工程，签署零报告",
        nil,
        run,
        "零报告已签署并报送市局。",
        "零报告是审核人签署的声明，与没有报送不同；零报告单位会列入重点核查。",
        links,
    )


def _reopened(request: ScopedRequest, reopening: ReturnReopening) -> Act:
    return Act(
        "报送补正",
        "核对更正的内容，报送补正",
        PlainForm(_data(request)),
        lambda _: submit_reopened(reopening_id=reopening.pk, by=request.user, at=timezone.now()),
        "补正已报送，等待市局受理。",
        "原来的版本照原样保留；已公布的得分不因补正而改变。",
    )


@requires(Capability.RETURN_REVIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def return_send_back(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The reviewer gives the return back to the filler."""
    return_ = get_object_or_404(MonthlyReturn.objects.select_related("jurisdiction"), pk=pk)
    form = NoteForm(_data(request))
    step = _Step(
        "退回填报人修改",
        "退回填报人",
        form,
        lambda: send_back_to_filler(
            return_id=return_.pk, note=form.cleaned_data["note"], by=request.user, at=timezone.now()
        ),
        "已退回填报人。",
        reverse("returns:return-check", args=[return_.pk]),
        facts=[("填报人", return_.filler_name), ("送审时间", display.moment(return_.handed_over_at))],
        is_danger=True,
    )
    return _confirmed(request, return_, step)


@requires(Capability.RETURN_FILL)
@require_http_methods(["GET", "HEAD", "POST"])
def line_add(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a project of the register into the return."""
    return_, grid = asked_return(request, pk)
    present = [row.project.pk for row in grid.rows]
    absent = Project.objects.filter(jurisdiction=return_.jurisdiction_id).exclude(pk__in=present)
    form = LineAddForm(_data(request), projects=absent.order_by("name_pinyin"))
    step = _Step(
        "增加工程",
        "增加到本月月报",
        form,
        lambda: add_line(
            return_id=return_.pk,
            project_id=form.cleaned_data["project"].pk,
            by=request.user,
            at=timezone.now(),
        ),
        "已增加，台账中已有的内容已带入。",
        reverse("returns:return-detail", args=[return_.pk]),
    )
    return _confirmed(request, return_, step)


@requires(Capability.RETURN_FILL)
@require_http_methods(["GET", "HEAD", "POST"])
def line_remove(request: ScopedRequest, pk: uuid.UUID, project: uuid.UUID) -> HttpResponse:
    """Take a project out of the return, with a reason."""
    return_ = get_object_or_404(MonthlyReturn.objects.select_related("jurisdiction"), pk=pk)
    # of the draft only: after a sending back the project stands in several versions
    drafts = return_.versions.filter(submitted_at__isnull=True)
    row = get_object_or_404(Project, pk=project, return_lines__version__in=drafts)
    form = ReasonForm(_data(request))
    step = _Step(
        f"把“{row.name}”移出本月月报",
        "移出本月月报",
        form,
        lambda: remove_line(
            return_id=return_.pk,
            project_id=row.pk,
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        ),
        f"已把“{row.name}”移出本月月报。",
        reverse("returns:return-detail", args=[return_.pk]),
        facts=[("工程编号", row.code), ("建设状态", row.get_status_display())],
        warning="市局核实为漏报的，按细则 B3 扣分。",
        is_danger=True,
    )
    return _confirmed(request, return_, step)


@dataclass(frozen=True)
class _Step:
    title: str
    submit: str
    form: forms.Form
    run: Callable[[], object]
    done: str
    cancel_url: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    warning: str = ""
    is_danger: bool = False


def _confirmed(request: ScopedRequest, return_: MonthlyReturn, step: _Step) -> HttpResponse:
    """Ask, act on POST, keep the form when it is refused."""
    error = ""
    if request.method == "POST" and step.form.is_valid():
        try:
            step.run()
        except DomainError as refusal:
            error = str(refusal)
        else:
            messages.success(request, step.done)
            return redirect("returns:return-detail", pk=return_.pk)
    context = {
        "title": step.title,
        "form": step.form,
        "error": error,
        "facts": step.facts,
        "warning": step.warning,
        "submit": step.submit,
        "is_danger": step.is_danger,
        "cancel_url": step.cancel_url,
        "crumbs": return_crumbs(return_),
    }
    status = 422 if step.form.errors or error else 200
    return render(request, "projects/returns/return_confirm.html", context, status=status)


@requires(Capability.RETURN_FILL, Capability.RETURN_REVIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def return_reopen(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask the bureau to put named fields right after acceptance or freeze."""
    return_, grid = asked_return(request, pk)
    choices = [(str(row.project.pk), row.project.name) for row in grid.rows]
    form = ReopenForm(_data(request), projects=choices)
    error = ""
    if request.method == "POST" and form.is_valid():
        try:
            request_reopening(
                return_id=return_.pk,
                fields=form.keys(),
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            error = str(refusal)
        else:
            messages.success(request, "申请已提交，市局批准后通知您。")
            return redirect("returns:return-history", pk=return_.pk)
    context = {
        "title": f"申请补正 {display.month_cn(return_.month)}月报",
        "form": form,
        "error": error,
        "cancel_url": reverse("returns:return-detail", args=[return_.pk]),
        "crumbs": return_crumbs(return_),
    }
    status = 422 if form.errors or error else 200
    return render(request, "projects/returns/return_reopen.html", context, status=status)
