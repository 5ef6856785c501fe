"""Authors' faces: uploads made square and small, initials for authors without one."""

from typing import Any
from zlib import crc32

from django import forms
from django.contrib.admin.widgets import AdminFileWidget
from django.core.files import File
from django.db import models
from django.db.models.fields.files import ImageFieldFile
from django.utils.crypto import get_random_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from PIL import Image, ImageOps

from articles.picture_field import PictureFormField
from articles.pictures import encode, open_upload

# CSS pixels, at one and two device pixels. That is how large the author box shows it; the byline
# and comments show the same file smaller, so that a page asks for each face once.
SIZE = 72
SIZES = (SIZE, SIZE * 2)
MASTER = 512


class AvatarFile(ImageFieldFile):
    """
    An avatar in storage: a square master and, beside it, each size as WebP and PNG. What was
    uploaded is never stored itself, so no metadata survives.
    """

    def save(self, name: str, content: File, save: bool = True) -> None:
        picture = open_upload(content)
        side = min(MASTER, *picture.size)
        master = ImageOps.fit(picture, (side, side), Image.Resampling.LANCZOS)
        stem = get_random_string(12)
        for size in SIZES:
            small = master.resize((size, size), Image.Resampling.LANCZOS)
            for extension in ("webp", "png"):
                rendition = encode(small, extension.upper(), optimize=True)
                self.storage.save(
                    self._rendition(f"avatars/{stem}.png", size, extension), rendition
                )
        super().save(f"{stem}.png", File(encode(master, "PNG", optimize=True)), save)

    @staticmethod
    def _rendition(name: str, size: int, extension: str) -> str:
        return f"{name.removesuffix('.png')}-{size}.{extension}"

    def rendition_url(self, size: int, extension: str) -> str:
        """The address of the avatar at ``size`` device pixels, as ``webp`` or ``png``."""
        return self.storage.url(self._rendition(self.name, size, extension))

    def delete(self, save: bool = True) -> None:
        for size in SIZES:
            for extension in ("webp", "png"):
                self.storage.delete(self._rendition(self.name, size, extension))
        super().delete(save)


class AvatarInput(AdminFileWidget):
    """The admin's file input with the present face beside it."""

    template_name = "admin/articles/avatar_input.html"


class AvatarFormField(PictureFormField):
    widget = AvatarInput


class AvatarField(models.ImageField):
    """An author's picture, kept as ``AvatarFile``."""

    attr_class = AvatarFile

    def formfield(self, **kwargs: Any) -> forms.Field:
        return super().formfield(**kwargs | {"form_class": AvatarFormField})


def initials_svg(name: str) -> SafeString:
    """
    A picture of the first letters of ``name`` (the first and the last word's), always in the same
    colour for the same name. Text in SVG uses the reader's fonts, so every script has letters.
    """
    words = name.split()
    letters = "".join(word[0] for word in dict.fromkeys([words[0], words[-1]])) if words else "?"
    # Dark enough for white letters at every hue: contrast of at least 4.5.
    hue = crc32(name.encode()) % 360
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 72" width="72" height="72">'
        '<rect width="72" height="72" fill="hsl({} 45% 30%)"/>'
        '<text x="36" y="36" dy=".35em" text-anchor="middle" fill="#fff" font-size="30" '
        'font-weight="600" font-family="system-ui, sans-serif">{}</text></svg>',
        hue,
        letters.upper(),
    )
