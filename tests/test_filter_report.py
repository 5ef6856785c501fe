"""The page on which moderators see how the learning filter does, and check what it did."""

import pytest
from django.urls import reverse

from comments import filter_report, spam
from comments.models import Comment, Filter, Token
from tests.factories import make_article, make_comment, make_user
from tests.pages import links, visible_lines

pytestmark = pytest.mark.django_db
REPORT = "/admin/comments/filter/"


def blocked(body="Cheap pills", **values):
    """A comment as the pipeline leaves it when the filter is sure."""
    values = {"rule": spam.SURE_RULE, "spamminess": 0.999, "status": "held"} | values
    comment = make_comment(make_article(), body=body, **values)
    comment.mark_spam(rule=spam.SURE_RULE)
    return comment


def held(body="A long story", **values):
    values = {"rule": spam.UNSURE_RULE, "spamminess": 0.95, "status": "held"} | values
    return make_comment(make_article(), body=body, **values)


def lines(client):
    return " ".join(visible_lines(client.get(REPORT)))


def explanation(comment):
    return reverse("admin:comments_filter_explain", args=[comment.pk])


def test_the_admin_of_comments_leads_to_it(client, moderator):
    assert REPORT in links(client.get("/admin/comments/"))


@pytest.mark.parametrize("role", ["Editor", "Reporter"])
def test_only_who_decides_on_comments_sees_it(client, role):
    client.force_login(make_user(role))
    comment = blocked()
    assert client.get(REPORT).status_code == 403
    assert client.get(explanation(comment)).status_code == 403
    assert client.post(REPORT, {"comment": comment.pk, "answer": "good"}).status_code == 403
    comment.refresh_from_db()
    assert comment.status == "spam"


def test_nobody_sees_it_without_signing_in(client):
    assert client.get(REPORT).status_code == 302


def test_it_says_what_the_filter_still_needs(client, moderator):
    Token.objects.create(text="", good=150, spam=10)
    page = lines(client)
    assert "It has learned from 150 good comments and 10 spam ones" in page
    assert "It is not active yet. It still needs 50 good comments and 40 spam ones." in page


def test_it_says_where_the_thresholds_lie_and_which_comment_set_them(client, moderator):
    Token.objects.create(text="", good=500, spam=100)
    comment = make_comment(make_article(), name="Farah")
    Filter.objects.create(pk=1, sure=0.998, set_by=comment)
    page = lines(client)
    assert "It is active." in page
    assert "above 0.998000 it is sure" in page
    assert explanation(comment) in links(client.get(REPORT))


def test_precision_counts_what_moderators_confirmed_and_overturned(client, moderator):
    comments = [blocked() for _ in range(5)]
    for comment in comments[:2]:
        comment.keep(by=moderator)
    comments[2].approve(by=moderator)
    page = lines(client)
    assert "took for spam, of the last 1000 at most: 5. Checked by moderators: 3." in page
    assert "Spam: 2. Good: 1. It was right in 66.7 % of them." in page


def test_precision_counts_nothing_that_others_took_for_spam(client, moderator):
    held(rule="flood").mark_spam(rule="flood")
    held().mark_spam(by=moderator)
    assert "It has taken no comment for spam yet." in lines(client)


def test_good_comments_that_it_held_are_counted_and_listed(client, moderator):
    wrong, right = held("A long story"), held("Cheap pills")
    wrong.approve(by=moderator)
    right.mark_spam(by=moderator)
    held("Not decided yet")
    page = lines(client)
    assert "Good comments that it held: 1." in page
    assert "A long story" in page
    assert "Cheap pills" not in page
    assert "Not decided yet" not in page


def test_a_good_comment_that_it_blocked_is_listed_as_such(client, moderator):
    blocked("A fine thought").approve(by=moderator)
    page = lines(client)
    assert "A fine thought" in page
    assert "taken it for spam" in page
    assert "Good comments that it held: 0." in page


def test_the_sample_has_what_nobody_has_checked(client, moderator):
    blocked("Cheap pills")
    blocked("Cheap watches").keep(by=moderator)
    page = lines(client)
    assert "Cheap pills" in page
    assert "Cheap watches" not in page


