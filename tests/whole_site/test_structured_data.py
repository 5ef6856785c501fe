"""The JSON-LD of every post of the sample says all that search engines ask of a news article."""

import json
import re
from datetime import datetime
from typing import Any

import pytest
from django.core.management import call_command

from articles.models import Article

pytestmark = pytest.mark.django_db

# What search engines need to show a story, and what they recommend besides.
NEEDED = {"headline", "image", "datePublished", "dateModified", "author"}
WELCOME = {
    "@id",
    "mainEntityOfPage",
    "description",
    "publisher",
    "articleSection",
    "keywords",
    "wordCount",
    "commentCount",
}
ELEMENT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
OTHER_FORMATS = re.compile(r"\s(itemscope|itemprop|itemtype|typeof|vocab)[\s=>]")


@pytest.fixture
def sample(settings, django_capture_on_commit_callbacks):
    settings.DEBUG = True
    with django_capture_on_commit_callbacks(execute=True):  # which makes the smaller pictures
        call_command("load_sample", picture_width=160)
    settings.DEBUG = False


def references(value: Any) -> set[str]:
    """The ids that ``value`` only points at."""
    if isinstance(value, dict) and set(value) == {"@id"}:
        return {value["@id"]}
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return set().union(*map(references, parts)) if parts else set()


def test_every_post_is_a_complete_news_article(sample, client):
    for article in Article.objects.published():
        html = client.get(article.get_absolute_url()).content.decode()
        (text,) = ELEMENT.findall(html)
        things = json.loads(text)["@graph"]
        (story,) = (thing for thing in things if thing["@type"] == "NewsArticle")
        # An older post of the sample has no picture, as on any site.
        wanted = NEEDED | WELCOME if article.lead_image else (NEEDED | WELCOME) - {"image"}
        assert not [name for name in wanted if story.get(name) in (None, "", [])], article
        assert datetime.fromisoformat(story["datePublished"]).utcoffset() is not None
        assert story["dateModified"] >= story["datePublished"]
        assert len(story.get("image", [])) == (3 if article.lead_image else 0)
        for author in story["author"]:
            assert author["@type"] == "Person"
            assert author["name"] and author["url"].startswith("http://testserver/author/")
        known = {thing["@id"] for thing in things if "@id" in thing}
        assert references(things) <= known
        assert {thing["@type"] for thing in things} == {
            "NewsArticle",
            "NewsMediaOrganization",
            "BreadcrumbList",
        }


def test_a_page_says_it_once(sample, client):
    """In one vocabulary only: what two of them said could differ."""
    for address in ("/", Article.objects.published().first().get_absolute_url()):
        html = client.get(address).content.decode()
        assert len(ELEMENT.findall(html)) == 1
        assert not OTHER_FORMATS.search(re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL))
