"""核备事项 in force."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet

from projects.enums import FilingKind
from projects.models import FilingType


def types_in_force(day: dt.date) -> QuerySet[FilingType]:
    """Those that hold on a day, defects apart: a filing is one of these."""
    return _on(day).exclude(kind=FilingKind.DEFECT).order_by("kind", "label")


def type_in_force(kind: FilingKind, day: dt.date) -> FilingType | None:
    """The newest of a kind that holds on a day."""
    return _on(day).filter(kind=kind).order_by("-effective_from").first()


def _on(day: dt.date) -> QuerySet[FilingType]:
    return FilingType.objects.filter(
        Q(effective_to__isnull=True) | Q(effective_to__gte=day), effective_from__lte=day
    )
