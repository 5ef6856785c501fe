"""Pages that stay, such as About, at the top of the site's addresses."""

import pytest
from django.core.exceptions import ValidationError

from articles.models import Page
from tests.pages import visible_lines

pytestmark = pytest.mark.django_db

ADD = "/admin/articles/page/add/"
# Addresses of the site itself, as far as a slug can spell them.
TAKEN = ["admin", "corrections", "feed", "oembed", "2026", "0001"]


def form_of(client, page):
    """The address of its form, and what a browser would send from there."""
    address = f"/admin/articles/page/{page.pk}/change/"
    base = client.get(address).context["adminform"].form.initial["base"]
    return address, {"title": page.title, "slug": page.slug, "body": page.body, "base": base}


def test_a_page_stands_under_its_slug_and_in_the_footer(client):
    Page.objects.create(title="About us", body="<p>We write.</p>")
    lines = visible_lines(client.get("/about-us/"))
    assert {"About us", "We write."} <= set(lines)
    assert 'href="/about-us/"' in client.get("/").content.decode()


def test_a_page_that_is_not_there_is_not_found(client):
    assert client.get("/about-us/").status_code == 404


@pytest.mark.parametrize("slug", TAKEN)
def test_a_slug_that_is_an_address_of_the_site_is_refused(slug):
    with pytest.raises(ValidationError, match="is an address of the site itself"):
        Page(title="About", slug=slug, body="<p>Text.</p>").full_clean()


@pytest.mark.parametrize("slug", TAKEN)
def test_the_admin_refuses_it_with_a_sentence_beside_the_slug(client, editor, slug):
    for typed in [{"title": "About", "slug": slug}, {"title": slug, "slug": ""}]:
        answer = client.post(ADD, {"body": "<p>Typed.</p>", **typed})
        assert f"/{slug}/ is an address of the site itself" in answer.content.decode()
        assert "Typed." in answer.content.decode()
    assert not Page.objects.exists()


@pytest.mark.parametrize("slug", ["sitemap.xml", "robots.txt", "a/b", "a b", "?p=1", "é!"])
def test_what_is_no_slug_is_refused(client, editor, slug):
    answer = client.post(ADD, {"title": "About", "slug": slug, "body": "<p>Text.</p>"})
    assert "Enter a valid “slug”" in answer.content.decode()
    assert not Page.objects.exists()


@pytest.mark.parametrize("slug", ["category", "about", "über-uns", "20266", "feeds"])
def test_what_only_resembles_an_address_of_the_site_is_free(client, editor, slug):
    client.post(ADD, {"title": "About", "slug": slug, "body": "<p>We write.</p>"})
    assert "We write." in client.get(f"/{slug}/").content.decode()


def test_a_page_can_be_saved_again(client, editor):
    page = Page.objects.create(title="About", body="<p>Text.</p>")
    address, data = form_of(client, page)
    client.post(address, data | {"title": "About us", "body": "<p>New.</p>"})
    assert "New." in client.get("/about/").content.decode()


def test_a_second_page_at_the_same_address_is_refused(client, editor):
    Page.objects.create(title="About", body="<p>Text.</p>")
    client.post(ADD, {"title": "Other", "slug": "about", "body": "<p>Text.</p>"})
    assert Page.objects.count() == 1


# Nothing typed into the form is lost


def test_what_somebody_else_saved_is_not_replaced_unseen(client, editor):
    page = Page.objects.create(title="About", body="<p>Text.</p>")
    address, data = form_of(client, page)
    assert client.post(address, data | {"body": "<p>Theirs.</p>"}).status_code == 302
    answer = client.post(address, data | {"body": "<p>Mine.</p>"})
    assert "Somebody saved this page on" in answer.text
    assert "Mine." in answer.text
    page.refresh_from_db()
    assert page.body == "<p>Theirs.</p>"
    again = answer.context["adminform"].form["base"].value()
    assert client.post(address, data | {"body": "<p>Mine.</p>", "base": again}).status_code == 302
    page.refresh_from_db()
    assert page.body == "<p>Mine.</p>"


def test_who_was_signed_out_or_lost_the_role_gets_the_text_back(client, editor):
    page = Page.objects.create(title="About", body="<p>Text.</p>")
    address, data = form_of(client, page)
    editor.groups.clear()
    answer = client.post(address, data | {"body": "<p>Long text.</p>"})
    assert answer.status_code == 403
    assert "You may not change this any more" in answer.text
    assert "Long text." in answer.text
    client.logout()
    answer = client.post(address, data | {"body": "<p>Long text.</p>"})
    assert "You were signed out while you were writing." in answer.text
    assert "Long text." in answer.text


def test_a_correction_that_comes_too_late_is_given_back(client):
    answer = client.post("/admin/articles/correction/add/", {"text": "It was Tuesday."})
    assert answer.status_code == 403
    assert "It was Tuesday." in answer.text


def test_an_empty_name_of_a_field_is_none(client, editor):
    page = Page.objects.create(title="About", body="<p>Text.</p>")
    assert client.get(f"/admin/articles/page/{page.pk}/change/?_to_field=").status_code == 200
