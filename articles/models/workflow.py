"""
The way of a post: draft, in review, published (now or at a time), unpublished, in the trash. Every
step is a verb here, which checks that it may be taken, keeps a revision, and notes an event.

A post that should be out and is not cannot be. That a post is public is nowhere stored and never
switched on: it follows from its status, its date and its end, which ``is_public`` compares with the
clock for one post and ``ArticleQuerySet.published()`` for all, whenever somebody asks. No worker
and no timer takes part, so none can be late. What would contradict itself cannot be stored: the
constraints of the database refuse a published post without a date, one whose date lies before its
embargo, and one that ends before it begins.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.models.contents import (
    DATES,
    OF_PUBLIC,
    TEXT,
    Contents,
    as_date,
    as_text,
    changed_fields,
)
from articles.models.events import Event
from articles.models.revisions import Revision
from articles.models.titled import one_line
from articles.richtext import clean

# Years beyond these are slips of the pen, and the furthest have no day in every time zone.
WRONG_YEAR = _("Enter a date between 1900 and 2200.")
EARLIEST, LATEST = (datetime(year, 1, 1, tzinfo=UTC) for year in (1900, 2200))
IN_RANGE = [MinValueValidator(EARLIEST, WRONG_YEAR), MaxValueValidator(LATEST, WRONG_YEAR)]
NO_AUTHOR = _("Choose at least one author before you publish.")
EMBARGOED = _("The embargo ends later: choose a publication date after it.")
ENDS_TOO_EARLY = _("The post would be taken down before it is published: choose a later end.")
NO_DATE = _("A published post needs a date. Enter one, or press “Publish now”.")
NOT_AHEAD = _("This post is public: its date cannot be ahead. Unpublish it first.")
# How long a post in the trash can be restored.
TRASH_KEPT = timedelta(days=30)


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
# Of published posts, some steps are only for those whose date has come, others only for those that
# are still scheduled.
OF_BEGUN = (Verb.PROPOSE, Verb.PUBLISH_CHANGES, Verb.DISCARD_CHANGES)
OF_SCHEDULED = (Verb.PUBLISH, Verb.SCHEDULE)
# From which states each step can be taken. Whether there are pending changes is asked besides.
FROM: dict[Verb, tuple[Status, ...]] = {
    Verb.SUBMIT: (Status.DRAFT, Status.UNPUBLISHED, Status.PUBLISHED),
    Verb.TAKE_BACK: (Status.IN_REVIEW, Status.PUBLISHED),
    Verb.REQUEST_CHANGES: (Status.IN_REVIEW, Status.UNPUBLISHED, Status.PUBLISHED),
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
    # Links to a version for people without a login carry this number, and stop working when it
    # moves on.
    link_series = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(status="published") | models.Q(published_at__isnull=False),
                name="article_published_has_date",
                violation_error_message=NO_DATE,
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
    def is_in_review(self) -> bool:
        """Whether an editor is to look at it, or at its pending changes."""
        return self.status == Status.IN_REVIEW or self.changes_in_review

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
        that the writer began with: raises Stale where a newer one has been saved since, and
        ValidationError where a scheduled or public post must not be like that.
        """
        with transaction.atomic():
            self.lock(base)
            if self.status == Status.PUBLISHED:
                self.refuse_unready(contents, is_public=self.has_begun)
            self.apply(contents)
            return self.record(by, note)

    def propose(
        self, contents: Contents, by: Any = None, note: str = "", base: int | None = None
    ) -> Revision:
        """
        Keep ``contents`` as pending changes; readers see no difference. What they do not speak of
        stays as it is in earlier pending changes, or in the post. What is in review stays there,
        as a draft does that is saved meanwhile. Raises Stale.
        """
        with self.step(Verb.PROPOSE, by, note, base):
            earlier = self.pending.contents if self.pending else {}
            changed = {**self.contents, **earlier, **contents}
            empty = [name for name in OF_PUBLIC if not changed.get(name)]
            kept = {name: value for name, value in changed.items() if name not in empty}
            self.pending = self.record(by, note, tidied(kept))
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
            pending = self.pending
            if contents is None and pending is None:
                raise ValidationError(gettext("There are no pending changes any more."))
            extra = pending.contents if contents is None else contents
            self.refuse_unready(extra, is_public=True)
            self.pending, self.changes_in_review = None, False
            correction = correction or extra.get("correction", "")
            is_update = is_update or bool(extra.get("is_update")) or bool(correction)
            now = timezone.now()
            if is_update:
                self.updated_at = now
            self.apply(extra)
            self.record(by, note, is_update=is_update)
            if correction:
                self.corrections.create(text=correction, corrected_at=now)

    def discard_changes(self, by: Any = None, note: str = "") -> None:
        """Let go of the pending changes; they stay in the history."""
        with self.step(Verb.DISCARD_CHANGES, by, note):
            if self.pending_id is None:
                raise ValidationError(gettext("There are no pending changes any more."))
            self.pending, self.changes_in_review = None, False

    def restore(self, revision: Revision, by: Any = None) -> Revision:
        """
        Bring back the text of an earlier ``revision`` as a new one: address, dates and switches
        stay. Of a public post it becomes pending changes.
        """
        text = {name: revision.contents[name] for name in TEXT if name in revision.contents}
        note = gettext("Version %(number)s restored") % {"number": revision.number}
        with transaction.atomic():
            # It may have become public meanwhile.
            self.lock()
            if self.has_begun:
                return self.propose(text, by, note)
            with self.step(Verb.RESTORE, by, note):
                if self.is_scheduled:
                    self.refuse_unready(text)
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
            if self.status != Status.PUBLISHED:
                self.status = Status.DRAFT

    def publish(
        self,
        at: datetime | None = None,
        by: Any = None,
        note: str = "",
        contents: Contents | None = None,
        base: int | None = None,
    ) -> None:
        """
        Make the post public ``at`` that time: by default at the date it has, or else now. With
        ``contents``, make it what they say in the same step.

        Raises Stale, and ValidationError where it is public already, nobody signs it, before the
        embargo, or after its own end.
        """
        with self.step(Verb.PUBLISH, by, note, base) as event:
            there = contents or {}
            # In whole seconds, as forms show it, so that what nobody touches does not change.
            now = timezone.now().replace(microsecond=0)
            at = at or as_date(there.get("published_at")) or self.published_at or now
            there = {**there, "published_at": as_text(at)}
            self.refuse_unready(there)
            self.status = Status.PUBLISHED
            self.apply(there)
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
        """Put the post into the trash, from where it can be restored for ``TRASH_KEPT``."""
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
        """
        Let the text of the pending changes become the draft. Where and when they were to be shown,
        and their correction, stays in the history.
        """
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

    def can(self, verb: Verb) -> bool:
        """Whether a post in this state can take that step at all, whoever it is that asks."""
        if self.status != Status.PUBLISHED:
            return self.status in FROM[verb]
        return verb not in (OF_SCHEDULED if self.has_begun else OF_BEGUN) and (
            self.status in FROM[verb]
        )

    @contextmanager
    def step(self, verb: Verb, by: Any, note: str, base: int | None = None) -> Iterator[Event]:
        """Within: change the post. It is saved afterwards, and what was done is on record."""
        with transaction.atomic():
            self.lock(base)
            if not self.can(verb):
                raise ValidationError(
                    gettext("This post is “%(state)s” by now, so that cannot be done any more.")
                    % {"state": self.state}
                )
            event = Event(article=self, verb=verb, by=by, note=note)
            yield event
            self.save()
            event.save()

    def record(
        self,
        by: Any,
        note: str = "",
        contents: Contents | None = None,
        is_update: bool = False,
    ) -> Revision:
        """
        Keep ``contents``, or else the post as it is, as its next revision; check its links.
        ``is_update`` is for the readers' page of changes.
        """
        from articles.link_checks import order_checks  # which needs this module

        applied = contents is None
        contents = self.contents if contents is None else contents
        last = self.revisions.order_by("-number").first()
        live_from = None
        now = timezone.now()
        if applied and self.status == Status.PUBLISHED and not self.has_ended:
            live_from = max(now, self.published_at) if last else self.published_at
            # What was to appear at its date is replaced before anybody saw it.
            self.revisions.filter(live_from__gt=now).update(live_from=None)
        self.version += 1
        revision = self.revisions.create(
            number=self.version,
            by=by,
            note=note[:300],
            contents=contents | ({"is_update": True} if is_update else {}),
            changed=changed_fields(last.contents if last else {}, contents),
            live_from=live_from,
        )
        type(self).objects.filter(pk=self.pk).update(version=self.version)
        transaction.on_commit(partial(order_checks, contents["body"]), robust=True)
        return revision

    def refuse_unready(self, contents: Contents | None = None, is_public: bool = False) -> None:
        """
        Raise ValidationError where the post, with ``contents``, must not be published. The date of
        one that ``is_public`` cannot lie ahead; any other must not have ended already.
        """
        there = contents or {}
        dates = {name: getattr(self, name) for name in DATES}
        dates |= {name: as_date(there[name]) for name in DATES if name in there}
        at, embargo_until, ends_at = (dates[name] for name in DATES)
        if not (self.signers(there["authors"]) if "authors" in there else self.bylines.exists()):
            raise ValidationError({"authors": NO_AUTHOR})
        if at is None:
            raise ValidationError({"published_at": NO_DATE})
        if is_public and at > timezone.now():
            raise ValidationError({"published_at": NOT_AHEAD})
        if embargo_until and at < embargo_until:
            raise ValidationError({"embargo_until": EMBARGOED})
        if ends_at and ends_at <= (at if is_public else max(at, timezone.now())):
            raise ValidationError({"ends_at": ENDS_TOO_EARLY})


def tidied(contents: Contents) -> Contents:
    """``contents`` as they would be stored in the post itself."""
    return contents | {"title": one_line(contents["title"]), "body": clean(contents["body"])}
