"""The files of tests, duty inspections and bidding checks, each under its own address."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core.filestore import file_response
from inspections.enums import DutyState
from inspections.models import Evidence
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
