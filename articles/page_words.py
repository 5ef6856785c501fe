"""What a page of another site calls itself: title and description, for link cards."""

import codecs
import re
from contextlib import suppress
from html.parser import HTMLParser

from articles.models.titled import one_line

MOST_TITLE, MOST_DESCRIPTION = 300, 500
# Where a page has not said it by then, it says it nowhere.
MOST_CHARACTERS = 128 * 1024
CHARSET = re.compile(rb"""<meta[^<>]{0,200}?charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
# Python knows more encodings than the web, and some of them take very long or are none of text.
OF_THE_WEB = re.compile(
    r"(ascii|utf[-_]?(8|16)\b|iso8859|latin|cp125|cp874|cp866|koi8|gb|big5|euc|shift|mac)"
)


def page_words(body: bytes, content_type: str) -> tuple[str, str]:
    """
    Title and description of the page that begins with ``body``; what other sites are meant to show
    (Open Graph) is preferred. Empty where there is none. No page raises an error.
    """
    if not is_html(content_type):
        return "", ""
    reader = _Reader()
    # What Python's parser says of some broken declarations is an AssertionError.
    with suppress(AssertionError):
        reader.feed(decoded(body, content_type)[:MOST_CHARACTERS])
    words = reader.words
    title = words.get("og:title") or words.get("title") or ""
    description = words.get("og:description") or words.get("description") or ""
    return title[:MOST_TITLE], description[:MOST_DESCRIPTION]


def is_html(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() in ("text/html", "application/xhtml+xml")


def decoded(body: bytes, content_type: str) -> str:
    """``body`` as text: by its header, or else its own words, or else as UTF-8."""
    found = re.search(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", content_type, re.IGNORECASE)
    said = found[1] if found else ""
    if not said and (meta := CHARSET.search(body[:2048])):
        said = meta[1].decode("ascii")
    try:
        name = codecs.lookup(said).name if said else "utf-8"
    except LookupError:
        name = "utf-8"
    # The web reads Latin-1 as Windows does.
    name = "cp1252" if name in ("iso8859-1", "ascii") else name
    return body.decode(name if OF_THE_WEB.match(name) else "utf-8", "replace")


class _Reader(HTMLParser):
    """Keeps the first title and the first description of each kind."""

    def __init__(self) -> None:
        super().__init__()
        self.words: dict[str, str] = {}
        self.title: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # A drawing in the page may have a title of its own, which comes later.
        if tag == "title" and "title" not in self.words:
            self.title = []
        elif tag == "meta":
            values = dict(attrs)
            name = (values.get("property") or values.get("name") or "").strip().lower()
            if name in ("og:title", "og:description", "description"):
                self.words.setdefault(name, one_line((values.get("content") or "")[:2000]))

    def handle_endtag(self, tag: str) -> None:
        if tag == "title" and self.title is not None:
            self.words.setdefault("title", one_line("".join(self.title)[:2000]))
            self.title = None

    def handle_data(self, data: str) -> None:
        if self.title is not None:
            self.title.append(data)
