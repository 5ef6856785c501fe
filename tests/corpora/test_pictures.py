"""Every picture file comes out the right way up, or is refused with a sentence."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from PIL import Image, ImageChops, ImageStat

from articles.pictures import encode, open_upload
from tests.corpora.files import SHARED, pictures

ORIENTATIONS = pictures("orientation") if SHARED.exists() else []
HOSTILE = pictures("hostile") if SHARED.exists() else []


def opened(path: Path) -> Image.Image:
    with path.open("rb") as file:
        return open_upload(file)


@pytest.mark.parametrize("path", ORIENTATIONS, ids=lambda path: path.name)
def test_every_orientation_comes_out_upright(path):
    upright = opened(path.with_name(f"{path.stem.split('_')[0]}_1.jpg"))
    picture = opened(path).resize(upright.size)
    difference = ImageStat.Stat(ImageChops.difference(picture, upright)).mean
    assert max(difference) < 10


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path.name)
def test_a_broken_or_hostile_file_is_a_picture_or_a_clear_refusal(path):
    try:
        picture = opened(path)
    except ValidationError as refusal:
        assert refusal.messages[0].endswith(".")
    else:
        with Image.open(encode(picture, "WEBP")) as written:
            assert not written.getexif()
            assert written.size == picture.size
