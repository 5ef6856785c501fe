"""What posts are about: categories, which are sections of the site, and tags."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.models.titled import Titled


class Category(Titled):
    """A section of the site; every post stands in at least one of a few."""

    name = models.CharField(_("name"), max_length=100)
    description = models.TextField(_("description"), blank=True)
    position = models.PositiveSmallIntegerField(
        _("position"),
        default=0,
        validators=[MaxValueValidator(1000)],
        help_text=_("Its place in the navigation, smallest first."),
    )

    class Meta:
        ordering = ["position", "name", "pk"]
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    def get_absolute_url(self) -> str:
        return reverse("articles:category", args=[self.slug])


class Tag(Titled):
    """A topic that posts of any category can share."""

    name = models.CharField(_("name"), max_length=100)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("tag")
        verbose_name_plural = _("tags")

    def get_absolute_url(self) -> str:
        return reverse("articles:tag", args=[self.slug])
