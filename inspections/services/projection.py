"""What the record says about findings and photos, written into their rows at once (state DRAFT until the review)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from core.uuid7 import uuid7
from inspections.enums import RECORDABLE_STATES, EvidenceKind, FindingKind, FindingState, InspectionState
from inspections.models import Evidence, Finding, Inspection, Photo, RecordValue
from inspections.rules.merge import InForce
from inspections.rules.record import LISTS, Row, parse_path
from inspections.selectors.catalogue import catalogue_of, items_by_code
from inspections.selectors.repeats import proposals_for
from projects.models import Organization, ParticipatingUnit

REMOVED_REASON = "现场记录中已删除"
_OPEN = (*RECORDABLE_STATES, InspectionState.CONCLUDED)


def project_record(
    *, inspection: Inspection, changed: Mapping[str, InForce], by: Any, at: dt.datetime
) -> int:
    """Bring the rows of the findings and photos whose leaves changed up to date; returns how many findings were written.

    After the review no row changes here: a finding is then corrected on its own page, by name and with a reason.
    """
    if inspection.state not in _OPEN:
        return 0
    touched: dict[str, set[str]] = {"findings": set(), "photos": set()}
    for path in changed:
        parsed = parse_path(path)
        if parsed.group in touched:
            touched[parsed.group].add(parsed.key)
    count = _findings(inspection, touched["findings"], by, at) if touched["findings"] else 0
    if touched["photos"]:
        _photos(inspection, touched["photos"])
    return count


def _rows_in_force(inspection: Inspection, group: str, keys: Collection[str]) -> list[Row]:
    paths = [f"{group}/{key}/{leaf}" for key in keys for leaf in LISTS[group]]
    leaves: dict[str, dict[str, Any]] = {key: {} for key in keys}
    for path, value in RecordValue.objects.filter(inspection=inspection, path__in=paths).values_list(
        "path", "value"
    ):
        if value is not None:
            _, key, leaf = path.split("/")
            leaves[key][leaf] = value
    return [Row(key, leaves[key]) for key in sorted(leaves)]


def _findings(inspection: Inspection, keys: Collection[str], by: Any, at: dt.datetime) -> int:
    rows = _rows_in_force(inspection, "findings", keys)
    present = {
        finding.pk: finding for finding in Finding.objects.filter(pk__in=[uuid.UUID(row.key) for row in rows])
    }
    ready = [row for row in rows if not row.leaves.get("removed") and is_whole(row)]
    wholes = _filled(inspection, ready, present, by)
    gone = [
        finding
        for row in rows
        if row.leaves.get("removed")
        and (finding := present.get(uuid.UUID(row.key)))
        and _is_ours(finding, inspection)
    ]
    for finding in gone:
        finding.state, finding.withdrawn_reason = FindingState.WITHDRAWN, REMOVED_REASON
    fresh = [finding for finding in wholes if finding.pk not in present]
    Finding.objects.bulk_create(fresh)
    old = [finding for finding in wholes if finding.pk in present]
    if old or gone:
        Finding.objects.bulk_update([*old, *gone], _FIELDS)
    if fresh:
        _attach_waiting(inspection, fresh)
    return len(wholes) + len(gone)


def is_whole(row: Row) -> bool:
    """Enough is written for a row of the list of findings."""
    return bool(
        row.text("text")
        and row.text("severity")
        and (row.leaves.get("unit_id") or row.leaves.get("organization_id"))
    )


_FIELDS = (
    "unit",
    "organization",
    "catalogue_item",
    "kind",
    "severity",
    "text",
    "part",
    "basis",
    "state",
    "withdrawn_reason",
    "same_fact",
    "proposed_severity",
    "severity_reason",
    "repeat_of",
)


def _is_ours(finding: Finding, inspection: Inspection) -> bool:
    """Still a draft of this record, or taken out of it by it: nobody has confirmed or withdrawn it."""
    is_removed = finding.state == FindingState.WITHDRAWN and finding.withdrawn_reason == REMOVED_REASON
    return finding.inspection_id == inspection.pk and (finding.state == FindingState.DRAFT or is_removed)


def _filled(
    inspection: Inspection, rows: Sequence[Row], present: Mapping[uuid.UUID, Finding], by: Any
) -> list[Finding]:
    if not rows:
        return []
    units = _units(inspection, rows)
    organizations = _organizations(rows)
    catalogue = catalogue_of(inspection)
    items = items_by_code(catalogue, {row.text("catalogue_code") for row in rows} - {""}) if catalogue else {}
    wholes = []
    for row in rows:
        finding = present.get(uuid.UUID(row.key)) or _new(inspection, row, by)
        unit = units.get(row.identifier("unit_id"))
        organization = unit.organization_id if unit else organizations.get(row.identifier("organization_id"))
        if organization is None or not _is_ours(finding, inspection):
            continue
        finding.unit, finding.organization_id = unit, organization
        item = items.get(row.text("catalogue_code"))
        finding.catalogue_item = item
        finding.kind = row.text("kind") or (item.kind if item else FindingKind.MANAGEMENT_VIOLATION)
        finding.basis = row.text("basis") or (item.basis if item else "")
        finding.text, finding.part, finding.severity = (
            row.text("text"),
            row.text("part"),
            row.text("severity"),
        )
        finding.same_fact = row.identifier("same_fact")
        finding.severity_reason = row.text("severity_reason")
        finding.state, finding.withdrawn_reason = FindingState.DRAFT, ""
        wholes.append(finding)
    _propose(wholes)
    return wholes


def _new(inspection: Inspection, row: Row, by: Any) -> Finding:
    key = uuid.UUID(row.key)
    return Finding(
        id=key,
        city_id=inspection.city_id,
        jurisdiction_id=inspection.jurisdiction_id,
        project_id=inspection.project_id,
        inspection=inspection,
        number=f"{inspection.number[:24]}-{key.hex[-8:].upper()}",
        found_on=inspection.inspected_on,
        found_by_level=inspection.organizer_level,
        state=FindingState.DRAFT,
        recorded_by=by.id,
        recorded_by_name=by.display_name,
    )


def _units(inspection: Inspection, rows: Iterable[Row]) -> dict[uuid.UUID | None, ParticipatingUnit]:
    wanted = {key for row in rows if (key := row.identifier("unit_id"))}
    if not wanted:
        return {}
    return {
        unit.pk: unit
        for unit in ParticipatingUnit.objects.filter(project_id=inspection.project_id, pk__in=wanted)
    }


def _organizations(rows: Iterable[Row]) -> dict[uuid.UUID | None, uuid.UUID]:
    wanted = {key for row in rows if (key := row.identifier("organization_id"))}
    if not wanted:
        return {}
    return {key: key for key in Organization.objects.filter(pk__in=wanted).values_list("pk", flat=True)}


def _propose(findings: Sequence[Finding]) -> None:
    """The severity that the catalogue and the organization's last twelve months propose, beside the inspector's."""
    proposals = proposals_for(findings)
    for finding in findings:
        proposal = proposals.get(finding.pk)
        finding.proposed_severity = proposal.severity if proposal else ""
        finding.repeat_of_id = proposal.repeat_of if proposal else None


def _photos(inspection: Inspection, keys: Collection[str]) -> None:
    rows = {uuid.UUID(row.key): row for row in _rows_in_force(inspection, "photos", keys)}
    photos = list(Photo.objects.filter(inspection=inspection, pk__in=rows).select_related("evidence"))
    for photo in photos:
        row = rows[photo.pk]
        if "finding" in row.leaves:
            photo.finding_key = row.identifier("finding")
        photo.title = row.text("title") or photo.title
    Photo.objects.bulk_update(photos, ("finding_key", "title"))
    kept = [photo for photo in photos if photo.evidence is not None]
    findings = set(
        Finding.objects.filter(
            inspection=inspection, pk__in=[photo.finding_key for photo in kept if photo.finding_key]
        ).values_list("pk", flat=True)
    )
    for photo in kept:
        assert photo.evidence is not None  # noqa: S101 -- filtered above, said for the type checker
        photo.evidence.finding_id = photo.finding_key if photo.finding_key in findings else None
        photo.evidence.title = photo.title or photo.evidence.title
    Evidence.objects.bulk_update([photo.evidence for photo in kept if photo.evidence], ("finding", "title"))


def attach_photo_evidence(*, photo: Photo) -> Evidence:
    """The row of evidence of a stored photo: of its finding when that is here, else of the inspection.

    Called when the photo's bytes are whole. A finding that comes later takes its photos when it is written. After the
    review it stays with the inspection: what proves a confirmed finding was there when it was confirmed.
    """
    if photo.evidence is not None:
        return photo.evidence
    finding = None
    if photo.finding_key is not None:
        finding = Finding.objects.filter(
            inspection_id=photo.inspection_id, inspection__state__in=_OPEN, pk=photo.finding_key
        ).first()
    evidence = Evidence(
        city_id=photo.city_id,
        jurisdiction_id=photo.jurisdiction_id,
        inspection_id=photo.inspection_id,
        finding=finding,
        number=f"PZ-{photo.pk.hex[-16:].upper()}",
        kind=EvidenceKind.PHOTO,
        title=photo.title or "现场照片",
        sha256=photo.sha256,
        taken_at=photo.taken_at,
        byte_count=photo.byte_count,
    )
    evidence.save(force_insert=True)
    photo.evidence = evidence
    photo.save(update_fields=["evidence"])
    return evidence


def _attach_waiting(inspection: Inspection, findings: Sequence[Finding]) -> None:
    """Photos that arrived before their finding."""
    by_key = {finding.pk: finding for finding in findings}
    waiting = Photo.objects.filter(
        inspection=inspection, finding_key__in=by_key, evidence__isnull=False, evidence__finding__isnull=True
    ).select_related("evidence")
    evidences = []
    for photo in waiting:
        if photo.evidence is not None and photo.finding_key is not None:
            photo.evidence.finding = by_key[photo.finding_key]
            evidences.append(photo.evidence)
    Evidence.objects.bulk_update(evidences, ("finding",))


def share_evidence(inspection: Inspection) -> int:
    """One fact, several units: what proves it proves it for each of them. Returns how many rows were added.

    Called by the review, when photos no longer move between findings.
    """
    facts: dict[uuid.UUID, list[Finding]] = {}
    rows = Finding.objects.filter(inspection=inspection, same_fact__isnull=False).exclude(
        state=FindingState.WITHDRAWN
    )
    for finding in rows.prefetch_related("evidence"):
        facts.setdefault(finding.same_fact or finding.pk, []).append(finding)
    fresh = []
    for siblings in facts.values():
        proofs = {proof.sha256: proof for finding in siblings for proof in finding.evidence.all()}
        for finding in siblings:
            own = {proof.sha256 for proof in finding.evidence.all()}
            fresh += [_copy_for(finding, proof) for sha256, proof in proofs.items() if sha256 not in own]
    Evidence.objects.bulk_create(fresh)
    return len(fresh)


def _copy_for(finding: Finding, proof: Evidence) -> Evidence:
    key = uuid7()
    return Evidence(
        id=key,
        city_id=finding.city_id,
        jurisdiction_id=finding.jurisdiction_id,
        inspection_id=finding.inspection_id,
        finding=finding,
        number=f"PZ-{key.hex[-16:].upper()}",
        kind=proof.kind,
        title=proof.title,
        sha256=proof.sha256,
        taken_at=proof.taken_at,
        byte_count=proof.byte_count,
    )
