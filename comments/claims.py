"""Who has which comment before them, so that two moderators do not read the same in vain."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from comments.models import Claim

LASTS = timedelta(seconds=60)
# One statement, so that of two who claim at once exactly one has it; a key that is no comment's
# claims nothing. Both databases read it the same.
CLAIM = """
INSERT INTO comments_claim (comment_id, by_id, until)
SELECT id, %s, %s FROM comments_comment WHERE id IN ({keys}) ORDER BY id
ON CONFLICT (comment_id) DO UPDATE SET by_id = excluded.by_id, until = excluded.until
WHERE comments_claim.by_id = excluded.by_id OR comments_claim.until < %s
"""


def claim(user: Any, keys: Collection[int]) -> None:
    """Say that ``user`` looks at the comments ``keys`` for a minute, but for what others claim."""
    if not keys:
        return
    now = timezone.now()
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(
            CLAIM.format(keys=", ".join(["%s"] * len(keys))),
            [user.pk, adapt(now + LASTS), *keys, adapt(now)],
        )


def release(user: Any, *, but: Collection[int] = ()) -> None:
    """``user`` looks at nothing any more ``but`` these; what has run out goes as well."""
    mine = Q(by=user) & ~Q(comment__in=list(but))
    over = Claim.objects.filter(mine | Q(until__lt=timezone.now()))
    with transaction.atomic():
        # What somebody else is just claiming stays: to wait for it could be to wait in a circle.
        Claim.objects.filter(pk__in=over.select_for_update(skip_locked=True).values("pk")).delete()


def of_others(user: Any) -> QuerySet[Claim]:
    """The claims that hold at this moment and are not those of ``user``."""
    return Claim.objects.filter(until__gte=timezone.now()).exclude(by=user)
