"""
A form that comes in again: what is new in it is kept, and what others keep pending stays. Each of
these once lost something.
"""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Autosave
from tests.factories import make_article, make_author, make_draft, make_scheduled, make_user
from tests.test_article_admin import change, form

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = make_user("Editor")
    client.force_login(user)
    return user


def opened(article, **typed):
    """The form of ``article`` as it is now, and what is ``typed`` into it."""
    article = Article.objects.get(pk=article.pk)
    date = article.published_at and timezone.localtime(article.published_at)
    return (
        form(
            title=article.title,
            body=article.body,
            slug=article.slug,
            authors=article.ordered_authors,
            categories=article.ordered_categories,
            date=date,
            base=article.version,
        )
        | typed
    )


def shown_as_stale(answer):
    return answer.status_code == 200 and "since this form was opened" in answer.content.decode()


LATER = {"embargo_until_0": "2100-01-01", "embargo_until_1": "00:00:00"}


@pytest.mark.parametrize("more", [LATER, {"slug": "other"}, {"pinned": "on"}])
def test_a_form_sent_again_with_more_in_it_is_not_taken_for_the_same(client, editor, more):
    draft = make_draft("Title", created_by=editor)
    first = opened(draft, title="New title")
    client.post(change(draft), first)
    assert shown_as_stale(client.post(change(draft), first | more))


def test_a_correction_added_to_a_form_sent_before_is_not_swallowed(client, editor):
    article = make_article("Title")
    first = opened(article, title="New title", _publish_changes="1")
    client.post(change(article), first)
    Autosave.objects.create(user=editor, article=article, fields={"correction": ["We erred."]})
    assert shown_as_stale(client.post(change(article), first | {"correction": "We erred."}))
    assert Autosave.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [
        {"title": "New title", "_publish_changes": "1", "correction": "We erred."},
        {"title": "New title", "_publish_changes": "1", "is_update": "on"},
        {"title": "New title", "_publish_changes": "1"},
        {"title": "New title", "correction": "We erred."},
    ],
)
def test_a_button_pressed_twice_does_its_work_once(client, editor, typed):
    article = make_article("Title")
    twice = opened(article, **typed)
    assert client.post(change(article), twice).status_code == 302
    version = Article.objects.get().version
    assert client.post(change(article), twice).status_code == 302
    assert Article.objects.get().version == version
    assert article.corrections.count() == ("correction" in typed and "_publish_changes" in typed)


def test_what_a_reporter_proposes_leaves_what_an_editor_keeps_pending(client, editor):
    author = make_author("Ana", user=make_user("Reporter"))
    article = make_article("Title", authors=[author])
    end = {"ends_at_0": "2100-01-01", "ends_at_1": "00:00:00"}
    client.post(change(article), opened(article, pinned="on", **end))
    client.force_login(author.user)
    mine = opened(article, title="Mine")
    for name in ("slug", "published_at_0", "published_at_1"):
        mine.pop(name, None)
    client.post(change(article), mine)
    pending = Article.objects.get().pending.contents
    assert pending["title"] == "Mine"
    assert pending["pinned"]
    assert pending["ends_at"].startswith(("2099-12-31", "2100-01-01"))


def test_restoring_a_version_leaves_the_pending_address_and_correction(editor):
    article = make_article("Title")
    article.propose({"slug": "new-slug", "correction": "We erred.", "title": "Other"}, editor)
    article.restore(article.revisions.order_by("number").first(), editor)
    contents = Article.objects.get().pending.contents
    assert (contents["title"], contents["slug"]) == ("Title", "new-slug")
    assert contents["correction"] == "We erred."


def test_a_pending_correction_can_be_taken_back(client, editor):
    article = make_article("Title")
    client.post(change(article), opened(article, correction="Wrong one", is_update="on"))
    assert Article.objects.get().pending.contents["correction"] == "Wrong one"
    client.post(change(article), opened(article))
    assert not {"correction", "is_update"} & Article.objects.get().pending.contents.keys()


def test_an_old_address_leads_on_until_another_post_is_public_there(client):
    moved = make_article("Old")
    address = moved.get_absolute_url()
    moved.slug = "new"
    moved.save()
    other = make_scheduled("Other", slug="old")
    assert client.get(address).status_code == 301
    other.slug = "another"
    other.save()
    assert client.get(address).status_code == 301


def test_what_is_changed_after_the_end_was_never_read():
    article = make_article("Title")
    article.publish_changes({"ends_at": (timezone.now() + timedelta(hours=1)).isoformat()})
    Article.objects.update(ends_at=timezone.now() - timedelta(minutes=1))
    article.publish_changes({"body": "<p>Never seen</p>"})
    article.publish_changes({"body": "<p>Seen</p>", "ends_at": None})
    read = [revision.contents["body"] for revision in article.revisions.read()]
    assert "<p>Seen</p>" in read
    assert "<p>Never seen</p>" not in read


def test_a_post_is_not_published_after_its_own_end(client, editor):
    article = make_article("Title", published_at=timezone.now() - timedelta(days=10))
    article.unpublish()
    over = timezone.localtime() - timedelta(days=2)
    end = {"ends_at_0": f"{over:%Y-%m-%d}", "ends_at_1": "00:00:00"}
    answer = client.post(change(article), opened(article, _publish="1", **end))
    assert "choose a later end" in answer.content.decode()
    assert Article.objects.get().status == Article.Status.UNPUBLISHED


@pytest.mark.parametrize(
    "query",
    [
        *(f"pending={'9' * 30}", "published_at__year=99999", "saved_at__year=0", "pk__range=1"),
        *("title__regex=(", "created_by=x"),
    ],
)
def test_the_list_is_narrowed_by_its_own_question_alone(client, editor, query):
    make_article("Title")
    address = reverse("admin:articles_article_changelist")
    assert client.get(f"{address}?{query}").status_code in (200, 302)


@pytest.mark.parametrize(
    "query",
    ["lead_image=x", "tags=abc", "authors=x", "categories=1,x,2", "published_at=x", "ends_at=9999"],
)
def test_the_address_of_a_new_post_fills_nothing_in(client, editor, query):
    address = reverse("admin:articles_article_add")
    assert client.get(f"{address}?{query}").status_code == 200
