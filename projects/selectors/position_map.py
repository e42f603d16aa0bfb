"""The sheet of coordinates on which a project's point is shown and picked."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from django.utils.safestring import SafeString

from core.svg_grid import Sheet, Spot, grid_map
from projects.models import Project

SPANS = (60.0, 30.0, 12.0, 6.0, 3.0, 1.2, 0.6, 0.3, 0.12, 0.06)
"""Degrees of longitude from edge to edge, from all of China to a dam site."""

_CHINA = (104.5, 35.0, SPANS[0])
_SHOWN = 2000
Point = tuple[Decimal, Decimal]


def positioned_projects() -> list[Project]:
    """Those of the scope that have a point."""
    rows = Project.objects.filter(longitude__isnull=False).select_related("jurisdiction")
    return list(rows.only("name", "longitude", "latitude", "jurisdiction__short_name")[:_SHOWN])


def first_sheet(project: Project, others: list[Project]) -> Sheet:
    """Where to look first: round the point, else round the county's points, the city's, all of China."""
    if project.longitude is not None and project.latitude is not None:
        return Sheet(float(project.longitude), float(project.latitude), 0.6)
    own = [one for one in others if one.jurisdiction_id == project.jurisdiction_id]
    for group, span in ((own, 1.2), (others, 3.0)):
        if group:
            east, north = _middle(group)
            return Sheet(east, north, span)
    return Sheet(*_CHINA)


def drawn_sheet(sheet: Sheet, project: Project, others: list[Project], here: Point | None) -> SafeString:
    """The sheet with the scope's projects, the counties as tiles, and the point in question."""
    spots = [
        Spot(float(one.longitude or 0), float(one.latitude or 0), one.name)
        for one in others
        if one.pk != project.pk
    ]
    if here is not None:
        spots.append(Spot(float(here[0]), float(here[1]), project.name, tone="here"))
    label = f"{project.name}位置示意图" if here else "位置示意图，尚未选点"
    return grid_map(sheet, spots=spots, tiles=_tiles(others), label=label)


def _tiles(others: list[Project]) -> list[Spot]:
    """Each county once, in the middle of its projects."""
    of_county: dict[str, list[Project]] = defaultdict(list)
    for one in others:
        of_county[one.jurisdiction.short_name].append(one)
    return [Spot(*_middle(group), name) for name, group in of_county.items()]


def _middle(group: list[Project]) -> tuple[float, float]:
    east = sum(float(one.longitude or 0) for one in group) / len(group)
    north = sum(float(one.latitude or 0) for one in group) / len(group)
    return east, north
