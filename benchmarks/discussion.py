"""
What the discussion costs with 100,000 posts and 1,000,000 comments, 10,000 of them under one post.

    make bench-discussion

The data is made once (some minutes for each database) and kept in the folder SCALE of the Makefile.
Milliseconds are medians: CPU of this process, and elapsed. A PostgreSQL server works in processes
of its own, so there the elapsed time is the one to look at.
"""

import os
import statistics
import time
from collections.abc import Callable
from itertools import count

os.environ["DEBUG"] = "true"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

import django

django.setup()

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.template import engines
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from articles.models import Article
from comments.models import Comment, Discussion, Token
from comments.pages import PAGE_SIZE, DiscussionPage
from comments.weighing import weigh
from tests.pages import comment_form

ARTICLES, COMMENTS, TIMES = 100_000, 1_000_000, 30
numbers = count(int(time.time() * 1000))


def cost(label: str, aim: str, action: Callable[[], object]) -> None:
    """Print queries, CPU and elapsed milliseconds of ``action``."""
    action()
    with CaptureQueriesContext(connection) as captured:
        action()
    queries = len(captured)
    cpu, elapsed = [], []
    for _ in range(TIMES):
        process, clock = time.process_time(), time.perf_counter()
        action()
        cpu.append(time.process_time() - process)
        elapsed.append(time.perf_counter() - clock)
    figures = f"{queries:3} queries {1000 * statistics.median(cpu):7.2f} ms CPU"
    print(f"{label:40} {figures} {1000 * statistics.median(elapsed):7.2f} ms elapsed (aim: {aim})")


def prepare() -> User:
    """Make the data where there is none yet, and a moderator; let the filter learn a little."""
    call_command("migrate", verbosity=0)
    if not Article.objects.exists():
        call_command("load_scale", articles=ARTICLES, comments=COMMENTS)
    moderator, _ = User.objects.get_or_create(
        username="bench", defaults={"is_staff": True, "is_superuser": True}
    )
    if not Token.objects.exists():
        for number, comment in enumerate(Comment.objects.awaiting()[:400]):
            comment.mark_spam(by=moderator) if number % 4 == 0 else comment.approve(by=moderator)
    if connection.vendor == "postgresql":
        # What autovacuum does meanwhile on a server that runs longer than this one.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return moderator


def section(article: Article, number: int) -> Callable[[], object]:
    """Draw the comment part of a page of ``article``: page ``number`` of its discussion."""
    template = engines["django"].from_string("{% load comments %}{% comment_section article %}")
    request = RequestFactory().get(article.get_absolute_url())

    def render() -> None:
        vars(article).pop("discussion_page", None)
        page = DiscussionPage(article, number)
        template.render({"article": article, "discussion_page": page}, request)

    return render


def accept(article: Article) -> Callable[[], None]:
    """Post a comment as a reader does."""
    client = Client(SERVER_NAME="127.0.0.1")
    action, fields = comment_form(client.get(article.get_absolute_url()))

    def post() -> None:
        number = next(numbers)
        answer = client.post(
            action,
            fields
            | {
                "body": f"Something that reader {number} had to say about it, in some words.",
                "name": "Reader",
                "email": f"reader{number}@example.org",
            },
            REMOTE_ADDR=f"10.{number // 62_500 % 250}.{number // 250 % 250}.{number % 250}",
        )
        assert answer.status_code == 303, answer.status_code  # noqa: S101

    return post


def main() -> None:
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["127.0.0.1", "testserver"]
    moderator = prepare()
    article = Article.objects.published().newest_first().first()
    discussion = Discussion.objects.of(article)
    print(
        f"{connection.vendor}: {Comment.objects.count():,} comments, {discussion.comment_count:,}"
    )
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(moderator)
    last = -(-discussion.thread_count // PAGE_SIZE)
    article = Article.objects.published().with_page_details().get(pk=article.pk)
    for number in (1, last // 2, last):
        cost(f"comment part, page {number}", "3, 5 ms", section(article, number))
    cost("whole post page", "", lambda: client.get(article.get_absolute_url()))
    for tab in ("held", "reported", "spam", "published", "mine"):
        address = f"/admin/comments/comment/queue/?tab={tab}"
        cost(f"queue, {tab}", "6, 20 ms", lambda a=address: client.get(a))
    waiting = Comment.objects.awaiting().iterator()
    cost("a decision", "10 ms", lambda: next(waiting).approve(by=moderator))
    cost("accepting a comment", "12, 10 ms", accept(article))
    comment = Comment.objects.published().newest_first().first()
    cost("the filter", "1, 1 ms", lambda: weigh(comment))


if __name__ == "__main__":
    main()
