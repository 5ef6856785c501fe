"""
What each kind of letter says. It is found out when the letter is sent, so it tells of things as
they are then; a writer of None says that there is nothing to tell any more.
"""

from collections.abc import Callable

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.mail import Mail, absolute, one_line
from articles.site import site_name
from comments import digest
from comments.mail_links import APPEAL, CONFIRM, UNSUBSCRIBE, YOUR_DATA
from comments.models import Address, Comment, Decision, Letter, Subscription

LONGEST_EXCERPT = 1000


def write(letter: Letter) -> Mail | None:
    """What ``letter`` says; None where there is nothing to tell."""
    return WRITERS[Letter.Kind(letter.kind)](letter)


def excerpt(comment: Comment) -> str:
    return Truncator(comment.body).chars(LONGEST_EXCERPT)


def confirmation(letter: Letter) -> Mail | None:
    """
    Nothing that anybody typed stands in it: who receives it may never have heard of this site.
    """
    known = Subscription.objects.select_related("address", "thread__article")
    subscription = known.filter(pk=letter.about).first()
    if subscription is None or subscription.address.refuses_mail:
        return None
    values = {
        "title": one_line(subscription.thread.article.title),
        "confirm": CONFIRM.to(subscription.pk),
    }
    subject = _("Please confirm your email address for %(site)s") % {"site": site_name()}
    return Mail("confirm", subject, values, UNSUBSCRIBE.to(subscription.address_id, 0))


def reply_notice(letter: Letter) -> Mail | None:
    """Only while both comments can be read, and the one who is written to still wants it."""
    reply = (
        Comment.objects.published()
        .on_public_articles()
        .select_related("article", "parent")
        .filter(pk=letter.about, parent__status=Comment.Status.PUBLISHED)
        .first()
    )
    address = Address.objects.writable(letter.to)
    if reply is None or address is None or not wants_replies(address, reply):
        return None
    name, title = one_line(reply.name), one_line(reply.article.title)
    values = {
        "name": name,
        "title": title,
        "text": excerpt(reply),
        "link": absolute(reply.get_absolute_url()),
    }
    subject = _("%(name)s replied to your comment on “%(title)s”") % {"name": name, "title": title}
    return Mail("reply", subject, values, UNSUBSCRIBE.to(address.pk, reply.thread_id))


def wants_replies(address: Address, reply: Comment) -> bool:
    """Whether the owner of ``address`` has subscribed to the thread of ``reply``."""
    wanted = address.subscriptions.filter(confirmed_at__isnull=False)
    return wanted.filter(thread=reply.thread_id).exists()


def reason_why(letter: Letter) -> Mail | None:
    """Why a comment was rejected, with a link to ask for a second look."""
    decision = (
        Decision.objects.standing()
        .select_related("comment__article")
        .filter(pk=letter.about, comment__status=Comment.Status.REJECTED)
        .first()
    )
    address = Address.objects.writable(letter.to)
    if decision is None or address is None:
        return None
    title = one_line(decision.comment.article.title)
    values = {
        "title": title,
        "reason": one_line(decision.reason),
        "message": decision.message,
        "text": excerpt(decision.comment),
        "appeal": APPEAL.to(decision.pk),
    }
    subject = _("Your comment on “%(title)s” was not published") % {"title": title}
    return Mail("decision", subject, values, UNSUBSCRIBE.to(address.pk, 0))


def digest_of_queue(letter: Letter) -> Mail | None:
    """What waits for moderators."""
    waiting = digest.look()
    if not waiting.count:
        return None
    subject = ngettext(
        "%(count)d comment waits for a decision",
        "%(count)d comments wait for a decision",
        waiting.count,
    ) % {"count": waiting.count}
    oldest = [
        {
            "name": one_line(comment.name),
            "title": one_line(comment.article.title),
            "text": one_line(Truncator(comment.body).chars(140)),
            "since": comment.created_at,
            "link": absolute(digest.address_of(comment)),
        }
        for comment in digest.oldest()
    ]
    values = {
        "waiting": waiting,
        "oldest": oldest,
        "queue": absolute(digest.queue()),
        "reported": absolute(digest.queue("reported")),
    }
    return Mail("digest", subject, values)


def your_data(letter: Letter) -> Mail | None:
    """The link to all that is kept about an address; sent even where that is nothing."""
    subject = _("What %(site)s keeps about you") % {"site": site_name()}
    return Mail("your_data", subject, {"link": YOUR_DATA.to(letter.pk)})


WRITERS: dict[str, Callable[[Letter], Mail | None]] = {
    Letter.Kind.CONFIRM: confirmation,
    Letter.Kind.REPLY: reply_notice,
    Letter.Kind.DECISION: reason_why,
    Letter.Kind.DIGEST: digest_of_queue,
    Letter.Kind.DATA: your_data,
}
