"""Authors have faces: uploads made safe and small, or drawn initials."""

from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from articles.avatars import SIZES, initials_svg
from articles.models import Author
from articles.pictures import open_upload
from tests.factories import make_article, make_author, make_picture, make_user


def upload(author, file):
    author.avatar.save(file.name, file)
    return author.avatar


def stored(author, size, extension):
    path = author.avatar.path.removesuffix(".png")
    with Image.open(f"{path}-{size}.{extension}") as picture:
        picture.load()
    return picture


@pytest.mark.django_db
def test_every_size_the_pages_use_is_made_as_webp_and_png():
    author = make_author("Ana")
    upload(author, make_picture())
    for size in SIZES:
        for extension in ("webp", "png"):
            picture = stored(author, size, extension)
            assert picture.size == (size, size)
            assert picture.format == extension.upper()


@pytest.mark.django_db
def test_the_page_offers_both_formats_at_two_densities(client):
    author = make_author("Ana")
    upload(author, make_picture())
    html = client.get(make_article(authors=[author]).get_absolute_url()).content.decode()
    stem = author.avatar.url.removesuffix(".png")
    assert f'srcset="{stem}-72.webp, {stem}-144.webp 2x"' in html
    assert f'src="{stem}-72.png" srcset="{stem}-144.png 2x" width="72" height="72"' in html
    assert html.count('alt="Ana Avatar"') == 2


@pytest.mark.django_db
def test_the_middle_square_is_kept():
    author = make_author()
    upload(author, make_picture(size=(300, 100)))
    picture = stored(author, 144, "png").convert("RGB")
    left, right = picture.getpixel((5, 72)), picture.getpixel((138, 72))
    assert left[0] > 200 > 50 > left[2]
    assert right[2] > 200 > 50 > right[0]


@pytest.mark.django_db
def test_it_is_turned_upright_and_loses_its_metadata():
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down: red, the left half, belongs on the right
    exif[0x010E] = "taken at home"
    author = make_author()
    upload(author, make_picture(exif=exif))
    picture = stored(author, 144, "webp")
    assert picture.convert("RGB").getpixel((138, 72))[0] > 200
    assert not picture.getexif()
    assert b"taken at home" not in Path(author.avatar.path).read_bytes()


@pytest.mark.django_db
def test_a_small_upload_is_not_blown_up_in_storage():
    author = make_author()
    with upload(author, make_picture(size=(100, 90))) as file:
        assert Image.open(file).size == (90, 90)


def animated() -> SimpleUploadedFile:
    frames = [Image.new("RGB", (90, 90), color) for color in ("red", "blue")]
    output = BytesIO()
    frames[0].save(output, "GIF", save_all=True, append_images=frames[1:])
    return SimpleUploadedFile("moving.gif", output.getvalue())


def several_pictures() -> SimpleUploadedFile:
    output = BytesIO()
    frames = [Image.new("RGB", (90, 90), color) for color in ("red", "blue")]
    frames[0].save(output, "MPO", save_all=True, append_images=frames[1:])
    return SimpleUploadedFile("camera.jpg", output.getvalue())


@pytest.mark.parametrize(
    ("file", "mode"),
    [
        (make_picture(mode="CMYK"), "RGB"),
        (make_picture(mode="L", file_format="PNG"), "RGB"),
        (make_picture(mode="P", file_format="PNG", transparency=0), "RGBA"),
        (make_picture(mode="I;16", file_format="PNG"), "RGB"),
        (make_picture(file_format="PNG", name="wrong.jpg"), "RGB"),
        (make_picture(file_format="AVIF"), "RGB"),
        (animated(), "RGB"),
        (several_pictures(), "RGB"),
    ],
    ids=["cmyk", "grey", "palette", "16-bit", "wrong-extension", "avif", "animated", "mpo"],
)
def test_odd_pictures_are_read(file, mode):
    assert open_upload(file).mode == mode


def bomb() -> SimpleUploadedFile:
    output = BytesIO()
    Image.new("1", (10_000, 5_000)).save(output, "PNG")
    return SimpleUploadedFile("bomb.png", output.getvalue())


whole = make_picture(size=(900, 900)).read()
REFUSED = {
    "text": (SimpleUploadedFile("face.png", b"just words"), "not a picture"),
    "empty": (SimpleUploadedFile("face.png", b"\n"), "not a picture"),
    "svg": (SimpleUploadedFile("face.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "not a"),
    "polyglot": (SimpleUploadedFile("face.gif", b"GIF89a/*<script>alert(1)</script>"), "not a"),
    "truncated": (SimpleUploadedFile("face.jpg", whole[: len(whole) // 2]), "not a picture"),
    "tiff": (make_picture(file_format="TIFF"), "not a picture"),
    "bomb": (bomb(), "40 million pixels"),
    "20 MB": (SimpleUploadedFile("face.jpg", bytes(20 * 1024 * 1024)), "20.0.+MB.*15.0.+MB"),
}


@pytest.mark.parametrize(("file", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_fit_picture_is_refused_with_a_sentence(file, sentence):
    with pytest.raises(ValidationError, match=sentence):
        open_upload(file)


def test_a_picture_hiding_a_script_loses_it():
    file = SimpleUploadedFile("face.jpg", whole + b"<script>alert(1)</script>")
    output = BytesIO()
    open_upload(file).save(output, "PNG")
    assert b"script" not in output.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["text", "bomb", "truncated"])
def test_a_refusal_in_the_admin_keeps_what_was_typed_and_saves_nothing(client, name):
    client.force_login(make_user("Administrator"))
    file, sentence = REFUSED[name]
    file.seek(0)
    answer = client.post(
        "/admin/articles/author/add/", {"name": "Ana Typed", "bio": "Typed bio", "avatar": file}
    )
    html = answer.content.decode()
    assert answer.status_code == 200
    assert sentence in html
    assert "Ana Typed" in html
    assert "Typed bio" in html
    assert client.get("/author/ana-typed/").status_code == 404


@pytest.mark.django_db
def test_the_admin_takes_an_upload_and_shows_it(client):
    client.force_login(make_user("Administrator"))
    client.post("/admin/articles/author/add/", {"name": "Ana", "avatar": make_picture()})
    author = Author.objects.get(name="Ana")
    assert author.avatar
    html = client.get(f"/admin/articles/author/{author.pk}/change/").content.decode()
    assert author.avatar.rendition_url(72, "webp") in html


@pytest.mark.django_db
def test_an_author_without_an_upload_gets_drawn_initials(client):
    author = make_author("Ana Maria Lee")
    html = client.get(make_article(authors=[author]).get_absolute_url()).content.decode()
    assert html.count('src="/author/ana-maria-lee/avatar.svg"') == 2
    assert html.count('alt="Ana Maria Lee Avatar"') == 2
    drawing = client.get("/author/ana-maria-lee/avatar.svg")
    assert drawing["Content-Type"] == "image/svg+xml"
    assert ">AL</text>" in drawing.content.decode()


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("yiyun", "Y"),
        ("Ana Lee", "AL"),
        ("ana ana", "A"),
        ("李 明", "李明"),
        ("<b>", "&lt;"),
        ("", "?"),
    ],
)
def test_initials_are_the_first_letters_of_first_and_last_word(name, letters):
    assert f">{letters}</text>" in initials_svg(name)
