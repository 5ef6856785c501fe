"""Who can read a post, and from when."""

from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from articles.models import Article
from tests.factories import (
    make_article,
    make_author,
    make_category,
    make_draft,
    make_scheduled,
    make_tag,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["draft", "scheduled"])
def unpublished(request):
    author, category, tag = make_author("Ana"), make_category("Cloud"), make_tag("Chips")
    make = {"draft": make_draft, "scheduled": make_scheduled}[request.param]
    article = make("A secret plan")
    article.sign(author)
    article.file_under(category)
    article.tags.add(tag)
    return article


def test_what_is_not_published_stands_in_no_list(client, unpublished):
    for address in ["/", "/category/cloud/", "/tag/chips/", "/author/ana/"]:
        assert "secret plan" not in client.get(address).content.decode()


def test_what_is_not_published_has_no_page(client, unpublished):
    day = unpublished.published_at or timezone.now()
    assert client.get(f"/{day:%Y/%m/%d}/a-secret-plan/").status_code == 404
    assert client.get(f"/?p={unpublished.pk}").status_code == 404


@pytest.mark.parametrize("role", ["Reporter", "Moderator", "Editor"])
def test_the_admins_short_address_does_not_give_away_what_is_not_published(
    client, unpublished, role
):
    client.force_login(make_user(role))
    kind = ContentType.objects.get_for_model(Article)
    answer = client.get(f"/admin/r/{kind.pk}/{unpublished.pk}/")
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"http://testserver/?p={unpublished.pk}",
    )
    unpublished.publish(at=timezone.now())
    assert client.get(f"/admin/r/{kind.pk}/{unpublished.pk}/")["Location"].endswith("-plan/")


def test_a_scheduled_post_appears_at_its_second(client, monkeypatch):
    article = make_scheduled("Later")
    second = article.published_at
    address = f"/{second:%Y/%m/%d}/later/"
    monkeypatch.setattr(timezone, "now", lambda: second - timedelta(microseconds=1))
    assert client.get(address).status_code == 404
    monkeypatch.setattr(timezone, "now", lambda: second)
    assert client.get(address).status_code == 200
    assert article.get_absolute_url() == address


def test_publish_gives_a_draft_the_present_date():
    article = make_draft()
    article.sign(make_author())
    article.publish()
    assert article.is_public
    assert list(Article.objects.published()) == [article]


def test_publish_at_a_later_time_schedules():
    article = make_draft()
    article.sign(make_author())
    article.publish(at=timezone.now() + timedelta(days=1))
    assert article.is_scheduled
    assert not Article.objects.published()


def test_publish_without_an_author_is_refused():
    article = make_draft()
    with pytest.raises(ValidationError, match="Choose at least one author"):
        article.publish()
    article.refresh_from_db()
    assert article.status == Article.Status.DRAFT


def test_the_database_refuses_a_published_post_without_a_date():
    article = make_draft()
    with pytest.raises(IntegrityError, match="article_published_has_date"), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(status=Article.Status.PUBLISHED)


def test_the_database_refuses_an_unknown_status():
    article = make_draft()
    with pytest.raises(IntegrityError, match="article_status_known"), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(status="loud")


def test_the_database_refuses_a_second_post_at_the_same_address():
    make_draft(slug="same")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_draft(slug="same")


def test_a_post_without_a_slug_gets_the_first_free_one():
    slugs = [make_draft("Same title").slug for _ in range(3)]
    assert slugs == ["same-title", "same-title-2", "same-title-3"]


def test_a_title_in_any_script_makes_an_address(client):
    article = make_article("数据中心 ข่าว")
    assert article.slug == "数据中心-ขาว"
    assert client.get(article.get_absolute_url()).status_code == 200


def test_the_slug_of_the_feeds_is_left_to_them(client):
    assert make_article("Feed").slug == "feed-2"
    with pytest.raises(ValidationError, match="The site itself needs this slug"):
        Article(title="Post", slug="feed").full_clean()


def test_a_title_without_letters_still_gets_an_address():
    assert make_draft("!!!").slug == "article"
