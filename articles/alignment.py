"""
Two sequences side by side: what is the same in both, and what is not. It takes a bounded time:
where that would not be enough, a stretch counts as replaced as a whole.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from difflib import Match, SequenceMatcher
from typing import Any, NamedTuple

# Comparing all with all is refined enough for so many pairs. Beyond, what occurs once in both
# sequences holds the rest in place.
ALL_WITH_ALL = 250_000


class Stretch(NamedTuple):
    """Places ``start`` to ``end`` before, and their counterpart afterwards."""

    same: bool
    start: int
    end: int
    after_start: int
    after_end: int


class Budget:
    """How many steps may still be taken, about a million of them a second."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def spend(self, steps: float) -> bool:
        """Whether there are so many steps left; then they are taken."""
        if steps > self.left:
            return False
        self.left -= int(steps)
        return True


class Bounded(SequenceMatcher):
    """difflib's, which gives up where the budget ends."""

    def __init__(self, junk: Any, before: Any, after: Any, budget: Budget) -> None:
        super().__init__(junk, before, after, autojunk=False)
        self.budget = budget
        pairs = sum(len(self.b2j.get(each, ())) for each in before)
        self.each = 0.3 + 0.15 * pairs / max(1, len(before))

    def find_longest_match(self, alo=0, ahi=None, blo=0, bhi=None):  # noqa: ANN001, ANN201
        if not self.budget.spend(5 + (ahi - alo) * self.each):
            return Match(alo, blo, 0)
        return super().find_longest_match(alo, ahi, blo, bhi)


def align(
    before: Sequence[Hashable],
    after: Sequence[Hashable],
    budget: Budget,
    junk: Callable[[Any], bool] | None = None,
) -> list[Stretch]:
    """
    All of both sequences in order, as stretches that are the same or not, by turns. ``junk`` tells
    what is too common to hold anything in place, such as spaces.
    """
    head = common(before, after)
    tail = common(before[head:][::-1], after[head:][::-1])
    ends = (len(before) - tail, len(after) - tail)
    same = [(0, 0, head)]
    if ends[0] > head and ends[1] > head:
        same += matches(before[head : ends[0]], after[head : ends[1]], head, budget, junk)
    same += [(*ends, tail)]
    return list(stretches(same))


def common(before: Sequence[Hashable], after: Sequence[Hashable]) -> int:
    """How many are the same from the beginning."""
    for number, (one, other) in enumerate(zip(before, after, strict=False)):
        if one != other:
            return number
    return min(len(before), len(after))


def matches(
    before: Sequence[Hashable], after: Sequence[Hashable], offset: int, budget: Budget, junk: Any
) -> Iterator[tuple[int, int, int]]:
    """Where in both something is the same, and how much, counted from ``offset``."""
    large = len(before) * len(after) > ALL_WITH_ALL
    anchors = unique_in_both(before, after) if large else []
    one = other = 0
    for here, there in [*anchors, (len(before), len(after))]:
        if here > one and there > other and budget.spend(10 + here - one + there - other):
            found = Bounded(junk, before[one:here], after[other:there], budget)
            for match in found.get_matching_blocks():
                yield one + match.a + offset, other + match.b + offset, match.size
        if here < len(before) and there < len(after):
            yield here + offset, there + offset, 1
        one, other = here + 1, there + 1


def unique_in_both(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[tuple[int, int]]:
    """The places of what occurs once in each, as many as stand in the same order."""
    often, often_after = Counter(before), Counter(after)
    place = {each: number for number, each in enumerate(after) if often_after[each] == 1}
    pairs = [
        (number, place[each])
        for number, each in enumerate(before)
        if often[each] == 1 and each in place
    ]
    # The longest rising row among the places afterwards.
    tops: list[int] = []
    last: list[int] = []
    previous: list[int] = []
    for number, (_here, there) in enumerate(pairs):
        pile = bisect_left(tops, there)
        previous.append(last[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(there)
            last.append(number)
        else:
            tops[pile], last[pile] = there, number
    row: list[tuple[int, int]] = []
    number = last[-1] if last else -1
    while number >= 0:
        row.append(pairs[number])
        number = previous[number]
    return row[::-1]


def stretches(same: list[tuple[int, int, int]]) -> Iterator[Stretch]:
    """The same and what lies between; neighbours that are the same become one."""
    one = other = 0
    begun: Stretch | None = None
    for here, there, size in same:
        if here > one or there > other:
            if begun:
                yield begun
            yield Stretch(False, one, here, other, there)
            begun = None
        if size:
            start, after_start = (begun.start, begun.after_start) if begun else (here, there)
            begun = Stretch(True, start, here + size, after_start, there + size)
        one, other = here + size, there + size
    if begun:
        yield begun
