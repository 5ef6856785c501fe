"""Every string anybody can type is a search, and every string that can stand in a post is found."""

import re

import pytest
from django.db import connection

from articles.models import Article
from articles.search import find
from articles.search_excerpts import excerpt, title
from articles.search_words import parse, words
from tests.corpora.files import SHARED, naughty_strings, scripting_payloads
from tests.factories import make_article

STRINGS = naughty_strings() if SHARED.exists() else []
PAYLOADS = scripting_payloads() if SHARED.exists() else []

pytestmark = pytest.mark.django_db


def test_each_is_a_query(client):
    make_article("Post")
    for string in STRINGS:
        answer = client.get("/", {"s": string})
        assert answer.status_code == 200, string


def test_each_is_found_where_it_was_published():
    article = make_article("Post")
    for string in STRINGS:
        article.title, article.body = "Post", ""
        article.standfirst = string[:400]
        article.save()
        phrase = '"' + " ".join(words(article.standfirst)[:30]) + '"'
        query = parse(phrase)
        assert not query.wanted or find(query).total == 1, string


def test_the_database_folds_each_as_python_does():
    with connection.cursor() as cursor:
        for string in STRINGS:
            if "\0" not in string:
                cursor.execute("SELECT articles_search_words(%s)", [string])
                assert cursor.fetchone()[0].split() == words(string), string


def test_an_excerpt_of_each_holds_no_markup_but_marks():
    for text in STRINGS + PAYLOADS:
        article, query = Article(title=text, standfirst=text), parse(text)
        for html in [title(article, query), excerpt(article, query)]:
            assert not set("<>\"'") & set(re.sub("</?mark>", "", html)), text
