"""What the link dialog of the editor asks: which pages of this site have these words in a title."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.models import Article, Category, Page
from articles.search import find
from articles.search_words import parse

AT_MOST = 10
# Of these a site has few, and one that fits is likely to be meant.
OF_OTHERS = 3


def with_words(found: QuerySet, field: str, words: list[str]) -> QuerySet:
    """Those of ``found`` whose ``field`` holds every one of ``words``."""
    return found.filter(*(Q(**{f"{field}__icontains": word}) for word in words))


def places(typed: str) -> list[dict[str, Any]]:
    """What readers can open and ``typed`` fits, at most AT_MOST; posts that are public only."""
    query = parse(typed)
    words = query.text.split()
    if not query.wanted:
        return []
    categories = with_words(Category.objects, "name", words)[:OF_OTHERS]
    pages = with_words(Page.objects, "title", words)[:OF_OTHERS]
    others = [
        *((_("Category"), category) for category in categories),
        *((_("Page"), page) for page in pages),
    ]
    posts = [
        (date_format(article.published_on, "DATE_FORMAT"), article)
        for article in in_title_first(query, words, AT_MOST - len(others))
    ]
    return [
        {"title": str(each), "url": each.get_absolute_url(), "note": note}
        for note, each in posts + others
    ]


def in_title_first(query: Any, words: list[str], count: int) -> list[Article]:
    """The best ``count`` posts, those with all words in the title before the others."""
    found = find(query, limit=3 * count).articles
    folded = [word.casefold() for word in words]

    def elsewhere(article: Article) -> bool:
        return not all(word in article.title.casefold() for word in folded)

    return sorted(found, key=elsewhere)[:count]


def link_places(request: HttpRequest) -> JsonResponse:
    """The pages of this site that fit ``q``."""
    found = places(request.GET.get("q", ""))
    said = ngettext("%(count)s place", "%(count)s places", len(found)) % {"count": len(found)}
    return JsonResponse({"places": found, "said": said if found else _("Nothing was found.")})


class LinksOfEditor:
    """For the admin of posts: that address, for everybody who may enter the admin."""

    def get_urls(self):
        view = self.admin_site.admin_view(link_places)
        return [path("places/", view, name="articles_article_places"), *super().get_urls()]
