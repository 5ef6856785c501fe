"""A newsroom to look at: texts in newsroom/sample/newsroom.toml, pictures drawn beside them."""

import tomllib
from argparse import ArgumentParser
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from articles import notices
from articles.models import Article, Author, Category, Image, Page, Tag
from comments.facts import submission
from comments.models import Comment, Discussion
from comments.pipeline import Submission, judge
from newsroom.sample import drawings

SAMPLE = Path(drawings.__file__).parent / "newsroom.toml"
PASSWORD = "newsroom"  # noqa: S105  (the command refuses to run where it would matter)
# Login, role, and the author whose posts are theirs.
LOGINS = [
    ("reporter", "Reporter", "nadia-prawira"),
    ("editor", "Editor", "desmond-aw"),
    ("moderator", "Moderator", None),
    ("administrator", "Administrator", None),
]
VERBS = {
    "published": "approve",
    "rejected": "reject",
    "withdrawn": "withdraw",
    "erased": "erase",
}
BY_WRITER = ("withdrawn", "erased")


class Command(BaseCommand):
    help = (
        "Load the sample newsroom: authors, categories, posts, comments in every state, and a "
        "login for each role. What is there already stays as it is. Refused when DEBUG is off."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="load only where no article exists"
        )
        parser.add_argument(
            "--picture-width", type=int, default=1920, help="in pixels; smaller ones load faster"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(
                "The sample has logins with a known password, so it is only loaded with DEBUG=true."
            )
        if not (options["if_empty"] and Article.objects.exists()):
            self.stdout.write(
                "Loading the sample newsroom: at first, its pictures take half a minute."
            )
            sample = tomllib.loads(SAMPLE.read_text())
            with transaction.atomic(), notices.silent():
                load(sample, timezone.now(), options["picture_width"])
            self.stdout.write("The sample newsroom is loaded.")
        names = ", ".join(name for name, _role, _author in LOGINS)
        self.stdout.write(f"Sample logins for /admin/: {names}. Password of each: {PASSWORD}")


def load(sample: dict[str, Any], now: datetime, picture_width: int) -> None:
    """
    Create what is missing of ``sample``; ages in it count back from ``now``, and its pictures are
    drawn ``picture_width`` pixels wide (faces: at most 512).
    """
    for entry in sample["authors"]:
        load_author(entry, picture_width)
    for position, entry in enumerate(sample["categories"], 1):
        Category.objects.get_or_create(slug=entry["slug"], defaults={**entry, "position": position})
    for login, role, author in LOGINS:
        load_login(login, role, author)
    for entry in sample["pages"]:
        Page.objects.get_or_create(slug=entry["slug"], defaults=entry)
    for entry in sample["posts"]:
        load_post(entry, now, picture_width)


def load_author(entry: dict[str, Any], picture_width: int) -> None:
    author, created = Author.objects.get_or_create(
        slug=entry["slug"],
        defaults={
            "name": entry["name"],
            "bio": entry["bio"],
            "links": entry.get("website", ""),
            "user": lambda: User.objects.get_or_create(username=entry["slug"])[0],
        },
    )
    if created and entry["face"]:
        output = BytesIO()
        drawings.face(author.slug, min(picture_width, 512)).save(output, "PNG")
        author.avatar.save("face.png", File(output))


def load_login(name: str, role: str, author: str | None) -> None:
    # An author's account gets the login's name, so that their comments are still theirs.
    user = User.objects.filter(username=name).first()
    if user is None:
        user = Author.objects.get(slug=author).user if author else User()
        if author:
            user.first_name, _space, user.last_name = user.author.name.partition(" ")
        user.username, user.is_staff = name, True
        user.is_superuser = role == "Administrator"
        user.email = f"{name}@example.org"
        user.set_password(PASSWORD)
        user.save()
    if not user.is_superuser:
        user.groups.add(Group.objects.get(name=role))


def load_post(entry: dict[str, Any], now: datetime, picture_width: int) -> None:
    published_at = now - timedelta(hours=entry["hours_ago"])
    authors = [Author.objects.get(slug=slug) for slug in entry["authors"]]
    article, created = Article.objects.get_or_create(
        slug=entry["slug"],
        defaults={
            **{name: entry[name] for name in ("title", "standfirst")},
            "body": with_pull_quote(entry["body"], entry.get("pull_quote")),
            "comments_open": entry["comments"] == "open",
            "show_changes": entry.get("show_changes", Article.show_changes.field.default),
            "created_by": authors[0].user,
        },
    )
    if not created:
        return
    if "picture" in entry:
        article.lead_image = load_picture(entry["picture"], picture_width)
        article.save()
    article.sign(*authors)
    article.file_under(*(Category.objects.get(slug=slug) for slug in entry["categories"]))
    article.tags.set(Tag.objects.get_or_create(name=name)[0] for name in entry["tags"])
    if "embargo_hours_ahead" in entry:
        article.embargo_until = now + timedelta(hours=entry["embargo_hours_ahead"])
        article.save()
    if entry["status"] == "published":
        article.publish(at=published_at, by=authors[0].user)
        date(article, published_at)
    for step in entry.get("steps", []):
        take_step(article, step, now)
    for correction in entry.get("corrections", []):
        article.updated_at = now - timedelta(hours=correction["hours_ago"])
        article.corrections.create(text=correction["text"], corrected_at=article.updated_at)
        article.save()
    by_key: dict[int, Comment] = {}
    for comment in entry.get("discussion", []):
        written = min(published_at + timedelta(hours=comment["hours_after"]), now)
        by_key[comment["key"]] = load_comment(comment, article, by_key, written)


def take_step(article: Article, step: dict[str, Any], now: datetime) -> None:
    """Let somebody do something with the post, as long ago as ``step`` says."""
    known = article.version
    verb, values = getattr(article, step["verb"]), {"note": step["note"]}
    if "replace" in step:
        if step["replace"] not in article.body:
            raise CommandError(f"Not in “{article}”: {step['replace']}")
        body = article.body.replace(step["replace"], step["with"])
        values["contents"] = {"body": body}
    values |= {name: step[name] for name in ("correction", "is_update") if name in step}
    verb(by=User.objects.get(username=step["by"]), **values)
    date(article, now - timedelta(hours=step["hours_ago"]), known)


def date(article: Article, at: datetime, known: int = 0) -> None:
    """Make what was done last, and the versions after ``known``, as old as it should look."""
    event = article.events.first()
    article.events.filter(pk=event.pk).update(at=min(at, timezone.now()))
    newer = article.revisions.filter(number__gt=known)
    newer.exclude(live_from=None).update(live_from=at)
    newer.update(at=min(at, timezone.now()))
    Article.objects.filter(pk=article.pk, trashed_at__gt=at).update(trashed_at=at)
    if event.verb == event.Verb.PUBLISH_CHANGES:
        article.corrections.filter(corrected_at__gt=at).update(corrected_at=at)
        Article.objects.filter(pk=article.pk, updated_at__gt=at).update(updated_at=at)
    article.refresh_from_db()


def with_pull_quote(body: str, quote: str | None) -> str:
    """``body``, one block a line, with ``quote`` set apart after the third paragraph."""
    lines = body.strip().split("\n")
    if quote:
        third = [number for number, line in enumerate(lines) if line.startswith("<p>")][2]
        lines.insert(third + 1, f"<figure><blockquote><p>{quote}</p></blockquote></figure>")
    return "\n".join(lines)


def load_picture(entry: dict[str, str], width: int) -> Image:
    output = BytesIO()
    drawings.scene(entry["scene"], (width, width * 9 // 16)).save(output, "JPEG", quality=95)
    words = {name: entry[name] for name in ("alt", "caption", "credit")}
    return Image.objects.create(file=File(output, "scene.jpg"), **words)


def load_comment(
    entry: dict[str, Any], article: Article, by_key: dict[int, Comment], written: datetime
) -> Comment:
    """A comment that comes in as one does from the site, and what became of it."""
    comment = Comment(
        article=article,
        parent=by_key.get(entry["parent"]),
        created_at=written,
        body=entry["body"],
        signals={"honeypot": True} if entry["status"] == "spam" else {"seconds": 40},
        **writer(entry),
    )
    it = Submission(is_staff=True)
    if comment.user is None:
        # A discussion that is closed by now was open then.
        it = replace(submission(comment, Discussion.objects.of(article)), is_open=True)
    comment.come_in(judge(it), by=comment.user)
    moderator = User.objects.get(username="moderator")
    if verb := VERBS.get(entry["status"]):
        getattr(comment, verb)(by=None if entry["status"] in BY_WRITER else moderator)
    if entry.get("featured"):
        comment.feature(by=moderator)
    for reason in entry.get("reports", []):
        comment.report(reason)
    return comment


def writer(entry: dict[str, Any]) -> dict[str, Any]:
    """Who wrote a comment: an author of the newsroom, or a reader with a name and an address."""
    if "author" in entry:
        author = Author.objects.get(slug=entry["author"])
        return {"user": author.user, "name": author.name}
    return {name: entry.get(name, "") for name in ("name", "email", "website")}
