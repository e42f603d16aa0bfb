"""The 2022–2028 calendar (notices of 2023–2026, later years provisional) and the legal instruments."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from core.services import load_calendar, load_legal_instruments


def load(apps: Any, schema_editor: Any) -> None:
    """Through the owner's connection and the models of this moment."""
    using = schema_editor.connection.alias
    load_calendar(model=apps.get_model("core", "CalendarDay"), using=using)
    load_legal_instruments(model=apps.get_model("core", "LegalInstrument"), using=using)


class Migration(migrations.Migration):
    dependencies = [("core", "0002_roles_and_extensions")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
