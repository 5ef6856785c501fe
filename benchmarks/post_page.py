"""
What an uncached post page costs: CPU milliseconds in the test client, with and without comments.

Run by ``make bench``, on a database in memory.
"""

import os
import statistics
import time

os.environ["DATABASE_URL"] = "sqlite://:memory:"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.test import Client

from tests.factories import make_article, make_category, make_comment, make_tag

PAGES = 200


def cost(address: str) -> float:
    """Median CPU milliseconds of one request of ``address``."""
    client, times = Client(), []
    for _ in range(PAGES):
        started = time.process_time()
        answer = client.get(address)
        times.append((time.process_time() - started) * 1000)
        assert answer.status_code == 200  # noqa: S101
    return statistics.median(times)


def main() -> None:
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    for comments in (0, 10, 100):
        article = make_article(
            categories=[make_category(), make_category()],
            tags=[make_tag()],
            body="<p>" + "Words of a post. " * 20 + "</p>" * 8,
        )
        for _ in range(comments):
            make_comment(article)
        print(f"post page, {comments:3} comments: {cost(article.get_absolute_url()):5.2f} ms CPU")


if __name__ == "__main__":
    main()
