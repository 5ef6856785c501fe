"""A reader without an account comments and replies; a moderator decides before others see it."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import Article
from comments.forms import CommentForm
from comments.models import Comment, Discussion
from comments.writers import name_of
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


def test_once_approved_everybody_sees_it_and_the_private_address_says_so(client, article):
    private = send(client, article)["Location"]
    Comment.objects.get().approve(by=make_user("Moderator"))
    assert "A fine post." in Client().get(article.get_absolute_url()).content.decode()
    lines = visible_lines(client.get(private))
    assert "A fine post." in lines
    assert "This is your comment. Everybody can read it." in lines


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


def test_sending_the_words_of_somebody_else_leads_to_no_private_page_of_theirs(client, article):
    action, fields = comment_form(client.get(article.get_absolute_url()))
    theirs = client.post(action, fields | TYPED)
    mine = Client(REMOTE_ADDR="192.0.2.7").post(action, fields | TYPED)
    assert mine.status_code == 303
    assert mine["Location"] != theirs["Location"]


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
        {"origin": "http://["},
        {"origin": "https://testserver"},
        {"origin": "http://testserver:8000"},
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


def test_a_form_that_is_sent_again_after_the_comments_were_closed_leads_to_what_it_made(
    client, article
):
    action, fields = comment_form(client.get(article.get_absolute_url()))
    first = client.post(action, fields | TYPED)
    Article.objects.update(comments_open=False)
    again = client.post(action, fields | TYPED)
    assert (again.status_code, again["Location"]) == (303, first["Location"])
    assert client.post(action, fields | TYPED | {"body": "Another."}).status_code == 403
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("happening", ["closed", "unpublished", "deleted"])
def test_what_happens_to_a_post_while_a_comment_is_taken_gives_the_text_back(
    client, article, monkeypatch, happening
):
    action, fields = comment_form(client.get(article.get_absolute_url()))

    lock = Discussion.lock

    def lock_just_after(discussion):
        if happening == "deleted":
            Article.objects.all().delete()
        values = {"comments_open": False} if happening == "closed" else {"status": "draft"}
        Article.objects.update(**values)
        return lock(discussion)

    monkeypatch.setattr(Discussion, "lock", lock_just_after)
    answer = client.post(action, fields | TYPED)
    assert answer.status_code == 409
    assert TYPED["body"] in answer.content.decode()
    assert not Comment.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_parent_that_goes_after_it_was_checked_gives_the_text_back(client, monkeypatch):
    article = make_article()
    parent = make_comment(article)
    check = CommentForm.is_valid

    def delete_after_the_check(form):
        valid = check(form)
        Comment.objects.filter(pk=parent.pk).delete()
        return valid

    monkeypatch.setattr(CommentForm, "is_valid", delete_after_the_check)
    answer = send(client, article, parent=parent.pk)
    assert answer.status_code == 409
    assert TYPED["body"] in answer.content.decode()


@pytest.mark.parametrize("make", [make_draft, make_scheduled])
def test_a_post_that_is_not_public_takes_no_comments_and_gives_the_text_back(client, make):
    article = make("Hidden")
    answer = client.post(f"/2026/01/01/{article.slug}/reply/", TYPED)
    assert answer.status_code == 404
    assert TYPED["body"] in answer.content.decode()
    assert not Comment.objects.exists()


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused_with_a_sentence(client, article, method):
    answer = getattr(client, method)(f"{article.get_absolute_url()}reply/")
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD, POST"
    assert "Nothing can be sent here" in visible_lines(answer)


def test_what_is_sent_to_a_page_without_form_is_told_so(article):
    client = Client(enforce_csrf_checks=True)
    for address in ("/", article.get_absolute_url()):
        answer = client.post(address, TYPED)
        assert answer.status_code == 405
        assert "Nothing can be sent here" in visible_lines(answer)


@pytest.mark.parametrize(
    "typed",
    [{"body": "x" * (5 * 1024 * 1024 + 1)}, {f"field{number}": "" for number in range(1001)}],
    ids=["6 MB", "1001 fields"],
)
def test_a_form_that_is_too_large_is_refused_with_a_sentence(client, article, typed):
    body = urlencode(typed)
    answer = client.generic(
        "POST",
        f"{article.get_absolute_url()}reply/",
        body,
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 400
    assert "We could not read what was sent" in visible_lines(answer)


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


# What is kept


def test_a_page_with_a_remembered_name_is_kept_by_nobody(client, article):
    send(client, article, remember="on")
    answer = client.get(article.get_absolute_url())
    assert "Farah" in answer.content.decode()
    assert answer["Cache-Control"] == "private, no-store"
    assert "Cookie" in answer["Vary"]


def test_a_page_with_the_form_of_staff_is_kept_by_nobody(client, article, author_user):
    client.force_login(author_user)
    answer = client.get(article.get_absolute_url())
    assert answer["Cache-Control"] == "private, no-store"
    assert "Cookie" in answer["Vary"]


@pytest.mark.parametrize("cookies", [{}, {"commenter": "forged"}, {"other": "x"}])
def test_the_page_of_all_other_readers_may_be_kept(client, article, cookies):
    client.cookies.load(cookies)
    answer = client.get(article.get_absolute_url())
    # By whoever asks before showing it again, and whatever cookies other readers have.
    assert answer["Cache-Control"] == "no-cache"
    assert "Cookie" not in answer["Vary"]
    assert not answer.cookies


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
    forged = fields | {"csrfmiddlewaretoken": "x" * 64, "body": "Typed at length."}
    answer = client.post(action, forged)
    assert answer.status_code == 403
    assert "We could not tell that this form is yours" in answer.content.decode()
    assert "Typed at length." in answer.content.decode()
    assert not Comment.objects.exists()
    assert client.post(action, fields | {"body": "x"}).status_code == 303


def test_without_the_field_of_a_staff_form_nothing_is_public(author_user):
    article = make_article()
    client = Client(enforce_csrf_checks=True)
    client.force_login(author_user)
    action, fields = comment_form(client.get(article.get_absolute_url()))
    del fields["csrfmiddlewaretoken"]
    answer = client.post(action, fields | {"body": "Kept."})
    assert answer.status_code == 422
    assert comment_form(answer)[1]["body"] == "Kept."
    assert not Comment.objects.exists()


def test_a_form_opened_before_signing_in_is_a_readers(author_user):
    article = make_article()
    client = Client(enforce_csrf_checks=True)
    action, fields = comment_form(client.get(article.get_absolute_url()))
    client.force_login(author_user)
    assert client.post(action, fields | TYPED).status_code == 303
    comment = Comment.objects.get()
    assert (comment.user, comment.status) == (None, "held")


def test_a_double_submit_by_staff_makes_one_comment_decided_once(client, author_user):
    article = make_article()
    client.force_login(author_user)
    action, fields = comment_form(client.get(article.get_absolute_url()))
    first, second = (client.post(action, fields | {"body": "Once."}) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Comment.objects.get().decisions.count() == 1


def test_the_same_words_by_two_staff_members_are_two_comments(author_user):
    article = make_article()
    for user in (author_user, make_user("Editor")):
        client = Client()
        client.force_login(user)
        action, fields = comment_form(client.get(article.get_absolute_url()))
        client.post(action, fields | {"body": "Agreed."})
    assert Comment.objects.count() == 2


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"username": "ana@example.org"}, "Staff"),
        ({"username": "ana"}, "ana"),
        ({"username": "ana@example.org", "first_name": "Ana"}, "Ana"),
        ({"username": "ana@example.org", "first_name": "ana@example.org"}, "Staff"),
    ],
)
def test_staff_never_sign_with_an_email_address(values, name):
    assert name_of(make_user("Editor", **values)) == name


def test_readers_need_no_csrf_token(article):
    assert send(Client(enforce_csrf_checks=True), article).status_code == 303
