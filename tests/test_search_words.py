"""What a query means, and which words a text has: without a database."""

import time
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.search import fts5, tsquery
from articles.search_words import (
    MAX_QUERY,
    MAX_TERMS,
    Term,
    parse,
    plain,
    words,
    words_in_place,
)


def wanted(typed: str) -> list[str]:
    """The terms as text: the beginning of a word with a star."""
    return [" ".join(term.words) + "*" * term.is_beginning for term in parse(typed).wanted]


def unwanted(typed: str) -> list[str]:
    return [" ".join(term.words) for term in parse(typed).unwanted]


def test_all_words_are_wanted_and_the_last_may_go_on():
    assert wanted("Town council budg") == ["town", "council", "budg*"]


def test_quotation_marks_make_a_phrase():
    assert wanted('"town council" budget') == ["town council", "budget*"]


@pytest.mark.parametrize(
    "typed", ["“town council”", "«town council»", "„town council“", "「town council」"]
)
def test_so_do_those_of_other_languages(typed):
    assert wanted(typed) == ["town council"]


def test_a_phrase_that_is_not_closed_goes_to_the_end():
    assert wanted('mayor "town council') == ["mayor", "town council"]


def test_a_hyphen_in_front_leaves_a_word_or_phrase_out():
    query = 'council -budget -"new roads" mayor'
    assert (wanted(query), unwanted(query)) == (["council", "mayor*"], ["budget", "new roads"])


@pytest.mark.parametrize(
    ("typed", "terms"),
    [("e-mail", ["e mail*"]), ("Paris - Dakar", ["paris", "dakar*"]), ("- -- budget", ["budget*"])],
)
def test_a_hyphen_elsewhere_leaves_nothing_out(typed, terms):
    assert (wanted(typed), unwanted(typed)) == (terms, [])


@pytest.mark.parametrize("typed", ["EU", "5G", "x"])
def test_a_short_last_word_is_a_whole_one(typed):
    assert wanted(typed) == [typed.lower()]


def test_only_the_very_last_term_may_go_on():
    assert wanted("council -budget") == ["council"]
    assert wanted('budget "council"') == ["budget", "council"]


def test_a_word_asked_for_twice_is_asked_for_once():
    assert wanted("council Council COUNCIL roads") == ["council", "roads*"]


@pytest.mark.parametrize(
    "typed", ["", " ", "\0", '"', '""', "- -", "***", "()", "…", "👩‍👧", "\ud800"]
)
def test_nothing_to_look_for(typed):
    query = parse(typed)
    assert (query.wanted, query.unwanted) == ((), ())


def test_only_something_to_leave_out():
    assert (wanted("-budget"), unwanted("-budget")) == ([], ["budget"])


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("NEAR(one two, 5)", ["near one", "two", "5"]),
        ("one AND two OR NOT three", ["one", "and", "two", "or", "not", "three*"]),
        ("title:word", ["title word*"]),
        ("^word*", ["word*"]),
        ("{title body}:word", ["title", "body word*"]),
        ("o'neill", ["o neill*"]),
        ("one+two&!three|four:*", ["one two three four*"]),
    ],
)
def test_the_languages_of_the_databases_mean_nothing_here(typed, terms):
    assert wanted(typed) == terms


def test_what_was_typed_is_kept_tidy():
    assert parse('  Town\n"Council\0\ud800 ').text == 'Town "Council\ufffd'


def test_a_query_is_cut_off():
    assert len(parse("word " * 20_000).text) <= MAX_QUERY
    assert len(parse(" ".join("abcdefghijklmnopqrstuvwxyz")).wanted) == MAX_TERMS


@pytest.mark.parametrize("typed", ['"' * 100_000, "-" * 100_000, "a-" * 50_000, "中" * 100_000])
def test_no_query_is_slow(typed):
    started = time.process_time()
    parse(typed)
    assert time.process_time() - started < 0.1


@given(st.text(alphabet=st.sampled_from("ab -\"'“”中ท\0\ud800*():^ éß"), max_size=60) | st.text())
def test_every_text_is_a_query_of_clean_words(typed):
    query = parse(typed)
    for term in query.wanted + query.unwanted:
        assert isinstance(term, Term)
        assert term.words
        assert all(word and words(word) == [word] for word in term.words)
    query.text.encode()
    assert not set("\0") & set(query.text)


@given(st.text())
def test_reading_again_what_was_kept_changes_nothing(typed):
    query = parse(typed)
    again = parse(query.text)
    assert (again.text, again.wanted, again.unwanted) == (query.text, query.wanted, query.unwanted)


def test_the_query_for_sqlite():
    assert fts5(parse('"town council" -"new roads" budg')) == (
        '("town council" AND ("budg" OR "budg" *)) NOT ("new roads")'
    )


def test_the_query_for_postgresql():
    query = parse('"town council" -roads budg')
    assert tsquery(query) == "('town' <-> 'council') & ('budg':*) & !('roads')"
    assert tsquery(query, whole=True) == "('town' <-> 'council') & ('budg') & !('roads')"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Élysée ÉLYSÉE e\u0301lyse\u0301e", ["elysee"] * 3),
        ("Straße Łódź smørrebrød Ærø", ["strasse", "lodz", "smorrebrod", "aero"]),
        ("İstanbul ISTANBUL ılık", ["istanbul", "istanbul", "ilik"]),
        ("ΟΔΟΣ οδός", ["οδοσ", "οδοσ"]),
        ("ＮＨＫ ﬁre H₂O Ⅷ", ["nhk", "fire", "h2o", "viii"]),
        ("Acme™ №5", ["acme", "5"]),
        ("soft\u00adhyphen sub_word a/b 3.5%", ["softhyphen", "sub", "word", "a", "b", "3", "5"]),
        ("مُحَمَّد", ["محمد"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("中文C919飞机", ["中", "文", "c919", "飞", "机"]),
        ("ﾄﾖﾀ が", ["ト", "ヨ", "タ", "が"]),
        ("ประเทศ", list("ประเทศ")),
        ("서울은", ["서", "울", "은"]),
    ],
)
def test_words_are_folded(text, found):
    assert words(text) == found


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200))
def test_words_in_their_place_are_the_same_words(text):
    text = normalize("NFC", text)
    assert [word for word, _start, _end in words_in_place(text)] == words(text)


def test_words_in_their_place():
    text = "Le Café."
    assert [(word, text[a:b]) for word, a, b in words_in_place(text)] == [
        ("le", "Le"),
        ("cafe", "Café"),
    ]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>two</p>", "One two"),
        ("<p>H<sub>2</sub>O and <strong>b</strong>old<br>line</p>", "H2O and bold line"),
        ('<p><a href="https://example.org/secret" title="a > b">link</a></p>', "link"),
        ('<figure><img src="/media/x.png" alt="face > 1"></figure>', ""),
        ("<p>AT&amp;T &lt;b&gt; caf&eacute;</p>", "AT&T <b> café"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
    ],
)
def test_the_text_of_a_body(html, text):
    assert plain(html) == text


@pytest.mark.parametrize("html", ["<" * 100_000, '<a "' * 5_000, "<p>" * 50_000, "&" * 100_000])
def test_no_body_is_slow(html):
    started = time.process_time()
    words(plain(html))
    assert time.process_time() - started < 1
