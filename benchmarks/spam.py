"""
What the learning filter catches, and what it does to good comments.

    .venv/bin/python -m benchmarks.spam

It reads the comments under five videos and the short messages of ``../shared/corpora/spam``, each
text once, and measures either set in two ways. Five folds: four fifths are learned, the threshold
is set, the last fifth is weighed. A stream: from empty and in order, each comment is weighed before
a moderator says what it is; the threshold is set every 200 comments, as every night. What comes
before the filter has learned enough is not counted there.

Both are done with text and name alone, and with the signs of the form of a simulated bot run: half
of the bots let no script run, the others send within 2 seconds; 19 of 20 people let the script run
and take 10 to 300 seconds.

Aims: at most 1 in 1,000 good comments blocked; of spam, 60 % blocked by text alone, 95 % with the
signs of the form. The time is CPU for one comment, tokens and weighing, without the query.
"""

import csv
import os
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
CORPORA = ROOT.parent / "shared" / "corpora" / "spam"
FOLDS, NIGHT = 5, 200

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
import django

django.setup()

from comments import spam


@dataclass
class Sample:
    """As much of a comment as the filter looks at, and whether it is spam."""

    body: str
    is_spam: bool
    name: str = ""
    email: str = ""
    website: str = ""
    signals: dict[str, int] = field(default_factory=dict)


def videos() -> list[Sample]:
    """Comments under five videos, each text once."""
    found: dict[str, Sample] = {}
    for path in sorted(CORPORA.glob("Youtube*.csv")):
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                sample = Sample(row["CONTENT"], row["CLASS"] == "1", row["AUTHOR"])
                found.setdefault(sample.body, sample)
    return list(found.values())


def messages() -> list[Sample]:
    """Short messages between telephones, each text once."""
    lines = (CORPORA / "sms.tsv").read_text(encoding="utf-8").split("\n")
    found = {text: kind for kind, _tab, text in (line.partition("\t") for line in lines) if text}
    return [Sample(text, kind == "spam") for text, kind in found.items()]


def through_the_form(samples: list[Sample]) -> list[Sample]:
    """``samples`` with what the form would have told of them."""
    dice, sent = random.Random(1), []  # noqa: S311  (the same every time)
    for sample in samples:
        with_script = dice.random() < (0.5 if sample.is_spam else 0.95)
        seconds = dice.randint(0, 2) if sample.is_spam else dice.randint(10, 300)
        signals = {"seconds": seconds} if with_script else {}
        sent.append(Sample(sample.body, sample.is_spam, sample.name, signals=signals))
    return sent


class Memory:
    """What the site keeps in tables: the counts of tokens, and the threshold."""

    def __init__(self) -> None:
        self.counts: dict[str, tuple[int, int]] = {}
        self.goods: list[set[str]] = []
        self.sure = spam.LEAST_SURE

    def known(self, tokens: set[str]) -> dict[str, tuple[int, int]]:
        return {token: self.counts[token] for token in tokens if token in self.counts}

    def learn(self, tokens: set[str], is_spam: bool) -> None:
        for token in tokens:
            good, bad = self.counts.get(token, (0, 0))
            self.counts[token] = (good + (not is_spam), bad + is_spam)
        if not is_spam:
            self.goods.append(tokens)

    def spare(self, goods: list[set[str]]) -> None:
        """Raise the threshold above ``goods``, as far as it is not there yet."""
        if spam.is_active(*self.counts.get("", (0, 0))):
            scores = (spam.score_of_good(self.known(tokens)) for tokens in goods)
            self.sure = max(self.sure, *scores)

    def set_threshold(self) -> None:
        self.sure = spam.LEAST_SURE
        self.spare(self.goods)

    def weigh(self, tokens: set[str]) -> spam.Weighing:
        return spam.weighing(self.known(tokens), self.sure)


Verdict = tuple[bool, spam.Weighing]


def in_folds(samples: list[Sample]) -> Iterator[Verdict]:
    """What it thinks of each, having learned from those of the other folds."""
    shuffled = [(spam.tokens(sample), sample.is_spam) for sample in samples]
    random.Random(1).shuffle(shuffled)  # noqa: S311
    for fold in range(FOLDS):
        memory = Memory()
        for number, (tokens, is_spam) in enumerate(shuffled):
            if number % FOLDS != fold:
                memory.learn(tokens, is_spam)
        memory.set_threshold()
        for tokens, is_spam in shuffled[fold::FOLDS]:
            yield is_spam, memory.weigh(tokens)


def as_stream(samples: list[Sample]) -> Iterator[Verdict]:
    """What it thinks of each, having learned from those before it."""
    memory = Memory()
    for number, sample in enumerate(samples, 1):
        tokens = spam.tokens(sample)
        verdict = memory.weigh(tokens)
        if verdict.score is not None:
            yield sample.is_spam, verdict
        memory.learn(tokens, sample.is_spam)
        if not sample.is_spam:
            memory.spare([tokens])
        if number % NIGHT == 0:
            memory.set_threshold()


@dataclass
class Figures:
    """How many of each kind there were, and what became of them."""

    spam: int = 0
    good: int = 0
    blocked_spam: int = 0
    held_spam: int = 0
    blocked_good: int = 0
    held_good: int = 0

    @classmethod
    def of(cls, verdicts: Iterator[Verdict]) -> "Figures":
        figures = cls()
        for is_spam, verdict in verdicts:
            kind = "spam" if is_spam else "good"
            for name in (kind, *_what(verdict, kind)):
                setattr(figures, name, getattr(figures, name) + 1)
        return figures

    def __str__(self) -> str:
        return (
            f"{self.blocked_spam / self.spam:6.1%} of {self.spam:4} spam blocked, "
            f"{self.held_spam / self.spam:5.1%} held; of {self.good} good "
            f"{self.blocked_good} blocked, {self.held_good} held ({self.held_good / self.good:.1%})"
        )


def _what(verdict: spam.Weighing, kind: str) -> list[str]:
    if verdict.is_sure:
        return [f"blocked_{kind}"]
    return [f"held_{kind}"] if verdict.is_unsure else []


def milliseconds(samples: list[Sample]) -> float:
    """CPU for one comment, on average, when all were learned."""
    memory = Memory()
    for sample in samples:
        memory.learn(spam.tokens(sample), sample.is_spam)
    known = [memory.known(spam.tokens(sample)) for sample in samples]
    clock = time.process_time()
    for sample, counts in zip(samples, known, strict=True):
        spam.tokens(sample)
        spam.weighing(counts, memory.sure)
    return 1000 * (time.process_time() - clock) / len(samples)


def main() -> None:
    if not CORPORA.is_dir():
        print(f"SKIPPED: there are no comments to learn from in {CORPORA}")
        return
    for name, samples in {"videos": videos(), "messages": messages()}.items():
        print(f"{name}: {len(samples)}, {milliseconds(samples):.2f} ms each")
        for signs, sent in {"text alone": samples, "form too": through_the_form(samples)}.items():
            print(f"  {signs}, five folds: {Figures.of(in_folds(sent))}")
            print(f"  {signs}, stream:     {Figures.of(as_stream(sent))}", flush=True)


if __name__ == "__main__":
    main()
