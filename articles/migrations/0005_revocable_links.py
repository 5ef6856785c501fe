from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0004_picture_uses")]

    operations = [
        migrations.AddField(
            model_name="article",
            name="link_series",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
    ]
