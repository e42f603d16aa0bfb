"""A project's point: typed, or picked on a sheet of coordinates; a click is a plain form, no script is needed."""

from __future__ import annotations

import uuid
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core.forms import Form
from core.svg_grid import Sheet
from projects.forms.fields import TextField
from projects.models import Project
from projects.rules.position import LATITUDES, LONGITUDES, read_position, sexagesimal
from projects.selectors.position_map import SPANS, Point, drawn_sheet, first_sheet, positioned_projects
from projects.services.register.projects import place_project
from projects.views.editing import page_of, project_crumbs, show_form, write
from projects.views.records import editable_projects


class PositionForm(Form):
    """The two coordinates as they are typed."""

    longitude = TextField(
        label="经度",
        max_length=40,
        required=False,
        help_text="如 104.451200、104°27′04.3″ 或 东经104度27分4秒。",
    )
    latitude = TextField(
        label="纬度",
        max_length=40,
        required=False,
        help_text="如 31.833300 或 31°49′59.9″；两项都清空即取消位置。",
    )

    def clean(self) -> dict[str, Any]:
        """Both as degrees."""
        cleaned = super().clean() or {}
        if "longitude" in cleaned and "latitude" in cleaned:
            position, problems = read_position(cleaned["longitude"], cleaned["latitude"])
            for problem in problems:
                self.add_error(problem.field, problem.sentence)
            self.point: Point | None = (position.longitude, position.latitude) if position else None
        return cleaned


@requires(Capability.REGISTER_EDIT)
@require_http_methods(["GET", "POST"])
def project_position(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Pick or type; a click answers with the point filled in, nothing is kept before it is saved."""
    project = get_object_or_404(editable_projects(), pk=pk)
    others = positioned_projects()
    sheet, picked = _looked_at(request, project, others)
    if request.method == "POST":
        form = PositionForm(request.POST)
        if form.is_valid():
            east, north = form.point or (None, None)
            at = timezone.now()
            saved = write(
                form,
                lambda: place_project(project_id=pk, longitude=east, latitude=north, by=request.user, at=at),
            )
            if saved is not None:
                messages.success(request, "位置已保存。" if east is not None else "已取消位置。")
                return redirect(page_of(project, "position"))
    else:
        point = picked or _own(project)
        form = PositionForm(initial=_texts(point))
    shown = picked or _own(project)
    return show_form(
        request,
        form,
        title="工程位置",
        submit="保存位置",
        cancel_url=page_of(project, "position"),
        crumbs=project_crumbs(project),
        template="projects/project_position.html",
        project=project,
        sheet=sheet,
        picked=picked,
        spoken=_spoken(shown),
        map_url=reverse("projects:project-position-map", args=[pk], query=_query(sheet, shown)),
        zooms=_zooms(pk, sheet, shown),
    )


@requires(Capability.REGISTER_EDIT)
@require_safe
def project_position_map(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The sheet alone, as the picture that is clicked."""
    project = get_object_or_404(editable_projects(), pk=pk)
    others = positioned_projects()
    sheet, _ = _looked_at(request, project, others)
    here = _point(request.GET.get("px", ""), request.GET.get("py", ""))
    response = HttpResponse(drawn_sheet(sheet, project, others, here), content_type="image/svg+xml")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _looked_at(request: ScopedRequest, project: Project, others: list[Project]) -> tuple[Sheet, Point | None]:
    """The window of the address, moved to where it was clicked; and the point that was clicked or kept."""
    centre = _point(request.GET.get("lon", ""), request.GET.get("lat", ""))
    span = _span(request.GET.get("span", ""))
    sheet = first_sheet(project, others)
    if centre is not None:
        sheet = Sheet(float(centre[0]), float(centre[1]), span or sheet.span)
    click = _click(request, sheet)
    if click is not None:
        return Sheet(float(click[0]), float(click[1]), sheet.span), click
    return sheet, _point(request.GET.get("px", ""), request.GET.get("py", ""))


def _click(request: ScopedRequest, sheet: Sheet) -> Point | None:
    """Where the picture was clicked; its left upper corner is what the Enter key sends, and means nothing."""
    x, y = request.GET.get("pick.x", ""), request.GET.get("pick.y", "")
    if not (x.isdecimal() and y.isdecimal()) or (int(x), int(y)) == (0, 0):
        return None
    if int(x) > sheet.width or int(y) > sheet.height:
        return None
    east, north = sheet.at(int(x), int(y))
    return _point(str(east), str(north))


def _point(longitude: str, latitude: str) -> Point | None:
    try:
        east, north = Decimal(longitude), Decimal(latitude)
    except InvalidOperation:
        return None
    if not (east.is_finite() and north.is_finite()):
        return None
    inside = LONGITUDES[0] <= east <= LONGITUDES[1] and LATITUDES[0] <= north <= LATITUDES[1]
    return (east, north) if inside else None


def _span(text: str) -> float | None:
    return next((one for one in SPANS if f"{one:g}" == text), None)


def _own(project: Project) -> Point | None:
    if project.longitude is None or project.latitude is None:
        return None
    return project.longitude, project.latitude


def _texts(point: Point | None) -> dict[str, str]:
    return {"longitude": f"{point[0]:f}", "latitude": f"{point[1]:f}"} if point else {}


def _spoken(point: Point | None) -> str:
    return f"东经 {sexagesimal(point[0])}，北纬 {sexagesimal(point[1])}" if point else ""


def _query(sheet: Sheet, point: Point | None, span: float | None = None) -> dict[str, str]:
    query = {
        "lon": f"{sheet.longitude:.6f}",
        "lat": f"{sheet.latitude:.6f}",
        "span": f"{span or sheet.span:g}",
    }
    return {**query, "px": str(point[0]), "py": str(point[1])} if point else query


def _zooms(pk: uuid.UUID, sheet: Sheet, point: Point | None) -> dict[str, str]:
    """Addresses of the next closer and the next wider window."""
    index = min(range(len(SPANS)), key=lambda i: abs(SPANS[i] - sheet.span))
    steps = {"closer": index + 1, "wider": index - 1}
    return {
        name: reverse("projects:project-position", args=[pk], query=_query(sheet, point, SPANS[i]))
        for name, i in steps.items()
        if 0 <= i < len(SPANS)
    }
