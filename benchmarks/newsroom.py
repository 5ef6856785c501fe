"""
What the newsroom's own pages cost: dashboard, list of posts, form, at 100 posts and at 100,000
with 1,000,000 comments.

    make bench-newsroom

The data is made once (some minutes for each database) and kept in the folder SCALE of the Makefile.
Milliseconds are medians: CPU of this process, and elapsed. A PostgreSQL server works in processes
of its own, so there the elapsed time is the one to look at.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta

os.environ["DEBUG"] = "true"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

import django

django.setup()

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string

from articles.keyset import Cursor
from articles.models import Article, Author, Autosave, Byline, Category, Presence
from comments.models import Comment

COMMENTS_TO_ARTICLES, TIMES = 10, 20
DASHBOARD, LIST = "/admin/", "/admin/articles/article/"


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


def person(role: str) -> User:
    """Somebody in ``role`` who signs posts, and has one of their own open and one not saved."""
    user, is_new = User.objects.get_or_create(
        username=f"bench-{role.lower()}",
        defaults={"is_staff": True, "is_superuser": role == "Administrator"},
    )
    if is_new:
        if role != "Administrator":
            user.groups.add(Group.objects.get(name=role))
        author = Author.objects.filter(user=None).earliest("pk")
        Author.objects.filter(pk=author.pk).update(user=user)
        Autosave.objects.create(user=user, fields={"title": ["Not saved"], "body": ["<p>x</p>"]})
    return user


def keep(client: Client, address: str, article: Article, sent: list[str]) -> None:
    """What the form's script does every few seconds; ``sent`` are the states it told of so far."""
    fields = {"title": [article.title], "body": [article.body], "base": [str(article.version)]}
    known = sent[-1:]
    sent.append(get_random_string(16))
    data = {"fields": fields, "known": known, "token": sent[-1]}
    answer = client.post(address, data, content_type="application/json")
    assert answer.status_code == 200, answer.content  # noqa: S101


def prepare(articles: int) -> None:
    """Make the data where there is none yet."""
    call_command("migrate", verbosity=0)
    if not Article.objects.exists():
        call_command("load_scale", articles=articles, comments=articles * COMMENTS_TO_ARTICLES)
    newest = Article.objects.order_by("-saved_at", "-pk").first()
    for role in ("Reporter", "Editor"):
        presence = {"last_active": timezone.now() + timedelta(hours=1)}
        Presence.objects.update_or_create(article=newest, user=person(role), defaults=presence)
    if connection.vendor == "postgresql":
        # What autovacuum does meanwhile on a server that runs longer than this one.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def lists(user: User) -> dict[str, str]:
    """The addresses of the lists that are measured, by what they are."""
    place = Article.objects.count() // 2
    row = Article.objects.order_by("-saved_at", "-pk").values_list("saved_at", "pk")[place]
    word = Article.objects.newest_first().values_list("title", flat=True)[0].split()[0]
    writer = Byline.objects.of(user).first()
    author = writer.author.name if writer else Author.objects.earliest("pk").name
    return {
        "first page": "",
        "in the middle": f"?older={Cursor(*row)}",
        "last page": "?last=1",
        "drafts": "?state=draft",
        "in review": "?state=review",
        "scheduled": "?state=scheduled",
        "published": "?state=public",
        "trash": "?state=trash",
        "of a category": f"?category={Category.objects.earliest('pk').pk}",
        "of an author": f"?author={author}",
        "mine": "?mine=on",
        "one word": f"?q={word}",
        "three letters of many words": f"?q={word[:3]}",
        "a word that is nowhere": "?q=unheardof",
        "one word in drafts": f"?q={word}&state=draft",
    }


def main() -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1", "testserver"]
    prepare(int(sys.argv[1]))
    settings.DEBUG = False
    counts = f"{Article.objects.count():,} posts, {Comment.objects.count():,} comments"
    print(f"{connection.vendor}: {counts}")
    for role in ("Administrator", "Editor", "Reporter"):
        user, client = person(role), Client(SERVER_NAME="127.0.0.1")
        client.force_login(user)

        def get(address: str, client: Client = client) -> None:
            answer = client.get(address)
            assert answer.status_code == 200, (address, answer.status_code)  # noqa: S101

        print(role)
        cost("dashboard", "50 ms", lambda get=get: get(DASHBOARD))
        for name, query in lists(user).items():
            cost(f"list, {name}", "50 ms", lambda a=LIST + query, get=get: get(a))
        article = Article.objects.written_by(user).order_by("-saved_at").first()
        if article is None:
            article = Article.objects.drafts().first()
        form = reverse("admin:articles_article_change", args=[article.pk])
        cost("form", "", lambda a=form, get=get: get(a))
        autosave = reverse("admin:articles_article_autosave", args=[article.pk])
        Autosave.objects.filter(user=user, article=article).delete()
        sent: list[str] = []
        cost(
            "autosave",
            "15 ms",
            lambda a=autosave, c=client, p=article, s=sent: keep(c, a, p, s),
        )


if __name__ == "__main__":
    main()
