"""Where pictures are used, so that none that readers see can be deleted."""

import re
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.images import Image

SOURCE = re.compile(r'<img [^<>]*?\bsrc="([^"]*)"')


def sources(html: str) -> list[str]:
    """The addresses of the pictures in a sanitised text."""
    return SOURCE.findall(html)


class PictureUseQuerySet(models.QuerySet["PictureUse"]):
    def follow(self, owner: Any) -> None:
        """
        Bring the uses by ``owner``, a post or a page, up to what is stored of it, pending changes
        included.
        """
        mine = {owner._meta.model_name: owner}
        bodies, leads = [owner.body], [getattr(owner, "lead_image_id", None)]
        if pending := getattr(owner, "pending", None):
            bodies.append(pending.contents["body"])
            leads.append(pending.contents["lead_image"])
        addresses = [address for body in bodies for address in sources(body)]
        wanted = {image.pk for image in Image.objects.at(addresses).values()} | {*leads} - {None}
        known = set(self.filter(**mine).values_list("image_id", flat=True))
        if gone := known - wanted:
            self.filter(image_id__in=gone, **mine).delete()
        there = set(Image.objects.filter(pk__in=wanted - known).values_list("pk", flat=True))
        self.bulk_create(PictureUse(image_id=key, **mine) for key in sorted(there))


class PictureUse(models.Model):
    """A picture in the head or the text of a post, or in the text of a page."""

    image = models.ForeignKey(
        Image, on_delete=models.PROTECT, related_name="uses", verbose_name=_("picture")
    )
    article = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, null=True, related_name="picture_uses"
    )
    page = models.ForeignKey(
        "articles.Page", on_delete=models.CASCADE, null=True, related_name="picture_uses"
    )

    objects = PictureUseQuerySet.as_manager()

    class Meta:
        verbose_name = _("use of a picture")
        verbose_name_plural = _("uses of pictures")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(article__isnull=False, page__isnull=True)
                | models.Q(article__isnull=True, page__isnull=False),
                name="picture_use_has_one_owner",
            ),
            models.UniqueConstraint(fields=["image", "article"], name="picture_use_article_once"),
            models.UniqueConstraint(fields=["image", "page"], name="picture_use_page_once"),
        ]

    def __str__(self) -> str:
        return str(self.article or self.page)
