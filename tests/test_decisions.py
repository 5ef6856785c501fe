"""What may happen to a comment, what is remembered of it, and how it is taken back."""

import uuid
from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection, transaction

from comments.models import AlreadyDecided, Comment, Decision, NotAllowed, Report, Token
from comments.models.decisions import TRANSITIONS, Status, Verb
from tests.factories import make_article, make_comment, make_user

pytestmark = pytest.mark.django_db


def do(comment, verb, **how):
    if verb == Verb.EDIT:
        return comment.edit(comment.body + " More.", **how)
    return getattr(comment, verb.value)(**how)


@pytest.mark.parametrize("status", Status.values)
@pytest.mark.parametrize("verb", list(TRANSITIONS), ids=lambda verb: verb.value)
def test_the_law_says_what_each_verb_does_to_each_status(status, verb):
    comment, law = make_comment(make_article(), status=status), TRANSITIONS[verb]
    if status == law.target:
        assert do(comment, verb) is None
    elif status in law.sources:
        decision = do(comment, verb)
        expected = law.target or status
        if verb == Verb.UNFEATURE:
            assert decision is None
        else:
            assert (decision.from_status, decision.to_status) == (status, expected)
        comment.refresh_from_db()
        assert comment.status == expected
    elif verb == Verb.UNFEATURE:
        assert do(comment, verb) is None
    else:
        with pytest.raises(NotAllowed, match="not possible"):
            do(comment, verb)
        assert not Decision.objects.exists()


def test_a_decision_keeps_all_that_was_said_with_it():
    comment, user, batch = make_comment(make_article()), make_user("Moderator"), uuid.uuid4()
    comment.reject(by=user, reason="Off topic", note="Third time", message="Sorry", batch=batch)
    decision = comment.decisions.get()
    assert (decision.reason, decision.note, decision.message, decision.batch) == (
        *("Off topic", "Third time", "Sorry", batch),
    )


def test_a_rule_decides_under_its_own_name_and_teaches_the_filter_nothing():
    comment = make_comment(make_article(), status="held")
    decision = comment.mark_spam(rule="honeypot")
    assert decision.who == "honeypot"
    assert comment.taught == ""
    assert not Token.objects.exists()


def test_who_decides_on_what_has_changed_since_is_told_who_was_faster():
    comment, faster = make_comment(make_article(), status="held"), make_user(username="ada")
    stale = Comment.objects.get(pk=comment.pk)
    comment.reject(by=faster)
    with pytest.raises(AlreadyDecided, match="ada has decided already: Reject"):
        stale.approve(by=make_user(), seen="held")
    stale.refresh_from_db()
    assert stale.status == "rejected"


def test_an_undo_puts_everything_back_and_is_on_record():
    comment, user = make_comment(make_article()), make_user()
    comment.feature(by=user)
    comment.reject(by=user)
    assert not comment.is_featured
    undo = comment.decisions.last().undo(user)
    comment.refresh_from_db()
    assert (comment.status, comment.is_featured) == ("published", True)
    assert (undo.verb, undo.undoes.verb, undo.by) == ("undo", "reject", user)


def test_an_edit_can_be_undone():
    comment = make_comment(make_article(), body="Before.")
    comment.edit("After.", by=make_user()).undo(make_user())
    comment.refresh_from_db()
    assert (comment.body, comment.edited_at) == ("Before.", None)


def test_a_decision_is_undone_once_only():
    comment, user = make_comment(make_article()), make_user()
    decision = comment.reject(by=user)
    decision.undo(user)
    with pytest.raises(NotAllowed, match="undone already"):
        decision.undo(user)


def test_an_undo_is_not_undone():
    comment, user = make_comment(make_article()), make_user()
    undo = comment.reject(by=user).undo(user)
    with pytest.raises(NotAllowed, match="cannot be undone"):
        undo.undo(user)


def test_what_was_decided_again_since_is_not_undone():
    comment, user = make_comment(make_article(), status="held"), make_user(username="ada")
    first = comment.approve(by=user)
    comment.reject(by=user)
    with pytest.raises(AlreadyDecided, match="ada"):
        first.undo(user)
    comment.refresh_from_db()
    assert comment.status == "rejected"


def test_a_batch_is_undone_but_for_what_was_decided_since():
    user, batch = make_user(), uuid.uuid4()
    comments = [make_comment(make_article(), status="held") for _ in range(3)]
    for comment in comments:
        comment.mark_spam(by=user, batch=batch)
    comments[1].approve(by=user)
    assert Decision.objects.filter(batch=batch).undo(user) == (2, 1)
    assert [Comment.objects.get(pk=c.pk).status for c in comments] == ["held", "published", "held"]


