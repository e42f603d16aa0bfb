"""Template filters and tags of the product: `{% load anlan %}`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.forms import BoundField
from django.http import HttpRequest

from core import components, display

register = template.Library()


@register.filter
def day(value: Any) -> str:
    """`2023-09-05`, for tables."""
    return display.day(value or None)


@register.filter
def day_cn(value: Any) -> str:
    """`2023年9月5日`, for prose."""
    return display.day_cn(value or None)


@register.filter
def month_cn(value: Any) -> str:
    """`2023年9月`."""
    return display.month_cn(value or None)


@register.filter
def moment(value: Any) -> str:
    """`2023-09-05 14:32`."""
    return display.moment(value or None)


@register.filter
def number(value: Any, places: int | None = None) -> str:
    """`12,345.5`; the argument fixes the decimals."""
    return display.number(value, places)


@register.filter
def wan_yuan(value: Any) -> str:
    """`3,862.50 万元`."""
    return display.wan_yuan(value)


@register.filter
def score(value: Any) -> str:
    """A score with one decimal."""
    return display.score(value)


@register.filter
def percent(value: Any, places: int = 1) -> str:
    """0.915 → `91.5%`."""
    return display.percent(value, places)


@register.filter
def delta(value: Any, places: int = 1) -> str:
    """`▲ +1.5`, `▼ −1.5`, `持平`."""
    return display.delta(value, places)


@register.filter
def workdays(value: int | None) -> str:
    """`10 个工作日`."""
    return display.workdays(value)


@register.filter
def masked_phone(value: str | None) -> str:
    """`138****5678`."""
    return display.masked_phone(value)


@register.filter
def short_hash(value: str | None) -> str:
    """`8f31ab02…19c2`."""
    return display.short_hash(value)


@register.filter
def spaced_hash(value: str | None) -> str:
    """A SHA-256 in groups of eight."""
    return display.spaced_hash(value)


@register.filter
def or_dash(value: Any) -> Any:
    """`—` in place of None and the empty text; 0 stays 0."""
    return display.EMPTY if value is None or value == "" else value


@register.filter
def at(value: dt.date | dt.datetime) -> str:
    """A day, or a day and a time when the value has one."""
    return display.moment(value) if isinstance(value, dt.datetime) else display.day(value)


@register.filter
def item(mapping: Mapping[Any, Any], key: Any) -> Any:
    """`{{ labels|item:code }}`; nothing when the key is missing."""
    return mapping.get(key, "")


register.simple_tag(components.chip)


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """The present query string with some names set; None or "" removes a name: `{% query page=2 %}`."""
    request: HttpRequest = context["request"]
    params = request.GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            params.pop(name, None)
        else:
            params[name] = str(value)
    return f"?{params.urlencode()}"


@register.filter
def errors_of(forms: Any) -> list[tuple[str, str]]:
    """(anchor, sentence) of every error of a form, or of a list of forms, in reading order."""
    many: Iterable[Any] = forms if isinstance(forms, (list, tuple)) else [forms]
    found: list[tuple[str, str]] = []
    for form in filter(None, many):
        found += [("", str(error)) for error in form.non_field_errors()]
        for bound in form:
            found += [(anchor_of(bound), f"{bound.label}：{error}") for error in bound.errors]
    return found


@register.filter
def anchor_of(bound: BoundField) -> str:
    """The id that an error links to: the control, or the group when there are several."""
    return f"{bound.auto_id}_group" if bound.use_fieldset else bound.id_for_label


@register.filter
def is_check(bound: BoundField) -> bool:
    """A single checkbox stands before its label."""
    return getattr(bound.field.widget, "input_type", "") == "checkbox" and not bound.use_fieldset
