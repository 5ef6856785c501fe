"""
The files that are made from one picture: which ones, how large, and how they are cut and encoded.

A page's text is 40rem wide: 640 pixels. So the widths serve it at one and two device pixels (640,
1280), phones between (960), and a picture across the whole page (1920). What readers' screens need
beyond that, they cannot see; what is smaller than that, 640 serves at a few kilobytes.
"""

from collections.abc import Iterator
from typing import NamedTuple

from PIL import Image

from articles.pictures import encode

WIDTHS = (640, 960, 1280, 1920)
# For search engines and for sites that show a link with a picture.
SHAPES = {"1x1": (1, 1), "4x3": (4, 3), "16x9": (16, 9)}
CROP_WIDTH = 1200

# By file extension: Pillow's name of the format, and its options. AVIF at speed 6 takes three to
# four times as long as at 8, and saves 15 percent of a drawing's bytes, of a grainy photo's none.
FORMATS = {
    "avif": ("AVIF", {"quality": 58, "speed": 8}),
    "webp": ("WEBP", {"quality": 78, "method": 4}),
    "jpg": ("JPEG", {"quality": 80, "optimize": True, "progressive": True}),
}
OPAQUE = ("avif", "webp", "jpg")
TRANSPARENT = ("avif", "webp")

Size = tuple[int, int]


class Cut(NamedTuple):
    """A part of a picture (left, top, right, bottom), scaled to a size, in a format."""

    box: tuple[int, int, int, int]
    size: Size
    extension: str


def widths(width: int) -> list[int]:
    """The widths in which a picture of ``width`` pixels is offered: none wider than it is."""
    widest = min(width, WIDTHS[-1])
    return [*(each for each in WIDTHS if each < widest), widest]


def scaled(size: Size, width: int) -> Size:
    """``size`` in the same proportion at ``width``; never without height."""
    return width, max(1, round(size[1] * width / size[0]))


def crop(size: Size, shape: str, focus: tuple[int, int]) -> Cut:
    """
    The largest part of a picture that has ``shape``, with ``focus`` (percent from the left and from
    the top) as near to its middle as the edges allow; at most CROP_WIDTH wide.
    """
    across, down = SHAPES[shape]
    wide = max(1, min(size[0], size[1] * across // down))
    high = max(1, min(size[1], size[0] * down // across))
    left = min(max(0, round(size[0] * focus[0] / 100 - wide / 2)), size[0] - wide)
    top = min(max(0, round(size[1] * focus[1] / 100 - high / 2)), size[1] - high)
    final = scaled((across, down), min(wide, CROP_WIDTH)) if wide > CROP_WIDTH else (wide, high)
    return Cut((left, top, left + wide, top + high), final, "jpg")


def crop_ending(shape: str, focus: tuple[int, int]) -> str:
    """The end of a crop's file name. The focus is part of it: a name never gets other content."""
    return f"{shape}-{focus[0]}-{focus[1]}.jpg"


def plan(size: Size, focus: tuple[int, int], formats: tuple[str, ...]) -> dict[str, Cut]:
    """All that is to be made from a picture of ``size``, by the end of the file's name."""
    cuts = {
        f"{width}.{extension}": Cut((0, 0, *size), scaled(size, width), extension)
        for width in widths(size[0])
        for extension in formats
    }
    return cuts | {crop_ending(shape, focus): crop(size, shape, focus) for shape in SHAPES}


def made(picture: Image.Image, cuts: dict[str, Cut]) -> Iterator[tuple[str, bytes]]:
    """Each of ``cuts`` of ``picture`` as a file's content. Takes about a second at 1920 pixels."""
    ready: dict[tuple[object, Size], Image.Image] = {}
    for name, cut in cuts.items():
        if (cut.box, cut.size) not in ready:
            part = picture.resize(cut.size, Image.Resampling.LANCZOS, cut.box, reducing_gap=3)
            ready[cut.box, cut.size] = part
        part = ready[cut.box, cut.size]
        file_format, options = FORMATS[cut.extension]
        if cut.extension == "jpg" and part.mode == "RGBA":
            ground = Image.new("RGB", part.size, "white")
            ground.paste(part, mask=part)
            part = ground
        yield name, encode(part, file_format, **options).getvalue()
