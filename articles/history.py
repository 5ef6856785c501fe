"""All that happened to a post, as its writers see it: versions and steps in one row."""

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import CharField, QuerySet, Value
from django.utils.translation import gettext

from articles.models import Article
from articles.models.contents import Contents
from articles.models.events import Event
from articles.models.revisions import Revision

PAGE_SIZE = 30
# A step and the version that it kept are saved together.
TOGETHER = timedelta(seconds=5)
LIVE, PREVIOUS = "live", "previous"


class NoSuchVersion(Exception):
    """There is no such version, or it has been purged: the message says so."""


@dataclass
class Entry:
    """A version, a step, or a step with the version that it kept."""

    revision: Revision | None = None
    event: Event | None = None
    is_live: bool = False
    is_pending: bool = False
    is_newest: bool = False
    is_before: bool = False
    is_after: bool = False

    @property
    def at(self) -> Any:
        return (self.revision or self.event).at

    @property
    def by(self) -> Any:
        return (self.revision or self.event).by

    @property
    def notes(self) -> list[str]:
        """What was noted, each only once."""
        notes = [each.note for each in (self.revision, self.event) if each]
        return [note for note in dict.fromkeys(notes) if note]


def timeline(article: Article, number: int) -> Page:
    """The page of that ``number``, or the nearest that there is, of a post's history."""
    pages = Paginator(rows(article), PAGE_SIZE)
    page = pages.get_page(number)
    keys = {kind: [key for _at, key, other in page if other == kind] for kind in ("r", "e")}
    found: dict[tuple[str, int], Any] = {
        **{("r", one.pk): one for one in revisions(article).filter(pk__in=keys["r"])},
        **{
            ("e", one.pk): one
            for one in article.events.filter(pk__in=keys["e"]).select_related("by")
        },
    }
    page.object_list = entries(article, [found[kind, key] for _at, key, kind in page])
    choose(page.object_list)
    return page


def choose(entries: list[Entry]) -> None:
    """Begin with the two newest versions chosen for comparing, of those that are there."""
    versions = [entry for entry in entries if entry.revision]
    for entry in versions[:1]:
        entry.is_after = True
    for entry in versions[:2][-1:]:
        entry.is_before = True


def rows(article: Article) -> QuerySet:
    """When, the key and the kind of everything, newest first."""
    kinds = {"r": article.revisions, "e": article.events}
    found = [
        related.order_by()
        .annotate(kind=Value(kind, output_field=CharField()))
        .values_list("at", "id", "kind")
        for kind, related in kinds.items()
    ]
    # Of what happened at one moment, the version is what came of the step.
    return found[0].union(found[1], all=True).order_by("-at", "-kind", "-id")


def revisions(article: Article) -> QuerySet[Revision]:
    return article.revisions.with_life().select_related("by").defer("contents")


def entries(article: Article, found: list[Revision | Event]) -> list[Entry]:
    live = live_number(article)
    entries: list[Entry] = []
    for one in found:
        last = entries[-1] if entries else None
        if isinstance(one, Revision):
            entries.append(
                Entry(
                    revision=one,
                    is_live=one.number == live,
                    is_pending=one.pk == article.pending_id,
                    is_newest=one.number == article.version,
                )
            )
        elif last and last.event is None and belong(last.revision, one):
            last.event = one
        else:
            entries.append(Entry(event=one))
    return entries


def belong(revision: Revision, event: Event) -> bool:
    """Whether the step kept that version."""
    return revision.by_id == event.by_id and abs(revision.at - event.at) < TOGETHER


def live_number(article: Article) -> int | None:
    """The number of the version that readers see."""
    if not article.is_public:
        return None
    return article.revisions.read().values_list("number", flat=True).first()


def version(article: Article, number: str) -> Revision:
    """The version of that number, whoever typed it. Raises NoSuchVersion."""
    found = None
    if number.isdecimal() and number.isascii() and len(number) < 10:
        found = article.revisions.select_related("by").filter(number=int(number)).first()
    if found is None:
        raise NoSuchVersion(
            gettext(
                "There is no version “%(number)s”, or it was deleted to save space. Choose from "
                "those below."
            )
            % {"number": number[:20]}
        )
    return found


@dataclass
class Side:
    """One side of a comparison: the version of that number, or (None) the post as it is stored."""

    label: str
    contents: Contents
    revision: Revision | None = None

    @property
    def key(self) -> str:
        """What asks for it."""
        return str(self.revision.number) if self.revision else LIVE


def side(article: Article, asked: str) -> Side:
    """What is asked for: a number, or “live”. Raises NoSuchVersion."""
    if asked == LIVE:
        label = (
            gettext("What readers see now")
            if article.is_public
            else gettext("The post as it is now")
        )
        return Side(label, article.contents)
    found = version(article, asked)
    label = gettext("Version %(number)s") % {"number": found.number}
    if found.name:
        label = gettext("%(version)s, “%(name)s”") % {"version": label, "name": found.name}
    return Side(label, found.contents, found)


def sides(article: Article, first: str, second: str) -> tuple[Side, Side]:
    """
    Both sides of a comparison, the older one first. ``second`` may be “previous”, for the version
    before ``first`` that is still there. Raises NoSuchVersion.
    """
    if second == PREVIOUS:
        second = number_before(article, version(article, first))
    one, other = (side(article, asked) for asked in (first, second))
    if place(article, one) > place(article, other):
        return other, one
    return one, other


def place(article: Article, side: Side) -> float:
    """Its place among the versions: the post itself is newer than all but its pending changes."""
    if side.revision:
        return side.revision.number
    return article.pending.number - 0.5 if article.pending else math.inf


def number_before(article: Article, revision: Revision) -> str:
    older = article.revisions.filter(number__lt=revision.number).order_by("-number")
    number = older.values_list("number", flat=True).first()
    if number is None:
        raise NoSuchVersion(gettext("There is no older version any more to compare with."))
    return str(number)
