"""
The mail that goes out, and the jobs of the timer. Every letter is on record before it is sent: a
mail server that is down loses none, and what has been sent is not sent again.
"""

from datetime import timedelta

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# How long after each failure a letter is tried again. After the last one it is given up.
DELAYS = (
    *(timedelta(minutes=minutes) for minutes in (1, 5, 30)),
    *(timedelta(hours=hours) for hours in (2, 6, 12, 24)),
)
# Who has taken a letter or a job, and says nothing more for so long, has died over it.
LETTER_LEASE = timedelta(minutes=10)
JOB_LEASE = timedelta(hours=1)
# By how much the clocks of two machines may differ.
SLACK = timedelta(seconds=30)


class LetterQuerySet(models.QuerySet["Letter"]):
    """The questions that are asked of letters, each by its name."""

    def overdue(self, since: timedelta) -> "LetterQuerySet":
        """Those that should have been sent so long ago, the oldest first."""
        return self.filter(due_at__lt=timezone.now() - since).order_by("due_at", "pk")

    def claim(self, pk: int) -> "Letter | None":
        """
        The letter ``pk`` for the one who sends it now; None where it is not due, which includes
        that another one is sending it.
        """
        now = timezone.now()
        due = self.filter(pk=pk, due_at__lte=now + SLACK)
        taken = due.update(due_at=now + LETTER_LEASE, attempts=F("attempts") + 1)
        return self.get(pk=pk) if taken else None

    def revive(self, key: str) -> "Letter | None":
        """The letter ``key``, due again: one that was put aside. None for all others."""
        aside = self.filter(key=key, sent_at=None, due_at=None)
        revived = aside.update(due_at=timezone.now(), attempts=0)
        return self.get(key=key) if revived else None


class Letter(models.Model):
    """
    A mail about one event. It holds no text: what it says is found out when it is sent. Whom it
    went to is forgotten after 30 days.
    """

    class Kind(models.TextChoices):
        CONFIRM = "confirm", _("Asks whether an address is right")
        REPLY = "reply", _("Tells of a reply")
        DECISION = "decision", _("Tells a writer why a comment was rejected")
        DIGEST = "digest", _("Tells moderators what waits")
        DATA = "data", _("Leads to all that is kept about an address")

    # What makes the event one of its kind, so that nobody hears of it twice.
    key = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    to = models.EmailField(blank=True)
    # The key of what it is about: a subscription, comment or decision.
    about = models.BigIntegerField(null=True)
    network = models.CharField(max_length=32, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    # When it is to be sent, at the earliest. Empty: sent, put aside or given up.
    due_at = models.DateTimeField(null=True, default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(due_at__isnull=False), name="letter_due"
            ),
            models.Index(fields=["to", "made_at"], name="letter_by_address"),
            models.Index(fields=["network", "made_at"], name="letter_by_network"),
            models.Index(fields=["kind", "made_at"], name="letter_by_kind"),
        ]

    def __str__(self) -> str:
        return self.key

    def was_sent(self) -> None:
        self.sent_at, self.due_at = timezone.now(), None
        self.save(update_fields=["sent_at", "due_at"])

    def put_aside(self) -> None:
        """There is nothing to tell at present, such as of a reply that nobody can read any more."""
        self.due_at = None
        self.save(update_fields=["due_at"])

    def failed(self) -> None:
        """Try again later, or give up where ``due_at`` is empty afterwards."""
        again = self.attempts <= len(DELAYS)
        self.due_at = timezone.now() + DELAYS[self.attempts - 1] if again else None
        self.save(update_fields=["due_at"])


class JobQuerySet(models.QuerySet["Job"]):
    """Whose turn it is: two runs of the timer at once do not do one job twice."""

    def claim(self, name: str) -> bool:
        """Whether the job ``name`` is due, and nobody else at it: then it is the caller's."""
        now = timezone.now()
        self.get_or_create(name=name, defaults={"due_at": now})
        return bool(self.filter(name=name, due_at__lte=now).update(due_at=now + JOB_LEASE))

    def done(self, name: str, next_in: timedelta) -> None:
        """The caller has done the job, and it is due again in so long."""
        self.filter(name=name).update(due_at=timezone.now() + next_in)


class Job(models.Model):
    """Something that ``manage.py housekeeping`` does every so often."""

    name = models.CharField(max_length=50, primary_key=True)
    due_at = models.DateTimeField()

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")

    def __str__(self) -> str:
        return self.name
