"""A comment as moderators read it: words are marked, links spelled out, the rest is text."""

import re
from html import unescape
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments.marking import as_marked_html, host_of, links_in, spelled_out

TAGS = re.compile(r"<[^>]*>")


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Cheap Pills", ["pills"], "Cheap <mark>Pills</mark>"),
        ("class", ["ass"], "class"),
        ("cheap pills", ["cheap", "cheap pills"], "<mark>cheap pills</mark>"),
        ("a & b", ["&"], "a <mark>&amp;</mark> b"),
        ("C++ and (x", ["C++", "(x"], "<mark>C++</mark> and <mark>(x</mark>"),
        ("nothing", ["", " "], "nothing"),
        ("STRASSE Straße", ["straße"], "STRASSE <mark>Straße</mark>"),
    ],
)
def test_the_words_that_mattered_are_marked_as_whole_words(text, words, expected):
    assert as_marked_html(text, words) == f"<p>{expected}</p>"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://example.org/a", "https://<strong>example.org</strong>/a"),
        ("https://Example.ORG", "https://<strong>Example.ORG</strong>"),
        (
            "https://bank.example@evil.example/",
            "https://bank.example@<strong>evil.example</strong>/",
        ),
        (
            "https://evil.example/@bank.example",
            "https://<strong>evil.example</strong>/@bank.example",
        ),
        ("https://x.example:80/?a=1&b=<", "https://<strong>x.example</strong>:80/?a=1&amp;b=&lt;"),
    ],
)
def test_the_host_that_a_link_leads_to_stands_out(address, shown):
    assert f'<bdi class="address">{shown}</bdi>' in spelled_out(address)


def test_a_link_opens_without_telling_where_from():
    html = as_marked_html("See https://example.org/a.")
    assert 'rel="noopener noreferrer nofollow" target="_blank"' in html
    assert 'href="https://example.org/a"' in html
    assert html.endswith(".</p>")


def test_a_link_with_a_name_before_its_host_is_not_opened():
    assert "<a " not in spelled_out("https://bank.example@evil.example/")
    assert "<a " in spelled_out("https://evil.example/@bank.example")


@pytest.mark.parametrize("text", ["http://[", "https://]/x", "http://....", "javascript:alert(1)"])
def test_what_leads_nowhere_is_text(text):
    assert "<a " not in as_marked_html(text) or host_of(text)


def test_links_are_found_without_the_punctuation_behind_them():
    assert links_in("(https://a.example/x), http://b.example!") == [
        *("https://a.example/x", "http://b.example"),
    ]


@given(st.text(max_size=300), st.lists(st.text(max_size=20), max_size=4))
def test_no_text_is_lost_and_none_becomes_markup(text, words):
    html = as_marked_html(text, words)
    assert "<script" not in html
    without = unescape(TAGS.sub("", html.replace(" <a", "<a").replace("↗", "")))
    kept = [character for character in text if not character.isspace() and character != "↗"]
    assert [character for character in without if not character.isspace()] == kept


@pytest.mark.parametrize(
    "text",
    [
        *("http://a.example/ " * 10_000, "(" * 100_000, "http://" * 20_000, "x" * 100_000),
        *("https://a.example/" + ")" * 50_000, "http://[" * 20_000),
    ],
    ids=["links", "brackets", "schemes", "word", "closing", "broken"],
)
def test_hostile_texts_take_no_time(text):
    begun = perf_counter()
    as_marked_html(text[:3000], ["a", "(", "http", "x" * 100])
    links_in(text[:100_000])
    assert perf_counter() - begun < 0.5


def test_the_host_that_stands_out_is_the_one_that_a_browser_opens():
    long_name = spelled_out("https://İİİİİ@evil.example/bank.example")
    assert "İ@<strong>evil.example</strong>/bank" in long_name
    backslash = spelled_out(r"https://evil.example\@bank.example/")
    assert "<strong>evil.example</strong>" in backslash
    assert host_of(r"https://evil.example\.bank.example/") == "evil.example"


def test_what_is_no_web_address_is_not_opened():
    assert "<a " not in spelled_out("javascript:alert(1)")
    assert "<a " not in spelled_out("javascript://example.org/%0aalert(1)")
