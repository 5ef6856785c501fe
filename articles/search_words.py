"""
Words as search sees them: how text is folded into them, and what a reader's query asks for.

Nothing here touches a database. The index of SQLite folds with these functions, that of PostgreSQL
with SQL made from the same tables of characters (articles/search_index.py).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from unicodedata import is_normalized, normalize

from articles.richtext import CHARACTERS, INLINE

# What is left out of a word: accents, vowel points, soft hyphens, joiners. Ranges are written so
# that a character class of Python and one of PostgreSQL read the same.
MARKS = (
    r"\u00ad\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    r"\u0610-\u061a\u0640\u064b-\u065f\u0670\u200c\u200d\u2060\ufe00-\ufe0f\ufeff"
)
# Scripts written without spaces, and Hangul, whose particles cling to the noun: each character is
# a word, and what was typed in one piece is looked for as a phrase of them.
UNSPACED = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u309a\u309d-\u309f"
    r"\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
    r"\uf900-\ufaff\U00020000-\U0003ffff"
)
# Scripts whose vowel signs are no letters by their Unicode category, yet part of the word.
INDIC = r"\u0900-\u0963\u0966-\u0dff"
# Numerals that Python takes for part of a word and PostgreSQL does not: H₂O, Ⅷ, ½.
NUMERALS = r"\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u2079\u2080-\u2089\u2150-\u218b\u2460-\u249b"
# Letters that no normal form takes apart.
LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "ς": "σ"}

_ATTRIBUTES = r'[^<>"]*("[^"]*"[^<>"]*)*'
INLINE_TAG = rf"</?({'|'.join(sorted(INLINE))})( {_ATTRIBUTES})?>"
ANY_TAG = rf"<[/!a-z]{_ATTRIBUTES}>"

# Where a text is cut off: PostgreSQL counts no further than 16,383 words, and an index entry of
# more than a megabyte is an error there.
MAX_TEXT = 100_000
MAX_QUERY = 200
MAX_TERMS = 16
# From this length on the last word also finds words that it begins: "EU" does not mean "Euclid".
MIN_PREFIX = 3

_inline_tag = re.compile(INLINE_TAG, re.IGNORECASE)
_any_tag = re.compile(ANY_TAG, re.IGNORECASE)
_marks = re.compile(f"[{MARKS}]+")
_letters = str.maketrans(LETTERS)
_ascii_word = re.compile("[a-z0-9]+")
_word = re.compile(rf"[{UNSPACED}]|(?:[^\W_{UNSPACED}]++|[{INDIC}{MARKS}]++)++")


def plain(html: str) -> str:
    """The text of a body: no tags, nothing of their attributes, entities read, one line."""
    text = _any_tag.sub(" ", _inline_tag.sub("", html))
    return " ".join(unescape(text).split())[:MAX_TEXT]


def fold(text: str) -> str:
    """``text`` without what search does not tell apart: capitals, accents, widths of letters."""
    text = _marks.sub("", normalize("NFKD", text)).lower().translate(_letters)
    return normalize("NFC", text)


def words(text: str) -> list[str]:
    """The folded words of ``text``, in order."""
    if text.isascii():
        return _ascii_word.findall(text.lower())
    if not is_normalized("NFKC", text):
        # A sign must not become letters: "Acme™" is the word "acme", not "acmetm".
        text = " ".join(_word.findall(normalize("NFC", text)))
    return _word.findall(fold(text))


def words_in_place(text: str) -> Iterator[tuple[str, int, int]]:
    """The same words with where each begins and ends in ``text``, which is in normal form C."""
    for match in _word.finditer(text):
        piece = match[0]
        for word in [piece.lower()] if piece.isascii() else words(piece):
            yield word, match.start(), match.end()


@dataclass(frozen=True)
class Term:
    """Words that follow each other; the last may be only the beginning of one."""

    words: tuple[str, ...]
    is_beginning: bool = False


@dataclass(frozen=True)
class Query:
    """All of ``wanted`` and none of ``unwanted``; ``text`` is what the reader typed."""

    text: str
    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...]


TERM = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"]+))')
QUOTES = str.maketrans(dict.fromkeys("“”„‟«»「」『』＂", '"'))


def parse(typed: str) -> Query:
    """
    Read a query. There is no wrong one: what has no meaning here is passed over.

        query  = { ["-"] term }             all terms must be found, those after "-" must not
        term   = '"' phrase ['"'] | word    curly and angled quotation marks count as well
        word   = anything up to a space     "e-mail" and 中文 are phrases of their parts

    The last term, if it is a plain word, also finds what it is the beginning of. Only the first
    MAX_QUERY characters and MAX_TERMS terms count.
    """
    text = " ".join(typed[: 2 * MAX_QUERY].translate(CHARACTERS).split())[:MAX_QUERY]
    found = [
        (bool(minus), phrase, tuple(words(phrase or word)))
        for minus, phrase, word in TERM.findall(text.translate(QUOTES))
    ]
    found = [term for term in found if term[2]][:MAX_TERMS]
    wanted = [Term(term) for minus, _phrase, term in found if not minus]
    unwanted = [Term(term) for minus, _phrase, term in found if minus]
    if found:
        minus, phrase, term = found[-1]
        if not minus and not phrase and len(term[-1]) >= MIN_PREFIX:
            wanted[-1] = Term(term, is_beginning=True)
    return Query(text, tuple(dict.fromkeys(wanted)), tuple(dict.fromkeys(unwanted)))
