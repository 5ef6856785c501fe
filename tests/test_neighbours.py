"""What stands around a post: the one before, the one after, and related ones."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article
from articles.models.articles import RELATED
from tests.factories import make_article, make_category, make_draft, make_scheduled, make_tag

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def aged(days, **values):
    return make_article(f"Of {days} days ago", published_at=NOW - timedelta(days=days), **values)


def around(article):
    found = Article.objects.get(pk=article.pk).surroundings
    return found["previous"], found["next"], found["related"]


def test_a_post_stands_between_the_one_before_and_the_one_after():
    _oldest, before, post, after, _newest = (aged(days) for days in (5, 4, 3, 2, 1))
    assert around(post) == (before, after, [])


def test_the_first_and_the_last_have_one_neighbour():
    first, last = aged(2), aged(1)
    assert around(first) == (None, last, [])
    assert around(last) == (first, None, [])


def test_a_post_alone_has_none(client):
    post = aged(1)
    assert around(post) == (None, None, [])
    html = client.get(post.get_absolute_url()).content.decode()
    assert 'class="neighbours"' not in html
    assert 'class="related"' not in html


def test_posts_of_the_same_moment_follow_the_order_they_were_made_in():
    posts = [make_article(published_at=NOW - timedelta(days=1)) for _ in range(4)]
    for number, post in enumerate(posts):
        previous = posts[number - 1] if number else None
        following = posts[number + 1] if number < 3 else None
        assert around(post) == (previous, following, [])


def test_tags_in_common_count_twice_and_of_equals_the_newest_comes_first():
    tags, categories = [make_tag(), make_tag()], [make_category(), make_category()]
    two_tags = aged(30, tags=tags)
    aged(29, categories=categories[:1])
    one_tag = aged(28, tags=tags[:1])
    two_categories = aged(27, categories=categories)
    aged(26, tags=[make_tag()])
    aged(2)
    post = aged(1, tags=tags, categories=categories)
    _previous, _next, related = around(post)
    assert related == [two_tags, two_categories, one_tag]


def test_of_equally_related_posts_the_newest_are_shown_newest_first():
    tag = make_tag()
    found = [aged(days, tags=[tag]) for days in (9, 8, 7, 6)]
    aged(2)
    post = aged(1, tags=[tag])
    assert around(post)[2] == found[:0:-1]


def test_no_post_is_shown_twice_or_beside_itself():
    tag, category = make_tag(), make_category()
    posts = [aged(days, tags=[tag], categories=[category]) for days in range(9, 0, -1)]
    for post in posts:
        previous, following, related = around(post)
        found = [other for other in (previous, following, *related) if other]
        assert post not in found
        assert len(found) == len(set(found))
        assert len(related) == RELATED


def test_what_is_not_published_is_never_beside_a_post():
    tag = make_tag()
    before = make_draft(published_at=NOW - timedelta(days=2))
    before.tags.add(tag)
    make_scheduled(tags=[tag])
    assert around(aged(1, tags=[tag])) == (None, None, [])


@pytest.mark.parametrize("others", [0, 30])
def test_it_takes_one_query_however_many_posts_there_are(others, django_assert_num_queries):
    tag = make_tag()
    for days in range(others):
        aged(days + 2, tags=[tag])
    pk = aged(1, tags=[tag]).pk
    post = Article.objects.with_page_details().get(pk=pk)
    with django_assert_num_queries(1):
        assert len(post.surroundings["related"]) == min(others, RELATED)
