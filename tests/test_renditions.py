"""Of every picture smaller files are made, in several formats and shapes; none is ever missed."""

import shutil
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django_tasks_db.management.commands.db_worker import Worker
from PIL import Image as Pixels

from articles import cuts
from articles.models import Image
from articles.tasks import make_renditions
from tests.factories import make_image, make_picture


@pytest.fixture
def files(settings):
    """The names of all files in storage, without their folders."""

    def listing():
        return {path.name for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}

    return listing


# Which files


@pytest.mark.parametrize(
    ("width", "widths"),
    [
        (300, [300]),
        (640, [640]),
        (800, [640, 800]),
        (1920, [640, 960, 1280, 1920]),
        (2400, [640, 960, 1280, 1920]),
    ],
)
def test_no_width_is_larger_than_the_picture(width, widths):
    assert cuts.widths(width) == widths


def test_a_line_of_one_pixel_keeps_its_height():
    assert cuts.scaled((2400, 1), 640) == (640, 1)


@pytest.mark.parametrize(
    ("size", "shape", "focus", "box", "final"),
    [
        ((1920, 1080), "16x9", (50, 50), (0, 0, 1920, 1080), (1200, 675)),
        ((1920, 1080), "1x1", (50, 50), (420, 0, 1500, 1080), (1080, 1080)),
        ((1920, 1080), "1x1", (0, 0), (0, 0, 1080, 1080), (1080, 1080)),
        ((1920, 1080), "1x1", (100, 100), (840, 0, 1920, 1080), (1080, 1080)),
        ((1920, 1080), "4x3", (30, 50), (0, 0, 1440, 1080), (1200, 900)),
        ((1000, 2000), "16x9", (50, 25), (0, 219, 1000, 781), (1000, 562)),
        ((1, 1), "16x9", (100, 0), (0, 0, 1, 1), (1, 1)),
    ],
)
def test_a_crop_is_the_largest_part_around_the_focal_point(size, shape, focus, box, final):
    assert cuts.crop(size, shape, focus) == (box, final, "jpg")


@pytest.mark.django_db
def test_every_planned_file_is_made_in_its_size_and_format():
    image = make_image(make_picture((1300, 1000)), renditions=True)
    assert set(image.renditions) == set(image.planned)
    assert len(image.renditions) == 4 * 3 + 3
    for name, cut in image.planned.items():
        with default_storage.open(name) as file, Pixels.open(file) as made:
            assert made.size == cut.size
            assert made.format == cuts.FORMATS[cut.extension][0]


def pixel(name, place):
    with default_storage.open(name) as file, Pixels.open(file) as picture:
        return picture.getpixel(place)


@pytest.mark.django_db
def test_the_focal_point_stays_in_the_crop():
    # Red on the left, blue on the right.
    image = make_image(make_picture((400, 200)), focal_x=0, renditions=True)
    red, _green, blue = pixel(image.name_of("1x1-0-50.jpg"), (195, 100))
    assert red > 200 > 50 > blue


@pytest.mark.django_db
def test_a_transparent_picture_stays_so_and_its_crops_stand_on_white():
    image = make_image(make_picture(file_format="PNG", mode="RGBA", alpha=0), renditions=True)
    assert image.formats == ("avif", "webp")
    for extension in image.formats:
        assert pixel(image.name_of(f"300.{extension}"), (10, 10))[3] == 0
    assert pixel(image.name_of("1x1-50-50.jpg"), (10, 10)) == (255, 255, 255)


# When they are made


