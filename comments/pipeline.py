"""
The rules that judge a comment when it comes in. Each is a pure function that looks at one
Submission and returns a Verdict, or None where it has nothing to say. All of them are asked, and
the strictest verdict counts; a comment that no rule says anything about is held.

What the form itself says no to (a text too long, a token forged or stale) never gets here.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import wraps
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.matching import Text
from comments.spam import Weighing

# From one network within a minute: more than any class or office writes.
MOST_PER_MINUTE = 30
LONGEST_WORD = 100
MOST_WORDS = 10


class Kind(StrEnum):
    """What a verdict does with a comment, the strictest first."""

    REFUSE = "refuse"
    SPAM = "spam"
    HOLD = "hold"
    PUBLISH = "publish"


@dataclass(frozen=True)
class Verdict:
    """What one rule says, why in plain words, and the pieces of the text that mattered."""

    kind: Kind
    rule: str
    reason: str
    words: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As the comment keeps it."""
        return {
            "rule": self.rule,
            "verdict": self.kind.value,
            "reason": self.reason,
            "words": list(self.words),
        }


class Refused(Exception):
    """A comment is not taken: ``verdict`` says why."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        super().__init__(verdict.reason)


@dataclass(frozen=True)
class Submission:
    """
    A comment that comes in, and all that the rules want to know about it. The limits carry the
    names they have in Policy.
    """

    text: str = ""
    name: str = ""
    website: str = ""
    links: tuple[str, ...] = ()
    # How long the writer had the form before them; None where that is not known.
    seconds: int | None = None
    # The field that no person sees was filled in.
    is_baited: bool = False
    is_staff: bool = False
    is_open: bool = True

    # What is known of the address and the network. None of the counts goes on for ever: they stop
    # where the rule that asks has enough.
    approved: int = 0
    rejected: int = 0
    from_address: int = 0
    from_network: int = 0
    from_network_in_a_minute: int = 0
    # The address was confirmed by mail, and this browser proves that it was there.
    is_proven: bool = False
    # An earlier comment that says nearly the same.
    twin: int | None = None
    # The blocks that apply, as (kind in words, value), and all active word rules, as (words, kind).
    blocks: tuple[tuple[str, str], ...] = ()
    word_rules: tuple[tuple[str, str], ...] = ()
    weighing: Weighing = field(default_factory=Weighing)

    hold_all: bool = False
    approved_needed: int = 1
    most_links: int = 2
    least_seconds: int = 3
    flood_comments: int = 5
    flood_minutes: int = 10
    most_rejections: int = 3


Rule = Callable[[Submission], Verdict | None]
# What a rule's own function says: the reason, alone or with the words that mattered.
Said = str | tuple[str, tuple[str, ...]] | None

RULES: list[Rule] = []


def rule(kind: Kind) -> Callable[[Callable[[Submission], Said]], Rule]:
    """Make a function that says why into a rule of this kind, which bears the function's name."""

    def register(says: Callable[[Submission], Said]) -> Rule:
        @wraps(says)
        def judges(it: Submission) -> Verdict | None:
            said = says(it)
            if said is None:
                return None
            reason, words = (said, ()) if isinstance(said, str) else said
            return Verdict(kind, says.__name__.replace("_", "-"), reason, words)

        RULES.append(judges)
        return judges

    return register


# Refused: nothing is kept, and the writer is told why.


@rule(Kind.REFUSE)
def closed(it: Submission) -> Said:
    return None if it.is_open else _("The comments on this post are closed.")


@rule(Kind.REFUSE)
def crowded(it: Submission) -> Said:
    if it.from_network_in_a_minute < MOST_PER_MINUTE:
        return None
    return _("Too many comments came from your network. Try again in a minute.")


# Spam: kept for 30 days, where a moderator can look for mistakes. The sender is not told.


@rule(Kind.SPAM)
def honeypot(it: Submission) -> Said:
    return _("Filled in a field that people cannot see") if it.is_baited else None


@rule(Kind.SPAM)
def block(it: Submission) -> Said:
    if not it.blocks:
        return None
    reason = _("Blocked: %(what)s") % {"what": ", ".join(what for what, _value in it.blocks)}
    return reason, _shortened(value for _what, value in it.blocks if value)


@rule(Kind.SPAM)
def spam_words(it: Submission) -> Said:
    return _words_on_the_list(it, Kind.SPAM)


@rule(Kind.SPAM)
def filter_sure(it: Submission) -> Said:
    if not it.weighing.is_sure:
        return None
    reason = _("The filter is sure that it is spam (%(score)s)") % {"score": _score(it)}
    return reason, _shortened(it.weighing.telling)


# Held: a moderator reads it first. What says most about a comment comes first.


