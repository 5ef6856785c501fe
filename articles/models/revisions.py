"""Every version of a post that somebody saved on purpose."""

from collections.abc import Sequence

from django.conf import settings
from django.db import models
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.contents import FIELDS
from articles.models.images import Image


class RevisionQuerySet(models.QuerySet["Revision"]):
    """The questions that are asked of revisions, each by its name."""

    def newest_first(self) -> "RevisionQuerySet":
        return self.order_by("-number")

    def read(self) -> "RevisionQuerySet":
        """Those that readers have seen as the post, the newest first."""
        return self.filter(live_from__lte=timezone.now()).order_by("-live_from", "-number")

    def showing(self, images: Sequence[Image]) -> "RevisionQuerySet":
        """Those with one of ``images`` in the text or as the lead picture."""
        if not images:
            return self.none()
        # Nothing older can show it, and by date there is an index: reading all takes long.
        since = min(image.created_at for image in images)
        found = self.filter(at__gte=since).annotate(said=Cast("contents", models.TextField()))
        in_text = models.Q(*(("said__contains", image.token) for image in images), _connector="OR")
        return found.filter(
            in_text | models.Q(contents__lead_image__in=[image.pk for image in images])
        )


class Revision(models.Model):
    """
    The contents of a post at one moment. Revisions are never altered; restoring one makes a new
    one. ``live_from`` is since when readers saw it, or will see it.
    """

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField(_("number"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("saved"), default=timezone.now)
    note = models.CharField(_("note"), max_length=300, blank=True)
    name = models.CharField(
        _("name"), max_length=100, blank=True, help_text=_("A version with a name is never purged.")
    )
    contents = models.JSONField()
    # The names of the fields that differ from the version before.
    changed = models.JSONField(default=list)
    live_from = models.DateTimeField(null=True, blank=True)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="revision_number_once")
        ]
        indexes = [models.Index(fields=["-at", "-id"], name="revision_newest_first")]

    def __str__(self) -> str:
        return self.name or f"{self.number}"

    @property
    def changed_names(self) -> list[str]:
        """What differs from the version before, in words."""
        from articles.models.articles import Article  # which needs this module

        fields = {name: Article._meta.get_field(name) for name in FIELDS}
        return [str(fields[name].verbose_name) for name in self.changed if name in fields]
