"""What was wrong is put right in public, under the post and on one page of them all."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from articles.models import Article, Correction
from tests.factories import make_article, make_author, make_draft, make_scheduled, make_user
from tests.pages import visible_lines
from tests.test_article_admin import ADD, change, form

pytestmark = pytest.mark.django_db

REFUSAL = "Only a published post can be corrected: change the text itself."


def with_correction(**values):
    return form(correction="It was Tuesday.", **values)


def test_it_stands_under_the_post_and_on_the_page_of_all(client):
    article = make_article("The title")
    assert "Correction" not in visible_lines(client.get(article.get_absolute_url()))
    article.corrections.create(text="It was Tuesday.")
    page = visible_lines(client.get(article.get_absolute_url()))
    assert "Correction" in page
    assert any(line.endswith(": It was Tuesday.") for line in page)
    lines = visible_lines(client.get("/corrections/"))
    assert lines[lines.index("The title") + 1] == "It was Tuesday."
    assert f'href="{article.get_absolute_url()}#corrections"' in client.get("/corrections/").text


def test_the_newest_stands_first_and_ten_on_a_page(client):
    article, now = make_article(), timezone.now()
    for age in range(11):
        article.corrections.create(
            text=f"Correction {age}.", corrected_at=now - timedelta(hours=age)
        )
    page = client.get("/corrections/").context["page"]
    assert [one.text for one in page] == [f"Correction {age}." for age in range(10)]
    assert "Correction 10." in client.get("/corrections/page/2/").text
    assert client.get("/corrections/page/3/").status_code == 404


def test_without_any_the_page_says_so(client):
    assert "Nothing had to be corrected yet." in visible_lines(client.get("/corrections/"))


@pytest.mark.parametrize("make", [make_draft, make_scheduled])
def test_of_a_post_that_is_not_public_nothing_is_told(client, make):
    make("Secret").corrections.create(text="It was Tuesday.")
    html = client.get("/corrections/").text
    assert "Secret" not in html
    assert "Tuesday" not in html


@pytest.mark.parametrize("make", [make_draft, make_scheduled])
def test_only_a_published_post_can_be_corrected(make):
    with pytest.raises(ValidationError, match=REFUSAL):
        Correction(article=make(), text="It was Tuesday.").full_clean()
    Correction(article=make_article(), text="It was Tuesday.").full_clean()


def test_a_correction_of_nothing_is_refused():
    with pytest.raises(ValidationError, match="cannot be null"):
        Correction(text="It was Tuesday.").full_clean()


def test_the_admin_takes_one_with_the_changes_of_a_published_post(client, editor):
    article = make_article(authors=[])
    data = with_correction(
        authors=[make_author()], date=article.published_at, slug=article.slug, _publish_changes="1"
    )
    client.post(change(article), data)
    assert article.corrections.get().text == "It was Tuesday."


def test_one_that_waits_with_pending_changes_is_not_told(client, editor):
    article = make_article(authors=[make_author()])
    data = with_correction(authors=article.ordered_authors, date=article.published_at)
    client.post(change(article), data | {"_continue": "1"})
    assert not Correction.objects.exists()
    assert "It was Tuesday." in client.get(change(article)).content.decode()
    article.refresh_from_db()
    article.publish_changes()
    assert article.corrections.get().text == "It was Tuesday."


def test_the_admin_refuses_one_for_a_draft(client, editor):
    draft = make_draft()
    for address in [change(draft), ADD]:
        answer = client.post(address, with_correction())
        assert REFUSAL in answer.context["adminform"].form.errors["correction"]
    assert not Correction.objects.exists()
    assert Article.objects.get() == draft


@pytest.mark.parametrize(
    "values", [{"title": ""}, {"published_at_0": "x", "published_at_1": "x"}, {"slug": "§"}]
)
def test_a_correction_of_a_post_that_is_itself_refused_is_kept_in_the_form(client, editor, values):
    article = make_article()
    answer = client.post(change(article), with_correction(_publish_changes="1", **values))
    assert answer.status_code == 200
    assert "It was Tuesday." in answer.content.decode()
    assert not Correction.objects.exists()


# By themselves, in the admin

LIST = "/admin/articles/correction/"


def test_an_editor_adds_one_to_a_public_post(client, editor):
    article = make_article("The title")
    client.post(f"{LIST}add/", {"article": article.pk, "text": "It was Tuesday."})
    assert article.corrections.get().text == "It was Tuesday."
    lines = visible_lines(client.get(LIST))
    assert {"The title", "It was Tuesday."} <= set(lines)
    article.refresh_from_db()
    assert article.updated_at == article.corrections.get().corrected_at


@pytest.mark.parametrize("make", [make_draft, make_scheduled])
def test_an_editor_adds_none_to_a_post_that_nobody_has_read(client, editor, make):
    answer = client.post(f"{LIST}add/", {"article": make().pk, "text": "It was Tuesday."})
    assert REFUSAL in answer.text
    assert "It was Tuesday." in answer.text
    assert not Correction.objects.exists()


@pytest.mark.parametrize("role", ["Reporter", "Moderator"])
def test_nobody_but_editors_adds_one(client, role):
    client.force_login(make_user(role))
    data = {"article": make_article().pk, "text": "It was Tuesday."}
    assert client.post(f"{LIST}add/", data).status_code == 403
    assert client.get(LIST).status_code == 403
    assert not Correction.objects.exists()
