"""Chips and tabs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from core.components import Link
from guidance import chips
from guidance.models import TaskAssignment
from guidance.tabs import tabs_for

register = template.Library()

register.filter("body_chip", chips.body_chip)


@register.simple_tag
def assignment_chip(row: TaskAssignment, as_of: dt.date) -> SafeString:
    """The state of an assignment on a day."""
    return chips.assignment_chip(row, as_of)


@register.simple_tag(takes_context=True)
def guidance_tabs(context: dict[str, Any]) -> Sequence[Link]:
    """The tabs of this app for the reader; the longest address that the page stands under is current."""
    request = context["request"]
    links = [(tab.label, reverse(tab.view)) for tab in tabs_for(request.assignment)]
    current = max((url for _, url in links if request.path.startswith(url)), key=len, default="")
    return [Link(label, url, is_current=url == current) for label, url in links]
