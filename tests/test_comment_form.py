"""A comment that cannot be taken is explained, and nothing that was typed is lost."""

import re

import pytest

from comments.models import Comment
from tests.factories import make_article
from tests.pages import comment_form, visible_lines
from tests.test_commenting import TYPED, send

pytestmark = pytest.mark.django_db

WRONG = {
    "empty": ({"body": ""}, "Write a comment"),
    "blank": ({"body": " \r\n\u00a0\u200b "}, "Write a comment"),
    "only NUL": ({"body": "\0"}, "Write a comment"),
    "100 KB": (
        {"body": "word " * 20_480},
        "Shorten your comment to at most 10000 characters: it has 102399",
    ),
    "only fillers": ({"body": "\u115f\u1160\u3164\uffa0\u2800"}, "Write a comment"),
    "filler as name": ({"name": "\u3164"}, "Enter your name"),
    "no name": ({"name": ""}, "Enter your name"),
    "long name": ({"name": "x" * 101}, "Enter a name of at most 100 characters"),
    "no email": ({"email": ""}, "Enter your email address"),
    "bad email": ({"email": "reader@"}, "Enter an email address in the format name@example.com"),
    "two emails": ({"email": "a@b.co,c@d.co"}, "Enter an email address in the format"),
    "header in email": ({"email": "a@b.co\nBcc: c@d.co"}, "Enter an email address in the format"),
    "script website": ({"website": "javascript:alert(1)"}, "Enter a web address that starts with"),
    "ftp website": ({"website": "ftp://example.org/"}, "Enter a web address that starts with"),
    "words as website": ({"website": "my own site"}, "Enter a web address that starts with"),
    "bad bracket": ({"website": "http://[::1"}, "Enter a web address that starts with"),
    "long website": (
        {"website": f"https://example.org/{'x' * 200}"},
        "Enter a web address of at most 200 characters",
    ),
}


@pytest.mark.parametrize(("typed", "sentence"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(client, typed, sentence):
    article = make_article()
    answer = send(client, article, **typed)
    assert answer.status_code == 422
    lines = visible_lines(answer)
    assert lines.index("There is a problem") < [sentence in line for line in lines].index(True)
    kept = comment_form(answer)[1]
    assert {name: kept[name] for name in TYPED} == TYPED | typed
    assert not Comment.objects.exists()


def test_the_title_of_an_error_page_says_so_first(client):
    article = make_article("Hello")
    assert "<title>Error: Hello" in send(client, article, body="").content.decode()
    assert "<title>Hello" in client.get(article.get_absolute_url()).content.decode()


def test_all_problems_are_listed_and_lead_to_their_fields(client):
    answer = send(client, make_article(), body="", name="", email="x")
    html = answer.content.decode()
    for field in ("body", "name", "email"):
        assert f'<a href="#id_{field}">' in html
        assert f'id="id_{field}_error"' in html


def test_the_list_of_problems_takes_the_focus_and_is_announced(client):
    html = send(client, make_article(), body="").content.decode()
    assert '<div class="problem" tabindex="-1" autofocus role="group" aria-labelledby=' in html
    assert '<div role="alert">' in html


def test_a_wrong_field_says_so_to_assistive_technology(client):
    html = send(client, make_article(), body="").content.decode()
    textarea = html[html.index("<textarea") :].split(">")[0]
    assert 'aria-invalid="true"' in textarea
    assert 'aria-describedby="id_body_error"' in textarea


def test_an_error_page_is_found_by_no_search_engine_and_kept_by_nobody(client):
    answer = send(client, make_article(), body="")
    assert '<meta name="robots" content="noindex">' in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


def test_markup_in_a_name_is_shown_as_typed(client):
    article = make_article()
    send(client, article, name="<b>Farah</b>")
    Comment.objects.update(status=Comment.Status.PUBLISHED)
    html = client.get(article.get_absolute_url()).content.decode()
    assert "&lt;b&gt;Farah&lt;/b&gt;" in html
    assert "<b>Farah" not in html


def test_a_name_is_one_line(client):
    send(client, make_article(), name=" Farah\r\n\tof  the\u00a0harbour ")
    assert Comment.objects.get().name == "Farah of the harbour"


def test_the_time_of_a_comment_is_valid_html(client):
    article = make_article()
    send(client, article)
    Comment.objects.update(status=Comment.Status.PUBLISHED)
    html = client.get(article.get_absolute_url()).content.decode().split('class="when"')[1]
    assert re.search(r'<time datetime="\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d">', html)


def test_overrides_and_control_characters_do_not_reach_the_page(client):
    article = make_article()
    send(client, article, name="Fa\u202erah", body="Text\x07 \u202ereversed")
    comment = Comment.objects.get()
    assert (comment.name, comment.body) == ("Farah", "Text reversed")


def test_a_lone_surrogate_does_no_harm(client):
    article = make_article()
    action, fields = comment_form(client.get(article.get_absolute_url()))
    data = "&".join(
        f"{name}={value}" for name, value in (fields | TYPED | {"body": "a%ED%A0%80b"}).items()
    )
    answer = client.post(action, data.encode(), content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 303


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data"])
def test_a_post_that_is_no_form_is_no_error(client, content_type):
    article = make_article()
    answer = client.generic("POST", f"{article.get_absolute_url()}reply/", b"{}", content_type)
    assert 400 <= answer.status_code < 500
