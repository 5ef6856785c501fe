"""The editor with the hashed names that static files have in production."""

import pytest
from playwright.sync_api import expect

from articles.body_input import MODULES
from tests.browser.editing import text_box
from tests.factories import make_draft, make_image, make_user


@pytest.fixture
def site(production_site) -> str:
    """Where ``page`` is at home here."""
    return production_site


def test_every_module_of_the_editor_is_found_by_its_hashed_name(page, site, login):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    make_image(alt="A wall")
    article = make_draft(body="<p>Some words</p>")
    login(page, make_user("Editor"))
    page.goto(f"{site}/admin/articles/article/{article.pk}/change/")
    text_box(page)
    expect(page.locator(".word-count span").first).to_have_text("2")
    for module in MODULES:
        name = module.removeprefix("articles/").removesuffix(".js")
        assert [each for each in asked if each.startswith(f"{name}.") and each.count(".") == 2]
    page.get_by_role("button", name="Picture").click()
    expect(page.get_by_role("dialog").get_by_role("button", name="A wall")).to_be_visible()
