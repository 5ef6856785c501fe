"""The pages of this site that the link dialog of the editor finds by title."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.admin_links import AT_MOST
from articles.models import Article, Page
from tests.factories import make_article, make_category, make_draft, make_scheduled, make_user

pytestmark = pytest.mark.django_db

PLACES = "/admin/articles/article/places/"


def found(client, typed):
    return client.get(PLACES, {"q": typed}).json()["places"]


def titles(client, typed):
    return [place["title"] for place in found(client, typed)]


def test_a_post_is_found_by_words_of_its_title(client, reporter):
    article = make_article("Ships in the harbour of Oslo")
    make_article("Trees")
    (place,) = found(client, "harbour ships")
    assert place["title"] == article.title
    assert place["url"] == article.get_absolute_url()
    assert str(article.published_on.year) in place["note"]


def test_the_beginning_of_the_last_word_is_enough(client, reporter):
    make_article("Ships in the harbour")
    assert titles(client, "ships harb") == ["Ships in the harbour"]


def test_pages_and_categories_are_found_too(client, reporter):
    page = Page.objects.create(title="About ships", body="<p>x</p>")
    category = make_category("Ships")
    assert {place["url"] for place in found(client, "ships")} == {
        page.get_absolute_url(),
        category.get_absolute_url(),
    }


def test_only_what_readers_can_open_is_listed(client, editor):
    make_draft("Ships, a draft")
    make_scheduled("Ships to come")
    make_article("Ships in the trash")
    Article.objects.filter(title="Ships in the trash").update(
        status=Article.Status.TRASHED, trashed_at=timezone.now()
    )
    past = timezone.now() - timedelta(minutes=1)
    make_article("Ships of the past", published_at=past - timedelta(days=1), ends_at=past)
    assert titles(client, "ships") == []


def test_who_has_the_words_in_the_title_comes_first(client, reporter):
    for number in range(12):
        make_article(f"Post {number}", body="<p>ships ships ships</p>")
    make_article("Ships", published_at=timezone.now() - timedelta(days=900))
    assert titles(client, "ships")[0] == "Ships"


def test_the_list_is_short(client, reporter):
    for number in range(AT_MOST + 5):
        make_article(f"Ships {number}")
        make_category(f"Ships {number}")
        Page.objects.create(title=f"Ships {number}", body="<p>x</p>")
    assert len(found(client, "ships")) == AT_MOST


@pytest.mark.parametrize("typed", ["", " ", "-ships", "\0", "%", '"', "zebra", "x" * 5000])
def test_what_fits_nothing_finds_nothing(client, reporter, typed):
    make_article("Ships")
    answer = client.get(PLACES, {"q": typed})
    assert answer.json() == {"places": [], "said": "Nothing was found."}


@pytest.mark.parametrize("count", [1, 9])
def test_finding_costs_the_same_with_many(client, reporter, count, django_assert_num_queries):
    for number in range(count):
        make_article(f"Ships {number}")
    with django_assert_num_queries(8):
        found(client, "ships")


def test_readers_are_not_asked(client):
    assert client.get(PLACES).status_code == 302
    user = make_user()
    user.is_staff = False
    user.save()
    client.force_login(user)
    assert client.get(PLACES).status_code == 302