@pytest.mark.django_db
def test_a_new_picture_has_them_made_after_the_commit(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        image = make_image()
        assert Image.objects.get().renditions == []
    image.refresh_from_db()
    assert set(image.renditions) == set(image.planned)


@pytest.mark.django_db
def test_a_new_caption_orders_nothing(django_capture_on_commit_callbacks):
    image = make_image(renditions=True)
    image.caption = "New"
    with django_capture_on_commit_callbacks() as ordered:
        image.save()
    assert not ordered


@pytest.mark.django_db
def test_a_new_focal_point_makes_new_crops_and_removes_the_old(
    django_capture_on_commit_callbacks, files
):
    image = make_image(renditions=True)
    before = files()
    image.focal_x = 10
    with django_capture_on_commit_callbacks(execute=True):
        image.save()
    image.refresh_from_db()
    assert {name.partition("-")[2] for name in files() - before} == {
        f"{shape}-10-50.jpg" for shape in cuts.SHAPES
    }
    assert len(files()) == len(before)


@pytest.mark.django_db
def test_a_copy_from_before_the_task_does_not_forget_what_it_made():
    image = make_image()
    Image.objects.get().make_renditions()
    image.save()
    assert set(Image.objects.get().renditions) == set(image.planned)


@pytest.mark.django_db
def test_making_them_twice_changes_nothing(files):
    image = make_image(renditions=True)
    made = {name: default_storage.get_modified_time(name) for name in image.renditions}
    before = files()
    make_renditions.call(image.pk)
    Image.objects.update(renditions=[])
    make_renditions.call(image.pk)
    assert set(Image.objects.get().renditions) == set(made)
    assert files() == before
    assert made == {name: default_storage.get_modified_time(name) for name in made}


@pytest.mark.django_db
def test_half_a_file_is_made_anew():
    image = make_image(renditions=True)
    path = Path(default_storage.path(image.name_of("300.jpg")))
    whole = path.read_bytes()
    path.write_bytes(whole[:100])
    Image.objects.update(renditions=[])
    make_renditions.call(image.pk)
    assert path.read_bytes() == whole


@pytest.mark.django_db
def test_one_that_has_gone_meanwhile_is_no_error():
    assert make_renditions.call(12345) is None


@pytest.fixture
def meanwhile(monkeypatch, django_capture_on_commit_callbacks):
    """Make the renditions of a picture while something happens to it."""

    def make(image, happens):
        def interrupted(picture, missing):
            yield from made(picture, missing)
            happens()

        made = cuts.made
        monkeypatch.setattr(cuts, "made", interrupted)
        with django_capture_on_commit_callbacks(execute=True):
            make_renditions.call(image.pk)

    return make


@pytest.mark.django_db
def test_a_picture_deleted_while_they_are_made_leaves_nothing(meanwhile, files):
    meanwhile(make_image(), Image.objects.all().delete)
    assert not files()


@pytest.mark.django_db
def test_a_focal_point_moved_while_they_are_made_leaves_no_old_crops(meanwhile, files):
    image = make_image()
    meanwhile(image, lambda: Image.objects.update(focal_x=10))
    image.refresh_from_db()
    assert image.renditions == []
    assert {name.partition("-")[2] for name in files()} == {"", "300.avif", "300.webp", "300.jpg"}


@pytest.mark.django_db
def test_a_failure_is_logged_and_leaves_the_original(django_capture_on_commit_callbacks, caplog):
    image = make_image()
    Path(image.file.path).write_bytes(b"broken")
    with django_capture_on_commit_callbacks(execute=True):
        image.save()
    assert f"No renditions of picture {image.pk}" in caplog.text
    image.refresh_from_db()
    assert image.renditions == []
    assert image.crop("1x1") == image.original


@pytest.mark.django_db(transaction=True)
def test_in_production_the_worker_makes_them(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    image = make_image()
    assert image.renditions == []
    Worker(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="one",
        excluded_queue_names=[],
    ).run()
    image.refresh_from_db()
    assert set(image.renditions) == set(image.planned)


# When they go


@pytest.mark.django_db
def test_a_new_file_replaces_the_old_ones_after_the_commit(
    django_capture_on_commit_callbacks, files
):
    image = make_image(renditions=True)
    old = files()
    image.file = make_picture((120, 90), "PNG")
    with django_capture_on_commit_callbacks(execute=True):
        image.save()
        assert old < files()
    image.refresh_from_db()
    assert not old & files()
    assert image.size == (120, 90)
    assert set(image.renditions) == set(image.planned)
    assert len(files()) == 1 + len(image.renditions)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "delete", [lambda image: image.delete(), lambda image: Image.objects.all().delete()]
)
def test_a_deleted_picture_takes_its_files_along(django_capture_on_commit_callbacks, files, delete):
    image = make_image(renditions=True)
    with django_capture_on_commit_callbacks(execute=True):
        delete(image)
        assert files()
    assert not files()


@pytest.mark.django_db
def test_files_that_have_gone_already_are_no_error(
    django_capture_on_commit_callbacks, settings, caplog
):
    image = make_image(renditions=True)
    shutil.rmtree(settings.MEDIA_ROOT)
    with django_capture_on_commit_callbacks(execute=True):
        image.delete()
    assert not Image.objects.exists()
    assert not caplog.records
