"""交叉检查: an inspection of another county, open to its team; nothing else of that county is."""

from __future__ import annotations

import dataclasses
import uuid

from django.db.models import Q

from inspections.models import Inspection, InspectionOfficer, Photo, RecordConflict, Submission
from tenancy.scope import WHOLE_CITY, Scope, current_scope, open_scope

OfInspection = type[Inspection] | type[Submission] | type[Photo] | type[RecordConflict]
_AUTHOR = {Submission: "author", Photo: "taken_by"}


def guest_scope(model: OfInspection, key: uuid.UUID, *, user_id: uuid.UUID) -> Scope | None:
    """The county's scope in which somebody of the inspection's team works on this row; None for everybody else.

    It holds that county whole, as its own inspectors have it, so the row is judged by the same earlier findings; the caller
    asks in it for nothing but this row and its inspection. What he sent himself stays his after he has left the team.
    """
    own = current_scope()
    if own.county_id is None:
        return None
    with open_scope(dataclasses.replace(own, county=WHOLE_CITY)):
        way = "pk" if model is Inspection else "inspection"
        seats = InspectionOfficer.objects.filter(user=user_id).values("inspection")
        is_his = Q(**{f"{way}__in": seats})
        if model in _AUTHOR:
            is_his |= Q(**{_AUTHOR[model]: user_id})
        place = (
            model._default_manager.filter(is_his, pk=key).values_list("jurisdiction_id", flat=True).first()
        )
    return None if place is None else dataclasses.replace(own, county=place)
