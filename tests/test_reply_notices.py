"""Who asked for it and confirmed it hears of replies by mail, once each, until they end it."""

import re
from datetime import timedelta
from itertools import permutations

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.utils import timezone

from comments.mail_links import APPEAL, CONFIRM, UNSUBSCRIBE, YOUR_DATA
from comments.models import Address, Comment, Letter, Subscription
from comments.tokens import own_token
from comments.writers import COOKIE
from tests.factories import make_article, make_comment, make_user
from tests.pages import visible_lines

pytestmark = pytest.mark.django_db

SENT_FROM_HERE = {"origin": "http://testserver"}
ELSEWHERE = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}


@pytest.fixture
def article():
    return make_article("Ships & harbours")


@pytest.fixture
def comment(article):
    return make_comment(article, name="Farah", email="Farah@Example.org")


@pytest.fixture(autouse=True)
def commit(django_capture_on_commit_callbacks):
    """``with commit():`` does at its end what is done after a transaction."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def notify_address(comment):
    return f"{comment.article.get_absolute_url()}comment/{own_token(comment)}/notify/"


def ask(client, comment, **headers):
    return client.post(notify_address(comment), headers=SENT_FROM_HERE | headers)


def link_in(message, name):
    return re.search(rf"http://127\.0\.0\.1:8000(/comments/{name}/\S+)", message.body)[1]


def subscribe(comment, **values):
    """What asking and confirming leave behind."""
    address = Address.objects.of(comment.email)
    address.confirm()
    Subscription.objects.create(
        address=address, thread=comment.thread or comment, confirmed_at=timezone.now(), **values
    )
    return address


def reply_to(comment, **values):
    return make_comment(comment.article, parent=comment, status="held", **values)


def test_who_asks_gets_one_mail_with_a_link(client, comment, commit):
    with commit():
        answer = ask(client, comment)
    assert (answer.status_code, answer["Location"]) == (303, f"{notify_address(comment)}?asked=yes")
    assert "Please look into your mail" in visible_lines(client.get(answer["Location"]))
    [message] = mail.outbox
    assert message.to == ["farah@example.org"]
    assert "Ships & harbours" in message.body
    assert link_in(message, "confirm")


def test_nothing_that_a_commenter_typed_is_sent_to_an_address_that_may_not_be_theirs(
    client, article, commit
):
    spam = make_comment(
        article, name="Buy now", body="Cheap pills", website="https://pills.example"
    )
    with commit():
        ask(client, spam)
    [message] = mail.outbox
    for part in (message.subject, message.body, message.alternatives[0][0]):
        assert not re.search("Buy now|pills", part)


def test_opening_the_link_confirms_nothing(client, comment, commit):
    with commit():
        ask(client, comment)
    page = client.get(link_in(mail.outbox[0], "confirm"))
    client.head(link_in(mail.outbox[0], "confirm"))
    assert page.status_code == 200
    assert "Confirm your email address" in visible_lines(page)
    assert Address.objects.get().confirmed_at is None
    assert Subscription.objects.get().confirmed_at is None


def test_the_button_confirms_address_and_subscription_and_sets_no_cookie(client, comment, commit):
    with commit():
        ask(client, comment)
    link = link_in(mail.outbox[0], "confirm")
    answer = client.post(link, headers=SENT_FROM_HERE)
    assert (answer.status_code, answer["Location"]) == (303, link)
    assert "Your address is confirmed" in visible_lines(client.get(link))
    assert Address.objects.get().confirmed_at
    assert Subscription.objects.get().confirmed_at
    assert not client.cookies


def test_a_browser_remembers_the_proof_where_the_box_was_ticked_and_needs_no_second_mail(
    client, comment, commit
):
    with commit():
        ask(client, comment)
    client.post(link_in(mail.outbox[0], "confirm"), {"remember": "yes"}, headers=SENT_FROM_HERE)
    assert COOKIE in client.cookies
    other = make_comment(make_article(), email="farah@example.org")
    with commit():
        answer = ask(client, other)
    assert answer["Location"].endswith("?done=yes")
    assert "You will hear of replies" in visible_lines(client.get(answer["Location"]))
    assert Subscription.objects.get(thread=other).confirmed_at
    assert len(mail.outbox) == 1


def test_the_answer_does_not_tell_that_a_comment_was_taken_for_spam(client, comment, commit):
    with commit():
        ask(client, comment)
    client.post(link_in(mail.outbox[0], "confirm"), {"remember": "yes"}, headers=SENT_FROM_HERE)
    other = make_comment(make_article(), email="farah@example.org", status="spam")
    assert ask(client, other)["Location"].endswith("?done=yes")


def test_who_has_confirmed_elsewhere_can_let_another_browser_know(client, comment, commit):
    subscribe(comment)
    with commit():
        ask(client, comment)
    link = link_in(mail.outbox[0], "confirm")
    question = "This is my own browser: remember that this address is mine"
    assert question in visible_lines(client.get(link))
    client.post(link, {"remember": "yes"}, headers=SENT_FROM_HERE)
    assert question not in visible_lines(client.get(link))
    with commit():
        assert ask(client, comment)["Location"].endswith("?done=yes")


def test_proof_of_one_address_is_none_of_another(client, comment, commit):
    with commit():
        ask(client, comment)
    client.post(link_in(mail.outbox[0], "confirm"), {"remember": "yes"}, headers=SENT_FROM_HERE)
    with commit():
        ask(client, make_comment(make_article(), email="victim@example.org"))
    assert not Subscription.objects.get(address__email="victim@example.org").confirmed_at
    assert mail.outbox[1].to == ["victim@example.org"]


@pytest.mark.parametrize("cookie", ["forged", "forged:1abc:xyz", ""])
def test_a_forged_proof_is_none(client, comment, commit, cookie):
    client.cookies[COOKIE] = cookie
    with commit():
        assert ask(client, comment)["Location"].endswith("?asked=yes")
    assert not Subscription.objects.get().confirmed_at


def test_an_address_is_asked_three_times_a_day_and_the_answer_stays_the_same(
    client, comment, commit
):
    with commit():
        answers = {ask(client, comment)["Location"] for _ in range(5)}
    assert len(answers) == 1
    assert len(mail.outbox) == 3


def test_the_next_day_an_address_can_be_asked_again(client, comment, commit, monkeypatch):
    with commit():
        for _ in range(4):
            ask(client, comment)
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    with commit():
        ask(client, comment)
    assert len(mail.outbox) == 4


def test_a_network_asks_ten_addresses_an_hour(client, article, commit):
    with commit():
        for _ in range(12):
            ask(client, make_comment(article))
    assert len(mail.outbox) == 10
    with commit():
        client.post(
            notify_address(make_comment(article)),
            headers=SENT_FROM_HERE,
            REMOTE_ADDR="2001:db8::7",
        )
    assert len(mail.outbox) == 11


def test_an_address_that_refuses_mail_is_not_asked_and_nobody_can_tell(client, comment, commit):
    Address.objects.of(comment.email).refuse_mail()
    with commit():
        answer = ask(client, comment)
    assert answer["Location"].endswith("?asked=yes")
    assert not mail.outbox


@pytest.mark.parametrize("status", ["rejected", "spam", "withdrawn", "erased"])
def test_a_comment_that_is_not_to_be_read_asks_nobody(client, comment, commit, status):
    Comment.objects.filter(pk=comment.pk).update(status=status)
    with commit():
        assert ask(client, comment)["Location"].endswith("?asked=yes")
    assert not mail.outbox


@pytest.mark.parametrize(
    "email", ["", "nobody", "a@b@c.example", "a@example.org\nBcc: b@c.example"]
)
def test_a_comment_without_a_real_address_asks_nobody(client, comment, commit, email):
    Comment.objects.filter(pk=comment.pk).update(email=email)
    with commit():
        assert ask(client, comment).status_code == 303
    assert not mail.outbox
    assert not Address.objects.exists()


def test_nobody_is_asked_from_another_site(client, comment, commit):
    with commit():
        answer = client.post(notify_address(comment), headers=ELSEWHERE)
    assert answer.status_code == 403
    assert not mail.outbox


def test_a_forged_private_link_is_not_found(client, comment):
    address = notify_address(comment).replace(own_token(comment), "12:forged")
    assert client.post(address, headers=SENT_FROM_HERE).status_code == 404
    other = make_comment(make_article())
    foreign = notify_address(comment).replace(own_token(comment), own_token(other))
    assert client.post(foreign, headers=SENT_FROM_HERE).status_code == 404


@pytest.mark.parametrize("send", ["get", "post"])
@pytest.mark.parametrize(
    "token", ["forged", "1:1abc:forged", "%00", "a" * 4000, "%F0%9F%92%A9", "1-2:x:y:z"]
)
@pytest.mark.parametrize("name", ["confirm", "unsubscribe", "appeal", "your-data"])
def test_a_forged_link_gets_a_sentence(client, name, token, send):
    answer = getattr(client, send)(f"/comments/{name}/{token}/", headers=SENT_FROM_HERE)
    assert answer.status_code == 404
    assert "This link does not work" in visible_lines(answer)


LINKS = {"confirm": CONFIRM, "unsubscribe": UNSUBSCRIBE, "appeal": APPEAL, "your-data": YOUR_DATA}


@pytest.mark.parametrize("send", ["get", "post"])
@pytest.mark.parametrize(("kind", "other"), list(permutations(LINKS, 2)))
def test_a_link_of_one_kind_opens_no_page_of_another(client, kind, other, send):
    foreign = LINKS[kind].path(1).replace(kind, other)
    assert getattr(client, send)(foreign, headers=SENT_FROM_HERE).status_code == 404


def test_a_confirmation_is_too_old_after_three_days(client, comment, monkeypatch):
    subscription = Subscription.objects.create(
        address=Address.objects.of(comment.email), thread=comment
    )
    link = CONFIRM.path(subscription.pk)
    monkeypatch.setattr(CONFIRM, "age", timedelta(seconds=-1))
    answer = client.post(link, headers=SENT_FROM_HERE)
    assert answer.status_code == 410
    assert "This link does not work any more" in visible_lines(answer)
    assert not Address.objects.get().confirmed_at


def test_a_confirmation_of_what_was_erased_since_says_so(client, comment):
    assert client.post(CONFIRM.path(4711), headers=SENT_FROM_HERE).status_code == 410


def test_another_site_confirms_nothing(client, comment):
    subscription = Subscription.objects.create(
        address=Address.objects.of(comment.email), thread=comment
    )
    assert client.post(CONFIRM.path(subscription.pk), headers=ELSEWHERE).status_code == 403
    assert not Address.objects.get().confirmed_at


def test_the_pages_behind_links_are_kept_by_nobody_and_tell_nobody_their_address(client, comment):
    address = subscribe(comment)
    subscription = Subscription.objects.get()
    for path in (
        notify_address(comment),
        CONFIRM.path(subscription.pk),
        UNSUBSCRIBE.path(address.pk, comment.pk),
        UNSUBSCRIBE.path(address.pk, 0),
        "/comments/your-data/",
        "/comments/confirm/forged/",
    ):
        page = client.get(path)
        assert page["Referrer-Policy"] == "same-origin", path
        assert "no-store" in page["Cache-Control"], path
        assert '<meta name="robots" content="noindex">' in page.content.decode(), path
        assert not page.cookies, path


def test_a_reply_is_told_of_once_it_is_public(comment, commit):
    subscribe(comment)
    reply = reply_to(comment, name="Ada", body="I <b>disagree</b>.")
    assert not mail.outbox
    with commit():
        reply.approve(by=make_user("Moderator"))
    [message] = mail.outbox
    assert message.to == ["farah@example.org"]
    assert message.subject == "Ada replied to your comment on “Ships & harbours”"
    assert "I <b>disagree</b>." in message.body
    assert f"http://127.0.0.1:8000{reply.get_absolute_url()}" in message.body
    assert "I &lt;b&gt;disagree&lt;/b&gt;." in message.alternatives[0][0]


def test_a_reply_that_a_rule_publishes_is_told_of_as_well(comment, commit):
    subscribe(comment)
    with commit():
        reply_to(comment).approve(rule="trusted")
    assert len(mail.outbox) == 1


def test_nothing_is_sent_where_the_transaction_fails(comment, commit):
    subscribe(comment)
    reply = reply_to(comment)
    with commit(), pytest.raises(ZeroDivisionError), transaction.atomic():
        reply.approve(by=make_user("Moderator"))
        raise ZeroDivisionError
    assert not mail.outbox
    assert not Letter.objects.exists()


@pytest.mark.parametrize("verb", ["reject", "mark_spam"])
def test_a_reply_that_is_not_published_is_not_told_of(comment, commit, verb):
    subscribe(comment)
    with commit():
        getattr(reply_to(comment), verb)(by=make_user("Moderator"))
    assert not mail.outbox


def test_nobody_hears_of_their_own_reply(comment, commit):
    subscribe(comment)
    with commit():
        reply_to(comment, email="FARAH@example.ORG").approve(by=make_user("Moderator"))
    assert not mail.outbox


def test_a_reply_to_somebody_else_in_the_thread_is_not_told_of(comment, commit):
    subscribe(comment)
    other = make_comment(comment.article, parent=comment)
    with commit():
        reply_to(other).approve(by=make_user("Moderator"))
    assert not mail.outbox


def test_a_subscription_to_one_thread_says_nothing_of_another(comment, commit):
    subscribe(comment)
    second = make_comment(comment.article, email=comment.email)
    with commit():
        reply_to(second).approve(by=make_user("Moderator"))
    assert not mail.outbox


def test_who_writes_deep_in_a_thread_hears_of_the_reply_there(comment, commit):
    answer = make_comment(comment.article, parent=comment, email="bo@example.org")
    subscribe(answer)
    with commit():
        reply_to(answer).approve(by=make_user("Moderator"))
    assert mail.outbox[0].to == ["bo@example.org"]


def test_an_unconfirmed_subscription_hears_nothing(comment, commit):
    address = Address.objects.of(comment.email)
    Subscription.objects.create(address=address, thread=comment)
    with commit():
        reply_to(comment).approve(by=make_user("Moderator"))
    address.confirm()
    with commit():
        reply_to(comment).approve(by=make_user("Moderator"))
    assert not mail.outbox


def test_a_reply_is_told_of_once_however_often_it_is_published(comment, commit):
    subscribe(comment)
    reply, moderator = reply_to(comment), make_user("Moderator")
    with commit():
        reply.approve(by=moderator)
    with commit():
        reply.hold(by=moderator)
        reply.approve(by=moderator)
        reply.reject(by=moderator).undo(moderator)
    assert len(mail.outbox) == 1


def test_a_reply_published_before_anybody_subscribed_is_not_news(comment, commit):
    reply, moderator = reply_to(comment), make_user("Moderator")
    reply.approve(by=moderator)
    subscribe(comment)
    with commit():
        reply.hold(by=moderator)
        reply.approve(by=moderator)
    assert not mail.outbox


def test_a_reply_taken_back_before_the_mail_was_sent_is_told_of_when_it_is_published_again(
    comment, commit
):
    subscribe(comment)
    reply, moderator = reply_to(comment), make_user("Moderator")
    with commit():
        reply.approve(by=moderator).undo(moderator)
    assert not mail.outbox
    reply.refresh_from_db()
    with commit():
        reply.approve(by=moderator)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("hide", ["post", "parent"])
def test_a_reply_that_nobody_can_reach_is_not_told_of(comment, commit, hide):
    subscribe(comment)
    if hide == "post":
        comment.article.status = comment.article.Status.DRAFT
        comment.article.save()
    else:
        comment.withdraw()
    with commit():
        reply_to(comment).approve(by=make_user("Moderator"))
    assert not mail.outbox


def notice(comment, commit):
    """The mail about a reply to ``comment``, whose writer has subscribed."""
    subscribe(comment)
    with commit():
        reply_to(comment).approve(by=make_user("Moderator"))
    return mail.outbox.pop()


def one_click_address(message):
    headers = message.message()
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return re.fullmatch(r"<http://127\.0\.0\.1:8000(/\S+)>", headers["List-Unsubscribe"])[1]


@pytest.mark.parametrize("multipart", [True, False])
def test_a_program_unsubscribes_with_one_post_and_nothing_else(comment, commit, multipart):
    address = one_click_address(notice(comment, commit))
    body = {"data": {"List-Unsubscribe": "One-Click"}}
    if not multipart:
        body = {
            "data": "List-Unsubscribe=One-Click",
            "content_type": "application/x-www-form-urlencoded",
        }
    stranger = Client(enforce_csrf_checks=True)
    answer = stranger.post(address, **body, headers=ELSEWHERE)
    assert answer.status_code == 200
    assert not answer.cookies
    with commit():
        reply_to(comment).approve(by=make_user("Moderator"))
    assert not mail.outbox
    assert not Address.objects.get().refuses_mail


def test_a_program_may_unsubscribe_twice(client, comment, commit):
    address = one_click_address(notice(comment, commit))
    for _ in range(2):
        assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200


def test_opening_the_unsubscribe_link_ends_nothing(client, comment, commit):
    page = client.get(one_click_address(notice(comment, commit)))
    lines = visible_lines(page)
    assert "No more about this discussion" in lines
    assert "No mail at all" in lines
    assert Subscription.objects.count() == 1


def test_a_person_ends_one_thread_or_all_and_can_take_that_back(client, comment, commit):
    address = one_click_address(notice(comment, commit))
    other = make_comment(make_article(), email=comment.email)
    Subscription.objects.create(
        address=Address.objects.get(), thread=other, confirmed_at=timezone.now()
    )
    assert client.post(address, {"what": "thread"}).status_code == 303
    assert "You hear nothing more of this discussion." in visible_lines(client.get(address))
    assert [each.thread for each in Subscription.objects.all()] == [other]
    client.post(address, {"what": "all"})
    with commit():
        reply_to(other).approve(by=make_user("Moderator"))
    assert not mail.outbox
    assert "Allow mail again" in visible_lines(client.get(address))
    client.post(address, {"what": "again"})
    with commit():
        reply_to(other).approve(by=make_user("Moderator"))
    assert len(mail.outbox) == 1


def test_unsubscribing_an_address_that_was_erased_since_is_no_error(client, comment, commit):
    address = one_click_address(notice(comment, commit))
    Address.objects.all().delete()
    assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert client.get(address).status_code == 200


def test_what_was_unsubscribed_while_the_mail_waited_is_not_sent(comment, commit):
    address = subscribe(comment)
    with commit():
        reply_to(comment).approve(by=make_user("Moderator"))
        address.refuse_mail()
    assert not mail.outbox
