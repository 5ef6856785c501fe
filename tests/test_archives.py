"""What was published in a year, a month or a day of the site's calendar."""

from datetime import UTC, datetime

import pytest

from tests.factories import make_article, make_draft, make_scheduled

pytestmark = pytest.mark.django_db


def at(*moment):
    return datetime(*moment, tzinfo=UTC)


@pytest.fixture
def posts():
    for title, moment in {
        "First of June": (2021, 6, 1, 0, 0, 0),
        "End of June": (2021, 6, 30, 23, 59, 59),
        "First of July": (2021, 7, 1),
        "New Year": (2022, 1, 1),
    }.items():
        make_article(title, published_at=at(*moment))


def found(client, address):
    """The titles of the posts on the page at ``address``, in its order."""
    return [post.title for post in client.get(address).context["page"]]


@pytest.mark.parametrize(
    ("address", "titles"),
    [
        ("/2021/", ["First of July", "End of June", "First of June"]),
        ("/2021/06/", ["End of June", "First of June"]),
        ("/2021/06/30/", ["End of June"]),
        ("/2022/01/01/", ["New Year"]),
    ],
)
def test_a_period_has_its_own_posts_newest_first(client, posts, address, titles):
    assert found(client, address) == titles


def test_a_day_begins_and_ends_by_the_clock_of_the_site(client, posts, settings):
    settings.TIME_ZONE = "Asia/Singapore"
    assert found(client, "/2021/07/") == ["First of July", "End of June"]
    assert found(client, "/2021/07/01/") == ["First of July", "End of June"]
    assert client.get("/2021/06/30/").status_code == 404


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Singapore"])
@pytest.mark.parametrize(
    "address",
    [
        *("/2021/13/", "/2021/02/30/", "/2021/00/", "/2021/06/00/", "/0000/", "/0000/00/00/"),
        *("/0001/", "/0001/01/01/", "/0202/11/23/", "/9999/", "/9999/12/", "/9999/12/31/"),
        *("/9999/12/30/", "/21/", "/2021/6/", "/٢٠٢١/"),
    ],
)
def test_a_date_that_is_none_or_out_of_reach_is_not_found(client, posts, settings, zone, address):
    settings.TIME_ZONE = zone
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/2020/", "/2021/05/", "/2021/06/02/", "/2021/page/2/"])
def test_a_period_without_posts_is_not_found(client, posts, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("make", [make_draft, make_scheduled])
def test_what_is_not_published_makes_no_archive(client, make):
    day = make().created_at
    for address in [f"/{day:%Y}/", f"/{day:%Y/%m}/", f"/{day:%Y/%m/%d}/"]:
        assert client.get(address).status_code == 404


def test_a_long_period_has_pages_and_the_first_only_one_address(client):
    for number in range(11):
        make_article(f"Post {number}", published_at=at(2021, 6, 9, number))
    for base in ["/2021/", "/2021/06/", "/2021/06/09/"]:
        assert len(found(client, base)) == 10
        assert found(client, f"{base}page/2/") == ["Post 0"]
        assert client.get(f"{base}page/1/")["Location"] == base
        assert client.get(f"{base}page/3/").status_code == 404
