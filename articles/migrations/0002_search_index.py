"""The search index with its triggers: see articles/search_index.py."""

from django.db import migrations

from articles import search_index


def build(apps, schema_editor):
    search_index.build(schema_editor.connection)


def remove(apps, schema_editor):
    search_index.remove(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [("articles", "0001_initial")]

    operations = [migrations.RunPython(build, remove)]
