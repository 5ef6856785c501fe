"""No mail is lost or sent twice, whatever the mail server or the worker does."""

import json
import logging
import socket
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from threading import Barrier, Thread

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from comments import tasks
from comments.models import Comment, Letter
from comments.models.letters import DELAYS
from comments.tokens import own_token
from tests.factories import make_article, make_comment, make_user

pytestmark = pytest.mark.django_db

REFUSES = "tests.test_letters.RefusingBackend"
IN_DATABASE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


class RefusingBackend(BaseEmailBackend):
    """A mail server that is out of order."""

    def send_messages(self, email_messages):
        for message in email_messages:
            raise SMTPRecipientsRefused(dict.fromkeys(message.to, (451, b"Try later.")))


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def worker():
    """Run what the queue in the database holds and is due, as ``manage.py db_worker`` does."""
    return lambda: call_command("db_worker", "--batch", "--interval=0", verbosity=0, reload=False)


def post(key="data-1"):
    return tasks.post(Letter.Kind.DATA, "farah@example.org", key)


def later(monkeypatch, **how_much):
    moment = timezone.now() + timedelta(**how_much)
    monkeypatch.setattr(timezone, "now", lambda: moment)


def test_a_letter_is_sent_after_the_transaction(commit):
    with commit():
        post()
        assert not mail.outbox
    [message] = mail.outbox
    assert message.to == ["farah@example.org"]
    letter = Letter.objects.get()
    assert (letter.due_at, letter.attempts) == (None, 1)
    assert letter.sent_at


def test_the_same_event_is_mailed_once(commit):
    with commit():
        assert post()
        assert not post()
    with commit():
        assert not post()
    assert len(mail.outbox) == 1


def test_a_letter_that_was_sent_is_not_sent_by_a_second_task(commit):
    with commit():
        letter = post()
    tasks.deliver.enqueue(letter.pk)
    tasks.deliver.enqueue(letter.pk)
    assert len(mail.outbox) == 1


def test_a_letter_that_another_worker_has_taken_is_left_to_it():
    letter = post()
    assert Letter.objects.claim(letter.pk)
    tasks.deliver.enqueue(letter.pk)
    assert not mail.outbox


def test_a_letter_whose_worker_died_is_taken_by_another_later(monkeypatch):
    letter = post()
    assert Letter.objects.claim(letter.pk)
    later(monkeypatch, minutes=30)
    assert tasks.send_overdue() == 1
    assert len(mail.outbox) == 1


def test_without_a_mail_server_a_reader_comments_all_the_same(client, settings, commit, caplog):
    settings.EMAIL_BACKEND = REFUSES
    article = make_article()
    comment = make_comment(article, status="held")
    address = f"{article.get_absolute_url()}comment/{own_token(comment)}/notify/"
    with commit():
        answer = client.post(address, headers={"origin": "http://testserver"})
    assert answer.status_code == 303
    assert Comment.objects.get().status == "held"
    letter = Letter.objects.get()
    assert (letter.sent_at, letter.attempts) == (None, 1)
    assert letter.due_at > timezone.now()
    assert "tried again" in caplog.text
    assert comment.email not in caplog.text


def test_a_socket_that_refuses_is_a_mail_server_that_is_down(settings, commit):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound but not listening: every connection is refused
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = closed.getsockname()
        with commit():
            post()
    assert Letter.objects.get().attempts == 1
    assert not Letter.objects.get().sent_at


def test_locally_housekeeping_tries_again(settings, commit, monkeypatch):
    settings.EMAIL_BACKEND = REFUSES
    with commit():
        post()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert tasks.send_overdue() == 0
    later(monkeypatch, minutes=20)
    assert tasks.send_overdue() == 1
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)  # the worker closes its connection
def test_the_worker_tries_again_by_itself_after_a_growing_while(
    settings, commit, worker, monkeypatch
):
    settings.TASKS = IN_DATABASE
    settings.EMAIL_BACKEND = REFUSES
    with commit():
        letter = post()
    waits = []
    for delay in DELAYS:
        worker()
        letter.refresh_from_db()
        waits.append(letter.due_at - timezone.now())
        assert delay - timedelta(minutes=1) < waits[-1] <= delay
        [waiting] = DBTaskResult.objects.filter(status="READY")
        assert waiting.run_after == letter.due_at
        later(monkeypatch, seconds=(letter.due_at - timezone.now()).total_seconds() + 1)
    assert waits == sorted(waits)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    worker()
    assert len(mail.outbox) == 1
    assert not DBTaskResult.objects.filter(status="READY").exists()


@pytest.mark.django_db(transaction=True)  # the worker closes its connection
def test_a_letter_is_given_up_at_last_and_the_operator_can_see_it(
    settings, commit, worker, monkeypatch, caplog
):
    settings.TASKS = IN_DATABASE
    settings.EMAIL_BACKEND = REFUSES
    with commit():
        letter = post()
    Letter.objects.update(attempts=len(DELAYS))
    worker()
    letter.refresh_from_db()
    assert (letter.due_at, letter.sent_at) == (None, None)
    assert DBTaskResult.objects.get().status == "FAILED"
    assert [record for record in caplog.records if record.levelno == logging.ERROR]
    later(monkeypatch, days=1)
    assert tasks.send_overdue() == 0


def test_the_queue_holds_nobodys_address(settings, commit):
    settings.TASKS = IN_DATABASE
    with commit():
        post()
    assert "farah" not in json.dumps(DBTaskResult.objects.get().args_kwargs)


def test_a_queue_that_is_out_of_order_breaks_no_request(monkeypatch, commit, caplog):
    def fail(*args):
        raise RuntimeError("No queue.")

    monkeypatch.setattr(tasks, "enqueue", fail)
    with commit():
        post()
    monkeypatch.undo()
    later(monkeypatch, minutes=20)
    assert tasks.send_overdue() == 1


def test_one_letter_that_cannot_be_written_is_tried_again_like_any_other(monkeypatch, commit):
    def fail(letter):
        raise ValueError("A broken template.")

    monkeypatch.setitem(tasks.letters.WRITERS, Letter.Kind.DATA, fail)
    with commit():
        post()
    assert Letter.objects.get().due_at > timezone.now()


def test_overdue_letters_wait_until_the_mail_server_is_back(settings, monkeypatch, commit):
    settings.EMAIL_BACKEND = REFUSES
    for number in range(3):
        post(f"data-{number}")
    later(monkeypatch, minutes=20)
    assert tasks.send_overdue() == 0
    assert sorted(Letter.objects.values_list("attempts", flat=True)) == [0, 0, 1]


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_of_many_who_send_a_letter_at_once_one_does():
    letter = Letter.objects.create(kind="data", to="farah@example.org", key="data-1")
    barrier, taken = Barrier(4), []

    def claim():
        barrier.wait()
        try:
            taken.append(Letter.objects.claim(letter.pk))
        finally:
            connection.close()

    threads = [Thread(target=claim) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [bool(one) for one in taken].count(True) == 1


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_of_many_who_ask_at_once_three_are_heard():
    barrier = Barrier(6)

    def ask():
        barrier.wait()
        try:
            tasks.post_as_asked(Letter.Kind.DATA, "farah@example.org")
        finally:
            connection.close()

    threads = [Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 <= Letter.objects.count() <= tasks.ASKED_A_DAY


def test_an_approval_by_a_moderator_stands_without_a_mail_server(settings, commit):
    settings.EMAIL_BACKEND = REFUSES
    comment = make_comment(make_article(), status="held")
    with commit():
        comment.approve(by=make_user("Moderator"))
    comment.refresh_from_db()
    assert comment.status == "published"
