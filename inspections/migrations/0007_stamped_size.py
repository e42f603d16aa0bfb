"""How big the stamped copy of a photo is: without it nobody knows how many parts are still missing."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inspections", "0006_wall_of_field_work")]

    operations = [
        migrations.AddField(
            model_name="photo",
            name="stamped_byte_count",
            field=models.PositiveBigIntegerField(blank=True, null=True, verbose_name="水印图大小（字节）"),
        ),
    ]