def test_an_erased_comment_keeps_nothing_of_its_writer():
    comment = make_comment(make_article(), website="https://example.org/", network="abc")
    comment.edit("Another text.", by=make_user(), note="About Farah")
    Report.objects.create(comment=comment, reason="abuse", text="Farah says")
    comment.erase()
    comment.refresh_from_db()
    assert (comment.name, comment.email, comment.website, comment.body, comment.network) == (
        "",
    ) * 5
    assert not comment.reports.exists()
    kept = [(decision.before, decision.note) for decision in comment.decisions.all()]
    assert kept == [({}, ""), ({}, "")]
    with pytest.raises(NotAllowed):
        comment.decisions.last().undo(make_user())


def test_a_moderators_decision_answers_the_reports_and_an_undo_opens_them_again():
    comment, user = make_comment(make_article()), make_user()
    for network in ("a", "a", "b"):
        Report.objects.create(comment=comment, reason="spam", network=network)
    Comment.objects.filter(pk=comment.pk).update(report_count=2)
    decision = comment.keep(by=user)
    comment.refresh_from_db()
    assert (comment.report_count, comment.is_cleared) == (0, True)
    decision.undo(user)
    comment.refresh_from_db()
    assert (comment.report_count, comment.is_cleared) == (2, False)


def test_the_filter_learns_from_people_and_unlearns_on_undo():
    comment, user = make_comment(make_article(), status="held", body="Cheap pills"), make_user()
    decision = comment.mark_spam(by=user)
    assert Token.objects.get(text="pills").spam == 1
    decision.undo(user)
    assert not Token.objects.exists()


def test_the_filter_follows_an_edit():
    comment, user = make_comment(make_article(), status="held", body="Cheap pills"), make_user()
    comment.approve(by=user)
    comment.edit("Cheap tea", by=user)
    assert not Token.objects.filter(text="pills").exists()
    assert Token.objects.get(text="tea").good == 1


def test_a_verb_keeps_what_a_full_save_would_overwrite():
    article = make_article()
    head = make_comment(article)
    stale = Comment.objects.get(pk=head.pk)
    make_comment(article, parent=head)
    stale.name = "Another name"
    stale.save()
    head.refresh_from_db()
    assert (head.reply_count, head.name) == (1, "Another name")


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_is_told():
    comment, users = make_comment(make_article(), status="held"), [make_user(), make_user()]
    told = []

    def decide(user, verb):
        try:
            do(Comment.objects.get(pk=comment.pk), verb, by=user, seen="held")
        except AlreadyDecided as error:
            told.append(error)
        finally:
            connection.close()

    with transaction.atomic():
        Comment.objects.select_for_update().get(pk=comment.pk)
        threads = [
            Thread(target=decide, args=pair)
            for pair in zip(users, [Verb.APPROVE, Verb.REJECT], strict=True)
        ]
        for thread in threads:
            thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 1
    assert Decision.objects.count() == 1


def test_what_its_writer_withdrew_no_moderator_puts_back():
    comment = make_comment(make_article())
    withdrawal = comment.withdraw()
    with pytest.raises(NotAllowed, match="cannot be undone"):
        withdrawal.undo(make_user("Moderator"))
    comment.refresh_from_db()
    assert comment.status == "withdrawn"
    withdrawal.undo(by=None)
    comment.refresh_from_db()
    assert comment.status == "published"


def test_the_filter_forgets_what_its_writer_changed_after_it_was_approved():
    comment = make_comment(make_article(), status="held", body="Nice tea")
    comment.approve(by=make_user())
    edit = comment.edit("Cheap pills")
    assert not Token.objects.exists()
    assert comment.taught == ""
    edit.undo(make_user())
    assert Token.objects.get(text="tea").good == 1


def test_a_text_that_its_writer_changed_meanwhile_is_not_decided_unread():
    comment = make_comment(make_article(), status="held", body="Nice tea")
    seen = comment.as_seen
    Comment.objects.get(pk=comment.pk).edit("Cheap pills")
    with pytest.raises(AlreadyDecided, match="The writer has decided already: Edit"):
        comment.approve(by=make_user(), seen=seen)
    comment.refresh_from_db()
    assert comment.status == "held"
    assert comment.approve(by=make_user(), seen=comment.as_seen)


def test_a_decision_is_not_the_writers_because_its_moderators_account_is_deleted():
    comment, user = make_comment(make_article(), status="held"), make_user()
    comment.reject(by=user)
    user.delete()
    assert comment.decisions.get().who == "Staff"
    assert make_comment(make_article()).withdraw().who == "The writer"


def test_the_latest_decision_is_undone_although_the_clock_was_set_back():
    comment, user = make_comment(make_article(), status="held"), make_user()
    first = comment.approve(by=user)
    Decision.objects.filter(pk=first.pk).update(at=first.at + timedelta(hours=1))
    comment.reject(by=user).undo(user)
    comment.refresh_from_db()
    assert comment.status == "published"
