"""What was wrong and is right now, said in public."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models.articles import Article


class CorrectionQuerySet(models.QuerySet["Correction"]):
    """The questions that are asked of corrections, each by its name."""

    def public(self) -> "CorrectionQuerySet":
        """Those of posts that readers can see, newest first."""
        # Asked of each post that was corrected, and not the other way round: these are few.
        public = Article.objects.published().filter(pk=models.OuterRef("article"))
        return self.filter(models.Exists(public)).order_by("-corrected_at", "-pk")


class Correction(models.Model):
    """One correction of a published post. It dates itself."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="corrections")
    text = models.TextField(
        gettext_lazy("correction"),
        help_text=gettext_lazy("One or two sentences: what was wrong, and what is right."),
    )
    corrected_at = models.DateTimeField(
        gettext_lazy("corrected"), default=timezone.now, editable=False
    )

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["corrected_at", "pk"]
        verbose_name = gettext_lazy("correction")
        verbose_name_plural = gettext_lazy("corrections")
        indexes = [models.Index(fields=["-corrected_at", "-id"], name="correction_newest_first")]

    def __str__(self) -> str:
        return self.text[:80]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new correction is an update of its post: readers see since when it is right."""
        adding = self._state.adding
        super().save(*args, **kwargs)
        if adding:
            earlier = Article.objects.filter(pk=self.article_id).exclude(
                updated_at__gte=self.corrected_at
            )
            earlier.update(updated_at=self.corrected_at)

    def clean(self) -> None:
        """Raise ValidationError for a post that nobody could have read wrongly yet."""
        article = getattr(self, "article", None)  # None where that is refused already
        if article and not article.is_public:
            raise ValidationError(
                _("Only a published post can be corrected: change the text itself.")
            )
