"""A comment that comes in is judged by what is known of it, and the answer gives nothing away."""

import time
from datetime import timedelta

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article
from comments import facts
from comments.models import Address, Block, Comment, Decision, Discussion, Policy, WordRule
from comments.spam import Weighing
from comments.writers import COOKIE, prove
from tests.factories import make_article, make_comment, make_user
from tests.pages import comment_form, visible_lines
from tests.test_commenting import AWAITING, TYPED, send

pytestmark = pytest.mark.django_db

LONG = (
    "The harbour was quiet that morning, and the boats lay still until the wind came round from "
    "the north and brought the smell of rain over the roofs of the old town."
)


@pytest.fixture
def article():
    return make_article("Hello")


@pytest.fixture
def policy():
    return Policy.standard()


def confirm(client, email=TYPED["email"]):
    """What the link in a mail does: the address is confirmed, and this browser can show it."""
    Address.objects.update_or_create(email=email, defaults={"confirmed_at": timezone.now()})

    class Answer:
        def set_cookie(self, name, value, **how):
            client.cookies[name] = value

    request = type("Request", (), {"COOKIES": {k: v.value for k, v in client.cookies.items()}})
    prove(Answer(), request, email)


@pytest.fixture
def trusted(client):
    """The browser of a reader whose address is confirmed and who has an approved comment."""
    make_comment(make_article(), email=TYPED["email"], name=TYPED["name"])
    confirm(client)
    return client


def sent(client, article, **typed):
    """The comment that came of what was sent."""
    answer = send(client, article, **typed)
    assert answer.status_code == 303, visible_lines(answer)
    return Comment.objects.latest("pk")


# Trust


def test_a_trusted_reader_is_read_at_once(trusted, article):
    comment = sent(trusted, article)
    assert (comment.status, comment.rule) == ("published", "trusted")
    assert "A fine post." in visible_lines(Client().get(article.get_absolute_url()))
    assert Discussion.objects.get(article=article).comment_count == 1


def test_what_a_rule_decides_is_on_record_and_can_be_taken_back(trusted, article):
    comment, moderator = sent(trusted, article), make_user("Moderator")
    decision = comment.decisions.get()
    assert (decision.rule, decision.verb, decision.by) == ("trusted", "approve", None)
    assert (decision.from_status, decision.to_status) == ("held", "published")
    assert decision.reason == "The address is confirmed, and its earlier comments were approved"
    decision.undo(moderator)
    comment.refresh_from_db()
    assert (comment.status, comment.taught) == ("held", "")
    assert Discussion.objects.get(article=article).comment_count == 0


def test_a_held_comment_knows_why(client, article):
    comment = sent(client, article)
    assert (comment.status, comment.rule) == ("held", "first-comment")
    assert [each["rule"] for each in comment.verdicts] == ["first-comment", "unproven"]
    assert not Decision.objects.exists()


def test_the_same_name_and_address_in_another_browser_are_held(trusted, article):
    comment = sent(Client(), article)
    assert (comment.status, comment.rule) == ("held", "unproven")


def test_a_remembered_name_and_address_prove_nothing(trusted, article):
    other = Client()
    send(other, article, remember="on")
    assert sent(other, make_article()).rule == "unproven"


@pytest.mark.parametrize(
    "cookie",
    [
        "forged",
        signing.dumps({"proof": TYPED["email"]}, salt="other"),
        signing.dumps({"proof": TYPED["email"]}, key="not ours", salt=COOKIE),
        "eyJwcm9vZiI6ImZhcmFoQGV4YW1wbGUub3JnIn0:1rQ:x",
    ],
    ids=["no signature", "for something else", "by another key", "a wrong signature"],
)
def test_a_forged_proof_proves_nothing(trusted, article, cookie):
    other = Client()
    other.cookies[COOKIE] = cookie
    assert sent(other, article).rule == "unproven"


def test_the_proof_of_another_address_proves_nothing(trusted, article):
    other = Client()
    confirm(other, "mallory@example.org")
    assert sent(other, article).rule == "unproven"


def test_a_field_of_the_form_proves_nothing(trusted, article):
    assert sent(Client(), article, proof=TYPED["email"], status="published").rule == "unproven"


def test_a_proof_ends_with_the_confirmation(trusted, article):
    Address.objects.all().delete()
    assert sent(trusted, article).rule == "unproven"


