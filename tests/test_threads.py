"""Replies stand under what they reply to, four levels deep."""

from datetime import UTC, datetime, timedelta

from comments.models import Comment
from comments.threads import threads

START = datetime(2026, 1, 1, tzinfo=UTC)


def comment(pk: int, parent: int | None = None) -> Comment:
    return Comment(pk=pk, parent_id=parent, created_at=START + timedelta(minutes=pk))


def shape(found) -> list:
    """Threads as nested lists: [key, [replies…]]."""
    return [[thread.comment and thread.comment.pk, shape(thread.replies)] for thread in found]


def test_replies_stand_under_their_parent_oldest_first():
    found = threads([comment(1), comment(2), comment(3, 1), comment(4, 2), comment(5, 1)])
    assert shape(found) == [[1, [[3, []], [5, []]]], [2, [[4, []]]]]


def test_what_is_deeper_than_four_levels_joins_the_last_in_order_of_time():
    chain = [comment(1), *(comment(pk, pk - 1) for pk in range(2, 8)), comment(8, 4)]
    assert shape(threads(chain)) == [[1, [[2, [[3, [[pk, []] for pk in (4, 5, 6, 7, 8)]]]]]]]


def test_replies_to_a_removed_comment_stay_together():
    found = threads([comment(1), comment(3, 2), comment(4, 2), comment(5, 3)])
    assert shape(found) == [[1, []], [None, [[3, [[5, []]]], [4, []]]]]


def test_a_reply_dated_before_its_parent_is_not_lost():
    late = comment(9)
    early = comment(3, 9)
    assert shape(threads([early, late])) == [[9, [[3, []]]]]


def test_a_chain_of_thousands_needs_no_recursion():
    chain = [comment(1), *(comment(pk, pk - 1) for pk in range(2, 5000))]
    level_three = threads(chain)[0].replies[0].replies[0]
    assert len(level_three.replies) == 4996
