"""Every version of a post that somebody saved on purpose."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from django.conf import settings
from django.db import models
from django.db.models.fields.json import KT
from django.db.models.functions import MD5, Cast
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.models.contents import FIELDS
from articles.models.events import Event
from articles.models.images import Image
from articles.models.titled import one_line


def field_names() -> dict[str, str]:
    """What the fields that a revision keeps are called."""
    from articles.models.articles import Article  # which needs this module

    fields = {name: str(Article._meta.get_field(name).verbose_name) for name in FIELDS}
    return fields | {"authors": gettext("authors"), "categories": gettext("categories")}


# Of all that is this old and nobody has named or read, one of a day, a week or a month is kept.
ALL_KEPT, DAILY, WEEKLY = timedelta(days=7), timedelta(days=30), timedelta(days=365)
BATCH = 500
# What readers can tell versions by, besides the body.
SHORT = ("title", "standfirst", "lead_image", "authors")
MOST_COMPARED = 20


def slot(at: datetime, now: datetime) -> str:
    """Of all versions of a post with the same one, the last is kept; empty where all are."""
    day = timezone.localtime(at, timezone.get_default_timezone())
    if now - at < ALL_KEPT:
        return ""
    if now - at < DAILY:
        return f"{day:%Y-%m-%d}"
    return f"{day:%G-W%V}" if now - at < WEEKLY else f"{day:%Y-%m}"


class RevisionQuerySet(models.QuerySet["Revision"]):
    """The questions that are asked of revisions, each by its name."""

    def newest_first(self) -> "RevisionQuerySet":
        return self.order_by("-number")

    def read(self) -> "RevisionQuerySet":
        """Those that readers have seen as the post, the newest first."""
        return self.filter(live_from__lte=timezone.now()).order_by("-live_from", "-number")

    def with_changes(self) -> bool:
        """Whether not all of the last ones that readers have seen read the same."""
        words = [MD5(KT("contents__body")), *(KT(f"contents__{name}") for name in SHORT)]
        texts = [tuple(row) for row in self.read().values_list(*words)[:MOST_COMPARED]]
        return len(texts) == MOST_COMPARED or len(set(texts)) > 1

    def expendable(self, now: datetime) -> "RevisionQuerySet":
        """
        Those that may be thinned out: not the newest of a post nor its pending changes, without a
        name, never live nor to be so, not of the last days, and with no link to it that is good.
        """
        return self.filter(
            name="", live_from=None, pending_for=None, at__lte=now - ALL_KEPT
        ).exclude(models.Q(number=models.F("article__version")) | models.Q(shared_until__gt=now))

    def purge(self, now: datetime | None = None) -> int:
        """
        Delete what is expendable but for one version of a day, later of a week, later of a month.
        How many these were. Can be stopped at any moment, and done twice.
        """
        now, purged = now or timezone.now(), 0
        surplus = self.surplus(now)
        while keys := list(islice(surplus, BATCH)):
            rows = Revision.objects.expendable(now).filter(pk__in=keys)
            # Contents are long, and deleting them needs nobody to read them.
            purged += rows.defer("contents", "changed").delete()[0]
        return purged

    def surplus(self, now: datetime) -> Iterator[int]:
        """The keys of all that ``purge`` deletes, post by post."""
        candidates, last = self.expendable(now).order_by(), 0
        several = (
            candidates.values("article").annotate(count=models.Count("pk")).filter(count__gt=1)
        )
        while articles := list(
            several.filter(article__gt=last).order_by("article").values_list("article")[:BATCH]
        ):
            for (last,) in articles:
                kept = ""
                rows = candidates.filter(article=last).order_by("-number")
                for key, at in rows.values_list("pk", "at"):
                    if slot(at, now) == kept:
                        yield key
                    kept = slot(at, now)

    def with_life(self) -> "RevisionQuerySet":
        """
        With ``live_until``: since another version was live, or the post was taken down.
        """
        theirs = {"article": models.OuterRef("article")}
        others = Revision.objects.filter(
            **theirs, number__gt=models.OuterRef("number"), live_from__isnull=False
        )
        ends = Event.objects.filter(
            **theirs,
            verb__in=[Event.Verb.UNPUBLISH, Event.Verb.TRASH],
            at__gte=models.OuterRef("live_from"),
        )
        return self.annotate(
            replaced_at=models.Subquery(others.order_by("number").values("live_from")[:1]),
            taken_down_at=models.Subquery(ends.order_by("at").values("at")[:1]),
        )

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
    # Until when somebody without a login may have a link to it.
    shared_until = models.DateTimeField(null=True, blank=True)

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

    def rename(self, name: str) -> None:
        """Give the version a name, so that it is never purged; or take it away."""
        self.name = one_line(name)
        self.save(update_fields=["name"])

    @property
    def live_until(self) -> datetime | None:
        """When readers no longer saw it as the post. Only of those ``with_life()``."""
        ends = [each for each in (self.replaced_at, self.taken_down_at) if each]
        return min(ends) if self.live_from and ends else None

    @property
    def changed_names(self) -> list[str]:
        """What differs from the version before, in words."""
        names = field_names()
        return [names[name] for name in self.changed if name in names]
