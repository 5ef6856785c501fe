"""How long something that was made for readers is true: what it shows, and when that changes."""

import math
from datetime import UTC, datetime
from functools import cache
from time import time

from django.conf import settings
from django.db import connection

from articles.models import Article
from comments.models import Policy
from newsroom.versions import Versions, versions_of

# Everything is made anew by then in any case: the token in the comment form is that of an hour,
# and the “48 hours” of the news sitemap move on. In seconds.
LONGEST = 3600


class Freshness:
    """Answers with the present ``numbers``, and until when what is made now stays true."""

    def __init__(self, versions: Versions) -> None:
        self.read = versions.read
        self.known: tuple[int, float, float] = (-1, 0.0, 0.0)

    def moment(self, began: float, site: int) -> float:
        """
        When something first changes by itself after ``began``: a post appears or ends, a discussion
        closes. Both in seconds since 1970. That is asked once for each number of the ``site``.
        """
        known, since, moment = self.known
        if known != site or not since <= began < moment:
            after = datetime.fromtimestamp(began, tz=UTC)
            found = Article.objects.next_moment(after), Policy.objects.next_closing(after)
            moment = min((each.timestamp() for each in found if each), default=math.inf)
            self.known = (site, began, moment)
        return moment

    def until(self, began: float, site: int) -> float:
        """Until when what was begun at ``began`` is true, if nobody changes anything."""
        return min(self.moment(began, site), (began // LONGEST + 1) * LONGEST)


def is_true(made: float, until: float) -> bool:
    """Whether that time is not over. A clock that was set back would bring posts too early."""
    return made <= time() < until


@cache
def freshness() -> Freshness | None:
    """The one of this process; None where nothing is kept, or the database is in memory."""
    if not settings.PAGE_CACHE_MB or not settings.SITE_URL:
        return None
    versions = versions_of(connection)
    return versions and Freshness(versions)
