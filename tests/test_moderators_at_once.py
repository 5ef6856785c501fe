"""Moderators who decide, undo and erase in one thread at the same moment."""

import random
from functools import partial
from threading import Thread

import pytest
from django.db import connection

from comments import batches, claims, counts
from comments.models import Comment, Decision, NotAllowed, Token
from tests.factories import make_article, make_comment, make_user
from tests.test_counts import taught

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time"),
]


def at_once(*doings):
    """Run all of ``doings`` at the same time. Returns what they failed with."""
    failures = []

    def run(doing):
        try:
            doing()
        except Exception as error:  # noqa: BLE001  (whatever it is, the test shows it)
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[doing]) for doing in doings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def decide_often(keys, user, seed):
    """Many verbs, undos and batches in an order drawn by ``seed``."""

    def decide():
        dice = random.Random(seed)  # noqa: S311
        for _turn in range(60):
            verb = dice.choice(["approve", "reject", "mark_spam", "hold", "feature", "note"])
            try:
                match dice.randrange(6):
                    case 0:
                        if last := batches.last_of(user):
                            batches.take_back(last, user)
                    case 1:
                        chosen = Comment.objects.filter(pk__in=dice.sample(keys, 3))
                        pairs = list(chosen.values_list("pk", "status"))
                        batches.decide_all(pairs, batches.VERBS[dice.randrange(4)], user)
                    case 2:
                        Comment.objects.get(pk=dice.choice(keys)).report("spam", network=str(seed))
                    case _:
                        getattr(Comment.objects.get(pk=dice.choice(keys)), verb)(by=user)
            except NotAllowed:
                pass

    return decide


def make_discussion():
    """Two threads under one post: the keys of heads, replies, and replies to these."""
    article, keys = make_article(), []
    for _thread in range(2):
        head = make_comment(article, status="held", body="Cheap pills and tea")
        reply = make_comment(article, status="held", parent=head, body="Tea is good")
        deep = make_comment(article, status="held", parent=reply, body="Pills are cheap")
        keys += [head.pk, reply.pk, deep.pk]
    return article, keys


def test_moderators_who_decide_in_one_thread_never_lock_each_other_out():
    _article, keys = make_discussion()
    doings = [decide_often(keys, make_user(), seed) for seed in range(4)]
    assert at_once(*doings) == []
    assert [*counts.wrong_replies(), *counts.wrong_discussions()] == []
    assert taught(None) == sorted(Token.objects.values_list("text", "good", "spam"))


def test_an_address_is_erased_while_moderators_decide_around_it():
    article, keys = make_discussion()
    Comment.objects.filter(pk__in=keys[1::3]).update(email="farah@example.org")
    doings = [decide_often(keys, make_user(), seed) for seed in range(3)]
    erase = Comment.objects.written_from("farah@example.org").erase
    assert at_once(*doings, erase) == []
    assert Comment.objects.filter(status="erased").count() == 2
    assert [*counts.wrong_replies(), *counts.wrong_discussions()] == []
    assert taught(None) == sorted(Token.objects.values_list("text", "good", "spam"))


def test_readers_reply_while_moderators_decide():
    article, keys = make_discussion()

    def reply():
        for _turn in range(40):
            make_comment(article, parent=Comment.objects.get(pk=keys[0]))

    doings = [decide_often(keys[:3], make_user(), seed) for seed in range(2)]
    assert at_once(*doings, reply, reply) == []
    assert [*counts.wrong_replies(), *counts.wrong_discussions()] == []


def test_moderators_claim_and_release_the_same_comments():
    _article, keys = make_discussion()

    def look(seed):
        user, dice = make_user(), random.Random(seed)  # noqa: S311
        for _turn in range(200):
            claims.claim(user, dice.sample(keys, 5))
            claims.release(user, but=dice.sample(keys, 2))

    doings = [partial(look, seed) for seed in range(4)]
    assert at_once(*doings) == []


def test_a_batch_and_its_undo_at_once_leave_every_comment_decided_as_the_record_says():
    _article, keys = make_discussion()
    users = [make_user(), make_user()]
    outcome = batches.decide_all([(key, "held") for key in keys], batches.Verb.APPROVE, users[0])
    undo = Decision.objects.filter(batch=outcome.batch).undo
    again = [(key, "published") for key in keys]
    failures = at_once(
        lambda: undo(users[0]),
        lambda: undo(users[1]),
        lambda: batches.decide_all(again, batches.Verb.MARK_SPAM, users[1]),
    )
    assert failures == []
    for comment in Comment.objects.all():
        assert comment.decisions.order_by("pk").last().to_status == comment.status
    assert taught(None) == sorted(Token.objects.values_list("text", "good", "spam"))
