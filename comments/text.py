"""What people type into comments: made harmless on the way in, made HTML on the way out."""

import re
from unicodedata import category

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

# Control characters but tab and newline, lone surrogates (no database takes them), and the
# overrides that make the rest of a line read backwards. Joiners stay: emoji and scripts need them.
UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
BLANK_LINES = re.compile(r"\n\s*\n")
LINK = re.compile(r"""https?://[^\s<>"'`]{4,2000}""", re.IGNORECASE)
CLOSING = {")": "(", "]": "[", "}": "{"}


def tidy(text: str) -> str:
    """
    ``text`` with ordinary line ends and without characters that do harm; empty where nothing
    visible is left.
    """
    text = UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    visible = any(category(character)[0] not in "ZC" for character in text)
    return text.strip() if visible else ""


def as_html(text: str) -> SafeString:
    """``text`` as paragraphs with web addresses as links; any other markup is shown as typed."""
    paragraphs = (block for block in BLANK_LINES.split(text.strip()) if block)
    return mark_safe("\n".join(f"<p>{_inline(block)}</p>" for block in paragraphs))  # noqa: S308


def _inline(block: str) -> str:
    """One paragraph's HTML. Every piece of ``block`` is escaped exactly once."""
    pieces, end = [], 0
    for match in LINK.finditer(block):
        address = _without_trailing_punctuation(match[0])
        pieces.append(escape(block[end : match.start()]))
        pieces.append(
            f'<a href="{escape(address)}" rel="ugc nofollow noopener">{escape(address)}</a>'
        )
        end = match.start() + len(address)
    pieces.append(escape(block[end:]))
    return "".join(pieces).replace("\n", "<br>\n")


def _without_trailing_punctuation(address: str) -> str:
    """An address as meant: “(see https://example.org/a_(b)).” ends before the last two signs."""
    while address[-1] in ".,;:!?…)]}":
        opening = CLOSING.get(address[-1])
        if opening and address.count(opening) >= address.count(address[-1]):
            break
        address = address[:-1]
    return address
