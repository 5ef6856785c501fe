"""Word rules find their words however these are disguised, and nothing makes them slow."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments.matching import Text, fold, parse


@pytest.mark.parametrize(
    "written",
    [
        "viagra",
        "VIAGRA",
        "ｖｉａｇｒａ",
        "𝐯𝐢𝐚𝐠𝐫𝐚",
        "Ⓥiagra",
        "víágrå",
        "vi\u200bag\u00adra",
        "v\u0336i\u0336a\u0336g\u0336r\u0336a",
        "vіаgrа",
        "νiαgrα",
        "v1agra",
        "vi4gr4",
    ],
)
def test_a_disguised_word_is_found_and_given_back_as_it_was_written(written):
    assert Text(f"Buy {written}, now").found("viagra") == [written.rstrip("\u0336")]


@pytest.mark.parametrize("text", ["viagras", "aviagra", "via gra", "vi-agra", "v2agra", ""])
def test_other_words_are_left_alone(text):
    assert Text(text).found("viagra") == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("ass", "a classic glass"),
        ("sex", "Essex and Sussex"),
        ("as", "45 or a5"),
        ("ed", "a 3d film"),
        ("tall", "a tail"),
    ],
)
def test_innocent_words_are_not_found(rule, text):
    assert Text(text).found(rule) == []


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("viagra*", ["viagra", "Viagras"]),
        ("*agra", ["viagra", "agra"]),
        ("v*gra", ["viagra"]),
        ("*iag*", ["viagra", "Viagras"]),
        ("v*i*a*g*r*a*s", ["Viagras"]),
    ],
)
def test_a_star_stands_for_any_further_letters(rule, found):
    assert Text("viagra Viagras agra").found(rule) == found


def test_a_phrase_is_its_words_in_this_order_whatever_stands_between():
    assert Text("Please buy\n-- NOW! Now buy.").found("buy now") == ["buy\n-- NOW"]
    assert Text("buying nowhere, buy it now").found("buy now") == []
    assert Text("buying now").found("buy* now") == ["buying now"]


@pytest.mark.parametrize(
    ("rule", "text", "found"),
    [
        ("免费", "这是免费的", ["免费"]),
        ("ばか", "ばか。はか", ["ばか"]),
        ("ฟรี", "ของฟรีวันนี้", ["ฟรี"]),
        ("हिन्दी", "यह हिन्दी है", ["हिन्दी"]),
        ("мир", "Война и Мир", ["Мир"]),
        ("💊", "get💊here", ["💊"]),
    ],
)
def test_every_script_has_its_own_idea_of_a_word(rule, text, found):
    assert Text(text).found(rule) == found


@pytest.mark.parametrize("rule", ["", " ", "*", "*****", "* * *", "\u200b", "!?", "***\u0301"])
def test_a_rule_without_letters_finds_nothing(rule):
    assert parse(rule) == []
    assert Text("anything * at all !?").found(rule) == []


@pytest.mark.parametrize("rule", ["(a+)+$", "[", "a{99999}", "\\", ".*", "(?:x", "a|b", "^c"])
def test_the_signs_of_regular_expressions_mean_nothing(rule):
    assert Text("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab").found(rule) == []


HOSTILE = ["*" * 5000, "a*" * 100, "a* " * 60 + "b*", "*x" * 100 + "z", "a " * 99 + "b", "x1" * 100]
LONG = {
    "one word": "x" * 100_000,
    "digits": "x1" * 50_000,
    "short words": "a " * 50_000,
    "stars": "*" * 100_000,
    "marks": "a" + "\u0301" * 99_999,
    "links": "http://a.b/c " * 10_000,
    "brackets": "[" * 50_000 + "]" * 50_000,
    "signs": "".join(chr(0x4E00 + number % 20_000) for number in range(100_000)),
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_no_text_and_no_rule_takes_longer_than_a_fifth_of_a_second(text):
    for rule in HOSTILE:
        fold.cache_clear()
        before = time.process_time()
        Text(text).found(rule)
        assert time.process_time() - before < 0.4  # half of it for a slow machine


words = st.text(st.characters(categories=["Ll", "Lu"], max_codepoint=0x24F), min_size=1)


@given(st.lists(words, max_size=5), words, st.lists(words, max_size=5))
def test_a_word_is_found_wherever_it_stands(before, word, after):
    text = " ".join([*before, word, *after])
    assert word in Text(text).found(word) or len(Text(text).find(word)) > 1


@given(st.text(), st.text(alphabet="ab*1 é(.\\免", max_size=30))
def test_what_is_found_stands_in_the_text(text, rule):
    for first, end in Text(text).find(rule):
        assert 0 <= first < end <= len(text)
        assert Text(text[first:end]).found(rule)


@given(st.text())
def test_every_word_is_where_it_is_said_to_be(text):
    prepared = Text(text)
    for word, (first, end) in zip(prepared.words, prepared._spans, strict=True):
        assert word in Text(text[first:end]).words
