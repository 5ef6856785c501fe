"""Moderators find what waits for them in the queue, with all that helps to decide, at one price."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from comments.models import Block, Comment, Report
from comments.queue import counts
from tests.factories import make_article, make_comment, make_user
from tests.pages import links, visible_lines

pytestmark = pytest.mark.django_db

QUEUE = "/admin/comments/comment/queue/"
# Session, user, and the permissions of the user and of their groups.
SIGNED_IN = 4


def held(article=None, **values):
    return make_comment(article or make_article(), status="held", **values)


def shown(answer):
    """The keys of the comments on the page, in their order."""
    found = re.findall(r'<article class="card[^"]*" id="comment-(\d+)"', answer.content.decode())
    return [int(key) for key in found]


def report(comment, reason="abuse", **values):
    Report.objects.create(comment=comment, reason=reason, network="x", **values)
    Comment.objects.filter(pk=comment.pk).update(report_count=1)


def test_what_waits_longest_comes_first(client, moderator):
    second = held()
    first = held(created_at=timezone.now() - timedelta(days=2))
    make_comment(make_article())
    assert shown(client.get(QUEUE)) == [first.pk, second.pk]


def test_an_empty_queue_says_so(client, moderator):
    assert "Nothing is waiting here. Well done." in visible_lines(client.get(QUEUE))


def test_reported_comments_have_a_tab_of_their_own(client, moderator):
    published, rejected, withdrawn = (
        make_comment(make_article(), status=status)
        for status in ("published", "rejected", "withdrawn")
    )
    held()
    report(published, text="He calls me names")
    report(rejected, "appeal")
    report(withdrawn)
    answer = client.get(f"{QUEUE}?tab=reported")
    assert shown(answer) == [published.pk, rejected.pk]
    text = " ".join(visible_lines(answer))
    assert "It insults or threatens somebody: He calls me names" in text
    assert "Its writer asks for a second look" in text


def test_the_sample_of_spam_holds_only_what_rules_have_judged(client, moderator):
    automatic, by_hand, kept = (held() for _ in range(3))
    for comment in (automatic, kept):
        comment.mark_spam(rule="honeypot")
    by_hand.mark_spam(by=moderator)
    kept.keep(by=moderator)
    assert shown(client.get(f"{QUEUE}?tab=spam")) == [automatic.pk]


def test_the_sample_of_spam_stays_the_same_until_another_is_drawn(client, moderator):
    article = make_article()
    for number in range(60):
        written = timezone.now() - timedelta(hours=number)
        make_comment(article, status="spam", created_at=written)
    first, again, other = (shown(client.get(f"{QUEUE}?tab=spam&seed={seed}")) for seed in (7, 7, 8))
    assert first == again != other
    assert len(first) == len(set(first)) == 20


def test_published_comments_are_shown_newest_first(client, moderator):
    old = make_comment(make_article(), created_at=timezone.now() - timedelta(days=1))
    new = make_comment(make_article())
    assert shown(client.get(f"{QUEUE}?tab=published")) == [new.pk, old.pk]


def test_my_decisions_are_listed_with_a_button_to_undo_each(client, moderator):
    comment, other = held(body="My words."), held(body="Not mine.")
    comment.reject(by=moderator, reason="Off topic")
    other.reject(by=make_user("Moderator"))
    answer = client.get(f"{QUEUE}?tab=mine")
    text = " ".join(visible_lines(answer))
    assert "My words." in text
    assert "Off topic" in text
    assert "Not mine." not in text
    assert f'name="decision" value="{comment.decisions.get().pk}"' in answer.content.decode()


def test_the_tabs_say_how_much_waits_and_stop_counting_somewhere(client, moderator, monkeypatch):
    for _ in range(3):
        held()
    assert "Held 3" in visible_lines(client.get(QUEUE))
    monkeypatch.setattr("comments.queue.MOST_COUNTED", 2)
    monkeypatch.setattr("comments.queue_views.MOST_COUNTED", 2)
    assert "Held 2+" in visible_lines(client.get(QUEUE))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("rule=links", "a"),
        ("writer=FARAH%40example.org", "b"),
        ("writer=ortega", "c"),
        ("writer=" + "ab" * 16, "d"),
        ("age=older-day", "e"),
        ("age=day&writer=ortega", "c"),
        ("age=hour&rule=links", "a"),
        ("rule=links&writer=ortega", ""),
    ],
)
def test_a_filter_narrows_the_queue(client, moderator, query, found):
    comments = {
        "a": held(rule="links"),
        "b": held(email="farah@example.org"),
        "c": held(name="Tomás Ortega"),
        "d": held(network="ab" * 16),
        "e": held(created_at=timezone.now() - timedelta(days=2)),
    }
    assert shown(client.get(f"{QUEUE}?{query}")) == [comments[name].pk for name in found]


def test_a_filter_by_post_shows_its_comments_only(client, moderator):
    comment = held()
    held()
    assert shown(client.get(f"{QUEUE}?post={comment.article_id}")) == [comment.pk]


def test_a_filter_is_kept_by_paging_and_by_every_form(client, moderator):
    article = make_article()
    for _ in range(25):
        held(article, rule="links")
    answer = client.get(f"{QUEUE}?rule=links")
    assert any("after=" in link and "rule=links" in link for link in links(answer))
    assert answer.content.decode().count("/decide/?tab=held&amp;rule=links") == 20


def test_every_comment_is_on_exactly_one_page(client, moderator):
    article, moment = make_article(), timezone.now()
    comments = [held(article, created_at=moment) for _ in range(45)]
    found, address = [], QUEUE
    while address:
        answer = client.get(address)
        found += shown(answer)
        address = next((link for link in links(answer) if "after=" in link), None)
    assert found == [comment.pk for comment in comments]


@pytest.mark.parametrize(
    "query",
    [
        *("tab=nonsense", "rule=" + "x" * 500, "post=abc", "post=99999999999999999999", "post=-1"),
        *("writer=%00", "writer=%F0%9F", "writer=" + "x" * 999, "age=century", "after=x"),
        *("after=99999999999999999-1", "after=1-999999999999999999", "seed=x", "after=%D9%A1-1"),
        *("tab=spam&seed=-3", "tab=spam&writer=x", "tab=mine&after=0-0", "tab=held&tab=mine"),
    ],
)
def test_nonsense_in_the_address_is_left_out(client, moderator, query):
    held()
    for tab in ("held", "reported", "spam", "published", "mine"):
        answer = client.get(f"{QUEUE}?tab={tab}&{query}")
        assert answer.status_code == 200
        assert "Moderation queue" in visible_lines(answer)


def test_a_card_shows_all_that_helps_to_decide(client, moderator):
    article = make_article("Ships wait")
    parent = make_comment(article, name="Mei", body="It was four days.")
    comment = held(
        article,
        parent=parent,
        name="Farah",
        email="farah@example.org",
        body="See https://bank.example@evil.example/x now",
        verdicts=[{"rule": "links", "verdict": "hold", "reason": "3 links; your limit is 2"}],
        spamminess=0.87,
        network="cd" * 16,
    )
    comment.note(by=make_user("Moderator", username="budi"), note="Third time.")
    answer = client.get(QUEUE)
    text = " ".join(visible_lines(answer))
    for part in (
        *("Farah", "farah@example.org", "First comment", "Ships wait", "3 links; your limit is 2"),
        *("In reply to Mei", "It was four days.", "Filter: 87 % spam", "Third time.", "budi"),
    ):
        assert part in text
    html = answer.content.decode()
    assert "https://bank.example@<strong>evil.example</strong>/x" in html
    assert article.get_absolute_url() in links(answer)


def test_a_card_marks_the_words_that_mattered_and_escapes_the_rest(client, moderator):
    held(
        body="<script>alert(1)</script> Cheap PILLS",
        name="<b>x</b>⟦token⟧",
        verdicts=[{"rule": "words", "reason": "Words", "words": ["pills", "<script>"]}],
    )
    html = client.get(QUEUE).content.decode()
    assert "<mark>PILLS</mark>" in html
    assert "<mark>&lt;script&gt;</mark>alert(1)" in html
    assert "<script>alert" not in html
    assert "&lt;b&gt;x&lt;/b&gt;⟦token⟧" in html


def test_a_card_counts_what_became_of_the_writers_other_comments(client, moderator):
    article = make_article()
    for status in ("published", "published", "rejected", "spam"):
        make_comment(article, email="farah@example.org", status=status)
    held(email="farah@example.org")
    held(email="")
    text = visible_lines(client.get(QUEUE))
    assert any("2 published, 1 rejected, 1 spam, 1 held" in line for line in text)
    assert sum("First comment" in line for line in text) == 1


def test_a_card_shows_who_decided_last_and_what_it_said_before_an_edit(client, moderator):
    comment = make_comment(make_article(), body="Before.")
    comment.edit("After.", by=make_user("Moderator", username="budi"))
    lines = visible_lines(client.get(f"{QUEUE}?tab=published"))
    assert "Before." in lines
    assert "Undo “Edit, budi”" in lines


def test_a_very_long_comment_is_cut_and_linked(client, moderator):
    comment = held(body="x" * 100_000)
    answer = client.get(QUEUE)
    assert "Read all 100000 characters" in " ".join(visible_lines(answer))
    assert f"/admin/comments/comment/{comment.pk}/change/" in links(answer)


def test_an_imported_comment_without_name_and_address_has_a_card(client, moderator):
    comment = held(name="", email="")
    assert shown(client.get(QUEUE)) == [comment.pk]


@pytest.mark.parametrize("tab", ["held", "reported", "spam", "published", "mine"])
@pytest.mark.parametrize("comments", [2, 50])
def test_a_page_asks_the_same_few_questions_however_much_waits(
    client, moderator, django_assert_max_num_queries, tab, comments
):
    other = make_user("Moderator")
    for number in range(comments):
        article = make_article()
        parent = make_comment(article)
        comment = held(article, parent=parent, rule="first")
        comment.note(by=other, note="Look.")
        if number % 3 == 1:
            comment.mark_spam(rule="honeypot")
        elif number % 3 == 2:
            comment.approve(by=moderator)
        report(comment)
    client.get(QUEUE)
    with django_assert_max_num_queries(SIGNED_IN + 6):
        client.get(f"{QUEUE}?tab={tab}")


@pytest.mark.parametrize("role", ["Reporter", "Editor"])
@pytest.mark.parametrize("address", ["", "bulk/?do=approve", "?tab=mine"])
def test_who_is_no_moderator_does_not_see_the_queue(client, role, address):
    client.force_login(make_user(role))
    assert client.get(f"{QUEUE}{address}").status_code == 403


@pytest.mark.parametrize("role", ["Reporter", "Editor"])
def test_who_is_no_moderator_decides_nothing_by_sending_forms(client, role):
    client.force_login(make_user(role))
    comment, decided = held(), held()
    decision = decided.reject(by=make_user("Moderator"))
    sent = [
        client.post(f"{QUEUE}{comment.pk}/decide/", {"do": "approve", "seen": "held"}),
        client.post(f"{QUEUE}undo/", {"decision": decision.pk}),
        client.post(f"{QUEUE}claim/", {"look": comment.pk}),
        client.post(f"{QUEUE}bulk/", {"do": "approve", "chosen": f"{comment.pk}-held"}),
    ]
    assert [answer.status_code for answer in sent] == [403] * 4
    assert set(Comment.objects.values_list("status", flat=True)) == {"held", "rejected"}
    assert not Block.objects.exists()


def test_readers_are_asked_to_log_in(client):
    assert client.get(QUEUE).status_code == 302


def test_the_queue_is_linked_from_the_index_and_the_list(client, moderator):
    for address in ("/admin/", "/admin/comments/comment/"):
        assert QUEUE in links(client.get(address))


def test_who_is_no_moderator_is_offered_no_link_to_the_queue(client):
    client.force_login(make_user("Editor"))
    for address in ("/admin/", "/admin/comments/comment/"):
        assert QUEUE not in links(client.get(address))


def test_what_its_writer_withdrew_is_not_counted_as_reported(client, moderator):
    comment = make_comment(make_article())
    comment.report("spam", network="a")
    comment.withdraw()
    answer = client.get(QUEUE, {"tab": "reported"})
    assert shown(answer) == []
    assert counts().reported == 0
