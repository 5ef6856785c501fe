"""The first page: what leads, what is new, what the sections have; nothing stands there twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.front import AMONG_NEWEST, front_page
from tests.factories import make_article, make_category, make_draft, make_scheduled

pytestmark = pytest.mark.django_db


def make_row(count, **values):
    """``count`` posts, the newest first in the list, an hour apart."""
    now = timezone.now()
    return [
        make_article(published_at=now - timedelta(hours=hours), **values)
        for hours in range(1, count + 1)
    ]


def shown(front):
    lead = [front.lead] if front.lead else []
    in_sections = [post for section in front.sections for post in section.articles]
    return [*lead, *front.beside, *front.latest, *in_sections]


def test_an_empty_site_says_so(client):
    make_draft(), make_scheduled()
    assert shown(front_page()) == []
    assert "Nothing has been published here yet." in client.get("/").content.decode()


def test_the_newest_leads_and_the_next_stand_beside_it():
    posts = make_row(6)
    front = front_page()
    assert (front.lead, front.beside, front.latest) == (posts[0], posts[1:4], posts[4:])
    assert not front.has_older


def test_pinned_posts_lead_however_old_they_are():
    posts = make_row(4)
    old = make_article(pinned=True, published_at=timezone.now() - timedelta(days=900))
    newer = make_article(pinned=True, published_at=timezone.now() - timedelta(days=800))
    make_draft(pinned=True), make_scheduled(pinned=True)
    front = front_page()
    assert [front.lead, *front.beside] == [newer, old, *posts[:2]]
    assert front.latest == posts[2:]


def test_a_section_has_the_next_posts_of_a_category_in_the_order_of_the_navigation():
    second, first = make_category("Asia", position=2), make_category("Cloud", position=1)
    make_row(10)
    older = timezone.now() - timedelta(days=1)
    for category, count in [(second, 3), (first, 4), (make_category("Rare"), 2)]:
        for _ in range(count):
            make_article(categories=[category], published_at=older)
    sections = front_page().sections
    assert [section.category for section in sections] == [first, second]
    assert [len(section.articles) for section in sections] == [3, 3]


def test_nothing_stands_there_twice(client):
    categories = [make_category(), make_category()]
    posts = make_row(AMONG_NEWEST + 3, categories=categories)
    for post in (posts[0], posts[5], posts[30], posts[-1]):
        post.pinned = True
        post.save()
    found = shown(front_page())
    assert len(found) == len(set(found)) > 10
    html = client.get("/").content.decode()
    for post in found:
        assert html.count(f'href="{post.get_absolute_url()}"') == 1


def test_older_posts_are_one_link_away(client):
    make_row(11)
    assert front_page().has_older
    assert 'href="/page/2/"' in client.get("/").content.decode()
