"""The keyboard alone is enough, with and without JavaScript, and the focus is always seen."""

import pytest
from playwright.sync_api import Browser, Page, expect

from comments.models import Comment
from tests.factories import make_article, make_category, make_comment

FOCUSED = """() => {
  const element = document.activeElement
  if (!element || element === document.body) return null
  const shown = element.matches(".search input") ? element.form : element
  const style = getComputedStyle(shown)
  const box = element.getBoundingClientRect()
  return {
    name: element.id || element.name || element.textContent.trim(),
    seen: (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2)
      || style.boxShadow !== "none",
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    place: box.top + scrollY,
    inHeader: element.closest("header.site-header, .skip") !== null,
  }
}"""


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def page(request, browser: Browser, site: str):
    """A window with everything in one column, in which nothing scrolls slowly."""
    context = browser.new_context(
        base_url=site, java_script_enabled=request.param, reduced_motion="reduce"
    )
    page = context.new_page()
    page.set_viewport_size({"width": 1000, "height": 800})
    yield page
    context.close()


@pytest.fixture
def address(site) -> str:
    article = make_article("Ships", categories=[make_category("Cloud")], body="<p>Words.</p>")
    make_comment(article, name="Farah")
    return article.get_absolute_url()


def tab(page: Page) -> dict[str, object]:
    page.keyboard.press("Tab")
    found = page.evaluate(FOCUSED)
    assert found, "the focus left the page"
    assert found["seen"], f"no focus is to be seen on {found['name']}"
    assert found["inside"], f"the focus is out of sight on {found['name']}"
    return found


def tab_to(page: Page, name: str) -> None:
    for _ in range(60):
        if tab(page)["name"] == name:
            return
    raise AssertionError(f"the keyboard does not reach {name}")


def test_a_comment_is_posted_from_the_address_bar_by_keyboard_alone(page, address):
    page.goto("/")
    tab_to(page, "Ships")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address}")
    tab_to(page, "id_body")
    page.keyboard.type("Typed without a mouse.")
    tab_to(page, "id_name")
    page.keyboard.type("Budi")
    tab_to(page, "id_email")
    page.keyboard.type("budi@example.org")
    tab_to(page, "post-comment")
    page.keyboard.press("Enter")
    page.wait_for_url("**/comment/**")
    comment = Comment.objects.get(name="Budi")
    expect(page.locator(f"#comment-{comment.pk}")).to_contain_text("Typed without a mouse.")
    expect(page.locator(f"#comment-{comment.pk}")).to_be_in_viewport()


def test_the_first_stop_skips_to_the_content(page, address):
    page.goto(address)
    assert tab(page)["name"] == "Skip to the content"
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    assert tab(page)["name"] == "Cloud"


def test_the_focus_follows_the_page_from_top_to_bottom(page, address):
    page.goto(address)
    places = []
    while not places or places[-1]["name"] != "Corrections":
        places.append(tab(page))
        assert len(places) < 100
    below = [place["place"] for place in places if not place["inHeader"]]
    # What stands in one line, such as the fields for name and email, may differ by a little.
    assert all(later > sooner - 60 for sooner, later in zip(below, below[1:], strict=False))
    assert len({(place["name"], place["place"]) for place in places}) == len(places)


def test_the_summary_of_errors_gets_the_focus_and_leads_to_the_fields(page, address):
    page.goto(address)
    tab_to(page, "post-comment")
    page.keyboard.press("Enter")
    expect(page.locator(".problem")).to_be_focused()
    assert page.evaluate(FOCUSED)["seen"]
    tab(page)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Comment *")).to_be_focused()
