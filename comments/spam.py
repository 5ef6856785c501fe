"""
The learning filter, as far as it is arithmetic: what it looks at in a comment, and how it combines
what it knows of that. Gary Robinson's chances of single tokens, combined by R. A. Fisher's method:
tokens that speak for spam and tokens that speak against it are weighed apart, so that a comment
with much of both is one that the filter is not sure of.

What it knows is kept by comments/models/learning.py; comments/weighing.py brings both together.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from articles.search_words import words as words_of

if TYPE_CHECKING:
    from comments.models import Comment

# The rules of the pipeline that speak for it.
SURE_RULE, UNSURE_RULE = "filter-sure", "filter-unsure"

GOOD_NEEDED, SPAM_NEEDED = 200, 50  # comments to learn from before it says anything
LEAST_SURE = 0.99  # no comment with a lower score is ever taken for spam without being read
UNSURE = 0.9  # up to here it says nothing; above it a moderator should look

# A token that was never seen is spam in UNKNOWN of all cases, and that weighs as much as having
# seen it in ASSUMED comments. Tokens nearer to the middle than LEAST_TELLING say nothing.
UNKNOWN, ASSUMED, LEAST_TELLING, MOST_TOKENS = 0.5, 1, 0.1, 60

# What is looked at, so that no text costs more than a few milliseconds.
LONGEST_BODY, LONGEST_TEXT, LONGEST_WORD = 10_000, 4_000, 40
FIRST_WORDS, LAST_WORDS, LINKS, NAME_WORDS = 100, 50, 20, 5
LINK = re.compile(r"""(?:https?://|\bwww\.)[^\s<>"'`]{1,200}""", re.IGNORECASE)
LONGEST_TOKEN = 100  # what the table takes
SIGNS = "!?%*#@$£€¥₹"


def tokens(comment: "Comment") -> set[str]:
    """
    What of ``comment`` the filter learns and weighs: words, pairs of them, and what else there is
    to see, such as ``link:example.org`` or ``form:fast``. Nothing but its stored fields counts,
    because it is unlearned exactly. The empty token counts the comment itself.
    """
    body = comment.body[:LONGEST_BODY]
    addresses, text = LINK.findall(body), LINK.sub(" ", body)[:LONGEST_TEXT]
    words = [word[:LONGEST_WORD] for word in words_of(text)]
    if len(words) > FIRST_WORDS + LAST_WORDS:
        words = words[:FIRST_WORDS] + words[-LAST_WORDS:]
    pairs = zip(words, words[1:], strict=False)
    found = {"", *words, *(f"{word} {after}" for word, after in pairs)}
    found |= {f"name:{word[:LONGEST_WORD]}" for word in words_of(comment.name)[:NAME_WORDS]}
    if comment.website:
        found.add(f"site:{_domain(comment.website)}")
    if "@" in comment.email:
        found.add(f"mail:{_domain(comment.email.rsplit('@')[-1])}")
    traits = {f"links:{min(len(addresses), 4)}", f"length:{len(words).bit_length()}"}
    traits |= {f"link:{_domain(address)}" for address in addresses[:LINKS]}
    traits |= {f"number:{len(word)}" for word in words if _is_number(word)}
    traits |= {f"sign:{sign}" for sign in SIGNS if sign in text}
    capitals, letters = sum(map(str.isupper, text)), sum(map(str.isalpha, text))
    if letters > 10 and capitals * 2 > letters:
        traits.add("capitals:")
    # A long text with three links that took two seconds is more than the sum of these.
    form = f"form:{_haste(comment.signals.get('seconds'))}"
    both = (f"{form} {trait}"[:LONGEST_TOKEN] for trait in traits)
    return found | traits | {form, *both}


def _domain(address: str) -> str:
    """The host of ``address``, at most 80 characters of it; empty where there is none."""
    try:
        host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
    except ValueError:  # such as “http://[”
        return ""
    return "".join(re.findall(r"[\w.-]+", host))[:80].removeprefix("www.")


def _is_number(word: str) -> bool:
    return not word.isalpha() and sum(map(str.isdigit, word)) > 2


def _haste(seconds: object) -> str:
    """How long the form was filled in, as far as its script could tell."""
    if not isinstance(seconds, int | float):
        return "no-seconds"
    for most, name in ((3, "fast"), (10, "quick"), (600, "usual")):
        if seconds < most:
            return name
    return "slow"


class Evidence(NamedTuple):
    """A token, how many comments of each kind had it, and how likely spam one with it is."""

    token: str
    good: int
    spam: int
    chance: float

    @property
    def in_words(self) -> str:
        """It, as a moderator reads it."""
        return in_words(self.token)


@dataclass(frozen=True)
class Weighing:
    """
    What the filter thinks of a comment: its ``score`` from 0, good, to 1, spam, or None while it
    has not learned enough; whether it is sure of spam, or unsure of a good one; and what tells it
    so, the strongest first, in words.
    """

    score: float | None = None
    is_sure: bool = False
    is_unsure: bool = False
    telling: list[str] = field(default_factory=list)


def is_active(good: int, spam: int) -> bool:
    """Whether it has learned from so many comments that it may speak."""
    return good >= GOOD_NEEDED and spam >= SPAM_NEEDED


def evidence(counts: Mapping[str, tuple[int, int]]) -> list[Evidence]:
    """
    What each token tells, the strongest first; ``counts`` says in how many good and spam comments
    it stood, and under the empty token how many there were of each. Most words tell nothing.
    """
    goods, spams = (max(1, number) for number in counts.get("", (0, 0)))
    found = []
    for token, (good, spam) in counts.items():
        if not token or good + spam <= 0:
            continue
        share = spam / spams / (good / goods + spam / spams)
        seen = good + spam
        chance = (ASSUMED * UNKNOWN + seen * share) / (ASSUMED + seen)
        if abs(chance - UNKNOWN) >= LEAST_TELLING:
            found.append(Evidence(token, good, spam, chance))
    return sorted(found, key=lambda one: (-abs(one.chance - UNKNOWN), one.token))


def score(found: Sequence[Evidence]) -> float:
    """How likely ``found``, the strongest first, makes it that a comment is spam."""
    chances = [one.chance for one in found[:MOST_TOKENS]]
    spam = _by_chance(sum(math.log(1 - chance) for chance in chances), len(chances))
    good = _by_chance(sum(math.log(chance) for chance in chances), len(chances))
    return (1 + good - spam) / 2


def _by_chance(logarithms: float, number: int) -> float:
    """
    How likely so low a product of ``number`` chances is, given its logarithm, where each of them
    is anything between 0 and 1: the chi-square distribution with twice as many degrees of freedom.
    """
    term = total = math.exp(logarithms)
    for step in range(1, number):
        term *= -logarithms / step
        total += term
    return min(total, 1.0)


def score_of_good(counts: Mapping[str, tuple[int, int]]) -> float:
    """
    The score of a good comment that was learned, or the one that it would have if it had not been,
    whichever is higher: one like it, which is yet to come, has the latter.
    """
    without = {token: (max(0, good - 1), spam) for token, (good, spam) in counts.items()}
    return max(score(evidence(counts)), score(evidence(without)))


def weighing(counts: Mapping[str, tuple[int, int]], sure: float, telling: int = 5) -> Weighing:
    """What to think of a comment whose tokens were learned so often; sure above ``sure``."""
    if not is_active(*counts.get("", (0, 0))):
        return Weighing()
    found = evidence(counts)
    result = score(found)
    against = [one for one in found if one.chance > UNKNOWN]
    single = [one for one in against if not (":" in one.token and " " in one.token)]
    said = [one.in_words for one in single[:telling]]
    return Weighing(result, result > sure, UNSURE < result <= sure, said)


SENTENCES = {
    "form:no-seconds": _("sent without the page's script"),
    "form:fast": _("sent within 3 seconds"),
    "form:quick": _("sent within 10 seconds"),
    "form:usual": _("sent within 10 minutes"),
    "form:slow": _("sent after more than 10 minutes"),
    "capitals:": _("written in capitals"),
    "length:": _("fewer than %s words"),
    "link:": _("a link to %s"),
    "links:": _("number of links: %s"),
    "number:": _("a number of %s digits or letters"),
    "sign:": _("the sign %s"),
    "name:": _("the name %s"),
    "site:": _("the website %s"),
    "mail:": _("an email address at %s"),
}


def in_words(token: str) -> str:
    """``token`` as a moderator reads it; a word is just that word."""
    if token.startswith("form:") and " " in token:
        return ", ".join(map(in_words, token.split(" ")))
    kind, colon, rest = token.partition(":")
    if kind == "length" and colon:
        rest = str(2 ** int(rest))
    sentence = SENTENCES.get(token) or SENTENCES.get(kind + colon, token)
    return str(sentence).replace("%s", rest)
