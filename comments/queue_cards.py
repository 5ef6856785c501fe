"""One comment in the queue, with all that helps to decide on it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import quote

from django.contrib.humanize.templatetags.humanize import naturaltime
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from comments.blocking import Target, targets
from comments.marking import as_marked_html, spelled_out
from comments.models import Comment, Decision, Report
from comments.models.decisions import TRANSITIONS, Status, Verb

LONGEST_SHOWN = 3000
LONGEST_PARENT = 300
MOST_REPORTS = 25
MOST_DECISIONS = 6
# The number is the key that rejects for this reason.
REASONS = {
    1: _("Off topic"),
    2: _("Insulting"),
    3: _("Gives away private details"),
    4: _("False"),
    5: _("Against the rules of this discussion"),
}
BUTTONS = [Verb.APPROVE, Verb.KEEP, Verb.MARK_SPAM, Verb.HOLD]
# To look a label up is much dearer than this, and a page shows a hundred of them.
STATUS_LABELS = {status.value: status.label for status in Status}
VERB_LABELS = {verb.value: verb.label for verb in Verb}
HISTORY = ["published", "rejected", "spam", "held"]


def ago(moment: datetime) -> str:
    """How long ago that was, in words: to the minute, and to the hour where it is longer."""
    seconds = (timezone.now() - moment).total_seconds()
    unit = 60 if seconds < 3600 else 3600
    return _ago(int(seconds // unit) * unit, get_language())


@lru_cache(maxsize=2000)
def _ago(seconds: int, language: str | None) -> str:
    return str(naturaltime(timezone.now() - timedelta(seconds=seconds)))


@dataclass
class Card:
    """A comment as moderators see it. ``decisions`` and ``reports`` are given newest first."""

    comment: Comment
    user: Any
    decisions: list[Decision] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    # What was typed into its fields and could not be done.
    typed: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return str(self.comment.pk)

    @cached_property
    def shape(self) -> tuple[Any, ...]:
        """All that decides which parts the card has; cards alike in this differ in values only."""
        comment = self.comment
        return (
            *(comment.status, comment.is_featured, comment.edited_at is None, self.is_to_be_kept),
            *(bool(comment.email), bool(comment.network), bool(comment.website), self.is_cut),
            *(comment.parent_id is None, bool(self.claimed_by), bool(self.standing_label)),
            *(frozenset(name for name, text in self.typed.items() if text),),
            *(target.kind for target in self.targets),
            self.score is None,
            *(bool(words) for _reason, words in self.reasons_given),
        )

    @property
    def values(self) -> dict[str, Any]:
        """What is this comment's own on its card, by name. What is not safe HTML is text."""
        comment, article, typed = self.comment, self.comment.article, self.typed
        return {
            "key": self.key,
            "version": self.version,
            "seen": comment.as_seen,
            "name": comment.name or "–",
            "claimed_by": self.claimed_by,
            "email": comment.email,
            "email_url": quote(comment.email, safe=""),
            "network": comment.network,
            "website": self.website,
            "history": self.history,
            "written": comment.created_at.isoformat(timespec="seconds"),
            "written_in_full": f"{localtime(comment.created_at):%Y-%m-%d %H:%M}",
            "age": ago(comment.created_at),
            "post": article.pk,
            "post_address": article.get_absolute_url(),
            "post_title": article.title,
            "parent_name": comment.parent.name if comment.parent else "",
            "parent_excerpt": self.parent_excerpt,
            "text": self.text,
            "length": len(comment.body),
            "score": self.score,
            "decision": self.standing.pk if self.standing else "",
            "decided": self.standing_label,
            "body": typed.get("body", comment.body),
            **{name: typed.get(name, "") for name in ("note", "message", "reply")},
        }

    @property
    def version(self) -> str:
        """Changes whenever anything about the comment does."""
        latest = self.decisions[0].pk if self.decisions else 0
        return f"{self.comment.status}-{latest}-{self.comment.report_count}"

    @cached_property
    def text(self) -> SafeString:
        verdicts = self.comment.verdicts
        words = [str(word) for verdict in verdicts for word in verdict.get("words") or []]
        return as_marked_html(self.comment.body[:LONGEST_SHOWN], words)

    @property
    def is_cut(self) -> bool:
        return len(self.comment.body) > LONGEST_SHOWN

    @cached_property
    def reasons_given(self) -> list[tuple[str, str]]:
        """What the rules said against it, and the words that mattered."""
        return [
            (str(verdict["reason"]), ", ".join(map(str, verdict.get("words") or [])))
            for verdict in self.comment.verdicts
            if verdict.get("reason")
        ]

    @property
    def website(self) -> SafeString | str:
        return spelled_out(self.comment.website) if self.comment.website else ""

    @property
    def score(self) -> int | None:
        """How sure the filter is that this is spam, in per cent; None where it did not say."""
        known = self.comment.spamminess
        return None if known is None else round(100 * known)

    @property
    def parent_excerpt(self) -> str:
        text = self.comment.parent.body if self.comment.parent else ""
        return text if len(text) <= LONGEST_PARENT else f"{text[:LONGEST_PARENT]}…"

    @property
    def claimed_by(self) -> str:
        """The colleague who looks at it at this moment, by name."""
        claim = getattr(self.comment, "claim", None)
        if claim is None or claim.by_id == self.user.pk or claim.until < timezone.now():
            return ""
        return claim.by.get_username()

    @cached_property
    def history(self) -> str:
        """What became of the comments from this email address, this one included."""
        counted = {status: getattr(self.comment, f"{status}_before", 0) for status in HISTORY}
        if self.comment.user_id:
            return gettext("Staff")
        if sum(counted.values()) <= 1:
            return gettext("First comment")
        return ", ".join(
            f"{number if number < 100 else '100+'} {str(STATUS_LABELS[status]).lower()}"
            for status, number in counted.items()
            if number
        )

    @cached_property
    def undone(self) -> set[int | None]:
        """The keys of the decisions that were taken back."""
        return {one.undoes_id for one in self.decisions}

    def stands(self, decision: Decision) -> bool:
        """Whether it holds: it was not taken back, and takes nothing back itself."""
        return decision.undoes_id is None and decision.pk not in self.undone

    @cached_property
    def standing(self) -> Decision | None:
        """The last decision that holds, by anybody; a note decides nothing."""
        holding = (one for one in self.decisions if one.verb != Verb.NOTE and self.stands(one))
        return next(holding, None)

    @cached_property
    def standing_label(self) -> str:
        """What a person decided last and could take back; empty where nobody did."""
        decision = self.standing
        if decision is None or decision.by is None or decision.verb == Verb.ERASE:
            return ""
        return f"{VERB_LABELS[decision.verb]}, {decision.who}"

    @property
    def said(self) -> list[tuple[Decision, Any, str, bool]]:
        """The last few decisions, what each was, how long ago, and whether it holds."""
        return [
            (one, VERB_LABELS[one.verb], ago(one.at), self.stands(one))
            for one in self.decisions[:MOST_DECISIONS]
        ]

    @property
    def has_record(self) -> bool:
        """Whether readers or colleagues have said anything about it."""
        return bool(self.reports or self.decisions)

    @property
    def status(self) -> Any:
        return STATUS_LABELS[self.comment.status]

    @cached_property
    def edits(self) -> list[str]:
        """What it said before it was edited, the latest first."""
        return [
            one.before["body"]
            for one in self.decisions
            if one.verb == Verb.EDIT and self.stands(one) and "body" in one.before
        ]

    @cached_property
    def buttons(self) -> list[tuple[str, str, str]]:
        """The verbs that the law allows here: value, label, and key."""
        return [
            (verb.value, self.label_of(verb), self.key_of(verb))
            for verb in BUTTONS
            if self.may(verb) and (verb != Verb.KEEP or self.is_to_be_kept)
        ]

    def key_of(self, verb: Verb) -> str:
        """The key that presses the button: what is kept needs no approval, or is spam already."""
        if verb == Verb.KEEP:
            return {Status.PUBLISHED: "a", Status.SPAM: "s"}.get(self.comment.status, "")
        return {Verb.APPROVE: "a", Verb.MARK_SPAM: "s"}.get(verb, "")

    def label_of(self, verb: Verb) -> str:
        if self.comment.status == Status.SPAM and verb in (Verb.APPROVE, Verb.KEEP):
            return gettext("Not spam") if verb == Verb.APPROVE else gettext("It is spam")
        return str({Verb.MARK_SPAM: _("Spam"), Verb.HOLD: _("Hold")}.get(verb, verb.label))

    def may(self, verb: Verb) -> bool:
        """Whether the law allows ``verb``, and it would change something."""
        law, status = TRANSITIONS[verb], self.comment.status
        return status in law.sources and status != law.target

    @property
    def is_to_be_kept(self) -> bool:
        """Whether a look that changes nothing is worth recording."""
        is_unseen_spam = self.comment.status == Status.SPAM and not self.comment.taught
        return bool(self.comment.report_count) or (is_unseen_spam and not self.comment.is_cleared)

    @property
    def reasons(self) -> dict[int, Any]:
        """By which numbers it can be rejected."""
        return REASONS if self.may(Verb.REJECT) else {}

    @property
    def featuring(self) -> Verb | None:
        """What the key “e” does: feature, unfeature, or nothing."""
        if not self.may(Verb.FEATURE):
            return None
        return Verb.UNFEATURE if self.comment.is_featured else Verb.FEATURE

    @property
    def may_edit(self) -> bool:
        return self.may(Verb.EDIT)

    @property
    def may_reply(self) -> bool:
        return self.comment.is_published or self.may(Verb.APPROVE)

    @cached_property
    def targets(self) -> list[Target]:
        """What can be blocked because of it."""
        blockable = self.may(Verb.MARK_SPAM) or self.comment.status == Status.SPAM
        return targets(self.comment) if blockable else []
