"""One decision on many comments: shown before it is taken, bounded, and taken back as one."""

import re

import pytest

from comments import batches
from comments.models import Comment, Decision
from comments.models.decisions import Verb
from tests.factories import make_article, make_comment, make_user
from tests.pages import visible_lines
from tests.test_queue import QUEUE, held

pytestmark = pytest.mark.django_db

BULK = f"{QUEUE}bulk/"


def chosen(answer):
    """What the preview would send."""
    return re.findall(r'name="chosen" value="([^"]+)" checked', answer.content.decode())


def statuses(*comments):
    return [Comment.objects.get(pk=comment.pk).status for comment in comments]


def test_a_preview_lists_and_counts_what_would_change_and_changes_nothing(client, moderator):
    comments = [held(name="Farah"), held(name="Tomás")]
    done = make_comment(make_article())
    keys = [comment.pk for comment in (*comments, done)]
    answer = client.get(BULK, {"do": "approve", "pk": keys})
    text = " ".join(visible_lines(answer))
    assert "2 comments will change. Nothing has changed yet." in text
    assert "Farah" in text
    assert set(chosen(answer)) == {f"{comment.pk}-held" for comment in comments}
    assert not Decision.objects.exists()


def test_what_was_previewed_is_decided_as_one_batch(client, moderator):
    comments = [held() for _ in range(3)]
    preview = client.get(BULK, {"do": "mark_spam", "pk": [each.pk for each in comments]})
    answer = client.post(BULK, {"do": "mark_spam", "chosen": chosen(preview)}, follow=True)
    assert "Mark as spam: 3 comments." in visible_lines(answer)
    assert statuses(*comments) == ["spam"] * 3
    decisions = Decision.objects.all()
    assert len({decision.batch for decision in decisions}) == 1
    assert {decision.by for decision in decisions} == {moderator}


def test_a_batch_is_rejected_for_a_reason(client, moderator):
    comment = held()
    data = {"do": "reject", "chosen": f"{comment.pk}-held"}
    answer = client.post(BULK, data, follow=True)
    assert "Choose the reason for which they are rejected." in visible_lines(answer)
    assert statuses(comment) == ["held"]
    client.post(BULK, data | {"reason": "1"})
    assert comment.decisions.get().reason == "Off topic"


def test_what_somebody_decided_since_the_preview_is_left_as_it_is(client, moderator):
    first, second = held(), held()
    second.approve(by=make_user())
    data = {"do": "mark_spam", "chosen": [f"{first.pk}-held", f"{second.pk}-held"]}
    answer = client.post(BULK, data, follow=True)
    assert statuses(first, second) == ["spam", "published"]
    text = " ".join(visible_lines(answer))
    assert "1 comment was left as it is: it has changed meanwhile." in text


def test_a_batch_is_undone_as_one_but_for_what_was_decided_since(client, moderator):
    comments = [held() for _ in range(3)]
    outcome = batches.decide_all([(each.pk, "held") for each in comments], Verb.REJECT, moderator)
    Comment.objects.get(pk=comments[0].pk).approve(by=make_user())
    answer = client.post(f"{QUEUE}undo/", {"batch": str(outcome.batch)}, follow=True)
    assert statuses(*comments) == ["published", "held", "held"]
    assert (
        "Taken back: 2 of a batch. 1 was decided again since and stays as it is."
        in visible_lines(answer)
    )


def test_a_batch_is_undone_once(client, moderator):
    comment = held()
    outcome = batches.decide_all([(comment.pk, "held")], Verb.REJECT, moderator)
    client.post(f"{QUEUE}undo/", {"batch": str(outcome.batch)})
    answer = client.post(f"{QUEUE}undo/", {"batch": str(outcome.batch)}, follow=True)
    assert "This batch has been taken back already." in visible_lines(answer)


def test_undoing_the_last_decision_undoes_its_whole_batch(client, moderator):
    comments = [held() for _ in range(3)]
    batches.decide_all([(each.pk, "held") for each in comments], Verb.MARK_SPAM, moderator)
    client.post(f"{QUEUE}undo/")
    assert statuses(*comments) == ["held"] * 3


def test_my_decisions_show_a_batch_as_one_entry(client, moderator):
    comments = [held() for _ in range(3)]
    batches.decide_all([(each.pk, "held") for each in comments], Verb.MARK_SPAM, moderator)
    answer = client.get(f"{QUEUE}?tab=mine")
    assert answer.content.decode().count("Undo the whole batch") == 1
    assert any("3 comments of a batch" in line for line in visible_lines(answer))


