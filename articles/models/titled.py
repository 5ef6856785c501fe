"""What authors, categories, tags and posts have in common: a name that makes an address."""

from typing import Any
from unicodedata import category

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.richtext import CHARACTERS

# Letters and signs, by their Unicode category, that nevertheless show nothing.
BLANK_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"


def one_line(text: str) -> str:
    """``text`` without control characters, any white space as single ordinary spaces."""
    return "".join(
        character
        for character in " ".join(text.translate(CHARACTERS).split())
        if category(character) != "Cc"
    )


def refuse_invisible(field: str, text: str) -> None:
    """Raise ValidationError for ``field`` where a reader would see nothing of ``text``."""
    # Letters, numbers, punctuation and signs: the other categories are spaces and what has no
    # shape of its own.
    if not any(category(each)[0] in "LNPS" and each not in BLANK_LETTERS for each in text):
        raise ValidationError({field: gettext("Write something that readers can see.")})


class Titled(models.Model):
    """Has a slug for its address, made from its ``title_field`` where none is given."""

    title_field = "name"
    # Slugs whose address means something else already.
    reserved: frozenset[str] = frozenset()
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
        self.tidy_title()
        self.fill_slug()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Raise ValidationError for a title that shows nothing."""
        super().clean()
        typed = getattr(self, self.title_field)
        self.tidy_title()
        # That nothing was typed has been said already.
        if typed:
            refuse_invisible(self.title_field, getattr(self, self.title_field))
        if self.slug in self.reserved:
            raise ValidationError(
                {"slug": gettext("The site itself needs this slug: choose another one.")}
            )
        self.fill_slug()

    def tidy_title(self) -> None:
        setattr(self, self.title_field, one_line(getattr(self, self.title_field)))

    def fill_slug(self) -> None:
        """Give an empty slug the first free one: ``name``, ``name-2``, ``name-3`` …"""
        if self.slug:
            return
        stem = slugify(getattr(self, self.title_field), allow_unicode=True)[:190].strip("-")
        stem = stem or self._meta.model_name
        taken = self.reserved.union(
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
