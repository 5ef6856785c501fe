"""
Comments as HTML. The template of a comment is rendered once for each kind of comment, with marks
where the values of a single one go; these are filled in afterwards, because a page can hold
hundreds of comments and a template takes ten times as long.
"""

import html
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language

from articles.models import Article, Author
from articles.templatetags.articles import avatar
from comments.pages import thread_address
from comments.shown import Shown
from comments.threads import Thread

# A character that nobody types: it belongs to no script.
MARK = "\ue000"
VALUES = ("pk", "name", "website", "initial", "face", "iso", "when", "html", "address")


class Kind(NamedTuple):
    """Everything that decides which parts of the template a comment has."""

    template: str = "comments/_comment.html"
    badge: str = ""
    website: bool = False
    picture: bool = False
    edited: bool = False
    withdrawn: bool = False
    open: bool = False


@cache
def _mould(kind: Kind, language: str) -> str:
    """What comments of this kind look like, as a format for their values."""
    marks = {name: f"{MARK}{name}{MARK}" for name in VALUES}
    drawn = render_to_string(kind.template, marks | {"kind": kind}).replace("%", "%%")
    return re.sub(f"{MARK}([a-z]+){MARK}", r"%(\1)s", drawn)


@lru_cache(maxsize=5_000)
def _in_words(moment: datetime, language: str) -> str:
    return date_format(moment, "DATETIME_FORMAT")


def _escape(text: str) -> SafeString:
    return SafeString(html.escape(text))


def _face(author: Author) -> SafeString:
    return render_to_string("articles/_avatar.html", avatar(author, 48, decorative=True))


class Conversation:
    """
    Draws threads under ``article``, whose discussion takes replies if it ``is_open``. ``own`` is
    for the template of the reader's own comment, if there is one.
    """

    def __init__(self, article: Article, is_open: bool, own: Any = None) -> None:
        self.article, self.is_open, self.own = article, is_open, own
        self.address = article.get_absolute_url()
        # Asked for once, because it takes longer than all the rest.
        self.language = get_language()
        self.zone = get_current_timezone()

    def html(self, threads: Iterable[Thread]) -> SafeString:
        """``threads`` as items of a list."""
        return mark_safe("\n".join(self._lines(threads)))  # noqa: S308  (values are escaped)

    def preview(self, comment: Shown) -> SafeString:
        """``comment``, which is not stored yet, as it will look."""
        context = self._values(comment) | {"kind": self._kind(comment), "pk": ""}
        return render_to_string("comments/_comment.html", context)

    def _lines(self, threads: Iterable[Thread]) -> Iterator[str]:
        for thread in threads:
            yield "<li>"
            yield self._comment(thread)
            if thread.replies:
                yield "<ol>"
                yield from self._lines(thread.replies)
                yield "</ol>"
            if thread.more:
                address = thread_address(self.article, thread.comment.pk)
                context = {"more": thread.more, "address": address}
                yield render_to_string("comments/_more.html", context)
            yield "</li>"

    def _comment(self, thread: Thread) -> str:
        comment = thread.comment
        if thread.is_removed:
            kind = Kind("comments/_removed.html", withdrawn=comment.is_withdrawn)
            return _mould(kind, self.language) % {"pk": comment.pk}
        kind, values = self._kind(comment), self._values(comment)
        if thread.is_own:
            return render_to_string(kind.template, values | {"kind": kind, "own": self.own})
        return _mould(kind, self.language) % values

    def _kind(self, comment: Shown) -> Kind:
        return Kind(
            badge=comment.badge(self.article),
            website=bool(comment.website),
            picture=bool(comment.author_name),
            edited=comment.edited_at is not None,
            open=self.is_open,
        )

    def _values(self, comment: Shown) -> dict[str, Any]:
        """What differs from one comment to the next, as HTML."""
        written = self._local(comment.created_at)
        author = comment.author
        return {
            "pk": comment.pk,
            "name": _escape(comment.name),
            "website": _escape(comment.website),
            "initial": _escape(comment.name[:1].upper()),
            "face": _face(author) if author else "",
            "iso": written.isoformat(timespec="seconds"),
            "when": _in_words(written.replace(tzinfo=None), self.language),
            "html": comment.html,
            "address": self.address,
        }

    def _local(self, moment: datetime) -> datetime:
        """``moment`` by the site's clock; by UTC where that day is beyond the calendar."""
        try:
            return moment.astimezone(self.zone)
        except OverflowError:
            return moment
