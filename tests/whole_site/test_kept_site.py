"""
The whole site behind the page cache: after every kind of edit each kept page is, byte for byte, the
one that would be made anew.
"""

import re
import sys
import time
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article, Author, Category, Correction, Image, Page, Tag
from comments.models import Comment, Discussion, Policy
from comments.pages import PAGE_SIZE, own_address
from newsroom import page_cache
from newsroom.freshness import Freshness
from newsroom.models import Version
from newsroom.page_cache import PageCache
from newsroom.templatetags import kept
from tests.factories import (
    make_article,
    make_author,
    make_category,
    make_comment,
    make_image,
    make_tag,
    make_user,
)

pytestmark = pytest.mark.django_db


class Versions:
    """The numbers as this test's own connection sees them; elsewhere another one asks."""

    def read(self, keys):
        if connection.vendor == "postgresql":
            # There the counting waits for the end of the transaction, and is done once in it.
            connection.check_constraints()
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('newsroom.counted', '', true)")
        found = dict(Version.objects.values_list("key", "number"))
        return tuple(found.get(key, 0) for key in keys)


@pytest.fixture
def site(settings, monkeypatch):
    """``site(address)`` is what a reader gets; ``site(address, anew=True)`` what Django makes."""
    settings.SITE_URL, settings.PAGE_CACHE_MB = "http://testserver", 8
    settings.ALLOWED_HOSTS = ["testserver"]
    handler, fresh, made = WSGIHandler(), Freshness(Versions()), []

    def django(environ, start_response):
        made.append(environ["PATH_INFO"])
        return handler(environ, start_response)

    cache = PageCache(django, fresh, room=8_000_000)
    monkeypatch.setattr(kept, "PARTS", kept.Parts())

    def answer(address, anew=False, **headers):
        for module in (page_cache, kept):
            monkeypatch.setattr(module, "freshness", lambda: None if anew else fresh)
        path, _, query = address.partition("?")
        environ = {
            **{"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query},
            **{"SERVER_NAME": "testserver", "SERVER_PORT": "80", "HTTP_HOST": "testserver"},
            **{"SCRIPT_NAME": "", "REMOTE_ADDR": "203.0.113.1", "wsgi.url_scheme": "http"},
            **{"wsgi.input": BytesIO(), "wsgi.errors": sys.stderr, **headers},
        }
        said = []
        chunks = (django if anew else cache)(environ, lambda status, *_rest: said.append(status))
        body = b"".join(chunks)
        if hasattr(chunks, "close"):
            chunks.close()
        return said[-1], body

    answer.cache, answer.made = cache, made
    # The connection is in the middle of the test's transaction. Django's own client does so, too.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield answer
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def story():
    """A post with everything that other pages show of it, and others around it."""
    Page.objects.create(title="About", body="<p>Who we are.</p>")
    category, tag, author = make_category("Cloud"), make_tag("Chips"), make_author("Ana", bio="A.")
    post = make_article(
        "Harbour plan",
        authors=[author],
        categories=[category],
        tags=[tag],
        lead_image=make_image(renditions=True),
    )
    for number in range(12):
        make_article(f"Older {number}", authors=[author], categories=[category], tags=[tag])
    make_comment(post, name="Said", body="I think so.")
    make_comment(post, name="Held", status="held")
    return post


def places(post):
    address = post.get_absolute_url()
    return [
        *("/", "/page/2/", "/category/cloud/", "/tag/chips/", "/author/ana/", "/about/"),
        *("/corrections/", "/feed/", "/feed/atom/", "/feed/json/", "/comments/feed/"),
        *("/sitemap.xml", "/news-sitemap.xml", "/robots.txt", "/author/ana/avatar.svg"),
        *(f"/{post.published_on:%Y}/", f"/{post.published_on:%Y/%m/%d}/", address),
        *(f"{address}feed/", "/category/cloud/feed/", Article.objects.last().get_absolute_url()),
    ]


EDITS = {
    "saved": lambda post: (setattr(post, "title", "New"), post.save()),
    "updated": lambda post: Article.objects.filter(pk=post.pk).update(standfirst="New."),
    "renamed": lambda post: (setattr(post, "slug", "new"), post.save()),
    "published changes": lambda post: post.publish_changes({"title": "New"}, correction="Wrong."),
    "unpublished": lambda post: post.unpublish(),
    "trashed": lambda post: post.trash(),
    "deleted": lambda post: post.delete(),
    "pinned": lambda post: Article.objects.filter(title="Older 3").update(pinned=True),
    "signed": lambda post: post.sign(make_author("Bo")),
    "filed": lambda post: post.file_under(make_category("Sea")),
    "tagged": lambda post: post.tags.clear(),
    "author renamed": lambda post: Author.objects.update(name="Anna"),
    "category renamed": lambda post: Category.objects.update(name="Sky"),
    "tag renamed": lambda post: Tag.objects.update(name="Crisps"),
    "page changed": lambda post: Page.objects.update(title="About us"),
    "page added": lambda post: Page.objects.create(title="Contact", body="<p>x</p>"),
    "picture described": lambda post: Image.objects.update(alt="A harbour"),
    "corrected": lambda post: Correction.objects.create(article=post, text="It was Tuesday."),
    "commented": lambda post: make_comment(post, body="Me too."),
    "approved": lambda post: post.comments.get(name="Held").approve(),
    "rejected": lambda post: post.comments.get(name="Said").reject(),
    "edited": lambda post: Comment.objects.filter(name="Said").update(body="I do not."),
    "featured": lambda post: post.comments.get(name="Said").feature(by=make_user()),
    "discussion closed": lambda post: Article.objects.update(comments_open=False),
    "policy changed": lambda post: Policy.objects.update(newest_first=True),
    "other policy": lambda post: Discussion.objects.update(
        policy=Policy.objects.create(name="Other", closes_after_days=0)
    ),
}


def plain(body):
    """A page without the tokens that are new each time."""
    return re.sub(rb'value="[\w:.-]{30,}"', b"", body)


@pytest.mark.parametrize("edit", EDITS)
def test_every_kept_page_is_as_if_made_anew_after_a_post_is(site, story, edit):
    addresses = places(story)
    for address in addresses:
        site(address)
    assert set(addresses) <= set(site.cache.pages)
    EDITS[edit](story)
    wrong = [one for one in addresses if site(one) != site(one, anew=True)]
    assert wrong == []


@pytest.mark.parametrize("verb", [Comment.keep, Comment.note, Comment.approve, Comment.reject])
def test_feeds_of_comments_are_as_if_made_anew_after_every_decision(site, story, verb):
    addresses = ["/comments/feed/", f"{story.get_absolute_url()}feed/"]
    kept_before = [site(address) for address in addresses]
    Comment.objects.filter(name="Said").update(report_count=1)
    for comment in story.comments.all():
        verb(comment, by=make_user("Moderator"))
    assert [site(address) for address in addresses] == [
        site(address, anew=True) for address in addresses
    ]
    assert (verb in (Comment.keep, Comment.note)) == (
        kept_before == [site(address) for address in addresses]
    )


@pytest.mark.parametrize("place", ["head", "discussion"])
def test_a_comment_that_comes_while_a_page_is_drawn_is_on_the_next_one(site, monkeypatch, place):
    """What was read before it came must not be kept as what is there since."""
    post = make_article("Quiet")
    draw, said = kept.KeptNode.render, []

    def render(node, context):
        if node.name == place and not said:
            said.append(make_comment(post, body="In between."))
        return draw(node, context)

    monkeypatch.setattr(kept.KeptNode, "render", render)
    site(post.get_absolute_url())
    assert said
    for _turn in range(2):
        assert site(post.get_absolute_url()) == site(post.get_absolute_url(), anew=True)
        assert b"In between." in site(post.get_absolute_url())[1]


def test_a_page_of_comments_shows_what_came_while_the_one_before_was_drawn(site, monkeypatch):
    post = make_article("Busy")
    for number in range(PAGE_SIZE + 1):
        make_comment(post, name=f"Reader {number}")
    address = f"{post.get_absolute_url()}comment-page-2/"
    draw, said = kept.KeptNode.render, []

    def render(node, context):
        if node.name == "head" and not said:
            said.append(make_comment(post, body="In between."))
        return draw(node, context)

    monkeypatch.setattr(kept.KeptNode, "render", render)
    site(address)
    assert site(address) == site(address, anew=True)
    assert f"{PAGE_SIZE + 2} comments".encode() in site(address)[1]


def test_nothing_of_a_writers_own_page_is_kept(site, story):
    """It needs no cookie: who has the address is the writer, until it is changed or decided on."""
    mine = story.comments.get(name="Held")
    address = own_address(mine, story)
    site(story.get_absolute_url())
    assert mine.body.encode() in site(address)[1]
    mine.edit("I have thought it over.")
    assert b"I have thought it over." in site(address)[1]
    mine.reject(by=make_user("Moderator"))
    assert site(address) == site(address, anew=True)
    assert not any(address in key or "comment/" in key[1] for key in kept.PARTS.parts)


def test_a_page_ends_when_a_discussion_closes_by_its_age(site, story):
    Policy.objects.update(closes_after_days=30)
    closing = timezone.now() + timedelta(seconds=3)
    Article.objects.filter(pk=story.pk).update(published_at=closing - timedelta(days=30))
    address = Article.objects.get(pk=story.pk).get_absolute_url()
    assert b"Leave a Reply" in site(address)[1]
    assert address in site.cache.pages
    time.sleep(max(0, (closing - timezone.now()).total_seconds()) + 0.01)
    assert b"Leave a Reply" not in site(address)[1]


def test_no_date_is_too_late_for_a_discussion_that_closes_by_its_age(site, story):
    Policy.objects.update(closes_after_days=30)
    Article.objects.update(published_at=datetime(9999, 12, 20, tzinfo=UTC))
    assert site("/")[0] == "200 OK"


def test_a_second_reader_is_not_made_a_page(site, story):
    address = story.get_absolute_url()
    assert site(address) == site(address) == site(address)
    assert site.made == [address]


def test_after_a_comment_only_the_discussion_is_drawn_again(site, story):
    address = story.get_absolute_url()

    def asked():
        """How many queries the page costs, the numbers aside (elsewhere others ask for them)."""
        with CaptureQueriesContext(connection) as queries:
            site(address)
        return sum(" FROM " in one["sql"] and "version" not in one["sql"] for one in queries)

    whole = asked()
    make_comment(story, body="Me too.")
    assert asked() <= whole - 5
    assert b"Me too." in site(address)[1]


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_COOKIE": "sessionid=x"},
        {"HTTP_COOKIE": "commenter=x"},
        {"HTTP_HOST": "elsewhere.example"},
        {"HTTP_X_FORWARDED_HOST": "elsewhere.example"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_X_ORIGINAL_URL": "/admin/"},
        {"HTTP_ACCEPT_LANGUAGE": "ar"},
        {"HTTP_USER_AGENT": "<script>"},
    ],
)
def test_no_header_of_one_reader_shows_in_the_page_of_another(site, story, headers):
    address = story.get_absolute_url()
    site(address, **headers)
    assert site(address) == site(address, anew=True)
    assert b"elsewhere" not in site(address)[1]


