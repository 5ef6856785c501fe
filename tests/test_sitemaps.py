"""Search engines are told every public address once, and no other."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from django.utils import timezone
from django.utils.http import http_date

from articles import sitemaps
from articles.models import Article
from tests.factories import (
    make_article,
    make_author,
    make_category,
    make_draft,
    make_scheduled,
    make_tag,
)

pytestmark = pytest.mark.django_db

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
IMAGE = "{http://www.google.com/schemas/sitemap-image/1.1}"


def read(client, address):
    """The root of a sitemap, well-formed and of the right type."""
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/xml; charset=utf-8")
    return ElementTree.fromstring(answer.content)


def listed(root):
    """Each address on a sitemap with its date, or None, in order."""
    return [
        (
            place.find(f"{SITEMAP}loc").text.removeprefix("http://testserver"),
            place.findtext(f"{SITEMAP}lastmod"),
        )
        for place in root
    ]


def pages(client):
    return [address for address, _changed in listed(read(client, "/sitemap.xml"))]


def page_of(article, later=0):
    """Where the sitemap is that holds a post, or one that comes ``later``."""
    return f"/sitemap-posts-{article.pk // sitemaps.PAGE_SIZE + 1 + later}.xml"


def everything(client):
    """Each address on any sitemap of the index, with its date."""
    return [place for page in pages(client) for place in listed(read(client, page))]


def test_every_public_address_is_listed_once(client):
    ana, bo = make_author("Ana"), make_author("Bo")
    cloud, chips = make_category("Cloud"), make_tag("Chips")
    posts = [make_article(authors=[ana, bo], categories=[cloud], tags=[chips]) for _ in range(3)]
    expected = ["/", *(one.get_absolute_url() for one in [*posts, cloud, chips, ana, bo])]
    assert sorted(address for address, _changed in everything(client)) == sorted(expected)


def test_every_listed_address_answers(client):
    make_article("Ünïcode 漢字", categories=[make_category("Wolken & Ämter")], tags=[make_tag("é")])
    found = everything(client)
    assert len(found) == 5
    assert {client.get(address).status_code for address, _changed in found} == {200}, found


def test_drafts_and_scheduled_posts_and_what_only_they_fill_are_left_out(client):
    author, category, tag = make_author(), make_category(), make_tag()
    make_scheduled(authors=[author], categories=[category], tags=[tag])
    make_draft().file_under(category)
    make_author(), make_category(), make_tag()
    assert pages(client) == []
    assert client.get("/sitemap-home-1.xml").status_code == 404
    for article in Article.objects.all():
        assert client.get(page_of(article)).status_code == 404
    assert listed(read(client, "/news-sitemap.xml")) == []


def test_the_date_is_when_readers_last_saw_a_change_where_that_is_known(client):
    cloud, asia = make_category("Cloud"), make_category("Asia")
    for title, category, published, updated in [
        ("One", cloud, 1, 5),
        ("Two", cloud, 4, 2),
        ("Three", asia, 3, 3),
    ]:
        make_article(title, categories=[category], authors=[make_author(title)])
        Article.objects.filter(title=title).update(
            published_at=datetime(2021, 6, published, tzinfo=UTC),
            updated_at=datetime(2021, 6, updated, tzinfo=UTC),
        )
    found = {address: changed and changed[:10] for address, changed in everything(client)}
    assert found == {
        "/": "2021-06-05",
        "/2021/06/01/one/": "2021-06-05",
        "/2021/06/04/two/": "2021-06-04",
        "/2021/06/03/three/": "2021-06-03",
        "/category/cloud/": None,
        "/category/asia/": None,
        "/author/one/": None,
        "/author/two/": None,
        "/author/three/": None,
    }
    index = {page: changed for page, changed in listed(read(client, "/sitemap.xml")) if changed}
    assert {changed[:10] for changed in index.values()} == {"2021-06-05"}
    assert [page.split("-")[1] for page in index] == ["home", "posts"]


def test_a_long_section_has_several_pages_that_nothing_moves_between(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "PAGE_SIZE", 10)
    made = [make_article() for _ in range(25)]
    on_pages = {page: read(client, page) for page in pages(client) if "posts" in page}
    assert len(on_pages) >= 3
    found = [address for root in on_pages.values() for address, _changed in listed(root)]
    assert sorted(found) == sorted(article.get_absolute_url() for article in made)
    assert all(len(root) <= 10 for root in on_pages.values())
    full = list(on_pages)[1]
    before = listed(on_pages[full])
    make_article()
    assert listed(read(client, full)) == before


@pytest.mark.parametrize("name", ["posts-0", "none-1", f"posts-{'9' * 30}", "posts-x", "posts"])
def test_another_sitemap_is_not_found(client, name):
    make_article()
    assert client.get(f"/sitemap-{name}.xml").status_code == 404


def test_a_page_beyond_the_last_is_not_found(client):
    article = make_article()
    assert client.get(page_of(article)).status_code == 200
    assert client.get(page_of(article, later=1)).status_code == 404


def test_the_lead_picture_is_listed_with_its_post(client, monkeypatch):
    crop = SimpleNamespace(url="/media/lead.jpg", width=1600, height=900)
    image = SimpleNamespace(alt="A harbour", crop=lambda shape: crop)
    monkeypatch.setattr(Article, "lead_image", image, raising=False)
    make_article()
    address = next(page for page in pages(client) if "posts" in page)
    picture = read(client, address).find(f"{SITEMAP}url/{IMAGE}image/{IMAGE}loc")
    assert picture.text == "http://testserver/media/lead.jpg"


def test_news_are_the_posts_of_two_days(client, settings):
    settings.SITE_URL = "https://news.example.org"
    now = timezone.now()
    make_article("Too old", published_at=now - timedelta(hours=48, minutes=1))
    article = make_article("Tea & chips", published_at=now - timedelta(hours=47, minutes=59))
    (place,) = read(client, "/news-sitemap.xml")
    address = place.find(f"{SITEMAP}loc").text
    news = place.find(f"{NEWS}news")
    assert address == f"https://news.example.org{article.get_absolute_url()}"
    assert news.find(f"{NEWS}publication/{NEWS}name").text == "Newsroom"
    assert news.find(f"{NEWS}publication/{NEWS}language").text == "en"
    published = datetime.fromisoformat(news.find(f"{NEWS}publication_date").text)
    assert published == article.published_at
    assert news.find(f"{NEWS}title").text == "Tea & chips"


def test_news_are_never_more_than_search_engines_take(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "NEWS_LIMIT", 2)
    for hours in (3, 1, 2):
        make_article(f"{hours}", published_at=timezone.now() - timedelta(hours=hours))
    titles = [
        place.find(f"{NEWS}news/{NEWS}title").text for place in read(client, "/news-sitemap.xml")
    ]
    assert titles == ["1", "2"]


def test_news_name_chinese_as_search_engines_do(client, settings):
    settings.LANGUAGE_CODE = "zh-hans"
    make_article()
    (place,) = read(client, "/news-sitemap.xml")
    language = place.find(f"{NEWS}news/{NEWS}publication/{NEWS}language")
    assert language.text == "zh-cn"


def test_characters_that_xml_cannot_hold_break_no_sitemap(client):
    article = make_article("Hello")
    Article.objects.filter(pk=article.pk).update(title="Hel\x0b\x01\uffffl\x1fo")
    (place,) = read(client, "/news-sitemap.xml")
    assert place.find(f"{NEWS}news/{NEWS}title").text == "Hello"


@pytest.mark.parametrize("address", ["/sitemap.xml", "/sitemap-home-1.xml", "/news-sitemap.xml"])
def test_who_has_it_already_gets_no_second_copy(client, address):
    article = make_article()
    first = client.get(address)
    assert first["Last-Modified"] == http_date(article.published_at.timestamp())
    assert first["Cache-Control"] == "public, max-age=60"
    for header in [
        {"If-None-Match": first["ETag"]},
        {"If-Modified-Since": first["Last-Modified"]},
    ]:
        assert client.get(address, headers=header).status_code == 304


@pytest.mark.parametrize("posts", [1, 30])
def test_a_sitemap_costs_the_same_few_queries_however_much_there_is(
    client, django_assert_num_queries, posts
):
    for _ in range(posts):
        make_article(categories=[make_category()], tags=[make_tag()])
    with django_assert_num_queries(len(sitemaps.SECTIONS)):
        addresses = pages(client)
    for address in [*addresses, "/news-sitemap.xml"]:
        with django_assert_num_queries(1):
            client.get(address)
