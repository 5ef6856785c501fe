"""What readers have chosen holds: colours, motion, contrast, paper. And a draft is not lost."""

import pytest
from playwright.sync_api import Page, expect

from tests.factories import make_article

PAPER = {"light": "rgb(255, 255, 255)", "dark": "rgb(18, 20, 23)"}


@pytest.fixture
def address(site) -> str:
    return make_article(
        "Ships", body="<p>Words with <a href='/'>a link</a>.</p>"
    ).get_absolute_url()


def paper(page: Page) -> str:
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_follow_the_system(page, address, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(address)
    assert paper(page) == PAPER[scheme]


def test_the_switch_is_remembered_and_can_go_back_to_the_system(page, address):
    page.emulate_media(color_scheme="light")
    page.goto(address)
    page.get_by_role("button", name="Use dark colours").click()
    assert paper(page) == PAPER["dark"]
    page.reload()
    assert paper(page) == PAPER["dark"]
    page.goto("/")
    assert paper(page) == PAPER["dark"]
    page.get_by_role("button", name="Use light colours").click()
    page.emulate_media(color_scheme="dark")
    page.reload()
    assert paper(page) == PAPER["dark"], "what is the system's choice anyway was remembered"


def test_the_chosen_colours_are_there_before_anything_is_painted(page, address):
    page.emulate_media(color_scheme="light")
    page.goto(address)
    page.evaluate("localStorage.setItem('theme', 'dark')")
    page.add_init_script(
        """new MutationObserver((_, observer) => {
          if (!document.body) return
          window.themeAtBody = document.documentElement.dataset.theme
          observer.disconnect()
        }).observe(document, {childList: true, subtree: true})"""
    )
    page.reload()
    assert page.evaluate("themeAtBody") == "dark"


def test_without_javascript_there_is_no_switch(browser, site, address):
    context = browser.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    expect(page.locator("#theme")).to_be_hidden()
    context.close()


def test_a_draft_survives_a_reload_and_is_forgotten_once_it_is_sent(page, address):
    page.goto(address)
    page.get_by_label("Comment *").fill("Half a thought")
    page.reload()
    expect(page.get_by_label("Comment *")).to_have_value("Half a thought")
    page.get_by_label("Name *").fill("Farah")
    page.get_by_label("Email *").fill("farah@example.org")
    page.get_by_role("button", name="Post Comment").click()
    expect(page.get_by_text("awaiting moderation")).to_be_visible()
    page.goto(address)
    expect(page.get_by_label("Comment *")).to_have_value("")


def test_paper_shows_the_story_and_where_its_links_lead(page, address):
    page.goto(address)
    page.emulate_media(media="print")
    for name in ("Sections", "About this site"):
        expect(page.get_by_role("navigation", name=name)).to_be_hidden()
    for selector in (".site-header form", ".respond", "#theme", ".skip"):
        expect(page.locator(selector)).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    written = page.evaluate(
        "getComputedStyle(document.querySelector('.body a'), '::after').content"
    )
    assert "(" in written


def test_who_wants_no_motion_gets_none(page, address):
    page.goto(address)
    smooth = "getComputedStyle(document.documentElement).scrollBehavior"
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(smooth) == "smooth"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(smooth) == "auto"
    moving = """[...document.querySelectorAll("*")].filter((element) => {
      const {transitionDuration, animationName} = getComputedStyle(element)
      return transitionDuration !== "0s" || animationName !== "none"
    }).length"""
    assert page.evaluate(moving) == 0


def test_forced_colours_keep_the_focus_and_the_edges(page, address, axe):
    page.emulate_media(forced_colors="active")
    page.goto(address)
    button = page.get_by_role("button", name="Post Comment")
    assert button.evaluate("button => getComputedStyle(button).borderTopStyle") == "solid"
    for _ in range(12):
        page.keyboard.press("Tab")
        outline = """(() => {
          const element = document.activeElement
          return getComputedStyle(element.matches(".search input") ? element.form : element)
        })().outlineStyle"""
        assert page.evaluate(outline) != "none"
    assert axe(page, strict=True) == []
