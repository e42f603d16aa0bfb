"""Django's sessions in the database, looked up by a statement that is kept: it comes with every request."""

from __future__ import annotations

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.db.models import CharField, DateTimeField
from django.utils import timezone

from core.kept_query import KeptQuery, Slot

_OPEN = KeptQuery(
    lambda: Session.objects.filter(
        session_key=Slot("key", CharField()), expire_date__gt=Slot("now", DateTimeField())
    ).order_by()
)


class SessionStore(DatabaseStore):
    """`SESSION_ENGINE`: the same rows and the same life as Django's own."""

    def _get_session_from_db(self) -> Session | None:
        for session in _OPEN.rows(key=self.session_key, now=timezone.now()):
            return session
        self._session_key = None
        return None
