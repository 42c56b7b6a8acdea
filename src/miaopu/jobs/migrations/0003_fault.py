from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0002_one_open_key")]

    operations = [
        migrations.AddField(
            model_name="job",
            name="fault",
            field=models.BooleanField(default=False, verbose_name="失败在程序上"),
        ),
    ]
