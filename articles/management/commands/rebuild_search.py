"""The search index made anew, for after a restore or a write that went past the triggers."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from articles import search_index
from articles.models import Article


class Command(BaseCommand):
    help = (
        "Build the search index again from the posts. It follows every change by itself; this is "
        "for when it is in doubt, such as after a restore. Harmless to repeat. Readers notice "
        "nothing on SQLite; on PostgreSQL they wait while it runs."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        search_index.build(connection)
        self.stdout.write(f"The search index holds {Article.objects.count()} posts.")
