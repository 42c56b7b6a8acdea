"""合同文件与别的附件一样按路径取；原来存的照旧处写上路径。"""

from django.db import migrations, models
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat


def placed(apps, schema_editor):
    """原来存在 contracts/<对接编号>/<文件名>。"""
    told = Concat(Value("contracts/"), Cast(F("pk"), CharField(max_length=20)), Value("/"), F("file"))
    apps.get_model("demands", "Match").objects.filter(file__isnull=False).update(path=told)


class Migration(migrations.Migration):
    dependencies = [("demands", "0001_initial")]
    operations = [
        migrations.AddField("match", "path", models.CharField(max_length=200, null=True, verbose_name="存在哪里")),
        migrations.RunPython(placed, migrations.RunPython.noop),
    ]
