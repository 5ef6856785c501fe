"""A request that claims an odd charset is read as UTF-8, and is never an error."""

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory
from django.test.client import BOUNDARY, encode_multipart

from comments.models import Comment
from newsroom.charset import utf8_addresses
from newsroom.wsgi import application
from tests.factories import make_article
from tests.pages import comment_form
from tests.test_commenting import TYPED

ODD = ["hex", "base64", "rot13", "zlib", "idna", "undefined", "utf-7", "nonsense", "latin-1"]


@pytest.mark.django_db
@pytest.mark.parametrize("charset", ODD)
@pytest.mark.parametrize("token", [None, "forged"])
def test_a_form_in_any_charset_is_read(client, charset, token):
    article = make_article()
    action, fields = comment_form(client.get(article.get_absolute_url()))
    typed = fields | TYPED | {"body": "Genau so, schön."} | ({"token": token} if token else {})
    content_type = f"multipart/form-data; boundary={BOUNDARY}; charset={charset}"
    answer = client.generic("POST", action, encode_multipart(BOUNDARY, typed), content_type)
    if token:
        assert answer.status_code == 422
        assert comment_form(answer)[1]["body"] == "Genau so, schön."
    else:
        assert answer.status_code == 303
        assert Comment.objects.get().body == "Genau so, schön."


def asked(charset: str) -> dict[str, str]:
    environ = RequestFactory().generic("GET", "/?p=1").environ
    return environ | {"CONTENT_TYPE": f"text/plain; charset={charset}"}


@pytest.mark.parametrize("claim", [*ODD, '"hex"', "hex; x=y"])
def test_an_address_is_read_in_any_charset(claim):
    read = utf8_addresses(lambda environ, start: WSGIRequest(environ).GET)
    assert read(asked(claim), None)["p"] == "1"


@pytest.mark.django_db(transaction=True)
def test_the_site_reads_addresses_that_way():
    article = make_article()
    environ = asked("hex") | {"QUERY_STRING": f"p={article.pk}"}
    answers = []
    application(environ, lambda status, headers: answers.append(status)).close()
    assert answers == ["301 Moved Permanently"]
