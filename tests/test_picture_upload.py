"""What the picture dialog of the editor asks of the site: uploads, the library, words."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from articles.admin_pictures import PER_PAGE
from articles.models import Image
from tests.factories import make_image, make_picture, make_user

pytestmark = pytest.mark.django_db

LIBRARY = "/admin/articles/image/editor/"
UPLOAD = "/admin/articles/image/editor/upload/"


def form(**values):
    return {"alt": "A wall", "focal_x": 50, "focal_y": 50} | values


def words(image):
    return f"/admin/articles/image/editor/{image.pk}/"


@pytest.fixture
def nobody(client):
    """Somebody who may enter the admin and do nothing with pictures."""
    user = make_user()
    user.user_permissions.add(Permission.objects.get(codename="change_article"))
    client.force_login(user)
    return user


def test_an_upload_is_a_picture_of_the_library(client, reporter):
    data = form(file=make_picture(), caption="In May", credit="Ana", focal_x=20)
    answer = client.post(UPLOAD, data)
    image = Image.objects.get()
    assert answer.status_code == 201
    assert (image.alt, image.caption, image.credit, image.focus) == (
        "A wall",
        "In May",
        "Ana",
        (20, 50),
    )
    assert answer.json() == {
        "id": image.pk,
        "src": image.file.url,
        "thumb": image.file.url,
        "address": words(image),
        "alt": "A wall",
        "caption": "In May",
        "credit": "Ana",
        "width": 300,
        "height": 200,
        "focal_x": 20,
        "focal_y": 50,
    }


def test_who_uploaded_what_is_in_the_log(client, reporter):
    client.post(UPLOAD, form(file=make_picture()))
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_repr, entry.is_addition()) == (reporter, "A wall", True)


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({}, "file", "Choose a picture to upload."),
        ({"file": SimpleUploadedFile("a.jpg", b"words")}, "file", "not a picture that can be read"),
        ({"file": SimpleUploadedFile("a.jpg", b"")}, "file", "The submitted file is empty."),
        ({"file": make_picture(), "alt": " "}, "alt", "Describe the picture"),
        ({"file": make_picture(), "alt": "x" * 301}, "alt", "at most 300 characters"),
        ({"file": make_picture(), "credit": "a\0b"}, "credit", "Null characters are not allowed."),
        ({"file": make_picture(), "focal_x": "101"}, "focal_x", "less than or equal to 100"),
        ({"file": make_picture(), "focal_y": "left"}, "focal_y", "Enter a whole number."),
    ],
    ids=["none", "words", "empty", "no alt", "long alt", "null", "right", "no number"],
)
def test_a_refusal_is_a_sentence_for_its_field(client, reporter, values, field, sentence):
    answer = client.post(UPLOAD, form(**values))
    assert answer.status_code == 422
    assert sentence in answer.json()["errors"][field]
    assert not Image.objects.exists()


def test_who_may_not_add_pictures_cannot_upload(client, nobody):
    assert client.post(UPLOAD, form(file=make_picture())).status_code == 403
    assert not Image.objects.exists()


def test_an_upload_without_the_token_of_the_form_is_refused():
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("Reporter"))
    assert client.post(UPLOAD, form(file=make_picture())).status_code == 403


@pytest.mark.parametrize("address", [LIBRARY, UPLOAD, f"{LIBRARY}1/"])
def test_without_a_login_there_is_only_the_login(client, address):
    assert client.get(address).status_code == 302


def test_only_what_is_sent_is_kept(client, reporter):
    answer = client.get(UPLOAD)
    assert answer.status_code == 405
    assert answer.json()["errors"]


@pytest.mark.parametrize("typed", ["wall", "penang", "FARAH", "wall farah"])
def test_the_library_is_searched_by_words(client, reporter, typed):
    wall = make_image(alt="A wall", caption="In Penang", credit="Farah", renditions=True)
    make_image(alt="A tree")
    body = client.get(LIBRARY, {"q": typed}).json()
    assert [each["id"] for each in body["pictures"]] == [wall.pk]
    assert body["pictures"][0]["thumb"].endswith("-300.jpg")
    assert body["said"] == "1 picture"


def test_the_library_comes_in_pages_the_newest_first(client, reporter):
    images = [make_image() for _ in range(PER_PAGE + 1)]
    first = client.get(LIBRARY).json()
    assert [each["id"] for each in first["pictures"]] == [image.pk for image in images[:0:-1]]
    assert first["next"] == 2
    second = client.get(LIBRARY, {"page": "2"}).json()
    assert [each["id"] for each in second["pictures"]] == [images[0].pk]
    assert second["next"] is None


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 40, "٣", ""])
def test_a_page_that_is_none_is_no_error(client, reporter, page):
    make_image()
    assert len(client.get(LIBRARY, {"page": page}).json()["pictures"]) == 1


@pytest.mark.parametrize("typed", ["zebra", "\0", "%", "'\""])
def test_a_search_that_finds_nothing_says_so(client, reporter, typed):
    make_image(alt="A wall")
    body = client.get(LIBRARY, {"q": typed}).json()
    if not body["pictures"]:
        assert body["said"] == "No picture was found."


@pytest.mark.parametrize("count", [1, 20])
def test_a_page_of_the_library_costs_the_same_with_many(
    client, reporter, count, django_assert_num_queries
):
    for _ in range(count):
        make_image(renditions=True)
    with django_assert_num_queries(6):
        client.get(LIBRARY, {"q": "picture"})


def test_a_picture_is_found_by_the_address_of_a_file_it_had(client, reporter):
    image, _other = make_image(alt="A wall"), make_image()
    before = image.file.url
    image.file = make_picture((120, 90))
    image.save()
    (found,) = client.get(LIBRARY, {"src": before}).json()["pictures"]
    assert (found["id"], found["src"]) == (image.pk, image.file.url)


@pytest.mark.parametrize("src", ["/media/a.jpg", "https://x.example/a.jpg", "\0", "//["])
def test_a_file_of_no_picture_finds_none(client, reporter, src):
    assert client.get(LIBRARY, {"src": src}).json() == {"pictures": []}


def test_who_may_not_see_pictures_cannot_search_them(client, nobody):
    assert client.get(LIBRARY).status_code == 403


def test_words_and_the_middle_of_a_picture_are_changed(client, reporter):
    image = make_image()
    answer = client.post(words(image), form(alt="Better", credit="Bo", focal_y=10))
    changed = Image.objects.get()
    assert answer.status_code == 200
    assert (changed.alt, changed.credit, changed.focus) == ("Better", "Bo", (50, 10))
    assert changed.file.name == image.file.name


def test_a_change_that_is_refused_changes_nothing(client, reporter):
    image = make_image(alt="A wall")
    answer = client.post(words(image), form(alt="", credit="Bo"))
    assert answer.status_code == 422
    assert "Describe the picture" in answer.json()["errors"]["alt"]
    assert Image.objects.get().credit == ""


def test_who_may_not_change_pictures_cannot_change_words(client, nobody):
    image = make_image(alt="A wall")
    assert client.post(words(image), form(alt="Mine")).status_code == 403
    assert Image.objects.get().alt == "A wall"


def test_words_of_a_picture_that_is_no_more_are_not_found(client, editor):
    assert client.post(f"{LIBRARY}4711/", form()).status_code == 404


def test_the_form_offers_what_one_may_do_with_pictures(client, reporter):
    html = client.get("/admin/articles/article/add/").content.decode()
    assert f'data-upload="{UPLOAD}"' in html
    assert f'data-library="{LIBRARY}"' in html
    assert "data-lead=" in html


def test_the_form_offers_no_pictures_to_who_may_not_see_them(client):
    user = make_user()
    for name in ("add_article", "change_article", "view_article"):
        user.user_permissions.add(Permission.objects.get(codename=name))
    client.force_login(user)
    html = client.get("/admin/articles/article/add/").content.decode()
    _before, _found, after = html.partition('<template id="id_body_parts"')
    template = after.partition("</template>")[0]
    assert 'data-part="link"' in template
    for offered in ("Choose or upload", "data-library", "data-drop"):
        assert offered not in template
