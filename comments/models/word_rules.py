"""Words that make a comment wait, or go, before anybody reads it."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class WordRuleQuerySet(models.QuerySet["WordRule"]):
    """The questions that are asked of word rules, each by its name."""

    def active(self) -> "WordRuleQuerySet":
        """Those that new comments are compared with."""
        return self.filter(is_active=True)


class WordRule(models.Model):
    """
    Words, and what happens to a comment with them. They match whole words whatever their case,
    accents or look-alike letters; ``*`` stands for any further letters.
    """

    class Verdict(models.TextChoices):
        HOLD = "hold", _("Hold it")
        SPAM = "spam", _("It is spam")

    words = models.CharField(_("words"), max_length=200, unique=True)
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict, default=Verdict.HOLD)
    note = models.CharField(_("note"), max_length=200, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("written by"),
    )
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)

    objects = WordRuleQuerySet.as_manager()

    class Meta:
        ordering = ["words"]
        verbose_name = _("word rule")
        verbose_name_plural = _("word rules")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(verdict__in=["hold", "spam"]), name="word_rule_verdict_known"
            ),
        ]

    def __str__(self) -> str:
        return self.words
