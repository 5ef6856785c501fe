"""What a moderator sends about one comment, as a form: one verb, and what goes with it."""

from typing import Any
from uuid import uuid4

from django import forms
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments.blocking import block
from comments.forms import LONGEST_COMMENT, TidyCharField
from comments.models import Comment, Decision, NotAllowed
from comments.models.decisions import Status, Verb
from comments.queue_cards import REASONS
from comments.tokens import submission_key
from comments.writers import name_of

LONGEST_NOTE = 2000
PLAIN = {
    *(Verb.APPROVE, Verb.MARK_SPAM, Verb.HOLD, Verb.KEEP, Verb.FEATURE, Verb.UNFEATURE),
}
DONE = {
    "approve": _("Approved"),
    "reject": _("Rejected"),
    "mark_spam": _("Marked as spam"),
    "hold": _("Put back into the queue"),
    "keep": _("Kept as it is"),
    "feature": _("Featured"),
    "unfeature": _("Not featured any more"),
    "note": _("Noted"),
    "edit": _("Edited"),
    "reply": _("Approved and answered"),
    "block": _("Blocked, and marked as spam"),
}
# What a moderator may have written, and must not lose when the decision is refused.
TYPED = ("body", "reply", "note", "message")


class DecidingForm(forms.Form):
    """
    ``do`` is a verb, or ``reject-NUMBER``, ``block-KIND:VALUE`` or ``reply``; ``seen`` what
    Comment.as_seen said on the page where it was chosen.
    """

    do = forms.CharField(max_length=300)
    seen = forms.CharField(max_length=40)
    note = TidyCharField(max_length=LONGEST_NOTE, required=False)
    message = TidyCharField(max_length=LONGEST_NOTE, required=False)
    body = TidyCharField(max_length=LONGEST_COMMENT)
    reply = TidyCharField(max_length=LONGEST_COMMENT)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.verb, _dash, self.detail = data.get("do", "").partition("-")
        # The fields of other verbs on the same card are none of this one's business.
        for name, verb in (("body", "edit"), ("reply", "reply")):
            if self.verb != verb:
                del self.fields[name]
        self.fields["note"].required = self.verb == Verb.NOTE

    def clean_do(self) -> str:
        is_known = self.verb in PLAIN | {Verb.EDIT, Verb.NOTE, "reply", "block"}
        if self.verb == Verb.REJECT:
            is_known = self.detail in {str(number) for number in REASONS}
        if not is_known:
            raise forms.ValidationError(_("There is no such decision."))
        return self.verb

    def clean_seen(self) -> str:
        seen: str = self.cleaned_data["seen"]
        if seen.partition("-")[0] not in Status.values:
            raise forms.ValidationError(_("There is no such decision."))
        return seen

    @property
    def complaint(self) -> str:
        """What is wrong with what was sent, as sentences."""
        if "do" in self.errors or "seen" in self.errors:
            return gettext("This form does not say what to decide. Choose one of its buttons.")
        if empty := next((name for name in TYPED if self.has_error(name, "required")), None):
            return {
                "body": gettext("A comment needs a text."),
                "reply": gettext("Write the reply first."),
                "note": gettext("Write the note first."),
            }[empty]
        limit = LONGEST_COMMENT if {"body", "reply"} & set(self.errors) else LONGEST_NOTE
        return gettext("This is too long: at most %(limit)d characters.") % {"limit": limit}

    @property
    def typed(self) -> dict[str, str]:
        """What was written into the card, to give it back."""
        typed = {name: self.data.get(name, "") for name in TYPED}
        if self.verb != Verb.EDIT:
            del typed["body"]
        return typed

    def decide(self, comment: Comment, by: Any) -> str:
        """
        Do with ``comment`` what was chosen; the form must be valid. Returns a sentence that says
        what was done. Raises NotAllowed where the law does not allow it, and AlreadyDecided where
        somebody was faster.
        """
        how = {"by": by, **{name: self.cleaned_data[name] for name in ("seen", "note", "message")}}
        match self.verb:
            case Verb.REJECT:
                decision = comment.reject(reason=str(REASONS[int(self.detail)]), **how)
            case Verb.EDIT:
                decision = comment.edit(self.cleaned_data["body"], **how)
            case "reply":
                decision = answer(comment, self.cleaned_data["reply"], **how)
            case "block":
                block(comment, self.detail, **how)
                return sentence("block", comment)
            case _:
                decision = getattr(comment, self.verb)(**how)
        if decision is None:
            return gettext("Nothing to change: %(comment)s") % {"comment": comment}
        return sentence(self.verb, comment)


def sentence(verb: str, comment: Comment) -> str:
    """What was done with ``comment``."""
    return f"{DONE[verb]}: {comment}"


@transaction.atomic
def answer(comment: Comment, text: str, *, by: Any, **how: Any) -> Decision | None:
    """
    Approve ``comment`` where that is still to be done, and reply to it as the staff member ``by``.
    The same text twice is one reply. Both decisions are one batch, so that they are undone as one.
    """
    how["batch"] = uuid4()
    if not comment.is_published or how.get("seen") != comment.as_seen:
        comment.approve(by=by, **how)
    if not comment.is_published:
        raise NotAllowed(gettext("Only a published comment can be replied to."))
    key = submission_key("reply", comment.pk, by.pk, text)
    reply, created = Comment.objects.get_or_create(
        submission=key,
        defaults={
            "article": comment.article,
            "parent": comment,
            "user": by,
            "name": name_of(by),
            "body": text,
        },
    )
    return reply.approve(by=by, batch=how["batch"]) if created else None
