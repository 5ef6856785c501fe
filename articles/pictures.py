"""Uploaded pictures: opened carefully, turned upright, and never stored as they came."""

import warnings
from io import BytesIO
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps

MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 40_000_000
# "JPEG" includes the several pictures in one file (MPO) that some cameras write.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")

# A file that claims to be larger is refused from its header, before anything is unpacked.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


def open_upload(file: BinaryIO) -> Image.Image:
    """
    The picture in ``file``, whole, upright, in RGB or RGBA, of an animation the first frame.

    Raises ValidationError with a sentence for the person who uploaded it.
    """
    file.seek(0, 2)
    if file.tell() > MAX_BYTES:
        raise ValidationError(
            _("This file is %(size)s; the limit is %(limit)s. Upload a smaller picture.")
            % {"size": filesizeformat(file.tell()), "limit": filesizeformat(MAX_BYTES)},
            code="too_large",
        )
    file.seek(0)
    try:
        picture = Image.open(file, formats=FORMATS)
        picture.seek(0)
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        if upright.mode.startswith("I"):  # 16 bits of grey, which convert() would cut, not scale
            upright = upright.convert("I").point(lambda value: value * (1 / 256)).convert("L")
        upright = in_srgb(upright)
        has_alpha = "A" in upright.getbands() or "transparency" in upright.info
        return upright.convert("RGBA" if has_alpha else "RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValidationError(
            _("This picture has more than %(limit)d million pixels. Upload a smaller one.")
            % {"limit": MAX_PIXELS // 1_000_000},
            code="too_many_pixels",
        ) from error
    # Decoders of broken files raise ValueError, SyntaxError, struct.error and more.
    except Exception as error:
        raise ValidationError(
            _("This file is not a picture that can be read. Upload a JPEG, PNG, WebP or AVIF."),
            code="unreadable",
        ) from error


def in_srgb(picture: Image.Image) -> Image.Image:
    """
    ``picture`` in the colours that are meant where a file says nothing about them, as ours do not:
    telephones and cameras write others. A profile that cannot be read is passed over.
    """
    profile, mode = picture.info.get("icc_profile"), picture.mode
    if not profile or mode not in ("RGB", "RGBA", "CMYK", "L"):
        return picture
    try:
        return ImageCms.profileToProfile(
            picture,
            ImageCms.ImageCmsProfile(BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGBA" if mode == "RGBA" else "RGB",
        )
    except (ImageCms.PyCMSError, OSError):
        return picture


def encode(picture: Image.Image, file_format: str, **options: int) -> BytesIO:
    """``picture`` as a file of ``file_format``, with none of the original's metadata."""
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    output = BytesIO()
    bare.save(output, file_format, **options)
    output.seek(0)
    return output
