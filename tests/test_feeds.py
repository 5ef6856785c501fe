"""Feeds carry every new post and comment whole, to any reader, and nothing that is not public."""

import calendar
import json
import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from xml.etree import ElementTree

import feedparser
import pytest
from django.utils import timezone
from django.utils.http import http_date

from articles.models import Article, Author, Byline, Category, Filing, Tag
from articles.site import with_absolute_links
from comments.models import Comment
from tests.factories import (
    make_article,
    make_author,
    make_category,
    make_comment,
    make_draft,
    make_scheduled,
    make_tag,
    make_user,
)

pytestmark = pytest.mark.django_db

LISTS = ["/", "/category/cloud/", "/tag/chips/", "/author/ana/"]
XML = ["feed/", "feed/atom/"]
FORMS = [*XML, "feed/json/"]
CONTROL = "".join(map(chr, [*range(1, 9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF]))


def filed(title="Hello", **values):
    """A post that stands in every feed of ``LISTS``."""
    models = {"authors": (Author, "Ana"), "categories": (Category, "Cloud"), "tags": (Tag, "Chips")}
    for field, (model, name) in models.items():
        values.setdefault(field, [model.objects.get_or_create(name=name)[0]])
    return make_article(title, **values)


def parsed(client, address):
    """What a feed reader makes of the feed; it must not find a single fault in it."""
    answer = client.get(address)
    assert answer.status_code == 200
    if "json" in answer["Content-Type"]:
        return json.loads(answer.content)
    ElementTree.fromstring(answer.content)
    feed = feedparser.parse(answer.content, sanitize_html=False)
    assert feed.bozo == 0, feed.get("bozo_exception")
    return feed


def titles(client, address):
    feed = parsed(client, address)
    return [entry["title"] for entry in feed["items" if "home_page_url" in feed else "entries"]]


def full_text(client, address):
    """The whole text of the first entry, in whichever form."""
    feed = parsed(client, address)
    if "home_page_url" in feed:
        return feed["items"][0]["content_html"]
    return feed.entries[0].content[-1].value


@pytest.mark.parametrize("base", LISTS)
@pytest.mark.parametrize("form", FORMS)
def test_every_list_has_a_feed_with_the_full_text(client, base, form):
    body = "<p>First &amp; foremost.</p><blockquote><p>Said &lt;aloud&gt;.</p></blockquote>"
    article = filed(body=body)
    assert titles(client, f"{base}{form}") == ["Hello"]
    assert full_text(client, f"{base}{form}") == article.body


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ("feed/", "application/rss+xml; charset=utf-8"),
        ("feed/atom/", "application/atom+xml; charset=utf-8"),
        ("feed/json/", "application/feed+json"),
    ],
)
def test_each_form_has_its_own_content_type(client, form, kind):
    article = make_article()
    for base in ["/", "/comments/", article.get_absolute_url()]:
        assert client.get(f"{base}{form}")["Content-Type"] == kind


@pytest.mark.parametrize("base", ["/", "/category/cloud/", "/comments/"])
@pytest.mark.parametrize("form", FORMS)
def test_an_empty_feed_is_well_formed_and_always_the_same(client, base, form):
    make_category("Cloud")
    assert titles(client, f"{base}{form}") == []
    first = client.get(f"{base}{form}")
    assert "Last-Modified" not in first
    assert re.search(rb"1970|items", first.content)


@pytest.mark.parametrize(
    "address", ["/category/none/", "/tag/none/", "/author/none/", "/2021/06/09/none/"]
)
@pytest.mark.parametrize("form", FORMS)
def test_the_feed_of_nothing_is_not_found(client, address, form):
    assert client.get(f"{address}{form}").status_code == 404


def test_another_format_is_not_found(client):
    assert client.get("/feed/rdf/").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_feeds_are_only_read(client, method):
    assert getattr(client, method)("/feed/").status_code == 405


@pytest.mark.parametrize("base", LISTS)
@pytest.mark.parametrize("form", FORMS)
def test_drafts_and_scheduled_posts_never_appear(client, base, form):
    filed("Public")
    filed("Scheduled", published_at=timezone.now() + timedelta(minutes=1))
    Article.objects.filter(pk=filed("Draft").pk).update(status=Article.Status.DRAFT)
    assert titles(client, f"{base}{form}") == ["Public"]


