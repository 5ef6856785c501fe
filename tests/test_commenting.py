"""A reader without an account comments and replies; a moderator decides before others see it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comments.models import Comment
from tests.factories import (
    make_article,
    make_author,
    make_comment,
    make_draft,
    make_scheduled,
    make_user,
)
from tests.pages import comment_form, links, visible_lines

pytestmark = pytest.mark.django_db

TYPED = {
    "body": "A fine post.",
    "name": "Farah",
    "email": "farah@example.org",
    "website": "https://example.org/farah",
}
AWAITING = "Your comment is awaiting moderation. Only you can see it."


@pytest.fixture
def article():
    return make_article("Hello")


def send(client, article, page: str = "", *, headers: dict | None = None, **typed):
    """Fill in the form on ``page`` (by default the post's own) and send it as a browser does."""
    action, fields = comment_form(client.get(page or article.get_absolute_url()))
    headers = {"origin": "http://testserver"} if headers is None else headers
    return client.post(action, fields | TYPED | typed, headers=headers)


def test_a_comment_is_held_and_its_writer_led_to_it(client, article):
    answer = send(client, article)
    comment = Comment.objects.get()
    assert comment.status == Comment.Status.HELD
    assert answer.status_code == 303
    assert answer["Location"].startswith(article.get_absolute_url())
    assert answer["Location"].endswith(f"#comment-{comment.pk}")


def test_everything_typed_is_stored(client, article):
    send(client, article)
    comment = Comment.objects.get()
    assert {name: getattr(comment, name) for name in TYPED} == TYPED
    assert comment.article == article


def test_its_writer_sees_it_awaiting_moderation(client, article):
    lines = visible_lines(client.get(send(client, article)["Location"]))
    assert AWAITING in lines
    assert "A fine post." in lines
    assert "Thank you. Your comment is waiting for approval" in lines


def test_nobody_else_sees_it(client, article):
    send(client, article)
    html = Client().get(article.get_absolute_url()).content.decode()
    assert "A fine post." not in html
    assert "Leave a Reply" in html
    assert "1 comment" not in html


def test_the_writers_own_page_is_kept_by_nobody_and_found_by_no_search_engine(client, article):
    answer = client.get(send(client, article)["Location"])
    assert "no-store" in answer["Cache-Control"]
    assert '<meta name="robots" content="noindex">' in answer.content.decode()


def test_a_forged_address_shows_no_held_comment(client, article):
    send(client, article)
    comment = Comment.objects.get()
    other = make_comment(make_article(), status=Comment.Status.HELD)
    genuine = send(client, other.article, body="Other.")["Location"].split("/comment/")[1]
    for token in [str(comment.pk), f"{comment.pk}:forged", "x", f"{comment.pk}:", genuine]:
        answer = client.get(f"{article.get_absolute_url()}comment/{token.split('/')[0]}/")
        assert answer.status_code == 404


def test_once_approved_everybody_sees_it_and_the_private_address_leads_there(client, article):
    private = send(client, article)["Location"]
    comment = Comment.objects.get()
    comment.approve(by=make_user("Moderator"))
    assert "A fine post." in Client().get(article.get_absolute_url()).content.decode()
    assert client.get(private)["Location"] == f"{article.get_absolute_url()}#comment-{comment.pk}"


def test_once_rejected_not_even_its_writer_sees_it(client, article):
    private = send(client, article)["Location"]
    Comment.objects.get().reject(by=make_user("Moderator"))
    answer = client.get(private, follow=True)
    assert "A fine post." not in answer.content.decode()


def test_the_email_address_stands_in_no_public_answer(client, article):
    private = send(client, article)["Location"]
    Comment.objects.get().approve(by=make_user("Moderator"))
    pk = Comment.objects.get().pk
    for address in [
        article.get_absolute_url(),
        private,
        f"{article.get_absolute_url()}reply/{pk}/",
    ]:
        assert b"farah@example.org" not in client.get(address, follow=True).content


def test_a_double_submit_makes_one_comment(client, article):
    action, fields = comment_form(client.get(article.get_absolute_url()))
    first, second = (client.post(action, fields | TYPED) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Comment.objects.count() == 1


def test_the_same_words_by_another_reader_make_another_comment(client, article):
    send(client, article)
    send(client, article, name="Budi", email="budi@example.org")
    assert Comment.objects.count() == 2


def test_a_website_without_scheme_is_taken_as_https(client, article):
    send(client, article, website="example.org/me")
    assert Comment.objects.get().website == "https://example.org/me"


# Replies


def test_the_reply_link_opens_the_form_as_a_reply(client, article):
    comment = make_comment(article, name="Mei")
    page = client.get(article.get_absolute_url())
    link = next(link for link in links(page) if "/reply/" in link)
    answer = client.get(link)
    assert "Leave a Reply to Mei Cancel reply" in visible_lines(answer)
    assert comment_form(answer)[1]["parent"] == str(comment.pk)


def test_a_reply_knows_what_it_replies_to(client, article):
    parent = make_comment(article)
    send(client, article, f"{article.get_absolute_url()}reply/{parent.pk}/")
    assert Comment.objects.get(name="Farah").parent == parent


@pytest.mark.parametrize("status", ["held", "rejected", "spam"])
def test_what_is_not_public_cannot_be_replied_to(client, article, status):
    parent = make_comment(article, status=status)
    assert client.get(f"{article.get_absolute_url()}reply/{parent.pk}/").status_code == 404
    answer = send(client, article, parent=parent.pk)
    assert answer.status_code == 422
    assert "The comment you reply to is not there any more" in answer.content.decode()


@pytest.mark.parametrize("parent", ["0", "999999", "x", "9" * 40, "-1", "\0"])
def test_an_unknown_parent_is_refused_and_the_form_ready_to_post_without_it(
    client, article, parent
):
    answer = send(client, article, parent=parent)
    action, fields = comment_form(answer)
    assert answer.status_code == 422
    assert fields["body"] == TYPED["body"]
    assert client.post(action, fields).status_code == 303
    assert Comment.objects.get().parent is None


def test_a_comment_on_another_post_is_no_parent(client, article):
    foreign = make_comment(make_article())
    assert send(client, article, parent=foreign.pk).status_code == 422


def test_a_reply_to_a_removed_comment_stays_with_a_note(client, article):
    parent = make_comment(article, body="Removed words.")
    make_comment(article, parent=parent, body="The reply.")
    parent.reject(by=make_user("Moderator"))
    lines = visible_lines(client.get(article.get_absolute_url()))
    assert "This comment was removed." in lines
    assert "The reply." in lines
    assert "Removed words." not in lines


# Where a comment may come from


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "https://elsewhere.example"},
        {"origin": "http://testserver.elsewhere.example"},
        {"origin": "null"},
        {"origin": ""},
    ],
)
def test_a_comment_sent_from_another_site_is_refused_and_the_text_shown(client, article, headers):
    answer = send(client, article, headers=headers)
    assert answer.status_code == 403
    assert "Comments can only be sent from this site’s own pages." in visible_lines(answer)
    assert TYPED["body"] in answer.content.decode()
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "same-origin"}, {"origin": "http://testserver"}, {}]
)
def test_a_comment_sent_from_this_site_is_taken(client, article, headers):
    assert send(client, article, headers=headers).status_code == 303


