"""A comment as moderators read it: what the rules looked at is marked, links are spelled out."""

import re
from collections.abc import Iterable
from functools import partial
from urllib.parse import urlsplit

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from comments.text import BLANK_LINES, LINK

MOST_WORDS = 50
OPENED = re.compile("https?://", re.IGNORECASE)
TRAILING = ".,;:!?…)]}\"'"


def host_of(address: str) -> str:
    """The host that ``address`` leads to, in lower case; empty where it leads nowhere."""
    try:
        # Browsers read a backslash as a slash.
        return urlsplit(address.replace("\\", "/")).hostname or ""
    except ValueError:  # such as “http://[”
        return ""


def links_in(text: str) -> list[str]:
    """The web addresses in ``text``, without the punctuation behind them."""
    addresses = (match[0].rstrip(TRAILING) for match in LINK.finditer(text))
    return [address for address in addresses if host_of(address)]


def pattern_of(words: Iterable[str]) -> re.Pattern[str] | None:
    """What finds ``words`` as whole words, whatever their case; None where there are none."""
    wanted = sorted({word for word in words if word.strip()}, key=len, reverse=True)[:MOST_WORDS]
    if not wanted:
        return None
    return re.compile("|".join(_as_whole(word) for word in wanted), re.IGNORECASE)


def _as_whole(word: str) -> str:
    """A pattern for ``word`` that does not match inside a longer one."""
    before = r"(?<!\w)" if re.match(r"\w", word[0]) else ""
    after = r"(?!\w)" if re.match(r"\w", word[-1]) else ""
    return before + re.escape(word) + after


def marked(text: str, pattern: re.Pattern[str] | None) -> SafeString:
    """``text`` escaped, with everything that ``pattern`` matches in ``<mark>``."""
    if pattern is None:
        return escape(text)
    pieces, end = [], 0
    for match in pattern.finditer(text):
        pieces += [escape(text[end : match.start()]), f"<mark>{escape(match[0])}</mark>"]
        end = match.end()
    return mark_safe("".join([*pieces, escape(text[end:])]))  # noqa: S308


def as_marked_html(text: str, words: Iterable[str] = ()) -> SafeString:
    """``text`` as paragraphs, ``words`` marked, and every link spelled out."""
    pattern = pattern_of(words)
    paragraphs = (block for block in BLANK_LINES.split(text.strip()) if block)
    return mark_safe("\n".join(f"<p>{_inline(block, pattern)}</p>" for block in paragraphs))  # noqa: S308


def _inline(block: str, pattern: re.Pattern[str] | None) -> str:
    """One paragraph's HTML. Every piece of ``block`` is escaped exactly once."""
    pieces, end = [], 0
    for match in LINK.finditer(block):
        address = match[0].rstrip(TRAILING)
        if host_of(address):
            pieces += [marked(block[end : match.start()], pattern), spelled_out(address, pattern)]
            end = match.start() + len(address)
    return "".join([*pieces, marked(block[end:], pattern)]).replace("\n", "<br>\n")


def spelled_out(address: str, pattern: re.Pattern[str] | None = None) -> SafeString:
    """
    ``address`` as text that nobody follows by accident: its host stands out, and a small link
    beside it opens it without telling where from. There is none where a name before the host may
    pretend to be one (``https://bank.example@elsewhere.example/``).
    """
    mark = partial(marked, pattern=pattern)
    host, pretended = host_of(address), address.find("@", 0, _end_of_host(address))
    # Not in address.lower(), which may be longer: “İ” becomes two signs.
    found = re.compile(re.escape(host), re.IGNORECASE).search(address, pretended + 1)
    shown = mark(address)
    if found:
        start, end = found.span()
        shown = f"{mark(address[:start])}<strong>{mark(address[start:end])}</strong>"
        shown += mark(address[end:])
    shown = f'<bdi class="address">{shown}</bdi>'
    if pretended >= 0 or not OPENED.match(address):
        return mark_safe(shown)  # noqa: S308
    opens = gettext("Open %(host)s in a new tab") % {"host": host}
    return mark_safe(  # noqa: S308
        f'{shown} <a class="open" href="{escape(address)}" rel="noopener noreferrer nofollow"'
        f' target="_blank" aria-label="{escape(opens)}">↗</a>'
    )


def _end_of_host(address: str) -> int:
    """Where the path of ``address`` begins, or its end."""
    found = re.compile(r"[/\\?#]").search(address, address.find("//") + 2)
    return found.start() if found else len(address)
