"""Who owns an address gets or erases all that is kept about it, and nobody else does."""

import json
import re
import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from comments import counts, personal_data
from comments.mail_links import YOUR_DATA
from comments.models import (
    Address,
    Block,
    Comment,
    Decision,
    Letter,
    Report,
    Subscription,
    Token,
)
from comments.models.decisions import Status
from comments.signals import decided
from comments.writers import COOKIE, prove
from tests.factories import make_article, make_comment, make_user
from tests.pages import links, visible_lines

pytestmark = pytest.mark.django_db

SENT_FROM_HERE = {"origin": "http://testserver"}
FARAH = "farah@example.org"


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def ask(client, email=FARAH, **headers):
    return client.post("/comments/your-data/", {"email": email}, headers=SENT_FROM_HERE | headers)


@pytest.fixture
def link(client, commit):
    """The link in the mail to Farah."""
    with commit():
        ask(client)
    return re.search(r"http://127\.0\.0\.1:8000(/comments/your-data/\S+)", mail.outbox[0].body)[1]


def press(client, link, **fields):
    return client.post(link, fields, headers=SENT_FROM_HERE)


def test_the_privacy_page_says_what_is_kept(client):
    lines = " ".join(visible_lines(client.get("/comments/privacy/")))
    for words in ("30 days", "No advertising", "Gravatar", "“commenter”", "only if you tick a box"):
        assert words in lines


def test_every_page_leads_to_it(client):
    assert "/comments/privacy/" in links(client.get("/"))
    assert "/comments/privacy/" in links(client.get(make_article().get_absolute_url()))
    assert "/comments/your-data/" in links(client.get("/comments/privacy/"))


def test_no_picture_of_a_reader_comes_from_elsewhere(client):
    comment = make_comment(make_article(), email=FARAH)
    html = client.get(comment.article.get_absolute_url()).content.decode()
    assert "gravatar" not in html.lower()
    assert not re.search(r'<img[^>]+src="(https?:)?//', html)


def test_the_answer_is_the_same_for_known_and_unknown_addresses(client, commit):
    make_comment(make_article(), email=FARAH)
    with commit():
        known, unknown = ask(client), ask(client, "nobody@example.org")
    assert known.status_code == unknown.status_code == 303
    assert known["Location"] == unknown["Location"] == "/comments/your-data/?asked=yes"
    assert "Please look into your mail" in visible_lines(client.get(known["Location"]))
    assert [message.to for message in mail.outbox] == [[FARAH], ["nobody@example.org"]]
    assert mail.outbox[0].subject == mail.outbox[1].subject


def test_asking_without_end_sends_three_mails_a_day(client, commit):
    with commit():
        answers = {ask(client)["Location"] for _ in range(6)}
    assert len(answers) == 1
    assert len(mail.outbox) == 3


def test_an_address_that_refuses_mail_is_still_told_what_is_kept(client, commit):
    Address.objects.of(FARAH).refuse_mail()
    with commit():
        ask(client)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("typed", ["", "nobody", "a@b@c.example", "a" * 300 + "@example.org"])
def test_what_is_no_address_is_told_so(client, typed):
    answer = ask(client, typed)
    assert answer.status_code == 422
    assert "There is a problem" in visible_lines(answer)
    assert not Letter.objects.exists()


def test_another_site_cannot_ask(client):
    assert ask(client, **{"sec-fetch-site": "cross-site"}).status_code == 403
    assert not Letter.objects.exists()


def test_the_address_stands_in_no_link(link):
    assert "farah" not in link.lower()


def test_the_link_shows_what_can_be_done(client, link):
    make_comment(make_article(), email=FARAH)
    page = client.get(link)
    assert "Download everything" in visible_lines(page)
    assert page["Referrer-Policy"] == "same-origin"
    assert "no-store" in page["Cache-Control"]
    assert "no-store" in press(client, link, what="download")["Cache-Control"]


def test_a_link_works_for_a_day(client, link, monkeypatch):
    make_comment(make_article(), email=FARAH)
    monkeypatch.setattr(YOUR_DATA, "age", timedelta(seconds=-1))
    assert client.get(link).status_code == 410
    assert press(client, link, what="download").status_code == 410
    assert press(client, link, what="erase", sure="yes").status_code == 410
    assert Comment.objects.get().body


def test_another_site_can_neither_download_nor_erase(client, link):
    make_comment(make_article(), email=FARAH)
    for fields in ({"what": "download"}, {"what": "erase", "sure": "yes"}):
        answer = client.post(link, fields, headers={"sec-fetch-site": "cross-site"})
        assert answer.status_code == 403
    assert Comment.objects.get().body


