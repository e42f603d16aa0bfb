"""Saved views above a list: `{% load saved_views %}{% saved_views listing %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse

from accounts.models import SavedView
from core.listing import Listing

register = template.Library()


@register.inclusion_tag("components/_views.html", takes_context=True)
def saved_views(context: Context, listing: Listing[Any]) -> dict[str, Any]:
    """The person's views of this list and the form that saves the present one; nothing for a list without a key."""
    key = listing.spec.key
    request = context["request"]
    views = list(SavedView.objects.filter(user=request.user, list_key=key)) if key else []
    return {
        "is_offered": bool(key),
        "listing": listing,
        "views": views,
        "current": next((view for view in views if view.query == listing.view_query), None),
        "save_url": reverse("accounts:view-save"),
        "forget_url": reverse("accounts:view-forget"),
        "path": request.path,
        "csrf_token": context.get("csrf_token"),
    }
