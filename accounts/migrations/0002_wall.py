"""Row-level security of role assignments; a person may also read the own ones in every city (to sign in)."""

from __future__ import annotations

from django.db import migrations

from core.rls import USER, ProtectTenantTables, RunStatements


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("tenancy", "0002_wall")]

    operations = [
        ProtectTenantTables(),
        RunStatements(
            [
                f"CREATE POLICY own_roles ON accounts_roleassignment FOR SELECT USING (user_id = (SELECT {USER}))",
            ]
        ),
    ]