@pytest.mark.parametrize("fields", [{}, {"what": "erase"}, {"what": "everything", "sure": "yes"}])
def test_nothing_is_erased_before_it_is_confirmed(client, link, fields):
    make_comment(make_article(), email=FARAH)
    assert press(client, link, **fields).status_code == 200
    assert Comment.objects.get().body


def test_a_download_holds_everything_and_nothing_of_others(client, link):
    article, moderator = make_article("Ships"), make_user("Moderator", username="secretive")
    other = make_comment(article, name="Ada", email="ada@example.org", body="Ada's words")
    for status in Status.values:
        comment = make_comment(
            article, email="FARAH@Example.org", status=status, body=f"I {status}"
        )
    held = make_comment(article, parent=other, email=FARAH, status="held", network="abc")
    held.reject(by=moderator, reason="Off topic", note="A troll", message="Sorry")
    Report.objects.create(comment=held, reason="abuse", text="Somebody else's words")
    Report.objects.create(comment=held, reason="appeal", text="My appeal")
    address = Address.objects.of(FARAH)
    address.confirm()
    Subscription.objects.create(address=address, thread=other)
    Block.objects.create(kind="email", value=FARAH, note="A note")
    answer = press(client, link, what="download")
    assert answer["Content-Type"] == "application/json"
    assert re.fullmatch(
        r'attachment; filename="comments-\d{4}-\d\d-\d\d\.json"', answer["Content-Disposition"]
    )
    data = json.loads(answer.content)
    assert [one["status"] for one in data["comments"]] == [*Status.values, "rejected"]
    last = data["comments"][-1]
    assert (last["in_reply_to"], last["network"]) == (other.pk, "abc")
    assert last["decisions"][0]["reason"] == "Off topic"
    assert last["decisions"][0]["message"] == "Sorry"
    assert last["appeals"][0]["text"] == "My appeal"
    assert data["address"]["confirmed_at"]
    assert len(data["address"]["subscriptions"]) == 1
    assert data["mails"][0]["kind"] == "data"
    assert len(data["blocks"]) == 1
    text = answer.content.decode()
    for hidden in ("Ada", "A troll", "secretive", "Somebody else", "A note"):
        assert hidden not in text
    assert comment.article.title in text


def test_erasing_makes_the_browser_forget_its_reader_too(client, link):
    request = RequestFactory().get("/")
    cookie = HttpResponse()
    prove(cookie, request, FARAH)
    client.cookies.update(cookie.cookies)
    press(client, link, what="erase", sure="yes")
    assert client.cookies[COOKIE].value == ""


def test_the_title_of_a_post_that_is_not_public_is_not_told():
    comment = make_comment(make_article("Secret plans"), email=FARAH)
    comment.article.status = comment.article.Status.DRAFT
    comment.article.save()
    assert "Secret" not in json.dumps(personal_data.export(FARAH), default=str)


def test_erasing_leaves_nothing_of_the_address_and_all_of_others(client, link):
    article, moderator = make_article(), make_user("Moderator")
    mine = make_comment(
        article, email="Farah@Example.ORG", name="Farah", website="https://f.example"
    )
    others = make_comment(article, parent=mine, name="Ada", email="ada@example.org")
    make_comment(article, parent=others, email=FARAH)
    held = make_comment(article, email=FARAH, status="held", body="Cheap pills")
    held.mark_spam(by=moderator, note="Farah again")
    Report.objects.create(comment=mine, reason="abuse", text="Farah says")
    Comment.objects.filter(pk=mine.pk).update(report_count=1)
    Subscription.objects.create(address=Address.objects.of(FARAH), thread=others)
    Subscription.objects.create(address=Address.objects.of("ada@example.org"), thread=mine)
    answer = press(client, link, what="erase", sure="yes")
    assert "Everything is erased" in visible_lines(answer)
    assert any(line.startswith("3 comments were erased") for line in visible_lines(answer))
    for comment in Comment.objects.exclude(pk=others.pk):
        assert comment.status == "erased"
        assert not comment.name + comment.email + comment.website + comment.body
        assert comment.report_count == 0
    others.refresh_from_db()
    assert (others.status, others.name, others.email) == ("published", "Ada", "ada@example.org")
    assert [address.email for address in Address.objects.all()] == ["ada@example.org"]
    assert Subscription.objects.get().address.email == "ada@example.org"
    assert not Letter.objects.filter(to=FARAH).exists()
    assert not Report.objects.exists()
    assert not Decision.objects.exclude(note="").exists()
    assert not Token.objects.exists()
    assert counts.wrong_replies() == counts.wrong_discussions() == []
    article.discussion.refresh_from_db()
    assert article.discussion.comment_count == 1


