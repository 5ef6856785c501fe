"""Sitemaps: every public address once, for search engines."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, Exists, F, Max, OuterRef, QuerySet, Value
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from articles.models import Article, Author, Category, Tag
from articles.models import Page as StaticPage
from articles.revalidation import revalidated
from articles.site import site_url
from articles.syndication import MAX_AGE, Picture, lead_picture, legal

# Addresses in one sitemap, at most: a thousand keys, whether all of them are public or not.
PAGE_SIZE = 1000
# More posts than the home page shows.
AT_HOME = 100
# What search engines for news ask for.
NEWS_AGE = timedelta(hours=48)
NEWS_LIMIT = 1000
NEWS_LANGUAGES = {"zh-hans": "zh-cn", "zh-cn": "zh-cn", "zh-hant": "zh-tw", "zh-tw": "zh-tw"}


@dataclass(frozen=True)
class Page:
    """One sitemap of a section, by its number, and when anything on it last changed, if known."""

    section: str
    number: int
    changed: datetime | None


@dataclass(frozen=True)
class Place:
    """One address, and when what stands there last changed, if that is known."""

    address: str
    changed: datetime | None
    picture: Picture | None = None


class Section:
    """
    The addresses of one kind of object: ``objects`` gives those that readers can open, each with
    ``changed``. A page holds a range of keys, so it costs the same wherever it is, and nothing
    moves to another page when something new comes.
    """

    def __init__(self, objects: Callable[[], QuerySet[Any]]) -> None:
        self.objects = objects

    def pages(self) -> list[tuple[int, datetime | None]]:
        """The number of every page that holds something, and when it last changed."""
        numbered = self.objects().order_by().annotate(number=F("pk") / PAGE_SIZE + 1)
        return list(numbered.values_list("number").annotate(Max("changed")).order_by("number"))

    def places(self, number: int, site: str) -> list[Place]:
        start = (number - 1) * PAGE_SIZE
        found = self.objects().filter(pk__gte=start, pk__lt=start + PAGE_SIZE).order_by("pk")
        return [self.place(one, site) for one in found]

    def place(self, one: Any, site: str) -> Place:
        return Place(one.get_absolute_url(), one.changed)


class Posts(Section):
    def place(self, one: Article, site: str) -> Place:
        return Place(one.get_absolute_url(), one.changed, lead_picture(one, site))


class Home(Section):
    """The home page, as new as what changed last among its posts and some more."""

    def pages(self) -> list[tuple[int, datetime | None]]:
        newest = self.objects().newest_first()[:AT_HOME]
        changed = newest.aggregate(changed_last=Max("changed"))["changed_last"]
        return [(1, changed)] if changed else []

    def places(self, number: int, site: str) -> list[Place]:
        return [
            Place(reverse("articles:home"), changed)
            for one, changed in self.pages()
            if one == number
        ]


def posts() -> QuerySet[Article]:
    found = Article.objects.published().with_change().defer("body")
    return found.select_related("lead_image")


def pages() -> QuerySet[StaticPage]:
    return StaticPage.objects.annotate(changed=F("saved_at"))


def with_posts(model: Any, relation: str) -> Callable[[], QuerySet[Any]]:
    """
    Those of ``model`` that public posts belong to. When one of them last changed is not said: only
    a look at all of its posts could tell.
    """

    def found() -> QuerySet[Any]:
        public = Article.objects.published().filter(**{relation: OuterRef("pk")})
        unknown = Value(None, DateTimeField())
        return model.objects.filter(Exists(public)).annotate(changed=unknown)

    return found


SECTIONS: dict[str, Section] = {
    "home": Home(posts),
    "posts": Posts(posts),
    "pages": Section(pages),
    "categories": Section(with_posts(Category, "categories")),
    "tags": Section(with_posts(Tag, "tags")),
    "authors": Section(with_posts(Author, "authors")),
}


@require_safe
@cache_control(public=True, max_age=MAX_AGE)
def index(request: HttpRequest) -> HttpResponse:
    """Where all the sitemaps are."""
    pages = [
        Page(name, number, changed)
        for name, section in SECTIONS.items()
        for number, changed in section.pages()
    ]
    changed = max((page.changed for page in pages if page.changed), default=None)
    return xml(request, "articles/sitemap_index.xml", {"pages": pages}, changed)


@require_safe
@cache_control(public=True, max_age=MAX_AGE)
def sitemap(request: HttpRequest, section: str, page: int) -> HttpResponse:
    """One page of one section. One that holds nothing is an address that does not exist."""
    places = SECTIONS[section].places(page, site_url(request)) if section in SECTIONS else []
    if not places:
        raise Http404("There is no such sitemap.")
    changed = max((place.changed for place in places if place.changed), default=None)
    return xml(request, "articles/sitemap.xml", {"places": places}, changed)


@require_safe
@cache_control(public=True, max_age=MAX_AGE)
def news(request: HttpRequest) -> HttpResponse:
    """The posts of the last two days, for search engines for news."""
    recent = Article.objects.published_since(timezone.now() - NEWS_AGE).newest_first()
    articles = list(recent.with_change().defer("body")[:NEWS_LIMIT])
    for article in articles:
        article.title = legal(article.title)
    language = get_language()
    context = {
        "articles": articles,
        "language": NEWS_LANGUAGES.get(language) or language.partition("-")[0],
    }
    changed = max((article.changed for article in articles), default=None)
    return xml(request, "articles/news_sitemap.xml", context, changed)


def xml(
    request: HttpRequest, template: str, context: dict[str, Any], changed: datetime | None
) -> HttpResponse:
    response = render(request, template, context, content_type="application/xml; charset=utf-8")
    return revalidated(request, response, changed)
