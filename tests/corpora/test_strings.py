"""No string anybody can type is an error: it is taken, or refused with a sentence."""

import pytest

from tests.corpora.files import SHARED, naughty_strings
from tests.factories import make_article, make_author, make_category, make_user
from tests.pages import comment_form

STRINGS = naughty_strings() if SHARED.exists() else []

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    return make_article(authors=[make_author("Ana")], categories=[make_category("Cloud")])


@pytest.mark.parametrize(
    "field", ["body", "name", "email", "website", "parent", "token", "seconds", "subject"]
)
def test_in_each_field_of_the_comment_form(client, article, field):
    action, fields = comment_form(client.get(article.get_absolute_url()))
    typed = {"body": "Text", "name": "Farah", "email": "farah@example.org"}
    for number, string in enumerate(STRINGS):
        # From many networks: one alone would be told to wait.
        network = {"REMOTE_ADDR": f"2001:db8:{number // 20:x}::1"}
        answer = client.post(action, fields | typed | {field: string}, **network)
        assert answer.status_code in (303, 422), (field, string)


def test_as_part_of_an_address(client, article):
    for string in STRINGS:
        quoted = "".join(f"%{byte:02x}" for byte in string.encode())
        for address in [
            f"/?p={quoted}",
            f"/{quoted}/",
            f"/category/{quoted}/",
            f"/2026/01/01/{quoted}/",
            f"/category/cloud/page/{quoted}/",
            f"{article.get_absolute_url()}comment/{quoted}/",
        ]:
            assert client.get(address).status_code in (200, 301, 302, 404, 405), address


def test_as_published_text(client, article):
    for string in STRINGS:
        article.title, article.standfirst = string[:200], string[:400]
        article.body = f"<p>{string}</p>"
        article.save()
        assert client.get(article.get_absolute_url()).status_code == 200, string


def test_in_each_field_of_the_article_form(client, article):
    client.force_login(make_user("Editor"))
    rows = {"discussion-TOTAL_FORMS": 0, "discussion-INITIAL_FORMS": 0, "show_changes": "site"}
    for string in STRINGS:
        texts = dict.fromkeys(["title", "standfirst", "body", "note"], string)
        others = dict.fromkeys(
            ["slug", "published_at_0", "embargo_until_0", "tags", "authors", "base"], string
        )
        for data in (texts, texts | others):
            answer = client.post("/admin/articles/article/add/", rows | data)
            assert answer.status_code in (200, 302), string
