"""The walls round the tables of this app were built again: a delivery to an organization is let through as before (0006)."""

from __future__ import annotations

from django.db import migrations

from core.rls import COUNTY, RunStatements


class Migration(migrations.Migration):
    dependencies = [("reports", "0011_return_upload")]

    operations = [
        RunStatements(
            [
                "DROP POLICY county_wall ON reports_delivery",
                "CREATE POLICY county_wall ON reports_delivery AS RESTRICTIVE USING ("
                f"(SELECT {COUNTY}) IS NULL OR jurisdiction_id = (SELECT {COUNTY}) OR organization_id IS NOT NULL)",
            ]
        )
    ]