@pytest.mark.parametrize("token", ["", "x", "1-498734:forged", "1", ":", "\0", "é" * 5000])
def test_a_forged_token_is_refused_and_the_form_ready_to_post_again(client, article, token):
    answer = send(client, article, token=token)
    assert answer.status_code == 422
    assert "We could not tell that this form is ours." in answer.content.decode()
    action, fields = comment_form(answer)
    assert client.post(action, fields).status_code == 303


def test_a_token_of_another_post_is_refused(client, article):
    _action, fields = comment_form(client.get(make_article().get_absolute_url()))
    assert send(client, article, token=fields["token"]).status_code == 422


@pytest.mark.parametrize(("hours", "status"), [(0, 303), (23, 303), (26, 422)])
def test_a_token_is_good_for_a_day(client, article, monkeypatch, hours, status):
    action, fields = comment_form(client.get(article.get_absolute_url()))
    later = timezone.now() + timedelta(hours=hours)
    monkeypatch.setattr(timezone, "now", lambda: later)
    answer = client.post(action, fields | TYPED)
    assert answer.status_code == status
    if status == 422:
        assert "open for more than a day" in answer.content.decode()
        assert client.post(action, comment_form(answer)[1]).status_code == 303


def test_closed_comments_take_none_and_give_the_text_back(client, article):
    action, fields = comment_form(client.get(article.get_absolute_url()))
    article.comments_open = False
    article.save()
    answer = client.post(action, fields | TYPED)
    assert answer.status_code == 403
    assert "The comments on this post are closed." in visible_lines(answer)
    assert TYPED["body"] in answer.content.decode()
    assert not Comment.objects.exists()


