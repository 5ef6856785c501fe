"""Readers report a comment; enough of them, each from another network, hold it."""

import pytest
from django.test import Client

from comments.models import Comment, Discussion, Policy, Report
from comments.networks import network_of
from comments.reporting import REPORTS_AN_HOUR
from tests.factories import make_article, make_comment, make_user
from tests.pages import links, visible_lines

pytestmark = pytest.mark.django_db

SENT = {"reason": "abuse", "text": "He insults me."}


@pytest.fixture
def comment():
    return make_comment(make_article("Ships"), body="You fool.")


def address_of(comment):
    return f"{comment.article.get_absolute_url()}report/{comment.pk}/"


def report(comment, network="192.0.2.1", headers=None, client=None, **values):
    headers = headers or {"origin": "http://testserver"}
    sender = client or Client(enforce_csrf_checks=True)
    return sender.post(address_of(comment), SENT | values, REMOTE_ADDR=network, headers=headers)


def status(comment):
    comment.refresh_from_db()
    return comment.status


def test_every_comment_has_a_link_to_report_it(client, comment):
    address = address_of(comment)
    assert address in links(client.get(comment.article.get_absolute_url()))
    lines = visible_lines(client.get(address))
    assert {"Report a comment", "You fool.", "It insults or threatens somebody"} <= set(lines)
    assert "Its writer asks for a second look" not in lines


def test_a_report_is_kept_with_a_hash_of_where_it_came_from(comment):
    answer = report(comment)
    assert (answer.status_code, answer["Location"]) == (303, f"{address_of(comment)}thanks/")
    kept = comment.reports.get()
    assert (kept.reason, kept.text) == ("abuse", "He insults me.")
    assert len(kept.network) == 32
    assert "192" not in kept.network
    assert status(comment) == "published"


def test_whoever_reports_is_thanked_and_told_no_more(client, comment):
    answer = report(comment, client=client)
    lines = visible_lines(client.get(answer["Location"]))
    assert "Thank you for your report" in lines
    assert "A moderator will look at the comment." in lines


def test_reports_from_as_many_networks_as_the_policy_says_hold_it(comment):
    for number in (1, 2):
        report(comment, f"192.0.2.{number}")
        assert status(comment) == "published"
    report(comment, "192.0.2.3")
    assert status(comment) == "held"
    decision = comment.decisions.get()
    assert (decision.rule, decision.reason) == ("reports", "3 readers reported it")
    assert comment.report_count == 3


def test_one_network_counts_once(comment):
    for _ in range(5):
        report(comment, "192.0.2.1")
    for last in range(5):
        report(comment, f"2001:db8::{last}")
    assert status(comment) == "published"
    assert comment.report_count == 2


def test_the_policy_of_the_post_says_how_many(comment):
    policy = Policy.objects.create(name="Strict", reports_needed=1)
    Discussion.objects.filter(article=comment.article).update(policy=policy)
    report(comment)
    assert status(comment) == "held"
    assert comment.decisions.get().reason == "1 reader reported it"


def test_a_cleared_comment_is_not_held_again_until_it_is_edited(comment):
    report(comment)
    comment.keep(by=make_user())
    for number in range(4):
        report(comment, f"198.51.100.{number}")
    assert status(comment) == "published"
    assert comment.report_count == 4
    comment.edit("Another text.", by=None)
    report(comment, "203.0.113.1")
    assert status(comment) == "held"


def test_what_a_moderator_approved_before_anybody_reported_it_is_held_by_reports():
    comment = make_comment(make_article(), status="held")
    comment.approve(by=make_user())
    for number in range(3):
        report(comment, f"192.0.2.{number}")
    assert status(comment) == "held"
    comment.approve(by=make_user())
    for number in range(3):
        report(comment, f"198.51.100.{number}")
    assert status(comment) == "published"


def test_answered_reports_do_not_count_any_more(comment):
    for number in (1, 2):
        report(comment, f"192.0.2.{number}")
    comment.keep(by=make_user())
    Comment.objects.update(is_cleared=False)
    report(comment, "192.0.2.3")
    assert status(comment) == "published"


def test_many_reports_from_one_network_have_to_wait():
    article = make_article()
    comments = [make_comment(article) for _ in range(REPORTS_AN_HOUR + 1)]
    for comment in comments[:-1]:
        assert report(comment).status_code == 303
    answer = report(comments[-1])
    assert (answer.status_code, answer["Retry-After"]) == (429, "3600")
    assert "Many reports came from your network. Try again in an hour." in visible_lines(answer)
    assert report(comments[-1], "192.0.2.200").status_code == 303


def test_what_fills_in_the_trap_is_thanked_and_not_kept(comment):
    assert report(comment, website="https://spam.example").status_code == 303
    assert not Report.objects.exists()


@pytest.mark.parametrize("reason", ["", "appeal", "x", "\0", "abuse " * 1000])
def test_without_a_reason_it_is_explained_and_what_was_typed_kept(comment, reason):
    answer = report(comment, reason=reason)
    assert answer.status_code == 422
    assert "Choose what is wrong" in visible_lines(answer)
    assert "He insults me." in answer.content.decode()
    assert not Report.objects.exists()


def test_too_many_words_are_told_so_and_kept(comment):
    answer = report(comment, text="x" * 100_000)
    assert answer.status_code == 422
    lines = visible_lines(answer)
    assert "Shorten the details to at most 1000 characters: they have 100000" in lines
    assert "x" * 100_000 in answer.content.decode()


def test_details_can_be_left_out(comment):
    assert report(comment, text="").status_code == 303


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}]
)
def test_another_site_cannot_report_in_a_readers_name(comment, headers):
    assert report(comment, headers=headers).status_code == 403
    assert not Report.objects.exists()


@pytest.mark.parametrize("state", ["held", "rejected", "spam", "withdrawn", "erased"])
def test_what_is_not_public_cannot_be_reported(client, comment, state):
    Comment.objects.update(status=state)
    assert client.get(address_of(comment)).status_code == 404
    answer = report(comment)
    assert answer.status_code == 404
    assert any("not public any more" in line for line in visible_lines(answer))
    assert not Report.objects.exists()


def test_a_comment_that_vanished_or_never_was_is_told(client, comment):
    address = comment.article.get_absolute_url()
    comment.delete()
    for pk in (comment.pk or 1, 0, 10**30):
        answer = client.post(f"{address}report/{pk}/", SENT)
        assert answer.status_code == 404
        assert any("not public any more" in line for line in visible_lines(answer))


def test_a_comment_that_vanishes_while_it_is_reported_is_told(comment, monkeypatch):
    def vanish(*args, **kwargs):
        raise Comment.DoesNotExist

    monkeypatch.setattr(Comment, "report", vanish)
    assert report(comment).status_code == 404


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8:0:0:ffff::1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
    ],
)
def test_a_network_is_an_address_or_the_first_half_of_a_long_one(rf, one, other, same):
    hashes = [network_of(rf.get("/", REMOTE_ADDR=each)) for each in (one, other)]
    assert (hashes[0] == hashes[1]) is same


@pytest.mark.parametrize("address", ["", "unix:", "nonsense"])
def test_a_server_that_tells_no_address_is_no_trouble(rf, address):
    assert network_of(rf.get("/", REMOTE_ADDR=address)) == ""