@pytest.mark.parametrize(
    "tail", ["x.css", ";.css", "%2e", ".", "/", "?utm=<x>", "index.html", "\r\nX: y", "../admin/"]
)
def test_odd_addresses_are_never_kept(site, story, tail):
    for address in (story.get_absolute_url(), "/", "/admin/"):
        site(address + tail)
    assert not site.cache.pages


def test_a_thousand_missing_addresses_take_no_room(site):
    for number in range(1000):
        assert site(f"/missing-{number}/")[0].startswith("404")
    assert not site.cache.pages
    assert len(kept.PARTS.parts) < 5


def test_pages_for_one_reader_or_of_drafts_are_never_kept(site, story):
    for address in ("/admin/login/", "/?s=harbour", f"/?p={story.pk}", "/preview/forged/"):
        site(address)
    assert not site.cache.pages


def test_public_pages_write_nothing(site, story):
    """So a machine for readers alone can be given a standby of the database, which refuses that."""
    addresses = [*places(story), "/?s=harbour", "/missing/", "/readyz"]
    for address in addresses:
        site(address)  # What is made once and kept, a drawn avatar say, is there.
    refuse, allow = {
        "sqlite": ("PRAGMA query_only = ON", "PRAGMA query_only = OFF"),
        "postgresql": ("SET TRANSACTION READ ONLY", None),
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(refuse)
        try:
            found = {address: site(address, anew=True)[0] for address in addresses}
        finally:
            if allow:
                cursor.execute(allow)
    assert found.pop("/missing/").startswith("404")
    assert set(found.values()) == {"200 OK"}


def test_staff_share_the_post_with_all_and_the_discussion_with_nobody(site, story, client):
    client.force_login(make_user("Moderator"))
    address = story.get_absolute_url()
    cookie = {"HTTP_COOKIE": f"sessionid={client.cookies['sessionid'].value}"}
    for _turn in range(2):
        theirs, others = site(address, **cookie)[1], site(address)[1]
        assert others == site(address, anew=True)[1]
        assert plain(theirs) == plain(site(address, anew=True, **cookie)[1])
        assert plain(theirs) != plain(others)