@pytest.mark.parametrize("make", [make_draft, make_scheduled])
def test_a_post_that_is_not_public_takes_no_comments_and_gives_the_text_back(client, make):
    article = make("Hidden")
    answer = client.post(f"/2026/01/01/{article.slug}/reply/", TYPED)
    assert answer.status_code == 404
    assert TYPED["body"] in answer.content.decode()
    assert not Comment.objects.exists()


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client, article, method):
    assert getattr(client, method)(f"{article.get_absolute_url()}reply/").status_code == 405


def test_opening_the_address_of_the_form_leads_to_the_form(client, article):
    answer = client.get(f"{article.get_absolute_url()}reply/")
    assert answer["Location"] == f"{article.get_absolute_url()}#respond"


# Remembering


def test_nothing_is_remembered_unless_the_box_was_ticked(client, article):
    assert not send(client, article).cookies


def test_a_ticked_box_fills_in_the_next_form(client, article):
    send(client, article, remember="on")
    assert client.cookies["commenter"]["httponly"]
    assert "farah" not in client.cookies["commenter"].value
    _action, fields = comment_form(client.get(make_article().get_absolute_url()))
    assert fields["name"] == "Farah"
    assert fields["email"] == "farah@example.org"
    assert fields["remember"] == "on"
    assert fields["body"] == ""


def test_unticking_the_box_forgets(client, article):
    send(client, article, remember="on")
    action, fields = comment_form(client.get(article.get_absolute_url()))
    del fields["remember"]
    client.post(action, fields | {"body": "Another."})
    assert comment_form(client.get(article.get_absolute_url()))[1]["name"] == ""


def test_a_forged_memory_is_ignored(client, article):
    client.cookies["commenter"] = "forged"
    assert comment_form(client.get(article.get_absolute_url()))[1]["name"] == ""


# Staff


@pytest.fixture
def author_user():
    user = make_user("Editor", username="ana")
    make_author("Ana", user=user)
    return user


def test_staff_comment_through_their_session_and_are_public_at_once(client, author_user):
    article = make_article(authors=[author_user.author])
    client.force_login(author_user)
    page = client.get(article.get_absolute_url())
    assert "Signed in as Ana. Your comment is public at once." in visible_lines(page)
    action, fields = comment_form(page)
    client.post(action, fields | {"body": "Answering."})
    comment = Comment.objects.get()
    assert (comment.name, comment.user, comment.status) == ("Ana", author_user, "published")
    assert comment.decisions.get().by == author_user


def test_a_comment_by_an_author_of_the_post_carries_a_badge(client, author_user):
    article = make_article(authors=[author_user.author])
    make_comment(article, user=author_user, name="Ana")
    make_comment(article, name="Ana")
    lines = visible_lines(client.get(article.get_absolute_url()))
    assert len([line for line in lines if line.startswith("Ana Author")]) == 1


def test_staff_need_the_csrf_token(author_user):
    article = make_article()
    client = Client(enforce_csrf_checks=True)
    client.force_login(author_user)
    action, fields = comment_form(client.get(article.get_absolute_url()))
    without = {name: value for name, value in fields.items() if name != "csrfmiddlewaretoken"}
    assert client.post(action, without | {"body": "x"}).status_code == 403
    assert client.post(action, fields | {"body": "x"}).status_code == 303


def test_readers_need_no_csrf_token(article):
    assert send(Client(enforce_csrf_checks=True), article).status_code == 303
