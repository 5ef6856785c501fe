"""
An edit is a small one, of which nobody is told, or an update, which has a date. What waits, or is
only being written, changes nothing that readers or search engines see.
"""

import json
import re
from datetime import UTC, datetime, timedelta

import feedparser
import pytest
from django.utils import timezone

from articles.models import Article, Autosave, Correction, Presence
from articles.sitemaps import PAGE_SIZE
from tests.factories import make_article, make_author, make_image, make_user
from tests.pages import visible_lines

pytestmark = pytest.mark.django_db

PUBLISHED = datetime(2021, 6, 9, 1, tzinfo=UTC)
# All that says when a post changed, besides its own page.
DATED = ["/feed/", "/feed/atom/", "/feed/json/", "/sitemap.xml"]


def sitemap_of(article):
    """Where it stands: keys go on where other tests left off."""
    return f"/sitemap-posts-{article.pk // PAGE_SIZE + 1}.xml"


@pytest.fixture
def article():
    return make_article("Ships", authors=[make_author("Ana")], published_at=PUBLISHED)


def told(client, article):
    """When the post was updated, in each place that says so; None where none does."""
    page = client.get(article.get_absolute_url()).text
    graph = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1]
    head = re.search(r'article:modified_time" content="([^"]+)"', page)
    atom = feedparser.parse(client.get("/feed/atom/").content).entries[0].updated
    item = client.get("/feed/json/").json()["items"][0]
    sitemap = re.search("<lastmod>(.*?)</lastmod>", client.get(sitemap_of(article)).text)
    return {
        "page": "Updated" in page,
        "head": head and head[1],
        "graph": json.loads(graph)["@graph"][0]["dateModified"],
        "atom": atom,
        "json": item["date_modified"],
        "sitemap": sitemap[1],
    }


def moments(seen):
    """The dates in ``seen``, to the second."""
    values = [value for name, value in seen.items() if name != "page" and value]
    return {datetime.fromisoformat(value).replace(microsecond=0) for value in values}


def test_an_update_is_dated_wherever_readers_look(client, article):
    article.publish_changes({"title": "Ships sail"}, is_update=True)
    seen = told(client, article)
    assert seen["page"]
    assert seen["head"]
    assert moments(seen) == {article.updated_at.replace(microsecond=0)}


def test_a_small_edit_is_not_told(client, article):
    article.publish_changes({"title": "Ships sail"})
    seen = told(client, article)
    assert "Ships sail" in visible_lines(client.get(article.get_absolute_url()))
    assert (seen["page"], seen["head"]) == (False, None)
    assert moments(seen) == {PUBLISHED}


def test_a_small_edit_still_reaches_who_asks_by_date(client, article):
    first = client.get("/feed/")
    article.publish_changes({"title": "Ships sail"})
    again = client.get("/feed/", headers={"If-Modified-Since": first["Last-Modified"]})
    assert again.status_code == 200
    assert "Ships sail" in again.text


def test_a_correction_is_an_update(client, article):
    article.publish_changes({"title": "Ships sail"}, correction="It was Tuesday.")
    seen = told(client, article)
    assert seen["page"]
    assert moments(seen) == {article.corrections.get().corrected_at.replace(microsecond=0)}
    article.refresh_from_db()
    assert article.updated_at == article.corrections.get().corrected_at


def test_a_correction_added_by_itself_is_one_too(client, article):
    correction = Correction.objects.create(article=article, text="It was Tuesday.")
    assert moments(told(client, article)) == {correction.corrected_at.replace(microsecond=0)}


def test_an_old_correction_does_not_set_the_date_back(article):
    article.publish_changes({"title": "Ships sail"}, is_update=True)
    updated = article.updated_at
    article.corrections.create(text="Old.", corrected_at=PUBLISHED + timedelta(days=1))
    article.refresh_from_db()
    assert article.updated_at == updated


def test_an_update_before_the_post_was_published_anew_is_not_told(client, article):
    article.publish_changes({"title": "Ships sail"}, is_update=True)
    article.unpublish()
    article.publish(at=timezone.now())
    seen = told(client, article)
    assert not seen["page"]
    assert moments(seen) == {article.published_at.replace(microsecond=0)}


def propose(article):
    article.propose({"title": "Secret", "body": "<p>Secret.</p>"}, make_user("Reporter"))


def submit(article):
    propose(article)
    article.submit()


def discard(article):
    propose(article)
    article.discard_changes()


def propose_a_correction(article):
    article.propose({"correction": "It was Tuesday.", "is_update": True})


def propose_a_picture(article):
    article.propose({"lead_image": make_image().pk})


def autosave(article):
    Autosave.objects.create(user=make_user(), article=article, fields={"title": ["Secret"]})


def be_there(article):
    Presence.objects.create(user=make_user(), article=article)


WAITING = [
    *(propose, submit, discard, propose_a_correction, propose_a_picture, autosave, be_there),
]


@pytest.mark.parametrize("step", WAITING)
def test_what_waits_changes_nothing_that_readers_or_search_engines_see(client, article, step):
    # The version that was there before is kept when somebody first touches the post.
    places = [*DATED, sitemap_of(article), article.get_absolute_url()]
    before = {address: client.get(address) for address in places}
    step(Article.objects.get())
    for address, answer in before.items():
        again = client.get(address)
        assert again.get("Last-Modified") == answer.get("Last-Modified")
        assert again.get("ETag") == answer.get("ETag")
        if "ETag" not in answer:
            assert without_token(again.text) == without_token(answer.text)


def without_token(html):
    return re.sub(r'name="token" value="[^"]+"|nonce="[^"]+"', "", html)


@pytest.mark.parametrize("form", ["feed/", "feed/atom/", "feed/json/"])
def test_feeds_say_what_was_corrected(client, article, form):
    article.corrections.create(
        text="It was <two> & more.", corrected_at=datetime(2021, 6, 11, tzinfo=UTC)
    )
    article.corrections.create(text="No, three.", corrected_at=datetime(2021, 6, 12, tzinfo=UTC))
    answer = client.get(f"/{form}")
    if form == "feed/json/":
        text = answer.json()["items"][0]["content_html"]
    else:
        parsed = feedparser.parse(answer.content, sanitize_html=False)
        assert parsed.bozo == 0
        text = parsed.entries[0].content[-1].value
    body, notice = text.split("<h2>Corrections</h2>")
    assert body.strip() == article.body
    assert "11 Jun 2021</time>: It was &lt;two&gt; &amp; more.</p>" in notice
    assert notice.index("It was") < notice.index("No, three.")


def test_feeds_say_nothing_of_a_correction_that_waits(client, article):
    propose_a_correction(article)
    assert "Tuesday" not in client.get("/feed/").text
