"""没有开始的一步从前记作 todo：已有的行换成现在的写法，不然页面认不得。"""

from django.db import migrations


def renamed(apps, schema_editor):
    """各步与各条进展的状态。"""
    for name in ("Stage", "Progress"):
        apps.get_model("followup", name).objects.filter(state="todo").update(state="unstarted")


class Migration(migrations.Migration):
    dependencies = [("followup", "0002_written_consent")]
    operations = [migrations.RunPython(renamed, migrations.RunPython.noop)]
