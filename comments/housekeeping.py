"""
What ``manage.py housekeeping`` does. A timer starts it every ten or fifteen minutes; it is harmless
to start it more often, or twice at once.

A job is a function that returns in a sentence what it has done, or nothing where there was nothing
to do. Every job can be stopped at any moment and begins anew the next time.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta

from django.core.management import call_command
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django_tasks import task_backends
from django_tasks_db import DatabaseBackend

from articles.housekeeping import (
    empty_trash,
    forget_link_checks,
    forget_unsaved,
    purge_revisions,
)
from comments import digest, tasks, weighing
from comments.models import (
    Address,
    Block,
    Claim,
    Comment,
    Decision,
    Filter,
    Job,
    Letter,
    Report,
    Subscription,
)
from comments.models.decisions import Status

logger = logging.getLogger(__name__)

KEPT = timedelta(days=30)
BATCH = 500


def send_mail() -> str:
    """Send what the worker should have sent by now."""
    sent = tasks.send_overdue()
    return f"{sent} letters were overdue and are sent." if sent else ""


def send_digest() -> str:
    """Tell moderators what waits, if it is time to."""
    if not digest.due_now():
        return ""
    people, now = digest.recipients(), timezone.now()
    with transaction.atomic():
        for key, email in people:
            tasks.post(Letter.Kind.DIGEST, email, f"digest-{key}-{now:%Y-%m-%dT%H:%M}")
    return f"A digest goes to {len(people)} people." if people else "Nobody gets the digest."


def drop_claims() -> str:
    """Let go of comments that a moderator has left open."""
    dropped, _each = Claim.objects.filter(until__lt=timezone.now()).delete()
    return f"{dropped} claims had run out." if dropped else ""


def delete_spam() -> str:
    """
    Delete what has been spam for 30 days. Where there are replies of any kind, a tombstone stays.
    """
    before = timezone.now() - KEPT
    recent = Decision.objects.filter(comment=OuterRef("pk"), at__gte=before)
    replies = Comment.objects.filter(Q(parent=OuterRef("pk")) | Q(thread=OuterRef("pk")))
    old = Comment.objects.filter(~Exists(recent), status=Status.SPAM, created_at__lt=before)
    deleted = 0
    for keys in batches(old.filter(~Exists(replies))):
        with transaction.atomic():
            # What somebody decides about at this moment is not spam any more, or waits for us.
            locked = old.filter(~Exists(replies), pk__in=keys).select_for_update()
            alone = Comment.objects.filter(pk__in=[comment.pk for comment in locked])
            deleted += alone.delete()[1].get("comments.Comment", 0)
    erased = old.filter(Exists(replies)).erase(rule="housekeeping")
    if not deleted and not erased:
        return ""
    return f"{deleted} old spam comments deleted, {erased} erased because of their replies."


def forget_networks() -> str:
    """Drop what tells where somebody wrote from, 30 days later."""
    before, forgotten = timezone.now() - KEPT, 0
    kept = [
        Comment.objects.filter(created_at__lt=before),
        Report.objects.filter(at__lt=before),
        Letter.objects.filter(made_at__lt=before),
    ]
    for rows in kept:
        for keys in batches(rows.exclude(network="")):
            forgotten += rows.model._default_manager.filter(pk__in=keys).update(network="")
    networks = Block.objects.filter(kind=Block.Kind.NETWORK)
    blocks, _each = networks.filter(Q(expires_at__lt=timezone.now()) | Q(at__lt=before)).delete()
    if not forgotten and not blocks:
        return ""
    return f"{forgotten} networks forgotten, {blocks} blocks of networks ended."


def forget_letters() -> str:
    """
    Forget whom mail went to, 30 days later. That there was a letter about a reply or a decision
    stays, without anybody's address, so that there is no second one.
    """
    old = Letter.objects.filter(made_at__lt=timezone.now() - KEPT, due_at=None)
    events = old.filter(kind__in=[Letter.Kind.REPLY, Letter.Kind.DECISION]).exclude(to="")
    forgotten = events.update(to="")
    last = Letter.objects.filter(kind=Letter.Kind.DIGEST).order_by("-made_at").values("pk")[:1]
    others = old.exclude(kind__in=[Letter.Kind.REPLY, Letter.Kind.DECISION])
    forgotten += others.exclude(pk__in=last).delete()[0]
    return f"{forgotten} letters forgotten." if forgotten else ""


def forget_unconfirmed() -> str:
    """Forget addresses and subscriptions that nobody has confirmed within 30 days."""
    before = timezone.now() - KEPT
    unconfirmed = Subscription.objects.filter(confirmed_at=None, created_at__lt=before)
    subscriptions, _each = unconfirmed.delete()
    waiting = Subscription.objects.filter(address=OuterRef("pk"))
    unknown = Address.objects.filter(confirmed_at=None, refuses_mail=False, asked_at__lt=before)
    addresses, _each = unknown.filter(~Exists(waiting)).delete()
    if not subscriptions and not addresses:
        return ""
    return f"{subscriptions} subscriptions and {addresses} addresses were never confirmed."


def prune_tasks() -> str:
    """Forget tasks that were done two weeks ago."""
    if isinstance(task_backends["default"], DatabaseBackend):
        call_command("prune_db_task_results", verbosity=0, queue_name="*")
    return ""


def set_threshold() -> str:
    """Let the filter be sure only above every good comment that it has seen."""
    before = Filter.objects.current().sure
    now = weighing.set_threshold().sure
    return f"The filter is sure above {now:.4f} now." if now != before else ""


# What is done at every run, and what once a day.
EVERY_RUN: list[Callable[[], str]] = [send_mail, send_digest, drop_claims]
DAILY: list[Callable[[], str]] = [
    delete_spam,
    forget_networks,
    forget_letters,
    forget_unconfirmed,
    prune_tasks,
    set_threshold,
    purge_revisions,
    empty_trash,
    forget_unsaved,
    forget_link_checks,
]


def run() -> Iterator[tuple[str, str, bool]]:
    """
    Do every job that is due and that no other run is at: its name, what it says, and whether it
    went well. One that fails is on its own, and is due again at the next run.
    """
    jobs = [(job, timedelta(0)) for job in EVERY_RUN]
    jobs += [(job, timedelta(days=1)) for job in DAILY]
    for job, every in jobs:
        name = job.__name__
        if not Job.objects.claim(name):
            continue
        try:
            said = job()
        except Exception as error:
            logger.exception("Housekeeping: %s failed.", name)
            Job.objects.done(name, timedelta(0))
            yield name, repr(error), False
        else:
            Job.objects.done(name, every)
            yield name, said, True


def batches(rows: models.QuerySet) -> Iterator[list[int]]:
    """The keys of ``rows`` in pieces that lock nobody out for long; each row once."""
    last = 0
    while keys := list(
        rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]
    ):
        yield keys
        last = keys[-1]
