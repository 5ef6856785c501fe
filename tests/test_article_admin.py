"""Editors write and publish posts in the admin; what is wrong is said and nothing is half-saved."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.utils import timezone

from articles.models import Article, Author, Category
from tests.factories import (
    make_article,
    make_author,
    make_category,
    make_comment,
    make_draft,
    make_tag,
    make_user,
)
from tests.pages import visible_lines

pytestmark = pytest.mark.django_db

ADD = "/admin/articles/article/add/"


def change(article):
    return f"/admin/articles/article/{article.pk}/change/"


def form(*, authors=(), categories=(), date=None, **values):
    """What the browser sends for the article form."""
    data = {"title": "A new post", "body": "<p>Text.</p>", "comments_open": "on"}
    data |= {"show_changes": "site"}
    if date:
        data |= {"published_at_0": f"{date:%Y-%m-%d}", "published_at_1": f"{date:%H:%M:%S}"}
    data |= {"authors": [each.pk for each in authors]}
    data |= {"categories": [each.pk for each in categories]}
    data |= {"discussion-TOTAL_FORMS": 0, "discussion-INITIAL_FORMS": 0}
    return data | values


def test_a_draft_needs_no_more_than_a_title(client, editor):
    client.post(ADD, form(body=""))
    article = Article.objects.get()
    assert (article.title, article.slug, article.status) == ("A new post", "a-new-post", "draft")
    assert article.created_by == editor


def test_a_whole_post_is_saved_in_the_editors_order(client, editor):
    authors = [make_author("Zoe"), make_author("Ana")]
    categories = [make_category("Talent"), make_category("Cloud")]
    tags = [make_tag(), make_tag()]
    client.post(
        ADD,
        form(authors=authors, categories=categories, tags=[tag.pk for tag in tags], _publish="1"),
    )
    article = Article.objects.get()
    assert article.is_public
    assert article.ordered_authors == authors
    assert article.ordered_categories == categories
    assert set(article.tags.all()) == set(tags)


def test_publish_now_gives_it_the_present_date(client, editor):
    before = timezone.now() - timedelta(seconds=1)
    client.post(ADD, form(authors=[make_author()], _publish="1"))
    assert before < Article.objects.get().published_at <= timezone.now()


def test_publish_now_brings_a_date_ahead_forward(client, editor):
    date = timezone.now() + timedelta(days=3)
    client.post(ADD, form(authors=[make_author()], date=date, _publish="1"))
    assert Article.objects.get().is_public


def test_a_date_ahead_schedules(client, editor):
    date = timezone.now() + timedelta(days=3)
    client.post(ADD, form(authors=[make_author()], date=date, _schedule="1"))
    assert Article.objects.get().is_scheduled
    assert "Scheduled" in client.get("/admin/articles/article/").content.decode()


def test_scripts_in_a_body_are_taken_out(client, editor):
    client.post(ADD, form(body='<p onclick="x()">Text<script>alert(1)</script></p>'))
    assert Article.objects.get().body == "<p>Text</p>"


@pytest.mark.parametrize("date", [None, timezone.now() - timedelta(minutes=1)])
def test_scheduling_without_a_date_ahead_is_refused(client, editor, date):
    answer = client.post(ADD, form(authors=[make_author()], date=date, _schedule="1"))
    assert "Enter a date ahead to schedule the post" in answer.content.decode()
    assert not Article.objects.exists()


def test_published_without_an_author_is_refused(client, editor):
    answer = client.post(ADD, form(body="<p>Typed.</p>", _publish="1"))
    assert "Choose at least one author before you publish." in answer.content.decode()
    assert "Typed." in answer.content.decode()
    assert not Article.objects.exists()


def test_the_last_author_of_a_published_post_cannot_be_taken_away(client, editor):
    article = make_article()
    data = form(date=article.published_at, slug=article.slug, _publish_changes="1")
    answer = client.post(change(article), data)
    assert "Choose at least one author before you publish." in answer.content.decode()
    assert article.bylines.exists()


def test_the_same_author_twice_counts_once(client, editor):
    author = make_author()
    client.post(ADD, form(authors=[author, author]))
    assert Article.objects.get().ordered_authors == [author]


@pytest.mark.parametrize("field", ["authors", "categories", "tags"])
def test_somebody_or_something_that_is_no_more_is_refused(client, editor, field):
    answer = client.post(ADD, form() | {field: ["4711"]})
    assert "errorlist" in answer.content.decode()
    assert not Article.objects.exists()


def test_a_title_of_ten_thousand_characters_is_refused_and_kept(client, editor):
    answer = client.post(ADD, form(title="x" * 10_000))
    assert "at most 200 characters (it has 10000)" in answer.content.decode()
    assert "x" * 10_000 in answer.content.decode()


def test_a_taken_slug_is_refused_with_what_to_do(client, editor):
    make_draft(slug="taken")
    answer = client.post(ADD, form(slug="taken"))
    assert "Another post has this address already: choose another slug." in answer.content.decode()
    assert Article.objects.count() == 1


@pytest.mark.parametrize("date", ["31.31.2026", "tomorrow", "0000-00-00", "9999-99-99"])
def test_a_nonsense_date_is_refused(client, editor, date):
    answer = client.post(
        ADD,
        form(_schedule="1", authors=[make_author()], published_at_0=date, published_at_1="x"),
    )
    assert "Enter a valid date." in answer.content.decode()
    assert not Article.objects.exists()


@pytest.mark.parametrize(
    "date", ["0202-11-23", "0001-01-01", "1899-12-30", "2200-01-02", "9999-12-31"]
)
@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Singapore"])
@pytest.mark.parametrize("extra", [{"_schedule": "1"}, {"_publish": "1"}])
def test_a_mistyped_year_is_refused(client, editor, settings, date, zone, extra):
    settings.TIME_ZONE = zone
    typed = {"published_at_0": date, "published_at_1": "23:59:59"}
    answer = client.post(ADD, form(authors=[make_author()], **typed, **extra))
    if "_publish" in extra and date > "2026":
        assert Article.objects.get().is_public  # A date ahead is brought forward.
        return
    html = answer.content.decode()
    assert "Enter a date between 1900 and 2200." in html or "Enter a valid date" in html
    assert not Article.objects.exists()


def test_a_category_has_a_place_within_measure(client, editor):
    data = {"name": "Cloud", "position": "9223372036854775807"}
    answer = client.post("/admin/articles/category/add/", data)
    assert "less than or equal to 1000" in answer.content.decode()
    assert not Category.objects.exists()


NO_KEYS = ["abc", "9" * 30, "\0", "-1", "1.5", "²"]


@pytest.mark.parametrize("value", NO_KEYS)
def test_a_login_that_can_be_none_counts_as_none(client, value):
    client.force_login(make_user("Administrator"))
    answer = client.post("/admin/articles/author/add/", {"name": "Ana", "user": value})
    assert answer.status_code == 302
    assert Author.objects.get().user is None


@pytest.mark.parametrize("value", NO_KEYS)
@pytest.mark.parametrize("model", ["articles/article", "articles/tag", "comments/comment"])
def test_a_bulk_action_on_what_can_be_no_key_changes_nothing(client, model, value):
    client.force_login(make_user("Administrator"))
    comment = make_comment(make_article(tags=[make_tag()]))
    actions = {"comments/comment": "reject", "articles/article": "trash"}
    action = actions.get(model, "delete_selected")
    data = {"action": action, "index": "0", "_selected_action": value, "post": "yes"}
    for sent in [data, data | {"index": ["9" * 30]}]:
        answer = client.post(f"/admin/{model}/", sent, follow=True)
        assert "Items must be selected" in answer.content.decode()
    comment.refresh_from_db()
    assert comment.status == "published"


INVISIBLE = [
    "\u200b",
    "\x01\x02",
    "\u00a0\u3000",
    "\u200e\u2060\ufeff",
    "\u3164",
    "\u0301",
    "\x85\x9f",
]


@pytest.mark.parametrize("text", INVISIBLE)
@pytest.mark.parametrize(
    ("model", "field"),
    [
        ("article", "title"),
        ("page", "title"),
        ("author", "name"),
        ("category", "name"),
        ("tag", "name"),
    ],
)
def test_a_title_or_name_that_shows_nothing_is_refused(client, editor, model, field, text):
    data = form(body="<p>Text.</p>", position="0") | {field: text}
    answer = client.post(f"/admin/articles/{model}/add/", data)
    html = answer.content.decode()
    assert "Write something that readers can see." in html or "This field is required." in html
    assert not apps.get_model("articles", model).objects.exists()


def test_control_characters_and_odd_spaces_do_not_get_into_titles_and_standfirsts(client, editor):
    typed = "\x01One\u00a0 two\x9f\u2003three\n"
    client.post(ADD, form(title=typed, standfirst=typed))
    article = Article.objects.get()
    assert (article.title, article.standfirst) == ("One two three", "One two three")


def test_a_standfirst_that_shows_nothing_is_refused(client, editor):
    answer = client.post(ADD, form(standfirst="\u200b"))
    assert "Write something that readers can see." in answer.content.decode()
    assert not Article.objects.exists()


@pytest.mark.parametrize(
    "title", ["\U0001f468\u200d\U0001f469\u200d\U0001f467", "می‌خواهم", "!", "∑", "９"]
)
def test_what_joins_letters_and_signs_stays(client, editor, title):
    client.post(ADD, form(title=title))
    assert Article.objects.get().title == title


def test_a_published_post_links_to_its_page_and_a_draft_does_not(client, editor):
    assert "View on site" in visible_lines(client.get(change(make_article())))
    assert "View on site" not in visible_lines(client.get(change(make_draft())))


def test_the_admin_never_weakens_the_policy(client, editor):
    for address in [ADD, change(make_draft()), "/admin/", "/admin/articles/article/"]:
        answer = client.get(address)
        assert "unsafe" not in answer["Content-Security-Policy"]
        nonce = answer["Content-Security-Policy"].partition("'nonce-")[2].partition("'")[0]
        assert answer.content.decode().count("importmap") == (1 if nonce else 0)


# A reporter's limits


@pytest.fixture
def reporter(client):
    user = make_user("Reporter")
    make_author("Rita", user=user)
    client.force_login(user)
    return user


def test_a_reporter_writes_a_draft(client, reporter):
    client.post(ADD, form(title="My draft", authors=[reporter.author]))
    article = Article.objects.get()
    assert article.created_by == reporter
    assert client.post(change(article), form(title="Better")).status_code == 302


@pytest.mark.parametrize("extra", [{"status": "published"}, {"_publish": "1"}, {"_schedule": "1"}])
def test_a_reporter_cannot_publish(client, reporter, extra):
    now = timezone.now() - timedelta(minutes=1)
    client.post(ADD, form(title="My draft", authors=[reporter.author], date=now, **extra))
    assert not Article.objects.published()
    draft = make_draft(created_by=reporter)
    draft.sign(reporter.author)
    client.post(change(draft), form(authors=[reporter.author], date=now, **extra))
    assert not Article.objects.published()


def test_a_reporter_does_not_see_others_drafts(client, reporter):
    other = make_draft("Private plans")
    assert "Private plans" not in client.get("/admin/articles/article/").content.decode()
    assert client.get(change(other)).status_code == 302


def test_a_reporter_sees_but_does_not_change_what_others_published(client, reporter):
    article = make_article("Public")
    page = client.get(change(article))
    assert page.status_code == 200
    assert "_continue" not in page.content.decode()
    assert client.post(change(article), form(title="Changed")).status_code == 403
    article.refresh_from_db()
    assert article.title == "Public"


def test_what_a_reporter_changes_in_an_own_public_post_waits_for_an_editor(client, reporter):
    article = make_article("Public", authors=[reporter.author])
    client.post(change(article), form(title="Changed", authors=[reporter.author], _submit="1"))
    article.refresh_from_db()
    assert (article.title, article.is_public) == ("Public", True)
    assert article.pending.contents["title"] == "Changed"
    assert list(Article.objects.in_review()) == [article]


def test_a_draft_that_was_published_meanwhile_becomes_a_proposal(client, reporter):
    draft = make_draft("Mine", created_by=reporter)
    draft.sign(reporter.author)
    base = client.get(change(draft)).context["adminform"].form["base"].value()
    draft.publish()
    typed = form(title="A better title", body="<p>For an hour.</p>", base=base)
    answer = client.post(change(draft), typed)
    html = answer.content.decode()
    assert "This post was saved by somebody else while you were writing." in html
    assert "A better title" in html
    again = answer.context["adminform"].form["base"].value()
    client.post(change(draft), typed | {"base": again})
    draft.refresh_from_db()
    assert (draft.title, draft.is_public) == ("Mine", True)
    assert draft.pending.contents["body"] == "<p>For an hour.</p>"


def test_a_reporter_does_not_delete_an_own_post_once_it_is_published(client, reporter):
    reporter.user_permissions.add(Permission.objects.get(codename="delete_article"))
    article = make_article(authors=[reporter.author])
    answer = client.post(f"/admin/articles/article/{article.pk}/delete/", {"post": "yes"})
    assert answer.status_code == 403
    assert Article.objects.exists()


@pytest.mark.parametrize("size", [2, 40])
def test_the_form_costs_the_same_however_much_there_is(
    client, editor, django_assert_num_queries, size
):
    article = make_article(authors=[make_author() for _ in range(3)])
    for number in range(size):
        article.publish_changes({"title": f"Title {number}"}, editor)
        make_comment(article)
        make_draft()
        make_category(f"Category {number}")
    client.get(change(article))
    with django_assert_num_queries(24):
        client.get(change(article))
