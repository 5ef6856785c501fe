"""Pictures, with the words that go with them and the files that pages show of them."""

import re
from collections.abc import Iterable
from functools import partial
from typing import Any, NamedTuple

import PIL.Image
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.db.models.functions import Coalesce
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from articles import cuts
from articles.picture_field import PictureField


class Rendition(NamedTuple):
    """A file that can be shown: its address and its size in pixels."""

    url: str
    width: int
    height: int


def new_token() -> str:
    return get_random_string(16)


def tokens_of(addresses: Iterable[str]) -> dict[str, str]:
    """By address, the token of the picture whose file is there; others are left out."""
    folder = re.compile(rf"{re.escape(settings.MEDIA_URL)}images/([A-Za-z0-9]+)/")
    return {address: found[1] for address in addresses if (found := folder.match(address))}


class ImageQuerySet(models.QuerySet["Image"]):
    def used(self) -> "ImageQuerySet":
        """Those that a post or a page shows, or would show once its pending changes are public."""
        return self.filter(models.Exists(self._uses()))

    def unused(self) -> "ImageQuerySet":
        return self.exclude(models.Exists(self._uses()))

    def with_use_count(self) -> "ImageQuerySet":
        """With ``use_count``, how many posts and pages use each."""
        # Counted for the rows that are read only: joining would count for the whole table first.
        counts = self._uses().order_by().values("image").annotate(count=models.Count("pk"))
        return self.annotate(use_count=Coalesce(models.Subquery(counts.values("count")), 0))

    def _uses(self) -> models.QuerySet[Any]:
        from articles.models.picture_uses import PictureUse  # which needs this module

        return PictureUse.objects.filter(image=models.OuterRef("pk"))

    def at(self, addresses: Iterable[str]) -> dict[str, "Image"]:
        """
        The pictures that files at ``addresses`` belong to, by address: one query, or none. A file
        that has since been replaced belongs to its picture still.
        """
        tokens = tokens_of(addresses)
        if not tokens:
            return {}
        known = {image.token: image for image in self.filter(token__in=set(tokens.values()))}
        return {address: known[token] for address, token in tokens.items() if token in known}

    def missing(self, addresses: Iterable[str]) -> set[str]:
        """Those of ``addresses`` whose picture is no more: one query, or none."""
        addresses = set(addresses)
        return tokens_of(addresses).keys() - self.at(addresses).keys()


