"""A comment can be seen as it will look before it is sent."""

import pytest

from comments.models import Comment
from tests.factories import make_article, make_comment, make_user
from tests.pages import comment_form, visible_lines
from tests.test_commenting import TYPED, send

pytestmark = pytest.mark.django_db

HEADING = "This is how your comment will look"


@pytest.fixture
def article():
    return make_article()


def test_a_preview_shows_the_comment_and_stores_nothing(client, article):
    answer = send(client, article, preview="1", body="See https://example.org/\n\nSecond.")
    assert answer.status_code == 200
    lines = visible_lines(answer)
    assert lines.index(HEADING) < lines.index("Second.") < lines.index("Comment *")
    assert '<a href="https://example.org/" rel="ugc' in answer.content.decode()
    assert not Comment.objects.exists()
    assert not answer.cookies


def test_what_was_typed_stands_in_the_form_ready_to_be_posted(client, article):
    action, fields = comment_form(send(client, article, preview="1"))
    assert {name: fields[name] for name in TYPED} == TYPED
    assert client.post(action, fields).status_code == 303
    assert Comment.objects.get().body == TYPED["body"]


def test_a_preview_of_a_reply_stays_a_reply(client, article):
    parent = make_comment(article, name="Mei")
    page = f"{article.get_absolute_url()}reply/{parent.pk}/"
    answer = send(client, article, page, preview="1")
    assert "Leave a Reply to Mei Cancel reply" in visible_lines(answer)
    assert comment_form(answer)[1]["parent"] == str(parent.pk)


def test_what_is_wrong_is_said_instead_of_a_preview(client, article):
    answer = send(client, article, preview="1", email="")
    assert answer.status_code == 422
    lines = visible_lines(answer)
    assert "There is a problem" in lines
    assert HEADING not in lines


def test_a_preview_is_found_by_no_search_engine_and_kept_by_nobody(client, article):
    answer = send(client, article, preview="1")
    assert '<meta name="robots" content="noindex">' in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


def test_markup_in_a_preview_is_shown_as_typed(client, article):
    html = send(client, article, preview="1", body="<b>Bold</b>", name="<i>Me</i>").content.decode()
    assert "<p>&lt;b&gt;Bold&lt;/b&gt;</p>" in html
    assert "<bdi><a href" in html
    assert "&lt;i&gt;Me&lt;/i&gt;" in html


def test_staff_see_their_own_name_in_a_preview(client, article):
    client.force_login(make_user("Editor", username="ana"))
    action, fields = comment_form(client.get(article.get_absolute_url()))
    answer = client.post(action, fields | {"body": "By staff.", "preview": "1"})
    lines = visible_lines(answer)
    assert any(line.startswith("ana Staff ") for line in lines[lines.index(HEADING) :])
    assert not Comment.objects.exists()


def test_the_button_to_post_comes_first_so_that_enter_posts(client, article):
    html = client.get(article.get_absolute_url()).content.decode()
    assert html.index('name="post"') < html.index('name="preview"')
