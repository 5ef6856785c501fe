"""
The attack on the page cache: does anybody ever see an old page?

``python -m benchmarks.freshness [--reads N] [--servers N] [--pause S] [--blind]`` starts
``manage.py serve`` with two processes, or several such servers, on the database that DATABASE_URL
names (a new SQLite file without it), and lets readers ask for pages as fast as they can while
writers publish, rename, comment, approve and schedule posts, and roll changes back, with a pause of
S seconds at the most. Every change is a number that goes up. What a reader gets must not be older
than the last change that was through when they asked; a scheduled post must be there from its
second on and not before.

With ``--blind`` the check before a page is stored is left out: then the attack has to find old
pages, which proves that it can see them. It is for an empty database, and leaves its posts in it.
"""

import argparse
import http.client
import os
import random
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests import production

PROCESSES, READERS, POSTS = 2, 6, 5
HEADERS = {"Host": production.HOST, "X-Forwarded-Proto": "https"}

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--reads", type=int, default=100_000)
parser.add_argument("--servers", type=int, default=1)
parser.add_argument("--pause", type=float, default=0.5, help="between changes, seconds at the most")
parser.add_argument("--blind", action="store_true")

folder = Path(tempfile.mkdtemp(prefix="newsroom-freshness-"))
url = os.environ.get("DATABASE_URL") or f"sqlite:///{folder}/site.sqlite3"
os.environ |= production.settings(folder, DATABASE_URL=url)

import django

django.setup()

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from articles.models import Article, Author, Category
from comments.models import Comment, Policy
from comments.pages import PAGE_SIZE

NUMBER = re.compile(rb"marked-(\d+)-end")
SAID = re.compile(rb"said-(\d+)-end")
COUNT = re.compile(rb'id="comments-heading">([\d,]+) ')
# Stands for newsroom.wsgi with the check before storing left out.
BLIND = """
from newsroom.wsgi import application
from newsroom import page_cache

def may_keep(self, kept, before, began):
    kept.numbers = self.numbers(kept.depends_on)
    kept.made, kept.until = began, self.freshness.until(began, kept.numbers[0])
    kept.moment = kept.until
    return True

page_cache.PageCache.may_keep = may_keep
"""


class Site:
    """What is true at this moment, as far as it has been committed."""

    def __init__(self, ports: list[int]) -> None:
        self.ports, self.pause = ports, 0.0
        self.reads, self.wanted = 0, 0
        self.lock = threading.Lock()
        self.problems: Counter[str] = Counter()
        self.changes: Counter[str] = Counter()
        self.marks: list[int] = [0] * POSTS
        self.said: list[int] = [0] * POSTS
        self.slugs = [f"post-{number}" for number in range(POSTS)]
        self.is_over = threading.Event()
        self.day = ""

    def count(self) -> bool:
        with self.lock:
            self.reads += 1
            if self.reads >= self.wanted:
                self.is_over.set()
        return not self.is_over.is_set()


def read(site: Site) -> None:
    """Ask for posts and lists, and compare with what was through before."""
    dice = random.Random()  # noqa: S311
    lines = [http.client.HTTPConnection("127.0.0.1", port, timeout=60) for port in site.ports]
    while site.count():
        number = dice.randrange(POSTS)
        mark, said, slug = site.marks[number], site.said[number], site.slugs[number]
        whole = sum(site.marks) if dice.random() < 0.2 else None
        path = "/category/all/" if whole is not None else f"/{site.day}/{slug}/"
        is_further = whole is None and said > PAGE_SIZE and dice.random() < 0.2
        path += "comment-page-2/" * is_further
        line = dice.choice(lines)
        line.request("GET", path, headers=HEADERS)
        answer = line.getresponse()
        body = answer.read()
        if answer.status == 301:  # The post was renamed meanwhile.
            continue
        if answer.status != 200:
            site.problems[f"{answer.status} for {path}"] += 1
            continue
        if whole is not None:
            if sum(map(int, NUMBER.findall(body))) < whole:
                site.problems["old list"] += 1
            continue
        if max(map(int, NUMBER.findall(body)), default=-1) < mark:
            site.problems["old post"] += 1
        if not is_further and max(map(int, SAID.findall(body)), default=0) < said:
            site.problems["old discussion"] += 1
        counted = COUNT.search(body)
        if said and not (counted and int(counted[1].replace(b",", b"")) >= said):
            site.problems["old count of comments"] += 1