def test_all_from_one_email_address_belong_together(client, moderator):
    mine = [held(email="a@example.org"), make_comment(make_article(), email="a@example.org")]
    make_comment(make_article(), email="a@example.org", status="spam")
    held(email="b@example.org")
    answer = client.get(BULK, {"do": "mark_spam", "by": "writer", "of": mine[0].pk})
    assert set(chosen(answer)) == {f"{each.pk}-{each.status}" for each in mine}


def test_comments_without_an_address_do_not_belong_together(client, moderator):
    first = held(email="")
    held(email="")
    answer = client.get(BULK, {"do": "mark_spam", "by": "writer", "of": first.pk})
    assert chosen(answer) == []


def test_all_from_one_network_belong_together(client, moderator):
    first, second = held(network="ab" * 16), held(network="ab" * 16)
    held()
    answer = client.get(BULK, {"do": "mark_spam", "by": "network", "of": first.pk})
    assert len(chosen(answer)) == len({first.pk, second.pk})


def test_all_with_one_domain_belong_together(client, moderator):
    mine = [
        held(body="See https://www.spam.example/a"),
        held(website="http://spam.example/"),
        held(email="x@spam.example"),
    ]
    held(body="See https://notspam.example/a")
    query = {"do": "mark_spam", "by": "domain", "of": mine[0].pk, "domain": "spam.example"}
    assert set(chosen(client.get(BULK, query))) == {f"{each.pk}-held" for each in mine}


def test_a_domain_that_is_not_in_the_comment_finds_nothing(client, moderator):
    comment = held(email="farah@gmail.com")
    query = {"do": "mark_spam", "by": "domain", "of": comment.pk, "domain": "gmail.com"}
    assert chosen(client.get(BULK, query)) == []


def test_almost_the_same_texts_belong_together(client, moderator):
    first, alike, other = held(simhash=-1), held(simhash=-8), held(simhash=-16)
    held()
    answer = client.get(BULK, {"do": "mark_spam", "by": "similar", "of": first.pk})
    assert set(chosen(answer)) == {f"{first.pk}-held", f"{alike.pk}-held"}
    assert batches.differing(first.simhash, other.simhash) == 4


@pytest.mark.parametrize(
    ("one", "other", "bits"), [(0, 0, 0), (0, 7, 3), (-1, 0, 64), (-(2**63), 0, 1), (5, -5, 63)]
)
def test_hashes_are_compared_by_their_bits_whatever_their_sign(one, other, bits):
    assert batches.differing(one, other) == batches.differing(other, one) == bits


def test_a_batch_has_a_limit_and_says_so(client, moderator, monkeypatch):
    monkeypatch.setattr(batches, "MOST", 2)
    comments = [held(email="a@example.org") for _ in range(3)]
    answer = client.get(BULK, {"do": "mark_spam", "by": "writer", "of": comments[0].pk})
    assert len(chosen(answer)) == 2
    assert "One batch holds at most 2" in " ".join(visible_lines(answer))
    everything = [f"{comment.pk}-held" for comment in comments]
    client.post(BULK, {"do": "mark_spam", "chosen": everything})
    assert sorted(statuses(*comments)) == ["held", "spam", "spam"]


def test_a_form_with_thousands_of_fields_is_refused(client, moderator):
    comment = held()
    answer = client.post(BULK, {"do": "approve", "chosen": [f"{comment.pk}-held"] * 5000})
    assert answer.status_code == 400
    assert statuses(comment) == ["held"]


@pytest.mark.parametrize(
    "query",
    [
        *("", "do=erase", "do=", "do=approve", "do=approve&pk=x", "do=approve&pk=" + "9" * 30),
        *("do=approve&by=writer", "do=approve&by=writer&of=x", "do=approve&by=nonsense&of=1"),
        *("do=approve&by=similar&of=123456", "do=approve&by=domain&of=1&domain=%00"),
        "do=mark_spam&by=writer&of=" + "9" * 30,
    ],
)
def test_nonsense_gets_a_sentence(client, moderator, query):
    held()
    answer = client.get(f"{BULK}?{query}", follow=True)
    assert answer.status_code == 200
    text = " ".join(visible_lines(answer))
    assert "Choose what to do" in text or "This would change nothing" in text


@pytest.mark.parametrize("value", ["", "x", "1", "1-", "1-nonsense", "-1-held", "9" * 30 + "-held"])
def test_forged_choices_change_nothing(client, moderator, value):
    comment = held()
    answer = client.post(BULK, {"do": "approve", "chosen": value}, follow=True)
    assert "No comment is selected." in visible_lines(answer)
    assert statuses(comment) == ["held"]


def test_comments_that_are_gone_are_counted_as_left(client, moderator):
    answer = client.post(BULK, {"do": "approve", "chosen": "123456-held"}, follow=True)
    assert "1 comment was left as it is" in " ".join(visible_lines(answer))
