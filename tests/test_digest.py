"""Moderators hear by mail what waits for them: in time, but never for every comment."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from comments import digest, housekeeping
from comments.digest import Waiting, is_due
from comments.models import Comment, Letter, Report
from tests.factories import make_article, make_comment, make_user

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def ago(**how_long):
    return NOW - timedelta(**how_long)


def waiting(count, oldest, newest=None):
    return Waiting(held=count, oldest=oldest, newest=newest or oldest)


@pytest.mark.parametrize(
    ("what", "last", "expected"),
    [
        (Waiting(), None, False),
        (waiting(1, ago(minutes=5)), None, False),
        (waiting(19, ago(hours=3, minutes=59)), None, False),
        (waiting(20, ago(minutes=5)), None, True),
        (waiting(1, ago(hours=4)), None, True),
        (Waiting(held=10, reported=10, oldest=ago(minutes=1), newest=ago(minutes=1)), None, True),
        (waiting(500, ago(days=2), ago(minutes=1)), ago(hours=3, minutes=59), False),
        (waiting(500, ago(days=2), ago(minutes=1)), ago(hours=4), True),
        (waiting(500, ago(days=2), ago(hours=5)), ago(hours=4), False),
        (waiting(500, ago(days=2), ago(hours=30)), ago(hours=24), True),
    ],
    ids=[
        *("nothing", "one, new", "nearly many", "many", "one, old", "reports count as well"),
        *("too soon", "four hours later", "nothing new", "nothing new for a day"),
    ],
)
def test_when_a_digest_is_due(what, last, expected):
    assert is_due(what, last, NOW) is expected


@pytest.fixture
def old():
    """When a comment was written that has waited long enough."""
    return timezone.now() - timedelta(hours=5)


@pytest.fixture
def moderator(db):
    return make_user("Moderator", email="mo@example.org")


@pytest.fixture
def run(django_capture_on_commit_callbacks):
    def run():
        with django_capture_on_commit_callbacks(execute=True):
            return housekeeping.send_digest()

    return run


def test_a_digest_shows_counts_the_oldest_and_the_way_to_the_queue(moderator, old, run):
    article = make_article("Ships & harbours")
    for number in range(7):
        when = old + timedelta(minutes=number)
        make_comment(article, status="held", body=f"Waiting {number}. " * 50, created_at=when)
    reported = make_comment(article)
    Report.objects.create(comment=reported, reason="abuse", network="a")
    Comment.objects.filter(pk=reported.pk).update(report_count=1)
    assert run() == "A digest goes to 1 people."
    [message] = mail.outbox
    assert message.to == ["mo@example.org"]
    assert message.subject == "8 comments wait for a decision"
    for part in (message.body, message.alternatives[0][0]):
        assert "7 comments wait for a decision." in part
        assert "1 more was reported by readers." in part
        assert "http://127.0.0.1:8000/admin/comments/comment/queue/" in part
        assert part.count("Waiting 0.") < 15
        assert "Waiting 4." in part
        assert "Waiting 5." not in part
    assert "Ships & harbours" in message.body


def test_spam_is_never_a_reason(moderator, old, run):
    for _ in range(25):
        make_comment(make_article(), status="spam", created_at=old)
    assert run() == ""
    assert not mail.outbox


def test_no_comment_is_mailed_about_by_itself(moderator, run):
    for _ in range(19):
        make_comment(make_article(), status="held")
    assert run() == ""
    assert not mail.outbox


def test_a_second_run_sends_no_second_digest(moderator, old, run):
    make_comment(make_article(), status="held", created_at=old)
    run()
    make_comment(make_article(), status="held")
    assert run() == ""
    assert len(mail.outbox) == 1


def test_an_appeal_waits_like_a_report(moderator, old, run):
    comment = make_comment(make_article(), status="rejected")
    Report.objects.create(comment=comment, reason="appeal", at=old)
    Comment.objects.filter(pk=comment.pk).update(report_count=1)
    run()
    assert len(mail.outbox) == 1


def test_what_was_decided_while_the_mail_waited_is_not_mailed(moderator, old, run):
    comment = make_comment(make_article(), status="held", created_at=old)
    housekeeping.send_digest()
    comment.approve(by=moderator)
    run()
    assert not mail.outbox


def test_it_goes_to_moderators_who_work_here_and_have_an_address(moderator):
    make_user("Moderator")
    make_user("Moderator", email="gone@example.org", is_active=False)
    make_user("Editor", email="ed@example.org")
    make_user("Administrator", email="root@example.org")
    assert digest.recipients() == [(moderator.pk, "mo@example.org")]


def test_without_moderators_it_goes_to_superusers(db):
    make_user("Moderator")
    root = make_user("Administrator", email="root@example.org")
    assert digest.recipients() == [(root.pk, "root@example.org")]


def test_where_nobody_has_an_address_the_operator_is_told(db, old, run):
    make_comment(make_article(), status="held", created_at=old)
    assert run() == "Nobody gets the digest."
    assert not Letter.objects.exists()


def test_looking_costs_the_same_few_queries(moderator, old, django_assert_num_queries):
    for _ in range(30):
        make_comment(make_article(), status="held", created_at=old)
    with django_assert_num_queries(4):
        assert digest.due_now()
