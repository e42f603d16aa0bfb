"""The issued official documents that concern a project; they belong to an app above and are reached by its deliveries."""

from __future__ import annotations

from typing import Any

from django.db.models import ForeignKey, Q

from projects.models import Organization, Project

_NOTICE = "enforcement.rectificationnotice"
_KEY_LIST = "scoring.keyobjectlist"


def issued_documents(project: Project) -> list[Any]:
    """Of its notices and of the lists of key objects that it stands on, as far as the scope sees them. One query."""
    about = Q(subject_kind=_NOTICE, subject_id__in=project.notices.order_by().values("pk"))
    entries = project.key_entries.filter(is_on=True).order_by()
    about |= Q(subject_kind=_KEY_LIST, subject_id__in=entries.values("key_list"))
    rows: Any = _documents()._default_manager.filter(about, state="ISSUED", dated_on__isnull=False)
    return list(rows.defer("facts", "prose", "content").order_by("-dated_on"))


def _documents() -> Any:
    """The model that deliveries to organizations deliver."""
    delivery: Any = Organization._meta.get_field("deliveries").related_model
    document = delivery._meta.get_field("document")
    if not isinstance(document, ForeignKey):
        raise TypeError("a delivery delivers no document")
    return document.related_model
