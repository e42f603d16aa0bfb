"""A delivery to an organization names no county: the county wall lets it through to the organization's people."""

from __future__ import annotations

from django.db import migrations

from core.rls import COUNTY, RunStatements


class Migration(migrations.Migration):
    dependencies = [("reports", "0005_export_file")]

    operations = [
        RunStatements(
            [
                "DROP POLICY county_wall ON reports_delivery",
                "CREATE POLICY county_wall ON reports_delivery AS RESTRICTIVE USING ("
                f"(SELECT {COUNTY}) IS NULL OR jurisdiction_id = (SELECT {COUNTY}) OR organization_id IS NOT NULL)",
            ]
        )
    ]
