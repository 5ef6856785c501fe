"""What was decided about comments, by whom or by which rule, and how it is taken back."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments import spam

if TYPE_CHECKING:
    pass


class Status(models.TextChoices):
    """Where a comment stands. Readers see the published ones only."""

    HELD = "held", _("Held")
    PUBLISHED = "published", _("Published")
    REJECTED = "rejected", _("Rejected")
    SPAM = "spam", _("Spam")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ERASED = "erased", _("Erased")


class Verb(models.TextChoices):
    """What can be done with a comment."""

    APPROVE = "approve", _("Approve")
    REJECT = "reject", _("Reject")
    MARK_SPAM = "mark_spam", _("Mark as spam")
    HOLD = "hold", _("Put back into the queue")
    KEEP = "keep", _("Keep as it is")
    FEATURE = "feature", _("Feature")
    UNFEATURE = "unfeature", _("Do not feature")
    EDIT = "edit", _("Edit")
    NOTE = "note", _("Note")
    WITHDRAW = "withdraw", _("Withdraw")
    ERASE = "erase", _("Erase")
    UNDO = "undo", _("Undo")


@dataclass(frozen=True)
class Transition:
    """From which statuses a verb leads, and to which; to None where the status stays."""

    sources: frozenset[Status]
    target: Status | None = None


def _from(*sources: Status, to: Status | None = None) -> Transition:
    return Transition(frozenset(sources), to)


# The whole law of what may happen to a comment. What is not here is refused. An undo is not here
# either: it leads back to wherever the decision came from.
TRANSITIONS = {
    Verb.APPROVE: _from(Status.HELD, Status.REJECTED, Status.SPAM, to=Status.PUBLISHED),
    Verb.REJECT: _from(Status.HELD, Status.PUBLISHED, Status.SPAM, to=Status.REJECTED),
    Verb.MARK_SPAM: _from(Status.HELD, Status.PUBLISHED, Status.REJECTED, to=Status.SPAM),
    Verb.HOLD: _from(Status.PUBLISHED, Status.REJECTED, Status.SPAM, to=Status.HELD),
    Verb.KEEP: _from(Status.HELD, Status.PUBLISHED, Status.REJECTED, Status.SPAM),
    Verb.FEATURE: _from(Status.PUBLISHED),
    Verb.UNFEATURE: _from(Status.PUBLISHED),
    # Also from spam: its writer must not be able to tell it from a held one.
    Verb.EDIT: _from(Status.HELD, Status.PUBLISHED, Status.SPAM),
    Verb.NOTE: _from(*(status for status in Status if status != "erased")),
    Verb.WITHDRAW: _from(Status.HELD, Status.PUBLISHED, Status.SPAM, to=Status.WITHDRAWN),
    Verb.ERASE: _from(*(status for status in Status if status != "erased"), to=Status.ERASED),
}


# What is done by nobody known, and by no rule, its writer did.
BY_WRITERS = {Verb.EDIT, Verb.WITHDRAW, Verb.ERASE, Verb.UNDO}


class NotAllowed(Exception):
    """The law does not allow this. Its text is a sentence for the one who asked."""


class AlreadyDecided(NotAllowed):
    """Somebody else was faster: ``decision`` says who, and what they decided."""

    def __init__(self, decision: "Decision | None") -> None:
        self.decision = decision
        if decision is None:
            sentence = gettext("This comment has changed meanwhile.")
        else:
            sentence = gettext("%(who)s has decided already: %(what)s.") % {
                "who": decision.who,
                "what": decision.get_verb_display(),
            }
        super().__init__(sentence)


class DecisionQuerySet(models.QuerySet["Decision"]):
    """The questions that are asked of decisions, each by its name."""

    def standing(self) -> "DecisionQuerySet":
        """Those that were not taken back, and took nothing back themselves."""
        return self.filter(undone=None, undoes=None)

    def blocked_by_filter(self) -> "DecisionQuerySet":
        """Those by which the learning filter, being sure, took comments for spam; newest first."""
        return self.filter(rule=spam.SURE_RULE, to_status=Status.SPAM).order_by("-at")

    def undo(self, by: Any) -> tuple[int, int]:
        """
        Take back all of these that still stand, the newest first. Returns how many that were, and
        how many could not be, because somebody has decided again since.
        """
        undone = refused = 0
        for decision in self.standing().order_by("-pk"):
            try:
                decision.undo(by)
                undone += 1
            except (NotAllowed, ObjectDoesNotExist):
                refused += 1
        return undone, refused


class Decision(models.Model):
    """
    That somebody, or a rule, did something with a comment. Never altered afterwards: what is
    undone gets a decision of its own that says so.
    """

    comment = models.ForeignKey("Comment", on_delete=models.CASCADE, related_name="decisions")
    verb = models.CharField(_("what"), max_length=20, choices=Verb)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    rule = models.CharField(_("rule"), max_length=40, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    from_status = models.CharField(_("from"), max_length=20, choices=Status)
    to_status = models.CharField(_("to"), max_length=20, choices=Status)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    note = models.TextField(_("note to colleagues"), blank=True)
    message = models.TextField(_("message to the writer"), blank=True)
    batch = models.UUIDField(_("batch"), null=True, editable=False)
    # What the changed fields of the comment held before, so that an undo is exact.
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder, editable=False)
    undoes = models.OneToOneField(
        "self",
        on_delete=models.CASCADE,
        null=True,
        editable=False,
        related_name="undone",
        verbose_name=_("takes back"),
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        indexes = [
            models.Index(fields=["by", "-at"], name="decision_by_person"),
            models.Index(
                fields=["batch"],
                condition=models.Q(batch__isnull=False),
                name="decision_of_batch",
            ),
            models.Index(fields=["rule", "to_status", "-at"], name="decision_by_rule"),
            # The unique one holds a NULL for nearly every row, which SQLite, once it has counted
            # them, finds worse than no index at all.
            models.Index(
                fields=["undoes"],
                condition=models.Q(undoes__isnull=False),
                name="decision_undoes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_from_status_display()} → {self.get_to_status_display()}"

    @property
    def who(self) -> str:
        """Who decided, as moderators read it."""
        if self.by:
            return self.by.get_username()
        if self.rule or self.verb in BY_WRITERS:
            return self.rule or gettext("The writer")
        return gettext("Staff")  # whose account is deleted

    @transaction.atomic
    def undo(self, by: Any) -> "Decision":
        """
        Put the comment back to what it was before this decision. Raises NotAllowed where that
        cannot be: an erased text is gone, an undo is final, what its writer withdrew is theirs, and
        a later decision comes first.
        """
        comment = self.comment.locked()
        is_writers_own = self.verb == Verb.WITHDRAW and self.by_id is None
        if self.verb in (Verb.UNDO, Verb.ERASE) or (is_writers_own and by is not None):
            raise NotAllowed(gettext("This cannot be undone."))
        if Decision.objects.filter(undoes=self).exists():
            raise NotAllowed(gettext("This has been undone already."))
        # By their keys: clocks jump, and two servers have two of them.
        standing = comment.decisions.standing().exclude(verb=Verb.NOTE).order_by("pk")
        latest = standing.select_related("by").last()
        if latest != self and self.verb != Verb.NOTE:
            raise AlreadyDecided(latest)
        return comment.take_back(self, by)
