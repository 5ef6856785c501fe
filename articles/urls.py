"""The site's addresses: WordPress's scheme, so a site that moves in keeps every link."""

from itertools import chain

from django.urls import URLPattern, path, register_converter

from articles import changes, oembed, shared_links, sitemaps, views
from articles.feeds import Counted, archive_feed, list_feed, site_feed
from articles.models import Author, Category, Tag
from articles.syndication import feed_paths


class Digits:
    """Exactly ``width`` digits; kept as text, because a wrong date is answered, not an error."""

    def to_python(self, value: str) -> str:
        return value

    to_url = to_python


class Year(Digits):
    regex = "[0-9]{4}"


class TwoDigits(Digits):
    regex = "[0-9]{2}"


class Slug(Digits):
    """A slug in any script."""

    regex = r"[-\w]+"


register_converter(Year, "yyyy")
register_converter(TwoDigits, "nn")
register_converter(Slug, "uslug")

app_name = "articles"

PERIODS = {
    "year": "<yyyy:year>/",
    "month": "<yyyy:year>/<nn:month>/",
    "day": "<yyyy:year>/<nn:month>/<nn:day>/",
}
ARTICLE = f"{PERIODS['day']}<uslug:slug>/"


def paged(route: str, view: object, name: str) -> list[object]:
    """A list's address and that of its further pages."""
    return [
        path(route, view, name=name),
        path(f"{route}page/<int:number>/", view, name=f"{name}_page"),
    ]


def post_feeds(counted: Counted) -> list[URLPattern]:
    """Where the feeds of posts are; ``counted`` gives each post its number of comments."""
    models = {"category": Category, "tag": Tag, "author": Author}
    lists = [
        feed_paths(f"{name}/<uslug:slug>/", list_feed, name, model=model, counted=counted)
        for name, model in models.items()
    ]
    archives = [
        feed_paths(route, archive_feed, name, counted=counted) for name, route in PERIODS.items()
    ]
    site = feed_paths("", site_feed, "site", counted=counted)
    return [*site, *chain.from_iterable([*lists, *archives])]


urlpatterns = [
    *paged("", views.home, "home"),
    *paged("category/<uslug:slug>/", views.category, "category"),
    *paged("tag/<uslug:slug>/", views.tag, "tag"),
    *paged("author/<uslug:slug>/", views.author, "author"),
    path("author/<uslug:slug>/avatar.svg", views.initials, name="initials"),
    path("oembed/", oembed.oembed, name="oembed"),
    path("sitemap.xml", sitemaps.index, name="sitemap_index"),
    path("sitemap-<slug:section>-<int:page>.xml", sitemaps.sitemap, name="sitemap"),
    path("news-sitemap.xml", sitemaps.news, name="news_sitemap"),
    path("preview/<str:token>/", shared_links.shared, name="shared"),
    path(ARTICLE, views.article, name="article"),
    *paged(f"{ARTICLE}changes/", changes.changes, "changes"),
    *chain.from_iterable(paged(route, views.archive, name) for name, route in PERIODS.items()),
    *paged("corrections/", views.corrections, "corrections"),
    path("<uslug:slug>/", views.page, name="page"),
]
