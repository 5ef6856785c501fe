"""The learning filter: what it looks at in a comment."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comments.models import Comment

WORD = re.compile(r"\w+")
LONGEST_TOKEN = 100


def tokens(comment: "Comment") -> set[str]:
    """What of ``comment`` the filter learns and weighs; the empty one counts the comment itself."""
    words = WORD.findall(comment.body.casefold())
    return {"", *(word[:LONGEST_TOKEN] for word in words)}
