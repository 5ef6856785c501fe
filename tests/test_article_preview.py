"""The form of a post shows the public page with what is typed, and stores nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article
from tests.factories import (
    make_article,
    make_author,
    make_category,
    make_comment,
    make_draft,
    make_image,
    make_tag,
)
from tests.pages import links, visible_lines
from tests.test_article_admin import form

pytestmark = pytest.mark.django_db

NEW = "/admin/articles/article/preview/"


def address(article):
    return f"/admin/articles/article/{article.pk}/preview/"


def typed_of(article, **values):
    """What the browser sends where nothing was changed in the form, but ``values``."""
    data = form(
        authors=article.ordered_authors,
        categories=article.ordered_categories,
        date=article.published_at,
        title=article.title,
        body=article.body,
        slug=article.slug,
    )
    return data | values


def everything():
    """How many rows of each kind there are, and the posts as they are stored."""
    counts = {model: model.objects.count() for model in apps.get_models()}
    return counts, list(Article.objects.order_by("pk").values())


def writing(queries):
    """What there is among ``queries`` besides questions, of which some stand in brackets."""
    asking = ("SELECT", "WITH")
    return [one["sql"] for one in queries if not one["sql"].lstrip(" (").startswith(asking)]


def test_a_post_that_was_never_saved_is_shown_as_readers_will_see_it(client, editor):
    ana, bo = make_author("Ana", bio="Writes about tea."), make_author("Bo")
    cloud, asia = make_category("Cloud"), make_category("Asia")
    chips, picture = make_tag("Chips"), make_image(alt="A ship", caption="At sea")
    data = form(title="Typed", standfirst="In short.", authors=[bo, ana], categories=[cloud, asia])
    data |= {"tags": [chips.pk], "lead_image": picture.pk, "body": "<h2>Part</h2><p>Words.</p>"}
    lines = visible_lines(client.post(NEW, data))
    seen = ["Cloud, Asia", "Typed", "In short.", "Bo Avatar", "Ana Avatar", "By Bo and Ana"]
    seen += ["A ship", "At sea", "Part", "Words.", "Topics", "Chips"]
    rest = iter(lines)
    assert all(line in rest for line in seen), lines
    assert "Writes about tea. All posts by Ana" in lines


def test_it_is_dated_as_typed_or_else_today(client, editor):
    data = form(date=datetime(2021, 6, 9, 1, tzinfo=UTC))
    assert "9 Jun 2021 · 1 min read" in visible_lines(client.post(NEW, data))
    today = f"{timezone.now():%-d %b %Y}"
    assert f"{today} · 1 min read" in visible_lines(client.post(NEW, form()))


def test_it_is_the_public_page_and_no_copy_of_it(client, editor):
    article = make_article(
        categories=[make_category()], standfirst="In short.", comments_open=False
    )
    make_article("Before", published_at=timezone.now() - timedelta(days=1))
    data = typed_of(article, standfirst="In short.")
    del data["comments_open"]
    preview = visible_lines(client.post(address(article), data))
    assert preview == visible_lines(client.get(article.get_absolute_url()))


def test_changes_of_a_live_post_are_seen_by_who_types_them_only(client, editor):
    article = make_article("Live")
    answer = client.post(address(article), typed_of(article, title="Better"))
    assert "Better" in visible_lines(answer)
    assert "Better" not in client.get(article.get_absolute_url()).content.decode()


def test_what_the_form_leaves_out_is_that_of_the_pending_changes(client, reporter):
    article = make_article("Live", authors=[make_author(user=reporter)])
    date = datetime(2021, 6, 9, 1, tzinfo=UTC)
    article.propose(article.contents | {"published_at": date.isoformat()})
    data = typed_of(article, title="Mine")
    del data["published_at_0"], data["published_at_1"]
    assert "9 Jun 2021 · 1 min read" in visible_lines(client.post(address(article), data))


def test_the_correction_and_the_time_of_an_update_are_shown_as_they_will_be(client, editor):
    article = make_article()
    article.corrections.create(text="It was two ships.")
    data = typed_of(article, correction="No, three.", is_update="on")
    html = client.post(address(article), data).content.decode()
    assert "It was two ships." in html
    assert "No, three." in html
    assert "Updated <time" in html
    assert article.corrections.count() == 1


def test_comments_stand_below_and_none_can_be_sent(client, editor):
    article = make_article()
    make_comment(article, body="I have been there.")
    answer = client.post(address(article), typed_of(article))
    html = answer.content.decode()
    assert "I have been there." in html
    assert "Here readers will find the form for their comments." in visible_lines(answer)
    assert 'method="post"' not in html
    assert "/reply/" not in html


def test_no_script_is_needed_or_run_in_it(client, editor):
    assert "<script" not in client.post(NEW, form()).content.decode()


# Nothing is stored, kept or found


@pytest.mark.parametrize("is_new", [True, False])
def test_nothing_is_stored(client, editor, is_new):
    article = make_article("Stored", tags=[make_tag()], lead_image=make_image())
    article.propose(article.contents | {"title": "Pending"})
    data = typed_of(article, title="Typed", correction="Right.", is_update="on", _publish="1")
    before = everything()
    with CaptureQueriesContext(connection) as queries:
        client.post(NEW if is_new else address(article), data)
    assert everything() == before
    assert not writing(queries)
    assert not [one["sql"] for one in queries if "FOR UPDATE" in one["sql"]]


def test_nobody_keeps_it_and_no_search_engine_lists_it(client, editor):
    answer = client.post(NEW, form())
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    html = answer.content.decode()
    assert '<meta name="robots" content="noindex">' in html
    assert "canonical" not in html
    assert "ld+json" not in html


def test_the_policy_is_as_strict_as_everywhere(client, editor):
    for answer in [client.post(NEW, form()), client.get("/admin/articles/article/add/")]:
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-src" not in policy
        assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("tags", [0, 20])
def test_it_costs_the_same_however_much_there_is(client, editor, django_assert_num_queries, tags):
    article = make_article(
        authors=[make_author() for _ in range(1 + tags)],
        categories=[make_category() for _ in range(1 + tags)],
    )
    for _ in range(tags):
        make_article(categories=article.ordered_categories)
        make_comment(article)
    data = typed_of(article, tags=[make_tag().pk for _ in range(1 + tags)])
    with django_assert_num_queries(22):
        client.post(address(article), data)


# Bad input


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"title": ""}, "Title: This field is required."),
        ({"title": "x" * 300}, "at most 200 characters (it has 300)"),
        ({"standfirst": "y" * 500}, "at most 400 characters (it has 500)"),
        ({"published_at_0": "31.31.2026"}, "Publication date: Enter a valid date."),
        ({"published_at_0": "0001-01-01", "published_at_1": "00:00"}, "between 1900 and 2200"),
        ({"authors": ["4711"]}, "Authors: One of these authors is no more: choose again."),
        ({"tags": ["4711"]}, "Tags: "),
        ({"lead_image": "4711"}, "Lead picture: "),
        ({"title": "Nul\0byte"}, "Null characters are not allowed."),
    ],
)
def test_what_can_be_shown_is_shown_with_a_sentence_about_the_rest(client, editor, values, problem):
    answer = client.post(NEW, form(body="<p>All the words.</p>") | values)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "Not everything that was typed can be shown, or saved:" in html
    assert problem in html
    assert "All the words." in html
    for value in (values.get("title"), values.get("standfirst")):
        assert (value or "").replace("\0", "") in html


@pytest.mark.parametrize("date", ["9999-12-31", "0001-01-01"])
@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Singapore"])
def test_a_date_at_the_end_of_the_calendar_is_named_and_not_shown(
    client, editor, settings, date, zone
):
    settings.TIME_ZONE = zone
    article = make_article()
    data = typed_of(article, published_at_0=date, published_at_1="23:59:59")
    html = client.post(address(article), data).content.decode()
    assert "Publication date: Enter a" in html


def test_a_live_post_whose_address_was_emptied_is_shown(client, editor):
    article = make_article("Live")
    answer = client.post(address(article), typed_of(article, slug=""))
    assert "Live" in visible_lines(answer)


def test_a_post_that_nobody_signs_yet_has_no_byline(client, editor):
    assert not [line for line in visible_lines(client.post(NEW, form())) if line.startswith("By")]


def test_of_several_authors_those_are_shown_that_there_are(client, editor):
    data = form() | {"authors": [make_author("Ana").pk, "4711", "abc", "9" * 30]}
    assert "By Ana" in visible_lines(client.post(NEW, data))


def test_nothing_is_said_where_nothing_is_wrong(client, editor):
    html = client.post(NEW, form()).content.decode()
    assert "preview-note" not in html


SCRIPT = '"\'><script>alert(1)</script><img src=x onerror="alert(1)"><b onclick=alert(1)>x</b>'


def test_a_script_pasted_into_any_field_does_not_run(client, editor):
    article = make_article()
    names = [*form(), "standfirst", "slug", "correction", "note", "lead_image", "tags", "theme"]
    for name in names:
        for data in [form() | {name: SCRIPT}, form() | {name: [SCRIPT]}]:
            html = client.post(address(article), data).content.decode()
            for piece in ("<script", "<img src=x", "<b onclick"):
                assert piece not in html, name


def test_a_body_of_a_megabyte_is_shown(client, editor):
    body = "<p>A long sentence with some words in it.</p>" * 25_000
    answer = client.post(NEW, form(body=body))
    assert answer.status_code == 200
    assert answer.content.decode().count("A long sentence") == 25_000


def test_an_empty_post_request_shows_what_is_saved(client, editor):
    article = make_draft("Saved")
    assert "Saved" in visible_lines(client.post(address(article)))
    assert client.post(NEW).status_code == 200


# Who may


def test_a_reporter_sees_an_own_draft(client, reporter):
    draft = make_draft(created_by=reporter)
    assert "Typed" in visible_lines(client.post(address(draft), form(title="Typed")))
    assert client.post(NEW, form()).status_code == 200


def test_of_another_persons_draft_a_reporter_is_told_nothing(client, reporter):
    draft = make_draft("Private plans")
    answer = client.post(address(draft), form())
    assert answer.status_code == 404
    assert "Private plans" not in answer.content.decode()


def test_what_others_have_published_a_reporter_does_not_preview(client, reporter):
    assert client.post(address(make_article()), form()).status_code == 403


def test_what_can_only_be_looked_at_is_shown_as_it_is_saved(client, reporter):
    article = make_article("Saved", authors=[make_author(user=reporter)])
    article.unpublish()
    lines = visible_lines(client.post(address(article), form(title="Typed")))
    assert "Saved" in lines
    assert "Typed" not in lines


def test_a_moderator_previews_nothing(client, moderator):
    assert client.post(NEW, form()).status_code == 403
    assert client.post(address(make_article()), form()).status_code == 403
    assert client.post(address(make_draft()), form()).status_code == 404


def test_whoever_is_not_signed_in_is_asked_to(client):
    for place in (NEW, address(make_draft("Private plans"))):
        answer = client.post(place, form())
        assert answer.status_code == 302
        assert "/admin/login/" in answer["Location"]


def test_it_is_no_page_to_be_opened(client, editor):
    draft = make_draft()
    for place in (NEW, address(draft)):
        assert client.get(place).status_code == 405


@pytest.mark.parametrize("key", ["0", "4711", "9" * 30])
def test_there_is_no_preview_of_what_is_not_there(client, editor, key):
    assert client.post(f"/admin/articles/article/{key}/preview/", form()).status_code == 404


def test_a_form_from_elsewhere_is_refused(editor):
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    assert client.post(NEW, form()).status_code == 403


# The form


def test_the_button_is_where_the_preview_can_be_seen(client, reporter):
    own = make_draft(created_by=reporter)
    page = f"/admin/articles/article/{own.pk}/change/"
    assert f'formaction="{address(own)}"' in client.get(page).content.decode()
    assert f'formaction="{NEW}"' in client.get("/admin/articles/article/add/").content.decode()
    other = f"/admin/articles/article/{make_article().pk}/change/"
    assert "formaction" not in client.get(other).content.decode()


def test_enter_saves_and_does_not_preview(client, editor):
    html = client.get("/admin/articles/article/add/").content.decode()
    assert html.index('name="_continue"') < html.index("formaction")


def test_links_lead_to_the_public_pages(client, editor):
    ana = make_author("Ana")
    assert "/author/ana/" in links(client.post(NEW, form(authors=[ana])))
