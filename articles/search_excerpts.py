"""What a search result shows of a post: its words with those that were looked for marked."""

from collections.abc import Iterator
from unicodedata import normalize

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from articles.models import Article
from articles.search_words import Query, Term, plain, words_in_place

# In characters: of an excerpt, and of what it shows before the first match.
LENGTH = 200
LEAD = 60
# Beyond so many places an excerpt gets no better.
MAX_PLACES = 500

# A folded word, and where it begins and ends in the text.
Place = tuple[str, int, int]


def title(article: Article, query: Query) -> SafeString:
    """The title with what ``query`` wants marked."""
    text = normalize("NFC", article.title)
    return marked(text, matches(list(words_in_place(text)), query), 0, len(text))


def excerpt(article: Article, query: Query) -> SafeString:
    """About ``LENGTH`` characters of standfirst and body, where most terms of ``query`` stand."""
    text = normalize("NFC", " · ".join(filter(None, [article.standfirst, plain(article.body)])))
    places = list(words_in_place(text))
    found = matches(places, query)
    start = max(0, best_start(found) - LEAD)
    start = start and next(begin for _word, begin, _end in places if begin >= start)
    end = len(text)
    if end - start > LENGTH:
        ends = (end for _word, _start, end in places if start < end <= start + LENGTH)
        end = max(ends, default=start + LENGTH)
    return format_html(
        "{}{}{}",
        "… " if start else "",
        marked(text, found, start, end),
        " …" if end < len(text) else "",
    )


def matches(places: list[Place], query: Query) -> list[tuple[int, int, Term]]:
    """Where each term that ``query`` wants begins and ends, in the order of the text."""
    found = [
        (places[at][1], places[at + len(term.words) - 1][2], term)
        for term in query.wanted
        for at in beginnings(places, term)
    ]
    return sorted(found, key=lambda match: match[:2])


def beginnings(places: list[Place], term: Term) -> Iterator[int]:
    """The numbers of the words at which ``term`` begins."""
    *whole, last = term.words
    for at in range(len(places) - len(whole)):
        word = places[at + len(whole)][0]
        if (word == last or (term.is_beginning and word.startswith(last))) and all(
            places[at + number][0] == wanted for number, wanted in enumerate(whole)
        ):
            yield at


def best_start(found: list[tuple[int, int, Term]]) -> int:
    """The start of the first match after which an excerpt holds most terms, and most matches."""
    best, score = 0, (0, 0)
    for number, (start, _end, _term) in enumerate(found[:MAX_PLACES]):
        near = []
        for _start, end, term in found[number:MAX_PLACES]:
            if end > start + LENGTH - LEAD:
                break
            near.append(term)
        if (len(set(near)), len(near)) > score:
            best, score = start, (len(set(near)), len(near))
    return best


def marked(text: str, found: list[tuple[int, int, Term]], start: int, end: int) -> SafeString:
    """``text`` from ``start`` to ``end`` as HTML, the matches in ``mark`` elements."""
    pieces, at = [], start
    for first, last, _term in found:
        first, last = max(first, at), min(last, end)
        if first < last:
            pieces.append((text[at:first], format_html("<mark>{}</mark>", text[first:last])))
            at = last
    return format_html_join("", "{}{}", [*pieces, (text[at:end], "")])
