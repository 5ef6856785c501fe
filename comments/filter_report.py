"""What moderators want to know of the learning filter: does it do them good?"""

import hashlib
from collections import Counter
from dataclasses import dataclass

from django.utils import timezone

from comments import spam
from comments.models import Comment, Decision, Filter, Learned, Token

# How far back it looks, so that the report costs the same however many comments there are.
LATEST = 1000
SAMPLE = 10


@dataclass(frozen=True)
class Report:
    """
    What it has learned, where its threshold lies, and how it did: of the LATEST comments that it
    took for spam by itself, how many a moderator has ``confirmed``, how many were good after all.
    ``held`` counts good comments that it held, no further than LATEST.
    """

    state: Filter
    good: int
    spam: int
    blocked: int
    confirmed: int
    overturned: int
    held: int
    wrong: list[Comment]
    sample: list[Comment]

    @property
    def is_active(self) -> bool:
        return spam.is_active(self.good, self.spam)

    @property
    def good_missing(self) -> int:
        return max(0, spam.GOOD_NEEDED - self.good)

    @property
    def spam_missing(self) -> int:
        return max(0, spam.SPAM_NEEDED - self.spam)

    @property
    def unsure(self) -> float:
        return spam.UNSURE

    @property
    def checked(self) -> int:
        return self.confirmed + self.overturned

    @property
    def precision(self) -> float | None:
        """The share of spam, in percent, among what it blocked and somebody has checked."""
        return 100 * self.confirmed / self.checked if self.checked else None


def report() -> Report:
    """How the filter stands at this moment."""
    counts, _sure = Token.objects.known({""})
    good, bad = counts.get("", (0, 0))
    verdicts = Decision.objects.blocked_by_filter()[:LATEST]
    taught = Counter(verdicts.values_list("comment__taught", flat=True))
    wrong = Comment.objects.wrongly_held()
    return Report(
        state=Filter.objects.current(),
        good=good,
        spam=bad,
        blocked=taught.total(),
        confirmed=taught[Learned.SPAM],
        overturned=taught[Learned.GOOD],
        held=wrong.filter(was_blocked=False)[:LATEST].count(),
        wrong=list(wrong.select_related("article")[:SAMPLE]),
        sample=_sample(),
    )


def _sample() -> list[Comment]:
    """Some of what it took for spam, drawn anew every day; checking one leaves the others."""
    keys = Comment.objects.unchecked_spam().values_list("pk", flat=True)[:LATEST]
    today = timezone.localdate()

    def lot(key: int) -> bytes:
        return hashlib.sha256(f"{today} {key}".encode()).digest()

    drawn = sorted(keys, key=lot)[:SAMPLE]
    return sorted(
        Comment.objects.filter(pk__in=drawn).select_related("article"),
        key=lambda comment: drawn.index(comment.pk),
    )
