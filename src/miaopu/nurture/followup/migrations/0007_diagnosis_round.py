from django.db import migrations, models


def emptied(apps, schema):
    """没有评过的以前写成空串，改为空。"""
    apps.get_model("followup", "Diagnosis").objects.filter(round="").update(round=None)


class Migration(migrations.Migration):
    dependencies = [
        ("followup", "0006_diagnosis"),
    ]

    operations = [
        migrations.AlterField(
            model_name="diagnosis",
            name="round",
            field=models.CharField(max_length=20, null=True, verbose_name="轮次"),
        ),
        migrations.RunPython(emptied, migrations.RunPython.noop),
    ]
