"""Feeds of posts: the site's own, and those of a category, a tag or an author."""

from collections.abc import Callable, Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from articles.models import Article, ArticleQuerySet, Author, Category, Image, Tag
from articles.models.picture_uses import sources
from articles.periods import period_or_404
from articles.site import site_name, site_url, with_absolute_links
from articles.syndication import MAX_AGE, NEWEST, Entry, feed_answer, lead_picture

# Gives each post its ``comment_count``. Posts know nothing of comments: the project hands it in.
Counted = Callable[[ArticleQuerySet], ArticleQuerySet]


@require_safe
@cache_control(public=True, max_age=MAX_AGE)
def site_feed(request: HttpRequest, form: str, counted: Counted) -> HttpResponse:
    """The newest posts of all."""
    entries = newest_entries(request, Article.objects.all(), counted)
    home = reverse("articles:home")
    return feed_answer(request, form, site_name(), _("Latest posts"), home, entries)


@require_safe
@cache_control(public=True, max_age=MAX_AGE)
def list_feed(
    request: HttpRequest,
    form: str,
    counted: Counted,
    model: type[Category] | type[Tag] | type[Author],
    slug: str,
) -> HttpResponse:
    """The newest posts of one category, tag or author; only categories are known without any."""
    found = get_object_or_404(model, slug=slug)
    entries = newest_entries(request, found.articles, counted)
    if not entries and model is not Category:
        raise Http404("Nothing is published here yet.")
    title = f"{found} · {site_name()}"
    return feed_answer(request, form, title, _("Latest posts"), found.get_absolute_url(), entries)


@require_safe
@cache_control(public=True, max_age=MAX_AGE)
def archive_feed(
    request: HttpRequest, form: str, counted: Counted, year: str, month: str = "", day: str = ""
) -> HttpResponse:
    """The newest posts of a year, a month or a day."""
    period = period_or_404(year, month, day)
    entries = newest_entries(request, period.articles, counted)
    home = request.path[: request.path.rindex("feed/")]
    return feed_answer(request, form, f"{period} · {site_name()}", _("Latest posts"), home, entries)


def newest_entries(request: HttpRequest, articles: Any, counted: Counted) -> list[Entry]:
    """The newest published ones among ``articles``, with all that a feed says of them."""
    found = articles.published().newest(NEWEST).with_change().with_last_edit().with_bylines()
    posts = list(counted(found).prefetch_related("tags", "corrections"))
    files = present_files(article.body for article in posts)
    site = site_url(request)
    return [entry(article, site, files) for article in posts]


def entry(article: Article, site: str, files: dict[str, str]) -> Entry:
    """
    ``article``, annotated by ``with_change()``, ``with_last_edit()`` and ``Counted``, as an entry
    of a feed. ``files`` is where pictures are whose file has been replaced.
    """
    link = f"{site}{article.get_absolute_url()}"
    return Entry(
        id=f"{site}{article.shortlink}",
        link=link,
        title=article.title,
        html=with_absolute_links(in_full(article, files), link),
        summary=article.summary,
        published=article.published_at,
        changed=article.changed,
        edited=article.edited,
        authors=[
            (author.name, f"{site}{author.get_absolute_url()}")
            for author in article.ordered_authors
        ],
        topics=[str(topic) for topic in [*article.ordered_categories, *article.tags.all()]],
        comment_count=article.comment_count,
        picture=lead_picture(article, site),
    )


def present_files(bodies: Iterable[str]) -> dict[str, str]:
    """
    Where the picture is now of each address in ``bodies`` whose file has been replaced since: one
    query, or none.
    """
    known = Image.objects.at(address for body in bodies for address in sources(body))
    return {old: image.file.url for old, image in known.items() if image.file.url != old}


def in_full(article: Article, files: dict[str, str]) -> str:
    """The body with its pictures from ``files``, and below it what was wrong in it before."""
    body = article.body
    for old, new in files.items():
        body = body.replace(f'src="{old}"', f'src="{new}"')
    corrections = article.corrections.all()
    if not corrections:
        return body
    notice = render_to_string("articles/_corrections_in_feed.html", {"corrections": corrections})
    return f"{body}\n{notice}".strip()
