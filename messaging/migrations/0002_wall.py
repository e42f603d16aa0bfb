"""The wall round messages: by city, and by person wherever somebody acts as one."""

from __future__ import annotations

from django.db import migrations

from core.rls import COUNTY, USER, ProtectTenantTables, RunStatements


def _own(table: str, column: str) -> str:
    """Whoever acts as a person (app.user) touches the own rows only; jobs and services open the city's scope."""
    return (
        f"CREATE POLICY own_wall ON {table} AS RESTRICTIVE "
        f"USING (CASE WHEN (SELECT {USER}) IS NULL THEN true ELSE {column} = (SELECT {USER}) END)"
    )


class Migration(migrations.Migration):
    dependencies = [("messaging", "0001_initial"), ("accounts", "0002_wall")]

    operations = [
        ProtectTenantTables(),
        RunStatements(
            [
                _own("messaging_message", "recipient_id"),
                _own("messaging_preference", "user_id"),
                # The bureau watches the delivery of all messages of the city (not their text); a county the own ones.
                "CREATE POLICY own_wall ON messaging_dispatch AS RESTRICTIVE USING (CASE WHEN"
                f" (SELECT {COUNTY}) IS NULL THEN true ELSE recipient_id = (SELECT {USER}) END)",
            ]
        ),
    ]
