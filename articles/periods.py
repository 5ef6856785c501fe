"""The years, months and days of the site's calendar, as addresses name them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import Http404
from django.utils.formats import date_format
from django.utils.translation import pgettext

from articles.models import Article
from articles.models.workflow import EARLIEST, LATEST

# How a month and a day are written: names of Django's formats.
FORMATS = {"month": "YEAR_MONTH_FORMAT", "day": "DATE_FORMAT"}


@dataclass(frozen=True)
class Period:
    """From the beginning of ``start`` to that of ``end``; ``kind`` is year, month or day."""

    kind: str
    start: date
    end: date

    def __str__(self) -> str:
        if self.kind == "year":
            return pgettext("an archive", "%(year)s") % {"year": self.start.year}
        return date_format(self.start, FORMATS[self.kind])

    @property
    def articles(self) -> Any:
        return Article.objects.of_period(self.start, self.end)


def period_or_404(year: str, month: str = "", day: str = "") -> Period:
    """The period of an address such as /2026/11/; 404 for one that no calendar has."""
    try:
        start = date(int(year), int(month or 1), int(day or 1))
        if not EARLIEST.year <= start.year < LATEST.year:
            raise ValueError("No post can be of that year.")
        if day:
            return Period("day", start, start + timedelta(days=1))
        if month:
            return Period("month", start, (start + timedelta(days=31)).replace(day=1))
        return Period("year", start, start.replace(year=start.year + 1))
    except ValueError as error:
        raise Http404("There is no such day.") from error
