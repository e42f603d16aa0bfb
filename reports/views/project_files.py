"""一项一档: have it printed, follow the job, take the file."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core import display
from core.components import Link
from core.filestore import file_response
from projects.models import Project
from reports.selectors.prints import kept_print, prints_of
from reports.selectors.project_file import PROJECT_FILE_KIND
from reports.services.project_files import AREA, enqueue_project_file
from tenancy.enums import JobState
from tenancy.models import Job


@requires(Capability.RETURN_VIEW)
@require_http_methods(["GET", "POST"])
def project_file_page(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """What was printed of a project, and a button that prints it as it stands now."""
    project = get_object_or_404(Project, pk=pk)
    here = reverse("reports:project-file", args=[pk])
    if request.method == "POST":
        enqueue_project_file(project=project, by=request.user, at=timezone.now())
        return redirect(here)
    prints = prints_of(PROJECT_FILE_KIND, f"{project.pk}:", request.assignment, url=here)
    detail = reverse("projects:project-detail", args=[pk])
    context = {
        "project": project,
        "job": prints.card,
        "files": prints.files,
        "actions": [Link("打印现在的一项一档", here, method="post", is_primary=True)],
        "crumbs": [Link("工程台账", reverse("projects:project-list")), Link(project.name, detail)],
    }
    return render(request, "reports/project_file.html", context)


@requires(Capability.RETURN_VIEW)
@require_safe
def project_file_download(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """A printed file; whoever may not see its project does not get it."""
    job = get_object_or_404(Job, pk=pk, kind=PROJECT_FILE_KIND, state=JobState.DONE)
    project = get_object_or_404(Project, pk=job.payload["project"])
    found = kept_print(job, area=AREA)
    if found is None:
        raise Http404
    data, kind = found
    return file_response(data, kind, f"{project.name}一项一档_{display.day(job.finished_at)}")
