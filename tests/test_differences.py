"""Two versions of a post are compared field by field, in words that people understand."""

import re

import pytest
from django.utils import timezone

from articles.differences import compare
from tests.factories import (
    make_article,
    make_author,
    make_category,
    make_draft,
    make_image,
    make_tag,
)

pytestmark = pytest.mark.django_db


def bare(html):
    return re.sub(r'<span class="change-word">[^<]*</span>', "", html)


def differences(before, **after):
    return {each.name: each for each in compare(before, {**before, **after})}


def test_only_what_differs_is_there_in_the_order_of_a_post():
    contents = make_draft("Old title").contents
    found = compare(contents, {**contents, "body": "<p>New.</p>", "title": "New title"})
    assert [(each.name, each.label) for each in found] == [("title", "Title"), ("body", "Body")]
    assert bare(found[0].marked) == "<del>Old</del><ins>New</ins> title"
    assert bare(found[0].before) == "<del>Old</del> title"
    assert bare(found[0].after) == "<ins>New</ins> title"


def test_nothing_differs_from_itself():
    contents = make_article().contents
    assert compare(contents, contents) == []


def test_only_the_fields_that_are_asked_for():
    contents = make_draft().contents
    after = {**contents, "title": "Another", "slug": "another"}
    assert [each.name for each in compare(contents, after, fields=["title"])] == ["title"]


def test_people_and_things_have_their_names(django_assert_num_queries):
    ana, bo = make_author("Ana"), make_author("Bo")
    news, image, tag = make_category("News"), make_image(alt="A ship"), make_tag("Sea")
    contents = make_draft().contents
    before = {**contents, "authors": [ana.pk]}
    with django_assert_num_queries(4):
        found = differences(
            before,
            authors=[bo.pk, ana.pk],
            categories=[news.pk],
            tags=[tag.pk],
            lead_image=image.pk,
        )
    assert bare(found["authors"].marked) == "<ul><li><ins>Bo</ins></li><li>Ana</li></ul>"
    assert bare(found["categories"].marked) == "<ul><li><ins>News</ins></li></ul>"
    assert bare(found["tags"].marked) == "<ul><li><ins>Sea</ins></li></ul>"
    assert bare(found["lead_image"].marked) == f"<ul><li><ins>{image}</ins></li></ul>"
    assert found["authors"].label == "Authors"


def test_what_was_deleted_since_is_said_to_be():
    contents = make_draft().contents
    found = differences({**contents, "authors": [4711]}, authors=[])
    assert "deleted: author no. 4711" in found["authors"].marked
    assert found["authors"].after == ""


def test_dates_and_switches_are_words():
    contents = make_draft().contents
    date = timezone.now().replace(year=2026, month=11, day=24, hour=9, minute=5)
    found = differences(
        contents, published_at=date.isoformat(), pinned=True, show_changes="yes", slug="other"
    )
    assert "24 Nov 2026, 9:05 a.m. UTC" in found["published_at"].marked
    assert bare(found["pinned"].marked) == "<ul><li><del>no</del></li><li><ins>yes</ins></li></ul>"
    assert "Shown to readers" in found["show_changes"].marked
    assert "<ins>other</ins>" in bare(found["slug"].marked)


def test_versions_from_before_a_field_was_there_can_be_compared():
    contents = make_draft().contents
    older = {name: contents[name] for name in ("title", "body")}
    assert {each.name for each in compare(older, contents)} <= set(contents) - {"title", "body"}
    assert compare(contents, older) == []
