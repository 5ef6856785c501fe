"""People who have the same post open know of each other, and one of them at a time holds it."""

import re
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from articles.models import Article, Presence
from tests.factories import make_article, make_draft, make_user
from tests.pages import visible_lines
from tests.test_article_admin import change, form

pytestmark = pytest.mark.django_db


def at(article, verb="presence"):
    return f"/admin/articles/article/{article.pk}/{verb}/"


@pytest.fixture
def draft():
    return make_draft("Ships")


@pytest.fixture
def ann(draft):
    """Somebody who has it open already."""
    ann = make_user("Editor", username="ann", first_name="Ann", last_name="Lee")
    Presence.objects.mark(draft, ann)
    return ann


def heard(user, seconds):
    """``user`` was heard of so many seconds ago."""
    moment = timezone.now() - timedelta(seconds=seconds)
    Presence.objects.filter(user=user).update(last_active=moment)


def holder(article):
    return [each.user.username for each in Presence.objects.filter(article=article, holds=True)]


def test_who_opens_a_form_first_holds_the_post(client, editor, draft):
    page = client.get(change(draft))
    assert holder(draft) == ["editor"]
    assert "is editing" not in page.content.decode()


def test_the_second_one_is_told_who_is_editing(client, editor, draft, ann):
    heard(ann, 20)
    page = client.get(change(draft))
    shown = " ".join(visible_lines(page))
    assert re.search(r"Ann Lee is editing, last active 2\d s ago\.", shown)
    assert "data-held" in page.content.decode()
    assert holder(draft) == ["ann"]
    answer = client.post(at(draft)).json()
    assert answer["held"]
    assert "Ann Lee" in answer["html"]


def test_the_first_one_is_told_of_the_second(client, draft, ann):
    Presence.objects.mark(draft, make_user("Editor", username="bo"))
    client.force_login(ann)
    answer = client.post(at(draft)).json()
    assert not answer["held"]
    assert "Also here:" in answer["html"]
    assert "bo" in answer["html"]


def test_who_was_not_heard_of_for_a_minute_has_left(client, editor, draft, ann):
    heard(ann, 61)
    assert client.post(at(draft)).json()["html"] == ""
    assert holder(draft) == ["editor"]


def test_who_comes_back_after_a_minute_finds_it_held_by_who_came_since(client, editor, draft, ann):
    heard(ann, 61)
    client.get(change(draft))
    client.force_login(ann)
    answer = client.post(at(draft)).json()
    assert answer["held"]
    assert "editor" in answer["html"]


def test_taking_over_tells_the_other_one(client, editor, draft, ann):
    client.get(change(draft))
    answer = client.post(at(draft, "take-over"))
    assert (answer.status_code, answer["Location"]) == (302, change(draft))
    assert holder(draft) == ["editor"]
    client.force_login(ann)
    answer = client.post(at(draft)).json()
    assert answer["held"]
    assert "has taken over at" in answer["html"]
    assert "Your words are kept." in answer["html"]
    assert "Take it back" in answer["html"]
    back = client.post(at(draft, "take-over"), headers={"X-Requested-With": "fetch"}).json()
    assert not back["held"]
    assert holder(draft) == ["ann"]


def test_when_the_one_who_took_over_leaves_the_first_holds_it_again(client, editor, draft, ann):
    client.post(at(draft, "take-over"))
    assert client.post(at(draft), {"leave": "yes"}).status_code == 204
    client.force_login(ann)
    answer = client.post(at(draft)).json()
    assert (answer["held"], answer["html"]) == (False, "")
    assert holder(draft) == ["ann"]


def test_two_tabs_of_one_person_are_one_presence(client, editor, draft):
    client.get(change(draft))
    client.get(change(draft))
    assert client.post(at(draft)).json() == {"held": False, "state": "None False ", "html": ""}
    assert Presence.objects.count() == 1


def test_saving_and_staying_keeps_the_presence_and_going_on_ends_it(client, editor, draft):
    client.get(change(draft))
    client.post(change(draft), form(base="0", _continue="1"))
    assert Presence.objects.exists()
    draft.refresh_from_db()
    client.post(change(draft), form(base=draft.version, _trash="1"))
    assert not Presence.objects.exists()


def test_only_who_may_edit_is_there(client, reporter):
    for article, status in [(make_draft(), 404), (make_article(), 403)]:
        client.get(change(article))
        for verb in ("presence", "take-over"):
            assert client.post(at(article, verb)).status_code == status
    assert not Presence.objects.exists()


def test_who_is_signed_out_or_a_moderator_is_not_there(client, draft, moderator):
    assert client.post(at(draft)).status_code == 404
    client.logout()
    assert client.post(at(draft)).status_code == 401
    assert client.post(at(draft, "take-over")).status_code == 401
    assert not Presence.objects.exists()


def test_a_post_in_the_trash_is_not_held(client, editor, draft, ann):
    draft.trash()
    assert client.post(at(draft, "take-over")).status_code == 403
    assert holder(draft) == ["ann"]


def test_opening_an_address_changes_nothing(client, editor, draft, ann):
    assert client.get(at(draft, "take-over")).status_code == 405
    assert client.get(at(draft)).status_code == 405


def test_a_ping_costs_few_queries(client, editor, draft, ann, django_assert_num_queries):
    client.get(change(draft))
    with django_assert_num_queries(7):
        client.post(at(draft))


@pytest.mark.skipif(connection.vendor == "sqlite", reason="One connection for all in memory.")
@pytest.mark.parametrize("verb", ["mark", "take_over"])
@pytest.mark.django_db(transaction=True)
def test_many_at_the_same_moment_leave_one_who_holds(verb):
    article = make_draft()
    people = [make_user("Editor") for _ in range(6)]
    start, problems = threading.Barrier(len(people)), []

    def act(user):
        try:
            start.wait()
            getattr(Presence.objects, verb)(Article.objects.get(pk=article.pk), user)
        except Exception as error:
            problems.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=[user]) for user in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems
    assert len(holder(article)) == 1
    assert Presence.objects.count() == len(people)
