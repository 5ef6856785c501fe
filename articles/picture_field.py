"""The stored original of a picture: re-encoded whichever way it came in, under a new name."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminFileWidget
from django.core.files import File
from django.db import models
from django.db.models.fields.files import ImageFieldFile
from django.utils.crypto import get_random_string
from PIL import Image

from articles.pictures import encode, open_upload

WIDEST = 2400
# WebP has room for 16,383 pixels.
TALLEST = 16_000


class PictureFile(ImageFieldFile):
    """
    A picture in storage, upright and without metadata: JPEG, or WebP where it is transparent. Its
    size is kept in the instance's ``width`` and ``height``. A new file always gets a new name, in
    the folder of its instance's ``token``, so browsers may keep every file for ever.
    """

    def save(self, name: str, content: File, save: bool = True) -> None:
        """Raises ValidationError where ``content`` is no picture."""
        picture = open_upload(content)
        if picture.mode == "RGBA" and picture.getextrema()[3] == (255, 255):
            picture = picture.convert("RGB")
        picture.thumbnail((WIDEST, TALLEST), Image.Resampling.LANCZOS)
        self.instance.width, self.instance.height = picture.size
        extension, file_format = ("jpg", "JPEG") if picture.mode == "RGB" else ("webp", "WEBP")
        name = f"{self.instance.token}/{get_random_string(12)}.{extension}"
        super().save(name, File(encode(picture, file_format, quality=90)), save)


class PictureInput(AdminFileWidget):
    """The admin's file input with the present picture above it."""

    template_name = "admin/articles/picture_input.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        if self.is_initial(value):
            # As it is stored: a refused form has already filled its instance with what was typed.
            context["image"] = type(value.instance).objects.get(pk=value.instance.pk)
        return context


class PictureFormField(forms.FileField):
    """An upload that must be a readable picture; the refusal is a sentence beside the input."""

    widget = PictureInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs | {"widget": self.widget})

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        # Named one by one, because then telephones convert theirs (HEIC) by themselves.
        types = ", ".join(f"image/{kind}" for kind in ("jpeg", "png", "webp", "avif", "gif"))
        return super().widget_attrs(widget) | {"accept": types}

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if file and file is not initial:
            open_upload(file)
        return file


class PictureField(models.ImageField):
    """A picture, kept as ``PictureFile``."""

    attr_class = PictureFile

    def formfield(self, **kwargs: Any) -> forms.Field:
        # The name a file comes with is not kept, so it may be of any length.
        return super().formfield(**kwargs | {"form_class": PictureFormField, "max_length": None})
