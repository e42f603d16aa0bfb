"""催报 by hand: the clerk chooses the counties, each is reminded once a day."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core.components import Link
from core.errors import DomainError
from core.month import ReportingMonth
from projects.enums import ReturnState
from projects.forms.return_reminders import RemindForm
from projects.models import MonthlyReturn
from projects.services.reminders import remind_county
from projects.views.return_desk import desk_crumbs


@requires(Capability.RETURN_ACCEPT)
@require_http_methods(["GET", "HEAD", "POST"])
def desk_remind(request: ScopedRequest, month: ReportingMonth) -> HttpResponse:
    """GET: the counties that have it in hand. POST: remind the chosen ones, each by itself; refusals are named."""
    rows = list(
        MonthlyReturn.objects.filter(month=month.first, state__in=[ReturnState.DRAFT, ReturnState.RETURNED])
        .select_related("jurisdiction")
        .order_by("jurisdiction__unit_order")
    )
    back = reverse("returns:desk-calls", args=[month])
    form = RemindForm(
        rows, today=timezone.localdate(), data=request.POST if request.method == "POST" else None
    )
    if request.method == "POST" and form.is_valid():
        _remind(request, [uuid.UUID(key) for key in form.cleaned_data["returns"]])
        return redirect(back)
    context = {
        "title": f"{month.label}月报催报",
        "form": form,
        "has_rows": bool(rows),
        "cancel_url": back,
        "crumbs": [*desk_crumbs(month), Link("催报名单", back)],
    }
    return render(request, "projects/returns/desk_remind.html", context, status=422 if form.errors else 200)


def _remind(request: ScopedRequest, keys: list[uuid.UUID]) -> None:
    done = 0
    for key in keys:
        try:
            remind_county(return_id=key, by=request.user, at=timezone.now())
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            done += 1
    if done:
        messages.success(request, f"已催报{done}个县区。")