@pytest.mark.parametrize("form", FORMS)
def test_a_scheduled_post_appears_at_its_second(client, monkeypatch, form):
    article = make_scheduled("Soon")
    for seconds, expected in [(-1, []), (0, ["Soon"])]:
        now = article.published_at + timedelta(seconds=seconds)
        monkeypatch.setattr("articles.models.articles.timezone.now", lambda now=now: now)
        assert titles(client, f"/{form}") == expected


@pytest.mark.parametrize("form", FORMS)
def test_it_holds_the_twenty_newest_newest_first(client, form):
    for day in range(1, 23):
        filed(f"Day {day}", published_at=datetime(2021, 6, day, tzinfo=UTC))
    expected = [f"Day {day}" for day in range(22, 2, -1)]
    assert [titles(client, f"{base}{form}") for base in LISTS] == [expected] * 4


def rich_post():
    return make_article(
        "Tea & chips",
        standfirst="Two < three & more.",
        authors=[make_author("Ana"), make_author("Bo")],
        categories=[make_category("Cloud"), make_category("Asia")],
        tags=[make_tag("Chips")],
        published_at=datetime(2021, 6, 9, 1, 2, 3, tzinfo=UTC),
    )


def test_rss_says_who_when_where_and_about_what(client, settings):
    settings.SITE_URL = "https://news.example.org"
    article = rich_post()
    make_comment(article), make_comment(article), make_comment(article, status="held")
    item = ElementTree.fromstring(client.get("/feed/").content).find("channel/item")
    link = "https://news.example.org/2021/06/09/tea-chips/"

    def texts(name):
        return [element.text for element in item.findall(name)]

    assert texts("title") == ["Tea & chips"]
    assert texts("link") == [link]
    assert texts("description") == ["Two &lt; three &amp; more."]
    assert texts("{http://purl.org/dc/elements/1.1/}creator") == ["Ana", "Bo"]
    assert texts("category") == ["Cloud", "Asia", "Chips"]
    assert texts("pubDate") == ["Wed, 09 Jun 2021 01:02:03 +0000"]
    assert texts("guid") == [f"https://news.example.org/?p={article.pk}"]
    assert item.find("guid").get("isPermaLink") == "false"
    assert texts("comments") == [f"{link}#comments"]
    assert texts("{http://wellformedweb.org/CommentAPI/}commentRss") == [f"{link}feed/"]
    assert texts("{http://purl.org/rss/1.0/modules/slash/}comments") == ["2"]


@pytest.mark.parametrize("base", [*LISTS, "/comments/"])
def test_rss_says_whose_it_is_and_where_it_stands(client, settings, base):
    settings.SITE_URL = "https://news.example.org"
    article = filed()
    make_comment(article, created_at=article.published_at)
    Article.objects.update(saved_at=article.published_at)
    channel = ElementTree.fromstring(client.get(f"{base}feed/").content).find("channel")
    home = "/" if base == "/comments/" else base
    assert channel.find("link").text == f"https://news.example.org{home}"
    own = channel.find("{http://www.w3.org/2005/Atom}link")
    assert (own.get("rel"), own.get("href")) == ("self", f"https://news.example.org{base}feed/")
    assert channel.find("language").text == "en-gb"
    assert channel.find("title").text.endswith("Newsroom")
    built = feedparser.datetimes._parse_date(channel.find("lastBuildDate").text)
    assert calendar.timegm(built) == int(article.published_at.timestamp())


def test_atom_says_the_same_in_its_own_words(client):
    article = rich_post()
    make_comment(article)
    feed = parsed(client, "/feed/atom/")
    entry = feed.entries[0]
    assert [(author.name, author.href) for author in entry.authors] == [
        ("Ana", "http://testserver/author/ana/"),
        ("Bo", "http://testserver/author/bo/"),
    ]
    assert [tag.term for tag in entry.tags] == ["Cloud", "Asia", "Chips"]
    assert entry.id == f"http://testserver/?p={article.pk}"
    assert entry.published == "2021-06-09T01:02:03+00:00"
    assert entry.updated == "2021-06-09T01:02:03+00:00"
    replies = [link for link in entry.links if link.rel == "replies"]
    assert [(link.href, link["thr:count"]) for link in replies] == [
        ("http://testserver/2021/06/09/tea-chips/feed/atom/", "1")
    ]
    assert feed.feed.id == "http://testserver/feed/atom/"
    assert (feed.feed.author, feed.feed.title) == ("Newsroom", "Newsroom")