def test_a_link_is_used_up_by_erasing(client, link):
    press(client, link, what="erase", sure="yes")
    answer = client.get(link)
    assert answer.status_code == 410
    assert "This link does not work any more" in visible_lines(answer)


def test_a_link_reaches_its_own_address_only(client, link, commit):
    ada = make_comment(make_article(), email="ada@example.org")
    similar = make_comment(make_article(), email="xfarah@example.org")
    wild = make_comment(make_article(), email="farah_example.org@example.org")
    press(client, link, what="erase", sure="yes")
    for comment in (ada, similar, wild):
        comment.refresh_from_db()
        assert comment.status == "published"


def test_signs_in_an_address_are_no_wildcards():
    make_comment(make_article(), email="fxrah@example.org")
    assert personal_data.export("f_rah@example.org")["comments"] == []
    assert personal_data.erase("f%@example.org") == 0


def test_what_staff_write_for_the_newsroom_stays():
    comment = make_comment(make_article(), email=FARAH, user=make_user("Editor", email=FARAH))
    assert personal_data.export(FARAH)["comments"] == []
    assert personal_data.erase(FARAH) == 0
    comment.refresh_from_db()
    assert comment.body


def test_a_block_outlives_the_erasure():
    Block.objects.create(kind="email", value=FARAH)
    personal_data.erase(FARAH)
    assert Block.objects.exists()


def test_erasing_is_whole_or_not_at_all(monkeypatch):
    make_comment(make_article(), email=FARAH)
    Address.objects.of(FARAH)

    def fail(*args, **kwargs):
        raise RuntimeError("Power cut.")

    monkeypatch.setattr(Letter.objects, "filter", fail)
    with pytest.raises(RuntimeError):
        personal_data.erase(FARAH)
    assert Comment.objects.get().body
    assert Address.objects.exists()


def kept(comment):
    """All that the database knows of ``comment`` but when and where it is."""
    apart = {"id", "article_id", "created_at", "_state"}
    values = {
        k: v for k, v in Comment.objects.values().get(pk=comment.pk).items() if k not in apart
    }
    decisions = comment.decisions.values("verb", "by", "rule", "from_status", "to_status", "before")
    return values, list(decisions), comment.reports.count()


@pytest.mark.parametrize("status", [one for one in Status.values if one != "erased"])
def test_erasing_many_does_to_each_what_erasing_one_does(status):
    def written():
        comment = make_comment(
            make_article(),
            name="Farah",
            email=FARAH,
            website="https://f.example",
            body="Pills",
            status=status,
            network="abc",
            verdicts=[{"rule": "links"}],
            signals={"seconds": 4},
            spamminess=0.5,
            simhash=7,
            submission=uuid.uuid4().hex,
            is_featured=status == "published",
        )
        if status == "spam":
            comment.hold(by=moderator)
            comment.mark_spam(by=moderator, note="Farah")
        Report.objects.create(comment=comment, reason="abuse", network="x")
        Comment.objects.filter(pk=comment.pk).update(report_count=1, rule="links")
        comment.refresh_from_db()
        return comment

    moderator = make_user("Moderator")
    one, another = written(), written()
    told = []

    def listen(sender, decision, **kwargs):
        told.append((decision.verb, decision.to_status, decision.comment.body))

    decided.connect(listen)
    one.erase(rule="test")
    Comment.objects.filter(pk=another.pk).erase(rule="test")
    decided.disconnect(listen)
    assert kept(one) == kept(another)
    assert not Token.objects.exists()
    assert told == [("erase", "erased", "")] * 2


def test_erasing_many_costs_few_queries(django_assert_max_num_queries):
    article = make_article()
    for _ in range(60):
        make_comment(article, email=FARAH)
    with django_assert_max_num_queries(20):
        assert personal_data.erase(FARAH) == 60


def test_a_download_costs_few_queries(django_assert_max_num_queries):
    article = make_article()
    for _ in range(60):
        make_comment(article, email=FARAH, status="held").approve(rule="trusted")
    with django_assert_max_num_queries(8):
        assert len(personal_data.export(FARAH)["comments"]) == 60


def test_what_was_asked_for_today_can_be_asked_for_tomorrow(client, commit, monkeypatch):
    with commit():
        for _ in range(4):
            ask(client)
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    with commit():
        ask(client)
    assert len(mail.outbox) == 4
