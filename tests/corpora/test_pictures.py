"""Every picture file comes out the right way up, or is refused with a sentence."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files import File
from PIL import Image, ImageChops, ImageStat

from articles.models import Image as Stored
from articles.pictures import encode, open_upload
from tests.corpora.files import SHARED, pictures
from tests.factories import make_image, make_user

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


def shown(path: Path) -> list[Image.Image]:
    """What the site stores of an upload: the original, then every rendition and crop."""
    with path.open("rb") as file:
        image = make_image(File(file), renditions=True)
    assert set(image.renditions) == set(image.planned)
    sizes = {image.file.name: image.size} | {name: cut.size for name, cut in image.planned.items()}
    found = []
    for name, size in sizes.items():
        with Image.open(image.file.storage.path(name)) as picture:
            picture.load()
        assert picture.size == size, name
        assert not picture.getexif(), name
        assert "icc_profile" not in picture.info, name
        found.append(picture)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("path", ORIENTATIONS, ids=lambda path: path.name)
def test_every_file_made_of_an_orientation_is_upright(path):
    upright = opened(path.with_name(f"{path.stem.split('_')[0]}_1.jpg"))
    original, *smaller = shown(path)
    for picture in (original, *(each for each in smaller if each.format != "JPEG")):
        small = picture.convert("RGB").resize((90, 60))
        difference = ImageStat.Stat(ImageChops.difference(small, upright.resize((90, 60)))).mean
        assert max(difference) < 12, picture.format


@pytest.mark.django_db
@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path.name)
def test_an_upload_of_a_hostile_file_is_a_whole_picture_or_a_clear_refusal(path):
    try:
        found = shown(path)
    except ValidationError as refusal:
        assert refusal.messages[0].endswith(".")
    else:
        assert {picture.format for picture in found} >= {"AVIF", "WEBP", "JPEG"}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ORIENTATIONS + HOSTILE, ids=lambda path: path.name)
def test_the_dialog_of_the_editor_takes_each_or_says_why_not(path, client):
    client.force_login(make_user("Reporter"))
    with path.open("rb") as file:
        data = {"file": file, "alt": "A picture", "focal_x": 50, "focal_y": 50}
        answer = client.post("/admin/articles/image/editor/upload/", data)
    if answer.status_code == 201:
        image = Stored.objects.get()
        assert answer.json()["src"] == image.file.url
        assert image.file.storage.exists(image.file.name)
    else:
        assert answer.status_code == 422
        assert answer.json()["errors"]["file"].endswith(".")
        assert not Stored.objects.exists()
