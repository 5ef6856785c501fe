"""A post's address pasted elsewhere becomes a card with its title and authors."""

import html
import re
from types import SimpleNamespace

import pytest

from articles.models import Article
from tests.factories import make_article, make_author, make_draft, make_scheduled

pytestmark = pytest.mark.django_db


def ask(client, url, **values):
    return client.get("/oembed/", {"url": url, **values})


def test_it_says_what_the_post_is_and_who_wrote_it(client):
    article = make_article("Tea & chips", authors=[make_author("Ana"), make_author("Bo")])
    answer = ask(client, f"http://testserver{article.get_absolute_url()}", format="json")
    assert answer["Content-Type"] == "application/json"
    assert answer.json() == {
        "version": "1.0",
        "type": "link",
        "title": "Tea & chips",
        "author_name": "Ana and Bo",
        "author_url": "http://testserver/author/ana/",
        "provider_name": "Newsroom",
        "provider_url": "http://testserver/",
        "cache_age": 3600,
    }


def test_a_post_without_an_author_is_no_error(client):
    article = make_article(authors=[])
    answer = ask(client, f"http://testserver{article.get_absolute_url()}")
    assert "author_url" not in answer.json()


def test_the_page_leads_to_its_own_card(client, settings):
    settings.SITE_URL = "https://news.example.org"
    article = make_article("漢字 & tea")
    page = client.get(article.get_absolute_url()).content.decode()
    link = re.search(r'type="application/json\+oembed"[^>]* href="([^"]+)"', page)
    address = html.unescape(link[1])
    assert address.startswith("https://news.example.org/oembed/?url=https%3A%2F%2Fnews.example.org")
    answer = client.get(address.removeprefix("https://news.example.org"))
    assert answer.json()["title"] == "漢字 & tea"


def test_the_shortlink_is_an_address_of_the_post(client):
    article = make_article("Hello")
    assert ask(client, f"http://testserver/?p={article.pk}").json()["title"] == "Hello"


@pytest.mark.parametrize("make", [make_draft, make_scheduled])
def test_a_post_that_is_not_public_has_no_card(client, make):
    article = make("Secret")
    assert ask(client, f"http://testserver/?p={article.pk}").status_code == 404
    assert ask(client, "http://testserver/2021/06/09/secret/").status_code == 404


@pytest.mark.parametrize(
    "url",
    [
        *("", "x", "/", "//", "http://[", "http://testserver", "http://testserver/", "\0", "%00"),
        *("http://testserver/2021/06/09/none/", "http://testserver/feed/", "http://testserver:x/"),
        *(f"http://testserver/?p={p}" for p in ("", "x", "-1", "9" * 30, "²", "%00")),
        *("javascript:alert(1)", "http://testserver/category/cloud/", "http://testserver/%ff%fe/"),
    ],
)
def test_any_other_address_is_not_found_and_says_why(client, url):
    make_article()
    answer = ask(client, url)
    assert answer.status_code == 404
    assert answer.json() == {"error": "This is not the address of a post on this site."}


@pytest.mark.parametrize(
    "site", ["http://other.org", "//testserver", "ftp://testserver", "http://u@testserver"]
)
def test_a_post_of_another_site_is_not_found(client, site):
    assert ask(client, f"{site}{make_article().get_absolute_url()}").status_code == 404


def test_no_address_at_all_is_not_found(client):
    assert client.get("/oembed/").status_code == 404


@pytest.mark.parametrize("form", ["xml", "", "\0"])
def test_another_format_is_not_offered(client, form):
    article = make_article()
    answer = ask(client, f"http://testserver{article.get_absolute_url()}", format=form)
    assert answer.status_code == 501
    assert "format=json" in answer.json()["error"]


def test_it_is_only_read(client):
    assert client.post("/oembed/").status_code == 405


@pytest.fixture
def pictured(monkeypatch):
    crop = SimpleNamespace(url="/media/lead.jpg", width=1600, height=900)
    image = SimpleNamespace(alt="A harbour", crop=lambda shape: crop)
    monkeypatch.setattr(Article, "lead_image", image, raising=False)
    return f"http://testserver{make_article().get_absolute_url()}"


@pytest.mark.parametrize(
    "limits", [{}, {"maxwidth": "1600", "maxheight": "900"}, {"maxwidth": "x"}, {"maxwidth": "²"}]
)
def test_the_lead_picture_is_shown(client, pictured, limits):
    answer = ask(client, pictured, **limits).json()
    assert answer["thumbnail_url"] == "http://testserver/media/lead.jpg"
    assert (answer["thumbnail_width"], answer["thumbnail_height"]) == (1600, 900)


@pytest.mark.parametrize("limits", [{"maxwidth": "1599"}, {"maxheight": "899"}])
def test_a_picture_larger_than_asked_for_is_left_out(client, pictured, limits):
    assert "thumbnail_url" not in ask(client, pictured, **limits).json()


def test_it_costs_the_same_few_queries_however_many_authors_there_are(
    client, django_assert_num_queries
):
    for authors in (1, 3):
        article = make_article(authors=[make_author() for _ in range(authors)])
        with django_assert_num_queries(3):
            ask(client, f"http://testserver{article.get_absolute_url()}")
