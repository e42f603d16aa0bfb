"""The catalogue of findings in force on a day."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

from django.db.models import Q

from inspections.models import CatalogueItem, CatalogueVersion, Inspection


def catalogue_on(day: dt.date) -> CatalogueVersion | None:
    """The edition in force that day."""
    return (
        CatalogueVersion.objects.filter(effective_from__lte=day)
        .filter(Q(effective_until__isnull=True) | Q(effective_until__gte=day))
        .order_by("-effective_from")
        .first()
    )


def catalogue_of(inspection: Inspection) -> uuid.UUID | None:
    """The edition that the inspection was arranged with, else the one in force on its day."""
    if inspection.catalogue_id is not None:
        return inspection.catalogue_id
    version = catalogue_on(inspection.inspected_on)
    return version.pk if version else None


def items_by_code(version: uuid.UUID, codes: Collection[str]) -> dict[str, CatalogueItem]:
    """Items of an edition."""
    if not codes:
        return {}
    return {item.code: item for item in CatalogueItem.objects.filter(version_id=version, code__in=codes)}
