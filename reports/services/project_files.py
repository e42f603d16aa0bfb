"""一项一档: everything of a project on paper, printed by a job and kept by its hash."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.template.loader import render_to_string

from audit.services import record
from core import filestore
from core.filestore import PDF
from core.month import SHANGHAI
from projects.models import Project
from projects.selectors.register import registered_projects
from reports.rendering import Artefact, print_sheet
from reports.selectors.project_file import PROJECT_FILE_KIND, project_file
from tenancy.jobs import enqueue
from tenancy.models import City, Job

AREA = "project-files"
MAX_BYTES = 50 * 1024 * 1024
_TEMPLATE = "reports/gongwen/project_file.html"
_STYLE = "project_file.css"


def enqueue_project_file(*, project: Project, by: Any, at: dt.datetime) -> Job:
    """Have a worker print it; asking twice within a minute is asking once."""
    return enqueue(
        kind=PROJECT_FILE_KIND,
        key=f"{project.pk}:{at:%Y%m%dT%H%M}",
        title=f"一项一档：{project.name}"[:120],
        payload={"project": str(project.pk)},
        by=by,
        at=at,
        jurisdiction_id=project.jurisdiction_id,
    )


def print_project_file(*, project_id: uuid.UUID, by: Any, at: dt.datetime) -> Artefact:
    """Print the project as it stands and keep the file; the trail notes its hash."""
    project = registered_projects().get(pk=project_id)
    artefact = print_sheet(project_file_html(project, at=at), _STYLE)
    filestore.store(
        artefact.pdf, area=AREA, city_id=project.city_id, allowed=(PDF,), max_bytes=MAX_BYTES, name="一项一档"
    )
    after = {"sha256": artefact.sha256, "pages": artefact.pages}
    record(action="reports.project_file.print", subject=project, by=by, at=at, after=after)
    return artefact


def project_file_html(project: Project, *, at: dt.datetime) -> str:
    """The whole file as one page of HTML, for the engine."""
    city = City.objects.get(pk=project.city_id)
    facts = project_file(project, as_of=at.astimezone(SHANGHAI).date())
    return render_to_string(_TEMPLATE, {"file": facts, "project": project, "city": city, "at": at})
