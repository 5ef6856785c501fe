"""A post that has ended, or was taken back, is gone for readers: everywhere, at its second."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article
from articles.sitemaps import PAGE_SIZE
from comments.pages import own_address
from tests.factories import make_article, make_author, make_category, make_comment, make_tag

pytestmark = pytest.mark.django_db

GONE = 404
# Where a public post stands, and what there is of that place once the only one is gone.
PLACES = {
    "/": 200,
    "/category/cloud/": 200,
    "/tag/chips/": GONE,
    "/author/ana/": GONE,
    "/{year}/": GONE,
    "/{year}/{month}/": GONE,
    "/{year}/{month}/{day}/": GONE,
    "/?s=harbour": 200,
    "/corrections/": 200,
    "/sitemap.xml": 200,
    "/sitemap-home-1.xml": GONE,
    "/sitemap-posts-{sitemap}.xml": GONE,
    "/sitemap-categories-{category}.xml": GONE,
    "/sitemap-tags-{tag}.xml": GONE,
    "/sitemap-authors-{author}.xml": GONE,
    "/news-sitemap.xml": 200,
    "/feed/": 200,
    "/feed/atom/": 200,
    "/feed/json/": 200,
    "/category/cloud/feed/": 200,
    "/tag/chips/feed/": GONE,
    "/author/ana/feed/": GONE,
    "/{year}/feed/": 200,
    "/comments/feed/": 200,
    "/comments/feed/atom/": 200,
    "/comments/feed/json/": 200,
    "/oembed/?url=http://testserver{address}": GONE,
    "/?p={pk}": GONE,
    "{address}": GONE,
    "{address}feed/": GONE,
    "{address}feed/atom/": GONE,
    "{address}feed/json/": GONE,
    "{address}reply/": GONE,
    "{address}reply/{comment}/": GONE,
    "{address}comment-page-1/": GONE,
    "{address}thread/{comment}/": GONE,
    "{address}comment/{comment}/": GONE,
    "{address}comment/{token}/": GONE,
    "{address}comment/{token}/edit/": GONE,
    "{address}comment/{token}/notify/": GONE,
    "{address}report/{comment}/": GONE,
    "{address}report/{comment}/thanks/": GONE,
}
WORDS = ["Harbour", "harbour-plan", "It was Tuesday", "I think so"]


@pytest.fixture
def article():
    """The only post; whatever there is, there is because of it."""
    article = make_article(
        "Harbour plan",
        body="<p>The harbour grows.</p>",
        authors=[make_author("Ana")],
        categories=[make_category("Cloud")],
        tags=[make_tag("Chips")],
        published_at=timezone.now() - timedelta(hours=2),
        ends_at=timezone.now() + timedelta(hours=1),
    )
    article.corrections.create(text="It was Tuesday.")
    return article


def page_of(one):
    """On which page of its sitemap ``one`` stands: keys go on where other tests left off."""
    return one.pk // PAGE_SIZE + 1


@pytest.fixture
def places(article):
    """Every place by its address, with what is answered there once the post is gone."""
    comment = make_comment(article, body="I think so.")
    year, month, day = article.published_on.isoformat().split("-")
    values = {
        "address": article.get_absolute_url(),
        "pk": article.pk,
        "comment": comment.pk,
        "token": own_address(comment, article).rsplit("/", 2)[1],
        **{"year": year, "month": month, "day": day},
        "sitemap": page_of(article),
        "category": page_of(article.ordered_categories[0]),
        "tag": page_of(article.tags.get()),
        "author": page_of(article.ordered_authors[0]),
    }
    return {place.format(**values): status for place, status in PLACES.items()}


def end(article, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: article.ends_at)


def unpublish(article, monkeypatch):
    article.unpublish()


def trash(article, monkeypatch):
    article.trash()


@pytest.mark.parametrize("leave", [end, unpublish, trash])
def test_it_is_gone_from_every_place(client, monkeypatch, article, places, leave):
    for place in places:
        assert client.get(place).status_code in (200, 301, 302), place
    leave(article, monkeypatch)
    for place, status in places.items():
        answer = client.get(place)
        assert answer.status_code == status, place
        said = answer.text.replace("s=harbour", "")
        assert not [word for word in WORDS if word in said], place


def test_it_is_there_until_its_last_moment(client, monkeypatch, article, places):
    last = article.ends_at - timedelta(microseconds=1)
    monkeypatch.setattr(timezone, "now", lambda: last)
    for place in places:
        assert client.get(place).status_code in (200, 301, 302), place
    assert article.is_public
    monkeypatch.setattr(timezone, "now", lambda: article.ends_at)
    assert not article.is_public
    assert not Article.objects.published().exists()


@pytest.mark.parametrize("leave", [end, unpublish, trash])
def test_others_do_not_name_it_any_more(client, monkeypatch, article, leave):
    values = {"categories": article.ordered_categories, "tags": article.tags.all()}
    others = [
        make_article(published_at=article.published_at + timedelta(minutes=minutes), **values)
        for minutes in (-20, -10, 10)
    ]
    for other in others[1:]:
        assert "Harbour plan" in client.get(other.get_absolute_url()).text
    leave(article, monkeypatch)
    for other in others:
        assert "Harbour plan" not in client.get(other.get_absolute_url()).text
    around = Article.objects.get(pk=others[1].pk).surroundings
    assert (around["previous"], around["next"]) == (others[0], others[2])


@pytest.mark.parametrize("leave", [end, unpublish, trash])
def test_it_does_not_count(client, monkeypatch, article, leave):
    assert client.get("/?s=harbour").context["page"].paginator.count == 1
    assert client.get("/category/cloud/").context["page"].paginator.count == 1
    leave(article, monkeypatch)
    assert client.get("/?s=harbour").context["page"].paginator.count == 0
    assert client.get("/category/cloud/").context["page"].paginator.count == 0


@pytest.mark.parametrize("leave", [end, unpublish, trash])
def test_it_takes_no_comments_and_gives_the_text_back(client, monkeypatch, article, leave):
    address = article.get_absolute_url()
    leave(article, monkeypatch)
    answer = client.post(f"{address}reply/", {"body": "My words."})
    assert answer.status_code == 404
    assert "My words." in answer.text
    assert not article.comments.exists()


@pytest.mark.parametrize("leave", [end, unpublish, trash])
def test_who_has_the_feed_already_is_sent_it_without_the_post(client, monkeypatch, article, leave):
    first = client.get("/feed/")
    leave(article, monkeypatch)
    again = client.get("/feed/", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200
    assert "Harbour" not in again.text
