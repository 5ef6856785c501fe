"""A large newsroom to measure with: made-up posts and comments, by the hundred thousand."""

import random
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from itertools import islice
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management.base import BaseCommand, CommandError
from django.core.management.color import no_style
from django.db import connection, transaction
from django.utils import timezone
from PIL import Image as Pixels

from articles.models import Article, Author, Byline, Category, Event, Filing, Image, Revision
from comments.models import Comment

AUTHORS, CATEGORIES, WRITERS, PICTURES = 50, 20, 20_000, 4
# Beside each so many published posts, one of every other state.
PUBLISHED_TO_OTHERS = 500
# One post carries a discussion as no other does.
LARGEST, LARGEST_SHARE = 10_000, 100
BATCH = 5_000
STATUSES = ["published"] * 90 + ["held"] * 3 + ["rejected"] * 3 + ["spam"] * 4
RULES = {"held": "first-comment", "spam": "filter-sure"}


def made_up_words(number: int, dice: random.Random) -> list[str]:
    """``number`` made-up words, all different, of the length that words have."""
    syllables = [first + second for first in "bdfgklmnprstv" for second in "aeiou"]
    found: dict[str, None] = {}
    while len(found) < number:
        found["".join(dice.choices(syllables, k=dice.randint(2, 4)))] = None
    return list(found)