def test_json_feed_says_the_same_in_its_own_words(client):
    article = rich_post()
    feed = parsed(client, "/feed/json/")
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert (feed["title"], feed["language"]) == ("Newsroom", "en-gb")
    assert feed["home_page_url"] == "http://testserver/"
    assert feed["feed_url"] == "http://testserver/feed/json/"
    item = feed["items"][0]
    assert item["id"] == f"http://testserver/?p={article.pk}"
    assert item["url"] == "http://testserver/2021/06/09/tea-chips/"
    assert (item["title"], item["summary"]) == ("Tea & chips", "Two < three & more.")
    assert item["authors"] == [
        {"name": "Ana", "url": "http://testserver/author/ana/"},
        {"name": "Bo", "url": "http://testserver/author/bo/"},
    ]
    assert item["tags"] == ["Cloud", "Asia", "Chips"]
    assert item["date_published"] == "2021-06-09T01:02:03+00:00"


@pytest.mark.parametrize("form", FORMS)
def test_the_lead_picture_comes_along(client, monkeypatch, form):
    crop = SimpleNamespace(url="/media/lead.jpg", width=1600, height=900)
    image = SimpleNamespace(alt="A harbour & a ship", crop=lambda shape: crop)
    monkeypatch.setattr(Article, "lead_image", image, raising=False)
    make_article()
    feed = parsed(client, f"/{form}")
    if "home_page_url" in feed:
        assert feed["items"][0]["image"] == "http://testserver/media/lead.jpg"
        return
    assert feed.entries[0].media_content == [
        {
            "url": "http://testserver/media/lead.jpg",
            "medium": "image",
            "width": "1600",
            "height": "900",
        }
    ]
    assert b"A harbour &amp; a ship</media:description>" in client.get(f"/{form}").content


@pytest.mark.parametrize("form", FORMS)
def test_a_post_without_a_lead_picture_says_nothing_of_one(client, form):
    make_article()
    content = client.get(f"/{form}").content
    assert b"media:content" not in content
    assert b'"image"' not in content


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="/about/">x</a>', '<a href="https://n.org/about/">x</a>'),
        ('<a href="#note">x</a>', '<a href="https://n.org/2021/06/09/tea/#note">x</a>'),
        (
            '<a href="?p=3&amp;x=1">x</a>',
            '<a href="https://n.org/2021/06/09/tea/?p=3&amp;x=1">x</a>',
        ),
        ('<img alt="b" src="/media/a.jpg">', '<img alt="b" src="https://n.org/media/a.jpg">'),
        ('<a href="//o.org/x">x</a>', '<a href="https://o.org/x">x</a>'),
        ('<a href="https://o.org/x">x</a>', '<a href="https://o.org/x">x</a>'),
        ('<a href="mailto:a@o.org">x</a>', '<a href="mailto:a@o.org">x</a>'),
        ('<p>Write href="/x" there</p>', '<p>Write href="/x" there</p>'),
        ('<a href="//[">x</a>', '<a href="//[">x</a>'),
    ],
)
def test_links_in_a_text_become_absolute(html, expected):
    assert with_absolute_links(html, "https://n.org/2021/06/09/tea/") == expected


@pytest.mark.parametrize("form", FORMS)
def test_no_feed_holds_a_relative_link(client, form):
    body = '<p><a href="/about/">About</a></p><figure><img src="/media/a.jpg" alt="a"></figure>'
    make_article(body=body)
    text = full_text(client, f"/{form}")
    assert 'href="http://testserver/about/"' in text
    assert 'src="http://testserver/media/a.jpg"' in text


@pytest.mark.parametrize("form", FORMS)
def test_characters_that_xml_cannot_hold_break_no_feed(client, form):
    author, category = make_author(f"A{CONTROL}na"), make_category(f"Clo{CONTROL}ud", slug="cloud")
    article = make_article(
        "Hello", standfirst=f"A{CONTROL}b", authors=[author], categories=[category]
    )
    Article.objects.filter(pk=article.pk).update(title=f"Hel{CONTROL}lo")
    comment = make_comment(article, name=f"Fa{CONTROL}rah", body=f"Good{CONTROL} one.")
    assert titles(client, f"/{form}") == ["Hello"]
    assert titles(client, f"/category/cloud/{form}") == ["Hello"]
    for base in ["/comments/", article.get_absolute_url()]:
        assert titles(client, f"{base}{form}") == ["Farah on “Hello”"]
        assert full_text(client, f"{base}{form}") == comment.html.replace(CONTROL, "")


# Comments


