"""What the timer does: everything that is due, once, and nothing else."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from comments import housekeeping
from comments.models import (
    Address,
    Block,
    Claim,
    Comment,
    Decision,
    Job,
    Letter,
    Report,
    Subscription,
)
from tests.factories import make_article, make_comment, make_user

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parent.parent
DAYS_31, DAYS_29 = timedelta(days=31), timedelta(days=29)


def ago(how_long):
    return timezone.now() - how_long


def keep_house():
    """What the command prints."""
    output = StringIO()
    call_command("housekeeping", stdout=output)
    return output.getvalue()


def test_with_nothing_to_do_it_says_nothing():
    assert keep_house() == ""


def test_old_spam_is_deleted_with_all_that_hangs_on_it():
    comment = make_comment(make_article(), status="held", created_at=ago(DAYS_31))
    decision = comment.mark_spam(rule="honeypot")
    Decision.objects.filter(pk=decision.pk).update(at=ago(DAYS_31))
    Report.objects.create(comment=comment, reason="spam")
    assert "delete_spam: 1 old spam comments deleted" in keep_house()
    assert not Comment.objects.exists()
    assert not Decision.objects.exists()
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    "values",
    [
        {"status": "spam", "created_at": DAYS_29},
        *({"status": one, "created_at": DAYS_31} for one in ("held", "published", "rejected")),
        *({"status": one, "created_at": DAYS_31} for one in ("withdrawn", "erased")),
    ],
    ids=lambda values: f"{values['status']}-{values['created_at'].days}",
)
def test_nothing_else_is_deleted(values):
    make_comment(make_article(), **values | {"created_at": ago(values["created_at"])})
    keep_house()
    comment = Comment.objects.get()
    assert comment.status == values["status"]
    assert comment.body


def test_an_old_comment_that_was_marked_today_is_kept_so_that_it_can_be_undone():
    comment = make_comment(make_article(), created_at=ago(timedelta(days=700)))
    comment.mark_spam(by=make_user("Moderator"))
    keep_house()
    assert Comment.objects.get().status == "spam"


@pytest.mark.parametrize("reply_status", ["published", "spam", "held"])
def test_old_spam_with_replies_becomes_a_tombstone(reply_status):
    article = make_article()
    head = make_comment(article, status="spam", created_at=ago(DAYS_31))
    reply = make_comment(article, parent=head, status=reply_status)
    assert "1 erased because of their replies" in keep_house()
    head.refresh_from_db()
    reply.refresh_from_db()
    assert (head.status, head.body, head.email) == ("erased", "", "")
    assert (reply.status, reply.parent, reply.thread) == (reply_status, head, head)
    assert head.decisions.get().rule == "housekeeping"


def test_spam_goes_in_batches(monkeypatch):
    monkeypatch.setattr(housekeeping, "BATCH", 3)
    article = make_article()
    for _ in range(10):
        make_comment(article, status="spam", created_at=ago(DAYS_31))
    kept = make_comment(article, status="spam")
    assert "10 old spam comments deleted" in keep_house()
    assert list(Comment.objects.all()) == [kept]


def test_networks_are_forgotten_after_thirty_days():
    article = make_article()
    old = make_comment(article, network="abc", created_at=ago(DAYS_31))
    new = make_comment(article, network="abc", created_at=ago(DAYS_29))
    reports = [
        Report.objects.create(comment=new, reason="spam", network="abc", at=ago(age))
        for age in (DAYS_31, DAYS_29)
    ]
    keep_house()
    for each in (old, new, *reports):
        each.refresh_from_db()
    assert [each.network for each in (old, new, *reports)] == ["", "abc", "", "abc"]


def test_blocks_of_networks_end_with_their_time_and_after_thirty_days():
    def block(value, kind="network", age=timedelta(0), left=None):
        until = left and timezone.now() + left
        Block.objects.create(kind=kind, value=value, at=ago(age), expires_at=until)

    block("over", left=timedelta(minutes=-1))
    block("old", age=DAYS_31)
    block("new", left=timedelta(days=1))
    block("spam.example", kind="domain", age=DAYS_31)
    keep_house()
    assert set(Block.objects.values_list("value", flat=True)) == {"new", "spam.example"}


def test_claims_that_have_run_out_go():
    user = make_user("Moderator")
    for seconds in (-1, 60):
        until = timezone.now() + timedelta(seconds=seconds)
        Claim.objects.create(comment=make_comment(make_article()), by=user, until=until)
    keep_house()
    assert Claim.objects.get().until > timezone.now()


def test_whom_mail_went_to_is_forgotten_but_not_that_there_was_one():
    for number, kind in enumerate(("reply", "decision", "confirm", "data")):
        for age in (DAYS_29, DAYS_31):
            Letter.objects.create(
                kind=kind,
                key=f"{kind}-{age.days}",
                to="farah@example.org",
                network="abc",
                about=number,
                made_at=ago(age),
                due_at=None,
            )
    waiting = Letter.objects.create(
        kind="data", key="waiting", to="farah@example.org", made_at=ago(DAYS_31)
    )
    Letter.objects.filter(pk=waiting.pk).update(due_at=timezone.now() + timedelta(hours=1))
    keep_house()
    kept = dict(Letter.objects.values_list("key", "to"))
    assert kept == {
        **dict.fromkeys(["reply-31", "decision-31"], ""),
        **dict.fromkeys(["reply-29", "decision-29", "confirm-29", "data-29"], "farah@example.org"),
        "waiting": "farah@example.org",
    }
    assert not Letter.objects.filter(to="").exclude(network="").exists()


def test_the_last_digest_is_remembered_however_old():
    for days in (40, 50):
        made_at = ago(timedelta(days=days))
        Letter.objects.create(kind="digest", key=f"{days}", made_at=made_at, due_at=None)
    keep_house()
    assert Letter.objects.get().key == "40"


def test_what_nobody_confirmed_is_forgotten():
    thread = make_comment(make_article())

    def address(email, age, **values):
        return Address.objects.create(email=email, asked_at=ago(age), **values)

    old = address("old@example.org", DAYS_31)
    Subscription.objects.create(address=old, thread=thread, created_at=ago(DAYS_31))
    asked_again = address("again@example.org", DAYS_31)
    Subscription.objects.create(address=asked_again, thread=thread, created_at=ago(DAYS_29))
    address("new@example.org", DAYS_29)
    address("refuses@example.org", DAYS_31, refuses_mail=True)
    confirmed = address("confirmed@example.org", DAYS_31, confirmed_at=ago(DAYS_31))
    Subscription.objects.create(
        address=confirmed, thread=thread, created_at=ago(DAYS_31), confirmed_at=ago(DAYS_31)
    )
    keep_house()
    left = set(Address.objects.values_list("email", flat=True))
    assert left == {f"{name}@example.org" for name in ("again", "new", "refuses", "confirmed")}
    assert Subscription.objects.count() == 2


def test_finished_tasks_are_forgotten_after_two_weeks(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    for days in (13, 15):
        DBTaskResult.objects.create(
            status="SUCCESSFUL",
            args_kwargs={"args": [], "kwargs": {}},
            task_path="comments.tasks.deliver",
            backend_name="default",
            queue_name="default",
            run_after=timezone.now(),
            finished_at=ago(timedelta(days=days)),
        )
    keep_house()
    assert DBTaskResult.objects.count() == 1


def test_a_daily_job_is_done_once_a_day(monkeypatch):
    calls = []

    def job():
        calls.append(1)
        return ""

    monkeypatch.setattr(housekeeping, "DAILY", [job])
    keep_house()
    keep_house()
    assert len(calls) == 1
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    keep_house()
    assert len(calls) == 2


def test_a_job_that_fails_stops_no_other_and_is_done_again_at_the_next_run(monkeypatch, caplog):
    calls = []

    def broken():
        calls.append("broken")
        raise ValueError("No such thing.")

    def well():
        calls.append("well")
        return "Done."

    monkeypatch.setattr(housekeeping, "EVERY_RUN", [])
    monkeypatch.setattr(housekeeping, "DAILY", [broken, well])
    output = StringIO()
    with pytest.raises(CommandError, match="broken failed: ValueError"):
        call_command("housekeeping", stdout=output)
    assert output.getvalue() == "well: Done.\n"
    with pytest.raises(CommandError):
        call_command("housekeeping", stdout=output)
    assert calls == ["broken", "well", "broken"]
    assert "broken failed" in caplog.text


def test_a_job_that_another_run_is_at_is_left_to_it(monkeypatch):
    def job():
        assert not Job.objects.claim("job")
        return "Done."

    monkeypatch.setattr(housekeeping, "DAILY", [job])
    assert "job: Done." in keep_house()


def test_a_job_whose_run_was_killed_is_done_again_within_hours(monkeypatch):
    assert Job.objects.claim("delete_spam")
    assert not Job.objects.claim("delete_spam")
    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert Job.objects.claim("delete_spam")


@pytest.mark.skipif(
    "connection.vendor == 'sqlite'",
    reason="SQLite in memory has one connection: the next test uses a file",
)
@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_do_each_thing_once():
    make_work()
    barrier, said = Barrier(2), []

    def run():
        barrier.wait()
        try:
            said.append(keep_house())
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(said) == 2
    assert "".join(said).count("20 old spam comments deleted") == 1
    assert "".join(said).count("A digest goes to 1 people.") == 1
    assert len(mail.outbox) == 1
    assert Comment.objects.count() == 1


def make_work():
    """A digest that is due, and spam that is old."""
    make_user("Moderator", email="mo@example.org")
    article = make_article()
    make_comment(article, status="held", created_at=ago(timedelta(hours=5)))
    for _ in range(20):
        make_comment(article, status="spam", created_at=ago(DAYS_31), network="abc")
