"""Only the owner role changes the schema."""

from __future__ import annotations

from typing import Any

from django.conf import settings


class OwnerMigratesRouter:
    """`migrate` runs on the `owner` alias alone; where no owner is configured, nothing may migrate."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        """True on the owner alias."""
        return db == "owner" if "owner" in settings.DATABASES else None
