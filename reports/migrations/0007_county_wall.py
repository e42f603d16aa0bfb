"""The county wall in the words that the planner can judge (core.rls.county_policy), on the tables that stand."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from core.rls import county_policy, is_tenant

_OWN_WALL = "reports_delivery"


def _renew(apps: Any, schema_editor: Any) -> None:
    for model in apps.get_models():
        table = model._meta.db_table
        columns = {field.column for field in model._meta.concrete_fields}
        if is_tenant(model) and "jurisdiction_id" in columns and table != _OWN_WALL:
            for statement in county_policy(table):
                schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_wall"),
        ("enforcement", "0004_stage_index"),
        ("inspections", "0004_stage_index"),
        ("projects", "0002_wall"),
        ("reports", "0006_delivery_wall"),
        ("scoring", "0003_subject_without_score"),
        ("tenancy", "0002_wall"),
    ]

    operations = [migrations.RunPython(_renew, migrations.RunPython.noop)]
