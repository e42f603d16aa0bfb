"""Autosave of a return: what the browser sends field by field or as a pasted block."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
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
from projects.services.returns.filling import FieldChange, FieldSaved, change_fields

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
    answers = change_fields(return_id=pk, changes=_changes(request), by=request.user, at=timezone.now())
    results = [_result(answer, totals) for answer in answers]
    status = results[0]["status"] if len(results) == 1 else 200
    return JsonResponse({"results": results, **totals}, status=status)


def _changes(request: ScopedRequest) -> list[FieldChange]:
    try:
        given = json.loads(request.body)["changes"]
        changes = [_change(one) for one in given]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadRequest("not a list of changes") from error
    if not 1 <= len(changes) <= MOST_CHANGES:
        raise BadRequest("too many changes at once")
    return changes


def _change(given: Mapping[str, Any]) -> FieldChange:
    project = given["project"]
    return FieldChange(
        uuid.UUID(project) if project else None, str(given["field"]), str(given["text"]), str(given["seen"])
    )


def _result(answer: FieldSaved | DomainError, totals: dict[str, Any]) -> dict[str, Any]:
    if isinstance(answer, FieldConflict):
        return {"status": 409, "sentence": str(answer), "stored": answer.stored_text, "by": answer.by_whom}
    if isinstance(answer, DomainError):
        return {"status": 422, "sentence": str(answer)}
    totals.update(
        filled=answer.completeness.filled,
        total=answer.completeness.total,
        saved_at=display.moment(answer.saved_at)[-5:],
    )
    problems = [{"field": one.field, "level": one.level, "sentence": one.sentence} for one in answer.problems]
    return {"status": 200, "text": answer.value_text, "problems": problems}
