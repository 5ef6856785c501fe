"""Whether the addresses that posts link to answer."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LinkCheck(models.Model):
    """What came of asking an address last time. ``problem`` is empty where it answered."""

    # SHA-256 of the address, because addresses are too long for an index.
    digest = models.CharField(max_length=64, primary_key=True)
    url = models.TextField(_("address"))
    checked_at = models.DateTimeField(_("checked"), null=True)
    status = models.PositiveSmallIntegerField(null=True)
    problem = models.CharField(max_length=200, blank=True)
    # What the page there calls itself: for link cards.
    title = models.CharField(max_length=300, blank=True)
    description = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("link check")
        verbose_name_plural = _("link checks")

    def __str__(self) -> str:
        return self.url
