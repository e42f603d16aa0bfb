"""Row-level security and composite keys of this app's tables."""

from __future__ import annotations

from django.db import migrations

from core.rls import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies = [("enforcement", "0001_initial"), ("inspections", "0002_wall")]

    operations = [ProtectTenantTables()]