def test_the_sample_is_small_and_stays_while_it_is_checked(monkeypatch):
    monkeypatch.setattr(filter_report, "SAMPLE", 3)
    user = make_user()
    for _ in range(6):
        blocked()
    first = filter_report.report().sample
    assert len(first) == 3
    first[1].keep(by=user)
    assert filter_report.report().sample[:2] == [first[0], first[2]]


def test_no_link_of_spam_can_be_followed_by_mistake(client, moderator):
    comment = blocked("See http://pills.example/")
    for page in (REPORT, explanation(comment)):
        answer = client.get(page)
        assert "See http://pills.example/" in visible_lines(answer)
        assert "http://pills.example/" not in links(answer)


def test_it_is_spam_teaches_the_filter_and_leaves_the_comment_there(client, moderator):
    comment = blocked("Cheap pills")
    answer = client.post(REPORT, {"comment": comment.pk, "answer": "spam"}, follow=True)
    assert "Spam: " in " ".join(visible_lines(answer))
    comment.refresh_from_db()
    assert (comment.status, comment.taught) == ("spam", "spam")
    assert comment.decisions.last().by == moderator
    assert Token.objects.get(text="pills").spam == 1


def test_it_is_good_publishes_the_comment(client, moderator):
    comment = blocked("A fine thought")
    client.post(REPORT, {"comment": comment.pk, "answer": "good"})
    comment.refresh_from_db()
    assert (comment.status, comment.taught) == ("published", "good")


def test_an_answer_that_was_given_twice_counts_once(client, moderator):
    comment = blocked("Cheap pills")
    for _ in range(2):
        client.post(REPORT, {"comment": comment.pk, "answer": "spam"})
    assert comment.decisions.count() == 2  # the filter's and the moderator's
    assert Token.objects.get(text="pills").spam == 1


def test_who_answers_too_late_is_told_who_was_faster(client, moderator):
    comment = blocked()
    comment.reject(by=make_user(username="bea"))
    answer = client.post(REPORT, {"comment": comment.pk, "answer": "good"}, follow=True)
    assert "Bea has decided already" in " ".join(visible_lines(answer))
    comment.refresh_from_db()
    assert comment.status == "rejected"


@pytest.mark.parametrize("key", ["", "0", "x", "9" * 30, "\0", "-1"])
def test_an_answer_about_no_comment_is_not_found(client, moderator, key):
    assert client.post(REPORT, {"comment": key, "answer": "spam"}).status_code == 404


def test_an_unknown_answer_changes_nothing(client, moderator):
    comment = blocked()
    client.post(REPORT, {"comment": comment.pk, "answer": "delete"})
    comment.refresh_from_db()
    assert (comment.status, comment.taught) == ("spam", "")


def test_an_answer_from_another_site_is_refused():
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("Moderator"))
    assert client.post(REPORT, {"comment": blocked().pk, "answer": "good"}).status_code == 403


def test_an_explanation_names_each_token_with_its_counts(client, moderator):
    blocked("Cheap pills").keep(by=moderator)
    page = visible_lines(client.get(explanation(held("Pills <b>"))))
    row = page.index("pills")
    assert page[row : row + 4] == ["pills", "0", "1", "0.750"]
    assert "Pills <b>" in page
    assert "The filter has not learned enough to say anything." in " ".join(page)


def test_an_explanation_of_no_comment_is_not_found(client, moderator):
    assert client.get(f"{REPORT}comment/{2**70}/").status_code == 404


def fill(number):
    for count in range(number):
        blocked()
        (blocked if count % 2 else held)().approve(by=make_user())


@pytest.mark.parametrize("number", [1, 12])
def test_the_report_asks_as_often_however_much_there_is(
    client, moderator, django_assert_num_queries, number
):
    fill(number)
    Filter.objects.current()
    # Session, moderator, two for permissions; tokens, the filter, verdicts, two for good ones,
    # two for the sample.
    with django_assert_num_queries(11):
        client.get(REPORT)


def test_an_explanation_asks_twice(client, moderator, django_assert_num_queries):
    comment = blocked()
    with django_assert_num_queries(4 + 2):
        client.get(explanation(comment))


def test_comments_that_were_imported_without_anything_are_no_trouble(client, moderator):
    Comment.objects.create(
        article=make_article(), body="", name="", status="spam", rule=spam.SURE_RULE, signals={}
    )
    assert client.get(REPORT).status_code == 200
