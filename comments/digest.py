"""
When moderators hear by mail what waits for them, and what.

The rules: where nothing waits, they hear nothing. A digest is due when 20 comments wait, or when
the oldest has waited for four hours; at most one in four hours, and one in a day where nothing new
has come since the last. Spam never waits, so it is never a reason.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db.models import Count, Max, Min, QuerySet
from django.urls import reverse
from django.utils import timezone

from comments.models import Comment, Letter, Report

MANY = 20
LONG = timedelta(hours=4)
BETWEEN = timedelta(hours=4)
BETWEEN_SAME = timedelta(hours=24)
SHOWN = 5


@dataclass(frozen=True)
class Waiting:
    """How much waits for a moderator, since when, and when the newest of it came."""

    held: int = 0
    reported: int = 0
    oldest: datetime | None = None
    newest: datetime | None = None

    @property
    def count(self) -> int:
        return self.held + self.reported


def is_due(waiting: Waiting, last: datetime | None, now: datetime) -> bool:
    """Whether moderators should hear of ``waiting``; ``last`` is when they last heard."""
    if not waiting.count or waiting.oldest is None or waiting.newest is None:
        return False
    if waiting.count < MANY and now - waiting.oldest < LONG:
        return False
    if last is None:
        return True
    return now - last >= (BETWEEN if waiting.newest > last else BETWEEN_SAME)


def look() -> Waiting:
    """What waits at this moment: held comments, and others with reports that nobody answered."""
    reported = Comment.objects.filter(report_count__gt=0).exclude(status=Comment.Status.HELD)
    reports = Report.objects.filter(decision=None, comment__in=reported)
    held = Comment.objects.awaiting().order_by()
    span = {"number": Count("pk"), "oldest": Min("created_at"), "newest": Max("created_at")}
    first = held.aggregate(**span)
    second = reports.aggregate(oldest=Min("at"), newest=Max("at"))
    return Waiting(
        held=first["number"],
        reported=reported.count(),
        oldest=min(filter(None, [first["oldest"], second["oldest"]]), default=None),
        newest=max(filter(None, [first["newest"], second["newest"]]), default=None),
    )


def oldest() -> QuerySet[Comment]:
    """The held comments that have waited longest."""
    return Comment.objects.awaiting().select_related("article")[:SHOWN]


def last_sent() -> datetime | None:
    """When the last digest was made."""
    return Letter.objects.filter(kind=Letter.Kind.DIGEST).aggregate(last=Max("made_at"))["last"]


def recipients() -> list[tuple[int, str]]:
    """
    Key and address of those who hear of it: the moderators; superusers only where no moderator has
    an address, so that a small newsroom without roles does not wait in vain.
    """
    users = get_user_model()._default_manager.filter(is_active=True, is_staff=True)
    users = users.exclude(email="").order_by("pk")
    for people in (users.filter(groups__name="Moderator"), users.filter(is_superuser=True)):
        if found := list(people.values_list("pk", "email")):
            return found
    return []


def due_now() -> bool:
    """Whether a digest should be sent at this moment."""
    return is_due(look(), last_sent(), timezone.now())


def queue(tab: str = "") -> str:
    """The path of the moderators' queue."""
    address = f"{reverse('admin:comments_comment_changelist')}queue/"
    return f"{address}?tab={tab}" if tab else address


def address_of(comment: Comment) -> str:
    """The path where a moderator decides on ``comment``."""
    return reverse("admin:comments_comment_change", args=[comment.pk])
