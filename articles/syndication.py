"""RSS 2.0, Atom and JSON Feed: how entries are written down, whatever they tell of."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.encoding import iri_to_uri
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed, rfc3339_date
from django.utils.html import escape
from django.utils.translation import get_language

from articles.models import Article
from articles.revalidation import revalidated
from articles.site import site_name, site_url

# How many entries a feed holds, and how many seconds it may be kept without asking again.
NEWEST = 20
MAX_AGE = 60

NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(value: Any) -> Any:
    """A text, or each text in a list or tuple, without the characters that XML cannot hold."""
    if isinstance(value, str):
        return NOT_IN_XML.sub("", value)
    return [legal(part) for part in value] if isinstance(value, list | tuple) else value


@dataclass(frozen=True)
class Picture:
    """A picture by its absolute address, width and height in pixels."""

    url: str
    width: int
    height: int
    alt: str


def lead_picture(article: Article, site: str) -> Picture | None:
    """The lead picture of ``article``, 16:9, where it has one."""
    image = article.lead_image
    crop = image and image.crop("16x9")
    if not crop:
        return None
    return Picture(urljoin(f"{site}/", crop.url), crop.width, crop.height, legal(image.alt))


@dataclass
class Entry:
    """
    What a feed says of one post or comment. ``html`` is the whole text, ``authors`` are names with
    the address of each one's page, or ""; all addresses are absolute. ``changed`` is what readers
    are told; it was ``edited`` even later where something small was mended without a word.
    """

    id: str
    link: str
    title: str
    html: str
    published: datetime
    changed: datetime
    authors: list[tuple[str, str]]
    summary: str = ""
    topics: Sequence[str] = ()
    comment_count: int | None = None
    picture: Picture | None = None
    edited: datetime | None = None

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            setattr(self, name, legal(value))


class Feed(SyndicationFeed):
    """What the three formats have in common."""

    def add(self, entry: Entry) -> None:
        self.add_item(
            title=entry.title,
            link=entry.link,
            # Readers take it for HTML, so plain text is escaped once more.
            description=escape(entry.summary) if entry.summary else None,
            unique_id=entry.id,
            unique_id_is_permalink=False,
            pubdate=entry.published,
            updateddate=entry.changed,
            categories=entry.topics,
            comments=None if entry.comment_count is None else f"{entry.link}#comments",
            entry=entry,
        )

    def latest_post_date(self) -> datetime:
        """When anything in it last changed. Never now: the same feed is always the same bytes."""
        return max(
            (item["updateddate"] for item in self.items), default=datetime(1970, 1, 1, tzinfo=UTC)
        )


def add_picture(handler: Any, picture: Picture | None) -> None:
    """Write ``picture`` in the words of Media RSS."""
    if picture is None:
        return
    size = {"width": str(picture.width), "height": str(picture.height)}
    handler.startElement("media:content", {"url": picture.url, "medium": "image", **size})
    handler.addQuickElement("media:description", picture.alt, {"type": "plain"})
    handler.endElement("media:content")


class Rss(Feed, Rss201rev2Feed):
    def rss_attributes(self) -> dict[str, str]:
        return {
            **super().rss_attributes(),
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
            "xmlns:media": "http://search.yahoo.com/mrss/",
            "xmlns:slash": "http://purl.org/rss/1.0/modules/slash/",
            "xmlns:wfw": "http://wellformedweb.org/CommentAPI/",
        }

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        entry: Entry = item["entry"]
        for name, _address in entry.authors:
            handler.addQuickElement("dc:creator", name)
        handler.addQuickElement("content:encoded", entry.html)
        if entry.comment_count is not None:
            handler.addQuickElement("wfw:commentRss", f"{entry.link}feed/")
            handler.addQuickElement("slash:comments", str(entry.comment_count))
        add_picture(handler, entry.picture)


class Atom(Feed, Atom1Feed):
    def root_attributes(self) -> dict[str, str]:
        return {
            **super().root_attributes(),
            "xmlns:media": "http://search.yahoo.com/mrss/",
            "xmlns:thr": "http://purl.org/syndication/thread/1.0",
        }

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        entry: Entry = item["entry"]
        for name, address in entry.authors:
            handler.startElement("author", {})
            handler.addQuickElement("name", name)
            if address:
                handler.addQuickElement("uri", address)
            handler.endElement("author")
        handler.addQuickElement("content", entry.html, {"type": "html"})
        if entry.comment_count is not None:
            replies = {"rel": "replies", "type": "application/atom+xml"}
            replies |= {"href": f"{entry.link}feed/atom/", "thr:count": str(entry.comment_count)}
            handler.addQuickElement("link", None, replies)
        add_picture(handler, entry.picture)


class Json(Feed):
    """https://jsonfeed.org/version/1.1"""

    content_type = "application/feed+json"

    def write(self, outfile: Any, encoding: str) -> None:
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.feed["title"],
            "description": self.feed["description"],
            "home_page_url": self.feed["link"],
            "feed_url": self.feed["feed_url"],
            "language": self.feed["language"],
            "authors": [{"name": self.feed["author_name"]}],
            "items": [self.described(item["entry"]) for item in self.items],
        }
        json.dump(feed, outfile, ensure_ascii=False)

    @staticmethod
    def described(entry: Entry) -> dict[str, Any]:
        """One entry. A key without a value is left out, as the format asks."""
        values = {
            "id": entry.id,
            "url": entry.link,
            "title": entry.title,
            "content_html": entry.html,
            "summary": entry.summary,
            "image": entry.picture and entry.picture.url,
            "date_published": rfc3339_date(entry.published),
            "date_modified": rfc3339_date(entry.changed),
            "authors": [with_values(name=name, url=address) for name, address in entry.authors],
            "tags": list(entry.topics),
        }
        return with_values(**values)


def with_values(**values: Any) -> dict[str, Any]:
    """Those of ``values`` that are not empty."""
    return {key: value for key, value in values.items() if value}


FORMATS: dict[str, type[Feed]] = {"rss": Rss, "atom": Atom, "json": Json}


def feed_paths(route: str, view: Any, name: str, **values: Any) -> list[URLPattern]:
    """The addresses below ``route`` where ``view`` answers in each format; RSS has the shortest."""
    return [
        path(f"{route}feed/", view, {"form": "rss", **values}, name),
        path(f"{route}feed/atom/", view, {"form": "atom", **values}, f"{name}_atom"),
        path(f"{route}feed/json/", view, {"form": "json", **values}, f"{name}_json"),
    ]


def feed_answer(
    request: HttpRequest, form: str, title: str, description: str, link: str, entries: list[Entry]
) -> HttpResponse:
    """``entries`` as a feed about the page at ``link``, in the format that ``form`` names."""
    site = site_url(request)
    address = iri_to_uri(f"{site}{request.path}")
    feed = FORMATS[form](
        title=legal(title),
        link=f"{site}{link}",
        description=legal(description),
        language=get_language(),
        feed_url=address,
        feed_guid=address,
        author_name=site_name(),
    )
    for entry in entries:
        feed.add(entry)
    response = HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
    edited = max((max(filter(None, (one.changed, one.edited))) for one in entries), default=None)
    return revalidated(request, response, edited)
