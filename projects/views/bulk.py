"""Acts on many projects: a preview that names every one of them, then the act."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core.bulk import chosen
from core.components import Link
from core.errors import DomainError
from projects.forms.bulk import BULK_FORMS
from projects.selectors.bulk import acts_of, prospects
from projects.selectors.register import registered_projects
from projects.services.bulk import change_projects
from projects.views.register import PROJECTS


@requires(Capability.REGISTER_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def project_bulk(request: ScopedRequest) -> HttpResponse:
    """GET: what would change. POST: change it and go back to the list as it was filtered."""
    asked = request.POST if request.method == "POST" else request.GET
    act = next((one for one in acts_of(request.assignment) if one.value == asked.get("action")), None)
    if act is None:
        messages.error(request, "请先在工程台账中勾选工程，再选择要办理的事项。")
        return redirect("projects:project-list")
    listing = PROJECTS.build(asked, registered_projects(), scope=request.scope)
    back = reverse("projects:project-list") + listing.url()
    try:
        rows = chosen(listing, asked, registered_projects()).prefetch_related("registrations")
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    lines = prospects(rows, act)
    form = BULK_FORMS[act](request.POST) if request.method == "POST" else BULK_FORMS[act]()
    error = ""
    if request.method == "POST" and form.is_valid():
        try:
            count = change_projects(
                project_ids=[line.project.pk for line in lines],
                act=act,
                value=form.cleaned_data["value"],
                by=request.user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            error = str(refusal)
        else:
            messages.success(request, f"已为 {count} 个工程{act.label}。")
            return redirect(back)
    context = {
        "act": act,
        "form": form,
        "error": error,
        "lines": lines,
        "possible": sum(not line.refusal for line in lines),
        "kept": listing.kept_params,
        "cancel_url": back,
        "crumbs": [Link("工程台账", back)],
    }
    return render(request, "projects/project_bulk.html", context, status=422 if form.errors or error else 200)
