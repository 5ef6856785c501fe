"""Readers pass posts on with plain links, and see beforehand how long a post is."""

from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from articles.models import Article
from articles.sharing import share_links
from tests.factories import make_article
from tests.pages import links, visible_lines

TITLE, ADDRESS = "Tea & chips? 100% “é” #1", "https://news.example.org/2021/06/09/tée/"


def test_every_service_gets_the_address_and_all_but_one_the_title():
    for service, link in share_links(TITLE, ADDRESS):
        parts = urlsplit(link)
        sent = " ".join(value for values in parse_qs(parts.query).values() for value in values)
        assert ADDRESS in sent, service
        assert (TITLE in sent) is (service != "LinkedIn")
        assert not parts.fragment


def test_spaces_in_an_email_are_not_written_as_plus():
    link = dict(share_links(TITLE, ADDRESS))["Email"]
    assert "+" not in link
    assert unquote(link) == f"mailto:?subject={TITLE}&body={ADDRESS}"


@pytest.mark.django_db
def test_the_page_of_a_post_has_the_links_with_its_full_address(client):
    article = make_article("Tea & chips")
    found = links(client.get(article.get_absolute_url()))
    address = f"http://testserver{article.get_absolute_url()}"
    assert {link for _service, link in share_links(article.title, address)} <= set(found)


@pytest.mark.parametrize(
    ("words", "minutes"), [(0, 1), (1, 1), (230, 1), (344, 1), (346, 2), (460, 2), (2300, 10)]
)
def test_reading_takes_whole_minutes_and_at_least_one(words, minutes):
    assert Article(body=f"<p>{'word ' * words}</p>").reading_minutes == minutes


def test_markup_is_not_read():
    table = "<table><tbody><tr><td>one</td><td>two</td></tr></tbody></table>"
    body = f'<p>one<strong>word</strong> <a href="/a b c d/">two</a></p>{table}'
    assert Article(body=body).word_count == 4


@pytest.mark.django_db
def test_the_page_of_a_post_says_how_long_reading_takes(client):
    article = make_article(body=f"<p>{'word ' * 700}</p>")
    assert any(
        line.endswith("· 3 min read")
        for line in visible_lines(client.get(article.get_absolute_url()))
    )
