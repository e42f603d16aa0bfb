"""The risk class of a project on pages of other apps: `{% include "scoring/_project_risk.html" %}` with `project`."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.urls import reverse

from accounts.roles import ORGANIZATION_ROLES, Capability
from core.month import ReportingMonth
from projects.models import Project
from scoring.models import ProjectRisk
from scoring.risk_chips import class_chip
from scoring.selectors.key_lists import newest_risk, period_label
from scoring.selectors.risk_page import reason_lines

register = template.Library()


@register.simple_tag(takes_context=True)
def project_risk(context: dict[str, Any], project: Project) -> dict[str, Any] | None:
    """What the list in force says of the project; None where it says nothing or the reader may not know.

    A legal person and a unit see the class of their own projects and why, without the pages behind.
    """
    assignment = context["request"].assignment
    may_open = assignment.allows(Capability.RISK_VIEW)
    if not may_open and assignment.role not in ORGANIZATION_ROLES:
        return None
    risk = newest_risk(project.pk)
    if risk is None:
        return None
    return {
        "risk": risk,
        "chip": class_chip(risk.risk_class),
        "period": period_label(risk.key_list),
        "key_span": _span(risk) if getattr(risk, "is_on", False) else None,
        "lines": reason_lines(risk) if may_open else _plain(risk),
        "url": reverse("scoring:risk-detail", args=[risk.pk]) if may_open else "",
    }


def _span(risk: ProjectRisk) -> tuple[dt.date, dt.date]:
    """From the first to the last day on the list."""
    listed = risk.key_list
    return listed.first_month, ReportingMonth.of(listed.last_month).last


def _plain(risk: ProjectRisk) -> list[dict[str, str]]:
    return [{"label": one["label"], "amount": one["amount"], "weight": one["weight"]} for one in risk.reasons]
