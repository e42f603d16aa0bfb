from django.db import migrations, models

KINDS = [
    ("WORKS_BREAKDOWN", "项目划分确认"),
    ("CONCEALED_UNIT", "重要隐蔽（关键部位）单元工程质量评定核备"),
    ("DIVISION", "分部工程质量评定核备"),
    ("UNIT_WORK", "单位工程质量评定核备"),
    ("APPEARANCE", "外观质量评定核备"),
    ("DEFECT", "质量缺陷备案"),
    ("OTHER", "其他备查事项"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0005_people_are_found_by_digest"),
        ("tenancy", "0003_initials"),
    ]

    operations = [
        migrations.AddField(
            model_name="defectfiling",
            name="affects_life",
            field=models.BooleanField(default=False, verbose_name="影响设计使用年限"),
        ),
        migrations.AddField(
            model_name="defectfiling",
            name="treatment",
            field=models.CharField(blank=True, max_length=500, verbose_name="处理情况"),
        ),
        migrations.AddField(
            model_name="qualityfiling",
            name="opinion",
            field=models.CharField(blank=True, max_length=300, verbose_name="审查意见"),
        ),
        migrations.AddField(
            model_name="qualityfiling",
            name="reviewer_name",
            field=models.CharField(blank=True, max_length=60, verbose_name="审查人"),
        ),
        migrations.AlterField(
            model_name="filingtype",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=30, verbose_name="核备类型"),
        ),
        migrations.AlterField(
            model_name="qualityfiling",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=30, verbose_name="核备类型"),
        ),
        migrations.AddConstraint(
            model_name="qualityfiling",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "DEFECT"), _negated=True),
                name="projects_defect_is_filed_as_defect",
            ),
        ),
    ]