class Command(BaseCommand):
    help = (
        "Fill an empty database with made-up posts and comments to measure with; the newest post "
        f"gets a hundredth of the comments, at most {LARGEST:,}. Refused when DEBUG is off."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--articles", type=int, default=1_000, help="how many posts")
        parser.add_argument("--comments", type=int, default=10_000, help="how many comments")

    def handle(self, *args: Any, articles: int, comments: int, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("Made-up posts would be public, so they need DEBUG=true.")
        if Article.objects.exists() or Comment.objects.exists():
            raise CommandError(
                "There are posts already. Name an empty database: DATABASE_URL=sqlite:///scale.sqlite3"
            )
        if articles < 1 or comments < 0:
            raise CommandError("Give at least one post, and no negative number of comments.")
        dice = random.Random(1)  # noqa: S311  (always the same newsroom)
        words = made_up_words(5_000, dice)
        load_articles(articles, words, dice)
        load_newsroom(articles, words, dice)
        self.stdout.write(f"{articles:,} posts.")
        load_comments(articles, comments, words, dice)
        self.stdout.write(f"{comments:,} comments.")


def load_articles(number: int, words: list[str], dice: random.Random) -> None:
    """Publish ``number`` posts, an hour apart, the last one an hour ago; keys count from 1."""
    now = timezone.now()
    authors = Author.objects.bulk_create(
        Author(name=f"Author {each}", slug=f"author-{each}") for each in range(1, AUTHORS + 1)
    )
    categories = Category.objects.bulk_create(
        Category(name=f"Category {each}", slug=f"category-{each}", position=each)
        for each in range(1, CATEGORIES + 1)
    )
    pictures = [load_picture(each) for each in range(PICTURES)]
    posts = (
        made_up_post(
            each,
            words,
            dice,
            lead_image=pictures[each % PICTURES],
            status=Article.Status.PUBLISHED,
            published_at=now - timedelta(hours=number - each + 1),
        )
        for each in range(1, number + 1)
    )
    for batch in batches(posts):
        with transaction.atomic():
            Article.objects.bulk_create(batch)
            Byline.objects.bulk_create(
                Byline(article=each, author=authors[each.pk % AUTHORS]) for each in batch
            )
            Filing.objects.bulk_create(
                Filing(article=each, category=categories[each.pk % CATEGORIES]) for each in batch
            )
    continue_numbering(Article)


def made_up_post(number: int, words: list[str], dice: random.Random, **values: Any) -> Article:
    """A post with the key ``number``, of made-up words, not stored yet."""
    return Article(
        pk=number,
        title=" ".join(dice.choices(words, k=7)).capitalize(),
        slug=f"post-{number}",
        standfirst=" ".join(dice.choices(words, k=20)).capitalize() + ".",
        body="".join(f"<p>{' '.join(dice.choices(words, k=60))}.</p>" for _ in range(3)),
        **values,
    )


def load_picture(number: int) -> Image:
    """A picture of one colour, the ``number``-th of a few."""
    file = BytesIO()
    Pixels.new("HSV", (640, 400), (number * 60, 120, 160)).convert("RGB").save(file, "JPEG")
    content = ContentFile(file.getvalue(), "colour.jpg")
    return Image.objects.create(file=content, alt=f"Colour {number + 1}")


def load_newsroom(published: int, words: list[str], dice: random.Random) -> None:
    """
    Beside the ``published`` posts some in every other state, and for each of all these posts who
    did what, and a version of the newest thousand.
    """
    now, status = timezone.now(), Article.Status
    author = Author.objects.earliest("pk")
    states: list[dict[str, Any]] = [
        {"status": status.DRAFT},
        {"status": status.IN_REVIEW},
        {"status": status.UNPUBLISHED, "published_at": now},
        {"status": status.TRASHED, "trashed_at": now},
    ]
    others = [
        made_up_post(published + place + 1, words, dice, **values)
        for place, values in enumerate(
            state
            for number in range(1 + published // PUBLISHED_TO_OTHERS)
            for state in [
                *states,
                {"status": status.PUBLISHED, "published_at": now + timedelta(hours=3 * number + 1)},
            ]
        )
    ]
    Article.objects.bulk_create(others, BATCH)
    Byline.objects.bulk_create((Byline(article=each, author=author) for each in others), BATCH)
    continue_numbering(Article)
    published_posts = Article.objects.published().values_list("pk", "published_at")
    events = (Event(article_id=pk, verb="publish", at=at) for pk, at in published_posts.iterator())
    for batch in batches(events):
        Event.objects.bulk_create(batch)
    newest = Article.objects.published().newest(1000)
    Revision.objects.bulk_create(
        Revision(
            article=each,
            number=1,
            at=each.published_at,
            live_from=each.published_at,
            contents={"title": each.title, "body": each.body},
            changed=["title", "body"],
        )
        for each in newest
    )


def load_comments(articles: int, number: int, words: list[str], dice: random.Random) -> None:
    """
    Comment on the posts 1 to ``articles``: the last one gets the largest discussion, the others
    share the rest evenly. Every third comment replies to the one that began its thread.
    """
    largest = number if articles == 1 else min(LARGEST, number // LARGEST_SHARE)
    dates = dict(Article.objects.values_list("pk", "published_at"))
    texts = [" ".join(dice.choices(words, k=dice.randint(5, 60))) for _ in range(2_000)]

    def made() -> Iterator[Comment]:
        head = None
        for pk in range(1, number + 1):
            is_largest = pk > number - largest
            article = articles if is_largest else 1 + pk * (articles - 1) // (number - largest + 1)
            if head and head.article_id != article:
                head = None
            status = dice.choice(STATUSES)
            writer = dice.randrange(WRITERS)
            comment = Comment(
                pk=pk,
                article_id=article,
                name=f"Reader {writer}",
                email=f"reader{writer}@example.org",
                body=texts[pk % len(texts)].capitalize() + f" {pk}.",
                status=status,
                rule=RULES.get(status, ""),
                created_at=dates[article] + timedelta(seconds=pk % 3_500),
                network=f"{writer:032x}",
            )
            if pk % 3 == 0 and head:
                comment.parent_id = comment.thread_id = head.pk
            else:
                head = comment
            yield comment

    for batch in batches(made()):
        with transaction.atomic():
            Comment.objects.bulk_create(batch)
    continue_numbering(Comment)


def batches(found: Iterator[Any]) -> Iterator[list[Any]]:
    while batch := list(islice(found, BATCH)):
        yield batch


def continue_numbering(model: Any) -> None:
    """Let the database count on from the keys that were given here."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(statement)
