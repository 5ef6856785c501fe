"""What was done with posts, besides writing: who, when, and with what note."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """One step of a post on its way, never altered. What was written is in the revisions."""

    class Verb(models.TextChoices):
        SUBMIT = "submit", _("submitted for review")
        TAKE_BACK = "take_back", _("taken back from review")
        REQUEST_CHANGES = "request_changes", _("changes requested")
        PUBLISH = "publish", _("published")
        SCHEDULE = "schedule", _("scheduled")
        UNPUBLISH = "unpublish", _("unpublished")
        PROPOSE = "propose", _("changes kept for later")
        PUBLISH_CHANGES = "publish_changes", _("changes published")
        DISCARD_CHANGES = "discard_changes", _("pending changes discarded")
        TRASH = "trash", _("moved to the trash")
        UNTRASH = "untrash", _("restored from the trash")
        RESTORE = "restore", _("earlier version restored")

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="events")
    verb = models.CharField(_("what"), max_length=20, choices=Verb)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    note = models.TextField(_("note"), max_length=2000, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    verb__in=[
                        *("submit", "take_back", "request_changes", "publish", "schedule"),
                        *("unpublish", "propose", "publish_changes", "discard_changes"),
                        *("trash", "untrash", "restore"),
                    ]
                ),
                name="event_verb_known",
            )
        ]
        indexes = [models.Index(fields=["-at", "-id"], name="event_newest_first")]

    def __str__(self) -> str:
        return f"{self.article}: {self.get_verb_display()}"
