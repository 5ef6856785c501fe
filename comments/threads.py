"""Comments as a conversation: replies under what they reply to."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from comments.models import Comment
from comments.shown import Shown

DEPTH = 4


@dataclass
class Thread:
    """
    A comment and the replies to it. A comment that readers cannot see (``is_removed``) is there
    only for the replies below it; ``more`` public replies stand on the thread's own page alone.
    """

    comment: Shown
    is_own: bool = False
    more: int = 0
    replies: list["Thread"] = field(default_factory=list)

    @property
    def is_removed(self) -> bool:
        return not (self.comment.is_published or self.is_own)

    def descendants(self) -> list["Thread"]:
        """All replies below this one, however deep, oldest first."""
        found, waiting = [], list(self.replies)
        while waiting:
            thread = waiting.pop()
            found.append(thread)
            waiting.extend(thread.replies)
        return sorted(found, key=lambda thread: thread.comment.age)


def threads(
    heads: Iterable[Shown], replies: Iterable[Shown], own: int | None = None
) -> list[Thread]:
    """
    ``heads`` in their order, each with those of its ``replies`` that are given, oldest first, in at
    most ``DEPTH`` levels: what replies to the last level joins it, in order of time. A reply whose
    parent was removed stands under a note that says so; one whose parent stands on another page
    joins the head of its thread. ``own`` is the key of the reader's own comment.
    """
    top = [Thread(head, is_own=head.pk == own) for head in heads]
    by_pk = {thread.comment.pk: thread for thread in top}
    replies = sorted(replies, key=lambda reply: reply.age)
    by_pk |= {reply.pk: Thread(reply, is_own=reply.pk == own) for reply in replies}
    for reply in replies:
        parent = by_pk.get(reply.parent_id)
        if parent is None:
            parent = by_pk[reply.thread_id]
            if reply.parent_status not in (None, Comment.Status.PUBLISHED):
                removed = Thread(Shown(reply.parent_id, reply.parent_status))
                parent.replies.append(removed)
                by_pk[reply.parent_id] = parent = removed
        parent.replies.append(by_pk[reply.pk])
    shown = Counter(reply.thread_id for reply in replies if reply.is_published)
    for thread in top:
        thread.more = max(0, thread.comment.reply_count - shown[thread.comment.pk])
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
