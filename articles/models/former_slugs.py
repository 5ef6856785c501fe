"""Addresses that posts had before: whoever follows one is led to where the post is now."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class FormerSlugQuerySet(models.QuerySet["FormerSlug"]):
    def follow(self, before: Any, article: Any) -> None:
        """
        Keep up with ``article``, which has just been saved and was ``before`` (None if it is new).
        Its old slug leads to it if readers could know that. What led from its present one to
        another post goes once it is what readers see there: until then they are still led on.
        """
        present = self.filter(slug=article.slug)
        # One that appeared at its date has not been saved at that moment.
        had_begun = before is not None and before.slug == article.slug and before.has_begun
        if article.has_begun or had_begun:
            present.delete()
        if before and before.slug != article.slug:
            present.filter(article=article).delete()
            if before.was_public:
                self.update_or_create(slug=before.slug, defaults={"article": article})


class FormerSlug(models.Model):
    """
    A slug that a public post had. It leads to the post itself, so that there are no chains, and no
    loops: a post's own slug is asked for first (see ``ArticleQuerySet.at``).
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
