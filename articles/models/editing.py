"""Who is at which post at this moment, and what they have typed and not saved yet."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from articles.models.images import Image

# Who has not been heard of for so long has left.
PRESENT = timedelta(seconds=60)
# What nobody has come back for within so long is forgotten.
OLD = timedelta(days=30)


def new_key() -> str:
    return get_random_string(16)


class AutosaveQuerySet(models.QuerySet["Autosave"]):
    """The questions that are asked of unsaved work, each by its name."""

    def of(self, user: Any) -> "AutosaveQuerySet":
        return self.filter(user=user).order_by("-at")

    def forget_old(self) -> int:
        """Delete what was typed 30 days ago and never taken up; gives how many there were."""
        return self.filter(at__lt=timezone.now() - OLD).delete()[0]

    def showing(self, images: Sequence[Image]) -> "AutosaveQuerySet":
        """Those with one of ``images`` in the text or as the lead picture."""
        found = self.annotate(said=Cast("fields", models.TextField()))
        wanted = [models.Q(said__contains=image.token) for image in images]
        wanted += [models.Q(fields__lead_image__0=str(image.pk)) for image in images]
        return found.filter(models.Q(*wanted, _connector="OR"))


class Autosave(models.Model):
    """
    What somebody has typed into the form of a post since it was last saved: one rolling slot for
    each person and post, and for each new post that is not saved yet (``key``). Never public, not
    part of the history.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    article = models.ForeignKey(
        "articles.Article", models.CASCADE, null=True, blank=True, related_name="autosaves"
    )
    key = models.CharField(max_length=16, default=new_key)
    # Changes with every autosave. Only who knows the present one may replace it, so that two tabs
    # of one person do not overwrite each other's words.
    token = models.CharField(max_length=16, default=new_key)
    # The version of the post that the typing began with.
    base = models.PositiveIntegerField(default=0)
    # By the names of the form's inputs, lists of what they hold.
    fields = models.JSONField()
    at = models.DateTimeField(default=timezone.now)

    objects = AutosaveQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        verbose_name = _("unsaved text")
        verbose_name_plural = _("unsaved texts")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "article"],
                condition=models.Q(article__isnull=False),
                name="autosave_one_each",
            ),
            models.UniqueConstraint(
                fields=["user", "key"],
                condition=models.Q(article__isnull=True),
                name="autosave_one_new_post_each",
            ),
        ]

    def __str__(self) -> str:
        return str(self.fields.get("title", [""])[0])


class Presence(models.Model):
    """Somebody has the form of a post open. One of those present holds it; others may take over."""

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    since = models.DateTimeField(default=timezone.now)
    last_active = models.DateTimeField(default=timezone.now)
    holds = models.BooleanField(default=False)
    taken_over_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        constraints = [
            models.UniqueConstraint(fields=["article", "user"], name="presence_one_each"),
            models.UniqueConstraint(
                fields=["article"], condition=models.Q(holds=True), name="presence_one_holds"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.article}"
