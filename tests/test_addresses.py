"""Addresses follow WordPress's scheme, and a wrong one says so."""

from datetime import UTC, datetime

import pytest

from tests.factories import make_article, make_author, make_category, make_scheduled, make_tag

pytestmark = pytest.mark.django_db


def test_a_post_stands_under_its_date_and_slug(client):
    article = make_article("Hello", published_at=datetime(2021, 6, 9, 1, tzinfo=UTC))
    assert article.get_absolute_url() == "/2021/06/09/hello/"
    assert client.get("/2021/06/09/hello/").status_code == 200


def test_the_date_in_an_address_is_that_of_the_sites_time_zone(client, settings):
    settings.TIME_ZONE = "Asia/Singapore"
    article = make_article("Hello", published_at=datetime(2021, 6, 8, 20, tzinfo=UTC))
    assert article.get_absolute_url() == "/2021/06/09/hello/"
    assert client.get("/2021/06/09/hello/").status_code == 200


@pytest.mark.parametrize("day", ["2021/06/08", "2021/13/45", "0000/00/00"])
def test_a_wrong_date_leads_to_the_right_one(client, day):
    make_article("Hello", published_at=datetime(2021, 6, 9, 1, tzinfo=UTC))
    answer = client.get(f"/{day}/hello/")
    assert (answer.status_code, answer["Location"]) == (301, "/2021/06/09/hello/")


def test_the_shortlink_leads_to_the_post(client):
    article = make_article()
    answer = client.get(f"/?p={article.pk}")
    assert (answer.status_code, answer["Location"]) == (301, article.get_absolute_url())


@pytest.mark.parametrize("number", ["", "x", "-1", "0", "9" * 30, "1e3", "\0", "१२"])
def test_a_shortlink_to_nothing_is_not_found(client, number):
    assert client.get("/", {"p": number}).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        *("/page/0/", "/page/2/", f"/page/{'9' * 30}/", "/category/none/", "/tag/none/"),
        *("/author/none/", "/2021/06/09/none/", "/author/none/avatar.svg", "/nothing/"),
    ],
)
def test_an_address_of_nothing_is_not_found(client, address):
    make_article()
    assert client.get(address).status_code == 404


def test_a_missing_slash_is_added(client):
    article = make_article()
    answer = client.get(article.get_absolute_url().removesuffix("/"))
    assert (answer.status_code, answer["Location"]) == (301, article.get_absolute_url())


@pytest.fixture
def eleven_posts():
    author, category, tag = make_author("Ana"), make_category("Cloud"), make_tag("Chips")
    for day in range(1, 12):
        make_article(
            f"Post of day {day}",
            authors=[author],
            categories=[category],
            tags=[tag],
            published_at=datetime(2021, 6, day, tzinfo=UTC),
        )


@pytest.mark.parametrize("base", ["/", "/category/cloud/", "/tag/chips/", "/author/ana/"])
def test_a_list_shows_ten_posts_a_page_newest_first(client, eleven_posts, base):
    first = client.get(base).content.decode()
    second = client.get(f"{base}page/2/").content.decode()
    assert first.index("Post of day 11<") < first.index("Post of day 10<") < first.index("day 2<")
    assert "Post of day 1<" not in first
    assert "Post of day 1<" in second
    assert f'href="{base}page/2/"' in first
    assert f'href="{base}"' in second
    assert client.get(f"{base}page/3/").status_code == 404


@pytest.mark.parametrize("number", ["1", "01"])
def test_the_first_page_has_only_one_address(client, eleven_posts, number):
    answer = client.get(f"/category/cloud/page/{number}/")
    assert (answer.status_code, answer["Location"]) == (301, "/category/cloud/")


@pytest.mark.parametrize(
    ("make", "field"),
    [(make_author, "authors"), (make_category, "categories"), (make_tag, "tags")],
)
def test_a_list_can_have_an_address_in_any_script(client, make, field):
    found = make("漢字 é")
    make_article(**{field: [found]})
    assert client.get(found.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("base", ["/tag/chips/", "/author/ana/"])
@pytest.mark.parametrize("ending", ["", "page/1/", "feed/", "feed/atom/", "feed/json/"])
def test_a_tag_and_an_author_are_unknown_before_their_first_post_is_public(client, base, ending):
    values = {"authors": [make_author("Ana")], "tags": [make_tag("Chips")]}
    make_scheduled(**values)
    assert client.get(f"{base}{ending}").status_code == 404
    make_article(**values)
    assert client.get(f"{base}{ending}", follow=True).status_code == 200


@pytest.mark.parametrize("base", ["/", "/category/cloud/"])
def test_an_empty_list_says_so(client, base):
    make_category("Cloud")
    answer = client.get(base)
    assert answer.status_code == 200
    assert "Nothing has been published here yet." in answer.content.decode()


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_pages_are_only_read(client, method):
    article = make_article()
    for address in ["/", article.get_absolute_url()]:
        assert getattr(client, method)(address).status_code == 405
