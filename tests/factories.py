"""Objects to test with: plain functions, every value can be given by its name."""

from datetime import timedelta
from io import BytesIO
from itertools import count
from typing import Any

from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image as Pixels

from articles.models import Article, Author, Byline, Category, Filing, Image, Tag
from comments.models import Comment

numbers = count(1)


def make_user(role: str = "", **values: Any) -> User:
    """A staff member; ``role`` is one of newsroom.roles or "Administrator"."""
    values.setdefault("username", f"user-{next(numbers)}")
    user = User.objects.create_user(
        password="a password", is_staff=True, is_superuser=role == "Administrator", **values
    )
    if role and role != "Administrator":
        user.groups.add(Group.objects.get(name=role))
    return user


def make_author(name: str = "", **values: Any) -> Author:
    return Author.objects.create(name=name or f"Author {next(numbers)}", **values)


def make_category(name: str = "", **values: Any) -> Category:
    return Category.objects.create(name=name or f"Category {next(numbers)}", **values)


def make_tag(name: str = "", **values: Any) -> Tag:
    return Tag.objects.create(name=name or f"Tag {next(numbers)}", **values)


def make_draft(title: str = "", **values: Any) -> Article:
    values.setdefault("body", "<p>First paragraph.</p><p>Second paragraph.</p>")
    return Article.objects.create(title=title or f"Post {next(numbers)}", **values)


def make_article(
    title: str = "", *, authors: Any = None, categories: Any = (), tags: Any = (), **values: Any
) -> Article:
    """A published post, an hour old unless told otherwise."""
    values.setdefault("published_at", timezone.now() - timedelta(hours=1))
    article = make_draft(title, status=Article.Status.PUBLISHED, **values)
    article.sign(*([make_author()] if authors is None else authors))
    article.file_under(*categories)
    article.tags.set(tags)
    return article


def make_scheduled(title: str = "", **values: Any) -> Article:
    return make_article(title, published_at=timezone.now() + timedelta(hours=1), **values)


def make_many(count: int, author: Author, category: Category, tag: Tag) -> Article:
    """The newest of ``count`` posts that share all these, a minute apart."""
    now = timezone.now()
    articles = Article.objects.bulk_create(
        Article(
            title=f"Post {number}",
            slug=f"post-{number}",
            body="<p>Text.</p>",
            status=Article.Status.PUBLISHED,
            published_at=now - timedelta(minutes=count - number),
        )
        for number in range(count)
    )
    Byline.objects.bulk_create(Byline(article=each, author=author) for each in articles)
    Filing.objects.bulk_create(Filing(article=each, category=category) for each in articles)
    Article.tags.through.objects.bulk_create(
        Article.tags.through(article=each, tag=tag) for each in articles
    )
    return articles[-1]


def make_comment(article: Article, **values: Any) -> Comment:
    """A published comment unless told otherwise."""
    number = next(numbers)
    defaults = {
        "name": f"Reader {number}",
        "email": f"reader{number}@example.org",
        "body": f"Comment {number}.",
        "status": Comment.Status.PUBLISHED,
    }
    return Comment.objects.create(article=article, **defaults | values)


def make_picture(
    size: tuple[int, int] = (300, 200), file_format: str = "JPEG", name: str = "", **options: Any
) -> SimpleUploadedFile:
    """An upload: a picture with a red left half and a blue right half."""
    picture = Pixels.new("RGB", size, "blue")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    if mode := options.pop("mode", None):
        picture = picture.convert("L").convert(mode) if mode == "I;16" else picture.convert(mode)
    if (alpha := options.pop("alpha", None)) is not None:
        picture.putalpha(alpha)
    output = BytesIO()
    picture.save(output, file_format, **options)
    return SimpleUploadedFile(name or f"picture.{file_format.lower()}", output.getvalue())


def make_image(file: Any = None, *, renditions: bool = False, **values: Any) -> Image:
    """A picture of 300 by 200 pixels; its smaller files only if ``renditions`` are asked for."""
    values.setdefault("alt", f"Picture {next(numbers)}")
    image = Image.objects.create(file=file or make_picture(), **values)
    if renditions:
        image.make_renditions()
        image.refresh_from_db()
    return image
