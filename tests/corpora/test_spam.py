"""The learning filter on real spam: floors a little below what `make bench-spam` prints."""

import pytest

from benchmarks.spam import Figures, as_stream, in_folds, messages, through_the_form, videos

MEASURED = {
    "videos by text alone": (videos, False, in_folds, 0.67),
    "videos by text alone, as a stream": (videos, False, as_stream, 0.64),
    "videos with the signs of the form": (videos, True, in_folds, 0.92),
    "videos with the signs of the form, as a stream": (videos, True, as_stream, 0.83),
    "messages by text alone": (messages, False, in_folds, 0.85),
    "messages with the signs of the form": (messages, True, in_folds, 0.89),
}


@pytest.mark.parametrize(("read", "sent", "measure", "least"), MEASURED.values(), ids=MEASURED)
def test_it_blocks_most_spam_and_no_good_comment(read, sent, measure, least):
    samples = through_the_form(read()) if sent else read()
    figures = Figures.of(measure(samples))
    assert figures.blocked_spam / figures.spam >= least
    assert figures.blocked_good == 0
    assert figures.held_good / figures.good <= 0.07
