"""What 一项一档 holds besides the project's page: evidence and photos with their hashes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from inspections.enums import EvidenceKind, FindingState
from inspections.models import Evidence
from projects.models import LifelongCommitment, Project
from projects.selectors.project_page import ProjectPage, Reader, project_page

PROJECT_FILE_KIND = "print_project_file"


@dataclass(frozen=True)
class FileLine:
    """One kept file with its hash."""

    number: str
    title: str
    at: dt.datetime | None
    sha256: str


def _of_finding(one: Evidence) -> FileLine:
    of = f"（{one.finding.number}）" if one.finding is not None else ""
    return FileLine(one.number, f"{one.title}{of}", one.taken_at, one.sha256)


@dataclass(frozen=True)
class ProjectFile:
    """The page of the project with its commitments, evidence and photos."""

    page: ProjectPage
    commitments: list[LifelongCommitment]
    photos: list[Evidence]
    evidence: list[Evidence]

    @property
    def lists(self) -> list[tuple[str, list[FileLine]]]:
        """(heading, rows) of what is kept as files."""
        attached = [one for one in self.page.files if one.commitment_id is None]
        return [
            ("照片", [_of_finding(one) for one in self.photos]),
            ("佐证材料", [_of_finding(one) for one in self.evidence]),
            (
                "附件",
                [
                    FileLine(one.get_kind_display(), one.title, one.uploaded_at, one.sha256)
                    for one in attached
                ],
            ),
        ]

    @property
    def has_no_lists(self) -> bool:
        """No file at all."""
        return not any(rows for _, rows in self.lists)


def project_file(project: Project, *, as_of: dt.date) -> ProjectFile:
    """Read everything that is printed, nothing cut. Photos and other evidence of the project's findings, oldest first."""
    rows = Evidence.objects.filter(finding__project=project).exclude(finding__state=FindingState.DRAFT)
    evidence = list(rows.select_related("finding").order_by("taken_at"))
    commitments = project.commitments.select_related("unit__organization").order_by("signed_on")
    return ProjectFile(
        page=project_page(
            project, as_of=as_of, reader=Reader(notices=True, documents=True, trail=False), is_whole=True
        ),
        commitments=list(commitments),
        photos=[one for one in evidence if one.kind == EvidenceKind.PHOTO],
        evidence=[one for one in evidence if one.kind != EvidenceKind.PHOTO],
    )
