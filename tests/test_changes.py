"""Readers can see what has changed in a post since it was published, where that is switched on."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from articles.models import Article, FormerSlug
from articles.sitemaps import PAGE_SIZE
from tests.factories import make_article, make_author, make_draft, make_image, make_tag, make_user
from tests.pages import visible_lines

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """``clock(hours)`` lets time pass."""
    now = [timezone.now()]
    monkeypatch.setattr(timezone, "now", lambda: now[0])

    def let_pass(hours=1):
        now[0] += hours * HOUR

    return let_pass


def make_shown(title="The title", **values):
    return make_article(title, show_changes="yes", **values)


def changes(article):
    article.refresh_from_db()
    return f"{article.get_absolute_url()}changes/"


def edit(article, clock, is_update=False, correction="", **text):
    clock()
    by = make_user(first_name="Secret", last_name="Editor")
    article.publish_changes(text, by, "A secret note", is_update=is_update, correction=correction)
    article.corrections.filter(text=correction).update(corrected_at=timezone.now())


def bare(answer):
    assert answer.status_code == 200
    return re.sub(r'<span class="change-word">[^<]*</span>', "", answer.text)


def test_each_published_version_stands_there_newest_first(client, clock):
    article = make_shown(body="<p>A brown fox.</p>")
    edit(article, clock, body="<p>A red fox.</p>")
    edit(article, clock, title="Another title", is_update=True)
    answer = client.get(changes(article))
    text = bare(answer)
    assert "<del>The</del><ins>Another</ins> title" in text
    assert "A <del>brown</del><ins>red</ins> fox." in text
    lines = visible_lines(answer)
    update, small, first = (lines.index(e) for e in ("Update", "Small change", "First published"))
    assert update < small < first
    assert [version.is_update for version in answer.context["versions"]] == [True, False, False]


def test_nobody_of_the_staff_and_no_note_is_named(client, clock):
    article = make_shown()
    edit(article, clock, title="Other")
    text = client.get(changes(article)).text
    assert "Secret" not in text
    assert "secret" not in text
    assert "user-" not in text


def test_corrections_stand_with_the_version_they_fall_on(client, clock):
    article = make_shown(body="<p>On Monday.</p>")
    edit(article, clock, body="<p>On Tuesday.</p>", correction="It was Tuesday.")
    edit(article, clock, title="Other")
    versions = client.get(changes(article)).context["versions"]
    texts = [[str(each) for each in version.corrections] for version in versions]
    assert texts == [[], ["It was Tuesday."], []]


def test_versions_that_read_the_same_are_one(client, clock):
    article = make_shown()
    edit(article, clock, pinned=True)
    edit(article, clock, tags=[make_tag("secret tag").pk])
    edit(article, clock, title="Other")
    edit(article, clock, comments_open=False)
    versions = client.get(changes(article)).context["versions"]
    assert len(versions) == 2
    assert [each.name for each in versions[0].differences] == ["title"]


def test_authors_and_pictures_are_named(client, clock):
    article = make_shown(authors=[make_author("Ana Ruiz")])
    edit(article, clock, authors=[make_author("Bo Li").pk], lead_image=make_image(alt="A ship").pk)
    text = bare(client.get(changes(article)))
    assert "<del>Ana Ruiz</del>" in text
    assert "<ins>Bo Li</ins>" in text
    assert "<ins>A ship</ins>" in text


def test_far_from_a_change_the_text_is_left_out(client, clock):
    body = "".join(f"<p>Paragraph {number}.</p>" for number in range(9))
    article = make_shown(body=body)
    edit(article, clock, body=body.replace("Paragraph 4.", "Paragraph four."))
    text = client.get(changes(article)).text
    assert "Paragraph 3." in text
    assert "Paragraph 1." not in text
    assert "Unchanged text is left out here." in text


# What must never be there


def test_what_was_never_published_is_not_there(client, clock):
    article = make_draft("Early secret", slug="post", show_changes="yes")
    article.sign(make_author())
    article.revise(article.contents)
    clock()
    article.revise({"title": "Public title"})
    article.publish()
    clock()
    article.propose({"title": "Pending secret"})
    text = client.get(changes(article)).text
    assert "Public title" in text
    assert "secret" not in text


def test_what_was_scheduled_and_replaced_before_its_time_is_not_there(client, clock):
    article = make_draft("Scheduled secret", slug="post", show_changes="yes")
    article.sign(make_author())
    article.publish(at=timezone.now() + 3 * HOUR)
    clock()
    article.revise({"title": "Seen by readers"})
    clock(3)
    text = client.get(changes(article)).text
    assert "Seen by readers" in text
    assert "secret" not in text


def test_what_was_written_while_it_was_unpublished_is_not_there(client, clock):
    article = make_shown("First title")
    edit(article, clock, title="Second title")
    article.unpublish()
    clock()
    article.revise({"title": "Meanwhile secret"})
    article.revise({"title": "Third title"})
    clock()
    article.publish()
    text = bare(client.get(changes(article)))
    assert "secret" not in text
    assert "<del>Second</del><ins>Third</ins> title" in text


@pytest.mark.parametrize("state", ["draft", "scheduled", "unpublished", "trash", "ended"])
def test_of_a_post_that_is_not_public_there_is_none(client, clock, state):
    article = make_shown()
    edit(article, clock, title="Other")
    address = changes(article)
    if state == "draft":
        Article.objects.update(status="draft", published_at=None)
    elif state == "scheduled":
        Article.objects.update(published_at=timezone.now() + HOUR)
    elif state == "ended":
        Article.objects.update(ends_at=timezone.now())
    else:
        article.unpublish() if state == "unpublished" else article.trash()
    assert client.get(address).status_code == 404


# Where it is switched on


@pytest.mark.parametrize(
    ("site", "post", "status"),
    [
        (False, "site", 404),
        (True, "site", 200),
        (False, "yes", 200),
        (True, "no", 404),
    ],
)
def test_it_is_switched_on_for_the_site_or_the_post(client, clock, settings, site, post, status):
    settings.SHOW_CHANGES = site
    article = make_article(show_changes=post)
    edit(article, clock, title="Other")
    address = changes(article)
    assert client.get(address).status_code == status
    linked = f'<a href="{address}">Changes</a>' in client.get(article.get_absolute_url()).text
    assert linked == (status == 200)


def test_no_post_without_changes_links_to_them(client, clock):
    article = make_shown()
    assert "changes/" not in client.get(article.get_absolute_url()).text
    edit(article, clock, pinned=True)
    assert "changes/" not in client.get(article.get_absolute_url()).text
    assert client.get(changes(article)).status_code == 200
    edit(article, clock, title="Other")
    assert "changes/" in client.get(article.get_absolute_url()).text


def test_a_post_whose_versions_were_never_kept_says_that_nothing_changed(client):
    assert "Nothing has been changed here." in client.get(changes(make_shown())).text


# The address


def test_a_wrong_date_leads_to_the_right_one(client):
    article = make_shown("Hello", published_at=datetime(2021, 6, 9, 1, tzinfo=UTC))
    answer = client.get("/2021/06/08/hello/changes/")
    assert (answer.status_code, answer["Location"]) == (301, "/2021/06/09/hello/changes/")
    assert client.get("/2021/06/09/hello/changes/").status_code == 200
    assert article.is_public


@pytest.mark.skipif(not hasattr(Article.objects, "at"), reason="Former slugs lead nowhere yet.")
def test_a_former_slug_leads_to_the_present_one(client, clock):
    article = make_shown("Hello", published_at=datetime(2021, 6, 9, 1, tzinfo=UTC))
    edit(article, clock, slug="goodbye")
    assert FormerSlug.objects.get().slug == "hello"
    answer = client.get("/2021/06/09/hello/changes/")
    assert (answer.status_code, answer["Location"]) == (301, "/2021/06/09/goodbye/changes/")


def test_a_slug_in_another_script_has_changes(client, clock):
    article = make_shown("新加坡")
    edit(article, clock, title="Other")
    assert client.get(changes(article)).status_code == 200


def test_ten_versions_stand_on_a_page(client, clock):
    article = make_shown("Title 0")
    for number in range(1, 12):
        edit(article, clock, title=f"Title {number}")
    first, second = (client.get(changes(article) + page) for page in ("", "page/2/"))
    assert len(first.context["versions"]) == 10
    # The oldest on a page is compared with the one on the next.
    assert "<del>1</del><ins>2</ins>" in bare(first)
    assert [each.is_first for each in second.context["versions"]] == [False, True]
    for page in ("page/0/", "page/3/", f"page/{'9' * 30}/"):
        assert client.get(changes(article) + page).status_code == 404
    answer = client.get(f"{changes(article)}page/1/")
    assert (answer.status_code, answer["Location"]) == (301, changes(article))


def test_it_is_the_same_for_everybody_and_not_for_search_engines(client, clock):
    article = make_shown()
    edit(article, clock, title="Other")
    answer = client.get(changes(article))
    assert '<meta name="robots" content="noindex">' in answer.text
    assert not answer.cookies
    assert "csrf" not in answer.text
    client.force_login(make_user("Editor"))
    assert client.get(changes(article)).text == answer.text
    sitemap = client.get(f"/sitemap-posts-{article.pk // PAGE_SIZE + 1}.xml").text
    assert article.get_absolute_url() in sitemap
    assert "changes/" not in sitemap


@pytest.mark.parametrize("versions", [2, 9])
def test_it_costs_the_same_few_queries(client, clock, versions, django_assert_num_queries):
    image = make_image()
    article = make_shown(tags=[make_tag()])
    for number in range(versions):
        picture = f'<p>{number}<img src="{image.original.url}" alt="A"></p>'
        author = make_author(f"Author {number}")
        edit(
            article,
            clock,
            body=picture,
            authors=[author.pk],
            lead_image=image.pk if number % 2 else None,
        )
    client.get(changes(article))
    # The post, its authors, categories and tags; how many versions, these; corrections; names of
    # authors and pictures; pictures in the text, twice; the navigation, twice.
    with django_assert_num_queries(10):
        assert client.get(changes(article)).status_code == 200


def test_a_picture_that_is_no_more_is_named(client, clock):
    image = make_image()
    url = image.original.url
    article = make_shown(body=f'<p>Before.</p><p><img src="{url}" alt="A ship"></p>')
    edit(article, clock, body="<p>Before.</p>")
    assert f'src="{url}"' in client.get(changes(article)).text
    image.delete()
    text = client.get(changes(article)).text
    assert f'src="{url}"' not in text
    assert "A picture that is no more: A ship" in text


def test_very_long_texts_are_said_to_have_changed(client, clock):
    article = make_shown(body="<p>" + "word " * 250_000 + "</p>")
    edit(article, clock, body="<p>" + "other " * 200_000 + "</p>")
    assert "It is too long to show here" in client.get(changes(article)).text


def test_nothing_can_be_sent_to_it(client, clock):
    assert client.post(changes(make_shown())).status_code == 405
