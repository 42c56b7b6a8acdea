from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("screening", "0003_turns"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="round",
            constraint=models.UniqueConstraint(
                condition=models.Q(("current", True)), fields=("current",), name="screening_one_current"
            ),
        ),
    ]
