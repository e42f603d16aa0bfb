"""What the pages about one inspection share: the inspection, its address, the way back, what a confirmation says of it."""

from __future__ import annotations

import uuid

from django.shortcuts import get_object_or_404
from django.urls import reverse

from core import display
from core.components import Link
from inspections.models import Inspection

_NAMED = ("project__jurisdiction", "project__legal_person", "jurisdiction", "draw", "checklist", "catalogue")
_LONG = ("draw__frozen_text", "draw__record_text", "draw__rule")
"""A frozen text holds a whole directory; the pages name the draw."""


def inspection_of(pk: uuid.UUID) -> Inspection:
    """One of the reader's scope, with what every page of it names; 404 outside of it."""
    return get_object_or_404(Inspection.objects.select_related(*_NAMED).defer(*_LONG), pk=pk)


def detail_url(inspection: Inspection) -> str:
    """The page of the inspection."""
    return reverse("visits:inspection-detail", args=[inspection.pk])


def crumbs_of(inspection: Inspection | None = None) -> list[Link]:
    """Up to the list, or to the inspection."""
    links = [Link("监督检查", reverse("visits:inspection-list"))]
    return links if inspection is None else [*links, Link(inspection.number, detail_url(inspection))]


def facts_of(inspection: Inspection) -> list[tuple[str, object]]:
    """What a page that asks to confirm says of the inspection."""
    return [
        ("检查编号", inspection.number),
        ("工程", inspection.project.name),
        ("检查类型", inspection.get_kind_display()),
        ("检查日期", display.day(inspection.inspected_on)),
        ("组织层级", inspection.get_organizer_level_display()),
        ("状态", inspection.get_state_display()),
    ]
