"""Email addresses are compared as they are stored: in lower case."""

from django.db import migrations
from django.db.models.functions import Lower


def lower(apps, schema_editor):
    comments = apps.get_model("comments", "Comment").objects
    comments.exclude(email=Lower("email")).update(email=Lower("email"))


class Migration(migrations.Migration):

    dependencies = [("comments", "0004_likeness")]

    operations = [migrations.RunPython(lower, migrations.RunPython.noop)]
