"""The rules as people meet them: a form that tells how long it was open, and pages of the admin."""

import pytest
from playwright.sync_api import Page, expect

from comments.models import Block, Comment, Policy, WordRule
from tests.factories import make_article, make_comment, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def write(page: Page, body: str) -> None:
    page.get_by_label("Comment *").fill(body)
    page.get_by_label("Name *").fill("Farah")
    page.get_by_label("Email *").fill("farah@example.org")
    page.get_by_role("button", name="Post Comment").click()


@pytest.mark.provokes("status of 422")
def test_the_form_tells_how_long_it_was_open_all_attempts_together(page, site):
    page.goto(site + make_article().get_absolute_url())
    page.wait_for_timeout(1_600)
    write(page, "")
    expect(page.get_by_role("alert")).to_be_visible()
    page.wait_for_timeout(1_600)
    write(page, "A fine post.")
    expect(page.get_by_text("Only you can see it.")).to_be_visible()
    assert 4 <= Comment.objects.get().signals["seconds"] <= 20


def test_without_script_nothing_is_known_and_nothing_held_against_it(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + make_article().get_absolute_url())
    write(page, "A fine post.")
    expect(page.get_by_text("Only you can see it.")).to_be_visible()
    comment = Comment.objects.get()
    assert comment.signals == {}
    assert [each["rule"] for each in comment.verdicts] == ["first-comment", "unproven"]
    context.close()


def test_nobody_meets_the_field_that_catches_programs(page, site, axe):
    page.goto(site + make_article().get_absolute_url())
    bait = page.locator("[name=subject]")
    expect(bait).to_have_count(1)
    expect(bait).to_be_hidden()
    names = []
    for _ in range(60):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.name"))
    assert "email" in names
    assert "subject" not in names
    assert not axe(page, strict=True)


def test_a_word_rule_is_tried_and_saved_and_the_pages_are_sound(page, site, login, axe):
    make_comment(make_article(), name="Budi", body="All lost in the casino.")
    login(page, make_user("Administrator"))
    page.goto(f"{site}/admin/comments/wordrule/add/")
    assert not axe(page)
    page.get_by_label("Words:").fill("casino")
    page.get_by_role("button", name="Test").click()
    expect(page.get_by_role("status")).to_contain_text("would have caught 1 of the last 1,000")
    expect(page.locator("mark")).to_have_text("casino")
    assert not axe(page)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    rule, block = WordRule.objects.get(), Block.objects.create(kind="domain", value="bad.example")
    for address in (
        *("wordrule/", f"wordrule/{rule.pk}/change/", "block/", "block/add/"),
        *(f"block/{block.pk}/change/", "policy/", f"policy/{Policy.standard().pk}/change/"),
    ):
        page.goto(f"{site}/admin/comments/{address}")
        assert not axe(page), address
