"""Links from a post to other pages of this site that serve no reader."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import parse_qs, unquote

from django.conf import settings
from django.urls import Resolver404, resolve

from articles.checklist import Leads
from articles.models import Article, Author, Category, FormerSlug, Page, Tag
from articles.outline import absolute, is_own, split

BY_SLUG = {"page": Page, "category": Category, "tag": Tag, "author": Author}


class Target(NamedTuple):
    """What an address names: a ``kind`` of page, with its slug or number."""

    kind: str
    key: str


# The address is known, and there is nothing to look up; or no page can have it.
THERE, NOWHERE = Target("there", ""), Target("nowhere", "")


def astray(hrefs: Iterable[str], site: str) -> dict[str, Leads]:
    """
    Those of ``hrefs``, as they are written in a post, that lead nowhere on this ``site`` (scheme
    and host), or to a post that is not public. A query for each kind of page that is linked to.
    """
    targets = {
        href: target(url)
        for href in hrefs
        if not href.startswith("#") and (url := absolute(href, site)) and is_own(url, site)
    }
    wanted: dict[str, set[str]] = defaultdict(set)
    for kind, key in targets.values():
        wanted[kind].add(key)
    answers = {NOWHERE: Leads.NOWHERE} | posts(wanted["article"], wanted["shortlink"])
    for kind, model in BY_SLUG.items():
        if keys := wanted[kind]:
            there = model.objects.filter(slug__in=keys).values_list("slug", flat=True)
            answers |= {Target(kind, key): Leads.NOWHERE for key in keys.difference(there)}
    return {href: answers[each] for href, each in targets.items() if each in answers}


def target(url: str) -> Target:
    """What the absolute ``url`` of this site names."""
    parts = split(url)
    path = unquote(parts.path) or "/"
    if path.startswith((settings.MEDIA_URL, settings.STATIC_URL)):
        return THERE
    for each in (path, f"{path}/"):  # as Django adds a slash that was forgotten
        try:
            match = resolve(each)
        except (Resolver404, ValueError):
            continue
        if match.url_name == "home" and (number := parse_qs(parts.query).get("p", [""])[0]):
            return Target("shortlink", number) if is_number(number) else NOWHERE
        if {"day", "slug"} <= match.kwargs.keys():  # the post, or something of its discussion
            return Target("article", match.kwargs["slug"])
        kind = match.url_name.removesuffix("_page") if match.app_name == "articles" else ""
        return Target(kind, match.kwargs["slug"]) if kind in BY_SLUG else THERE
    return NOWHERE


def is_number(text: str) -> bool:
    return text.isdecimal() and len(text) < 19


def posts(slugs: set[str], numbers: set[str]) -> dict[Target, Leads]:
    """What becomes of readers whom no public post with these slugs or numbers awaits."""
    by_slug, by_number, former = {}, {}, {}
    articles = Article.objects.only("slug", "status", "published_at", "ends_at")
    if slugs:
        by_slug = {each.slug: each for each in articles.filter(slug__in=slugs)}
    if numbers:
        by_number = {str(each.pk): each for each in articles.filter(pk__in=map(int, numbers))}
    if gone := slugs - by_slug.keys():
        moved = FormerSlug.objects.filter(slug__in=gone).select_related("article")
        former = {each.slug: each.article for each in moved}
    found = {Target("article", slug): (by_slug | former).get(slug) for slug in slugs}
    found |= {Target("shortlink", key): by_number.get(str(int(key))) for key in numbers}
    return {
        place: Leads.NOT_PUBLIC if article else Leads.NOWHERE
        for place, article in found.items()
        if article is None or not article.is_public
    }
