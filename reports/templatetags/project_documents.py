"""The official documents of a project, for its page in the register below: `{% project_documents notices %}`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template

from reports.selectors.project_documents import documents_of_notices

register = template.Library()


@register.inclusion_tag("reports/_project_documents.html")
def project_documents(notices: Iterable[Any]) -> dict[str, Any]:
    """The documents that the reader's scope may see. One query."""
    return {"documents": documents_of_notices([notice.pk for notice in notices])}
