"""Row-level security and composite keys of this app's tables."""

from __future__ import annotations

from django.db import migrations

from core.rls import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies = [("inspections", "0001_initial"), ("projects", "0002_wall")]

    operations = [ProtectTenantTables()]
