"""Long lists are not counted to their end."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import paging
from articles.front import PAGE_SIZE
from tests.factories import make_article, make_category

pytestmark = pytest.mark.django_db


@pytest.fixture
def sea(monkeypatch):
    """A category with three pages of posts, in a site that counts one page ahead."""
    monkeypatch.setattr(paging, "AHEAD", 1)
    category = make_category("Sea")
    for number in range(2 * PAGE_SIZE + 1):
        make_article(f"Post {number}", categories=[category])
    return category


def test_a_page_says_how_many_there_are_where_that_is_near(client, sea):
    for address, words in [("", "Page 1"), ("page/2/", "Page 2 of 3"), ("page/3/", "Page 3 of 3")]:
        page = client.get(f"/category/sea/{address}").content.decode()
        assert f"<span>{words}</span>" in page


def test_there_is_a_way_to_the_last_page_and_none_beyond(client, sea):
    for number, more in [(1, True), (2, True), (3, False)]:
        address = f"/category/sea/page/{number}/" if number > 1 else "/category/sea/"
        assert ('rel="next"' in client.get(address).content.decode()) == more
    for number in (4, 5, 10**30):
        assert client.get(f"/category/sea/page/{number}/").status_code == 404


def test_the_database_counts_no_farther_than_that(client, sea):
    with CaptureQueriesContext(connection) as queries:
        client.get("/category/sea/")
    counting = [one["sql"] for one in queries if "COUNT(*)" in one["sql"]]
    assert len(counting) == 1
    assert f"LIMIT {2 * PAGE_SIZE}" in counting[0]
