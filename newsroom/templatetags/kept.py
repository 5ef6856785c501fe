"""
``{% kept "name" %}…{% endkept %}``: a part of a public page that is drawn once and kept in memory
until something changes that it shows. A new comment then costs a page only its discussion.

Such a part may show whatever follows from the address, the language, and the posts and sections of
the site; with ``{% kept "name" article %}`` also from the discussion under that post. It is kept at
addresses of public pages only: others, such as that of a writer's own comment, show more. One that
is the same at every address is kept once: ``{% kept "name" everywhere %}``. One that may show
readers who are known by a cookie something of their own says so at its end, and is drawn each time
for them: ``{% kept "name" article personal %}``.
"""

import threading
from collections import OrderedDict
from typing import NamedTuple

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from newsroom.freshness import freshness, is_true
from newsroom.page_cache import discussion_number, is_public_view

register = template.Library()

Key = tuple[str, str, str]


class Part(NamedTuple):
    html: SafeString
    numbers: tuple[int, ...]
    made: float
    until: float


class Parts:
    """The parts that are kept, up to a fourth of the room that pages have."""

    def __init__(self) -> None:
        self.parts: OrderedDict[Key, Part] = OrderedDict()
        self.taken = 0
        self.lock = threading.Lock()

    def find(self, key: Key, numbers: tuple[int, ...]) -> SafeString | None:
        part = self.parts.get(key)
        if part and part.numbers == numbers and is_true(part.made, part.until):
            return part.html
        return None

    def keep(self, key: Key, part: Part) -> None:
        with self.lock:
            if before := self.parts.pop(key, None):
                self.taken -= len(before.html)
            self.parts[key] = part
            self.taken += len(part.html)
            while self.taken > settings.PAGE_CACHE_MB * 1024 * 1024 // 4:
                self.taken -= len(self.parts.popitem(last=False)[1].html)


PARTS = Parts()


class KeptNode(template.Node):
    def __init__(
        self, name: str, options: set[str], article: FilterExpression | None, nodelist: NodeList
    ) -> None:
        self.name, self.article, self.nodelist = name, article, nodelist
        self.is_everywhere, self.is_personal = "everywhere" in options, "personal" in options

    def render(self, context: Context) -> SafeString:
        # Asked before anything was read for this page: see newsroom.page_cache.dependencies.
        request = context.get("request")
        if context.get("is_preview") or not self.may_be_kept(request):
            return self.nodelist.render(context)
        fresh, site = freshness(), request.site_number
        numbers: tuple[int, ...] = (site,)
        if self.article:
            number = discussion_number(request, self.article.resolve(context).pk)
            if number is None:
                return self.nodelist.render(context)
            numbers += (number,)
        path = "" if self.is_everywhere else request.path
        key = (self.name, path, get_language())
        html = PARTS.find(key, numbers)
        if html is None:
            html = self.nodelist.render(context)
            PARTS.keep(key, Part(html, numbers, request.began, fresh.until(request.began, site)))
        return html

    def may_be_kept(self, request: HttpRequest | None) -> bool:
        """Whether this part is the same for every reader at the address of ``request``."""
        if getattr(request, "site_number", None) is None:
            return False
        if self.is_personal and request.is_known:
            return False
        return self.is_everywhere or is_public_view(request)


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """``{% kept "name" [everywhere | article] [personal] %}``"""
    _tag, name, *words = token.split_contents()
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    options = {"everywhere", "personal"}.intersection(words)
    of = [parser.compile_filter(word) for word in words if word not in options]
    return KeptNode(name.strip("\"'"), options, of[0] if of else None, nodelist)
