"""What the rules want to know about a comment that comes in, gathered in few queries."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from comments.likeness import simhash
from comments.models import Block, Comment, Discussion, Policy, WordRule
from comments.pipeline import Submission
from comments.text import domains, links
from comments.weighing import weigh

LIMITS = (
    *("hold_all", "approved_needed", "most_links", "least_seconds"),
    *("flood_comments", "flood_minutes", "most_rejections"),
)
REJECTIONS_COUNT = timedelta(days=30)
# The highest number that is counted, and told to a moderator.
MOST_COUNTED = 100

# One query, made by hand: the ORM would need longer to write it than the database to answer. With
# all statuses named, the index by writer leads straight to the latest comments.
COUNTED = {
    "approved": "comment WHERE email = %(email)s AND status = 'published'",
    "rejected": "comment WHERE email = %(email)s AND status IN ('rejected', 'spam')"
    " AND created_at >= %(month)s",
    "from_address": "comment WHERE email = %(email)s AND created_at >= %(flood)s"
    " AND status IN ('held', 'published', 'rejected', 'spam', 'withdrawn', 'erased')",
    "from_network": "comment WHERE network = %(network)s AND NOT (network = '')"
    " AND created_at >= %(flood)s",
    "from_network_in_a_minute": "comment WHERE network = %(network)s AND NOT (network = '')"
    " AND created_at >= %(minute)s",
    "confirmed": "address WHERE email = %(email)s AND confirmed_at IS NOT NULL",
}
COUNT = "(SELECT COUNT(*) FROM (SELECT 1 FROM comments_{found} LIMIT %(most)s) AS counted)"
HISTORY = "SELECT " + ", ".join(COUNT.format(found=found) for found in COUNTED.values())


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
    now, adapt = timezone.now(), connection.ops.adapt_datetimefield_value
    values = {
        "email": comment.email,
        "network": comment.network,
        "month": adapt(now - REJECTIONS_COUNT),
        "flood": adapt(now - timedelta(minutes=policy.flood_minutes)),
        "minute": adapt(now - timedelta(minutes=1)),
        "most": max(MOST_COUNTED, *(getattr(policy, name) for name in LIMITS)),
    }
    with connection.cursor() as cursor:
        cursor.execute(HISTORY, values)
        return dict(zip(COUNTED, cursor.fetchone(), strict=True))


def blocks_of(comment: Comment) -> list[tuple[str, str]]:
    """
    The blocks that apply, each as its kind in words, and its value where that is no secret: an
    address is for moderators, but the reasons are read by others too.
    """
    texts = [comment.website, comment.email.partition("@")[2], comment.body]
    found = Block.objects.matching(comment.email, domains("\n".join(texts)), comment.network)
    return [
        (str(Block.Kind(kind).label), value if kind == Block.Kind.DOMAIN else "")
        for kind, value in found.values_list("kind", "value")
    ]
