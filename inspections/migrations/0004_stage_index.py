"""One index for every count by stage and overdue; the partial one was never chosen for `state IN (…)`."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inspections", "0003_null_is_no_pass")]

    operations = [
        migrations.RemoveIndex(model_name="finding", name="inspections_finding_open"),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                fields=["city", "state", "due_on"],
                include=("jurisdiction", "severity"),
                name="inspections_finding_stage",
            ),
        ),
    ]
