"""Pictures come into the text by drop, paste, upload or from the library, described in a dialog."""

import re
from functools import partial

import pytest
from playwright.sync_api import Page, Route, expect

from articles.models import Article, Image
from tests.browser.editing import file, hand_over, saved, text_box, to_the_end
from tests.factories import make_draft, make_image, make_user


@pytest.fixture
def dialog(page):
    return page.get_by_role("dialog")


def describe(dialog, alt="A wall", caption="", credit="", button="Insert"):
    dialog.get_by_label("Description, for readers").fill(alt)
    dialog.get_by_label("Caption", exact=True).fill(caption)
    dialog.get_by_label("Credit", exact=True).fill(credit)
    dialog.get_by_role("button", name=button).click()


def figure(image, alt, below=""):
    picture = f'<img src="{image.file.url}" alt="{alt}" width="{image.width}"'
    caption = f"<figcaption>{below}</figcaption>" if below else ""
    return f'<figure>{picture} height="{image.height}">{caption}</figure>'


def test_a_file_is_uploaded_and_stands_in_the_text(edit, page, dialog):
    to_the_end(edit("<p>Before</p>"))
    page.get_by_role("button", name="Picture").click()
    dialog.get_by_label("Drop a picture here").set_input_files(file())
    describe(dialog, caption="In May", credit="Ana")
    expect(dialog).to_have_count(0)
    below = "In May <cite>Ana</cite>"
    assert saved(page) == "<p>Before</p>" + figure(Image.objects.get(), "A wall", below)
    image = Image.objects.get()
    assert (image.alt, image.caption, image.credit) == ("A wall", "In May", "Ana")


@pytest.mark.parametrize("event", ["drop", "paste"])
def test_a_file_comes_in_by(event, edit, page, dialog):
    box = edit("<p>Before</p>")
    to_the_end(box)
    hand_over(box, event, ["a.jpg"])
    describe(dialog)
    expect(dialog).to_have_count(0)
    assert saved(page) == "<p>Before</p>" + figure(Image.objects.get(), "A wall")


def test_several_files_are_described_one_after_another(edit, page, dialog):
    hand_over(edit(), "drop", ["a.jpg", "b.jpg", "c.jpg"])
    expect(dialog).to_have_accessible_name("Insert a picture (1 of 3)")
    describe(dialog, "First")
    expect(dialog).to_have_accessible_name("Insert a picture (2 of 3)")
    dialog.get_by_role("button", name="Leave this one out").click()
    expect(dialog).to_have_accessible_name("Insert a picture (3 of 3)")
    describe(dialog, "Third")
    expect(dialog).to_have_count(0)
    third, first = Image.objects.all()
    assert saved(page) == figure(first, "First") + figure(third, "Third")


def test_words_from_word_come_in_without_the_picture_of_them(edit, page, dialog):
    box = edit()
    hand_over(
        box,
        "paste",
        ["image.png"],
        **{"text/html": "<p>Some words</p>", "text/plain": "Some words"},
    )
    assert saved(page) == "<p>Some words</p>"
    assert not Image.objects.exists()


def test_a_picture_is_chosen_from_the_library_with_the_keyboard(edit, page, dialog):
    make_image(alt="A tree")
    wall = make_image(alt="A wall", caption="In May", credit="Ana")
    make_image(alt="A cat")
    to_the_end(edit("<p></p>"))
    page.get_by_role("button", name="Picture").focus()
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("status").nth(1)).to_have_text("3 pictures")
    dialog.get_by_label("Search by description").press_sequentially("wall")
    expect(dialog.get_by_role("status").nth(1)).to_have_text("1 picture")
    page.keyboard.press("Tab")
    expect(dialog.get_by_role("button", name="A wall")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog.get_by_label("Description, for readers")).to_be_focused()
    expect(dialog.get_by_label("Credit", exact=True)).to_have_value("Ana")
    dialog.get_by_label("Credit", exact=True).press("Enter")
    expect(text_box(page)).to_be_focused()
    assert saved(page) == figure(wall, "A wall", "In May <cite>Ana</cite>")


def test_words_for_one_text_leave_the_library_as_it_is(edit, page, dialog):
    image = make_image(alt="A wall")
    edit()
    page.get_by_role("button", name="Picture").click()
    dialog.get_by_role("button", name="A wall").click()
    describe(dialog, "The same wall")
    assert saved(page) == figure(image, "The same wall")
    assert Image.objects.get().alt == "A wall"


