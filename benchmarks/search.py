"""
How fast the search index is made and answers, over 10,000 posts of about 400 words.

    .venv/bin/python benchmarks/search.py                       on SQLite, in a temporary file
    .venv/bin/python -m tests.postgres .venv/bin/python benchmarks/search.py
                                                    on a PostgreSQL server of its own, if installed

It prints the seconds that indexing takes (aim: 5), and for each query the CPU milliseconds of this
process and the elapsed ones, best of several runs. The aims are for SQLite, that of 3 ms for the
search of two words alone; the page adds its other queries, excerpts and template. A PostgreSQL
server works in processes of its own, so there the elapsed time is the one to look at. What grows
is the number of posts found: each is ranked.
"""

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
POSTS, WORDS, VOCABULARY = 10_000, 400, 30_000
INDEXING_SECONDS, QUERY_MILLISECONDS = 5, 3


def vocabulary(dice: random.Random) -> list[str]:
    """Made-up words, all different, of the length that words have."""
    syllables = [first + second for first in "bdfgklmnprstv" for second in "aeiou"]
    found: dict[str, None] = {}
    while len(found) < VOCABULARY:
        found["".join(dice.choices(syllables, k=dice.randint(2, 4)))] = None
    return list(found)


def fill(words: list[str], dice: random.Random) -> None:
    """Publish the posts; words are as unequally common as those of a language."""
    from django.utils import timezone

    from articles.models import Article

    now, steps = timezone.now(), range(1, len(words) + 1)
    sums = [0.0]
    for rank in steps:
        sums.append(sums[-1] + 1 / rank)
    posts = []
    for number in range(POSTS):
        text = dice.choices(words, cum_weights=sums[1:], k=WORDS)
        paragraphs = [" ".join(text[at : at + 80]) for at in range(30, WORDS, 80)]
        posts.append(
            Article(
                title=" ".join(text[:8]),
                slug=f"post-{number}",
                standfirst=" ".join(text[8:30]),
                body="".join(f"<p>{paragraph}.</p>" for paragraph in paragraphs),
                status=Article.Status.PUBLISHED,
                published_at=now - timedelta(hours=number),
            )
        )
    Article.objects.bulk_create(posts, batch_size=500)


def best(action: Callable[[], object], times: int = 7) -> tuple[float, float]:
    """The CPU and the elapsed milliseconds of ``action``, the best of each."""
    cpu, elapsed = [], []
    for _ in range(times):
        process, clock = time.process_time(), time.perf_counter()
        action()
        cpu.append(time.process_time() - process)
        elapsed.append(time.perf_counter() - clock)
    return 1000 * min(cpu), 1000 * min(elapsed)


def measure() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from articles import search, search_index, search_words

    call_command("migrate", verbosity=0)
    dice = random.Random(1)  # noqa: S311  (the same posts every time)
    words = vocabulary(dice)
    search_index.remove(connection)
    fill(words, dice)
    process, clock = time.process_time(), time.perf_counter()
    search_index.build(connection)
    cpu, elapsed = time.process_time() - process, time.perf_counter() - clock
    print(f"{connection.vendor}: {POSTS} posts of {WORDS} words")
    print(f"indexing: {elapsed:.2f} s, of which CPU here {cpu:.2f} s (aim: {INDEXING_SECONDS} s)")
    print(f"ms, aim {QUERY_MILLISECONDS}: search alone CPU / elapsed, whole page CPU / elapsed")
    for name, typed in {
        "two words, usual": f"{words[300]} {words[500]}",
        "two words, common": f"{words[20]} {words[50]}",
        "two words, in most posts": f"{words[0]} {words[1]}",
        "one word, common": words[20],
        "phrase": f'"{words[10]} {words[20]}"',
        "beginning": words[300][:3],
    }.items():
        query = search_words.parse(typed)
        total = search.find(query).total
        alone = best(lambda query=query: search.ranked(query))
        page = best(lambda typed=typed: Client().get("/", {"s": typed}))
        print(f"  {name}, {total} found: {alone[0]:.1f} / {alone[1]:.1f}", end=", ")
        print(f"{page[0]:.1f} / {page[1]:.1f}")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")
        os.environ["DJANGO_SETTINGS_MODULE"] = "newsroom.settings"
        os.environ["ALLOWED_HOSTS"] = "testserver"
        sys.path.insert(0, str(ROOT))
        import django

        django.setup()
        measure()


if __name__ == "__main__":
    main()
