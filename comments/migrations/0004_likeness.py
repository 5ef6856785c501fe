"""The index behind the question whether a comment says nearly the same as a recent one."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("comments", "0003_counts")]

    operations = [
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("simhash__isnull", False)),
                fields=["created_at", "id", "status", "simhash"],
                name="comment_by_likeness",
            ),
        ),
    ]
