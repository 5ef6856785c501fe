"""Which decisions somebody hears of by mail."""

from typing import Any

from django.dispatch import receiver

from comments.letters import wants_replies
from comments.models import Address, Comment, Decision, Letter
from comments.models.decisions import Status, Verb
from comments.signals import decided
from comments.tasks import post


@receiver(decided)
def tell(sender: type[Comment], decision: Decision, **kwargs: Any) -> None:
    """Post what ``decision`` gives reason to. Runs in its transaction; nothing is sent before."""
    if decision.to_status == Status.PUBLISHED != decision.from_status:
        tell_of_reply(decision)
    elif decision.verb == Verb.REJECT and decision.by_id:
        tell_why(decision)


def tell_of_reply(decision: Decision) -> None:
    """Tell the writer of the comment above, the first time that the reply becomes public."""
    reply = decision.comment
    if reply.parent is None or is_by_the_same(reply, reply.parent):
        return
    address = Address.objects.writable(reply.parent.email)
    if address is None or not wants_replies(address, reply):
        return
    key = f"reply-{reply.pk}"
    earlier = reply.decisions.filter(to_status=Status.PUBLISHED).exclude(pk=decision.pk)
    # One that was published by mistake, and put back before the mail was sent, is still to come.
    if not earlier.exists() or Letter.objects.filter(key=key).exists():
        post(Letter.Kind.REPLY, address.email, key, about=reply.pk)


def is_by_the_same(one: Comment, other: Comment) -> bool:
    """Whether one person wrote both, as far as they said who they are."""
    same_account = one.user_id is not None and one.user_id == other.user_id
    return same_account or one.email.lower() == other.email.lower() != ""


def tell_why(decision: Decision) -> None:
    """Tell a writer who has confirmed their address what a moderator has against the comment."""
    comment = decision.comment
    if comment.user_id or not (decision.message or decision.reason):
        return
    if address := Address.objects.writable(comment.email):
        post(Letter.Kind.DECISION, address.email, f"decision-{decision.pk}", about=decision.pk)