def test_better_words_are_kept_in_the_library_where_that_is_wanted(edit, page, dialog):
    make_image(alt="A wall")
    edit()
    page.get_by_role("button", name="Picture").click()
    dialog.get_by_role("button", name="A wall").click()
    dialog.get_by_label("Keep these words").check()
    describe(dialog, "A red wall", credit="Bo")
    expect(dialog).to_have_count(0)
    image = Image.objects.get()
    assert (image.alt, image.credit) == ("A red wall", "Bo")


def test_the_middle_of_interest_is_set_by_keys_numbers_and_clicks(edit, page, dialog):
    edit()
    page.get_by_role("button", name="Picture").click()
    dialog.get_by_label("Drop a picture here").set_input_files(file())
    left, top = dialog.get_by_label("From the left"), dialog.get_by_label("From the top")
    preview = dialog.locator("canvas")
    size = preview.bounding_box()
    preview.click(position={"x": size["width"] / 4, "y": size["height"] / 2})
    expect(left).to_have_value("25")
    dialog.get_by_role("button", name="Middle of interest").press("ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    expect(dialog.get_by_role("status").first).to_have_text(
        "26 percent from the left, 40 percent from the top"
    )
    top.fill("10")
    describe(dialog)
    expect(dialog).to_have_count(0)
    assert Image.objects.get().focus == (26, 10)


@pytest.mark.provokes("status of 422")
def test_a_refused_file_leaves_nothing_in_the_text_and_keeps_what_was_typed(edit, page, dialog):
    edit("<p>Before</p>")
    page.get_by_role("button", name="Picture").click()
    dialog.get_by_label("Drop a picture here").set_input_files(file(content=b"words"))
    describe(dialog, "A wall", credit="Ana")
    expect(dialog.get_by_role("alert")).to_contain_text("not a picture that can be read")
    expect(dialog.get_by_label("Credit", exact=True)).to_have_value("Ana")
    dialog.get_by_role("button", name="Choose another picture").click()
    dialog.get_by_label("Drop a picture here").set_input_files(file())
    expect(dialog.get_by_label("Credit", exact=True)).to_have_value("Ana")
    page.keyboard.press("Escape")
    assert saved(page) == "<p>Before</p>"
    assert not Image.objects.exists()


def test_a_picture_without_description_is_not_taken(edit, page, dialog):
    edit()
    page.get_by_role("button", name="Picture").click()
    dialog.get_by_label("Drop a picture here").set_input_files(file())
    describe(dialog, " ")
    alt = dialog.get_by_label("Description, for readers")
    expect(alt).to_be_focused()
    expect(alt).to_have_attribute("aria-invalid", "true")
    expect(alt).to_have_accessible_description(
        "Describe the picture, for readers who cannot see it."
    )


@pytest.mark.provokes("ERR_FAILED")
def test_a_server_that_does_not_answer_loses_nothing(edit, page, dialog):
    edit("<p>Before</p>")
    page.route("**/editor/upload/", lambda route: route.abort())
    page.get_by_role("button", name="Picture").click()
    dialog.get_by_label("Drop a picture here").set_input_files(file())
    describe(dialog, "A wall")
    expect(dialog.get_by_role("alert")).to_contain_text("The picture was not kept")
    page.unroute("**/editor/upload/")
    dialog.get_by_role("button", name="Insert").click()
    expect(dialog).to_have_count(0)
    assert saved(page).count("<figure>") == 1


@pytest.mark.provokes("status of 401", "status of 403", "ERR_FAILED")
def test_who_is_not_signed_in_any_more_is_told(edit, page, context, dialog):
    edit()
    page.get_by_role("button", name="Picture").click()
    dialog.get_by_label("Drop a picture here").set_input_files(file())
    context.clear_cookies(name="sessionid")
    describe(dialog, "A wall")
    expect(dialog.get_by_role("alert")).to_contain_text("you are not signed in any more")
    expect(dialog.get_by_label("Description, for readers")).to_have_value("A wall")


def test_that_a_file_is_on_its_way_is_said(edit, page, dialog):
    waiting: list[Route] = []
    page.route("**/editor/upload/", lambda route: waiting.append(route))
    edit()
    page.get_by_role("button", name="Picture").click()
    dialog.get_by_label("Drop a picture here").set_input_files(file())
    describe(dialog)
    expect(dialog.get_by_role("status").first).to_have_text("Uploading…")
    expect(dialog.get_by_role("progressbar")).to_be_visible()
    dialog.get_by_role("button", name="Insert").click()
    assert len(waiting) == 1
    waiting[0].continue_()
    expect(dialog).to_have_count(0)
    assert Image.objects.count() == 1


def open_by_double_click(page: Page) -> None:
    page.locator(".ProseMirror img").dblclick()


