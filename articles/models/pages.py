"""Pages that stay: About, Privacy and the like, at the top level of the site's addresses."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models.picture_uses import PictureUse
from articles.models.titled import Titled
from articles.richtext import RichTextField
from articles.search_words import plain


class Page(Titled):
    """A page without a date or author. Its address is ``/slug/``."""

    title_field = "title"
    title = models.CharField(gettext_lazy("title"), max_length=200)
    body = RichTextField(gettext_lazy("body"))
    saved_at = models.DateTimeField(gettext_lazy("last saved"), auto_now=True)

    class Meta:
        ordering = ["title", "pk"]
        verbose_name = gettext_lazy("page")
        verbose_name_plural = gettext_lazy("pages")

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        PictureUse.objects.follow(self)

    def clean(self) -> None:
        """Raise ValidationError for a slug whose address already means something else."""
        super().clean()
        try:
            # Not get_absolute_url(), which quotes what the patterns of addresses know unquoted.
            taken = resolve(f"/{self.slug}/").view_name != "articles:page"
        except Resolver404:
            taken = True
        if taken:
            raise ValidationError(
                {
                    "slug": _("/%(slug)s/ is an address of the site itself: choose another slug.")
                    % {"slug": self.slug}
                }
            )

    def get_absolute_url(self) -> str:
        return reverse("articles:page", args=[self.slug])

    @property
    def summary(self) -> str:
        """The first words, as plain text."""
        return plain(self.body)[:160]