def test_a_proof_stays_whether_or_not_the_name_is_remembered(trusted, article):
    send(trusted, article)
    assert sent(trusted, make_article(), body="Another.", remember="on").rule == "trusted"
    action, fields = comment_form(trusted.get(article.get_absolute_url()))
    assert fields.pop("remember") == "on"
    trusted.post(action, fields | {"body": "A third."})
    assert Comment.objects.get(body="A third.").rule == "trusted"
    assert comment_form(trusted.get(article.get_absolute_url()))[1]["name"] == ""
    assert sent(trusted, article, body="A fourth.").rule == "trusted"


def test_a_proof_goes_when_somebody_else_writes_in_that_browser(trusted, article):
    send(trusted, article, email="other@example.org")
    assert sent(trusted, make_article()).rule == "unproven"


def test_a_page_is_not_personal_because_of_a_proof(trusted, article):
    assert "private" not in trusted.get(article.get_absolute_url())["Cache-Control"]


@pytest.mark.parametrize("status", ["held", "rejected", "spam", "withdrawn"])
def test_only_approved_comments_count(client, article, status):
    make_comment(make_article(), email=TYPED["email"], status=status)
    confirm(client)
    assert sent(client, article).rule == "first-comment"


def test_an_address_is_one_however_it_is_capitalised(trusted, article):
    comment = sent(trusted, article, email="Farah@Example.ORG")
    assert (comment.email, comment.rule) == ("farah@example.org", "trusted")


# The settings of the site and of the post


def test_a_post_can_have_every_comment_held(trusted, article):
    strict = Policy.objects.create(name="Strict", hold_all=True)
    Discussion.objects.create(article=article, policy=strict)
    assert sent(trusted, article).rule == "hold-all"
    assert sent(trusted, make_article()).rule == "trusted"


def test_a_post_closes_days_after_it_was_published(client, policy):
    policy.closes_after_days = 3
    policy.save()
    article = make_article(published_at=timezone.now() - timedelta(days=2))
    action, fields = comment_form(client.get(article.get_absolute_url()))
    assert client.post(action, fields | TYPED).status_code == 303
    Article.objects.update(published_at=timezone.now() - timedelta(days=4))
    article.refresh_from_db()
    answer = client.post(f"{article.get_absolute_url()}reply/", fields | TYPED | {"body": "Late."})
    assert answer.status_code == 403
    assert "The comments on this post are closed." in visible_lines(answer)
    assert "Late." in answer.content.decode()


# What makes a comment wait


def test_links_are_counted_as_readers_would_see_them(trusted, article):
    text = "See https://a.example/ and http://b.example/x, https://c.example"
    comment = sent(trusted, article, body=text)
    assert comment.rule == "too-many-links"
    links = ["https://a.example/", "http://b.example/x", "https://c.example"]
    assert comment.verdicts[0]["words"] == links
    assert sent(trusted, article, body=text.replace("https://c", "c")).rule == "trusted"


def test_who_is_faster_than_a_person_waits(trusted, article):
    assert sent(trusted, article, seconds="1").rule == "too-fast"
    assert sent(trusted, article, body="Slower.", seconds="41").rule == "trusted"
    assert Comment.objects.latest("pk").signals == {"seconds": 41}


@pytest.mark.parametrize("seconds", ["", "x", "-1", "1.5", "٣", "²", "9" * 400, "\0", "NaN", "1e9"])
def test_odd_seconds_are_no_seconds(trusted, article, seconds):
    comment = sent(trusted, article, seconds=seconds)
    assert (comment.rule, comment.signals) == ("trusted", {})


def test_the_same_text_once_more_waits_wherever_it_was_written(trusted, article):
    first = sent(trusted, article, body=LONG)
    second = sent(trusted, make_article(), body=f"{LONG} Amen.")
    assert (first.rule, second.rule) == ("trusted", "near-duplicate")
    assert second.verdicts[0]["reason"] == f"Nearly the same as comment {first.pk}"


def test_short_thanks_are_no_duplicates(trusted, article):
    make_comment(article, body="Great post, thank you!")
    assert sent(trusted, article, body="Great post, thank you!").rule == "trusted"


def test_a_text_that_its_writer_took_back_can_be_written_again(trusted, article):
    sent(trusted, article, body=LONG).withdraw()
    assert sent(trusted, article, body=f"{LONG} Yes.").rule == "trusted"


