"""
The way of a post: draft, in review, published (now or at a time), unpublished, in the trash. Every
step is a verb here, which checks that it may be taken, keeps a revision, and notes an event.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.models.contents import TEXT, Contents, changed_fields
from articles.models.events import Event
from articles.models.revisions import Revision

# Years beyond these are slips of the pen, and the furthest have no day in every time zone.
WRONG_YEAR = _("Enter a date between 1900 and 2200.")
EARLIEST, LATEST = (datetime(year, 1, 1, tzinfo=UTC) for year in (1900, 2200))
IN_RANGE = [MinValueValidator(EARLIEST, WRONG_YEAR), MaxValueValidator(LATEST, WRONG_YEAR)]
NO_AUTHOR = _("Choose at least one author before you publish.")
EMBARGOED = _("The embargo ends later: choose a publication date after it.")
ENDS_TOO_EARLY = _("The post would be taken down before it is published: choose a later end.")


class Stale(Exception):
    """Somebody has saved a newer version: ``article`` as it is stored now."""

    def __init__(self, article: Any) -> None:
        super().__init__("A newer version has been saved.")
        self.article = article


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "review", _("In review")
    PUBLISHED = "published", _("Published")
    UNPUBLISHED = "unpublished", _("Unpublished")
    TRASHED = "trash", _("In the trash")


Verb = Event.Verb
BEFORE_PUBLICATION = (Status.DRAFT, Status.IN_REVIEW, Status.UNPUBLISHED)
# From which states each step can be taken. Whether there are pending changes is asked besides.
FROM: dict[Verb, tuple[Status, ...]] = {
    Verb.SUBMIT: (Status.DRAFT, Status.UNPUBLISHED, Status.PUBLISHED),
    Verb.TAKE_BACK: (Status.IN_REVIEW, Status.PUBLISHED),
    Verb.REQUEST_CHANGES: (Status.IN_REVIEW, Status.PUBLISHED),
    Verb.PUBLISH: (*BEFORE_PUBLICATION, Status.PUBLISHED),
    Verb.SCHEDULE: (*BEFORE_PUBLICATION, Status.PUBLISHED),
    Verb.UNPUBLISH: (Status.PUBLISHED,),
    Verb.PROPOSE: (Status.PUBLISHED,),
    Verb.PUBLISH_CHANGES: (Status.PUBLISHED,),
    Verb.DISCARD_CHANGES: (Status.PUBLISHED,),
    Verb.TRASH: (*BEFORE_PUBLICATION, Status.PUBLISHED),
    Verb.UNTRASH: (Status.TRASHED,),
    Verb.RESTORE: (*BEFORE_PUBLICATION, Status.PUBLISHED),
}


class Workflow(models.Model):
    """Where a post is on its way, and the verbs that take it further."""

    Status = Status

    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.DRAFT)
    published_at = models.DateTimeField(
        _("publication date"),
        null=True,
        blank=True,
        validators=IN_RANGE,
        help_text=_("A date ahead schedules the post: it appears at that second."),
    )
    embargo_until = models.DateTimeField(
        _("embargo until"),
        null=True,
        blank=True,
        validators=IN_RANGE,
        help_text=_("Nobody can publish the post before this time."),
    )
    ends_at = models.DateTimeField(
        _("taken down at"),
        null=True,
        blank=True,
        validators=IN_RANGE,
        help_text=_("From this time on readers do not see the post any more."),
    )
    trashed_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The number of the newest revision; 0 where none was kept yet.
    version = models.PositiveIntegerField(default=0, editable=False)
    # The revision that is to replace what readers see.
    pending = models.OneToOneField(
        "articles.Revision",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        editable=False,
        related_name="pending_for",
    )
    changes_in_review = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(status="published") | models.Q(published_at__isnull=False),
                name="article_published_has_date",
                violation_error_message=_(
                    "A published post needs a date. Enter one, or press “Publish now”."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    status__in=["draft", "review", "published", "unpublished", "trash"]
                ),
                name="article_status_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="published")
                | models.Q(embargo_until__isnull=True)
                | models.Q(published_at__gte=models.F("embargo_until")),
                name="article_after_embargo",
                violation_error_message=EMBARGOED,
            ),
            models.CheckConstraint(
                condition=~models.Q(status="published")
                | models.Q(ends_at__isnull=True)
                | models.Q(ends_at__gt=models.F("published_at")),
                name="article_ends_after_publication",
                violation_error_message=ENDS_TOO_EARLY,
            ),
            models.CheckConstraint(
                condition=models.Q(status="trash", trashed_at__isnull=False)
                | ~models.Q(status="trash") & models.Q(trashed_at__isnull=True),
                name="article_trashed_has_date",
            ),
            models.CheckConstraint(
                condition=models.Q(changes_in_review=False) | models.Q(pending__isnull=False),
                name="article_changes_in_review_exist",
            ),
        ]

    @property
    def is_public(self) -> bool:
        """Whether readers may see it now; ``ArticleQuerySet.published()`` for one post."""
        now = timezone.now()
        return (
            self.status == Status.PUBLISHED
            and self.published_at is not None
            and self.published_at <= now
            and (self.ends_at is None or self.ends_at > now)
        )

    @property
    def has_begun(self) -> bool:
        """Whether it is published and its date has come, even if it has ended since."""
        return (
            self.status == Status.PUBLISHED
            and self.published_at is not None
            and self.published_at <= timezone.now()
        )

    @property
    def was_public(self) -> bool:
        """Whether readers could know its address at any time."""
        return self.has_begun or self.revisions.read().exists()

    @property
    def is_scheduled(self) -> bool:
        return self.status == Status.PUBLISHED and not self.has_begun

    @property
    def has_ended(self) -> bool:
        return self.has_begun and not self.is_public

    @property
    def state(self) -> str:
        """Where it is on its way, in words, such as “Scheduled”."""
        if self.is_scheduled:
            return gettext("Scheduled")
        if self.has_ended:
            return gettext("Ended")
        return str(self.get_status_display())

    # What is written

    def revise(
        self, contents: Contents, by: Any = None, note: str = "", base: int | None = None
    ) -> Revision:
        """
        Make the post what ``contents`` say, and keep that as a revision. ``base`` is the version
        that the writer began with: raises Stale where a newer one has been saved since.
        """
        with transaction.atomic():
            self.lock(base)
            self.apply(contents)
            return self.record(by, note)

    def propose(
        self, contents: Contents, by: Any = None, note: str = "", base: int | None = None
    ) -> Revision:
        """Keep ``contents`` as pending changes; readers see no difference. Raises Stale."""
        with self.step(Verb.PROPOSE, by, note, base):
            self.pending = self.record(by, note, {**self.contents, **contents})
            self.changes_in_review = False
        return self.pending

    def publish_changes(
        self,
        contents: Contents | None = None,
        by: Any = None,
        note: str = "",
        base: int | None = None,
        is_update: bool = False,
        correction: str = "",
    ) -> None:
        """
        Replace what readers see by ``contents``, or else by the pending changes. ``is_update``
        shows readers the present time as “Updated”; a ``correction`` is dated now, and always an
        update. Raises Stale, and ValidationError where there is nothing to publish.
        """
        with self.step(Verb.PUBLISH_CHANGES, by, note, base):
            pending, self.pending = self.pending, None
            if contents is None and pending is None:
                raise ValidationError(gettext("There are no pending changes any more."))
            extra = pending.contents if contents is None else contents
            correction = correction or extra.get("correction", "")
            now = timezone.now()
            if is_update or extra.get("is_update") or correction:
                self.updated_at = now
            self.changes_in_review = False
            self.apply(extra)
            self.refuse_unready()
            self.record(by, note)
            if correction:
                self.corrections.create(text=correction, corrected_at=now)

    def discard_changes(self, by: Any = None, note: str = "") -> None:
        """Let go of the pending changes; they stay in the history."""
        with self.step(Verb.DISCARD_CHANGES, by, note):
            self.pending, self.changes_in_review = None, False

    def restore(self, revision: Revision, by: Any = None) -> Revision:
        """
        Bring back the text of an earlier ``revision`` as a new one: address, dates and switches
        stay. Of a public post it becomes pending changes.
        """
        text = {name: revision.contents[name] for name in TEXT if name in revision.contents}
        note = gettext("Version %(number)s restored") % {"number": revision.number}
        with transaction.atomic():
            if self.has_begun:
                return self.propose(text, by, note)
            with self.step(Verb.RESTORE, by, note):
                self.apply(text)
                return self.record(by, note)

    # Steps

    def submit(self, by: Any = None, note: str = "") -> None:
        """Ask an editor to look at the post, or at the pending changes of a public one."""
        with self.step(Verb.SUBMIT, by, note):
            if self.status != Status.PUBLISHED:
                self.status = Status.IN_REVIEW
            elif self.pending_id is None:
                raise ValidationError(gettext("There are no pending changes to submit."))
            else:
                self.changes_in_review = True

    def take_back(self, by: Any = None, note: str = "") -> None:
        """Go on writing: nobody needs to look at it yet."""
        self.leave_review(Verb.TAKE_BACK, by, note)

    def request_changes(self, by: Any = None, note: str = "") -> None:
        """Give it back to who wrote it, with a ``note`` that says what is missing."""
        self.leave_review(Verb.REQUEST_CHANGES, by, note)

    def leave_review(self, verb: Verb, by: Any, note: str) -> None:
        with self.step(verb, by, note):
            if self.status == Status.PUBLISHED and not self.changes_in_review:
                raise ValidationError(gettext("This post is not in review any more."))
            self.changes_in_review = False
            if self.status == Status.IN_REVIEW:
                self.status = Status.DRAFT

    def publish(self, at: datetime | None = None, by: Any = None, note: str = "") -> None:
        """
        Make the post public ``at`` that time: by default at the date it has, or else now.

        Raises ValidationError where nobody signs it, before the embargo, or after its own end.
        """
        with self.step(Verb.PUBLISH, by, note) as event:
            self.published_at = at or self.published_at or timezone.now()
            self.status = Status.PUBLISHED
            self.refuse_unready()
            if self.is_scheduled:
                event.verb = Verb.SCHEDULE
            self.record(by, note)

    def unpublish(self, by: Any = None, note: str = "") -> None:
        """Take the post from readers. What they have never seen becomes a draft again."""
        with self.step(Verb.UNPUBLISH, by, note):
            self.status = Status.UNPUBLISHED if self.has_begun else Status.DRAFT
            self.drop_pending()
            self.revisions.filter(live_from__gt=timezone.now()).update(live_from=None)

    def trash(self, by: Any = None, note: str = "") -> None:
        """Put the post into the trash, from where it can be restored for 30 days."""
        with self.step(Verb.TRASH, by, note):
            self.status, self.trashed_at = Status.TRASHED, timezone.now()
            self.drop_pending()
            self.revisions.filter(live_from__gt=timezone.now()).update(live_from=None)

    def untrash(self, by: Any = None, note: str = "") -> None:
        """Bring the post back from the trash, as a draft."""
        with self.step(Verb.UNTRASH, by, note):
            self.status, self.trashed_at = Status.DRAFT, None

    # How steps are taken

    def drop_pending(self) -> None:
        """Let the pending changes become the draft: nothing of them is lost."""
        if self.pending:
            contents, self.pending = self.pending.contents, None
            self.changes_in_review = False
            self.apply({name: contents[name] for name in TEXT if name in contents})

    def lock(self, base: int | None = None) -> None:
        """
        Read the post anew, and keep everybody else from changing it until the transaction is over.
        Raises Stale where the stored version is not ``base``.
        """
        if self.pk is None:
            return
        self.refresh_from_db(from_queryset=type(self).objects.select_for_update(of=("self",)))
        self.forget_cached()
        if base is not None and self.version != base:
            raise Stale(self)
        if not self.version:
            # What was there before revisions were kept, or came by an import.
            self.record(None, gettext("As it was before"))

    @contextmanager
    def step(self, verb: Verb, by: Any, note: str, base: int | None = None) -> Iterator[Event]:
        """Within: change the post. It is saved afterwards, and what was done is on record."""
        with transaction.atomic():
            self.lock(base)
            if self.status not in FROM[verb]:
                raise ValidationError(
                    gettext("This post is “%(state)s” by now, so that cannot be done any more.")
                    % {"state": self.state}
                )
            event = Event(article=self, verb=verb, by=by, note=note)
            yield event
            self.save()
            event.save()

    def record(self, by: Any, note: str = "", contents: Contents | None = None) -> Revision:
        """Keep ``contents``, or else the post as it is, as its next revision."""
        applied = contents is None
        contents = self.contents if contents is None else contents
        last = self.revisions.order_by("-number").first()
        live_from = None
        if applied and self.status == Status.PUBLISHED:
            now = timezone.now()
            live_from = max(now, self.published_at) if last else self.published_at
            # What was to appear at its date is replaced before anybody saw it.
            self.revisions.filter(live_from__gt=now).update(live_from=None)
        self.version += 1
        revision = self.revisions.create(
            number=self.version,
            by=by,
            note=note[:300],
            contents=contents,
            changed=changed_fields(last.contents if last else {}, contents),
            live_from=live_from,
        )
        type(self).objects.filter(pk=self.pk).update(version=self.version)
        return revision

    def refuse_unready(self) -> None:
        """Raise ValidationError where the post must not be published as it is."""
        if not self.bylines.exists():
            raise ValidationError(NO_AUTHOR)
        if self.embargo_until and self.published_at < self.embargo_until:
            raise ValidationError({"published_at": EMBARGOED})
        if self.ends_at and self.ends_at <= self.published_at:
            raise ValidationError({"ends_at": ENDS_TOO_EARLY})
