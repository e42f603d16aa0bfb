"""重点监管对象名单 is a document: its kind, and the number series of general documents that issues it in known cities."""

from __future__ import annotations

from django.db import migrations, models

from core.rls import RunStatements

# City by city: row-level security holds for the owner of the tables as well.
_ADD_KIND = """
DO $$
DECLARE
    one uuid;
BEGIN
    FOR one IN SELECT id FROM tenancy_city LOOP
        PERFORM set_config('app.city', one::text, true);
        UPDATE reports_numberseries SET kinds = kinds || '["KEY_OBJECT_LIST"]'::jsonb
        WHERE kinds @> '["CIRCULAR"]'::jsonb AND NOT kinds @> '["KEY_OBJECT_LIST"]'::jsonb;
    END LOOP;
    PERFORM set_config('app.city', '', true);
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0009_year_plan")]

    operations = [
        migrations.AlterField(
            model_name="document",
            name="kind",
            field=models.CharField(
                choices=[
                    ("CIRCULAR", "月度通报"),
                    ("CRITICISM", "通报批评"),
                    ("RECTIFICATION_NOTICE", "整改通知书"),
                    ("INTERVIEW_NOTICE", "约谈通知书"),
                    ("REMINDER_LETTER", "提醒敦促函"),
                    ("YEAR_PLAN", "年度质量监督要点"),
                    ("KEY_OBJECT_LIST", "重点监管对象名单"),
                ],
                max_length=24,
                verbose_name="文种",
            ),
        ),
        RunStatements([_ADD_KIND]),
    ]
