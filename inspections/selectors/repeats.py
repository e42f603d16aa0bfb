"""Whether an organization repeats a problem, and what severity that proposes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from inspections.enums import COUNTED_FINDING_STATES, FindingState
from inspections.models import Finding, Inspection
from inspections.rules.severity import REPEAT_MONTHS, Earlier, months_before, propose


@dataclass(frozen=True, slots=True)
class FindingProposal:
    """severity and reason as `rules.severity` proposes them; the earlier finding that is repeated, if any."""

    severity: str
    reason: str
    repeat_of: uuid.UUID | None


def proposals_for(findings: Sequence[Finding]) -> dict[uuid.UUID, FindingProposal]:
    """By finding; those without a catalogue item get no proposal. One query for all of them."""
    listed = [finding for finding in findings if finding.catalogue_item is not None]
    if not listed:
        return {}
    since = min(months_before(finding.found_on, REPEAT_MONTHS) for finding in listed)
    rows = Finding.objects.filter(
        organization_id__in={finding.organization_id for finding in listed},
        catalogue_item__code__in={
            finding.catalogue_item.code for finding in listed if finding.catalogue_item
        },
        found_on__gte=since,
        state__in=COUNTED_FINDING_STATES,
    ).values_list("pk", "number", "found_on", "organization_id", "catalogue_item__code")
    earlier: dict[tuple[uuid.UUID, str], list[tuple[uuid.UUID, Earlier]]] = {}
    for key, number, found_on, organization, code in rows:
        earlier.setdefault((organization, code), []).append((key, Earlier(number, found_on)))
    return {finding.pk: _proposal(finding, earlier) for finding in listed}


def _proposal(
    finding: Finding, earlier: dict[tuple[uuid.UUID, str], list[tuple[uuid.UUID, Earlier]]]
) -> FindingProposal:
    item = finding.catalogue_item
    assert item is not None  # noqa: S101 -- the caller filtered; said for the type checker
    own = [pair for pair in earlier.get((finding.organization_id, item.code), []) if pair[0] != finding.pk]
    proposal = propose(
        catalogue_severity=item.severity,
        code=item.code,
        found_on=finding.found_on,
        earlier=[entry for _, entry in own],
    )
    repeated = next((key for key, entry in own if entry is proposal.repeats), None)
    return FindingProposal(proposal.severity, proposal.reason, repeated)


def proposals_of(inspection: Inspection) -> list[tuple[Finding, FindingProposal]]:
    """The draft findings of an inspection with what is proposed for them, and why."""
    rows = inspection.findings.filter(state=FindingState.DRAFT).select_related(
        "catalogue_item", "organization"
    )
    findings = list(rows.order_by("pk"))
    proposals = proposals_for(findings)
    return [(finding, proposals[finding.pk]) for finding in findings if finding.pk in proposals]
