"""What belongs to the site as a whole."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Version(models.Model):
    """
    How often something that pages show has changed. Triggers count it in the transaction of
    whatever changes it (newsroom/versions.py); the page cache compares it.
    """

    key = models.CharField(max_length=40, primary_key=True)
    number = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("version of what pages show")
        verbose_name_plural = _("versions of what pages show")

    def __str__(self) -> str:
        return f"{self.key}: {self.number}"
