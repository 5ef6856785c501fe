"""Who writes."""

import re
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models, transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.avatars import AvatarField
from articles.models.titled import Titled


def validate_links(text: str) -> None:
    """Refuse a line that is not a web address."""
    for line in text.split():
        try:
            URLValidator(schemes=["http", "https"])(line)
        except ValidationError as error:
            raise ValidationError(
                _("“%(line)s” is not a web address. Write one https:// address a line."),
                params={"line": line},
            ) from error


class Author(Titled):
    """Somebody who writes posts, with or without a login of their own."""

    name = models.CharField(_("name"), max_length=100)
    bio = models.TextField(_("bio"), blank=True)
    avatar = AvatarField(_("avatar"), upload_to="avatars/", max_length=200, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="author",
        verbose_name=_("login"),
    )
    links = models.TextField(
        _("links"),
        blank=True,
        validators=[validate_links],
        help_text=_("The author's own pages elsewhere, one https:// address a line."),
    )

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("author")
        verbose_name_plural = _("authors")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Saving an author with another avatar, or without one, removes the files of the former."""
        before = None if self._state.adding else Author.objects.filter(pk=self.pk).first()
        super().save(*args, **kwargs)
        if before and before.avatar.name != self.avatar.name:
            remove_avatar_on_commit(before)

    @property
    def link_list(self) -> list[dict[str, str]]:
        """The author's own pages: each one's ``url`` and its ``host``, by which it is shown."""
        return [{"url": url, "host": urlsplit(url).hostname or url} for url in self.links.split()]

    @property
    def fediverse(self) -> str:
        """The author's address in the fediverse, “@name@host”, if a link leads there; or ""."""
        found = re.search(r"https://([^/\s]+)/@([\w.-]+)(?=\s|$)", self.links)
        return f"@{found[2]}@{found[1]}" if found else ""

    @property
    def picture_url(self) -> str:
        """Where the largest rendition of the avatar is, or the drawn initials."""
        if self.avatar:
            return self.avatar.rendition_url(144, "png")
        return reverse("articles:initials", args=[self.slug])

    def get_absolute_url(self) -> str:
        return reverse("articles:author", args=[self.slug])


@receiver(post_delete, sender=Author)
def remove_avatar(instance: Author, **kwargs: Any) -> None:
    remove_avatar_on_commit(instance)


def remove_avatar_on_commit(author: Author) -> None:
    if author.avatar:
        transaction.on_commit(partial(author.avatar.delete, save=False), robust=True)