@pytest.mark.parametrize(
    ("other", "rule"),
    [
        ({"email": TYPED["email"]}, "address-flood"),
        ({"network": "here"}, "network-flood"),
        ({"network": "elsewhere"}, "trusted"),
    ],
)
def test_too_many_in_a_row_wait(trusted, article, policy, other, rule):
    if other.get("network") == "here":
        other["network"] = sent(Client(), article, name="Budi", email="b@example.org").network
    for _ in range(policy.flood_comments):
        make_comment(make_article(), **other)
    assert sent(trusted, article).rule == rule
    long_ago = timezone.now() - timedelta(minutes=policy.flood_minutes + 1)
    Comment.objects.update(created_at=long_ago)
    assert sent(trusted, article, body="Later.").rule == "trusted"


def test_who_was_rejected_often_waits_for_thirty_days(trusted, article, policy):
    for _ in range(policy.most_rejections):
        make_comment(make_article(), email=TYPED["email"], status="rejected")
    Comment.objects.update(created_at=timezone.now() - timedelta(days=29))
    assert sent(trusted, article).rule == "many-rejections"
    Comment.objects.filter(status="rejected").update(created_at=timezone.now() - timedelta(days=31))
    assert sent(trusted, article, body="Later.").rule == "trusted"


def test_words_on_the_list_hold_or_are_spam(trusted, article):
    WordRule.objects.create(words="casino*")
    WordRule.objects.create(words="cheap pills", verdict="spam")
    WordRule.objects.create(words="post", is_active=False)
    assert sent(trusted, article, body="My CASIN0S").verdicts[0]["words"] == ["CASIN0S"]
    assert sent(trusted, article, website="https://casino.example").rule == "held-words"
    assert sent(trusted, article, body="Cheap\nPills").status == "spam"
    assert sent(trusted, article, body="A post").rule == "trusted"


@pytest.mark.parametrize("words", ["*" * 200, "(q+)+$", "[", "\\", "a*" * 100, "免费", "\u200b"])
def test_a_hostile_rule_is_no_error(trusted, article, words):
    WordRule.objects.create(words=words)
    assert sent(trusted, article).rule == "trusted"


@pytest.mark.parametrize(
    ("weighing", "status", "rule"),
    [
        (Weighing(0.999, is_sure=True, telling=["pills"]), "spam", "filter-sure"),
        (Weighing(0.5, is_unsure=True), "held", "filter-unsure"),
        (Weighing(0.01), "published", "trusted"),
    ],
)
def test_the_filter_has_its_say(trusted, article, monkeypatch, weighing, status, rule):
    monkeypatch.setattr(facts, "weigh", lambda comment: weighing)
    comment = sent(trusted, article)
    assert (comment.status, comment.rule, comment.spamminess) == (status, rule, weighing.score)


# Spam


def test_a_field_that_nobody_sees_catches_programs(trusted, article):
    comment = sent(trusted, article, subject="Hello")
    assert (comment.status, comment.rule) == ("spam", "honeypot")
    assert comment.decisions.get().rule == "honeypot"


@pytest.mark.parametrize(
    ("kind", "value", "typed"),
    [
        ("email", TYPED["email"], {}),
        ("domain", "example.org", {}),
        ("domain", "bad.example", {"website": "https://www.bad.example/x"}),
        ("domain", "bad.example", {"body": "Look at BAD.example!"}),
        ("domain", "bad.example", {"body": "http://a.b.c.bad.example:8000/?q"}),
        ("domain", "bad.example", {"body": "me@bad.example"}),
        ("domain", "bad.example", {"body": "bad。example and ｂａｄ．ｅｘａｍｐｌｅ"}),
        ("domain", "bad.example", {"email": "me@mail.bad.example"}),
    ],
)
def test_who_is_blocked_is_spam(trusted, article, kind, value, typed):
    Block.objects.create(kind=kind, value=value)
    comment = sent(trusted, article, **typed)
    assert (comment.status, comment.rule) == ("spam", "block")
    assert TYPED["email"] not in str(comment.verdicts)


def test_a_blocked_network_is_spam(trusted, article):
    Block.objects.create(kind="network", value=sent(Client(), article).network)
    assert sent(trusted, article, body="Another.").rule == "block"


@pytest.mark.parametrize(
    "block",
    [
        {"kind": "email", "value": "farah@example.com"},
        {"kind": "domain", "value": "ample.org"},
        {"kind": "domain", "value": "other.example.org"},
        {"kind": "network", "value": ""},
        {"kind": "email", "value": TYPED["email"], "expires_at": timezone.now()},
    ],
)
def test_a_block_of_something_else_or_of_the_past_blocks_nobody(trusted, article, block):
    Block.objects.create(**block)
    assert sent(trusted, article).rule == "trusted"