def write(site: Site, posts: list[int]) -> None:
    """Change ``posts`` in one way after another; what is noted is committed."""
    dice = random.Random()  # noqa: S311
    while not site.is_over.is_set():
        number = dice.choice(posts)
        how = dice.choice(["save", "update", "comment", "approve", "rename", "roll back"])
        article = Article.objects.get(slug=site.slugs[number])
        mark = site.marks[number] + 1
        title = f"Post marked-{mark}-end"
        if how == "save":
            article.title = title
            article.save()
        elif how == "update":
            Article.objects.filter(pk=article.pk).update(title=title)
        elif how == "rename":
            article.title, article.slug = title, f"post-{number}-{secrets.token_hex(4)}"
            article.save()
            site.slugs[number] = article.slug
        elif how == "roll back":
            with transaction.atomic():
                article.title = "Post marked-0-end"
                article.save()
                time.sleep(0.002)
                transaction.set_rollback(True)
        else:
            said = site.said[number] + 1
            status = "published" if how == "comment" else "held"
            with transaction.atomic():
                comment = Comment.objects.create(
                    article=article, name="R", body=f"said-{said}-end", status=status
                )
                if how == "approve":
                    comment.approve()
            site.said[number] = said
        if how in ("save", "update", "rename"):
            site.marks[number] = mark
        site.changes[how] += 1
        # Changes in bursts, and rests in which an old page that was kept has time to be seen.
        time.sleep(dice.random() * dice.choice([0.03, site.pause]))
    connection.close()


def schedule(site: Site) -> None:
    """Let posts appear and end at their second, and look a moment before and after."""
    line = http.client.HTTPConnection("127.0.0.1", site.ports[-1], timeout=60)
    number = 0

    def status(path: str) -> int:
        line.request("GET", path, headers=HEADERS)
        answer = line.getresponse()
        body = answer.read()
        return answer.status if path != "/" else int(b"A plan" in body)

    while not site.is_over.is_set():
        number += 1
        at = timezone.now() + timezone.timedelta(seconds=1)
        ends = at + timezone.timedelta(seconds=1)
        article = Article.objects.create(title=f"A plan {number}", body="<p>x</p>", ends_at=ends)
        article.sign(Author.objects.first())
        article.publish(at=at)
        path = f"/{at:%Y/%m/%d}/{article.slug}/"
        while timezone.now() < ends + timezone.timedelta(seconds=0.3):
            before = timezone.now()
            for address, there, gone in ((path, 200, 404), ("/", 1, 0)):
                found, after = status(address), timezone.now()
                wanted = there if at <= before and after < ends else None
                wanted = gone if after < at or before >= ends else wanted
                if wanted is not None and found != wanted:
                    site.problems[f"scheduled: {found} for {address[:3]}"] += 1
            time.sleep(0.01)
        article.delete()
        site.changes["schedule"] += 1
        time.sleep(site.pause)
    connection.close()


@contextmanager
def blind_server(port: int) -> Iterator[None]:
    """A server without the check before storing."""
    (folder / "blind.py").write_text(BLIND)
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port)]
    command += ["--workers", str(PROCESSES), "--blocking-threads", "4", "blind:application"]
    environment = os.environ | {"PYTHONPATH": f"{folder}:{production.ROOT}"}
    server = subprocess.Popen(command, env=environment, **production.QUIET)  # noqa: S603
    try:
        yield
    finally:
        server.terminate()
        server.wait(60)


def main() -> None:
    arguments = parser.parse_args()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    site = Site([production.free_port() for _ in range(arguments.servers)])
    # Told to stop, it says what it has found so far.
    signal.signal(signal.SIGTERM, lambda *_given: site.is_over.set())
    site.wanted, site.pause = arguments.reads, arguments.pause
    Policy.standard()
    Policy.objects.update(newest_first=True)  # So the newest comment is on the first page.
    author, category = Author.objects.create(name="Ana"), Category.objects.create(name="All")
    for slug in site.slugs:
        article = Article.objects.create(title="Post marked-0-end", slug=slug, body="<p>Text.</p>")
        article.sign(author)
        article.file_under(category)
        article.publish()
        site.day = f"{article.published_on:%Y/%m/%d}"
    connection.close()
    with ExitStack() as servers:
        for port in site.ports:
            if arguments.blind:
                servers.enter_context(blind_server(port))
            else:
                serve = ["--port", str(port), "--processes", str(PROCESSES)]
                servers.enter_context(production.serve(os.environ, *serve))
        for port in site.ports:
            production.wait_for(http.client.HTTPConnection("127.0.0.1", port, timeout=60))
        started = time.perf_counter()
        halves = [list(range(0, POSTS, 2)), list(range(1, POSTS, 2))]
        threads = [threading.Thread(target=read, args=[site]) for _ in range(READERS)]
        threads += [threading.Thread(target=write, args=[site, half]) for half in halves]
        threads.append(threading.Thread(target=schedule, args=[site]))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - started
    print(f"{connection.vendor}{', blind' if arguments.blind else ''}: {site.reads:,} reads in")
    print(f"  {seconds:.0f} s by {READERS} readers of {arguments.servers} × {PROCESSES} ", end="")
    print("processes; changes: ", end="")
    print(", ".join(f"{number} {how}" for how, number in sorted(site.changes.items())))
    print("  old or wrong answers: " + (str(dict(site.problems)) if site.problems else "0"))
    sys.exit(bool(site.problems) != arguments.blind)


if __name__ == "__main__":
    main()
