"""Mail that nobody waits for: sent at once locally, by ``manage.py db_worker`` in production."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django_tasks import task

from articles import mail
from comments import letters
from comments.models import Letter

logger = logging.getLogger(__name__)

# What somebody may ask us to send to an address that need not be theirs.
ASKED_A_DAY = 3
ASKED_BY_NETWORK_AN_HOUR = 10


@task()
def deliver(pk: int) -> None:
    """
    Send the letter ``pk``, unless it was sent or somebody else is at it. Where the mail server
    refuses, it is tried again later; the last failure is raised, so that the worker records it.
    """
    letter = Letter.objects.claim(pk)
    if letter is None:
        return
    try:
        with translation.override(settings.LANGUAGE_CODE):
            text = letters.write(letter)
            if text is None:
                letter.put_aside()
                return
            mail.send(text, letter.to, letter.key)
    except Exception as error:
        letter.failed()
        # What mail servers say names the recipient: that is not for the log.
        why = type(error).__name__
        if letter.due_at is None:
            logger.error("Letter %s was given up after %s tries: %s", pk, letter.attempts, why)
            raise
        logger.warning("Letter %s is tried again at %s: %s", pk, letter.due_at, why)
        if deliver.get_backend().supports_defer:
            enqueue(pk, letter.due_at)
    else:
        letter.was_sent()


def enqueue(pk: int, at: datetime | None = None) -> None:
    """Let the worker send the letter ``pk``, not before ``at``."""
    deliver.using(run_after=at).enqueue(pk)


def post(
    kind: Letter.Kind, to: str, key: str, about: int | None = None, network: str = ""
) -> Letter | None:
    """
    Put a letter on record, and send it as soon as the transaction is through. ``key`` names the
    event: None where there was a letter about it already, unless that was put aside.
    """
    values = {"kind": kind, "to": to, "about": about, "network": network}
    letter, created = Letter.objects.get_or_create(key=key, defaults=values)
    if not created:
        letter = Letter.objects.revive(key)
    if letter:
        # Whatever goes wrong now is mended by housekeeping, not shown to the one who commented.
        transaction.on_commit(lambda: enqueue(letter.pk), robust=True)
    return letter


def post_as_asked(
    kind: Letter.Kind, to: str, about: int | None = None, network: str = ""
) -> Letter | None:
    """
    Post what somebody asked for who may not own the address ``to``. None where so many letters were
    asked for that one more would be a nuisance.
    """
    now = timezone.now()
    asked = Letter.objects.filter(kind=kind)
    recent = asked.filter(network=network, made_at__gt=now - timedelta(hours=1))
    if network and recent.count() >= ASKED_BY_NETWORK_AN_HOUR:
        return None
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    number = asked.filter(to=to, made_at__gte=today).count()
    if number >= ASKED_A_DAY:
        return None
    # Of many who ask at once, those with the same number get one letter.
    whom = salted_hmac("comments.asked", to, algorithm="sha256").hexdigest()[:32]
    return post(kind, to, f"{kind}-{whom}-{today:%Y-%m-%d}-{number}", about, network)


def send_overdue(since: timedelta = timedelta(minutes=15), most: int = 100) -> int:
    """
    Send what should have been sent so long ago: the worker was not running, or was killed. Returns
    how many letters that were; the first that fails ends it, because the mail server is down.
    """
    sent = 0
    for pk in Letter.objects.overdue(since).values_list("pk", flat=True)[:most]:
        deliver.call(pk)
        letter = Letter.objects.get(pk=pk)
        sent += letter.sent_at is not None
        if letter.due_at is not None:
            break
    return sent
