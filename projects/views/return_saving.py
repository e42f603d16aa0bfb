"""Autosave of a return: what the browser sends field by field or as a pasted block."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core import display
from core.errors import DomainError
from projects.models import MonthlyReturn
from projects.services.returns.errors import FieldConflict
from projects.services.returns.filling import change_field

MOST_CHANGES = 200


@requires(Capability.RETURN_FILL)
@require_POST
def return_save(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Autosave: `{"changes": [{project, field, text, seen}]}` → one result each, with the return's completeness.

    A result is 200 (saved: text, problems of the row), 409 (somebody else changed it: stored, by) or 422 (sentence). The
    answer's own status is that of its only result, 200 for several.
    """
    if not MonthlyReturn.objects.filter(pk=pk).exists():
        raise Http404
    totals: dict[str, Any] = {}
    results = [_result(request, pk, change, totals) for change in _changes(request)]
    status = results[0]["status"] if len(results) == 1 else 200
    return JsonResponse({"results": results, **totals}, status=status)


@dataclass(frozen=True)
class _Change:
    project_id: uuid.UUID | None
    field: str
    text: str
    seen: str


def _changes(request: ScopedRequest) -> list[_Change]:
    try:
        given = json.loads(request.body)["changes"]
        changes = [_change(one) for one in given]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadRequest("not a list of changes") from error
    if not 1 <= len(changes) <= MOST_CHANGES:
        raise BadRequest("too many changes at once")
    return changes


def _change(given: Mapping[str, Any]) -> _Change:
    project = given["project"]
    return _Change(
        uuid.UUID(project) if project else None, str(given["field"]), str(given["text"]), str(given["seen"])
    )


def _result(request: ScopedRequest, pk: uuid.UUID, change: _Change, totals: dict[str, Any]) -> dict[str, Any]:
    now = timezone.now()
    try:
        saved = change_field(
            return_id=pk,
            project_id=change.project_id,
            field=change.field,
            text=change.text,
            seen=change.seen,
            by=request.user,
            at=now,
        )
    except FieldConflict as conflict:
        return {
            "status": 409,
            "sentence": str(conflict),
            "stored": conflict.stored_text,
            "by": conflict.by_whom,
        }
    except DomainError as refusal:
        return {"status": 422, "sentence": str(refusal)}
    totals.update(
        filled=saved.completeness.filled,
        total=saved.completeness.total,
        saved_at=display.moment(saved.saved_at)[-5:],
    )
    problems = [{"field": one.field, "level": one.level, "sentence": one.sentence} for one in saved.problems]
    return {"status": 200, "text": saved.value_text, "problems": problems}
