"""Pages of the year plan: the list, one plan with its tasks and progress, its edits."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.act_pages import ActPage, bound
from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core.columns import Column, Kind
from core.components import Empty, Link
from core.listing import ListSpec
from guidance.chips import plan_chip
from guidance.enums import PlanState
from guidance.forms.tasks import NewPlanForm, PlanForm
from guidance.models import Task, YearPlan
from guidance.selectors.progress import heat_of, task_lines
from guidance.selectors.tasks import history, matrix, progress_of, visible_assignments
from guidance.services import plans
from guidance.views.pages import EDIT, VIEW, form_page

PLANS: ListSpec[YearPlan] = ListSpec(
    title="年度质量监督要点",
    columns=(
        Column(
            "year",
            "年度",
            sort=("year",),
            link=lambda p: reverse("guidance:plan-detail", args=[p.pk]),
            render=lambda p: f"{p.year}年",
            css="nowrap",
        ),
        Column("title", "标题", css="col-wide"),
        Column("number", "文号", css="nowrap"),
        Column("issued", "印发", value="issued_on", kind=Kind.DATE, sort=("issued_on",), nullable=True),
        Column("state", "状态", value="get_state_display", sort=("state",), render=plan_chip, css="nowrap"),
    ),
    key="year-plans",
    default_sort="-year",
    search=("title__icontains", "number__icontains"),
    search_label="标题或文号",
    empty=Empty("还没有年度要点", "市局编制并印发后，任务下达到各责任对象的待办。"),
)
CRUMBS = "年度要点"


def plan_crumbs(plan: YearPlan | None = None) -> list[Link]:
    """Up to the list, or to the plan."""
    links = [Link(CRUMBS, reverse("guidance:plan-list"))]
    return links if plan is None else [*links, Link(plan.title, _url(plan))]


def _url(plan: YearPlan) -> str:
    return reverse("guidance:plan-detail", args=[plan.pk])


@requires(VIEW)
@require_safe
def plan_list(request: ScopedRequest) -> HttpResponse:
    """All plans; a county sees those that were issued."""
    listing = PLANS.build(request.GET, YearPlan.objects.all())
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    may_edit = request.assignment.allows(EDIT)
    actions = [Link("编制年度要点", reverse("guidance:plan-new"), is_primary=True)] if may_edit else []
    return render(request, "guidance/plan_list.html", {"listing": listing, "actions": actions})


@requires(VIEW)
@require_safe
def plan_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """One plan: prose, tasks, and once issued how far every county is with each of them."""
    plan = get_object_or_404(YearPlan, pk=pk)
    as_of = timezone.localdate()
    is_issued = plan.state == PlanState.ISSUED
    may_edit = request.assignment.allows(EDIT) and not is_issued
    tasks = list(Task.objects.filter(plan=plan).order_by("number"))
    context = {
        "plan": plan,
        "state_chip": plan_chip(plan),
        "tasks": task_lines(tasks, may_edit=may_edit),
        "may_edit": may_edit,
        "heat": heat_of(tasks, matrix(tasks, as_of)) if is_issued else None,
        "progress": progress_of(visible_assignments().filter(task__plan=plan), as_of) if is_issued else None,
        "assignments_url": f"{reverse('guidance:assignment-list')}?source=PLAN",
        "timeline": history(plan),
        "actions": _actions(request, plan, may_edit=may_edit, has_tasks=bool(tasks)),
        "crumbs": plan_crumbs(),
    }
    return render(request, "guidance/plan_detail.html", context)


def _actions(request: ScopedRequest, plan: YearPlan, *, may_edit: bool, has_tasks: bool) -> list[Link]:
    links = []
    document = reverse("reports:document-for-subject", args=["guidance.yearplan", plan.pk])
    if may_edit:
        links += [
            Link("修改要点", reverse("guidance:plan-edit", args=[plan.pk])),
            Link("添加任务", reverse("guidance:plan-task-add", args=[plan.pk])),
        ]
    if has_tasks and request.assignment.allows(Capability.DOCUMENT_VIEW):
        is_draft = plan.state == PlanState.DRAFT
        links.append(Link("办理印发公文" if is_draft else "查看公文", document, is_primary=may_edit))
    return links


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def plan_new(request: ScopedRequest) -> HttpResponse:
    """Begin the plan of a year."""
    year = timezone.localdate().year
    initial = {
        "year": year,
        "title": f"{year}年度水利建设质量监督要点",
        "overall": plans.OVERALL,
        "requirements": plans.REQUIREMENTS,
    }

    def save(form: NewPlanForm) -> str:
        return _url(plans.create_plan(**form.cleaned_data, by=request.user, at=timezone.now()))

    page = ActPage(
        title="编制年度要点",
        submit="保存，去添加任务",
        done="年度要点已建立，请添加任务。",
        back=reverse("guidance:plan-list"),
        crumbs=plan_crumbs(),
    )
    return form_page(request, page, bound(request, NewPlanForm, initial), save)


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def plan_edit(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Title and prose."""
    plan = get_object_or_404(YearPlan, pk=pk)
    if plan.state == PlanState.ISSUED:
        return redirect(_url(plan))

    def save(form: PlanForm) -> None:
        plans.edit_plan(plan_id=pk, **form.cleaned_data, by=request.user, at=timezone.now())

    initial = {"title": plan.title, "overall": plan.overall, "requirements": plan.requirements}
    page = ActPage(
        title="修改年度要点",
        submit="保存",
        done="年度要点已保存。",
        back=_url(plan),
        note="已起草的印发公文在修改后须废止重起，系统会在签发时核对。",
        crumbs=plan_crumbs(plan),
    )
    return form_page(request, page, bound(request, PlanForm, initial), save)
