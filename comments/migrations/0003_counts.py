"""The standard policy, the triggers that count, and the marks of what was there before."""

from django.db import migrations

from comments import counts

VERBS = {"published": "approve", "rejected": "reject", "spam": "mark_spam", "held": "hold"}


def complete_decisions(apps):
    """Say of each decision what was done, and what its comment was before: it can be undone."""
    Decision = apps.get_model("comments", "Decision")
    for status, verb in VERBS.items():
        Decision.objects.filter(to_status=status).update(verb=verb)
        Decision.objects.filter(from_status=status).update(before={"status": status})


def fill(apps, schema_editor):
    apps.get_model("comments", "Policy").objects.create(name="Standard")
    complete_decisions(apps)
    Comment = apps.get_model("comments", "Comment")
    heads = dict(Comment.objects.filter(parent=None).values_list("pk", "pk"))
    waiting = dict(Comment.objects.exclude(parent=None).values_list("pk", "parent"))
    while waiting:
        found = {pk: heads[parent] for pk, parent in waiting.items() if parent in heads}
        if not found:
            break
        for pk, head in found.items():
            Comment.objects.filter(pk=pk).update(thread=head)
            heads[pk] = head
            del waiting[pk]
    counts.install(schema_editor.connection)


def empty(apps, schema_editor):
    counts.remove(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [("comments", "0002_discussion")]

    operations = [migrations.RunPython(fill, empty)]
