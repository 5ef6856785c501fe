"""Addresses that posts had before: whoever follows one is led to where the post is now."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class FormerSlugQuerySet(models.QuerySet["FormerSlug"]):
    def moved(self, before: Any, slug: str) -> None:
        """
        The post ``before`` this change goes by ``slug`` now. Its old slug leads there if readers
        could know it; what led to the new one, of any post, no longer has a meaning.
        """
        self.filter(slug=slug).delete()
        if before.was_public:
            self.update_or_create(slug=before.slug, defaults={"article": before})


class FormerSlug(models.Model):
    """
    A slug that a public post had. It leads to the post itself, so that there are no chains, and no
    loops: a post's own slug is asked for first.
    """

    slug = models.SlugField(_("slug"), max_length=200, unique=True, allow_unicode=True)
    article = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="former_slugs"
    )

    objects = FormerSlugQuerySet.as_manager()

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")

    def __str__(self) -> str:
        return self.slug
