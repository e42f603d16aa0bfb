"""The files of tests, duty inspections and bidding checks, each under its own address."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.act_pages import ActPage, act_page, bound
from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core.components import Link
from core.filestore import file_response
from inspections.enums import DutyState
from inspections.forms.checks import EvidenceForm
from inspections.models import BiddingCheck, DutyInspectionItem, Evidence
from inspections.services.check_evidence import attach_to_check
from inspections.services.evidence import kept_file


@requires(Capability.INSPECTION_VIEW)
@require_safe
def check_file(request: ScopedRequest, pk: uuid.UUID, of: str) -> HttpResponse:
    """The file as it came, to be saved. of: the field of Evidence that names the owner; given by the address."""
    rows = Evidence.objects.filter(**{f"{of}__isnull": False})
    if request.scope.county_id is not None:
        # A county sees a sheet of duty once it is concluded.
        rows = rows.exclude(duty_item__duty_inspection__state=DutyState.DRAFT)
    evidence = get_object_or_404(rows, pk=pk)
    found = kept_file(evidence)
    if found is None:
        raise Http404
    data, kind = found
    return file_response(data, kind, f"{evidence.number}{evidence.title}")


def attach_page(
    request: ScopedRequest,
    owner: BiddingCheck | DutyInspectionItem,
    *,
    back: str,
    note: str,
    crumbs: Sequence[Link],
    facts: Sequence[tuple[str, object]] = (),
) -> HttpResponse:
    """附佐证材料: a name and a file for the check; then back to its page."""

    def save(data: dict[str, Any]) -> None:
        title, file = data["title"], data["file"].read()
        attach_to_check(owner=owner, title=title, data=file, by=request.user, at=timezone.now())

    page = ActPage(
        title="附佐证材料",
        submit="附上",
        done="佐证材料已附上。",
        back=back,
        note=note,
        facts=facts,
        crumbs=crumbs,
        has_file=True,
    )
    return act_page(request, page, bound(request, EvidenceForm), save)
