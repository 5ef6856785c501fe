"""Every version of a post that somebody saved on purpose."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.models.contents import FIELDS


def field_names() -> dict[str, str]:
    """What the fields that a revision keeps are called."""
    from articles.models.articles import Article  # which needs this module

    fields = {name: str(Article._meta.get_field(name).verbose_name) for name in FIELDS}
    return fields | {"authors": gettext("authors"), "categories": gettext("categories")}


class RevisionQuerySet(models.QuerySet["Revision"]):
    """The questions that are asked of revisions, each by its name."""

    def newest_first(self) -> "RevisionQuerySet":
        return self.order_by("-number")

    def read(self) -> "RevisionQuerySet":
        """Those that readers have seen as the post, the newest first."""
        return self.filter(live_from__lte=timezone.now()).order_by("-live_from", "-number")


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
        names = field_names()
        return [names[name] for name in self.changed if name in names]
