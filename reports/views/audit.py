"""The trail: list, one event with before and after, verification of the chain."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability, Role
from audit.models import AuditEvent
from audit.presenters import action_label, changes_of, subject_kind_label
from audit.services import head, link_holds, record
from core import display
from core.columns import Column, Kind
from core.components import Empty, Link, Tone, chip
from core.listing import ListSpec
from reports.filters import AuditFilter
from reports.selectors.jobs import job_view
from tenancy.enums import JobState
from tenancy.jobs import enqueue
from tenancy.models import Job

_ROLES = dict(Role.choices)

EVENTS: ListSpec[AuditEvent] = ListSpec(
    title="审计日志",
    columns=(
        Column(
            "seq",
            "序号",
            sort=("seq",),
            kind=Kind.INTEGER,
            link=lambda e: reverse("reports:audit-event", args=[e.seq]),
        ),
        Column("at", "时间", kind=Kind.MOMENT, sort=("at",)),
        Column("actor", "操作人", value="actor_name", note=lambda e: _ROLES.get(e.actor_role, e.actor_role)),
        Column("role", "角色", value=lambda e: _ROLES.get(e.actor_role, e.actor_role), is_shown=False),
        Column("action", "动作", value=lambda e: action_label(e.action)),
        Column("code", "动作代码", value="action", is_shown=False),
        Column(
            "subject",
            "对象",
            value="subject_label",
            note=lambda e: subject_kind_label(e.subject_kind),
            css="col-wide",
        ),
        Column("ip", "来源地址", value="ip"),
        Column("request", "请求号", value="request_id", is_shown=False),
        Column("hash", "摘要", value="hash", is_shown=False),
    ),
    default_sort="-seq",
    filterset=AuditFilter,
    search=("subject_label__icontains", "actor_name__icontains", "request_id__icontains"),
    search_label="对象、操作人或请求号",
    empty=Empty("没有记录"),
)


def _events(request: ScopedRequest) -> QuerySet[AuditEvent]:
    """The city's own events; row-level security says the same."""
    return AuditEvent.objects.filter(city_id=request.scope.city_id)


@requires(Capability.AUDIT_VIEW)
@require_safe
def audit_list(request: ScopedRequest) -> HttpResponse:
    """Who did what, newest first; taking a copy away is itself an event."""
    listing = EVENTS.build(request.GET, _events(request))
    if listing.is_export:
        at = timezone.now()
        if not listing.has_errors:
            record(
                action="audit.trail.export",
                subject=request.assignment.city,
                by=request.user,
                at=at,
                city_id=request.scope.city_id,
                after={"filters": [f"{one.label}：{one.text}" for one in listing.active_filters]},
            )
        return listing.export_response(at=at)
    seq, digest = head(request.scope.city_id)
    last = Job.objects.filter(kind="verify_audit").order_by("-created_at").first()
    context = {
        "listing": listing,
        "head_seq": seq,
        "head_hash": digest,
        "verification": last,
        "is_verified": last is not None and last.state == JobState.DONE and not last.result.get("broken_seq"),
        "job": job_view(last, url=reverse("reports:audit-list"), can_follow=False)
        if last and last.finished_at is None
        else None,
    }
    return render(request, "reports/audit_list.html", context)


@requires(Capability.AUDIT_VIEW)
@require_safe
def audit_event(request: ScopedRequest, seq: int) -> HttpResponse:
    """One event: before and after, and whether its own link of the chain holds."""
    event = get_object_or_404(_events(request), seq=seq)
    holds = link_holds(event)
    facts = [
        ("时间", display.moment(event.at)),
        ("操作人", event.actor_name),
        ("角色", _ROLES.get(event.actor_role, event.actor_role)),
        ("动作", f"{action_label(event.action)}（{event.action}）"),
        ("对象", f"{subject_kind_label(event.subject_kind)} {event.subject_label}"),
        ("对象编号", event.subject_id),
        ("来源地址", event.ip),
        ("请求号", event.request_id),
    ]
    context = {
        "event": event,
        "title": f"第 {display.number(event.seq)} 号",
        "facts": facts,
        "changes": changes_of(event),
        "chip": chip(Tone.OK, "摘要一致") if holds else chip(Tone.BAD, "摘要不一致"),
        "crumbs": [Link("审计日志", reverse("reports:audit-list"))],
    }
    return render(request, "reports/audit_event.html", context)


@requires(Capability.AUDIT_VIEW)
@require_POST
def audit_verify(request: ScopedRequest) -> HttpResponse:
    """Walk the whole chain in the background; one walk for each head."""
    seq, digest = head(request.scope.city_id)
    enqueue(
        kind="verify_audit",
        key=f"{seq}-{digest[:12]}",
        title=f"校验审计日志（至第{seq}号）",
        payload={},
        by=request.user,
        at=timezone.now(),
    )
    messages.success(request, "已开始校验，完成后结果显示在本页。")
    return redirect("reports:audit-list")
