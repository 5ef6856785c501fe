"""The first page: what leads, what is new, and what the sections have lately."""

from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from articles.models import Article, Category

# Posts in the main part of the page, as many as on every further page of the list.
PAGE_SIZE = 10
AMONG_NEWEST = 60
IN_SECTION = 3


@dataclass(frozen=True)
class Section:
    category: Category
    articles: list[Article]


@dataclass(frozen=True)
class FrontPage:
    """A lead, up to three posts beside it, the rest of the newest, and sections of older ones."""

    lead: Article | None
    beside: list[Article]
    latest: list[Article]
    sections: list[Section]
    has_older: bool

    @property
    def in_full(self) -> list[Article]:
        """Those that are shown with summary and byline."""
        return [self.lead, *self.latest] if self.lead else []


def front_page() -> FrontPage:
    """Pinned posts lead, newest first. The same few queries however many posts there are."""
    published = Article.objects.published().newest_first().select_related("lead_image")
    newest = list(published[:AMONG_NEWEST])
    pinned = list(published.pinned()[:4])
    pinned = [next((post for post in newest if post == pin), pin) for pin in pinned]
    prefetch_related_objects(
        [*newest, *(p for p in pinned if p not in newest)], "bylines", "filings"
    )
    rest = [post for post in newest[:PAGE_SIZE] if post not in pinned]
    top = [*pinned, *rest]
    return FrontPage(
        lead=top[0] if top else None,
        beside=top[1:4],
        latest=top[4:],
        sections=sections([post for post in newest[PAGE_SIZE:] if post not in pinned]),
        has_older=len(newest) > PAGE_SIZE,
    )


def sections(articles: list[Article]) -> list[Section]:
    """``articles`` by their first category, in the order of the navigation, a few of each."""
    by_category: dict[Category, list[Article]] = {}
    for article in articles:
        for category in article.ordered_categories[:1]:
            by_category.setdefault(category, []).append(article)
    return [
        Section(category, found[:IN_SECTION])
        for category, found in sorted(
            by_category.items(), key=lambda item: (item[0].position, item[0].name)
        )
        if len(found) >= IN_SECTION
    ]
