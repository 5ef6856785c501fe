"""A moderator decides by the forms of a card, is told what happened, and can take it back."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comments.models import Block, Comment, Decision, Report
from tests.factories import make_article, make_comment, make_user
from tests.pages import visible_lines
from tests.test_queue import QUEUE, held, shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def decide(client, moderator):
    """``decide(comment, "approve", …)``: send its form, and go where the answer leads."""

    def decide(comment, do, seen="", query="", **fields):
        seen = seen or Comment.objects.get(pk=comment.pk).status
        data = {"do": do, "seen": seen, **fields}
        answer = client.post(f"{QUEUE}{comment.pk}/decide/{query}", data, follow=True)
        if not comment._state.adding:
            comment.refresh_from_db()
        return answer

    return decide


@pytest.mark.parametrize(
    ("status", "do", "expected", "said"),
    [
        ("held", "approve", "published", "Approved"),
        ("held", "mark_spam", "spam", "Marked as spam"),
        ("published", "hold", "held", "Put back into the queue"),
        ("spam", "approve", "published", "Approved"),
        ("held", "reject-2", "rejected", "Rejected"),
    ],
)
def test_a_button_decides_and_the_queue_says_so(decide, moderator, status, do, expected, said):
    comment = make_comment(make_article(), status=status, name="Farah")
    answer = decide(comment, do)
    assert comment.status == expected
    assert comment.decisions.get().by == moderator
    assert any(line.startswith(f"{said}: Farah") for line in visible_lines(answer))


def test_a_rejection_keeps_its_reason_a_note_and_a_message(decide):
    comment = held()
    decide(comment, "reject-1", note="Third time.", message="Please keep to the topic.")
    decision = comment.decisions.get()
    assert decision.reason == "Off topic"
    assert (decision.note, decision.message) == ("Third time.", "Please keep to the topic.")


def test_after_a_decision_the_queue_is_where_it_was_at_the_next_card(client, moderator):
    comment, following = held(rule="links"), held(rule="links")
    answer = client.post(
        f"{QUEUE}{comment.pk}/decide/?rule=links",
        {"do": "approve", "seen": "held", "next": following.pk},
    )
    assert answer.status_code == 303
    assert answer["Location"] == f"{QUEUE}?tab=held&rule=links#comment-{following.pk}"


def test_keeping_a_reported_comment_answers_the_reports(decide):
    comment = make_comment(make_article())
    Report.objects.create(comment=comment, reason="abuse")
    Comment.objects.filter(pk=comment.pk).update(report_count=1)
    decide(comment, "keep")
    assert (comment.status, comment.report_count, comment.is_cleared) == ("published", 0, True)


def test_a_note_changes_nothing_and_answers_no_report(decide):
    comment = make_comment(make_article())
    Report.objects.create(comment=comment, reason="abuse")
    Comment.objects.filter(pk=comment.pk).update(report_count=1)
    decide(comment, "note", note="Ask the author.")
    assert (comment.status, comment.report_count, comment.is_cleared) == ("published", 1, False)
    assert comment.decisions.get().note == "Ask the author."


def test_a_note_after_a_decision_does_not_keep_it_from_being_undone(decide, moderator):
    comment = held()
    decision = comment.reject(by=moderator)
    comment.note(by=make_user(), note="Why?")
    decision.undo(moderator)
    comment.refresh_from_db()
    assert comment.status == "held"


def test_a_comment_is_featured_and_not_any_more(decide):
    comment = make_comment(make_article())
    decide(comment, "feature")
    assert comment.is_featured
    decide(comment, "unfeature")
    assert not comment.is_featured


def test_an_edit_is_recorded_with_what_it_said_before(decide, moderator):
    comment = held(body="Before.")
    decide(comment, "edit", body="After.")
    assert comment.body == "After."
    assert comment.edited_at is not None
    assert comment.decisions.get().before["body"] == "Before."


def test_a_reply_approves_the_comment_and_is_public_at_once(decide, moderator):
    comment = held()
    decide(comment, "reply", reply="Thank you.")
    reply = comment.replies.get()
    assert comment.status == reply.status == "published"
    assert (reply.user, reply.body, reply.thread) == (moderator, "Thank you.", comment)


def test_an_undo_takes_back_the_reply_with_the_approval(client, decide):
    comment = held()
    decide(comment, "reply", reply="Thank you.")
    client.post(f"{QUEUE}undo/")
    comment.refresh_from_db()
    assert (comment.status, comment.replies.get().status) == ("held", "held")


def test_a_reply_that_is_sent_twice_is_one_reply(decide):
    comment = make_comment(make_article())
    for _ in range(2):
        decide(comment, "reply", reply="Thank you.")
    assert comment.replies.count() == 1


@pytest.mark.parametrize(
    ("key", "kind", "value"),
    [
        ("email:farah@spam.example", "email", "farah@spam.example"),
        ("domain:spam.example", "domain", "spam.example"),
        ("domain:pills.example", "domain", "pills.example"),
        ("domain:casino.example", "domain", "casino.example"),
    ],
)
def test_what_a_comment_comes_from_or_leads_to_is_blocked(decide, moderator, key, kind, value):
    comment = held(
        email="Farah@spam.example",
        website="https://www.pills.example/",
        body="Look: http://casino.example/now!",
    )
    decide(comment, f"block-{key}")
    block = Block.objects.get()
    assert (block.kind, block.value, block.by, block.expires_at) == (kind, value, moderator, None)
    assert comment.status == "spam"


def test_a_network_is_blocked_for_thirty_days(decide):
    comment = held(network="ab" * 16)
    decide(comment, f"block-network:{'ab' * 16}")
    block = Block.objects.get()
    assert block.value == "ab" * 16
    assert timedelta(days=29) < block.expires_at - timezone.now() <= timedelta(days=30)


def test_an_undo_lifts_the_block_that_was_made_with_it(client, decide):
    comment = held(email="farah@spam.example")
    decide(comment, "block-email:farah@spam.example")
    assert comment.decisions.get().note == "Blocked: farah@spam.example"
    answer = client.post(f"{QUEUE}undo/", follow=True)
    assert any("The block is lifted." in line for line in visible_lines(answer))
    assert not Block.objects.exists()
    comment.refresh_from_db()
    assert comment.status == "held"


def test_an_undo_leaves_a_block_that_was_there_before(client, decide):
    Block.objects.create(kind="email", value="farah@spam.example")
    comment = held(email="farah@spam.example")
    decide(comment, "block-email:farah@spam.example")
    client.post(f"{QUEUE}undo/")
    assert Block.objects.count() == 1


@pytest.mark.parametrize("key", ["domain:gmail.com", "domain:other.example", "email:", "x", ""])
def test_nothing_is_blocked_but_what_is_in_the_comment_and_not_everybodys(decide, key):
    comment = held(email="farah@gmail.com")
    answer = decide(comment, f"block-{key}")
    assert answer.status_code == 409
    assert not Block.objects.exists()
    assert comment.status == "held"


def test_who_was_too_slow_is_told_who_decided_what(decide):
    comment = held()
    comment.reject(by=make_user("Moderator", username="budi"))
    answer = decide(comment, "approve", seen="held")
    assert answer.status_code == 409
    assert any("Budi has decided already: Reject." in line for line in visible_lines(answer))
    assert comment.status == "rejected"
    assert shown(answer) == [comment.pk]


def test_what_was_typed_survives_a_refusal(decide):
    comment = held()
    comment.reject(by=make_user())
    answer = decide(comment, "reply", seen="held", reply="My long <reply>.", note="Mine.")
    assert "My long &lt;reply&gt;." in answer.content.decode()
    assert "Mine." in answer.content.decode()
    assert not comment.replies.exists()


@pytest.mark.parametrize(
    ("do", "fields", "sentence"),
    [
        ("edit", {"body": " "}, "A comment needs a text."),
        ("reply", {"reply": ""}, "Write the reply first."),
        ("note", {"note": ""}, "Write the note first."),
        ("edit", {"body": "x" * 10_001}, "This is too long: at most 10000 characters."),
        ("approve", {"note": "x" * 2001}, "This is too long: at most 2000 characters."),
        ("explode", {}, "This form does not say what to decide."),
        ("erase", {}, "This form does not say what to decide."),
        ("reject-9", {}, "This form does not say what to decide."),
        ("reject", {}, "This form does not say what to decide."),
        ("_decide", {}, "This form does not say what to decide."),
        ("approve", {"seen": "nonsense"}, "This form does not say what to decide."),
        ("unfeature-\x00", {}, "This form does not say what to decide."),
        ("hold", {}, "Nothing to change"),
        ("feature", {}, "is not possible with a comment that is “Held”."),
        ("approve", {"seen": "spam"}, "This comment has changed meanwhile."),
    ],
)
def test_what_cannot_be_done_gets_a_sentence(decide, do, fields, sentence):
    comment = held()
    answer = decide(comment, do, **{"seen": "held", **fields})
    assert answer.status_code in (200, 409)
    assert any(sentence in line for line in visible_lines(answer))
    assert comment.status == "held"
    assert not Decision.objects.exists()


@pytest.mark.parametrize("key", ["0", "123456", "9" * 30])
def test_a_comment_that_is_gone_gets_a_sentence(client, moderator, key):
    answer = client.post(f"{QUEUE}{key}/decide/", {"do": "approve", "seen": "held"}, follow=True)
    assert "This comment is gone: somebody has deleted it." in visible_lines(answer)


def test_a_withdrawn_comment_is_not_decided(decide):
    comment = held()
    comment.withdraw()
    answer = decide(comment, "approve")
    assert any(
        "not possible with a comment that is “Withdrawn”" in x for x in visible_lines(answer)
    )


def test_decisions_are_taken_by_post_only(client, moderator):
    comment = held()
    for address in (f"{comment.pk}/decide/?do=approve&seen=held", "undo/", "claim/"):
        assert client.get(f"{QUEUE}{address}").status_code == 405


def test_a_decision_needs_the_token_of_the_session(moderator):
    client, comment = Client(enforce_csrf_checks=True), held()
    client.force_login(moderator)
    answer = client.post(f"{QUEUE}{comment.pk}/decide/", {"do": "approve", "seen": "held"})
    assert answer.status_code == 403
    comment.refresh_from_db()
    assert comment.status == "held"


def test_the_last_decision_is_undone_and_then_the_one_before(client, moderator):
    first, second = held(), held()
    first.reject(by=moderator)
    second.approve(by=moderator)
    held().approve(by=make_user())
    for expected in (["rejected", "held"], ["held", "held"]):
        answer = client.post(f"{QUEUE}undo/", follow=True)
        assert any(line.startswith("Taken back:") for line in visible_lines(answer))
        assert [Comment.objects.get(pk=each.pk).status for each in (first, second)] == expected
    answer = client.post(f"{QUEUE}undo/", follow=True)
    assert "There is nothing to take back." in visible_lines(answer)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"decision": "x"}, "There is nothing to take back."),
        ({"decision": "9" * 30}, "There is nothing to take back."),
        ({"decision": "123456"}, "There is nothing to take back."),
        ({"batch": "x"}, "There is no such batch."),
        ({"batch": "00000000-0000-4000-8000-000000000000"}, "There is no such batch."),
    ],
)
def test_a_forged_undo_gets_a_sentence(client, moderator, data, sentence):
    answer = client.post(f"{QUEUE}undo/", data, follow=True)
    assert sentence in visible_lines(answer)


def test_an_undo_is_not_undone_nor_done_twice(client, moderator):
    comment = held()
    decision = comment.reject(by=moderator)
    undo = decision.undo(moderator)
    sentences = {undo: "This cannot be undone.", decision: "This has been undone already."}
    for one, sentence in sentences.items():
        answer = client.post(f"{QUEUE}undo/", {"decision": one.pk}, follow=True)
        assert sentence in visible_lines(answer)
    comment.refresh_from_db()
    assert comment.status == "held"


def test_a_superuser_who_deletes_a_comment_with_replies_is_told_why_not(client):
    client.force_login(make_user("Administrator"))
    parent = make_comment(make_article())
    make_comment(parent.article, parent=parent)
    answer = client.post(f"/admin/comments/comment/{parent.pk}/delete/", {"post": "yes"})
    assert "would require deleting the following protected related objects" in str(answer.content)
    assert Comment.objects.filter(pk=parent.pk).exists()


def test_the_ordinary_list_says_what_the_law_does_not_allow(client, moderator):
    gone, waiting = held(), held()
    gone.withdraw()
    answer = client.post(
        "/admin/comments/comment/",
        {"action": "approve", "_selected_action": [gone.pk, waiting.pk]},
        follow=True,
    )
    lines = visible_lines(answer)
    assert "“Approve” is not possible with a comment that is “Withdrawn”." in lines
    assert "Approve: 1 comment." in lines


def test_the_ordinary_page_says_what_the_law_does_not_allow(client, moderator):
    comment = held()
    comment.withdraw()
    answer = client.post(
        f"/admin/comments/comment/{comment.pk}/change/", {"_approve": "1"}, follow=True
    )
    assert any("not possible" in line for line in visible_lines(answer))


def test_a_card_says_which_text_was_read(client, moderator):
    comment = held(body="Nice tea.")
    comment.edit("Cheap pills.")
    page = client.get(QUEUE).content.decode()
    assert f'name="seen" value="{comment.as_seen}"' in page
    assert comment.as_seen != "held"
    answer = client.post(f"{QUEUE}{comment.pk}/decide/", {"do": "approve", "seen": "held"})
    assert answer.status_code == 409
    assert "The writer has decided already: Edit." in " ".join(visible_lines(answer))


def test_a_reply_approves_what_was_read_only(decide):
    comment = make_comment(make_article())
    seen = comment.as_seen
    comment.edit("Cheap pills.")
    answer = decide(comment, "reply", seen=seen, reply="Thank you.")
    assert answer.status_code == 409
    assert Comment.objects.count() == 1


def test_a_refusal_among_my_decisions_brings_the_card(decide):
    answer = decide(held(), "nonsense", query="?tab=mine")
    assert answer.status_code == 409
    assert len(shown(answer)) == 1


def test_a_comment_that_is_deleted_while_it_is_decided_is_gone(decide, monkeypatch):
    comment, locked = held(), Comment.locked

    def vanish(self):
        Comment.objects.filter(pk=self.pk).delete()
        return locked(self)

    monkeypatch.setattr(Comment, "locked", vanish)
    comment._state.adding = True  # there is nothing to refresh
    answer = decide(comment, "note", seen="held", note="Late.")
    assert "This comment is gone: somebody has deleted it." in visible_lines(answer)


def test_a_block_from_the_queue_never_shortens_one_that_holds(decide):
    comment = held(network="a" * 32)
    Block.objects.create(kind="network", value=comment.network)
    decide(comment, f"block-network:{comment.network}")
    assert Block.objects.get().expires_at is None


@pytest.mark.parametrize("own", ["https://www.news.example", "https://live.news.example"])
def test_the_newsrooms_own_domain_is_nothing_to_block(decide, settings, own):
    settings.SITE_URL = own
    comment = held(body="As on https://www.news.example/a and https://news.example/b", email="")
    decide(comment, "block-domain:news.example")
    assert not Block.objects.exists()