def test_the_sender_of_spam_is_answered_as_one_who_has_to_wait(client, article):
    held = send(client, article)
    spam = send(client, article, subject="x")
    assert (held.status_code, held.cookies) == (spam.status_code, spam.cookies)
    first, second = (client.get(answer["Location"]) for answer in (held, spam))
    assert AWAITING in visible_lines(second)
    assert visible_lines(first) == visible_lines(second)
    assert "A fine post." not in visible_lines(Client().get(article.get_absolute_url()))


def test_once_a_moderator_says_it_is_spam_its_sender_is_told_that_it_is_not_public(client, article):
    private = send(client, article, subject="x")["Location"]
    comment, moderator = Comment.objects.get(), make_user("Moderator")
    comment.hold(by=moderator)
    comment.mark_spam(by=moderator)
    lines = visible_lines(client.get(private))
    assert AWAITING not in lines
    assert any(line.startswith("Your comment is not public.") for line in lines)


# Refused


def test_one_network_can_send_so_much_in_a_minute_and_no_more(client, article):
    network = sent(client, article).network
    for _ in range(28):
        make_comment(article, network=network)
    assert send(client, article, body="The thirtieth.").status_code == 303
    answer = send(client, article, body="The next.")
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    lines = visible_lines(answer)
    assert "Please wait a moment" in lines
    assert "Too many comments came from your network. Try again in a minute." in lines
    assert "The next." in answer.content.decode()
    assert Comment.objects.filter(body="The next.").count() == 0
    action, fields = comment_form(client.get(article.get_absolute_url()))
    other = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.post(action, fields | TYPED, **other).status_code == 303


def test_what_was_sent_before_is_shown_again_even_then(client, article):
    action, fields = comment_form(client.get(article.get_absolute_url()))
    first = client.post(action, fields | TYPED)
    for _ in range(40):
        make_comment(article, network=Comment.objects.get(name="Farah").network)
    again = client.post(action, fields | TYPED | {"seconds": "9", "subject": "x"})
    assert again["Location"] == first["Location"]


# What it costs


def queries(captured):
    """Those that ask or change something."""
    return [each for each in captured if "SAVEPOINT" not in each["sql"]]


def test_a_comment_is_accepted_in_few_queries(trusted, article):
    parent = make_comment(article)
    action, fields = comment_form(trusted.get(article.get_absolute_url()))
    typed = TYPED | {"parent": parent.pk, "body": LONG}
    with CaptureQueriesContext(
        connection,
    ) as captured:
        trusted.post(action, fields | typed)
    assert Comment.objects.latest("pk").rule == "trusted"
    assert len(queries(captured)) == 11


@pytest.mark.parametrize(
    "body",
    [
        "x" * 10_000,
        "http://a.b/c " * 769,
        "[" * 5_000 + "]" * 5_000,
        "(" * 4_990 + "http://a.b" + ")" * 5_000,
        ("http://a.b/" + ")" * 1_900 + " ") * 5,
        "a.b.c.d.e.f." * 833,
        "a@" * 5_000,
        "".join(chr(0x4E00 + number) for number in range(10_000)),
        "a\u0301\u200b" * 3_333,
        "1l" * 5_000,
    ],
    ids=lambda body: body[:8],
)
def test_nothing_that_can_be_typed_takes_long(trusted, article, body):
    WordRule.objects.bulk_create(
        WordRule(words=words) for words in ("*a" * 100, "a*" * 100, "b c " * 50, "免*费", "1*1*l")
    )
    action, fields = comment_form(trusted.get(article.get_absolute_url()))
    before = time.process_time()
    answer = trusted.post(action, fields | TYPED | {"body": body})
    assert answer.status_code == 303
    assert time.process_time() - before < 0.4  # half of it for a slow machine


@pytest.mark.parametrize("body", ["x" * 100_000, "http://a.b/c " * 10_000])
def test_a_text_that_is_too_long_is_refused_and_kept(trusted, article, body):
    before = time.process_time()
    answer = send(trusted, article, body=body)
    assert time.process_time() - before < 0.6
    assert answer.status_code == 422
    assert comment_form(answer)[1]["body"] == body