def open_by_enter(page: Page) -> None:
    # The editor takes a moment over the focus, less than anybody needs to reach a key.
    page.get_by_text("After", exact=True).click()
    page.locator(".ProseMirror img").click()
    expect(page.locator(".ProseMirror-selectednode")).to_be_visible()
    page.keyboard.press("Enter")


def open_by_button(page: Page) -> None:
    page.locator(".ProseMirror img").click()
    page.get_by_role("button", name="Picture").click()


@pytest.mark.parametrize("way", [open_by_double_click, open_by_enter, open_by_button])
def test_a_picture_in_the_text_is_edited(way, edit, page, dialog):
    image = make_image(alt="A wall")
    edit(figure(image, "A wall", "In <em>May</em> <cite>Ana</cite>") + "<p>After</p>")
    way(page)
    expect(dialog).to_have_accessible_name("Edit the picture")
    expect(dialog.get_by_label("Caption", exact=True)).to_have_value("In May")
    expect(dialog.get_by_label("Credit", exact=True)).to_have_value("Ana")
    describe(dialog, "A red wall", "In May", "Bo", button="Update")
    expect(dialog).to_have_count(0)
    below = "In <em>May</em> <cite>Bo</cite>"
    assert saved(page) == figure(image, "A red wall", below) + "<p>After</p>"


def test_an_edited_picture_can_be_brought_back_with_undo(edit, page, dialog):
    body = figure(make_image(), "A wall", "In May") + "<p>After</p>"
    edit(body)
    open_by_double_click(page)
    describe(dialog, "Other", button="Update")
    expect(dialog).to_have_count(0)
    page.keyboard.press("Control+z")
    assert saved(page) == body


def test_escape_gives_the_focus_back_to_the_text(edit, page, dialog):
    box = edit("<p>Before</p>")
    page.get_by_role("button", name="Picture").click()
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(box).to_be_focused()


def test_a_picture_in_a_paragraph_stands_after_it(edit, page, dialog):
    image = make_image(alt="A wall")
    box = edit("<ul><li>one</li><li>two</li></ul>")
    box.press("Control+Home")
    page.get_by_role("button", name="Picture").click()
    dialog.get_by_role("button", name="A wall").click()
    describe(dialog)
    assert saved(page) == f"<ul><li>one{figure(image, 'A wall')}</li><li>two</li></ul>".replace(
        "<li>one<", "<li><p>one</p><"
    )


def test_the_lead_picture_is_uploaded_in_the_same_dialog(edit, page, dialog):
    edit()
    page.get_by_role("button", name="Choose or upload…").click()
    expect(dialog).to_have_accessible_name("Lead picture")
    dialog.get_by_label("Drop a picture here").set_input_files(file())
    describe(dialog, button="Use this picture")
    expect(page.get_by_role("button", name="Choose or upload…")).to_be_focused()
    expect(page.locator(".field-lead_image .select2-selection")).to_contain_text("A wall")
    saved(page)
    assert Article.objects.get().lead_image == Image.objects.get()


def test_the_lead_picture_is_chosen_from_the_library(edit, page, dialog):
    image = make_image(alt="A wall")
    edit()
    page.get_by_role("button", name="Choose or upload…").click()
    dialog.get_by_role("button", name="A wall").click()
    describe(dialog, "A red wall", button="Use this picture")
    expect(dialog).to_have_count(0)
    saved(page)
    assert Article.objects.get().lead_image == image
    assert Image.objects.get().alt == "A red wall"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_the_dialog_is_accessible_and_fits(scheme, width, edit, page, dialog, axe):
    make_image(alt="A wall", renditions=True)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 700})
    edit()
    page.get_by_role("button", name="Picture").click()
    expect(dialog.get_by_role("button", name="A wall")).to_be_visible()
    fits = partial(page.evaluate, "document.querySelector('dialog').scrollWidth")
    assert fits() <= width
    assert not axe(page, "dialog")
    dialog.get_by_label("Drop a picture here").set_input_files(file())
    expect(dialog.locator("canvas")).to_be_visible()
    assert fits() <= width
    assert not axe(page, "dialog")


def test_who_may_not_see_pictures_has_no_button_for_them(page, site, login):
    user = make_user("Reporter")
    group = user.groups.get()
    group.permissions.remove(*group.permissions.filter(content_type__model="image"))
    article = make_draft(created_by=user)
    login(page, user)
    page.goto(f"{site}/admin/articles/article/{article.pk}/change/")
    text_box(page)
    expect(page.get_by_role("button", name=re.compile("Picture|Choose or upload"))).to_have_count(0)
