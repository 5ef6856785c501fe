"""
Who hears of what happens to a post by mail. A mail is a task of its own for each person, put on
record together with the step that it tells of, so that neither is there without the other.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from articles import mail, permissions
from articles.models import Article, Event
from articles.moments import in_full

logger = logging.getLogger(__name__)

Verb = Event.Verb
# What the writers of a post hear of.
OF_WRITERS = (
    *(Verb.REQUEST_CHANGES, Verb.PUBLISH, Verb.SCHEDULE, Verb.PUBLISH_CHANGES),
    *(Verb.UNPUBLISH, Verb.TRASH),
)
# How long after each failure a mail is tried again. After the last one it is given up.
DELAYS = (*(timedelta(minutes=minutes) for minutes in (1, 5, 30)), timedelta(hours=3))

_silent: ContextVar[bool] = ContextVar("silent", default=False)


@contextmanager
def silent() -> Iterator[None]:
    """Within: nobody hears of what is done, as when a sample or an old site is loaded."""
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)


@receiver(post_save, sender=Event)
def tell(sender: type[Event], instance: Event, created: bool, **kwargs: Any) -> None:
    """Let all whom a step concerns know of it, once it is stored."""
    if not created or _silent.get():
        return
    for user in concerned(instance):
        if send.get_backend().supports_defer:
            # The queue is in the database: the mail is on record if, and only if, the step is.
            send.enqueue(instance.pk, user.pk)
        else:
            transaction.on_commit(partial(send.enqueue, instance.pk, user.pk), robust=True)


def concerned(event: Event) -> list[Any]:
    """The people who hear of ``event`` by mail, by name; never the one who did it."""
    if event.verb == Verb.SUBMIT:
        people = desk()
    elif event.verb in OF_WRITERS:
        people = writers(event.article)
    else:
        return []
    reached = people.filter(is_active=True).exclude(email="").exclude(pk=event.by_id)
    return [user for user in reached.order_by("pk") if mail.is_address(user.email)]


def desk() -> QuerySet:
    """
    Those who can publish what was submitted. Administrators may do so too, but it is not their
    work: they only hear of it in a newsroom that has nobody else.
    """
    backend = "django.contrib.auth.backends.ModelBackend"
    editors = get_user_model().objects.with_perm(
        "articles.publish_article", backend=backend, include_superusers=False
    )
    if editors.exists():
        return editors
    return get_user_model().objects.filter(is_superuser=True)


def writers(article: Article) -> QuerySet:
    """Who started the post, signs it, or submitted it last."""
    submitted = article.events.filter(verb=Verb.SUBMIT).values_list("by", flat=True).first()
    keys = {article.created_by_id, submitted}
    keys |= {byline.author.user_id for byline in article.bylines.all()}
    return get_user_model().objects.filter(pk__in=keys - {None})


@task()
def send(event: int, user: int, tries: int = 0) -> None:
    """
    Write to ``user`` about ``event``, by their keys. Where the mail server refuses, it is tried
    again later; the last failure is raised, so that the worker records it.
    """
    what = Event.objects.select_related("article", "by").filter(pk=event).first()
    whom = get_user_model().objects.filter(pk=user, is_active=True).exclude(email="").first()
    if what is None or whom is None:
        return
    try:
        with translation.override(settings.LANGUAGE_CODE):
            if letter := write(what, whom):
                mail.send(letter, whom.email, f"event-{event}-{user}")
    except Exception as error:
        # What mail servers say names the recipient: that is not for the log.
        why = type(error).__name__
        if tries >= len(DELAYS) or not send.get_backend().supports_defer:
            logger.error("The mail about event %s to user %s was given up: %s", event, user, why)
            raise
        later = timezone.now() + DELAYS[tries]
        logger.warning("Mail about event %s is tried again at %s: %s", event, later, why)
        send.using(run_after=later).enqueue(event, user, tries + 1)


def write(event: Event, user: Any) -> mail.Mail | None:
    """What ``user`` reads about ``event``. None for somebody who may not see the post."""
    article = event.article
    sees = user.is_staff and permissions.may(user, permissions.VIEW, article)
    if not (sees or article.is_public):
        return None
    title, name = mail.one_line(article.title), name_of(event.by)
    texts = {"title": title, "name": name, "when": ""}
    if event.verb == Verb.SCHEDULE and article.published_at:
        texts["when"] = in_full(article.published_at)
    values = {
        "sentence": sentence(event) % texts,
        "note": mail.one_line(event.note),
        "is_submitted": event.verb == Verb.SUBMIT,
        "form": mail.absolute(reverse("admin:articles_article_change", args=[article.pk]))
        if sees
        else "",
        "page": mail.absolute(article.get_absolute_url()) if article.is_public else "",
    }
    return mail.Mail("step", subject(event) % texts, values)


def name_of(user: Any) -> str:
    """What colleagues call ``user``; nobody who can be named did what a command does."""
    return mail.one_line(user.get_full_name() or user.get_username()) if user else _("Somebody")


def subject(event: Event) -> str:
    match event.verb:
        case Verb.SUBMIT:
            return _("For review: “%(title)s”")
        case Verb.REQUEST_CHANGES:
            return _("Changes requested: “%(title)s”")
        case Verb.PUBLISH:
            return _("Published: “%(title)s”")
        case Verb.SCHEDULE:
            return _("Scheduled: “%(title)s”")
        case Verb.PUBLISH_CHANGES:
            return _("Changes published: “%(title)s”")
        case Verb.UNPUBLISH:
            return _("Unpublished: “%(title)s”")
        case _other:
            return _("Moved to the trash: “%(title)s”")


def sentence(event: Event) -> str:
    match event.verb:
        case Verb.SUBMIT:
            return _("%(name)s asks for a review of “%(title)s”.")
        case Verb.REQUEST_CHANGES:
            return _("%(name)s gave “%(title)s” back and asks for changes.")
        case Verb.PUBLISH:
            return _("%(name)s published “%(title)s”.")
        case Verb.SCHEDULE:
            return _("%(name)s scheduled “%(title)s”. Readers see it from %(when)s.")
        case Verb.PUBLISH_CHANGES:
            return _("%(name)s published changes of “%(title)s”.")
        case Verb.UNPUBLISH:
            return _("%(name)s unpublished “%(title)s”. Readers do not see it.")
        case _other:
            return _("%(name)s moved “%(title)s” to the trash. It can be restored for 30 days.")
