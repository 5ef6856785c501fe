"""What ``manage.py housekeeping`` does for posts, once a day. See comments.housekeeping."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from articles.models import Article, LinkCheck
from articles.models.editing import Autosave, Presence
from articles.models.revisions import BATCH, Revision
from articles.models.workflow import TRASH_KEPT

GONE = timedelta(days=1)
LINKS_KEPT = timedelta(days=90)


def purge_revisions() -> str:
    """Thin out old versions that nobody has read or named."""
    purged = Revision.objects.purge()
    return f"{purged} old versions of posts deleted." if purged else ""


def empty_trash() -> str:
    """Delete for good what has been in the trash for 30 days. Pictures stay in the library."""
    before, deleted = timezone.now() - TRASH_KEPT, 0
    for key in Article.objects.trashed_before(before).values_list("pk", flat=True):
        with transaction.atomic():
            # Somebody may bring it back at this moment.
            locked = Article.objects.select_for_update(of=("self",)).trashed_before(before)
            if article := locked.filter(pk=key).first():
                delete_for_good(article)
                deleted += 1
    return f"{deleted} posts deleted that were in the trash for 30 days." if deleted else ""


def delete_for_good(article: Article) -> None:
    """Delete ``article`` and its versions, a few at a time: they can be many, and are long."""
    Article.objects.filter(pk=article.pk).update(pending=None, changes_in_review=False)
    revisions = article.revisions.order_by().defer("contents", "changed")
    while keys := list(revisions.values_list("pk", flat=True)[:BATCH]):
        revisions.filter(pk__in=keys).delete()
    Article.objects.get(pk=article.pk).delete()


def forget_unsaved() -> str:
    """Forget unsaved work that nobody came back for, and who has left long ago."""
    forgotten = Autosave.objects.forget_old()
    Presence.objects.filter(last_active__lt=timezone.now() - GONE).delete()
    return f"{forgotten} unsaved texts forgotten." if forgotten else ""


def forget_link_checks() -> str:
    """Forget what came of links that nobody has asked about for long."""
    old = LinkCheck.objects.filter(checked_at__lt=timezone.now() - LINKS_KEPT)
    forgotten, _each = old.delete()
    return f"{forgotten} old link checks forgotten." if forgotten else ""
