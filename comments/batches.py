"""Many comments at once: which belong together, and one decision on all of them."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from comments.blocking import domains_of, lift
from comments.models import Comment, Decision, NotAllowed
from comments.models.decisions import TRANSITIONS, Status, Verb
from comments.queue_cards import REASONS

MOST = 500
# So many of those that wait are compared, the newest: an attack is a matter of hours.
COMPARED = 1000
ALIKE = 3
WORD = 2**64 - 1
VERBS = [Verb.APPROVE, Verb.REJECT, Verb.MARK_SPAM, Verb.HOLD]
WAYS = {
    "writer": _("Comments from one email address."),
    "network": _("Comments from one network."),
    "domain": _("Waiting comments with one domain."),
    "similar": _("Waiting comments with almost the same text."),
}


@dataclass
class Outcome:
    """What became of a batch: how many were decided, and how many others were faster with."""

    batch: uuid.UUID
    changed: int = 0
    refused: int = 0


def could(verb: Verb) -> QuerySet[Comment]:
    """All comments with which ``verb`` is possible, and changes something."""
    law = TRANSITIONS[verb]
    return Comment.objects.filter(status__in=[one for one in law.sources if one != law.target])


def alike(comment: Comment, way: str, verb: Verb, domain: str = "") -> list[Comment]:
    """
    ``comment`` and at most ``MOST`` others, the newest first, that belong to it in one of
    ``WAYS`` and can be decided by ``verb``. By domain and by text only what waits is looked at.
    """
    found = could(verb).newest_first()
    if way == "writer" and comment.email:
        return list(found.filter(email=comment.email)[:MOST])
    if way == "network" and comment.network:
        return list(found.filter(network=comment.network).exclude(network="")[:MOST])
    waiting = Comment.objects.filter(status=Status.HELD).newest_first()
    if way == "domain" and domain in domains_of(comment):
        rows = waiting.only("website", "email", "body")[:COMPARED]
        keys = [row.pk for row in rows if domain in domains_of(row)]
    elif way == "similar" and comment.simhash is not None:
        pairs = waiting.exclude(simhash=None).values_list("pk", "simhash")[:COMPARED]
        keys = [pk for pk, simhash in pairs if differing(simhash, comment.simhash) <= ALIKE]
    else:
        return []
    return list(found.filter(pk__in={comment.pk, *keys[:MOST]})[:MOST])


def differing(one: int, other: int) -> int:
    """In how many of 64 bits two hashes differ, which the database keeps with a sign."""
    return ((one ^ other) & WORD).bit_count()


def decide_all(
    chosen: Iterable[tuple[int, str]], verb: Verb, by: Any, *, reason: int | None = None
) -> Outcome:
    """
    Use ``verb`` on every comment of ``chosen``, pairs of a key and what was seen of it. Each
    is decided in a transaction of its own, so what others do meanwhile neither waits nor is lost.
    """
    outcome = Outcome(uuid.uuid4())
    how: dict[str, Any] = {"by": by, "batch": outcome.batch}
    if reason is not None and verb == Verb.REJECT:
        how["reason"] = str(REASONS[reason])
    for key, seen in list(chosen)[:MOST]:
        comment = Comment.objects.filter(pk=key).first()
        try:
            decision = comment and getattr(comment, verb.value)(seen=seen, **how)
        except (NotAllowed, Comment.DoesNotExist):
            decision = None
        outcome.changed += bool(decision)
        outcome.refused += not decision
    return outcome


def last_of(user: Any) -> Decision | None:
    """The last decision of ``user`` that stands and could be taken back."""
    mine = Decision.objects.filter(by=user).standing().exclude(verb=Verb.ERASE)
    return mine.order_by("-at", "-pk").first()


@transaction.atomic
def take_back(decision: Decision, by: Any) -> str:
    """
    Undo ``decision``, and the block that was made with it. Returns a sentence that says so; raises
    NotAllowed where it cannot be.
    """
    decision.undo(by)
    sentence = gettext("Taken back: %(what)s. %(comment)s") % {
        "what": decision.get_verb_display(),
        "comment": decision.comment,
    }
    return " ".join([sentence, gettext("The block is lifted.")]) if lift(decision) else sentence


def take_back_batch(batch: uuid.UUID, by: Any) -> str:
    """Undo what stands of ``batch``. Raises NotAllowed where nothing does."""
    decisions = Decision.objects.filter(batch=batch)
    if not decisions.exists():
        raise NotAllowed(gettext("There is no such batch."))
    undone, refused = decisions.undo(by)
    if not undone and not refused:
        raise NotAllowed(gettext("This batch has been taken back already."))
    sentence = gettext("Taken back: %(count)d of a batch.") % {"count": undone}
    if refused:
        others = ngettext(
            "%(count)d was decided again since and stays as it is.",
            "%(count)d were decided again since and stay as they are.",
            refused,
        )
        return f"{sentence} {others % {'count': refused}}"
    return sentence
