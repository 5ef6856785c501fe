"""An editor sees the public page beside the form as it is typed, and shares it by a link."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from articles.models import Article
from tests.factories import make_article, make_author, make_category, make_draft, make_user

WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SCRIPT = "<p>Hello</p><script>document.title = top.document.title = 'run'</script>"


@pytest.fixture
def draft(page, site, login) -> Article:
    """A draft whose form is open."""
    draft = make_draft("A quiet day", body="<p>Nothing happens.</p>" * 40)
    draft.revise({"authors": [make_author("Ana").pk], "categories": [make_category("Cities").pk]})
    page.set_viewport_size(WIDE)
    login(page, make_user("Editor"))
    page.goto(f"{site}/admin/articles/article/{draft.pk}/change/")
    return draft


def open_preview(page: Page) -> None:
    page.get_by_role("button", name="Preview", exact=True).click()
    expect(heading(page)).to_be_visible()


def frame(page: Page) -> Locator:
    return page.locator(".preview-frame iframe.shown")


def heading(page: Page) -> Locator:
    return frame(page).content_frame.locator("h1")


def press(page: Page, name: str) -> None:
    button = page.get_by_role("button", name=name, exact=True)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")


def inside(page: Page, what: str) -> object:
    """What is found in the frame: from outside, because no script can run in it."""
    return page.evaluate(
        f"(() => {{ const page = document.querySelector('iframe.shown').contentDocument;"
        f" return {what} }})()"
    )


def test_it_shows_the_page_and_then_what_is_typed(page, draft):
    open_preview(page)
    expect(heading(page)).to_have_text("A quiet day")
    page.get_by_label("Title:").fill("A loud day")
    expect(heading(page)).to_have_text("A loud day")
    page.get_by_role("textbox", name="Body:").press("Control+Home")
    page.keyboard.type("Something happens. ")
    body = frame(page).content_frame.locator(".body")
    expect(body).to_contain_text("Something happens. Nothing happens.")
    draft.refresh_from_db()
    assert draft.title == "A quiet day"


def test_authors_that_are_picked_and_dates_that_are_pressed_are_seen_too(page, draft):
    make_author("Bo")
    open_preview(page)
    page.locator(".field-authors .select2-selection").click()
    page.get_by_role("option", name="Bo").click()
    expect(frame(page).content_frame.get_by_text("By Ana and Bo")).to_be_visible()


def test_a_new_post_is_shown_before_it_was_ever_saved(page, site, login):
    login(page, make_user("Reporter"))
    page.goto(f"{site}/admin/articles/article/add/")
    page.get_by_label("Title:").fill("My first post")
    open_preview(page)
    expect(heading(page)).to_have_text("My first post")
    assert not Article.objects.exists()


def test_what_is_wrong_is_said_in_it(page, draft):
    open_preview(page)
    page.get_by_label("Title:").fill("")
    note = frame(page).content_frame.get_by_text("Title: This field is required.")
    expect(note).to_be_visible()


@pytest.mark.parametrize(("name", "width"), [("Phone", 390), ("Tablet", 820), ("Desktop", 1280)])
def test_the_page_is_as_wide_as_on_each_device_and_fits_the_pane(page, draft, name, width):
    open_preview(page)
    press(page, name)
    assert inside(page, "page.documentElement.clientWidth") == width
    pane, shown = page.locator(".preview-frame").bounding_box(), frame(page).bounding_box()
    assert shown["x"] >= pane["x"] - 1
    assert shown["x"] + shown["width"] <= pane["x"] + pane["width"] + 1
    assert abs(shown["height"] - pane["height"]) < 2


@pytest.mark.parametrize(("name", "paper"), [("Light", "255, 255, 255"), ("Dark", "18, 20, 23")])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_can_be_seen_in_light_and_dark_whatever_the_editor_uses(
    page, draft, name, paper, scheme
):
    page.emulate_media(color_scheme=scheme)
    open_preview(page)
    press(page, name)
    colour = "getComputedStyle(page.body).backgroundColor"
    assert inside(page, colour) == f"rgb({paper})"
    page.get_by_label("Title:").fill("A loud day")
    expect(heading(page)).to_have_text("A loud day")
    assert inside(page, colour) == f"rgb({paper})"


def test_the_place_is_kept_while_one_writes_and_the_way_back_is_short(page, draft):
    open_preview(page)
    before = page.evaluate("history.length")
    inside(page, "page.defaultView.scrollTo({top: 500, behavior: 'instant'})")
    for title in ("One", "Two", "Three"):
        page.get_by_label("Title:").fill(title)
        expect(heading(page)).to_have_text(title)
    assert inside(page, "page.defaultView.scrollY") == 500
    assert page.evaluate("history.length") == before
    expect(page.locator(".preview-frame iframe")).to_have_count(1)


def test_it_can_be_opened_turned_and_closed_with_the_keyboard(page, draft):
    opener = page.get_by_role("button", name="Preview", exact=True)
    opener.press("Enter")
    expect(opener).to_have_attribute("aria-expanded", "true")
    expect(heading(page)).to_be_visible()
    page.get_by_role("button", name="Phone", exact=True).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Tablet")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Close", exact=True).press("Enter")
    expect(page.locator("#preview")).to_be_hidden()
    expect(opener).to_be_focused()
    expect(opener).to_have_attribute("aria-expanded", "false")


def test_it_is_there_again_after_saving_as_it_was(page, draft):
    open_preview(page)
    press(page, "Tablet")
    press(page, "Dark")
    page.get_by_label("Title:").fill("A loud day")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_load_state()
    expect(heading(page)).to_have_text("A loud day")
    expect(page.get_by_role("button", name="Tablet")).to_have_attribute("aria-pressed", "true")
    assert inside(page, "page.documentElement.dataset.theme") == "dark"


def test_no_script_runs_in_it(page, draft):
    open_preview(page)
    page.get_by_role("button", name="HTML").click()
    expect(page.locator("dialog textarea")).to_be_visible()
    page.locator("dialog textarea").fill(SCRIPT)
    page.locator("dialog button[type=submit]").first.click()
    expect(frame(page).content_frame.locator(".body")).to_have_text("Hello")
    assert "run" not in page.title()
    assert "allow-scripts" not in (frame(page).get_attribute("sandbox") or "")


def test_links_in_it_open_elsewhere_and_the_form_stays(page, context, draft):
    open_preview(page)
    with context.expect_page() as opened:
        frame(page).content_frame.get_by_role("link", name="Cities").first.click()
    expect(opened.value).to_have_url(re.compile("/category/cities/$"))
    expect(heading(page)).to_have_text("A quiet day")


@pytest.mark.provokes("status of 401", "status of 403", "ERR_FAILED")
def test_who_is_logged_out_meanwhile_is_told_and_keeps_the_text(page, context, draft):
    open_preview(page)
    context.clear_cookies()
    page.get_by_label("Title:").fill("For an hour")
    expect(page.get_by_text("The preview could not be brought up to date.")).to_be_visible()
    expect(page.get_by_label("Title:")).to_have_value("For an hour")


@pytest.mark.provokes("ERR_INTERNET_DISCONNECTED")
def test_who_is_offline_is_told_and_goes_on(page, context, draft):
    open_preview(page)
    context.set_offline(True)
    page.get_by_label("Title:").fill("For an hour")
    said = page.get_by_text("The preview could not be brought up to date.")
    expect(said).to_be_visible()
    context.set_offline(False)
    page.get_by_role("button", name="Preview", exact=True).click()
    expect(heading(page)).to_have_text("For an hour")
    expect(said).to_be_hidden()


@pytest.mark.parametrize("size", [WIDE, NARROW, {"width": 320, "height": 800}])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_beside_the_form(page, draft, axe, size, scheme):
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    open_preview(page)
    assert axe(page, "#preview", strict=True) == []
    assert axe(page, ".preview-bar", strict=True) == []
    wide = page.evaluate(
        "[document.querySelector('#preview').scrollWidth, document.documentElement.clientWidth]"
    )
    assert wide[0] <= wide[1]


def test_on_a_phone_it_stands_below_the_form(page, draft):
    page.set_viewport_size(NARROW)
    open_preview(page)
    buttons = page.locator(".submit-row").last.bounding_box()
    assert page.locator("#preview").bounding_box()["y"] > buttons["y"]


def test_on_a_large_screen_form_and_page_stand_side_by_side(page, draft):
    open_preview(page)
    form, pane = page.locator("#article_form .module").first, page.locator("#preview")
    box = form.bounding_box()
    assert box["width"] > 500
    assert box["x"] + box["width"] <= pane.bounding_box()["x"]


def test_without_scripts_the_button_opens_the_page_in_a_tab(browser, site, client):
    user = make_user("Editor")
    article = make_article("Live")
    client.force_login(user)
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}]
    )
    page = context.new_page()
    page.goto(f"{site}/admin/articles/article/{article.pk}/change/")
    page.get_by_label("Title:").fill("Typed")
    with context.expect_page() as opened:
        page.get_by_role("button", name="Preview", exact=True).click()
    expect(opened.value.locator("h1")).to_have_text("Typed")
    expect(page.get_by_label("Title:")).to_have_value("Typed")
    context.close()


# Links


def test_an_editor_shares_a_link_that_a_stranger_opens(page, context, browser, site, draft, axe):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_label("Title:").fill("Not saved")
    with context.expect_page() as opened:
        page.get_by_role("button", name="Share a preview").click()
    share = opened.value
    expect(share.get_by_text("What you have typed since then is not saved")).to_be_visible()
    share.get_by_label("30 days").check()
    share.get_by_role("button", name="Make a link").click()
    address = share.get_by_label("The link, valid until").input_value()
    share.get_by_role("button", name="Copy").click()
    expect(share.get_by_text("Copied.")).to_be_visible()
    assert share.evaluate("navigator.clipboard.readText()") == address
    for scheme in ("light", "dark"):
        share.emulate_media(color_scheme=scheme)
        share.reload()  # Links of the admin fade from one colour to the other.
        for width in (320, 390, 1280):
            share.set_viewport_size({"width": width, "height": 800})
            assert axe(share) == [], (scheme, width)
    expect(page.get_by_label("Title:")).to_have_value("Not saved")
    stranger = browser.new_context(base_url=site)
    reader = stranger.new_page()
    reader.goto(address)
    expect(reader.locator("h1")).to_have_text("A quiet day")
    expect(reader.get_by_text("It is not published: please keep it to yourself.")).to_be_visible()
    share.get_by_role("button", name="Revoke all links to this post").click()
    expect(share.get_by_text("No link made so far works any more.")).to_be_visible()
    assert reader.reload().status == 410
    expect(reader.get_by_text("Ask whoever sent it to you for a new one.")).to_be_visible()
    stranger.close()
