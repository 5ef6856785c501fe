"""Pages of long lists by where they begin, not by number: each costs the same, however deep."""

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.db.models import Q, QuerySet

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class Cursor(NamedTuple):
    """A place in a list: the moment and the key of a row."""

    at: datetime
    pk: int

    def __str__(self) -> str:
        return f"{(self.at - BEGINNING) // timedelta(microseconds=1)}-{self.pk}"

    @classmethod
    def read(cls, text: str) -> "Cursor":
        """What ``str`` wrote. Raises ValueError or OverflowError where it cannot have been."""
        found = re.fullmatch(r"(-?\d{1,17})-(\d{1,18})", text, re.ASCII)
        if found is None:
            raise ValueError(text)
        return cls(BEGINNING + timedelta(microseconds=int(found[1])), int(found[2]))


class Place(NamedTuple):
    """Which page is asked for: that behind a row, that before one, the last, or else the first."""

    older: Cursor | None = None
    newer: Cursor | None = None
    is_last: bool = False


class KeysetPage(NamedTuple):
    """The keys of a page, and the rows at its ends if there are pages beyond them."""

    keys: list[int]
    newer: Cursor | None
    older: Cursor | None


def page(found: QuerySet, moment: str, place: Place, size: int) -> KeysetPage:
    """
    One page of ``found`` by the field ``moment`` (with "-" before it the latest first) and the key:
    one query through the index that begins with both. "Older" is whatever comes behind.
    """
    field, descending = moment.removeprefix("-"), moment.startswith("-")
    backwards = place.newer is not None or place.is_last
    falls = descending != backwards
    begin = place.newer or place.older
    if begin:
        way = "lt" if falls else "gt"
        # Two conditions, because only the first of them is one that an index can begin with.
        found = found.filter(**{f"{field}__{way}e": begin.at}).filter(
            Q(**{f"{field}__{way}": begin.at}) | Q(**{f"pk__{way}": begin.pk})
        )
    sign = "-" if falls else ""
    rows = [
        Cursor(at, pk)
        for at, pk in found.order_by(sign + field, f"{sign}pk").values_list(field, "pk")[: size + 1]
    ]
    goes_on, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    is_before, is_behind = (goes_on, not place.is_last) if backwards else (bool(begin), goes_on)
    return KeysetPage(
        [row.pk for row in rows],
        rows[0] if rows and is_before else None,
        rows[-1] if rows and is_behind else None,
    )
