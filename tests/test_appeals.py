"""A writer hears why a comment was rejected, and may ask once for a second look."""

import re
from datetime import timedelta

import pytest
from django.core import mail

from comments.mail_links import APPEAL
from comments.models import Address, Comment, Report
from tests.factories import make_article, make_comment, make_user
from tests.pages import comment_form, visible_lines

pytestmark = pytest.mark.django_db

SENT_FROM_HERE = {"origin": "http://testserver"}


@pytest.fixture
def moderator():
    return make_user("Moderator")


@pytest.fixture
def comment():
    """A held comment whose writer has confirmed the address."""
    comment = make_comment(make_article("Ships"), email="Farah@example.org", status="held")
    Address.objects.of(comment.email).confirm()
    return comment


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def link(comment, moderator, commit):
    """The link in the mail about the rejection of ``comment``."""
    with commit():
        comment.reject(by=moderator, reason="Off topic", message="Please write about ships.")
    return re.search(r"http://127\.0\.0\.1:8000(/comments/appeal/\S+)", mail.outbox[0].body)[1]


def appeal(client, link, text="It is about ships.", **headers):
    return client.post(link, {"body": text}, headers=headers or SENT_FROM_HERE)


def test_a_writer_hears_the_reason_and_the_message(link):
    [message] = mail.outbox
    assert message.to == ["farah@example.org"]
    assert message.subject == "Your comment on “Ships” was not published"
    for part in (message.body, message.alternatives[0][0]):
        assert "The reason: Off topic" in part
        assert "Please write about ships." in part
        assert link in part
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("how", [{"reason": "Off topic"}, {"message": "Please write about ships."}])
def test_one_of_them_is_enough(comment, moderator, commit, how):
    with commit():
        comment.reject(by=moderator, **how)
    assert len(mail.outbox) == 1


def test_a_rejection_without_a_word_is_not_mailed(comment, moderator, commit):
    with commit():
        comment.reject(by=moderator, note="Third time")
    assert not mail.outbox


def test_what_a_rule_decides_is_not_mailed(comment, commit):
    with commit():
        comment.reject(rule="links", reason="3 links; your limit is 2")
    assert not mail.outbox


@pytest.mark.parametrize("verb", ["mark_spam", "approve"])
def test_other_decisions_are_not_mailed(comment, moderator, commit, verb):
    with commit():
        getattr(comment, verb)(by=moderator, reason="Off topic", message="Hello")
    assert not mail.outbox


def test_an_address_that_nobody_confirmed_gets_no_mail(comment, moderator, commit):
    Address.objects.update(confirmed_at=None)
    with commit():
        comment.reject(by=moderator, message="No.")
    assert not mail.outbox


def test_an_address_that_refuses_mail_gets_none(comment, moderator, commit):
    Address.objects.get().refuse_mail()
    with commit():
        comment.reject(by=moderator, message="No.")
    assert not mail.outbox


def test_a_rejection_undone_before_the_mail_is_sent_is_not_mailed(comment, moderator, commit):
    with commit():
        comment.reject(by=moderator, message="No.").undo(moderator)
    assert not mail.outbox


def test_a_note_to_colleagues_is_not_in_the_mail(comment, moderator, commit):
    with commit():
        comment.reject(by=moderator, message="No.", note="A known troll")
    assert "troll" not in mail.outbox[0].body + mail.outbox[0].alternatives[0][0]


def test_opening_the_link_shows_the_form_and_appeals_nothing(client, comment, link):
    page = client.get(link)
    assert page.status_code == 200
    lines = visible_lines(page)
    assert "Off topic" in lines
    assert comment.body in lines
    assert "body" in comment_form(page)[1]
    assert page["Referrer-Policy"] == "same-origin"
    assert not Report.objects.exists()


def test_an_appeal_comes_before_the_moderators(client, comment, link):
    answer = appeal(client, link)
    assert (answer.status_code, answer["Location"]) == (303, link)
    report = Report.objects.get()
    assert (report.comment, report.reason, report.text) == (
        *(comment, "appeal", "It is about ships."),
    )
    comment.refresh_from_db()
    assert (comment.report_count, comment.status) == (1, "rejected")
    assert any(line.startswith("Thank you.") for line in visible_lines(client.get(link)))


def test_a_second_appeal_against_one_decision_changes_nothing(client, comment, link):
    appeal(client, link)
    assert appeal(client, link, "Again!").status_code == 303
    assert Report.objects.get().text == "It is about ships."
    comment.refresh_from_db()
    assert comment.report_count == 1


def test_after_the_moderators_answered_there_is_no_second_appeal(client, comment, link, moderator):
    appeal(client, link)
    comment.keep(by=moderator)
    appeal(client, link, "Again!")
    assert Report.objects.count() == 1
    assert any("decided again" in line for line in visible_lines(client.get(link)))


def test_another_rejection_can_be_appealed_again(client, comment, link, moderator, commit):
    appeal(client, link)
    comment.approve(by=moderator)
    with commit():
        comment.reject(by=moderator, message="Now for another reason.")
    second = re.search(r"(/comments/appeal/\S+)", mail.outbox[1].body)[1]
    assert "decided again" in " ".join(visible_lines(client.get(link)))
    appeal(client, second)
    assert Report.objects.filter(decision=None).count() == 1


def test_a_comment_published_meanwhile_needs_no_appeal(client, comment, link, moderator):
    comment.approve(by=moderator)
    lines = visible_lines(client.get(link))
    assert any("your comment is published" in line for line in lines)
    appeal(client, link)
    assert not Report.objects.exists()


def test_a_decision_undone_meanwhile_needs_no_appeal(client, comment, link, moderator):
    comment.decisions.get(verb="reject").undo(moderator)
    assert "decided again" in " ".join(visible_lines(client.get(link)))
    appeal(client, link)
    assert not Report.objects.exists()


def test_an_erased_comment_cannot_be_appealed(client, comment, link):
    comment.erase()
    assert client.get(link).status_code == 410
    assert appeal(client, link).status_code == 410


def test_an_empty_appeal_is_told_what_is_missing(client, link):
    answer = appeal(client, link, " \n ")
    assert answer.status_code == 422
    assert "Write why it should be published" in visible_lines(answer)
    assert not Report.objects.exists()


def test_an_endless_appeal_is_kept_and_told_its_length(client, link):
    answer = appeal(client, link, "No! " * 1000)
    assert answer.status_code == 422
    assert "No! No! No!" in comment_form(answer)[1]["body"]
    assert not Report.objects.exists()


def test_an_appeal_from_another_site_is_refused(client, link):
    assert appeal(client, link, **{"sec-fetch-site": "cross-site"}).status_code == 403
    assert not Report.objects.exists()


def test_a_link_is_too_old_after_thirty_days(client, link, monkeypatch):
    monkeypatch.setattr(APPEAL, "age", timedelta(seconds=-1))
    assert client.get(link).status_code == 410
    assert appeal(client, link).status_code == 410
    assert not Report.objects.exists()


def test_an_appeal_does_not_hold_or_publish_by_itself(client, comment, link):
    appeal(client, link)
    assert Comment.objects.get().status == "rejected"


def test_an_appeal_stays_countable_beside_other_reports(client, comment, moderator, commit):
    with commit():
        comment.reject(by=moderator, message="No.")
    Report.objects.create(comment=comment, reason="spam", network="abc")
    appeal(client, re.search(r"(/comments/appeal/\S+)", mail.outbox[0].body)[1])
    comment.refresh_from_db()
    assert comment.report_count == 2