class Image(models.Model):
    """
    A picture for the head or the body of posts. Its original is always there; the renditions are
    made by a task soon after, and until then, or where that fails, pages show the original.
    """

    token = models.CharField(max_length=16, unique=True, default=new_token, editable=False)
    file = PictureField(_("file"), upload_to="images/", max_length=200)
    # After the file, because saving that sets them.
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    alt = models.CharField(
        _("description"),
        max_length=300,
        help_text=_("What the picture shows, for readers who cannot see it."),
    )
    caption = models.CharField(_("caption"), max_length=500, blank=True)
    credit = models.CharField(
        _("credit"), max_length=200, blank=True, help_text=_("Who made it, or where it is from.")
    )
    focal_x = models.PositiveSmallIntegerField(
        _("middle of interest, from the left"),
        default=50,
        validators=[MaxValueValidator(100)],
        help_text=_("In percent, 0 to 100. Crops keep this point in view."),
    )
    focal_y = models.PositiveSmallIntegerField(
        _("middle of interest, from the top"),
        default=50,
        validators=[MaxValueValidator(100)],
        help_text=_("In percent, 0 to 100."),
    )
    # The names of the files in storage, so that a page need not ask for them. Only
    # ``make_renditions`` writes it; what belongs to an earlier file or focal point is passed over.
    renditions = models.JSONField(default=list, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = ImageQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(focal_x__lte=100, focal_y__lte=100),
                name="image_focal_point_inside",
            ),
            models.CheckConstraint(condition=~models.Q(alt=""), name="image_is_described"),
        ]

    def __str__(self) -> str:
        return self.alt

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Saving a picture whose renditions are not all there orders them."""
        before = None if self._state.adding else Image.objects.filter(pk=self.pk).first()
        if before:
            self.renditions = before.renditions
        super().save(*args, **kwargs)
        if before and before.file.name != self.file.name:
            before.remove_files_on_commit()
        if not set(self.renditions).issuperset(self.planned):
            transaction.on_commit(self.order_renditions, robust=True)

    @property
    def size(self) -> cuts.Size:
        return self.width, self.height

    @property
    def focus(self) -> tuple[int, int]:
        return self.focal_x, self.focal_y

    @property
    def formats(self) -> tuple[str, ...]:
        """The extensions of its renditions, the smallest first; the last is for any browser."""
        return cuts.OPAQUE if self.file.name.endswith(".jpg") else cuts.TRANSPARENT

    @property
    def planned(self) -> dict[str, cuts.Cut]:
        """The renditions that should exist, by their names in storage."""
        plan = cuts.plan(self.size, self.focus, self.formats)
        return {self.name_of(ending): cut for ending, cut in plan.items()}

    def name_of(self, ending: str) -> str:
        return f"{self.file.name.rpartition('.')[0]}-{ending}"

    def rendition(self, ending: str, size: cuts.Size) -> Rendition | None:
        """The file with that end of its name, if it has been made."""
        name = self.name_of(ending)
        return Rendition(self.file.storage.url(name), *size) if name in self.renditions else None

    @property
    def original(self) -> Rendition:
        return Rendition(self.file.url, self.width, self.height)

    def offered(self, extension: str) -> list[Rendition]:
        """What there is of the whole picture in one of its ``formats``, the narrowest first."""
        found = (
            self.rendition(f"{width}.{extension}", cuts.scaled(self.size, width))
            for width in cuts.widths(self.width)
        )
        return [rendition for rendition in found if rendition]

    def crop(self, shape: str) -> Rendition:
        """The part of ``shape`` ("1x1", "4x3", "16x9") around the focal point, or the original."""
        size = cuts.crop(self.size, shape, self.focus).size
        return self.rendition(cuts.crop_ending(shape, self.focus), size) or self.original

    @property
    def wide(self) -> Rendition:
        """As other sites show it beside a link."""
        return self.crop("16x9")

    @property
    def crops(self) -> list[Rendition]:
        """One of each shape, for search engines and for editors to judge the focal point by."""
        return [self.crop(shape) for shape in cuts.SHAPES]

    def order_renditions(self) -> None:
        """Have the task make what is missing: at once locally, by the worker in production."""
        from articles.tasks import make_renditions  # which needs this module

        make_renditions.enqueue(self.pk)

    def make_renditions(self) -> None:
        """
        Make the files that are missing and remove those of an earlier focal point. Safe to repeat
        and to run twice at once; if the picture changes or goes meanwhile, nothing stays behind.
        """
        storage, planned = self.file.storage, self.planned
        missing = {name: cut for name, cut in planned.items() if name not in self.renditions}
        with self.file.open() as file, PIL.Image.open(file) as picture:
            for name, content in cuts.made(picture, missing):
                put(storage, name, content)
        row = Image.objects.filter(pk=self.pk, file=self.file.name)
        row.filter(focal_x=self.focal_x, focal_y=self.focal_y).update(renditions=list(planned))
        now = row.first()
        gone = {*planned, *self.renditions}.difference(now.planned if now else ())
        transaction.on_commit(partial(remove, storage, gone), robust=True)

    def remove_files_on_commit(self) -> None:
        names = {self.file.name, *self.renditions}
        transaction.on_commit(partial(remove, self.file.storage, names), robust=True)


@receiver(post_delete, sender=Image)
def remove_files(instance: Image, **kwargs: Any) -> None:
    instance.remove_files_on_commit()


def put(storage: Storage, name: str, content: bytes) -> None:
    """
    Store ``content`` under exactly that name. A whole file that is there stays untouched, because
    pages may be showing it; half a file, left by a process that died, is replaced.
    """
    if storage.exists(name):
        if storage.size(name) == len(content):
            return
        storage.delete(name)
    storage.save(name, ContentFile(content))


def remove(storage: Storage, names: Iterable[str]) -> None:
    for name in names:
        storage.delete(name)
