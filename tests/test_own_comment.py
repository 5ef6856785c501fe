"""The writer of a comment has a private page, and some minutes to change it there."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comments.models import Address, Block, Comment, Discussion, Policy, Token
from comments.pages import own_address
from tests.factories import make_article, make_comment, make_user
from tests.pages import links, visible_lines
from tests.test_accepting import confirm
from tests.test_commenting import AWAITING, send
from tests.test_discussion_pages import make_many_comments

pytestmark = pytest.mark.django_db

PUBLIC = "This is your comment. Everybody can read it."


@pytest.fixture
def article():
    return make_article("Ships")


def mine(article, **values):
    """A comment and its private address."""
    comment = make_comment(article, **{"status": "held", "body": "As written."} | values)
    return comment, own_address(comment, article)


def do(client, address, what, headers=None, **typed):
    return client.post(
        f"{address}{what}/", typed, headers=headers or {"origin": "http://testserver"}
    )


def later(monkeypatch, minutes):
    moment = timezone.now() + timedelta(minutes=minutes)
    monkeypatch.setattr(timezone, "now", lambda: moment)


def test_a_published_comment_has_a_private_page_too(client, article):
    _comment, address = mine(article, status="published")
    lines = visible_lines(client.get(address))
    assert PUBLIC in lines
    assert "As written." in lines
    assert "Thank you. Your comment is public" in lines


def test_the_page_stands_where_the_comment_would_stand(client, article):
    heads = make_many_comments(article, 120)
    written = heads[60].created_at + timedelta(seconds=1)
    comment, address = mine(article, created_at=written)
    lines = visible_lines(client.get(address))
    place = lines.index("As written.")
    assert "Thread number 61." in lines[:place]
    assert "Thread number 62." in lines[place:]
    assert "Thread number 50." not in lines


def test_the_newest_comment_on_full_pages_stands_on_a_page_of_its_own(client, article):
    make_many_comments(article, 100)
    _comment, address = mine(article)
    answer = client.get(address)
    assert "As written." in visible_lines(answer)
    assert "Page 3 of 3" in answer.content.decode()
    assert client.get(f"{article.get_absolute_url()}comment-page-3/").status_code == 404


def test_ones_own_reply_is_shown_although_others_are_folded(client, article):
    (head,) = make_many_comments(article, 1)
    replies = make_many_comments(article, 30, parent=head)
    _comment, address = mine(article, parent=replies[-1])
    lines = visible_lines(client.get(address))
    assert "As written." in lines
    assert "Show 10 more replies" in lines
    assert "This comment was removed." not in lines


def test_ones_own_reply_is_shown_under_a_head_that_was_removed_since(client, article):
    head = make_comment(article, body="Gone.")
    _comment, address = mine(article, parent=head)
    head.reject(by=make_user())
    lines = visible_lines(client.get(address))
    assert "As written." in lines
    assert "Gone." not in lines


def test_the_only_comment_of_all_is_shown_to_its_writer(client, article):
    _comment, address = mine(article)
    assert AWAITING in visible_lines(client.get(address))


def test_spam_looks_like_a_held_comment_to_its_writer(client, article):
    pages = []
    for status in ("held", "spam"):
        comment, address = mine(article, status=status)
        html = client.get(address).content.decode().replace(address, "ADDRESS")
        pages.append(re.sub(r"comment-\d+|Reader \d+|T[\d:]+|\d:\d\d:\d\d [ap]|token\S+", "", html))
        comment.delete()
    assert pages[0] == pages[1]


def test_a_rejected_comment_is_said_not_to_be_public(client, article):
    _comment, address = mine(article, status="rejected")
    answer = client.get(address)
    assert "Your comment is not public. Only you can see it." in visible_lines(answer)
    assert "/edit/" not in answer.content.decode()


def test_an_erased_comment_has_no_page(client, article):
    comment, address = mine(article)
    comment.erase()
    assert client.get(address).status_code == 404


def test_staff_are_led_to_where_everybody_sees_their_comment(client, article):
    make_many_comments(article, 60)
    client.force_login(make_user("Editor"))
    answer = send(client, article, body="By staff.")
    comment = Comment.objects.get(body="By staff.")
    page = f"{article.get_absolute_url()}comment-page-2/"
    assert answer["Location"] == f"{page}#comment-{comment.pk}"


# Changing it


@pytest.mark.parametrize("status", ["held", "spam"])
def test_the_text_is_changed(client, article, status):
    comment, address = mine(article, status=status)
    answer = do(client, address, "edit", body="Better words.")
    assert (answer.status_code, answer["Location"]) == (303, f"{address}#comment-{comment.pk}")
    comment.refresh_from_db()
    assert (comment.body, comment.status) == ("Better words.", status)
    assert comment.decisions.get().verb == "edit"
    assert "Better words." in visible_lines(client.get(address))


def test_a_changed_comment_that_was_public_waits_for_a_moderator_again(client, article):
    comment, address = mine(article, status="published")
    do(client, address, "edit", body="Buy pills.")
    comment.refresh_from_db()
    assert (comment.status, comment.decisions.last().rule) == ("held", "first-comment")
    assert b"Buy pills." not in client.get(article.get_absolute_url()).content


def test_the_same_text_again_changes_nothing(client, article):
    comment, address = mine(article, status="published")
    do(client, address, "edit", body="As written.")
    comment.refresh_from_db()
    assert comment.is_published
    assert not comment.decisions.exists()


def test_a_changed_comment_of_a_trusted_writer_stays_public(client, article):
    comment, address = mine(article, status="published", email="farah@example.org")
    make_comment(article, email="farah@example.org")
    confirm(client, "farah@example.org")
    do(client, address, "edit", body="Better words.")
    comment.refresh_from_db()
    assert (comment.status, comment.body) == ("published", "Better words.")


def test_a_trusted_writer_cannot_change_an_approved_comment_into_spam(client, article):
    comment, address = mine(article, status="published", email="farah@example.org")
    make_comment(article, email="farah@example.org")
    confirm(client, "farah@example.org")
    Block.objects.create(kind="domain", value="pills.example")
    do(client, address, "edit", body="See https://pills.example/ now.")
    comment.refresh_from_db()
    assert (comment.status, comment.rule) == ("spam", "block")


@pytest.mark.parametrize("known", [{}, {"confirmed_at": timezone.now()}])
def test_an_address_alone_is_no_trust(client, article, known):
    comment, address = mine(article, status="published", email="farah@example.org")
    if not known:
        make_comment(article, email="farah@example.org")
    Address.objects.create(email="farah@example.org", **known)
    do(client, address, "edit", body="Better words.")
    comment.refresh_from_db()
    assert comment.is_held


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Write a comment"),
        (" \u200b ", "Write a comment"),
        ("x" * 100_000, "Shorten your comment to at most 10000 characters: it has 100000"),
    ],
    ids=["empty", "blank", "100,000 characters"],
)
def test_a_text_that_cannot_be_is_explained_and_kept(client, article, typed, sentence):
    comment, address = mine(article)
    answer = do(client, address, "edit", body=typed)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert sentence in html
    assert typed.strip() in html
    assert "<details open>" in html
    comment.refresh_from_db()
    assert comment.body == "As written."


def test_a_withdrawn_comment_is_gone_for_everybody_else_and_can_be_put_back(client, article):
    comment, address = mine(article, status="published")
    do(client, address, "withdraw")
    assert b"As written." not in Client().get(article.get_absolute_url()).content
    lines = visible_lines(client.get(address))
    assert "You have withdrawn this comment. Only you can see it." in lines
    assert "Put it back" in lines
    do(client, address, "put-back")
    comment.refresh_from_db()
    assert comment.is_published
    assert b"As written." in Client().get(article.get_absolute_url()).content


def test_withdrawing_or_putting_back_twice_does_no_more_than_once(client, article):
    comment, address = mine(article)
    for what in ("put-back", "withdraw", "withdraw", "put-back", "put-back"):
        assert do(client, address, what).status_code == 303
    comment.refresh_from_db()
    assert comment.is_held
    assert [decision.verb for decision in comment.decisions.all()] == ["withdraw", "undo"]


def test_a_moderators_withdrawal_is_not_for_the_writer_to_undo(client, article):
    comment, address = mine(article)
    comment.withdraw(by=make_user())
    do(client, address, "put-back")
    comment.refresh_from_db()
    assert comment.status == "withdrawn"


@pytest.mark.parametrize("what", ["edit", "withdraw"])
def test_what_a_moderator_has_rejected_cannot_be_changed_and_the_text_is_given_back(
    client, article, what
):
    comment, address = mine(article)
    comment.reject(by=make_user())
    answer = do(client, address, what, body="New words.")
    assert answer.status_code == 409
    assert "This comment cannot be changed any more." in visible_lines(answer)
    assert "New words." in answer.content.decode()


@pytest.mark.parametrize("what", ["edit", "withdraw"])
def test_what_a_moderator_has_called_spam_cannot_be_changed(client, article, what):
    comment, address = mine(article)
    comment.mark_spam(by=make_user())
    answer = do(client, address, what, body="New words.")
    assert answer.status_code == 409
    comment.refresh_from_db()
    assert (comment.body, comment.status, comment.taught) == ("As written.", "spam", "spam")


def test_the_filter_learns_nothing_from_what_a_writer_makes_of_an_approved_comment(client, article):
    comment, address = mine(article)
    comment.approve(by=make_user())
    do(client, address, "edit", body="Casino pills.")
    assert not Token.objects.filter(text__in=["written", "casino"]).exists()
    comment.refresh_from_db()
    assert comment.taught == ""


def test_what_a_moderator_edits_is_still_known_to_be_good(article):
    comment, _address = mine(article)
    moderator = make_user()
    comment.approve(by=moderator)
    comment.edit("Casino pills.", by=moderator)
    assert comment.taught == "good"


def test_a_comment_does_not_flood_itself_when_it_is_changed(client, article):
    comment, address = mine(article, status="published", email="farah@example.org")
    for _ in range(Policy.standard().flood_comments - 1):
        make_comment(article, email="farah@example.org")
    confirm(client, "farah@example.org")
    do(client, address, "edit", body="Better words.")
    comment.refresh_from_db()
    assert (comment.status, comment.rule) == ("published", "trusted")


# For how long


def test_for_ten_minutes_the_page_says_how_long_is_left(client, article, monkeypatch):
    _comment, address = mine(article)
    sentence = "You can change it here for {} Nobody else has the address of this page."
    assert sentence.format("10 more minutes.") in visible_lines(client.get(address))
    later(monkeypatch, 9.5)
    assert sentence.format("1 more minute.") in visible_lines(client.get(address))


@pytest.mark.parametrize("what", ["edit", "withdraw", "put-back"])
def test_after_that_time_it_cannot_be_changed_and_the_text_is_given_back(
    client, article, monkeypatch, what
):
    comment, address = mine(article)
    later(monkeypatch, 10.1)
    answer = client.get(address)
    assert "It could be changed for 10 minutes. That time is over." in visible_lines(answer)
    assert f"{address}edit/" not in answer.content.decode()
    answer = do(client, address, what, body="Too late.")
    assert answer.status_code == 403
    assert "A comment can be changed for 10 minutes. That time is over." in visible_lines(answer)
    assert "Too late." in answer.content.decode()
    comment.refresh_from_db()
    assert (comment.body, comment.status) == ("As written.", "held")


def test_the_policy_of_the_post_says_how_long(client, article):
    comment, address = mine(article, created_at=timezone.now() - timedelta(minutes=30))
    policy = Policy.objects.create(name="Slow", edit_minutes=60)
    Discussion.objects.update_or_create(article=article, defaults={"policy": policy})
    assert do(client, address, "withdraw").status_code == 303
    policy.edit_minutes = 0
    policy.save()
    assert do(client, address, "put-back").status_code == 403
    assert "That time is over" not in client.get(address).content.decode()


@pytest.mark.parametrize("year", [1, 9999])
def test_an_odd_date_is_no_trouble(client, article, year):
    _comment, address = mine(article, created_at=datetime(year, 12, 31, tzinfo=UTC))
    assert client.get(address).status_code == 200


# By whom


@pytest.mark.parametrize("what", ["edit", "withdraw", "put-back"])
def test_a_forged_address_changes_nothing(client, article, what):
    comment, address = mine(article)
    other, _address = mine(make_article())
    foreign = own_address(other, article)
    forged = [
        f"{article.get_absolute_url()}comment/{token}/"
        for token in (comment.pk, f"{comment.pk}:forged", "x", ":", "9" * 40, "%ed%a0%80")
    ]
    for wrong in (foreign, *forged):
        assert do(client, wrong, what, body="Forged.").status_code == 404
    comment.refresh_from_db()
    assert (comment.body, comment.status) == ("As written.", "held")


@pytest.mark.parametrize("what", ["edit", "withdraw", "put-back"])
@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}]
)
def test_what_comes_from_another_site_is_refused_and_the_text_given_back(
    client, article, what, headers
):
    comment, address = mine(article)
    answer = do(client, address, what, headers, body="From elsewhere.")
    assert answer.status_code == 403
    assert "From elsewhere." in answer.content.decode()
    comment.refresh_from_db()
    assert (comment.body, comment.status) == ("As written.", "held")


def test_no_session_no_token_and_no_cookie_is_needed(article):
    client = Client(enforce_csrf_checks=True)
    _comment, address = mine(article)
    for what in ("edit", "withdraw", "put-back"):
        answer = do(client, address, what, body="Words.")
        assert answer.status_code == 303
        assert not answer.cookies


def test_opening_the_address_of_a_form_leads_to_the_page(client, article):
    comment, address = mine(article)
    assert client.get(f"{address}edit/")["Location"] == f"{address}#comment-{comment.pk}"


def test_a_comment_that_vanished_is_told_and_the_text_given_back(client, article):
    comment, address = mine(article)
    comment.delete()
    answer = do(client, address, "edit", body="My words.")
    assert answer.status_code == 404
    assert "This comment is not there any more." in visible_lines(answer)
    assert "My words." in answer.content.decode()


def test_the_private_page_is_kept_by_nobody_and_linked_nowhere(client, article):
    _comment, address = mine(article, status="published")
    answer = client.get(address)
    assert "no-store" in answer["Cache-Control"]
    assert '<meta name="robots" content="noindex">' in answer.content.decode()
    public = client.get(article.get_absolute_url())
    assert address not in public.content.decode()
    assert not [link for link in links(public) if re.search(r"/comment/\d+:", link)]
