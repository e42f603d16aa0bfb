"""One record behind a point."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core.components import Html, Link
from projects.models import MonthlyReturn
from scoring.selectors.records import Value, open_record, return_page


def _shown(value: Value) -> Html:
    return format_html('<a href="{}">{}</a>', value.url, value.text) if value.url else value.text


@requires(Capability.SCORE_VIEW)
@require_safe
def record_detail(request: ScopedRequest, kind: str, pk: uuid.UUID) -> HttpResponse:
    """The record as it stands today; a return with what was submitted and what the bureau remarked."""
    record = open_record(kind, pk)
    context = {
        "record": record,
        "pairs": [(value.label, _shown(value)) for value in record.values],
        "submitted": return_page(record.row) if isinstance(record.row, MonthlyReturn) else None,
        "crumbs": [Link("考核评分", reverse("scoring:score-list"))],
    }
    return render(request, "scoring/record_detail.html", context)
