"""What the rules want to know about a comment that comes in, gathered in few queries."""

from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from comments.likeness import simhash
from comments.models import Address, Block, Comment, Discussion, Policy, WordRule
from comments.models.decisions import Status
from comments.pipeline import MOST_PER_MINUTE, Submission
from comments.text import domains, links
from comments.weighing import weigh

LIMITS = (
    *("hold_all", "approved_needed", "most_links", "least_seconds"),
    *("flood_comments", "flood_minutes", "most_rejections"),
)
REJECTIONS_COUNT = timedelta(days=30)
# The highest number that is counted, and told to a moderator.
MOST_COUNTED = 100


class CountOf(models.Subquery):
    """How many rows another query finds, as one value of this one."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = models.IntegerField()


def submission(comment: Comment, discussion: Discussion, proven: str = "") -> Submission:
    """
    ``comment``, not stored yet, as the rules look at it. ``proven`` is the email address that the
    writer's browser proves. Fills in what the comment itself keeps of this: the number of its
    text, and what the filter makes of it.
    """
    comment.simhash = simhash(comment.body)
    weighing = weigh(comment)
    comment.spamminess = weighing.score
    history = history_of(comment, discussion.policy)
    is_confirmed = bool(history.pop("confirmed"))
    return Submission(
        text=comment.body,
        name=comment.name,
        website=comment.website,
        links=tuple(links(comment.body)),
        seconds=comment.signals.get("seconds"),
        is_baited=bool(comment.signals.get("honeypot")),
        is_open=discussion.is_open,
        is_proven=is_confirmed and proven == comment.email,
        twin=comment.twin(),
        blocks=tuple(blocks_of(comment)),
        word_rules=tuple(WordRule.objects.active().values_list("words", "verdict")),
        weighing=weighing,
        **history,
        **{name: getattr(discussion.policy, name) for name in LIMITS},
    )


def history_of(comment: Comment, policy: Policy) -> dict[str, int]:
    """What its address and its network have sent before, in one query."""
    now = timezone.now()
    flood = now - timedelta(minutes=policy.flood_minutes)
    by_address = Comment.objects.filter(email=comment.email)
    by_network = Comment.objects.filter(network=comment.network).exclude(network="")
    counted: dict[str, Any] = {
        "approved": by_address.filter(status=Status.PUBLISHED),
        "rejected": by_address.filter(
            status__in=[Status.REJECTED, Status.SPAM], created_at__gte=now - REJECTIONS_COUNT
        ),
        # With every status named, the index by writer leads straight to the latest.
        "from_address": by_address.filter(status__in=Status.values, created_at__gte=flood),
        "from_network": by_network.filter(created_at__gte=flood),
        "from_network_in_a_minute": by_network.filter(created_at__gte=now - timedelta(minutes=1)),
        "confirmed": Address.objects.filter(email=comment.email, confirmed_at__isnull=False),
    }
    most = max(MOST_COUNTED, MOST_PER_MINUTE, *(getattr(policy, name) for name in LIMITS))
    counts = {
        name: CountOf(found.order_by().values("pk")[:most]) for name, found in counted.items()
    }
    return Policy.objects.filter(pk=policy.pk).values(**counts).get()


def blocks_of(comment: Comment) -> list[tuple[str, str]]:
    """
    The blocks that apply, each as its kind in words, and its value where that is no secret: an
    address is for moderators, but the reasons are read by others too.
    """
    texts = [comment.website, comment.email.partition("@")[2], comment.body]
    found = Block.objects.matching(comment.email, domains("\n".join(texts)), comment.network)
    return [
        (block.get_kind_display(), block.value if block.kind == Block.Kind.DOMAIN else "")
        for block in found
    ]
