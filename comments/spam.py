"""The learning filter: what it looks at in a comment."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comments.models import Comment

WORD = re.compile(r"\w+")
LONGEST_TOKEN = 100


def tokens(comment: "Comment") -> set[str]:
    """What of ``comment`` the filter learns and weighs; the empty one counts the comment itself."""
    words = WORD.findall(comment.body.casefold())
    return {"", *(word[:LONGEST_TOKEN] for word in words)}


@dataclass(frozen=True)
class Weighing:
    """
    What the filter makes of a comment: how much it is like spam, from 0 to 1 (None while the
    filter knows too little), whether that is certain, and the words that say so.
    """

    score: float | None = None
    is_sure: bool = False
    is_unsure: bool = False
    telling: list[str] = field(default_factory=list)


def weigh(comment: "Comment") -> Weighing:
    """Compare ``comment`` with what moderators marked as spam and what they published."""
    return Weighing()
