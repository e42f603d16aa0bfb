"""The home page, by role: the bureau's 驾驶舱, a county's own month, a unit's tasks, an administrator's links."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core.month import InvalidMonth, ReportingMonth
from reports.selectors.dashboard import dashboard, next_step
from reports.selectors.homes import admin_links, county_home, unit_home
from reports.selectors.month_frame import latest_month, month_frame
from tenancy.models import Jurisdiction


@requires(Capability.DASHBOARD_VIEW, Capability.TODO_VIEW)
@require_safe
def home(request: ScopedRequest) -> HttpResponse:
    """Each role's first page."""
    if request.assignment.allows(Capability.DASHBOARD_VIEW):
        return _month_home(request)
    if request.assignment.allows(Capability.FINDING_VIEW):
        page = unit_home(request.assignment, as_of=timezone.localdate())
        return render(request, "reports/dashboard_unit.html", {"page": page})
    return render(request, "reports/dashboard_admin.html", {"groups": admin_links(request.assignment)})


def _month_home(request: ScopedRequest) -> HttpResponse:
    month = _asked(request) or latest_month()
    if month is None:
        month_now = ReportingMonth.of(timezone.localdate())
        may_import = request.assignment.allows(Capability.LEDGER_IMPORT)
        return render(request, "reports/dashboard_empty.html", {"month": month_now, "may_import": may_import})
    frame, as_of = month_frame(month), timezone.localdate()
    context = {
        "month": month,
        "previous_url": f"?month={month.previous()}",
        "next_url": f"?month={month.next()}" if month < ReportingMonth.of(as_of) else "",
    }
    if request.scope.county_id is not None:
        county = Jurisdiction.objects.get(pk=request.scope.county_id)
        context["page"] = county_home(frame, county, as_of=as_of)
        return render(request, "reports/dashboard_county.html", context)
    actions = [next_step(frame)] if request.assignment.allows(Capability.MONTH_VIEW) else []
    return render(
        request,
        "reports/dashboard.html",
        {**context, "page": dashboard(frame, as_of=as_of), "actions": actions},
    )


def _asked(request: ScopedRequest) -> ReportingMonth | None:
    """`?month=2023-09`; anything else is as if nothing was asked."""
    try:
        return ReportingMonth.parse(request.GET.get("month", ""))
    except InvalidMonth:
        return None
