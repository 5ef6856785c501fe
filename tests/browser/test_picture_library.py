"""The library of pictures in a browser: the middle of interest by a click, and nobody shut out."""

import pytest
from playwright.sync_api import Page, expect

from articles.models import Image
from tests.browser.editing import file
from tests.factories import make_article, make_draft, make_image, make_picture, make_user

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/admin/articles/image/"


@pytest.fixture
def pictures():
    """One that a post shows, and one that nobody does."""
    used, free = (make_image(make_picture((900, 600)), renditions=True, alt=alt) for alt in "ab")
    make_draft("Shows it", lead_image=used)
    return used, free


def test_a_click_sets_the_middle_of_interest(page: Page, site, login, pictures):
    login(page, make_user("Editor"))
    page.goto(f"{LIST}{pictures[0].pk}/change/")
    expect(page.get_by_text("Click on the picture")).to_be_visible()
    picture = page.locator("[data-focal] img")
    box = picture.bounding_box()
    picture.click(position={"x": box["width"] * 0.25, "y": box["height"] * 0.75})
    expect(page.get_by_label("Middle of interest, from the left")).to_have_value("25")
    expect(page.get_by_label("Middle of interest, from the top")).to_have_value("75")
    mark = page.locator(".focus-mark").bounding_box()
    assert abs(mark["x"] + mark["width"] / 2 - box["x"] - box["width"] * 0.25) < 5
    page.get_by_label("Middle of interest, from the left").fill("40")
    assert page.locator(".focus-mark").evaluate("mark => mark.style.left") == "40%"
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(f"{site}{LIST}")
    pictures[0].refresh_from_db()
    assert pictures[0].focus == (40, 75)


def test_another_file_is_seen_wherever_the_picture_is_used(page: Page, site, login):
    image = make_image(make_picture((900, 600)), renditions=True, alt="A quay")
    post = make_article("Ships", lead_image=image)
    login(page, make_user("Editor"))
    page.goto(f"{LIST}{image.pk}/change/")
    page.locator("input[type=file]").set_input_files(file(content=make_picture((800, 500)).read()))
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist .info")).to_contain_text("The new file is shown")
    page.goto(post.get_absolute_url())
    shown = page.get_by_role("img", name="A quay").first
    assert shown.evaluate("each => each.decode().then(() => each.naturalWidth > 0)")
    assert shown.evaluate("each => each.width / each.height") == pytest.approx(1.6, abs=0.02)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_every_page_of_the_library_is_for_everybody(
    page: Page, login, axe, pictures, scheme, width
):
    used, free = pictures
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    login(page, make_user("Editor"))
    for address in [
        *(LIST, f"{LIST}?use=unused", f"{LIST}?q=nothing", f"{LIST}add/"),
        *(f"{LIST}{used.pk}/change/", f"{LIST}{used.pk}/delete/", f"{LIST}{free.pk}/delete/"),
    ]:
        page.goto(address)
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    page.goto(LIST)
    for box in page.locator("input.action-select").all():
        box.check()
    page.get_by_label("Action:").select_option("delete_selected")
    page.get_by_role("button", name="Go").click()
    expect(page.get_by_role("heading", name="1 of the chosen pictures is in use")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("button", name="Delete 1 picture").click()
    expect(page.get_by_text("1 picture deleted.")).to_be_visible()
    assert list(Image.objects.all()) == [used]
