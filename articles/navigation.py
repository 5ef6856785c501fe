"""What the header and the footer of every page lead to."""

from dataclasses import dataclass

from django.db.models import IntegerField, Value
from django.urls import reverse

from articles.models import Category, Page


@dataclass(frozen=True)
class Link:
    name: str
    url: str


@dataclass(frozen=True)
class Navigation:
    """The site's sections in the editors' order, and its pages by title."""

    sections: list[Link]
    pages: list[Link]


def navigation() -> Navigation:
    """Sections and pages in one query, because every public page asks for both."""
    pages = Page.objects.order_by().annotate(
        kind=Value(1, IntegerField()), place=Value(0, IntegerField())
    )
    sections = Category.objects.order_by().annotate(kind=Value(0, IntegerField()))
    rows = sections.values_list("kind", "position", "name", "slug").union(
        pages.values_list("kind", "place", "title", "slug"), all=True
    )
    links: tuple[list[Link], list[Link]] = ([], [])
    for kind, _place, name, slug in sorted(rows):
        address = reverse("articles:page" if kind else "articles:category", args=[slug])
        links[kind].append(Link(name, address))
    return Navigation(*links)
