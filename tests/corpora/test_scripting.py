"""No known cross-site-scripting string survives as anything that could run."""

import re
from html.parser import HTMLParser

from articles.richtext import ATTRIBUTES, TAGS, clean
from comments.text import as_html
from tests.corpora.files import SHARED, scripting_payloads

PAYLOADS = scripting_payloads() if SHARED.exists() else []


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))


def elements(html: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Elements()
    parser.feed(html)
    parser.close()
    return parser.found


def scheme(address: str) -> str:
    """The scheme a browser sees in an address: it drops tabs and line ends anywhere first."""
    seen = re.sub(r"^[\x00-\x20]+|[\t\n\r]", "", address)
    match = re.match(r"([a-z][a-z0-9+.-]*):", seen, re.IGNORECASE)
    return match[1].lower() if match else ""


def test_in_a_body():
    for payload in PAYLOADS:
        html = clean(payload)
        assert clean(html) == html
        for tag, attributes in elements(html):
            assert tag in TAGS, payload
            assert set(attributes) <= ATTRIBUTES["*"] | ATTRIBUTES.get(tag, set()) | {"rel"}, (
                payload
            )
            for address in (attributes.get("href"), attributes.get("src")):
                assert scheme(address or "") in ("", "http", "https", "mailto", "tel"), payload


def test_in_a_comment():
    for payload in PAYLOADS:
        for tag, attributes in elements(as_html(payload)):
            assert tag in ("p", "br", "a"), payload
            assert set(attributes) <= {"href", "rel"}, payload
            assert scheme(attributes.get("href", "http:")) in ("http", "https"), payload
