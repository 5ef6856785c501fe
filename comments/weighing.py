"""What the learning filter thinks of a comment, and how sure it has to be."""

from django.db import transaction
from django.utils import timezone

from comments import spam
from comments.models import Comment, Filter, Learned, Token
from comments.models.learning import ONLY
from comments.spam import Evidence, Weighing

# Good comments that are weighed at once: they have fewer tokens than SQLite takes parameters.
BATCH = 50


def weigh(comment: Comment) -> Weighing:
    """Weigh ``comment``, stored or not, in one query."""
    return spam.weighing(*Token.objects.known(spam.tokens(comment)))


def explain(comment: Comment) -> tuple[Weighing, list[Evidence]]:
    """Weigh ``comment``, with what is known of each of its tokens, the strongest first."""
    counts, sure = Token.objects.known(spam.tokens(comment))
    return spam.weighing(counts, sure), spam.evidence(counts)


def set_threshold() -> Filter:
    """
    Set the threshold above every good comment that was learned and is still there. Run it nightly:
    a decision only ever raises it. It weighs BATCH comments at a time, so that memory does not
    grow, and takes some 80 seconds of CPU for 100,000 of them.
    """
    began, last = timezone.now(), 0
    highest: tuple[float, Comment | None] = (spam.LEAST_SURE, None)
    goods = Comment.objects.filter(taught=Learned.GOOD).order_by("pk")
    goods = goods.only("body", "name", "email", "website", "signals")
    while batch := list(goods.filter(pk__gt=last)[:BATCH]):
        last = batch[-1].pk
        tokens = [spam.tokens(comment) for comment in batch]
        counts, _threshold = Token.objects.known(set().union(*tokens))
        if not spam.is_active(*counts.get("", (0, 0))):
            break
        for comment, own in zip(batch, tokens, strict=True):
            score = spam.score_of_good({token: counts[token] for token in own if token in counts})
            if score > highest[0]:
                highest = score, comment
    Filter.objects.current()
    with transaction.atomic():
        now = Filter.objects.select_for_update().get(pk=ONLY)
        # What a moderator approved meanwhile may have come too late to be weighed here.
        raised = now.set_at is not None and now.set_at >= began and now.sure > highest[0]
        if not raised:
            now.sure, now.set_by = highest
        now.set_at = timezone.now()
        now.save()
    return now
