"""Moderators decide in the admin, one by one or in bulk, and every decision is on record."""

import pytest

from comments.models import Comment, Decision
from tests.factories import make_article, make_comment, make_user
from tests.pages import visible_lines

pytestmark = pytest.mark.django_db

LIST = "/admin/comments/comment/"


def held(**values):
    return make_comment(make_article(), status=Comment.Status.HELD, **values)


def test_what_awaits_a_decision_is_asked_for_oldest_first():
    first, second = held(), held()
    make_comment(make_article())
    assert list(Comment.objects.awaiting()) == [first, second]


@pytest.mark.parametrize(
    ("verb", "status"),
    [("approve", "published"), ("reject", "rejected"), ("mark_spam", "spam")],
)
def test_a_decision_changes_the_status_and_is_recorded(verb, status):
    comment, user = held(), make_user("Moderator")
    assert getattr(comment, verb)(by=user)
    comment.refresh_from_db()
    decision = comment.decisions.get()
    assert comment.status == status
    assert (decision.by, decision.from_status, decision.to_status) == (user, "held", status)
    assert decision.at is not None


def test_a_decision_that_changes_nothing_is_not_recorded():
    comment = make_comment(make_article())
    assert not comment.approve(by=make_user("Moderator"))
    assert not Decision.objects.exists()


def test_of_two_decisions_the_second_starts_from_the_first():
    comment, user = held(), make_user("Moderator")
    same = Comment.objects.get(pk=comment.pk)
    comment.approve(by=user)
    same.reject(by=user)
    steps = [(decision.from_status, decision.to_status) for decision in comment.decisions.all()]
    assert steps == [("held", "published"), ("published", "rejected")]


def test_deciding_keeps_an_edit_made_meanwhile():
    comment = held(body="Before.")
    stale = Comment.objects.get(pk=comment.pk)
    Comment.objects.filter(pk=comment.pk).update(body="After.")
    stale.approve(by=make_user("Moderator"))
    comment.refresh_from_db()
    assert comment.body == "After."


@pytest.mark.parametrize(
    ("button", "status"),
    [("_approve", "published"), ("_reject", "rejected"), ("_mark_spam", "spam"), ("_hold", "held")],
)
def test_a_button_on_the_comments_page_decides(client, moderator, button, status):
    comment = held()
    client.post(f"{LIST}{comment.pk}/change/", {button: "1"})
    comment.refresh_from_db()
    assert comment.status == status


@pytest.mark.parametrize(
    ("action", "status"),
    [("approve", "published"), ("reject", "rejected"), ("mark_spam", "spam")],
)
def test_a_bulk_action_decides_on_all_chosen(client, moderator, action, status):
    comments = [held(), held(), held()]
    chosen = [comment.pk for comment in comments[:2]]
    client.post(LIST, {"action": action, "_selected_action": chosen})
    assert [Comment.objects.get(pk=c.pk).status for c in comments] == [status, status, "held"]
    assert {decision.by for decision in Decision.objects.all()} == {moderator}


def test_the_bulk_answer_counts_what_changed(client, moderator):
    comments = [held(), make_comment(make_article())]
    chosen = [comment.pk for comment in comments]
    answer = client.post(LIST, {"action": "approve", "_selected_action": chosen}, follow=True)
    assert "Approve: 1 comment." in visible_lines(answer)


def test_the_comments_page_shows_what_was_decided_and_by_whom(client, moderator):
    comment = held()
    comment.reject(by=moderator)
    html = client.get(f"{LIST}{comment.pk}/change/").content.decode()
    assert moderator.username in html
    assert "Rejected" in html


def test_what_a_reader_wrote_is_not_editable_and_not_executed(client, moderator):
    comment = held(body="<script>alert(1)</script>", name="<b>Farah</b>")
    html = client.get(f"{LIST}{comment.pk}/change/").content.decode()
    assert "<script>alert(1)" not in html
    assert "<b>Farah" not in html
    client.post(f"{LIST}{comment.pk}/change/", {"body": "Changed.", "_approve": "1"})
    comment.refresh_from_db()
    assert comment.body == "<script>alert(1)</script>"


def test_a_decision_cannot_be_altered_in_the_admin(client, moderator):
    comment = held()
    comment.reject(by=moderator)
    decision = comment.decisions.get()
    client.post(
        f"{LIST}{comment.pk}/change/",
        {
            "decisions-TOTAL_FORMS": "1",
            "decisions-INITIAL_FORMS": "1",
            "decisions-0-id": decision.pk,
            "decisions-0-comment": comment.pk,
            "decisions-0-to_status": "published",
            "decisions-0-DELETE": "on",
        },
    )
    decision.refresh_from_db()
    assert decision.to_status == "rejected"


@pytest.mark.parametrize("role", ["Reporter", "Editor"])
def test_who_is_no_moderator_decides_nothing(client, role):
    client.force_login(make_user(role))
    comment = held()
    client.post(f"{LIST}{comment.pk}/change/", {"_approve": "1"})
    client.post(LIST, {"action": "approve", "_selected_action": [comment.pk]})
    comment.refresh_from_db()
    assert comment.status == "held"


def test_who_is_no_moderator_is_offered_no_decision(client):
    client.force_login(make_user("Editor"))
    comment = held()
    assert "_approve" not in client.get(f"{LIST}{comment.pk}/change/").content.decode()


def test_a_moderator_sees_the_address_and_the_buttons(client, moderator):
    comment = held(email="farah@example.org")
    html = client.get(f"{LIST}{comment.pk}/change/").content.decode()
    assert "farah@example.org" in html
    assert 'name="_approve"' in html
    assert b"farah@example.org" in client.get(LIST).content
    assert b"farah@example.org" in client.get(f"{LIST}?q=farah@").content


def test_who_is_no_moderator_sees_no_address_and_cannot_ask_for_one(client):
    client.force_login(make_user("Editor"))
    comment = held(email="farah@example.org")
    assert comment.body.encode() in client.get(LIST).content
    for address in (LIST, f"{LIST}{comment.pk}/change/"):
        assert b"farah@example.org" not in client.get(address).content
    assert comment.body.encode() not in client.get(f"{LIST}?q=farah@").content
    for lookup in ("email__startswith=farah", "network__startswith=a"):
        assert client.get(f"{LIST}?{lookup}").status_code == 400


def test_the_comments_page_decides_on_what_it_showed_only(client, moderator):
    comment, colleague = held(), make_user("Moderator", username="ada")
    html = client.get(f"{LIST}{comment.pk}/change/").content.decode()
    assert 'name="seen" value="held"' in html
    comment.reject(by=colleague)
    answer = client.post(
        f"{LIST}{comment.pk}/change/", {"_approve": "1", "seen": "held"}, follow=True
    )
    assert "Ada has decided already: Reject." in visible_lines(answer)
    comment.refresh_from_db()
    assert comment.status == "rejected"


def test_readers_do_not_get_into_the_queue(client):
    assert client.get(LIST).status_code == 302


@pytest.mark.parametrize("comments", [3, 30])
def test_the_list_costs_the_same_however_long(
    client, moderator, django_assert_max_num_queries, comments
):
    for _ in range(comments):
        held()
    with django_assert_max_num_queries(7):
        client.get(LIST)
