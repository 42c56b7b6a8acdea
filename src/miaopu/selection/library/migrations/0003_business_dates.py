"""各件记业务日期：原来只有真实时刻的，取那一刻当地的日子；真实时刻仍在操作日志里。"""

from django.db import migrations, models
from django.utils import timezone

import miaopu.selection.city

DATED = ("move", "quotaset", "draft", "dispatch", "opinion", "issue")
STEPS = (
    ("draft", "adopted", "采用日"),
    ("parcel", "received", "签收日"),
    ("parcel", "opined", "报意见日"),
    ("parcel", "reviewed", "复核日"),
    ("parcel", "withdrawn", "收回日"),
    ("alert", "acked", "处置日"),
)
TODAY = miaopu.selection.city.today


def dated(apps, schema):
    """时刻 → 当地的日子。"""
    places = [(model, "at", "on") for model in DATED] + [("member", "made", "made_on")]
    places += [(model, f"{name}_at", f"{name}_on") for model, name, _ in STEPS]
    for model, old, new in places:
        every = apps.get_model("library", model).objects.using(schema.connection.alias)
        rows = list(every.exclude(**{old: None}))
        for one in rows:
            setattr(one, new, timezone.localdate(getattr(one, old)))
        every.bulk_update(rows, [new], batch_size=200)


class Migration(migrations.Migration):
    dependencies = [("library", "0002_library")]

    operations = [
        *[migrations.AddField(model, "on", models.DateField(default=TODAY, verbose_name="日期")) for model in DATED],
        migrations.AddField("member", "made_on", models.DateField(default=TODAY, verbose_name="哪天提的")),
        *[
            migrations.AddField(model, f"{name}_on", models.DateField(null=True, verbose_name=title))
            for model, name, title in STEPS
        ],
        migrations.RunPython(dated, migrations.RunPython.noop),
        *[migrations.RemoveField(model, f"{name}_at") for model, name, _ in STEPS],
        migrations.RemoveField("member", "made"),
        migrations.RenameField("member", "made_on", "made"),
    ]
