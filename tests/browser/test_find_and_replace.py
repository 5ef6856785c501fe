"""Finding words in the body, and replacing them."""

import pytest
from playwright.sync_api import expect

from tests.browser.editing import saved


@pytest.fixture
def find(edit, page):
    """``find(body, words)`` opens the bar over that body and types the words."""

    def find(body, words):
        edit(body).press("Control+Home")
        page.keyboard.press("Control+h")
        bar = page.get_by_role("search", name="Find and replace")
        bar.get_by_label("Find", exact=True).fill(words)
        return bar

    return find


def test_all_places_are_marked_and_counted(find, page):
    bar = find("<p>Sea and sea</p><h2>The sea</h2>", "sea")
    expect(bar.get_by_role("status")).to_have_text("1 of 3")
    expect(page.locator(".found")).to_have_count(3)
    expect(page.locator(".found-now")).to_have_text("Sea")


def test_next_and_previous_go_round(find, page):
    bar = find("<p>a1 a2 a3</p>", "a")
    status = bar.get_by_role("status")
    page.keyboard.press("Enter")
    expect(status).to_have_text("2 of 3")
    bar.get_by_role("button", name="Next").click()
    expect(status).to_have_text("3 of 3")
    bar.get_by_role("button", name="Next").click()
    expect(status).to_have_text("1 of 3")
    bar.get_by_label("Find", exact=True).press("Shift+Enter")
    expect(status).to_have_text("3 of 3")


@pytest.mark.parametrize(
    ("words", "case", "whole", "count"),
    [
        ("sea", False, False, "1 of 4"),
        ("sea", True, False, "1 of 3"),
        ("sea", False, True, "1 of 3"),
        ("sea", True, True, "1 of 2"),
        ("(a.b)", False, False, "1 of 1"),
        (".", False, False, "1 of 1"),
        ("öl", False, True, "1 of 1"),
        ("nothing", False, False, "Not found"),
        ("", False, False, ""),
    ],
)
def test_what_counts_as_found(find, words, case, whole, count):
    bar = find("<p>Sea, sea, season; the sea (a.b) Öl Ölsa</p>", words)
    bar.get_by_label("Match case").set_checked(case)
    bar.get_by_label("Whole words").set_checked(whole)
    expect(bar.get_by_role("status")).to_have_text(count)


def test_words_are_found_across_bold_and_links_but_not_across_paragraphs(find, page):
    bar = find(
        '<p>The <strong>Sou</strong>th <a href="/x">Chi</a>na Sea</p><p>The South</p><p>China</p>',
        "south china",
    )
    expect(bar.get_by_role("status")).to_have_text("1 of 1")


def test_one_place_is_replaced_at_a_time(find, page):
    bar = find("<p>sea sea sea</p>", "sea")
    bar.get_by_label("Replace with").fill("seaside")
    bar.get_by_role("button", name="Next").click()
    bar.get_by_role("button", name="Replace", exact=True).click()
    expect(bar.get_by_role("status")).to_have_text("3 of 3")
    assert saved(page) == "<p>sea seaside sea</p>"


def test_replacing_keeps_what_the_words_are_marked_as(find, page):
    bar = find('<p>a <strong>sea</strong> <a href="/x">the sea</a></p>', "sea")
    bar.get_by_label("Replace with").fill("$& lake")
    bar.get_by_role("button", name="Replace all").click()
    assert saved(page) == '<p>a <strong>$&amp; lake</strong> <a href="/x">the $&amp; lake</a></p>'


def test_all_are_replaced_counted_and_brought_back_in_one_step(find, page):
    body = "<p>sea <em>sea</em></p><ul><li>sea</li></ul>"
    bar = find(body, "sea")
    bar.get_by_label("Replace with").fill("lake")
    bar.get_by_role("button", name="Replace all").click()
    expect(bar.get_by_role("status")).to_have_text("Replaced: 3")
    page.keyboard.press("Escape")
    expect(bar).to_have_count(0)
    page.keyboard.press("Control+z")
    assert saved(page) == body


def test_words_are_replaced_by_nothing(find, page):
    find("<p>sea lake sea</p>", " lake").get_by_role("button", name="Replace all").click()
    assert saved(page) == "<p>sea sea</p>"


def test_escape_leaves_the_found_words_selected(find, page):
    find("<p>the sea is wide</p>", "sea")
    page.keyboard.press("Escape")
    expect(page.locator(".found")).to_have_count(0)
    page.keyboard.type("lake")
    assert saved(page) == "<p>the lake is wide</p>"


def test_the_selected_words_are_looked_for(edit, page):
    box = edit("<p>sea</p><p>sea</p>")
    box.press("Control+Home")
    page.keyboard.press("Shift+End")
    page.get_by_role("button", name="Find and replace").click()
    bar = page.get_by_role("search", name="Find and replace")
    expect(bar.get_by_label("Find", exact=True)).to_have_value("sea")
    expect(bar.get_by_role("status")).to_have_text("1 of 2")


def test_marks_follow_what_is_typed_meanwhile(find, page):
    bar = find("<p>sea</p>", "sea")
    page.locator("[contenteditable]").press("Control+Home")
    page.keyboard.type("A sea and a ")
    expect(page.locator(".found")).to_have_count(2)
    expect(bar).to_be_visible()


def test_looking_changes_nothing(find, page):
    bar = find("<p>the sea</p>", "sea")
    bar.get_by_label("Replace with").fill("lake")
    assert saved(page) == "<p>the sea</p>"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_bar_is_accessible(scheme, find, page, axe):
    page.emulate_media(color_scheme=scheme)
    find("<p>the sea and the <a href='/x'>sea</a></p>", "sea")
    assert not axe(page, ".field-body")
