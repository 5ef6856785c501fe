"""The page on which readers see what has changed in a post since it was published."""

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote

from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from articles.differences import Difference, Names, compare
from articles.models import Article, Correction, Revision
from articles.models.contents import changed_fields
from articles.models.revisions import SHORT
from articles.templatetags.articles import scrollable, with_pictures, without_missing
from articles.views import page_or_404, published_or_404

READ = (*SHORT, "body")
# Characters of bodies that one page compares; longer ones are not marked word by word.
MOST = 2_000_000
# Paragraphs that stand around each change.
CONTEXT = 1
SEPARATOR = "\0"


@dataclass
class Version:
    """One version that readers have seen, since ``at``."""

    at: datetime
    is_first: bool
    is_update: bool
    corrections: list[Correction]
    differences: list[Difference] = field(default_factory=list)
    is_too_long: bool = False

    @property
    def is_shown(self) -> bool:
        """Whether readers can tell it from the version before."""
        said = self.is_first or self.is_update or self.corrections
        return bool(said or self.differences or self.is_too_long)


@csrf_exempt  # It changes nothing: what is sent here is told so, and not asked for a token.
@require_safe
def changes(request: HttpRequest, slug: str, number: int = 1, **day: str) -> HttpResponse:
    """The published versions of a post, and what was changed in each."""
    article = published_or_404(slug)
    if not article.changes_shown:
        raise Http404("The changes of this post are not shown.")
    page = page_or_404(article.revisions.read(), number)
    first = address = changes_address(article)
    if number > 1:
        address = f"{first}page/{number}/"
    if request.path != unquote(address):  # a former slug, a wrong date, or the first page's number
        return redirect(address, permanent=True)
    context = {"article": article, "versions": versions(article, page), "page": page}
    return render(request, "articles/changes.html", context | {"first": first, "noindex": True})


def changes_address(article: Article) -> str:
    year, month, day = article.published_on.isoformat().split("-")
    return reverse("articles:changes", args=[year, month, day, article.slug])


def versions(article: Article, page: Page) -> list[Version]:
    """What the page shows, newest first: versions that read the same as the one before do not."""
    if not page.paginator.count:
        return []
    # One more at either end: up to when the newest was read, and what the oldest is compared with.
    start = max(0, page.start_index() - 2)
    revisions = list(article.revisions.read()[start : page.end_index() + 1])
    names = Names(*(each.contents for each in revisions))
    corrections = list(article.corrections.all())
    found, room = [], MOST
    for place in range(page.start_index() - 1 - start, page.end_index() - start):
        newer = revisions[place - 1] if place else None
        older = revisions[place + 1] if place + 1 < len(revisions) else None
        version = described(revisions[place], newer, older, corrections)
        if older:
            now, before = revisions[place].contents, older.contents
            changed = [name for name in changed_fields(before, now) if name in READ]
            if "body" in changed:
                room -= len(before["body"]) + len(now["body"])
            version.is_too_long = "body" in changed and room < 0
            compared = [name for name in changed if name != "body" or room >= 0]
            version.differences = compare(before, now, compared, names, CONTEXT)
        found.append(version)
    illustrate(found)
    return [version for version in found if version.is_shown]


def described(
    revision: Revision,
    newer: Revision | None,
    older: Revision | None,
    corrections: list[Correction],
) -> Version:
    """The version without its differences; ``corrections`` that fall on it are its own."""
    return Version(
        at=revision.live_from,
        is_first=older is None,
        is_update=older is not None and bool(revision.contents.get("is_update")),
        corrections=[
            each
            for each in corrections
            if (older is None or each.corrected_at >= revision.live_from)
            and (newer is None or each.corrected_at < newer.live_from)
        ],
    )


def illustrate(found: list[Version]) -> None:
    """Show pictures and wide parts as a post does, with two queries for all bodies."""
    bodies = [each for version in found for each in version.differences if each.name == "body"]
    html = without_missing(SEPARATOR.join(each.marked for each in bodies))
    html = scrollable(with_pictures(html))
    shown = dict(zip(map(id, bodies), html.split(SEPARATOR), strict=False))
    for version in found:
        version.differences = [
            each._replace(marked=mark_safe(shown[id(each)])) if id(each) in shown else each  # noqa: S308
            for each in version.differences
        ]
