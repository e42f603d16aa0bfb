"""What a tablet takes along: the person's inspections of a day with everything that is needed without a network.

Few queries, whatever the number of inspections. Identity numbers never leave the office; phones do, they are dialled on
the dam.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Prefetch, Q

from core.canonical import file_sha256
from inspections.enums import Aspect, FindingState, InspectionState
from inspections.models import (
    CatalogueItem,
    CatalogueVersion,
    ChecklistItem,
    ChecklistVersion,
    Finding,
    Inspection,
    InspectionApproval,
    InspectionNotice,
    InspectionOfficer,
    Photo,
    RecordValue,
)
from inspections.selectors.arranging_panel import approval_word
from inspections.selectors.earlier import findings_of_organizations, repeatable
from projects.models import KeyPerson, ParticipatingUnit
from tenancy.scope import WHOLE_CITY, Scope, current_scope, open_scope

LOOK_BACK_DAYS = 365
UNFINISHED_DAYS = 30
MAX_PREVIOUS = 60
_TAKEN = (
    InspectionState.PLANNED,
    InspectionState.NOTIFIED,
    InspectionState.UNDER_WAY,
    InspectionState.CONCLUDED,
)


def package_of(*, user_id: uuid.UUID, day: dt.date) -> dict[str, Any]:
    """Everything but the moment of making; `version` is the hash of it, so an unchanged package has an unchanged one.

    A team may work in another county (交叉检查): of that county it holds the inspected projects and nothing else.
    """
    own = current_scope()
    with open_scope(dataclasses.replace(own, county=WHOLE_CITY)):
        content = _content(user_id, day, own)
    # Not canonical.dumps: marks on photos are plain JSON numbers.
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return {"version": file_sha256(text.encode()), **content}


def _content(user_id: uuid.UUID, day: dt.date, own: Scope) -> dict[str, Any]:
    inspections = _inspections(user_id, day)
    project_ids = {inspection.project_id for inspection in inspections}
    checklists = _checklists(inspections, day)
    catalogues = _catalogues(inspections, day)
    units = _by_project(
        ParticipatingUnit.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=day), project__in=project_ids
        )
        .select_related("organization")
        .order_by("role", "organization__name")
    )
    previous = _by_project(
        Finding.objects.filter(project__in=project_ids, found_on__gte=day - dt.timedelta(days=LOOK_BACK_DAYS))
        .exclude(state__in=[FindingState.DRAFT, FindingState.WITHDRAWN])
        .select_related("organization", "catalogue_item")
        .order_by("-found_on", "number")
    )
    known = {row.project_id for row in inspections if own.county_id in (None, row.jurisdiction_id)}
    firms = {project: {unit.organization_id for unit in units[project]} for project in known}
    with open_scope(own):
        earlier = findings_of_organizations(inspections, set().union(*firms.values()))
    return {
        "today": day,
        "inspections": [
            _inspection(
                row,
                units[row.project_id],
                _before(row, previous[row.project_id], firms.get(row.project_id, set()), earlier),
                checklists,
                catalogues,
            )
            for row in inspections
        ],
        "checklists": [_checklist(row) for row in checklists],
        "catalogues": [_catalogue(row) for row in catalogues],
        "people": [_person(row) for row in _people(project_ids, day)],
    }


def _inspections(user_id: uuid.UUID, day: dt.date) -> list[Inspection]:
    """The person's own of that day, and what was begun within the last month and is not concluded."""
    mine = InspectionOfficer.objects.filter(user=user_id)
    unfinished = Q(
        state=InspectionState.UNDER_WAY,
        inspected_on__lt=day,
        inspected_on__gte=day - dt.timedelta(days=UNFINISHED_DAYS),
    )
    rows = Inspection.objects.filter(Q(inspected_on=day) | unfinished, state__in=_TAKEN)
    return list(
        rows.filter(pk__in=mine.values("inspection"))
        .select_related("project", "jurisdiction")
        .prefetch_related(
            Prefetch("officers", InspectionOfficer.objects.order_by("-is_leader", "name")),
            Prefetch("approvals", InspectionApproval.objects.order_by("-requested_at", "-pk")),
            Prefetch("notices", InspectionNotice.objects.order_by("number")),
            Prefetch("values", RecordValue.objects.order_by("path")),
            Prefetch("photos", Photo.objects.order_by("taken_at", "pk")),
        )
        .order_by("inspected_on", "number")
    )


def _by_project(rows: Iterable[Any]) -> dict[uuid.UUID, list[Any]]:
    grouped: dict[uuid.UUID, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.project_id].append(row)
    return grouped


def _before(
    inspection: Inspection,
    own: list[Finding],
    organizations: set[uuid.UUID],
    earlier: dict[uuid.UUID, list[dict[str, Any]]],
) -> list[dict[str, Any]]:
    """The project's own findings; then, briefly, what its organizations might repeat."""
    kept = own[:MAX_PREVIOUS]
    others = repeatable(inspection, organizations, earlier, told={finding.pk for finding in kept})
    return [*(_finding(finding) for finding in kept), *others]


def _in_force(day: dt.date) -> Q:
    return Q(Q(effective_until__isnull=True) | Q(effective_until__gte=day), effective_from__lte=day)


