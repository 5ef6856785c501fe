"""What authors, categories, tags and posts have in common: a name that makes an address."""

from typing import Any

from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _


class Titled(models.Model):
    """Has a slug for its address, made from its ``title_field`` where none is given."""

    title_field = "name"
    slug = models.SlugField(
        _("slug"),
        max_length=200,
        unique=True,
        allow_unicode=True,
        blank=True,
        help_text=_("The last part of the address. Left empty, it is made from the name."),
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(getattr(self, self.title_field))

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.fill_slug()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        self.fill_slug()

    def fill_slug(self) -> None:
        """Give an empty slug the first free one: ``name``, ``name-2``, ``name-3`` …"""
        if self.slug:
            return
        stem = slugify(getattr(self, self.title_field), allow_unicode=True)[:190].strip("-")
        stem = stem or self._meta.model_name
        taken = set(
            type(self)
            ._default_manager.filter(slug__startswith=stem)
            .exclude(pk=self.pk)
            .values_list("slug", flat=True)
        )
        self.slug = next(
            slug
            for slug in (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3)))
            if slug not in taken
        )
