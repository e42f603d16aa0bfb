"""A seat of a draw keeps the number by which the frozen list named its officer: the directory's may be edited later."""

from __future__ import annotations

from django.db import migrations, models

from core.rls import RunStatements

# City by city: row-level security holds for the owner of the tables as well.
_FILL = """
DO $$
DECLARE
    one uuid;
BEGIN
    FOR one IN SELECT id FROM tenancy_city LOOP
        PERFORM set_config('app.city', one::text, true);
        UPDATE inspections_drawnofficer AS seat SET drawn_as = officer.enforcement_id
        FROM inspections_officer AS officer
        WHERE officer.city_id = seat.city_id AND officer.id = seat.officer_id;
    END LOOP;
    PERFORM set_config('app.city', '', true);
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("inspections", "0007_stamped_size")]

    operations = [
        migrations.AddField(
            model_name="drawnofficer",
            name="drawn_as",
            field=models.CharField(default="", max_length=40, verbose_name="抽取时的执法证号"),
            preserve_default=False,
        ),
        RunStatements([_FILL]),
        migrations.AddConstraint(
            model_name="drawnofficer",
            constraint=models.CheckConstraint(
                condition=models.Q(("drawn_as", ""), _negated=True),
                name="inspections_seat_has_its_frozen_number",
            ),
        ),
    ]