@pytest.mark.parametrize("form", FORMS)
def test_comments_have_feeds_of_the_site_and_of_their_post(client, form):
    article, other = make_article("Tea"), make_article("Chips")
    now = timezone.now()
    make_comment(article, name="Farah", body="Good\n\nto see.", created_at=now)
    make_comment(other, name="Gil", created_at=now - timedelta(minutes=1))
    assert titles(client, f"/comments/{form}") == ["Farah on “Tea”", "Gil on “Chips”"]
    assert titles(client, f"{article.get_absolute_url()}{form}") == ["Farah on “Tea”"]
    assert full_text(client, f"/comments/{form}") == "<p>Good</p>\n<p>to see.</p>"


def test_a_comment_has_a_lasting_id_and_its_own_address(client):
    article = make_article()
    comment = make_comment(article)
    entry = parsed(client, f"{article.get_absolute_url()}feed/").entries[0]
    assert entry.id == f"http://testserver/?p={article.pk}#comment-{comment.pk}"
    assert entry.link == f"http://testserver{comment.get_absolute_url()}"
    assert entry.author == comment.name


@pytest.mark.parametrize("status", ["held", "rejected", "spam"])
@pytest.mark.parametrize("form", FORMS)
def test_only_published_comments_appear(client, status, form):
    article = make_article()
    make_comment(article, status=status)
    assert titles(client, f"/comments/{form}") == []
    assert titles(client, f"{article.get_absolute_url()}{form}") == []


@pytest.mark.parametrize("make", [make_draft, make_scheduled])
def test_comments_under_a_post_that_is_not_public_do_not_appear(client, make):
    article = make("Secret")
    make_comment(article)
    assert titles(client, "/comments/feed/") == []
    day = article.published_at or article.created_at
    assert client.get(f"/{day:%Y/%m/%d}/secret/feed/").status_code == 404
    assert client.get("/2021/06/09/secret/feed/").status_code == 404


@pytest.mark.parametrize("form", FORMS)
def test_the_feed_of_a_post_under_a_wrong_date_leads_to_the_right_one(client, form):
    make_article("Hello", published_at=datetime(2021, 6, 9, 1, tzinfo=UTC))
    answer = client.get(f"/2021/06/08/hello/{form}")
    assert (answer.status_code, answer["Location"]) == (301, f"/2021/06/09/hello/{form}")


@pytest.mark.parametrize("form", FORMS)
def test_no_email_address_is_given_away(client, form):
    user = make_user(email="ana@example.org")
    article = filed(authors=[make_author("Ana", user=user)])
    make_comment(article, email="farah@example.org", user=user)
    for base in [*LISTS, "/comments/", article.get_absolute_url()]:
        answer = client.get(f"{base}{form}")
        assert answer.status_code == 200
        assert b"@" not in answer.content


# Asking again


@pytest.mark.parametrize("base", [*LISTS, "/comments/", "/2021/06/09/hello/"])
@pytest.mark.parametrize("form", FORMS)
def test_who_has_it_already_gets_no_second_copy(client, base, form):
    make_comment(filed(published_at=datetime(2021, 6, 9, tzinfo=UTC)))
    first = client.get(f"{base}{form}")
    assert first["Cache-Control"] == "public, max-age=60"
    for header in [
        {"If-None-Match": first["ETag"]},
        {"If-Modified-Since": first["Last-Modified"]},
    ]:
        again = client.get(f"{base}{form}", headers=header)
        assert (again.status_code, again.content) == (304, b"")
        assert again["Cache-Control"] == "public, max-age=60"
        assert again["ETag"] == first["ETag"]


@pytest.mark.parametrize("values", [{}, {"is_update": True}, {"correction": "It was two."}])
def test_a_change_is_sent_to_who_has_the_old_one(client, values):
    article = make_article(published_at=datetime(2021, 6, 9, tzinfo=UTC))
    first = client.get("/feed/")
    article.publish_changes({"title": "Better"}, **values)
    for header in [
        {"If-None-Match": first["ETag"]},
        {"If-Modified-Since": first["Last-Modified"]},
    ]:
        assert client.get("/feed/", headers=header).status_code == 200


def test_the_date_is_that_of_the_newest_change(client):
    make_article("Old"), make_article("New")
    Article.objects.update(published_at=datetime(2021, 6, 9, tzinfo=UTC))
    updated = datetime(2021, 6, 10, tzinfo=UTC)
    Article.objects.filter(title="Old").update(updated_at=updated)
    assert client.get("/feed/")["Last-Modified"] == http_date(updated.timestamp())


