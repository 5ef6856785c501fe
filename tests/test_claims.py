"""What one moderator has before them, another one is told about and shown last."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comments import claims
from comments.models import Claim
from tests.factories import make_article, make_comment, make_user
from tests.pages import visible_lines
from tests.test_queue import QUEUE, held, shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return make_user("Moderator", username="ada")


@pytest.fixture
def budi():
    return make_user("Moderator", username="budi")


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def owners():
    return dict(Claim.objects.values_list("comment", "by__username"))


def later(monkeypatch, seconds):
    moment = timezone.now() + timedelta(seconds=seconds)
    monkeypatch.setattr("comments.claims.timezone.now", lambda: moment)


def test_what_a_moderator_is_shown_is_theirs(ada):
    comment = held()
    signed_in(ada).get(QUEUE)
    assert owners() == {comment.pk: "ada"}


def test_another_moderator_sees_whose_it_is_and_gets_the_free_ones_first(ada, budi):
    first, second = held(), held()
    claims.claim(ada, [first.pk])
    answer = signed_in(budi).get(QUEUE)
    assert shown(answer) == [second.pk, first.pk]
    assert any("ada is looking at this" in line for line in visible_lines(answer))
    assert owners() == {first.pk: "ada", second.pk: "budi"}


def test_a_page_is_full_of_free_comments_however_many_are_claimed(ada, budi):
    article = make_article()
    comments = [held(article) for _ in range(45)]
    signed_in(ada).get(QUEUE)
    found = shown(signed_in(budi).get(QUEUE))
    assert found == [each.pk for each in (*comments[20:40], *comments[:20])]


def test_a_claim_runs_out_by_itself(ada, budi, monkeypatch):
    comment = held()
    claims.claim(ada, [comment.pk])
    later(monkeypatch, 61)
    claims.claim(budi, [comment.pk])
    assert owners() == {comment.pk: "budi"}


def test_a_claim_that_holds_is_nobody_elses_until_it_is_released(ada, budi):
    comment = held()
    claims.claim(ada, [comment.pk])
    claims.claim(budi, [comment.pk])
    assert owners() == {comment.pk: "ada"}
    claims.release(ada)
    claims.claim(budi, [comment.pk])
    assert owners() == {comment.pk: "budi"}


def test_a_claim_is_renewed_by_who_has_it(ada, monkeypatch):
    comment = held()
    claims.claim(ada, [comment.pk])
    before = Claim.objects.get().until
    later(monkeypatch, 30)
    claims.claim(ada, [comment.pk])
    assert Claim.objects.get().until > before


def test_a_claim_keeps_nobody_from_deciding(ada, budi):
    comment = held()
    claims.claim(ada, [comment.pk])
    signed_in(budi).post(f"{QUEUE}{comment.pk}/decide/", {"do": "approve", "seen": "held"})
    comment.refresh_from_db()
    assert comment.status == "published"


def test_the_script_claims_what_is_in_view_only_and_learns_of_the_others(ada, budi):
    first, second, third = held(), held(), held()
    client = signed_in(ada)
    client.get(QUEUE)
    assert client.post(f"{QUEUE}claim/", {"look": second.pk}).json() == {"others": {}}
    assert owners() == {second.pk: "ada"}
    claims.claim(budi, [third.pk])
    answer = client.post(f"{QUEUE}claim/", {"look": second.pk}).json()
    assert answer == {"others": {str(third.pk): "budi"}}
    assert first.pk not in owners()


def test_a_page_that_the_script_fetches_claims_nothing(ada):
    held()
    signed_in(ada).get(QUEUE, headers={"X-Requested-With": "fetch"})
    assert owners() == {}


def test_what_is_decided_is_not_claimed_any_more(ada):
    comment = held()
    claims.claim(ada, [comment.pk])
    data = {"do": "approve", "seen": "held"}
    signed_in(ada).post(f"{QUEUE}{comment.pk}/decide/", data)
    assert owners() == {}


@pytest.mark.parametrize("look", ["", "x", "0", "123456", "9" * 30, "-1", "\x00"])
def test_nonsense_claims_nothing(ada, look):
    held()
    answer = signed_in(ada).post(f"{QUEUE}claim/", {"look": look})
    assert answer.json() == {"others": {}}
    assert owners() == {}


def test_comments_in_other_tabs_are_claimed_too(ada):
    comment = make_comment(make_article())
    signed_in(ada).get(f"{QUEUE}?tab=published")
    assert owners() == {comment.pk: "ada"}
