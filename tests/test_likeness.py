"""Nearly the same text is known again; different and short texts are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments.likeness import are_alike, simhash

TEXT = (
    "The harbour was quiet that morning, and the boats lay still until the wind came round from "
    "the north and brought the smell of rain over the roofs of the old town."
)
OTHER = (
    "I have lived in this street for thirty years, and nobody has ever asked us what we think of "
    "the new bus lane, which takes away the last places where the nurses can park."
)


@pytest.mark.parametrize(
    "copy",
    [
        TEXT,
        TEXT.upper(),
        TEXT.replace(" ", "  ").replace(",", " -"),
        TEXT.replace("quiet", "noisy"),
        f"{TEXT} Amen!",
        TEXT.replace("a", "а"),
        TEXT.replace("e", "e\u200b"),
    ],
)
def test_a_copy_is_known_again_though_something_was_changed(copy):
    assert are_alike(simhash(TEXT), simhash(copy))


def test_another_text_is_not_alike():
    assert not are_alike(simhash(TEXT), simhash(OTHER))


def test_the_same_words_in_another_order_are_another_text():
    assert not are_alike(simhash(TEXT), simhash(" ".join(sorted(TEXT.split()))))


@pytest.mark.parametrize(
    "text", ["", "Great post, thank you!", "I agree with all of this.", "x" * 9999]
)
def test_a_short_text_has_no_number(text):
    assert simhash(text) is None


@given(st.text(), st.text(min_size=30))
def test_every_number_fits_into_the_database(text, more):
    number = simhash(f"{text} {more} " + "one two three four five six seven eight nine ten a b c")
    assert -(2**63) <= number < 2**63
    assert are_alike(number, number)
