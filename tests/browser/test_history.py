"""An editor looks into the history of a post, compares versions and brings one back."""

import pytest
from playwright.sync_api import expect

from articles.models import Article
from tests.factories import make_article, make_user

WIDTHS = (320, 1280)
TOO_WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def article(site):
    editor = make_user("Editor", username="ed", first_name="Edith", last_name="Tan")
    article = make_article("Ferries", body="<p>The ferry leaves at eight.</p>", show_changes="yes")
    article.publish_changes({"body": "<p>The ferry leaves at nine.</p>"}, editor, "They called")
    article.propose({"title": "Ferries and cables"}, editor)
    article.submit(editor, "Please look")
    article.revisions.get(number=1).rename("As it was printed")
    return article


def faults(page, axe):
    """What is wrong with the page in either scheme and at any width."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.reload()  # The admin's links fade from one colour to the other.
            if page.evaluate(TOO_WIDE):
                found.append(f"{scheme}, {width}: too wide")
            found += [f"{scheme}, {width}: {each}" for each in axe(page)]
    return found


def test_two_versions_are_chosen_compared_and_the_older_one_is_restored(page, login, article, axe):
    login(page, article.revisions.get(number=2).by)
    page.goto(f"/admin/articles/article/{article.pk}/change/")
    page.get_by_role("link", name="History").click()
    expect(page.get_by_role("heading", name="Version 2 Live")).to_be_visible()
    assert faults(page, axe) == []

    page.get_by_label("Before: 1").focus()
    page.keyboard.press("Space")
    page.get_by_label("After: 2").check()
    page.get_by_role("button", name="Compare the chosen versions").click()
    expect(page.locator("del", has_text="eight")).to_be_visible()
    expect(page.locator("ins", has_text="nine")).to_be_visible()
    assert faults(page, axe) == []
    page.get_by_role("link", name="Side by side").click()
    expect(page.get_by_role("group", name="Version 1, “As it was printed”")).to_be_visible()
    assert faults(page, axe) == []

    page.get_by_role("link", name="Restore version 1").click()
    expect(page.get_by_text("Readers see no difference until these are published")).to_be_visible()
    assert faults(page, axe) == []
    page.get_by_role("button", name="Restore version 1").click()
    expect(page.get_by_text("Version 1 is restored as pending changes")).to_be_visible()
    stored = Article.objects.get()
    assert "eight" in stored.pending.contents["body"]
    assert "nine" in stored.body


def test_a_version_is_named(page, login, article, axe):
    login(page, article.revisions.get(number=2).by)
    page.goto(f"/admin/articles/article/{article.pk}/history/")
    page.get_by_role("link", name="Name version 2").click()
    assert faults(page, axe) == []
    page.get_by_label("Name").fill("After the call")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("After the call")).to_be_visible()


def test_a_reader_sees_what_was_changed(page, article):
    page.goto(article.get_absolute_url())
    page.get_by_role("link", name="Changes", exact=True).click()
    expect(page.get_by_role("heading", name="Changes")).to_be_visible()
    expect(page.locator("ins", has_text="nine").last).to_be_visible()
    expect(page.get_by_text("Edith")).to_have_count(0)
    expect(page.get_by_text("cables")).to_have_count(0)
