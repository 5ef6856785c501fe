"""
How alike two texts are, told by one number each (a simhash): the fewer bits differ between the
numbers, the more words and pairs of words the texts share. Pure.
"""

from hashlib import blake2b
from itertools import pairwise

from comments.matching import Text

# Shorter texts are alike by chance: two readers may thank for the same post.
FEWEST_WORDS = 12
# Of 64. Texts that have nothing in common differ in about 32.
MOST_BITS = 10
# The beginning of a long text is enough to know it again.
LONGEST = 4_000
ALL_BITS = 2**64 - 1

# Eight counters of 32 bits in one whole number, of which a byte raises those where it has a bit:
# this adds up all bits of many bytes at the speed of plain additions.
LANE = 32
LANES = [sum((byte >> bit & 1) << LANE * bit for bit in range(8)) for byte in range(256)]


def simhash(text: str) -> int | None:
    """The number of ``text``, from -2**63 to 2**63 - 1; None where it has too few words."""
    words = Text(text[:LONGEST]).words
    if len(words) < FEWEST_WORDS:
        return None
    features = {*words, *map(" ".join, pairwise(words))}
    digests = b"".join(blake2b(each.encode(), digest_size=8).digest() for each in features)
    number = 0
    for place in range(8):
        counts = sum(map(LANES.__getitem__, digests[place::8]))
        for bit in range(8):
            if 2 * (counts >> LANE * bit & (1 << LANE) - 1) > len(features):
                number |= 1 << 8 * place + bit
    return number - 2**64 if number >= 2**63 else number


def are_alike(one: int, other: int) -> bool:
    """Whether two simhashes are those of nearly the same text."""
    return ((one ^ other) & ALL_BITS).bit_count() <= MOST_BITS
