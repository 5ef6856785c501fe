"""Where a post, its state or a role changes under a writer's hands, both texts are shown."""

import pytest
from django.contrib.auth.models import Group

from articles.models import Article
from tests.factories import make_article, make_author, make_draft, make_user
from tests.pages import visible_lines
from tests.test_article_admin import ADD, change, form

pytestmark = pytest.mark.django_db


@pytest.fixture
def bo():
    return make_user("Editor", username="bo", first_name="Bo", last_name="Berg")


@pytest.fixture
def draft(editor):
    draft = make_draft("Ships", body="<p>Ships arrive daily.</p>")
    draft.revise({}, editor)
    return draft


def text(answer):
    return " ".join(visible_lines(answer))


def test_a_newer_version_is_shown_beside_what_was_typed(client, draft, bo):
    base = draft.version
    draft.revise({"body": "<p>Ships arrive weekly.</p>"}, bo)
    typed = form(title="Big ships", body="<p>Ships arrive late.</p>", slug=draft.slug, base=base)
    answer = client.post(change(draft), typed)
    shown = text(answer)
    assert "Bo Berg saved this post at" in shown
    html = answer.content.decode()
    assert "As Bo Berg saved it" in html
    assert "As you typed it" in html
    differences = {each.name: each for each in answer.context["conflict"].differences}
    assert set(differences) == {"title", "body"}
    assert "weekly" in differences["body"].before
    assert "<del" in differences["body"].before
    assert "late" in differences["body"].after
    assert "<ins" in differences["body"].after
    # The form has what was typed, and nothing is saved.
    assert answer.context["adminform"].form["title"].value() == "Big ships"
    draft.refresh_from_db()
    assert draft.title == "Ships"


def test_saving_again_after_having_seen_both_is_a_decision(client, draft, bo):
    base = draft.version
    draft.revise({"title": "Bo's title"}, bo)
    typed = form(title="My title", slug=draft.slug, base=base)
    seen = client.post(change(draft), typed).context["adminform"].form["base"].value()
    client.post(change(draft), typed | {"base": seen})
    draft.refresh_from_db()
    assert draft.title == "My title"
    titles = [each.contents["title"] for each in draft.revisions.newest_first()]
    assert titles[:2] == ["My title", "Bo's title"]


def test_what_only_the_other_one_has_changed_is_pointed_out(client, draft, bo):
    base = draft.version
    draft.revise({"standfirst": "New and important."}, bo)
    typed = form(title="Big ships", body=draft.body, slug=draft.slug, base=base)
    answer = client.post(change(draft), typed)
    assert answer.context["conflict"].not_mine == ["Standfirst"]
    assert text(answer).count("You have not changed this one.") == 1


def test_of_a_public_post_the_pending_changes_of_the_other_one_are_compared(client, editor, bo):
    article = make_article("Live", body="<p>Live.</p>")
    article.propose({"title": "Bo's proposal"}, bo)
    typed = form(title="Mine", body="<p>Live.</p>", slug=article.slug, base=0)
    typed |= {"authors": [each.pk for each in article.ordered_authors]}
    answer = client.post(change(article), typed)
    title = answer.context["conflict"].differences[0]
    assert "proposal" in title.before


def test_markup_and_scripts_are_shown_as_words(client, draft, bo):
    base = draft.version
    draft.revise({"title": "<script>alert(1)</script>", "body": "<p>x</p>"}, bo)
    typed = form(title="<img src=x onerror=y>", body="<script>z</script>", base=base)
    html = client.post(change(draft), typed).content.decode()
    assert "<script>alert" not in html
    assert "<img src=x" not in html


def test_what_was_typed_wrong_is_kept_in_a_conflict_too(client, draft, bo):
    base = draft.version
    draft.revise({"title": "Bo's"}, bo)
    typed = form(title="x" * 300, slug=draft.slug, base=base, published_at_0="31.31.2026")
    answer = client.post(change(draft), typed)
    assert "Bo Berg saved this post" in text(answer)
    assert "x" * 300 in answer.content.decode()
    assert "31.31.2026" in answer.content.decode()


@pytest.mark.parametrize("steps", [["publish"], ["publish", "unpublish"]])
def test_a_step_taken_meanwhile_is_named(client, draft, bo, steps):
    base = draft.version
    draft.sign(make_author())
    for step in steps:
        getattr(draft, step)(by=bo)
    typed = form(title="Typed", body=draft.body, slug=draft.slug, base=base)
    answer = client.post(change(draft), typed)
    shown = text(answer)
    assert "Published – Bo Berg" in shown
    assert ("Unpublished – Bo Berg" in shown) == ("unpublish" in steps)
    assert answer.context["adminform"].form["title"].value() == "Typed"
    draft.refresh_from_db()
    assert draft.title == "Ships"


def test_of_a_post_in_the_trash_the_text_is_given_back(client, draft, bo):
    base = draft.version
    draft.trash(by=bo)
    typed = form(title="Typed for an hour", body="<p>Long text.</p>", base=base)
    answer = client.post(change(draft), typed)
    assert answer.status_code in (200, 403)
    assert "Typed for an hour" in answer.content.decode()
    assert "Long text." in answer.content.decode()
    draft.refresh_from_db()
    assert draft.title == "Ships"


def test_who_loses_the_role_gets_the_text_back(client, editor, draft):
    editor.groups.set([Group.objects.get(name="Reporter")])
    typed = form(title="Typed for an hour", body="<p>Long text.</p>", base=draft.version)
    answer = client.post(change(draft), typed)
    assert answer.status_code == 403
    assert "You may not change this any more" in text(answer)
    assert "Typed for an hour" in answer.content.decode()
    assert "&lt;p&gt;Long text.&lt;/p&gt;" in answer.content.decode()
    assert "Ships" not in answer.content.decode()


def test_who_may_not_write_any_more_gets_a_new_post_back(client, editor):
    editor.groups.clear()
    answer = client.post(ADD, form(title="Typed for an hour"))
    assert answer.status_code == 403
    assert "Typed for an hour" in answer.content.decode()
    assert not Article.objects.exists()


@pytest.mark.parametrize("is_new", [True, False])
def test_who_is_signed_out_gets_the_text_back(client, draft, is_new):
    client.logout()
    address = ADD if is_new else change(draft)
    answer = client.post(address, form(title="Typed for an hour"))
    assert answer.status_code == 403
    assert "You were signed out while you were writing." in text(answer)
    assert "Typed for an hour" in answer.content.decode()
    assert client.get(address).status_code == 302


def test_a_form_without_the_token_of_the_session_gets_the_text_back(editor, draft):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor)
    answer = strict.post(change(draft), form(body="Typed for an hour"))
    assert answer.status_code == 403
    assert "Typed for an hour" in answer.content.decode()