def _checklists(inspections: Sequence[Inspection], day: dt.date) -> list[ChecklistVersion]:
    """Those that were pinned; for an inspection without one those in force that day."""
    wanted = Q(pk__in={row.checklist_id for row in inspections if row.checklist_id})
    if any(row.checklist_id is None for row in inspections):
        wanted |= _in_force(day)
    rows = ChecklistVersion.objects.filter(wanted).order_by("-effective_from", "code")
    return list(rows.prefetch_related(Prefetch("items", ChecklistItem.objects.order_by("position"))))


def _catalogues(inspections: Sequence[Inspection], day: dt.date) -> list[CatalogueVersion]:
    wanted = Q(pk__in={row.catalogue_id for row in inspections if row.catalogue_id})
    if any(row.catalogue_id is None for row in inspections):
        wanted |= _in_force(day)
    rows = CatalogueVersion.objects.filter(wanted).order_by("-effective_from")
    return list(rows.prefetch_related(Prefetch("items", CatalogueItem.objects.order_by("code"))))


def _people(project_ids: set[uuid.UUID], day: dt.date) -> Iterable[KeyPerson]:
    rows = KeyPerson.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), project__in=project_ids)
    return rows.select_related("unit__organization").order_by("unit__role", "name", "pk")


def _inspection(
    row: Inspection,
    units: list[ParticipatingUnit],
    previous: list[dict[str, Any]],
    checklists: list[ChecklistVersion],
    catalogues: list[CatalogueVersion],
) -> dict[str, Any]:
    checklist = row.checklist_id or next((c.pk for c in checklists if row.kind in c.kinds), None)
    catalogue = row.catalogue_id or (catalogues[0].pk if catalogues else None)
    return {
        "id": row.pk,
        "number": row.number,
        "title": row.title,
        "kind": row.kind,
        "kind_label": row.get_kind_display(),
        "date": row.inspected_on,
        "state": row.state,
        "state_label": row.get_state_display(),
        "approval": approval_word(list(row.approvals.all())),
        "notified": bool(row.notices.all()),
        "project": _project(row),
        "team": [_officer(officer) for officer in row.officers.all()],
        "units": [_unit(unit) for unit in units],
        "checklist_id": checklist,
        "catalogue_id": catalogue,
        "record_seq": row.record_seq,
        "values": [
            {"path": value.path, "value": value.value, "operation": value.operation_id}
            for value in row.values.all()
        ],
        "photos": [_photo(photo) for photo in row.photos.all()],
        "previous_findings": previous,
    }


def _project(row: Inspection) -> dict[str, Any]:
    project = row.project
    position = None
    if project.latitude is not None and project.longitude is not None:
        position = {"lat": str(project.latitude), "lon": str(project.longitude)}
    return {
        "id": project.pk,
        "name": project.name,
        "county": row.jurisdiction.short_name,
        "address": project.location,
        "position": position,
    }


def _officer(row: InspectionOfficer) -> dict[str, Any]:
    return {
        "name": row.name,
        "role": row.role,
        "role_label": "组长" if row.is_leader else row.get_role_display(),
        "is_leader": row.is_leader,
        "user": row.user,
    }


def _unit(row: ParticipatingUnit) -> dict[str, Any]:
    return {
        "id": row.pk,
        "organization_id": row.organization_id,
        "name": row.organization.name,
        "role": row.get_role_display(),
        "role_code": row.role,
    }


def _photo(row: Photo) -> dict[str, Any]:
    return {
        "id": row.pk,
        "finding": row.finding_key,
        "title": row.title,
        "sha256": row.sha256,
        "taken_at": row.taken_at,
        "taken_by": row.taken_by_name,
        "state": row.state,
    }


def _finding(row: Finding) -> dict[str, Any]:
    return {
        "id": row.pk,
        "number": row.number,
        "catalogue_code": row.catalogue_item.code if row.catalogue_item else "",
        "text": row.text,
        "part": row.part,
        "kind": row.kind,
        "severity": row.severity,
        "state": row.state,
        "state_label": row.get_state_display(),
        "found_on": row.found_on,
        "due_on": row.due_on,
        "unit_id": row.unit_id,
        "organization_id": row.organization_id,
        "organization_name": row.organization.name,
    }


def _checklist(row: ChecklistVersion) -> dict[str, Any]:
    items = [
        {
            "code": item.code,
            "aspect": item.aspect,
            "aspect_name": Aspect(item.aspect).label,
            "text": item.text,
            "how": item.how,
            "basis": item.basis,
            "catalogue_codes": item.catalogue_codes,
            "is_measured": item.is_measured,
        }
        for item in row.items.all()
    ]
    return {"id": row.pk, "code": row.code, "title": row.title, "edition": row.edition, "items": items}


def _catalogue(row: CatalogueVersion) -> dict[str, Any]:
    items = [
        {
            "code": item.code,
            "role": item.responsible_role,
            "role_label": item.get_responsible_role_display(),
            "category": item.category,
            "kind": item.kind,
            "text": item.text,
            "initials": item.text_initials,
            "official_code": item.official_code,
            "severity": item.severity,
            "basis": item.basis,
        }
        for item in row.items.all()
    ]
    return {"id": row.pk, "title": row.title, "items": items}


def _person(row: KeyPerson) -> dict[str, Any]:
    return {
        "id": row.pk,
        "project": row.project_id,
        "unit_id": row.unit_id,
        "unit": row.unit.organization.name,
        "name": row.name,
        "post": row.post,
        "phone": row.phone,
    }
