"""
Hearing of replies by mail: asked for on the writer's private page, confirmed through a mail, ended
with one click.
"""

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from articles.mail import is_address
from articles.models import Article
from articles.views import moved, published_or_404
from comments.mail_links import (
    CONFIRM,
    UNSUBSCRIBE,
    gone,
    only_from_here,
    opened_by,
    private,
    see_other,
)
from comments.models import Address, Comment, Letter, Subscription
from comments.networks import network_of
from comments.tasks import post_as_asked
from comments.tokens import own_pk
from comments.writers import prove, proven


@private
@only_from_here
def notify(request: HttpRequest, slug: str, token: str, **day: str) -> HttpResponse:
    """Subscribe the writer of a comment to its thread; what they see does not say who that is."""
    article = published_or_404(slug)
    comment = article.comments.filter(pk=own_pk(token)).first()
    if comment is None:
        raise Http404("This address was not made here.")
    if request.method == "POST":
        step = "done" if subscribe(request, comment) else "asked"
        return see_other(f"{request.path}?{step}=yes")
    if answer := moved(request, article):
        return answer
    return render(request, "comments/notify.html", {"article": article, "noindex": True})


@transaction.atomic
def subscribe(request: HttpRequest, comment: Comment) -> bool:
    """
    Whether the writer of ``comment`` hears of replies from now on, because this browser has shown
    that the address is theirs. Else they are asked by mail, within limits and where they want any.
    """
    email = comment.email.lower()
    is_there = comment.seems_held or comment.is_published
    if comment.user_id or not is_there or not is_address(email):
        return False
    address = Address.objects.of(email)
    subscription, _created = Subscription.objects.get_or_create(
        address=address, thread_id=comment.thread_id or comment.pk
    )
    if proven(request) == email:
        subscription.confirm()
        return True
    # Who sent spam is answered like everybody, but gets no mail sent to an address of their choice.
    if not address.refuses_mail and comment.status != Comment.Status.SPAM:
        post_as_asked(Letter.Kind.CONFIRM, email, subscription.pk, network_of(request))
    return False


@opened_by(CONFIRM)
@only_from_here
def confirm(request: HttpRequest, key: int) -> HttpResponse:
    """Confirm an address and a subscription. Opening the page is not enough: scanners do that."""
    found = Subscription.objects.select_related("address", "thread__article").filter(pk=key)
    subscription = found.first()
    if subscription is None:
        return gone(request, _("Nobody waits for this confirmation any more."))
    if request.method == "POST":
        subscription.confirm()
        response = see_other(request.path)
        if request.POST.get("remember"):
            prove(response, request, subscription.address.email)
        return response
    context = {
        "subscription": subscription,
        "article": public(subscription.thread.article),
        "is_proven": proven(request) == subscription.address.email,
        "unsubscribe": UNSUBSCRIBE.path(subscription.address_id, subscription.thread_id),
        "noindex": True,
    }
    return render(request, "comments/confirm.html", context)


@opened_by(UNSUBSCRIBE)
def unsubscribe(request: HttpRequest, key: int, thread: int) -> HttpResponse:
    """
    End the notices of one thread, or all mail. A program for mail sends
    “List-Unsubscribe=One-Click” here and nothing else (RFC 8058); a person presses a button.
    """
    address = Address.objects.filter(pk=key).first()
    if request.method == "POST":
        if address:
            end(address, thread, request.POST.get("what", ""))
        if "what" in request.POST:
            return see_other(request.path)
        return HttpResponse(_("You will get no more of these mails."), content_type="text/plain")
    subscription = None
    if address:
        subscriptions = address.subscriptions.select_related("thread__article")
        subscription = subscriptions.filter(thread=thread).first()
    context = {
        "address": address,
        "subscription": subscription,
        "article": public(subscription.thread.article) if subscription else None,
        "of_thread": bool(thread),
        "noindex": True,
    }
    return render(request, "comments/unsubscribe.html", context)


def end(address: Address, thread: int, what: str) -> None:
    """Stop what somebody asked for: “thread”, “all”, or “again” to take the latter back."""
    if what == "again":
        address.refuse_mail(False)
    elif what == "all" or not thread:
        address.refuse_mail()
    else:
        address.subscriptions.filter(thread=thread).delete()


def public(article: Article) -> Article | None:
    """``article`` where readers may know of it."""
    return article if article.is_public else None
