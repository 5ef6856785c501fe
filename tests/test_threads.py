"""Replies stand under what they reply to, four levels deep."""

from datetime import UTC, datetime, timedelta

from comments.shown import Shown
from comments.threads import threads

START = datetime(2026, 1, 1, tzinfo=UTC)


def comment(pk: int, parent: int | None = None, **values) -> Shown:
    """A published one; a reply is in thread 1 unless told otherwise."""
    defaults = {
        "status": "published",
        "thread_id": parent and 1,
        "created_at": START + timedelta(minutes=pk),
        "parent_status": parent and "published",
    }
    return Shown(pk=pk, parent_id=parent, **defaults | values)


def shape(found) -> list:
    """Threads as nested lists: [key, [replies…]]; the key of a removed one is negative."""
    return [
        [thread.comment.pk * (-1 if thread.is_removed else 1), shape(thread.replies)]
        for thread in found
    ]


def test_replies_stand_under_their_parent_oldest_first():
    replies = [comment(5, 1), comment(3, 1), comment(4, 2, thread_id=2)]
    found = threads([comment(1), comment(2)], replies)
    assert shape(found) == [[1, [[3, []], [5, []]]], [2, [[4, []]]]]


def test_heads_stay_in_the_order_given():
    assert shape(threads([comment(2), comment(1)], [])) == [[2, []], [1, []]]


def test_what_is_deeper_than_four_levels_joins_the_last_in_order_of_time():
    chain = [*(comment(pk, pk - 1) for pk in range(2, 8)), comment(8, 4)]
    found = threads([comment(1)], chain)
    assert shape(found) == [[1, [[2, [[3, [[pk, []] for pk in (4, 5, 6, 7, 8)]]]]]]]


def test_a_removed_head_stays_as_long_as_it_has_replies():
    found = threads([comment(1, status="spam")], [comment(2, 1, parent_status="spam")])
    assert shape(found) == [[-1, [[2, []]]]]


def test_replies_to_a_removed_reply_stay_together_under_the_head_of_their_thread():
    replies = [comment(pk, 2, parent_status="rejected") for pk in (3, 4)]
    found = threads([comment(1)], [*replies, comment(5, 3), comment(6, 1)])
    assert shape(found) == [[1, [[-2, [[3, [[5, []]]], [4, []]]], [6, []]]]]


def test_whether_a_missing_parent_was_withdrawn_is_known():
    found = threads([comment(1)], [comment(3, 2, parent_status="withdrawn")])
    assert found[0].replies[0].comment.is_withdrawn


def test_a_reply_whose_parent_stands_on_another_page_joins_the_head():
    assert shape(threads([comment(1)], [comment(300, 299)])) == [[1, [[300, []]]]]


def test_a_reply_that_has_lost_its_parent_joins_the_head():
    orphan = comment(3, None, thread_id=1)
    assert shape(threads([comment(1)], [orphan])) == [[1, [[3, []]]]]


def test_a_reply_dated_before_its_parent_is_not_lost():
    early = comment(3, 9, thread_id=9)
    assert shape(threads([comment(9)], [early])) == [[9, [[3, []]]]]


def test_ones_own_comment_is_shown_whatever_became_of_it():
    (found,) = threads([comment(1, status="withdrawn")], [], own=1)
    assert found.is_own
    assert not found.is_removed


def test_the_replies_that_are_not_given_are_counted():
    head = comment(1, reply_count=57)
    mine = comment(99, 1, status="held")
    (found,) = threads([head], [*(comment(pk, 1) for pk in range(2, 22)), mine], own=99)
    assert found.more == 37


def test_a_chain_of_thousands_needs_no_recursion():
    chain = [comment(pk, pk - 1) for pk in range(2, 5000)]
    level_three = threads([comment(1)], chain)[0].replies[0].replies[0]
    assert len(level_three.replies) == 4996
