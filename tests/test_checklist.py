"""What is missing is said before a post is published; errors keep it from that, warnings do not."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import link_checks
from articles.checklist import Lead, Leads, Level, Story, columns, cut, errors, findings
from articles.internal_links import astray
from articles.models import Article, FormerSlug, LinkCheck, Page
from articles.models.link_checks import Problem, digest
from articles.outline import outline
from tests.factories import (
    make_article,
    make_author,
    make_category,
    make_draft,
    make_image,
    make_picture,
    make_scheduled,
    make_tag,
    make_user,
)
from tests.test_article_admin import ADD, change, form

NEW = "/admin/articles/article/checklist/"


def of(article):
    return f"/admin/articles/article/{article.pk}/checklist/"


PICTURE = '<figure><img src="/media/images/x.jpg"%s></figure>'


def story(body="<p>Text.</p>", **values):
    """A post that nothing is missing of."""
    whole = {
        "title": "Ships arrive daily",
        "standfirst": "What that means.",
        "authors": 1,
        "categories": 1,
        "lead": Lead(1600, "A ship"),
    }
    return Story(outline=outline(body), **whole | values)


def found(*args, **values):
    """What is found, by name."""
    return {each.name: each for each in findings(story(*args, **values))}


def test_a_whole_post_has_no_findings():
    assert findings(story()) == []


@pytest.mark.parametrize(
    ("values", "name", "field"),
    [
        ({"title": " "}, "no_title", "title"),
        ({"authors": 0}, "no_author", "authors"),
        ({"body": ""}, "no_text", "body"),
        ({"body": "<p> </p>"}, "no_text", "body"),
        ({"body": PICTURE % ""}, "no_alt", "body"),
        ({"body": PICTURE % ' alt=" "'}, "no_alt", "body"),
    ],
)
def test_an_error_is(values, name, field):
    assert [(each.name, each.field) for each in errors(story(**values))] == [(name, field)]


@pytest.mark.parametrize(
    ("values", "name", "field"),
    [
        ({"title": "x" * 61}, "long_title", "title"),
        ({"title": "港" * 31}, "long_title", "title"),
        ({"standfirst": ""}, "no_standfirst", "standfirst"),
        ({"standfirst": "x" * 201}, "long_standfirst", "standfirst"),
        ({"lead": None}, "no_lead", "lead_image"),
        ({"lead": Lead(1199, "A ship")}, "small_lead", "lead_image"),
        ({"lead": Lead(1200, "IMG_1234.jpg")}, "lead_alt_is_name", "lead_image"),
        ({"categories": 0}, "no_category", "categories"),
        ({"body": PICTURE % ' alt="harbour-2.JPG"'}, "alt_is_name", "body"),
        ({"body": PICTURE % ' alt="DSC_0042"'}, "alt_is_name", "body"),
        ({"body": PICTURE % f' alt="{"x " * 101}y"'}, "long_alt", "body"),
        ({"body": "<h3>First</h3><p>Text.</p>"}, "skipped_level", "body"),
        ({"body": "<h2>First</h2><h4>Second</h4><p>Text.</p>"}, "skipped_level", "body"),
        ({"body": '<p>Text <a href="https://a.example/"> </a></p>'}, "empty_link", "body"),
        ({"body": '<p><a href="https://a.example/">Click here</a></p>'}, "vague_link", "body"),
        ({"body": '<p><a href="https://a.example/">hier …</a></p>'}, "vague_link", "body"),
        ({"body": '<p><a href="http://a.example/">A paper</a></p>'}, "http_link", "body"),
    ],
)
def test_a_warning_is(values, name, field):
    (only,) = findings(story(**values))
    assert (only.name, only.field, only.level) == (name, field, Level.WARNING)


@pytest.mark.parametrize(
    "values",
    [
        {"title": "x" * 60},
        {"standfirst": "x" * 200},
        {"lead": Lead(1200, "IMG is a group of companies")},
        {"body": "<h2>A</h2><h3>B</h3><h4>C</h4><h2>D</h2><p>Text.</p>"},
        {"body": PICTURE % ' alt="A ship enters the harbour."'},
        {"body": '<p><a href="https://a.example/">Read the report here</a></p>'},
        {"body": '<p><a href="mailto:a@b.example">Write to us</a></p>'},
        {"body": f'<p><a href="https://a.example/">{PICTURE % " alt=Map"}</a></p>'},
    ],
)
def test_nothing_is_said_about(values):
    assert findings(story(**values)) == []


def test_pictures_without_a_description_are_named_by_their_place():
    body = PICTURE % "" + PICTURE % ' alt="A ship"' + PICTURE % ""
    assert found(body)["no_alt"].text.startswith("Pictures 1, 3 in the text have no description")


def test_a_long_title_is_counted():
    assert "The title has 70 characters, and search" in found(title="x" * 70)["long_title"].text
    assert "other sites about 90" in found(title="x" * 95)["long_title"].text


def test_a_skipped_level_names_the_heading():
    text = found("<h2>A</h2><h4>The tides</h4>")["skipped_level"].text
    assert "The heading “The tides” is of level 4, where level 3 comes next" in text


LINK = '<p>See <a href="https://a.example/x">the paper</a>.</p>'


def test_a_link_that_does_not_answer_is_a_warning_in_words():
    only = found(LINK, problems={"https://a.example/x": "answers 404"})["broken_link"]
    assert only.level == Level.WARNING
    assert only.text == "The link “the paper” does not work: https://a.example/x answers 404."


def test_a_link_that_answers_is_not_mentioned():
    assert not found(LINK, problems={"https://a.example/x": ""})


def test_what_is_being_checked_is_a_note_and_no_warning():
    only = found(LINK, checking=frozenset(["https://a.example/x"]))["checking"]
    assert (only.level, only.text) == (Level.NOTE, "Checking 1 link…")


def test_what_was_never_checked_is_a_note():
    assert found(LINK, unchecked=frozenset(["https://a.example/x"]))["unchecked"].level == "note"


def test_many_broken_links_make_no_endless_list():
    body = "".join(f'<p><a href="https://a.example/{n}">Paper {n}</a></p>' for n in range(40))
    problems = {f"https://a.example/{n}": "answers 404" for n in range(40)}
    texts = [each.text for each in findings(story(body, problems=problems))]
    assert len(texts) == 6
    assert texts[-1] == "35 more links do not work."


def test_a_link_to_a_post_that_is_not_public_is_a_warning():
    body = '<p><a href="/?p=7">our report</a></p>'
    text = found(body, astray={"/?p=7": Leads.NOT_PUBLIC})["astray_link"].text
    assert text.startswith("The link “our report” leads to a post that readers cannot see")


def test_errors_come_first():
    levels = [each.level for each in findings(story(authors=0, categories=0, title="x" * 70))]
    assert levels == ["error", "warning", "warning"]


@pytest.mark.parametrize(
    ("text", "width", "result"),
    [
        ("short", 5, "short"),
        ("Ships arrive every day", 20, "Ships arrive every…"),
        ("Ships, arrive every", 8, "Ships…"),
        ("x" * 30, 10, "x" * 9 + "…"),
        ("港" * 10, 10, "港" * 4 + "…"),
        ("", 10, ""),
    ],
)
def test_what_is_too_long_is_cut_where_others_cut(text, width, result):
    assert cut(text, width) == result
    assert columns(cut(text, width)) <= width


@pytest.mark.parametrize("body", ["<a", "<h2>" * 50_000, "<p>&#0;", "\0\ud800", "</a></h2>" * 1000])
def test_no_body_is_an_error(body):
    findings(story(body))


# Links within the site

SITE = "https://news.example"


@pytest.mark.django_db
def test_links_that_lead_somewhere_are_not_complained_of():
    article, page = make_article(), Page.objects.create(title="About us", body="<p>We.</p>")
    former = make_article()
    FormerSlug.objects.create(slug="former", article=former)
    address = article.get_absolute_url()
    hrefs = [
        address,
        f"{address}#comments",
        f"{address}feed/",
        address.removesuffix("/"),
        f"{SITE}{address}",
        f"http://news.example{address}",
        f"/?p={article.pk}",
        "/2020/01/01/former/",
        page.slug and f"/{page.slug}/",
        make_category().get_absolute_url(),
        f"/tag/{make_tag().slug}/",
        f"/author/{make_author().slug}/page/2/",
        "/",
        "/?s=harbour",
        "/corrections/",
        "/feed/",
        "/media/images/x.jpg",
        "#part",
        "mailto:a@b.example",
        "tel:+123",
        "https://other.example/nowhere/",
        "//other.example/nowhere/",
        "http://[",
    ]
    assert astray(hrefs, SITE) == {}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "href",
    [
        "/2026/01/01/unknown/",
        "/2026/01/01/unknown/comment-page-2/",
        "/unknown/",
        "/category/unknown/",
        "/?p=4711",
        "/?p=x",
        "/?p=99999999999999999999",
        "/a/b/c/",
        "www.example.org",
        f"{SITE}/unknown/",
    ],
)
def test_a_link_to_nothing_leads_nowhere(href):
    assert astray([href], SITE) == {href: Leads.NOWHERE}


@pytest.mark.django_db
@pytest.mark.parametrize("make", [make_draft, make_scheduled])
def test_a_link_to_a_post_that_readers_do_not_see_yet_is_told_apart(make):
    article = make()
    hrefs = [f"/2026/01/01/{article.slug}/", f"/?p={article.pk}"]
    assert astray(hrefs, SITE) == dict.fromkeys(hrefs, Leads.NOT_PUBLIC)


@pytest.mark.django_db
def test_many_links_within_the_site_take_few_queries(django_assert_num_queries):
    articles = [make_article() for _turn in range(5)]
    hrefs = [article.get_absolute_url() for article in articles]
    with django_assert_num_queries(2):
        astray([*hrefs, *(f"/?p={article.pk}" for article in articles)], SITE)


# In the form

BAD = PICTURE % ""


@pytest.mark.django_db
@pytest.mark.parametrize("button", ["_publish", "_schedule"])
def test_a_picture_without_a_description_keeps_a_post_from_being(client, editor, button):
    date = timezone.now() + timedelta(days=1) if button == "_schedule" else None
    data = form(authors=[make_author()], date=date, body=f"<p>Typed.</p>{BAD}", **{button: "1"})
    answer = client.post(ADD, data).content.decode()
    assert "Picture 1 in the text has no description" in answer
    assert "Typed." in answer
    assert not Article.objects.exists()


@pytest.mark.django_db
def test_a_post_without_text_is_not_published(client, editor):
    answer = client.post(ADD, form(authors=[make_author()], body="", _publish="1"))
    assert "There is no text yet" in answer.content.decode()
    assert not Article.objects.exists()


@pytest.mark.django_db
def test_the_changes_of_a_public_post_are_held_to_the_same(client, editor):
    article = make_article()
    data = form(authors=article.ordered_authors, date=article.published_at, slug=article.slug)
    client.post(change(article), data | {"body": BAD, "_publish_changes": "1", "base": 0})
    article.refresh_from_db()
    assert article.body == "<p>First paragraph.</p><p>Second paragraph.</p>"


@pytest.mark.django_db
def test_a_draft_is_saved_with_errors(client, editor):
    client.post(ADD, form(body=BAD))
    assert Article.objects.exists()


@pytest.mark.django_db
def test_warnings_do_not_keep_a_post_from_being_published(client, editor):
    body = '<h4>Deep</h4><p><a href="http://a.example/">here</a></p>'
    client.post(ADD, form(authors=[make_author()], title="x" * 100, body=body, _publish="1"))
    assert Article.objects.get().is_public


@pytest.mark.django_db
def test_the_form_shows_what_is_missing_in_what_is_stored(client, editor):
    article = make_draft(body=BAD)
    page = client.get(change(article)).content.decode()
    assert "2 errors keep the post from being published." in page
    assert "Picture 1 in the text has no description" in page
    assert 'href="#id_authors"' in page


@pytest.mark.django_db
def test_the_form_shows_what_is_missing_in_the_pending_changes(client, editor):
    article = make_article()
    article.propose({"body": BAD})
    assert (
        "Picture 1 in the text has no description" in client.get(change(article)).content.decode()
    )


@pytest.mark.django_db
def test_a_refused_form_shows_what_is_missing_in_what_was_typed(client, editor):
    page = client.post(ADD, form(title="", body=BAD)).content.decode()
    assert "Give the post a title." in page


@pytest.mark.django_db
def test_who_only_reads_sees_no_checklist(client, reporter):
    page = client.get(change(make_article())).content.decode()
    assert 'id="checklist"' not in page


# Asked while typing


def listed(client, data, url=NEW, **headers):
    return client.post(url, data, headers=headers or {"X-Requested-With": "fetch"})


@pytest.mark.django_db
def test_what_is_typed_is_checked_and_nothing_saved(client, editor):
    answer = listed(client, form(title="Typed", body=BAD)).content.decode()
    assert "Picture 1 in the text has no description" in answer
    assert "<html" not in answer
    assert not Article.objects.exists()


@pytest.mark.django_db
def test_a_whole_post_is_ready(client, editor):
    image = make_image(make_picture((1300, 800)), alt="A ship")
    data = form(authors=[make_author()], categories=[make_category()], standfirst="One sentence.")
    answer = listed(client, data | {"lead_image": image.pk}).content.decode()
    assert "Ready to publish." in answer
    assert "findings" not in re.sub(r'data-part="findings"', "", answer)


@pytest.mark.django_db
def test_without_script_the_list_is_a_page(client, editor):
    answer = client.post(NEW, form(body=BAD) | {"_check_links": "1"}).content.decode()
    assert "<html" in answer
    assert "Nothing was saved" in answer
    assert "Picture 1 in the text has no description" in answer


@pytest.mark.django_db
def test_the_previews_are_made_of_what_is_typed(client, editor, settings):
    settings.SITE_URL = "https://news.example"
    image = make_image(make_picture((1300, 800)), alt="A ship", renditions=True)
    date = timezone.now().replace(year=2031, month=5, day=4, hour=12)
    data = form(title="Ships & tides " * 8, standfirst="Said " * 60, date=date, slug="ships")
    answer = listed(client, data | {"lead_image": image.pk}).content.decode()
    assert "news.example › 2031 › 05 › 04 › ships" in answer
    assert re.search(r'look-title">(Ships &amp; tides ?){4}…<', answer)
    assert re.search(r'look-words">(Said ){31}Said…', answer)
    assert f'src="{image.wide.url}"' in answer
    assert 'alt="A ship"' in answer


@pytest.mark.django_db
def test_markup_in_what_is_typed_is_shown_as_text(client, editor):
    data = form(title="<script>alert(1)</script>", body="<h4><b>&lt;script&gt;</b></h4>")
    assert "<script" not in listed(client, data).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "data",
    [
        {},
        {"authors": "x", "categories": "-1", "lead_image": "9" * 30},
        {"published_at_0": "nonsense", "published_at_1": "99:99"},
        {"published_at_0": "9999-12-31", "published_at_1": "23:59:59"},
        {"published_at_0": "0001-01-01", "published_at_1": "00:00:00"},
        {"body": "\0<p \ud83d", "title": "\0", "slug": "../x"},
        {"body": '<a href="https://[::1">x</a><a href="//[">y</a><a href="/?p=²">z</a>'},
        {"body": "<b>" * 100_000},
        {"title": "x" * 100_000, "standfirst": "é" * 100_000},
    ],
)
def test_no_typing_is_an_error(client, editor, data):
    sent = urlencode(data, errors="replace")
    answer = client.post(NEW, sent, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200


@pytest.mark.django_db
def test_links_are_shown_as_they_were_found(client, editor):
    for name, problem in (("a", Problem.NO_HOST), ("b", "")):
        url = f"https://{name}.example/"
        LinkCheck.objects.create(
            digest=digest(url), url=url, checked_at=timezone.now(), problem=problem
        )
    LinkCheck.objects.create(digest=digest("https://c.example/"), url="https://c.example/")
    body = "".join(f'<p><a href="https://{n}.example/#x">Paper {n}</a></p>' for n in "abcd")
    answer = listed(client, form(body=body)).content.decode()
    assert "https://a.example/#x has no such host." in answer
    assert "https://b.example" not in answer
    assert "Checking 1 link…" in answer
    assert "1 link has not been checked yet." in answer


@pytest.mark.django_db
def test_asked_for_it_the_links_are_checked(client, editor, monkeypatch):
    asked = []
    monkeypatch.setattr(link_checks, "check", lambda urls, seconds: asked.append((urls, seconds)))
    data = form(body='<p><a href="https://a.example/">A</a> <a href="/x/">B</a></p>')
    listed(client, data)
    assert asked == []
    listed(client, data | {"_check_links": "1"})
    assert asked == [(["https://a.example/"], link_checks.PATIENCE)]


@pytest.mark.django_db
def test_the_list_takes_as_many_queries_however_long_the_post(client, editor):
    url = of(make_draft())

    def queries(count):
        link = '<a href="https://a.example/{0}">P</a><a href="/x{0}/">Q</a>'
        body = "".join(link.format(number) for number in range(count))
        with CaptureQueriesContext(connection) as captured:
            listed(client, form(body=f"<p>{body}</p>"), url)
        return len(captured)

    assert queries(2) == queries(50)


# Who may ask


@pytest.mark.django_db
def test_a_reporter_checks_an_own_post(client, reporter):
    article = make_draft(created_by=reporter)
    assert listed(client, form(), of(article)).status_code == 200


@pytest.mark.django_db
def test_a_reporter_does_not_learn_of_drafts_of_others(client, reporter):
    article = make_draft(created_by=make_user("Reporter"))
    assert listed(client, form(), of(article)).status_code == 404


@pytest.mark.django_db
def test_a_reporter_cannot_check_what_others_published(client, reporter):
    article = make_article()
    assert listed(client, form(), of(article)).status_code == 403


@pytest.mark.django_db
def test_a_moderator_cannot_check_posts(client, moderator):
    assert listed(client, form()).status_code == 403


@pytest.mark.django_db
def test_strangers_are_asked_to_log_in(client):
    assert listed(client, form()).status_code == 302


@pytest.mark.django_db
def test_the_list_is_not_a_page_to_open(client, editor):
    assert client.get(NEW).status_code == 405
