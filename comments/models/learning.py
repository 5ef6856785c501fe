"""What the filter has learned: how often each token stood in spam and in good comments."""

from collections.abc import Iterable

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _


class Learned(models.TextChoices):
    """What a moderator's decision taught the filter that a comment is."""

    GOOD = "good", _("Good")
    SPAM = "spam", _("Spam")


class TokenQuerySet(models.QuerySet["Token"]):
    """How the counts change: always by whole comments, in the transaction of the decision."""

    def learn(self, tokens: Iterable[str], kind: str) -> None:
        """Count one more comment of ``kind`` with these ``tokens``."""
        self.bulk_create([Token(text=text) for text in sorted(tokens)], ignore_conflicts=True)
        self._add(tokens, kind, 1)

    def unlearn(self, tokens: Iterable[str], kind: str) -> None:
        """Take back exactly what ``learn`` counted."""
        self._add(tokens, kind, -1)
        self.filter(text__in=tokens, good=0, spam=0).delete()

    def _add(self, tokens: Iterable[str], kind: str, number: int) -> None:
        self.filter(text__in=tokens).update(**{kind: F(kind) + number})


class Token(models.Model):
    """A word, a pair of words, a domain or a sign of the form. The empty one counts comments."""

    text = models.CharField(max_length=100, primary_key=True)
    good = models.PositiveIntegerField(default=0)
    spam = models.PositiveIntegerField(default=0)

    objects = TokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")

    def __str__(self) -> str:
        return self.text
