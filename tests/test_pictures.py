"""Pictures in posts: stored safely, shown in the size a reader needs, entered by editors."""

import re
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import Image as Pixels
from PIL import ImageCms

from articles.models import Article, Image
from articles.templatetags.articles import with_pictures
from tests.factories import (
    make_article,
    make_draft,
    make_image,
    make_picture,
    make_tag,
)
from tests.pages import visible_lines

pytestmark = pytest.mark.django_db

ADD = "/admin/articles/image/add/"


def change(image):
    return f"/admin/articles/image/{image.pk}/change/"


def stored(image):
    with default_storage.open(image.file.name) as file:
        picture = Pixels.open(file)
        picture.load()
    return picture


# What is stored


def test_the_original_is_upright_and_has_no_metadata():
    exif = Pixels.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010E] = "taken at home"
    exif.get_ifd(0x8825)[1] = "N"  # where it was taken
    image = make_image(make_picture((300, 200), exif=exif))
    assert (image.width, image.height) == (200, 300)
    picture = stored(image)
    assert picture.size == (200, 300)
    assert not picture.getexif()
    red, _green, blue = picture.getpixel((100, 20))  # the left half is on top now
    assert red > 200 > 50 > blue


def swapped_profile():
    """A colour profile in which red means green and green red."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    table, rest = profile[:400], profile[400:]
    for old, new in ((b"rXYZ", b"____"), (b"gXYZ", b"rXYZ"), (b"____", b"gXYZ")):
        table = table.replace(old, new)
    return table + rest


def test_colours_of_another_profile_stay_as_they_were_meant():
    image = make_image(make_picture(icc_profile=swapped_profile()))
    red, green, _blue = stored(image).getpixel((20, 100))
    assert green > 200 > 50 > red
    assert "icc_profile" not in stored(image).info


def test_a_broken_profile_is_passed_over():
    image = make_image(make_picture(icc_profile=b"nonsense"))
    assert stored(image).getpixel((20, 100))[0] > 200


def test_a_large_picture_is_made_2400_pixels_wide():
    assert make_image(make_picture((3000, 1500))).size == (2400, 1200)


def test_a_very_tall_picture_fits_every_format():
    assert make_image(make_picture((20, 40_000), "PNG"), renditions=True).size == (8, 16_000)


def test_a_small_picture_stays_as_small_as_it_is():
    assert make_image(make_picture((10, 8))).size == (10, 8)


@pytest.mark.parametrize(
    ("options", "extension"),
    [
        ({"file_format": "PNG"}, "jpg"),
        ({"file_format": "PNG", "mode": "RGBA"}, "jpg"),
        ({"file_format": "PNG", "mode": "RGBA", "alpha": 99}, "webp"),
        ({"file_format": "AVIF"}, "jpg"),
        ({"file_format": "GIF"}, "jpg"),
    ],
    ids=["png", "opaque alpha", "transparent", "avif", "gif"],
)
def test_it_is_a_jpeg_unless_something_shows_through(options, extension):
    image = make_image(make_picture(**options))
    assert image.file.name.endswith(f".{extension}")
    assert stored(image).format == {"jpg": "JPEG", "webp": "WEBP"}[extension]


def test_names_say_nothing_and_cannot_be_guessed():
    names = {make_image(make_picture(name="secret.jpg")).file.name for _ in range(2)}
    assert len(names) == 2
    assert all(re.fullmatch(r"images/\w{16}/\w{12}\.jpg", name) for name in names)


def test_what_is_no_picture_is_refused_whichever_way_it_comes():
    with transaction.atomic(), pytest.raises(ValidationError, match="not a picture"):
        make_image(SimpleUploadedFile("a.jpg", b"words"))


@pytest.mark.parametrize("wrong", [{"alt": ""}, {"focal_x": 101}, {"focal_y": 101}])
def test_a_picture_without_description_or_with_a_focal_point_outside_is_not_stored(wrong):
    with pytest.raises(IntegrityError):
        make_image(**wrong)


# On the page


def page(client, article):
    return client.get(article.get_absolute_url()).content.decode()


def elements(html, name):
    return re.findall(rf"<{name} [^>]*>", html)


def test_the_lead_is_offered_in_every_format_and_is_not_lazy(client):
    image = make_image(make_picture((1000, 500)), renditions=True, alt="A red wall")
    html = page(client, make_article(lead_image=image))
    figure = html[html.index('<figure class="lead-picture">') : html.index("</figure>")]
    avif, webp = elements(figure, "source")
    (img,) = elements(figure, "img")
    url = image.file.url.removesuffix(".jpg")
    for tag, extension in ((avif, "avif"), (webp, "webp"), (img, "jpg")):
        assert (
            f'srcset="{url}-640.{extension} 640w, {url}-960.{extension} 960w, '
            f'{url}-1000.{extension} 1000w"' in tag
        )
        assert 'sizes="' in tag
    assert 'type="image/avif"' in avif
    assert 'type="image/webp"' in webp
    assert f'src="{url}-1000.jpg"' in img
    assert 'width="1000" height="500" alt="A red wall"' in img
    assert 'fetchpriority="high"' in img
    assert "lazy" not in img


def test_a_transparent_lead_has_no_jpeg(client):
    file = make_picture(file_format="PNG", mode="RGBA", alpha=0)
    html = page(client, make_article(lead_image=make_image(file, renditions=True)))
    figure = html[html.index('<figure class="lead-picture">') : html.index("</figure>")]
    assert ".avif 300w" in elements(figure, "source")[0]
    assert ".webp 300w" in elements(figure, "img")[0]
    assert ".jpg" not in figure


def test_caption_and_credit_stand_below_the_lead(client):
    image = make_image(alt="A wall", caption="The wall <in> May.", credit="Photo: Ana")
    lines = visible_lines(client.get(make_article("Title", lead_image=image).get_absolute_url()))
    start = lines.index("A wall")
    assert lines.index("Title") < start
    assert lines[start : start + 3] == [
        "A wall",
        "The wall <in> May. Photo: Ana",
        "First paragraph.",
    ]


def test_a_lead_without_words_has_no_empty_caption(client):
    html = page(client, make_article(lead_image=make_image()))
    assert '<figure class="lead-picture">' in html
    assert "<figcaption" not in html


def test_until_its_renditions_are_made_the_original_is_shown(client):
    image = make_image()
    html = page(client, make_article(lead_image=image))
    assert f'<picture><img src="{image.file.url}" width="300" height="200"' in html
    assert [image.crop(shape) for shape in ("1x1", "4x3", "16x9")] == [image.original] * 3


def test_crops_have_an_address_and_a_size():
    image = make_image(make_picture((1600, 1600)), focal_y=20, renditions=True)
    url = image.file.url.removesuffix(".jpg")
    assert image.crop("1x1") == (f"{url}-1x1-50-20.jpg", 1200, 1200)
    assert image.crop("4x3") == (f"{url}-4x3-50-20.jpg", 1200, 900)
    assert image.crop("16x9") == (f"{url}-16x9-50-20.jpg", 1200, 675)


def test_a_card_shows_the_lead_without_saying_it_twice(client):
    make_article(lead_image=make_image(alt="A wall", renditions=True), tags=[make_tag("Chips")])
    html = client.get("/tag/chips/").content.decode()
    (img,) = elements(html, "img")
    assert 'alt=""' in img
    assert 'loading="lazy"' in img
    assert 'width="300" height="200"' in img


@pytest.mark.parametrize("posts", [1, 10])
def test_lists_cost_no_more_queries_with_pictures(client, django_assert_num_queries, posts):
    for _ in range(posts):
        make_article(lead_image=make_image(renditions=True))
    with django_assert_num_queries(6):
        client.get("/")


# In the body


def body_of(*images, attributes=""):
    return "".join(f'<p>Text</p><img src="{image.file.url}"{attributes}>' for image in images)


def test_a_picture_in_the_body_is_shown_in_full_and_lazily(client):
    image = make_image(make_picture((700, 350)), renditions=True, alt="A “red” wall")
    html = page(client, make_article(body=body_of(image)))
    figure = html[html.index("<picture>") : html.index("</picture>")]
    assert len(elements(figure, "source")) == 2
    (img,) = elements(figure, "img")
    assert " 640w, " in img
    assert 'width="700" height="350" alt="A “red” wall"' in img
    assert 'loading="lazy" decoding="async"' in img


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (' alt="A &quot;wall&quot; &amp; &lt;b&gt;"', 'alt="A &quot;wall&quot; &amp; &lt;b&gt;"'),
        (' alt=""', 'alt="Its own"'),
        ("", 'alt="Its own"'),
    ],
)
def test_the_description_written_in_the_body_comes_first(client, written, shown):
    image = make_image(alt="Its own")
    html = page(client, make_article(body=body_of(image, attributes=written)))
    assert shown in html
    assert "<b>" not in html


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (' width="150" height="7"', 'width="150" height="100"'),
        (' width="9999"', 'width="300" height="200"'),
        (' width="0"', 'width="300" height="200"'),
    ],
)
def test_a_smaller_width_written_in_the_body_is_kept(written, shown):
    assert shown in with_pictures(body_of(make_image(), attributes=written))


def test_a_file_that_was_replaced_shows_the_new_picture():
    image = make_image()
    body = body_of(image)
    image.file = make_picture((120, 90))
    image.save()
    assert image.file.url in with_pictures(body)


@pytest.mark.parametrize("name", ["other/a.jpg", "images/unknown/a.jpg", "images/a.jpg"])
def test_an_unknown_file_stays_as_it_is_but_lazy(name):
    body = f'<p>Text</p><img src="/media/{name}" alt="A wall">'
    assert with_pictures(body) == body[:-1] + ' loading="lazy" decoding="async">'


def test_all_pictures_of_a_body_cost_one_query(django_assert_num_queries):
    images = [make_image(renditions=True) for _ in range(3)]
    with django_assert_num_queries(1):
        html = with_pictures(body_of(*images, *images))
    assert html.count("<picture>") == 6


def test_a_body_without_pictures_costs_none(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert with_pictures("<p>Text</p>") == "<p>Text</p>"


# In the admin


def form(**values):
    return {"alt": "A wall", "focal_x": 50, "focal_y": 50} | values


def test_a_reporter_uploads_a_picture(client, reporter):
    client.post(ADD, form(file=make_picture(), caption="In May", credit="Ana", focal_x=20))
    image = Image.objects.get()
    assert (image.alt, image.caption, image.credit) == ("A wall", "In May", "Ana")
    assert image.focus == (20, 50)
    assert image.size == (300, 200)


def test_an_upload_with_a_very_long_name_is_taken(client, reporter):
    client.post(ADD, form(file=make_picture(name="x" * 240 + ".jpg")))
    assert Image.objects.exists()


def bomb():
    output = BytesIO()
    Pixels.new("1", (10_000, 5_000)).save(output, "PNG")
    return SimpleUploadedFile("bomb.png", output.getvalue())


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"file": ""}, "Choose a picture to upload."),
        ({"file": SimpleUploadedFile("a.jpg", b"words")}, "not a picture that can be read"),
        ({"file": SimpleUploadedFile("a.jpg", b"")}, "The submitted file is empty."),
        ({"file": bomb()}, "more than 40 million pixels"),
        ({"file": make_picture(), "alt": " "}, "Describe the picture"),
        ({"file": make_picture(), "alt": "x" * 301}, "at most 300 characters (it has 301)"),
        ({"file": make_picture(), "focal_x": "101"}, "less than or equal to 100"),
        ({"file": make_picture(), "focal_y": "-1"}, "greater than or equal to 0"),
        ({"file": make_picture(), "focal_y": "left"}, "Enter a whole number."),
    ],
    ids=["none", "words", "empty", "bomb", "no alt", "long alt", "right", "above", "no number"],
)
def test_a_refusal_is_a_sentence_and_keeps_what_was_typed(client, reporter, values, sentence):
    answer = client.post(ADD, form(caption="Typed caption", **values))
    html = answer.content.decode()
    assert answer.status_code == 200
    assert sentence in html
    assert "Typed caption" in html
    assert not Image.objects.exists()


def test_the_form_shows_the_picture_and_its_crops(client, editor):
    image = make_image(renditions=True)
    html = client.get(change(image)).content.decode()
    assert image.crop("16x9").url in html
    assert f"{image.name_of('300.avif')} 300w" in html


def test_a_refused_form_shows_the_picture_as_it_is_stored(client, editor):
    image = make_image(renditions=True)
    html = client.post(change(image), form(file=make_picture(), alt="", focal_x=9)).content.decode()
    assert "Describe the picture" in html
    assert image.crop("1x1").url in html
    assert Image.objects.get().file.name == image.file.name


def test_a_change_of_words_keeps_the_file(client, editor):
    image = make_image()
    client.post(change(image), form(alt="Better words"))
    changed = Image.objects.get()
    assert (changed.alt, changed.file.name) == ("Better words", image.file.name)


def test_the_list_shows_thumbnails_and_finds_by_words(client, editor):
    wall = make_image(alt="A wall", caption="In Penang", credit="Farah", renditions=True)
    tree = make_image(alt="A tree")
    for words in ("wall", "penang", "farah"):
        html = client.get("/admin/articles/image/", {"q": words}).content.decode()
        assert f"{wall.name_of('300.jpg')} 300w" in html
        assert tree.file.url not in html


def test_a_reporter_cannot_delete_a_picture(client, reporter):
    image = make_image()
    address = f"/admin/articles/image/{image.pk}/delete/"
    assert client.post(address, {"post": "yes"}).status_code == 403


def test_an_editor_deletes_a_picture_unless_a_post_leads_with_it(client, editor):
    free, used = make_image(), make_image()
    make_draft("Uses it", lead_image=used)
    for image in (free, used):
        client.post(f"/admin/articles/image/{image.pk}/delete/", {"post": "yes"})
    assert list(Image.objects.all()) == [used]


ROWS = {
    "discussion-TOTAL_FORMS": 0,
    "discussion-INITIAL_FORMS": 0,
    "comments_open": "on",
    "show_changes": "site",
}


def test_a_reporter_chooses_the_lead_of_a_post(client, reporter):
    image = make_image(alt="A wall")
    found = client.get(
        "/admin/autocomplete/",
        {
            "app_label": "articles",
            "model_name": "article",
            "field_name": "lead_image",
            "term": "wa",
        },
    ).json()
    assert found["results"] == [{"id": str(image.pk), "text": "A wall"}]
    client.post("/admin/articles/article/add/", ROWS | {"title": "Post", "lead_image": image.pk})
    assert Article.objects.get().lead_image == image


@pytest.mark.parametrize(("sent", "saved"), [("99", 0), ("9" * 30, 1), ("wall", 1), ("", 1)])
def test_a_lead_that_does_not_exist_is_no_error(client, editor, sent, saved):
    answer = client.post(
        "/admin/articles/article/add/",
        ROWS | {"title": "Post", "status": "draft", "lead_image": sent},
    )
    assert answer.status_code == (302 if saved else 200)
    assert Article.objects.filter(lead_image=None).count() == saved
    assert ("Select a valid choice" in answer.content.decode()) == (not saved)
