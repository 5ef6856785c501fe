"""A page costs the same few queries however much stands on it."""

import pytest

from comments.models import Comment
from tests.factories import (
    make_article,
    make_author,
    make_category,
    make_comment,
    make_many,
    make_tag,
)

pytestmark = pytest.mark.django_db


def rich_article(**values):
    return make_article(
        authors=[make_author() for _ in range(3)],
        categories=[make_category() for _ in range(3)],
        tags=[make_tag() for _ in range(3)],
        **values,
    )


@pytest.mark.parametrize(("comments", "queries"), [(0, 9), (1, 9), (10, 10), (100, 10)])
def test_post_page(client, django_assert_num_queries, comments, queries):
    article = rich_article()
    for number in range(comments):
        parent = Comment.objects.order_by("?").first() if number % 2 else None
        make_comment(article, parent=parent)
    with django_assert_num_queries(queries):
        client.get(article.get_absolute_url())


@pytest.mark.parametrize("posts", [30, 3000])
def test_no_page_costs_more_queries_the_more_posts_there_are(
    client, django_assert_max_num_queries, posts
):
    author, category, tag = make_author(), make_category(), make_tag()
    article = make_many(posts, author, category, tag)
    with django_assert_max_num_queries(9):
        client.get(article.get_absolute_url())
    with django_assert_max_num_queries(8):
        client.get("/")
    last = f"page/{posts // 10}/"
    for found in [author, category, tag]:
        with django_assert_max_num_queries(7):
            client.get(found.get_absolute_url())
        with django_assert_max_num_queries(7):
            assert client.get(f"{found.get_absolute_url()}{last}").status_code == 200
    for address in [f"/{last}", f"/{article.published_on.year}/", "/corrections/"]:
        with django_assert_max_num_queries(7):
            assert client.get(address).status_code == 200


@pytest.mark.parametrize("posts", [1, 10, 30])
def test_lists(client, django_assert_num_queries, posts):
    author, category, tag = make_author(), make_category(), make_tag()
    for _ in range(posts):
        make_article(authors=[author, make_author()], categories=[category], tags=[tag])
    with django_assert_num_queries(6):
        client.get("/")
    for found in [author, category, tag]:
        with django_assert_num_queries(7):
            client.get(found.get_absolute_url())
