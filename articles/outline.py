"""What a body is made of, read from its HTML: pictures, headings, links, any words at all."""

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import SplitResult, urljoin, urlsplit

from articles.richtext import clean


@dataclass(frozen=True)
class Heading:
    level: int
    text: str


@dataclass(frozen=True)
class Link:
    """``text`` is what is read out for it: the words, or the description of a picture in it."""

    href: str
    text: str


@dataclass(frozen=True)
class Outline:
    """``pictures`` are their descriptions; all lists are in the order of the text."""

    pictures: tuple[str, ...] = ()
    headings: tuple[Heading, ...] = ()
    links: tuple[Link, ...] = ()
    has_words: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.has_words or self.pictures)


def outline(html: str) -> Outline:
    """The outline of ``html`` as it would be stored."""
    reader = _Reader()
    reader.feed(clean(html))
    reader.close()
    return Outline(
        tuple(reader.pictures), tuple(reader.headings), tuple(reader.links), reader.has_words
    )


def split(href: str) -> SplitResult | None:
    """The parts of an address, or None for what is none, such as “//[”."""
    try:
        parts = urlsplit(href)
        parts.port  # noqa: B018  (reading it is what raises)
    except ValueError:
        return None
    return parts


def external(links: tuple[Link, ...], site: str) -> list[str]:
    """The web addresses of other sites than ``site``, each once, without their fragments."""
    found = (absolute(link.href, site) for link in links)
    return list(
        dict.fromkeys(url for url in found if url.startswith("http") and not is_own(url, site))
    )


def absolute(href: str, site: str) -> str:
    """The web address that ``href`` leads to, without its fragment; empty for mail and the like."""
    parts = split(href)
    if parts is None or parts.scheme not in ("", "http", "https"):
        return ""
    try:
        return urljoin(f"{site}/", parts._replace(fragment="").geturl())
    except ValueError:
        return ""


def is_own(url: str, site: str) -> bool:
    """Whether ``url`` is an address of ``site``, by http or https."""
    there, here = split(url), split(site)
    return there is not None and here is not None and there.netloc == here.netloc


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.pictures: list[str] = []
        self.headings: list[Heading] = []
        self.links: list[Link] = []
        self.has_words = False
        self.open: list[tuple[str, str, list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "img":
            alt = " ".join((values.get("alt") or "").split())
            self.pictures.append(alt)
            for _tag, _href, words in self.open:
                # A picture without a description is complained of once, not again as an empty link.
                words.append(alt or "…")
        elif tag == "a" or tag in LEVELS:
            self.open.append((tag, (values.get("href") or "").strip(), []))

    def handle_endtag(self, tag: str) -> None:
        for place in self._matching(tag):
            _tag, href, words = self.open.pop(place)
            text = " ".join("".join(words).split())
            if tag in LEVELS:
                self.headings.append(Heading(LEVELS[tag], text))
            elif href:
                self.links.append(Link(href, text))
            break

    def handle_data(self, data: str) -> None:
        if not data.strip():
            data = " "
        else:
            self.has_words = True
        for _tag, _href, words in self.open:
            words.append(data)

    def _matching(self, tag: str) -> Iterator[int]:
        """Where ``tag`` was opened last."""
        yield from (n for n in range(len(self.open) - 1, -1, -1) if self.open[n][0] == tag)


LEVELS = {"h2": 2, "h3": 3, "h4": 4}
