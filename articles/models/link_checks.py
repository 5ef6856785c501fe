"""Whether the addresses that posts link to answer."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# What answered within this time is not asked again.
FRESH = timedelta(days=1)


class Problem(models.TextChoices):
    """What is wrong with an address; goes on the sentence “http://… …”."""

    STATUS = "status", _("answers %(status)s")
    NO_HOST = "no host", _("has no such host")
    TIMEOUT = "timeout", _("took too long to answer")
    CERTIFICATE = "certificate", _("has no valid certificate")
    NO_ANSWER = "no answer", _("does not answer")
    NONSENSE = "nonsense", _("does not answer as a web site does")
    REDIRECTS = "redirects", _("leads on and on")
    PRIVATE = "private", _("is no public address")
    ADDRESS = "address", _("is no usable web address")


def digest(url: str) -> str:
    return sha256(url.encode("utf-8", "surrogatepass")).hexdigest()


class LinkCheckQuerySet(models.QuerySet["LinkCheck"]):
    def known(self, urls: Iterable[str]) -> dict[str, "LinkCheck"]:
        """What is known of ``urls``, by address: one query, or none."""
        wanted = {digest(url): url for url in urls}
        if not wanted:
            return {}
        return {wanted[each.digest]: each for each in self.filter(digest__in=wanted)}

    def due(self, urls: Iterable[str]) -> list[str]:
        """Those of ``urls`` that have not been checked within a day."""
        urls = list(dict.fromkeys(urls))
        since, known = timezone.now() - FRESH, self.known(urls)
        return [url for url in urls if url not in known or not known[url].is_newer_than(since)]

    def keep(self, *checks: "LinkCheck") -> None:
        """Store what came of asking, in place of what was known."""
        fields = ["checked_at", "status", "problem", "title", "description"]
        self.bulk_create(
            checks, update_conflicts=True, unique_fields=["digest"], update_fields=fields
        )


class LinkCheck(models.Model):
    """
    What came of asking an address last time. ``problem`` is empty where it answered, and otherwise
    a ``Problem``. Without ``checked_at`` it is being asked for the first time.
    """

    # SHA-256 of the address, because addresses are too long for an index.
    digest = models.CharField(max_length=64, primary_key=True)
    url = models.TextField(_("address"))
    checked_at = models.DateTimeField(_("checked"), null=True)
    status = models.PositiveSmallIntegerField(null=True)
    problem = models.CharField(max_length=200, blank=True)
    # What the page there calls itself: for link cards.
    title = models.CharField(max_length=300, blank=True)
    description = models.CharField(max_length=500, blank=True)

    objects = LinkCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("link check")
        verbose_name_plural = _("link checks")

    def __str__(self) -> str:
        return self.url

    def is_newer_than(self, moment: datetime) -> bool:
        return self.checked_at is not None and self.checked_at > moment

    @property
    def in_words(self) -> str:
        """What is wrong, to go on a sentence that begins with the address; empty if nothing is."""
        if self.problem not in Problem.values:
            return self.problem
        # Read where it is shown, in the language of whoever reads it.
        return str(Problem(self.problem).label) % {"status": self.status}
