"""What is typed into a comment comes out as paragraphs and links, and nothing else."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments.text import as_html, tidy


def link(address: str) -> str:
    return f'<a href="{address}" rel="ugc nofollow noopener">{address}</a>'


def test_blank_lines_separate_paragraphs_and_single_ones_break_the_line():
    assert as_html("One\ntwo\n\n\nthree") == "<p>One<br>\ntwo</p>\n<p>three</p>"


def test_markup_is_shown_as_typed():
    assert as_html("<script>alert(1)</script>") == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"


@pytest.mark.parametrize(
    ("typed", "address", "rest"),
    [
        ("https://example.org/a?b=1", "https://example.org/a?b=1", ""),
        ("https://example.org.", "https://example.org", "."),
        ("https://example.org/a_(b))", "https://example.org/a_(b)", ")"),
        ("HTTP://EXAMPLE.ORG/x!?", "HTTP://EXAMPLE.ORG/x", "!?"),
    ],
)
def test_a_web_address_is_a_link_without_the_punctuation_after_it(typed, address, rest):
    assert as_html(typed) == f"<p>{link(address)}{rest}</p>"


def test_a_link_after_what_is_none_is_still_one():
    assert as_html("http://.... https://a.b/") == f"<p>http://.... {link('https://a.b/')}</p>"


def test_an_ampersand_in_an_address_is_escaped_once():
    assert (
        as_html("https://example.org/?a=1&b=2")
        == f"<p>{link('https://example.org/?a=1&amp;b=2')}</p>"
    )


@pytest.mark.parametrize(
    "typed",
    [
        *("javascript:alert(1)", "data:text/html,x", "ftp://example.org/x"),
        *("http://....", "https:///path", "http://?x=1", "http://[::1/x", "https://user:pass@/"),
    ],
)
def test_other_schemes_and_addresses_without_host_are_no_links(typed):
    assert "<a" not in as_html(typed)


def test_a_quote_cannot_leave_the_address():
    assert "onmouseover" not in as_html('https://example.org/"onmouseover="x').split("</a>")[0]


@given(st.text(alphabet="ab<>\"'&:/.()[] \n", max_size=200))
def test_no_text_produces_another_element(text):
    html = as_html(text.replace("ab", "https://example.org/"))
    for allowed in ("<p>", "</p>", "<br>", "</a>"):
        html = html.replace(allowed, "")
    assert all(part.startswith('a href="http') for part in html.split("<")[1:])


@pytest.mark.parametrize(
    "text",
    ["https://example.org/" + ")" * 9_900, "https://a.b/ " * 800, "http" * 2_500, "(" * 10_000],
    ids=["brackets", "links", "almost", "open"],
)
def test_no_text_is_slow(text):
    started = time.process_time()
    as_html(text)
    assert time.process_time() - started < 0.2


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  two\r\nlines\r", "two\nlines"),
        ("nul\0 bell\7 tab\t.", "nul bell tab\t."),
        ("lone \ud800 surrogate", "lone  surrogate"),
        ("\u202eback\u202cwards\u2066", "backwards"),
        ("family 👩\u200d👩\u200d👧", "family 👩\u200d👩\u200d👧"),
        (" \u200b\u2060\u00a0 ", ""),
        ("\u115f\u1160 \u3164\uffa0\u2800\ufe0f", ""),
        ("한글", "한글"),
        ("⠓", "⠓"),
    ],
)
def test_tidy_keeps_what_can_be_read(typed, kept):
    assert tidy(typed) == kept


@pytest.mark.parametrize("sign", [" ", "\n", "\0", "\u200b"], ids=ascii)
def test_a_whole_form_of_nothing_is_looked_through_fast(sign):
    started = time.process_time()
    assert tidy(sign * (4_900_000 // len(sign.encode()))) == ""
    assert time.process_time() - started < 0.15
