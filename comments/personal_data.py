"""
All that is kept about an email address: to hand out, and to erase.

Comments of staff members are the newsroom's own: they carry an account instead of an address, and
are not touched.
"""

from typing import Any

from django.db import transaction

from articles.mail import absolute
from comments.models import Address, Block, Comment, Letter

NAMES = ("name", "email", "website", "body", "created_at", "edited_at", "is_featured")
TECHNICAL = ("network", "signals", "spamminess")


def export(email: str) -> dict[str, Any]:
    """Everything about ``email``, in a form that JSON can hold."""
    comments = Comment.objects.written_from(email).select_related("article")
    address = Address.objects.filter(email=email.lower()).first()
    letters = Letter.objects.filter(to=email.lower()).order_by("pk")
    blocks = Block.objects.filter(kind=Block.Kind.EMAIL, value__iexact=email)
    return {
        "email": email,
        "comments": [
            _comment(each)
            for each in comments.prefetch_related("decisions", "reports").order_by("pk")
        ],
        "address": address and _address(address),
        "mails": [
            {"kind": letter.kind, "made_at": letter.made_at, "sent_at": letter.sent_at}
            for letter in letters
        ],
        "blocks": list(blocks.values("at", "expires_at")),
    }


def _comment(comment: Comment) -> dict[str, Any]:
    """A comment with what was decided about it. Notes between moderators stay theirs."""
    return {
        "id": comment.pk,
        "post": {
            "id": comment.article_id,
            "title": comment.article.title if comment.article.is_public else None,
            "address": absolute(comment.article.get_absolute_url()),
        },
        "in_reply_to": comment.parent_id,
        "status": comment.status,
        **{name: getattr(comment, name) for name in (*NAMES, *TECHNICAL)},
        "verdicts": comment.verdicts,
        "decisions": [
            {
                "at": decision.at,
                "what": decision.verb,
                "from": decision.from_status,
                "to": decision.to_status,
                "by": decision.rule or ("moderator" if decision.by_id else "writer"),
                "reason": decision.reason,
                "message": decision.message,
                "before": decision.before,
            }
            for decision in comment.decisions.all()
        ],
        "appeals": [
            {"at": report.at, "text": report.text}
            for report in comment.reports.all()
            if report.reason == "appeal"
        ],
    }


def _address(address: Address) -> dict[str, Any]:
    subscriptions = address.subscriptions.select_related("thread__article").order_by("pk")
    return {
        "asked_at": address.asked_at,
        "confirmed_at": address.confirmed_at,
        "wants_no_mail": address.refuses_mail,
        "subscriptions": [
            {
                "thread": absolute(subscription.thread.get_absolute_url()),
                "created_at": subscription.created_at,
                "confirmed_at": subscription.confirmed_at,
            }
            for subscription in subscriptions
        ],
    }


@transaction.atomic
def erase(email: str) -> int:
    """
    Erase all of it, whole or not at all. Returns how many comments that were. A block stays: it
    protects others, and would otherwise end by this.
    """
    erased = Comment.objects.written_from(email).erase()
    Address.objects.filter(email=email.lower()).delete()
    Letter.objects.filter(to=email.lower()).delete()
    return erased
