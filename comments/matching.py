"""
Whether words stand in a text, however they are disguised. Pure, and linear: nothing a person
types becomes a regular expression.
"""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate
from unicodedata import category, combining, normalize

# Letters of other scripts, and strokes that are no accents, by the Latin letter they look like.
LOOK_ALIKES = str.maketrans(
    "авеѕікӏмнорсԁтухјһԛԝґ" + "αβγεζηικμνορτυχω" + "ıɑɡłøđħŧ",
    "abesiklmhopcdtyxjhqwr" + "abyezhikmvoptuxw" + "iaglodht",
)
# What digits are read as within words: 1 is an l to some and an i to others.
DIGITS = [str.maketrans("013457", f"o{one}east") for one in "li"]
# Scripts that write no spaces, where each sign counts as a word: Thai, Lao, Tibetan and Burmese,
# Khmer, Chinese, Japanese.
SPACELESS = re.compile(
    "[\u0e00-\u109f\u1780-\u17ff\u2e80-\u31ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
# The classes of marks that say nothing of which word it is: strokes, the points of Hebrew and
# Arabic, accents. The vowel signs of India and the voicing marks of Japan are in others.
ACCENTS = {1, *range(10, 37), *range(200, 256)}
MOST_FOUND = 10


@lru_cache(maxsize=30_000)
def fold(sign: str) -> str:
    """
    One character as it is compared: in lower case, without accent, by the letter it looks like;
    empty where it is invisible, a space where it is no part of a word.
    """
    folded = normalize("NFKD", normalize("NFKD", sign).casefold()).translate(LOOK_ALIKES)
    return "".join(map(_role, folded))


def _role(sign: str) -> str:
    """What becomes of a character that is folded already."""
    kind = category(sign)
    if kind in ("Cf", "Me") or combining(sign) in ACCENTS:
        return ""
    if kind == "So" or SPACELESS.match(sign):
        return f" {sign} " if kind[0] in "LNMS" else " "
    return sign if kind[0] in "LNM" else " "


@dataclass(frozen=True)
class Text:
    """A text, prepared for being searched many times."""

    text: str

    @cached_property
    def _pieces(self) -> list[str]:
        return [fold(sign) for sign in self.text]

    @cached_property
    def words(self) -> list[str]:
        """Its words as they are compared."""
        return "".join(self._pieces).split()

    @cached_property
    def readings(self) -> list[tuple[list[str], str]]:
        """
        The words and, for a quick look, the words in one string, surrounded by spaces: as typed,
        and where digits stand in words, as these can be read.
        """
        read = [self.words]
        for digits in DIGITS:
            words = [word.translate(digits) if _is_mixed(word) else word for word in self.words]
            if words not in read:
                read.append(words)
        return [(words, f" {' '.join(words)} ") for words in read]

    @cached_property
    def _spans(self) -> list[tuple[int, int]]:
        """Where each word stands in the text."""
        ends = list(accumulate(map(len, self._pieces)))
        spans, at, folded = [], 0, "".join(self._pieces)
        for word in self.words:
            at = folded.index(word, at)
            last = bisect_left(ends, at + len(word))
            spans.append((bisect_right(ends, at), last + 1))
            at += len(word)
        return spans

    def find(self, rule: str) -> list[tuple[int, int]]:
        """Where the words of ``rule`` stand, in order: the first ten places."""
        wanted = parse(rule)
        found: set[tuple[int, int]] = set()
        for words, line in self.readings if wanted else ():
            if all(piece in line for word in wanted for piece in word):
                found |= {
                    (self._spans[first][0], self._spans[first + len(wanted) - 1][1])
                    for first in _places(wanted, words, line)
                }
        return sorted(found)[:MOST_FOUND]

    def found(self, rule: str) -> list[str]:
        """The words of ``rule`` as this text writes them; none where they do not stand in it."""
        return list(dict.fromkeys(self.text[first:end] for first, end in self.find(rule)))


@lru_cache(maxsize=2_000)
def parse(rule: str) -> list[tuple[str, ...]]:
    """
    The words of a rule. Each is the pieces that its stars part: whole words are one piece. A star
    by itself stands for nothing, so a rule of stars has no words.
    """
    words = "*".join("".join(map(fold, piece)) for piece in rule.split("*")).split()
    return [_pieces_of(word) for word in words if word.strip("*")]


def _pieces_of(word: str) -> tuple[str, ...]:
    first, *others = word.split("*")
    if not others:
        return (first,)
    *middle, last = others
    return (first, *(piece for piece in middle if piece), last)


def _is_mixed(word: str) -> bool:
    """Whether digits can be letters in disguise there: in “v1agra”, but not in “2nd” or “b12”."""
    digits = sum(map(str.isdecimal, word))
    return 0 < digits < len(word) - digits


def _places(wanted: list[tuple[str, ...]], words: list[str], line: str) -> list[int]:
    """The numbers of the words where ``wanted`` begins, the first ten."""
    places: list[int] = []
    if all(len(pieces) == 1 for pieces in wanted):
        # Whole words are looked for in the line, which is faster.
        phrase = f" {' '.join(pieces[0] for pieces in wanted)} "
        at, number = line.find(phrase), 0
        before = 0
        while at >= 0 and len(places) < MOST_FOUND:
            number += line.count(" ", before, at)
            places.append(number)
            before, at = at, line.find(phrase, at + 1)
        return places
    for first in range(len(words) - len(wanted) + 1):
        if all(_fits(pieces, words[first + number]) for number, pieces in enumerate(wanted)):
            places.append(first)
            if len(places) == MOST_FOUND:
                break
    return places


def _fits(pieces: tuple[str, ...], word: str) -> bool:
    """Whether ``word`` is made of ``pieces``, with anything where the stars were."""
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1:
        return word == first
    at, end = len(first), len(word) - len(last)
    if end < at or not word.startswith(first) or not word.endswith(last):
        return False
    for piece in pieces[1:-1]:
        at = word.find(piece, at, end)
        if at < 0:
            return False
        at += len(piece)
    return True