def test_who_has_a_withdrawn_post_gets_the_feed_without_it(client):
    make_article("Stays", published_at=datetime(2021, 6, 9, tzinfo=UTC))
    gone = make_article("Gone")
    first = client.get("/feed/")
    Article.objects.filter(pk=gone.pk).update(status=Article.Status.DRAFT)
    again = client.get("/feed/", headers={"If-Modified-Since": first["Last-Modified"]})
    assert again.status_code == 200
    assert b"Gone" not in again.content


def test_a_comment_let_through_late_counts_as_new(client):
    article = make_article()
    late = make_comment(article, status="held", created_at=datetime(2021, 6, 8, tzinfo=UTC))
    make_comment(article, created_at=datetime(2021, 6, 9, tzinfo=UTC))
    first = client.get("/comments/feed/")
    late.approve(by=make_user("Moderator"))
    again = client.get("/comments/feed/", headers={"If-Modified-Since": first["Last-Modified"]})
    assert again.status_code == 200


def test_feeds_set_no_cookie_and_vary_by_none(client):
    answer = client.get("/feed/")
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")


# Cost


def many_posts(count):
    """``count`` posts in one category, with one tag, by two authors."""
    ana, bo, cloud, chips = (
        make_author("Ana"),
        make_author(),
        make_category("Cloud"),
        make_tag("Chips"),
    )
    now = timezone.now()
    made = Article.objects.bulk_create(
        Article(
            title=f"Post {number}",
            slug=f"post-{number}",
            body="<p>Words.</p>",
            status=Article.Status.PUBLISHED,
            published_at=now - timedelta(hours=number + 1),
        )
        for number in range(count)
    )
    Byline.objects.bulk_create(
        Byline(article=article, author=author) for article in made for author in (ana, bo)
    )
    Filing.objects.bulk_create(Filing(article=article, category=cloud) for article in made)
    Article.tags.through.objects.bulk_create(
        Article.tags.through(article=article, tag=chips) for article in made
    )
    Comment.objects.bulk_create(
        Comment(article=article, name="Farah", body="Good.", status=Comment.Status.PUBLISHED)
        for article in made[:30]
    )
    return made[0]


@pytest.mark.parametrize("posts", [30, 3000])
def test_a_feed_costs_the_same_few_queries_however_much_there_is(
    client, django_assert_num_queries, posts
):
    newest = many_posts(posts)
    costs = {"/": 5, "/category/cloud/": 6, "/tag/chips/": 6, "/author/ana/": 6}
    costs |= {"/comments/": 2, newest.get_absolute_url(): 3}
    for base, queries in costs.items():
        for form in FORMS:
            with django_assert_num_queries(queries):
                assert client.get(f"{base}{form}").status_code == 200


# Finding them


def alternates(client, address):
    html = client.get(address).content.decode()
    return re.findall(r'<link rel="alternate" type="([^"]+)" title="([^"]+)" href="([^"]+)"', html)


@pytest.mark.parametrize(
    ("base", "name"),
    [
        ("/", "Newsroom"),
        ("/category/cloud/", "Cloud · Newsroom"),
        ("/tag/chips/", "Chips · Newsroom"),
        ("/author/ana/", "Ana · Newsroom"),
    ],
)
def test_a_list_names_its_own_feeds(client, base, name):
    filed()
    assert alternates(client, base) == [
        ("application/rss+xml", name, f"{base}feed/"),
        ("application/atom+xml", f"{name} (Atom)", f"{base}feed/atom/"),
        ("application/feed+json", f"{name} (JSON Feed)", f"{base}feed/json/"),
    ]


def test_a_post_names_the_sites_feed_and_that_of_its_comments(client):
    address = make_article("Tea & chips").get_absolute_url()
    assert alternates(client, address)[:2] == [
        ("application/rss+xml", "Newsroom", "/feed/"),
        ("application/rss+xml", "Comments on “Tea &amp; chips”", f"{address}feed/"),
    ]


@pytest.mark.parametrize("period", ["2021", "2021/06", "2021/06/09"])
def test_an_archive_has_feeds_of_its_time(client, period):
    make_article("Then", published_at=datetime(2021, 6, 9, 12, tzinfo=UTC))
    make_article("Another time", published_at=datetime(2020, 1, 1, tzinfo=UTC))
    for form in ("", "atom/", "json/"):
        text = client.get(f"/{period}/feed/{form}").content.decode()
        assert "Then" in text
        assert "Another time" not in text
    assert f'href="/{period}/feed/"' in client.get(f"/{period}/").content.decode()


@pytest.mark.parametrize("period", ["0000", "2021/13", "2021/02/30"])
def test_a_time_that_no_calendar_has_has_no_feed(client, period):
    assert client.get(f"/{period}/feed/").status_code == 404
