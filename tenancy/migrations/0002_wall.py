"""Row-level security and composite keys of jurisdictions and jobs."""

from __future__ import annotations

from django.db import migrations

from core.rls import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0001_initial"), ("core", "0002_roles_and_extensions")]

    operations = [ProtectTenantTables()]
