"""What a reader sees when the site cannot answer as asked."""

import pytest
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from newsroom.errors import maintenance, too_many_requests
from tests.factories import make_user
from tests.pages import visible_lines


@pytest.mark.django_db
def test_an_unknown_address_is_answered_with_a_search_form(client):
    answer = client.get("/no/such/page/")
    assert answer.status_code == 404
    html = answer.content.decode()
    assert "We can’t find that page" in html
    assert 'name="s" id="search-again"' in html
    assert '<meta name="robots" content="noindex">' in html


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "words"), [(1, "in 1 second."), (60, "in 60 seconds.")])
def test_too_many_requests_are_told_how_long_to_wait(seconds, words):
    answer = too_many_requests(RequestFactory().get("/"), seconds)
    assert answer.status_code == 429
    assert answer["Retry-After"] == str(seconds)
    assert words in answer.content.decode()


@pytest.mark.parametrize("code", ["400", "405", "500", "503"])
def test_a_plain_page_needs_no_database_and_no_context(code):
    html = render_to_string(f"{code}.html")
    assert html.startswith("<!doctype html>")
    assert f">{code}</p>" in html


def test_maintenance_answers_everything_and_asks_no_database():
    def never(request) -> HttpResponse:
        raise AssertionError("the site answered")

    answer = maintenance(never)(RequestFactory().post("/admin/", {"x": "y"}))
    assert answer.status_code == 503
    assert answer["Retry-After"] == "300"
    assert "We are working on the site" in visible_lines(answer)


@pytest.mark.django_db
def test_a_form_of_the_admin_without_its_token_gives_the_text_back():
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("Editor"))
    answer = client.post("/admin/articles/article/add/", {"title": "T", "body": "<p>Long.</p>"})
    assert answer.status_code == 403
    assert "Your form was not sent" in visible_lines(answer)
    assert "&lt;p&gt;Long.&lt;/p&gt;" in answer.content.decode()


def test_a_page_that_takes_nothing_says_so_and_what_it_takes(client):
    answer = client.delete("/robots.txt")
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD"
    assert "Nothing can be sent here" in visible_lines(answer)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/nothing/", "/nothing/here/", "/category/none/"])
def test_a_missing_page_looks_the_same_locally(client, settings, address):
    settings.DEBUG = True
    answer = client.get(address)
    assert answer.status_code == 404
    assert "We can’t find that page" in answer.content.decode()
