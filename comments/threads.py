"""Comments as a conversation: replies under what they reply to."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from comments.models import Comment

DEPTH = 4


@dataclass
class Thread:
    """
    A comment and the replies to it. ``comment`` is None where the comment has been removed and
    only its replies are left.
    """

    comment: Comment | None
    replies: list["Thread"] = field(default_factory=list)

    def descendants(self) -> list["Thread"]:
        """All replies below this one, however deep, oldest first."""
        found, waiting = [], list(self.replies)
        while waiting:
            thread = waiting.pop()
            found.append(thread)
            waiting.extend(thread.replies)
        return sorted(found, key=lambda thread: (thread.comment.created_at, thread.comment.pk))


def threads(comments: Iterable[Comment]) -> list[Thread]:
    """
    ``comments``, given oldest first, as threads of at most ``DEPTH`` levels: what replies to the
    last level joins it, in order of time.
    """
    comments = list(comments)
    by_pk = {comment.pk: Thread(comment) for comment in comments}
    top: list[Thread] = []
    for comment in comments:
        thread = by_pk[comment.pk]
        if comment.parent_id is None:
            top.append(thread)
            continue
        if comment.parent_id not in by_pk:
            by_pk[comment.parent_id] = Thread(None)
            top.append(by_pk[comment.parent_id])
        by_pk[comment.parent_id].replies.append(thread)
    _level_off(top)
    return top


def _level_off(top: list[Thread]) -> None:
    """Move what is deeper than ``DEPTH`` up to that level. No recursion: chains can be endless."""
    level = top
    for _ in range(DEPTH - 2):
        level = [reply for thread in level for reply in thread.replies]
    for thread in level:
        thread.replies = thread.descendants()
        for reply in thread.replies:
            reply.replies = []
