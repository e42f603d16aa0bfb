"""Background jobs: list, one job with its progress, retry."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import ScopedRequest, forbidden, requires
from accounts.roles import Capability
from audit.services import record
from core import display
from core.columns import Column, Kind
from core.components import Empty, JobView, Link, chip
from core.errors import DomainError
from core.listing import ListSpec
from reports.filters import JobFilter
from reports.selectors.jobs import STATE_TONES, job_view, kind_label, may_retry, starters
from tenancy.jobs import retry
from tenancy.models import Job

JOBS: ListSpec[Job] = ListSpec(
    title="任务",
    columns=(
        Column("title", "任务", link=lambda j: reverse("reports:job-detail", args=[j.pk]), css="col-wide"),
        Column("kind", "类型", value=lambda j: kind_label(j.kind), sort=("kind",), css="nowrap"),
        Column(
            "state",
            "状态",
            value="get_state_display",
            sort=("state",),
            render=lambda j: chip(STATE_TONES[j.state], j.get_state_display()),
            css="nowrap",
        ),
        Column("progress", "进度", unit="%", value="progress_percent", kind=Kind.INTEGER),
        Column("by", "发起人", value="created_by_name", sort=("created_by_name",)),
        Column("created", "发起", value="created_at", kind=Kind.MOMENT, sort=("created_at",)),
        Column(
            "finished", "结束", value="finished_at", kind=Kind.MOMENT, sort=("finished_at",), nullable=True
        ),
        Column("error", "失败原因", is_shown=False),
    ),
    default_sort="-created",
    filterset=JobFilter,
    search=("title__icontains", "created_by_name__icontains"),
    search_latin=("title_initials__contains",),
    search_label="任务、发起人或拼音首字母",
    row_css=lambda j: "row-bad" if j.state == "FAILED" else "",
    empty=Empty("没有任务", "月结、台账导入、公文排版等耗时的事会作为任务列在这里。"),
)


@requires(Capability.JOB_VIEW)
@require_safe
def job_list(request: ScopedRequest) -> HttpResponse:
    """The scope's jobs, newest first."""
    listing = JOBS.build(request.GET, Job.objects.all())
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    return render(request, "reports/job_list.html", {"listing": listing})


@requires(Capability.JOB_VIEW)
@never_cache
@require_safe
def job_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """One job: state, what it does now, why it failed."""
    job = get_object_or_404(Job.objects.all(), pk=pk)
    facts = [
        ("编号", str(job.pk)),
        ("类型", kind_label(job.kind)),
        ("发起", f"{display.moment(job.created_at)} {job.created_by_name}"),
        ("开始", display.moment(job.started_at)),
        ("结束", display.moment(job.finished_at)),
        ("尝试次数", f"{job.attempts}（最多 {job.max_attempts}）"),
    ]
    crumbs = [Link("任务", reverse("reports:job-list"))]
    context = {"job": _card(request, job), "facts": facts, "crumbs": crumbs}
    return render(request, "reports/job_detail.html", context)


@requires(Capability.JOB_VIEW)
@never_cache
@require_safe
def job_progress(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The progress card alone, for polling."""
    job = get_object_or_404(Job.objects.all(), pk=pk)
    return render(request, "components/_job.html", {"job": _card(request, job)})


def _card(request: ScopedRequest, job: Job) -> JobView:
    return job_view(job, can_retry=may_retry(job, request.assignment))


@requires(Capability.JOB_VIEW)
@require_POST
def job_retry(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Queue a failed job again: for its creator and for those who may start one of its kind."""
    job = get_object_or_404(Job.objects.all(), pk=pk)
    if not may_retry(job, request.assignment):
        return forbidden(request, starters(job.kind))
    at = timezone.now()
    try:
        retry(job_id=job.pk, at=at)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        record(action="tenancy.job.retry", subject=job, by=request.user, at=at)
        messages.success(request, "已重新排队。")
    return redirect("reports:job-detail", pk=pk)
