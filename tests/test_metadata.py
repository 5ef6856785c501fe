"""What search engines and other sites read in the head of a page."""

import json
import re
from datetime import UTC, datetime

import pytest

from tests.factories import (
    make_article,
    make_author,
    make_category,
    make_comment,
    make_image,
    make_picture,
    make_tag,
)

pytestmark = pytest.mark.django_db


def head(client, address):
    return client.get(address).content.decode().partition("</head>")[0]


def things(client, address):
    """The objects of the page's JSON-LD by their type."""
    (text,) = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', head(client, address), re.DOTALL
    )
    data = json.loads(text)
    assert data["@context"] == "https://schema.org"
    return {thing["@type"]: thing for thing in data["@graph"]}


@pytest.fixture
def article():
    found = make_article(
        "Ships & <harbours>",
        standfirst="All about ships.",
        body="<p>One two three.</p><p>Four.</p>",
        published_at=datetime(2021, 6, 9, 1, tzinfo=UTC),
        authors=[
            make_author("Ana", links="https://social.example/@ana https://ana.example/"),
            make_author("Bo"),
        ],
        categories=[make_category("Cloud"), make_category("Asia")],
        tags=[make_tag("Chips")],
        lead_image=make_image(make_picture((1600, 1600)), renditions=True, alt="A ship"),
    )
    make_comment(found)
    make_comment(found, status="held")
    return found


def test_a_post_is_a_news_article_with_every_recommended_field(client, article):
    story = things(client, article.get_absolute_url())["NewsArticle"]
    assert story["headline"] == "Ships & <harbours>"
    assert story["description"] == "All about ships."
    assert story["datePublished"] == story["dateModified"] == "2021-06-09T01:00:00+00:00"
    assert story["mainEntityOfPage"] == f"http://testserver{article.get_absolute_url()}"
    assert [image.rsplit("/", 1)[1].split("-", 1)[1] for image in story["image"]] == [
        "16x9-50-50.jpg",
        "4x3-50-50.jpg",
        "1x1-50-50.jpg",
    ]
    assert all(image.startswith("http://testserver/media/") for image in story["image"])
    assert [author["name"] for author in story["author"]] == ["Ana", "Bo"]
    assert story["author"][0]["url"] == "http://testserver/author/ana/"
    assert story["author"][1]["image"] == "http://testserver/author/bo/avatar.svg"
    assert story["articleSection"] == ["Cloud", "Asia"]
    assert story["keywords"] == ["Chips"]
    assert (story["wordCount"], story["commentCount"]) == (4, 1)


def test_it_names_its_publisher_and_where_corrections_stand(client, article):
    found = things(client, article.get_absolute_url())
    assert found["NewsArticle"]["publisher"]["@id"] == found["NewsMediaOrganization"]["@id"]
    assert found["NewsMediaOrganization"]["name"] == "Newsroom"
    assert found["NewsMediaOrganization"]["correctionsPolicy"] == "http://testserver/corrections/"


def test_breadcrumbs_lead_from_home_by_the_first_category(client, article):
    steps = things(client, article.get_absolute_url())["BreadcrumbList"]["itemListElement"]
    assert [step["name"] for step in steps] == ["Newsroom", "Cloud", "Ships & <harbours>"]
    assert [step["position"] for step in steps] == [1, 2, 3]


def test_an_update_and_a_correction_are_dated(client, article):
    article.updated_at = datetime(2021, 6, 10, tzinfo=UTC)
    article.save()
    assert "2021-06-10T00:00:00+00:00" in client.get(article.get_absolute_url()).text
    article.corrections.create(text="It was two.", corrected_at=datetime(2021, 6, 11, tzinfo=UTC))
    story = things(client, article.get_absolute_url())["NewsArticle"]
    assert story["correction"][0]["text"] == "It was two."
    assert story["dateModified"] == story["correction"][0]["datePublished"]


def test_no_text_ends_the_element_that_holds_it(client):
    article = make_article("</script><script>alert(1)</script>")
    text = head(client, article.get_absolute_url())
    assert "<script>alert" not in text
    assert things(client, article.get_absolute_url())["NewsArticle"]["headline"] == article.title


def test_open_graph_has_a_picture_with_its_size_and_words(client, article):
    text = head(client, article.get_absolute_url())
    for name, value in {
        "og:type": "article",
        "og:title": "Ships &amp; &lt;harbours&gt;",
        "og:description": "All about ships.",
        "og:url": f"http://testserver{article.get_absolute_url()}",
        "og:image:width": "1200",
        "og:image:height": "675",
        "og:image:alt": "A ship",
        "article:section": "Cloud",
        "article:tag": "Chips",
    }.items():
        assert f'<meta property="{name}" content="{value}">' in text
    assert re.search(r'og:image" content="http://testserver/media/\S+-16x9-50-50.jpg"', text)


def test_the_head_names_authors_and_their_places(client, article):
    text = head(client, article.get_absolute_url())
    assert '<meta name="author" content="Ana and Bo">' in text
    assert '<link rel="me" href="https://ana.example/">' in text
    assert '<meta name="fediverse:creator" content="@ana@social.example">' in text
    assert text.count("fediverse:creator") == 1


def test_large_previews_are_allowed_and_personal_pages_are_not_indexed(client, article):
    address = article.get_absolute_url()
    assert 'name="robots" content="max-image-preview:large"' in head(client, address)
    comment = article.comments.get(status="published")
    reply = head(client, f"{address}reply/{comment.pk}/")
    assert 'name="robots" content="noindex"' in reply
    assert "max-image-preview" not in reply
    assert f'rel="canonical" href="http://testserver{address}"' in reply


def test_the_home_page_says_how_the_site_is_searched(client, article):
    website = things(client, "/")["WebSite"]
    assert website["potentialAction"]["target"] == "http://testserver/?s={words}"
    assert 'property="og:image"' in head(client, "/")