@rule(Kind.HOLD)
def too_fast(it: Submission) -> Said:
    if it.seconds is None or it.seconds >= it.least_seconds:
        return None
    reason = ngettext(
        "Sent %(seconds)d second after the page was opened; people need at least %(least)d",
        "Sent %(seconds)d seconds after the page was opened; people need at least %(least)d",
        it.seconds,
    )
    return reason % {"seconds": it.seconds, "least": it.least_seconds}


@rule(Kind.HOLD)
def network_flood(it: Submission) -> Said:
    if it.from_network < it.flood_comments:
        return None
    reason = _("More than %(count)d comments from this network within %(minutes)d minutes")
    return reason % {"count": it.flood_comments, "minutes": it.flood_minutes}


@rule(Kind.HOLD)
def address_flood(it: Submission) -> Said:
    if it.from_address < it.flood_comments:
        return None
    reason = _("More than %(count)d comments from this email address within %(minutes)d minutes")
    return reason % {"count": it.flood_comments, "minutes": it.flood_minutes}


@rule(Kind.HOLD)
def near_duplicate(it: Submission) -> Said:
    if it.twin is None:
        return None
    return _("Nearly the same as comment %(number)d") % {"number": it.twin}


@rule(Kind.HOLD)
def too_many_links(it: Submission) -> Said:
    count, limit = len(it.links), it.most_links
    if count <= limit:
        return None
    reason = ngettext(
        "%(count)d link; the limit is %(limit)d", "%(count)d links; the limit is %(limit)d", count
    )
    return reason % {"count": count, "limit": limit}, _shortened(it.links)


@rule(Kind.HOLD)
def held_words(it: Submission) -> Said:
    return _words_on_the_list(it, Kind.HOLD)


@rule(Kind.HOLD)
def filter_unsure(it: Submission) -> Said:
    if not it.weighing.is_unsure:
        return None
    reason = _("The filter is not sure (%(score)s)") % {"score": _score(it)}
    return reason, _shortened(it.weighing.telling)


@rule(Kind.HOLD)
def many_rejections(it: Submission) -> Said:
    if it.rejected < it.most_rejections:
        return None
    reason = ngettext(
        "%(count)d comment from this address was rejected in the last 30 days",
        "%(count)d comments from this address were rejected in the last 30 days",
        it.rejected,
    )
    return reason % {"count": it.rejected}


@rule(Kind.HOLD)
def hold_all(it: Submission) -> Said:
    return _("Every comment on this post is held") if it.hold_all else None


@rule(Kind.HOLD)
def first_comment(it: Submission) -> Said:
    if it.approved >= it.approved_needed:
        return None
    if it.approved == 0:
        return _("No comment from this address was approved yet")
    reason = ngettext(
        "%(count)d approved comment from this address; %(needed)d are needed",
        "%(count)d approved comments from this address; %(needed)d are needed",
        it.approved,
    )
    return reason % {"count": it.approved, "needed": it.approved_needed}


@rule(Kind.HOLD)
def unproven(it: Submission) -> Said:
    if it.is_proven:
        return None
    return _("This browser has not shown that the email address is its writer’s")


# Published: only where no other rule says anything.


@rule(Kind.PUBLISH)
def trusted(it: Submission) -> Said:
    if not it.is_proven or it.approved < it.approved_needed:
        return None
    return _("The address is confirmed, and its earlier comments were approved")


@rule(Kind.PUBLISH)
def staff(it: Submission) -> Said:
    return _("Written by a staff member") if it.is_staff else None


# A staff member is known by their session, which says more than any sign of a text.
FOR_STAFF: list[Rule] = [closed, staff]


def judge(it: Submission) -> list[Verdict]:
    """What the rules say of a comment, the strictest verdict first; there is always one."""
    rules = FOR_STAFF if it.is_staff else RULES
    verdicts = [verdict for each in rules if (verdict := each(it))]
    nothing = Verdict(Kind.HOLD, "no-rule", _("No rule lets it through"))
    return sorted(verdicts, key=lambda verdict: list(Kind).index(verdict.kind)) or [nothing]


def _words_on_the_list(it: Submission, kind: Kind) -> Said:
    text = Text("\n".join((it.text, it.name, it.website)))
    rules = (words for words, verdict in it.word_rules if verdict == kind)
    found = dict.fromkeys(word for words in rules for word in text.found(words))
    if not found:
        return None
    words = _shortened(found)
    return _("Words on the list: %(words)s") % {"words": ", ".join(words)}, words


def _score(it: Submission) -> str:
    return f"{it.weighing.score or 0:.2f}"


def _shortened(words: Iterable[str]) -> tuple[str, ...]:
    """Few and short enough to be kept and read."""
    return tuple(word[:LONGEST_WORD] for word in islice(words, MOST_WORDS))
