"""Links to pages of this site by title, cards for other sites, and pull quotes."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.editing import saved, text_box, to_the_end
from tests.factories import make_article, make_draft

CARD = (
    '<figure class="link-card"><p><a href="https://www.x.example/ports">Ports</a></p>'
    "<figcaption>A list. <cite>x.example</cite></figcaption></figure>"
)


@pytest.fixture
def dialog(page):
    return page.get_by_role("dialog")


def test_a_post_is_found_by_title_and_linked_from_the_selected_words(edit, page, dialog):
    article = make_article("Ships in the harbour")
    make_article("Harbour notes")
    make_draft("Harbour, a draft", slug="other").delete()
    box = edit("<p>See there</p>")
    box.press("Control+a")
    page.keyboard.press("Control+k")
    field = dialog.get_by_role("combobox", name="Find a post, page or category")
    field.press_sequentially("harbour")
    expect(dialog.get_by_role("status")).to_have_text("2 places")
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    option = dialog.get_by_role("option", selected=True)
    expect(field).to_have_attribute("aria-activedescendant", option.get_attribute("id"))
    wanted = dialog.get_by_role("option", name="Ships in the harbour")
    if option.inner_text() != wanted.inner_text():
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(dialog.get_by_label("Address")).to_have_value(article.get_absolute_url())
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    assert saved(page) == f'<p><a href="{article.get_absolute_url()}">See there</a></p>'


def test_with_nothing_selected_the_title_is_what_is_linked(edit, page, dialog):
    article = make_article("Ships in the harbour")
    to_the_end(edit("<p>See </p>"))
    page.keyboard.type(" ")
    page.get_by_role("button", name="Link", exact=True).click()
    dialog.get_by_role("combobox").press_sequentially("ships")
    dialog.get_by_role("option", name="Ships in the harbour").click()
    dialog.get_by_role("button", name="Set the link").click()
    expect(text_box(page)).to_be_focused()
    page.keyboard.type(" now")
    href = article.get_absolute_url()
    assert saved(page) == f'<p>See <a href="{href}">Ships in the harbour</a> now</p>'


def test_escape_closes_the_list_before_the_dialog(edit, page, dialog):
    make_article("Ships in the harbour")
    edit("<p>x</p>")
    page.get_by_role("button", name="Link", exact=True).click()
    dialog.get_by_role("combobox").press_sequentially("ships")
    expect(dialog.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog.get_by_role("listbox")).to_be_hidden()
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


@pytest.mark.parametrize(
    ("typed", "href"),
    [
        ("https://x.example/a b", None),
        ("javascript:alert(1)", None),
        ("words", None),
        ("", None),
        ("x.example/a?b=c", "https://x.example/a?b=c"),
        ("/about/", "/about/"),
        ("ana@x.example", "mailto:ana@x.example"),
    ],
)
def test_an_address_leads_somewhere_or_is_refused(typed, href, edit, page, dialog):
    edit("<p>Words</p>").press("Control+a")
    page.get_by_role("button", name="Link", exact=True).click()
    field = dialog.get_by_label("Address")
    field.fill(typed)
    field.press("Enter")
    if href:
        assert saved(page) == f'<p><a href="{href}">Words</a></p>'
    else:
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_accessible_description(
            "Enter an address that begins with https://, with / for a page of this site, or an "
            "e-mail address."
        )


def test_editing_a_link_keeps_what_it_says_about_itself(edit, page, dialog):
    box = edit('<p><a href="/x" rel="sponsored" title="t">Words</a></p>')
    box.press("Control+Home")
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Link", exact=True).click()
    expect(dialog.get_by_label("Address")).to_have_value("/x")
    dialog.get_by_label("Address").fill("/y")
    page.keyboard.press("Enter")
    assert saved(page) == '<p><a rel="sponsored" href="/y" title="t">Words</a></p>'


def card(page):
    page.get_by_role("button", name="Card for a page of another site").click()


def test_a_card_is_made_by_hand(edit, page, dialog):
    to_the_end(edit("<p>Before</p>"))
    card(page)
    dialog.get_by_label("Address").fill("https://www.x.example/ports")
    dialog.get_by_label("Title").fill("Ports")
    dialog.get_by_label("Description").fill("A list.")
    dialog.get_by_role("button", name="Set the card").click()
    assert saved(page) == "<p>Before</p>" + CARD


def test_the_title_of_the_other_site_is_fetched(edit, page, dialog):
    answer = {"title": "Ports", "description": "A list."}
    page.route("**/link-card/?**", lambda route: route.fulfill(json=answer))
    edit()
    card(page)
    dialog.get_by_label("Address").fill("https://www.x.example/ports")
    dialog.get_by_role("button", name="Fetch title").click()
    expect(dialog.get_by_label("Title")).to_have_value("Ports")
    dialog.get_by_role("button", name="Set the card").click()
    assert saved(page) == CARD


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (json.dumps({"error": "That site does not answer."}), "That site does not answer."),
        ("<html>no JSON</html>", "The title could not be fetched. Type it below."),
    ],
)
def test_a_title_that_cannot_be_fetched_is_typed(answer, sentence, edit, page, dialog):
    page.route("**/link-card/?**", lambda route: route.fulfill(body=answer))
    edit()
    card(page)
    dialog.get_by_label("Address").fill("https://www.x.example/ports")
    dialog.get_by_label("Description").fill("A list.")
    dialog.get_by_role("button", name="Fetch title").click()
    expect(dialog.get_by_role("status")).to_have_text(sentence)
    dialog.get_by_label("Title").fill("Ports")
    dialog.get_by_role("button", name="Set the card").click()
    assert saved(page) == CARD


@pytest.mark.parametrize("address", ["", "/about/", "ana@x.example", "javascript:alert(1)"])
def test_a_card_needs_the_address_of_another_site_and_a_title(address, edit, page, dialog):
    edit()
    card(page)
    dialog.get_by_label("Address").fill(address)
    dialog.get_by_role("button", name="Set the card").click()
    expect(dialog.get_by_label("Address")).to_be_focused()
    dialog.get_by_label("Address").fill("https://x.example/")
    dialog.get_by_role("button", name="Set the card").click()
    expect(dialog.get_by_label("Title")).to_have_accessible_description(
        "Give the page a title: it is what readers click on."
    )


def test_a_card_is_edited_and_its_link_does_not_lead_away(edit, page, dialog):
    edit(CARD + "<p>After</p>")
    page.locator(".link-card strong").click()
    page.keyboard.press("Enter")
    expect(dialog.get_by_label("Title")).to_have_value("Ports")
    dialog.get_by_label("Title").fill("All ports")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    assert saved(page) == CARD.replace("Ports<", "All ports<") + "<p>After</p>"


def test_a_pull_quote_repeats_the_selected_words(edit, page):
    box = edit("<p>It is wide.</p>")
    box.press("Control+a")
    page.get_by_role("button", name="Pull quote").click()
    page.keyboard.type("!")
    page.locator(".pull-quote figcaption").click()
    page.keyboard.type("Ana")
    page.keyboard.press("Enter")
    page.keyboard.type("After")
    assert saved(page) == (
        '<p>It is wide.</p><figure class="pull-quote"><blockquote><p>It is wide.!</p></blockquote>'
        "<figcaption>Ana</figcaption></figure><p>After</p>"
    )


def test_an_empty_line_says_what_it_is_for(edit, page):
    edit()
    page.get_by_role("button", name="Pull quote").click()
    expect(page.locator(".pull-quote figcaption")).to_have_attribute(
        "data-placeholder", "Who said it"
    )


def test_a_pull_quote_is_taken_apart(edit, page):
    edit(
        '<figure class="pull-quote"><blockquote><p>a</p></blockquote><figcaption>b</figcaption>'
        "</figure>"
    )
    page.locator(".pull-quote p").click()
    page.get_by_role("button", name="Pull quote").click()
    assert saved(page) == "<p>a</p><p>b</p>"


def test_what_is_copied_inside_the_editor_keeps_its_kind(edit, page):
    body = CARD + '<figure class="pull-quote"><blockquote><p>a</p></blockquote></figure><p>b</p>'
    box = edit(body)
    box.press("Control+a")
    page.keyboard.press("Control+x")
    expect(box).to_have_text("")
    page.keyboard.press("Control+v")
    assert saved(page) == body


@pytest.mark.parametrize("name", ["Link", "Card for a page of another site"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_dialogs_are_accessible(name, scheme, edit, page, dialog, axe):
    make_article("Ships in the harbour")
    page.emulate_media(color_scheme=scheme)
    edit()
    page.get_by_role("button", name=name, exact=True).click()
    if name == "Link":
        dialog.get_by_role("combobox").press_sequentially("ships")
        expect(dialog.get_by_role("option")).to_be_visible()
        page.keyboard.press("ArrowDown")
    assert not axe(page, "dialog")
