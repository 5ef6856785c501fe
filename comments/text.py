"""What people type into comments: made harmless on the way in, made HTML on the way out."""

import re
from collections.abc import Iterator
from unicodedata import category, normalize
from urllib.parse import urlsplit

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

# Control characters but tab and newline, lone surrogates (no database takes them), and the
# overrides that make the rest of a line read backwards. Joiners stay: emoji and scripts need them.
UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]+")
# Letters and signs that are drawn as nothing: Hangul fillers and the empty Braille pattern.
BLANK = "\u115f\u1160\u3164\uffa0\u2800"
BLANK_LINES = re.compile(r"\n\s*\n")
LINK = re.compile(r"""https?://[^\s<>"'`]{4,2000}""", re.IGNORECASE)
HOST = re.compile(r"[\w.-]+")
MOST_LABELS = 5
MOST_DOMAINS = 200
CLOSING = {")": "(", "]": "[", "}": "{"}


def tidy(text: str) -> str:
    """
    ``text`` with ordinary line ends and without characters that do harm; empty where nothing
    visible is left.
    """
    text = UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    visible = any(category(sign)[0] not in "ZCM" and sign not in BLANK for sign in set(text))
    return text.strip() if visible else ""


def as_html(text: str) -> SafeString:
    """``text`` as paragraphs with web addresses as links; any other markup is shown as typed."""
    paragraphs = (block for block in BLANK_LINES.split(text.strip()) if block)
    return mark_safe("\n".join(f"<p>{_inline(block)}</p>" for block in paragraphs))  # noqa: S308


def _inline(block: str) -> str:
    """One paragraph's HTML. Every piece of ``block`` is escaped exactly once."""
    pieces, end = [], 0
    for start, address in _links(block):
        pieces.append(escape(block[end:start]))
        pieces.append(
            f'<a href="{escape(address)}" rel="ugc nofollow noopener">{escape(address)}</a>'
        )
        end = start + len(address)
    pieces.append(escape(block[end:]))
    return "".join(pieces).replace("\n", "<br>\n")


def _links(text: str) -> Iterator[tuple[int, str]]:
    """Every web address that becomes a link, and where it begins."""
    for match in LINK.finditer(text):
        address = _without_trailing_punctuation(match[0])
        if _has_host(address):
            yield match.start(), address


def links(text: str) -> list[str]:
    """The web addresses in ``text``, in order, as often as they stand there."""
    return [address for _start, address in _links(text)]


def domains(text: str) -> list[str]:
    """
    The names in ``text`` that can be those of hosts, linked or not, each once. A host lies in its
    parents, so “a.b.example.org” gives “b.example.org” and “example.org” too.
    """
    found: dict[str, None] = {}
    for host in HOST.findall(normalize("NFKC", text).lower().replace("。", ".")):
        labels = host.strip(".-_").split(".")[-MOST_LABELS:]
        for first in range(len(labels) - 1):
            if len(found) < MOST_DOMAINS:
                found.setdefault(".".join(labels[first:]))
    return list(found)


def _has_host(address: str) -> bool:
    """Whether ``address`` leads anywhere: “http://....” does not."""
    try:
        return any(character.isalnum() for character in urlsplit(address).hostname or "")
    except ValueError:  # such as “http://[”
        return False


def _without_trailing_punctuation(address: str) -> str:
    """An address as meant: “(see https://example.org/a_(b)).” ends before the last two signs."""
    while address[-1] in ".,;:!?…)]}":
        opening = CLOSING.get(address[-1])
        if opening and address.count(opening) >= address.count(address[-1]):
            break
        address = address[:-1]
    return address
