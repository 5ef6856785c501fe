"""The checklist of a post in real Chromium: it follows what is typed."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from articles import link_checks
from articles.models import Article
from tests.factories import (
    make_author,
    make_category,
    make_draft,
    make_image,
    make_picture,
    make_user,
)

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = ".field-body .ProseMirror[contenteditable]"


def undescribed() -> str:
    """A body with a picture that has no description."""
    return f'<p>Text.</p><figure><img src="{make_image(make_picture()).file.url}"></figure>'


@pytest.fixture
def edit(page, site, login):
    """Open the form of a draft as an editor."""

    def edit(**values) -> Article:
        article = make_draft("Ships arrive", **values)
        article.sign(make_author())
        login(page, make_user("Editor"))
        page.goto(f"{site}/admin/articles/article/{article.pk}/change/")
        return article

    return edit


def findings(page: Page) -> Locator:
    return page.locator("#checklist .findings li")


def summary(page: Page) -> Locator:
    return page.locator("#checklist").get_by_role("status")


def test_typing_makes_findings_go_and_come(edit, page):
    edit()
    finding = findings(page).filter(has_text="There is no standfirst")
    expect(finding).to_be_visible()
    page.get_by_label("Standfirst:").fill("What that means.")
    expect(finding).to_have_count(0)
    expect(page.locator(".look-words")).to_have_text("What that means.")
    page.get_by_label("Title:").fill("")
    expect(summary(page)).to_have_text(re.compile("1 error keeps the post from being published"))
    expect(findings(page).first).to_contain_text("Error: Give the post a title.")


def test_what_is_typed_into_the_body_counts(edit, page):
    edit(body="")
    expect(findings(page).filter(has_text="There is no text yet")).to_be_visible()
    page.locator(TEXT).click()
    page.keyboard.type("Words.")
    expect(findings(page).filter(has_text="There is no text yet")).to_have_count(0)


def test_what_is_chosen_counts(edit, page):
    make_category("Harbours")
    edit()
    finding = findings(page).filter(has_text="in no category")
    expect(finding).to_be_visible()
    page.locator(".field-categories .select2-search__field").click()
    page.locator(".select2-results__option").filter(has_text="Harbours").click()
    expect(finding).to_have_count(0)


def test_a_finding_leads_to_its_field(edit, page):
    edit(body="")
    page.get_by_role("link", name="There is no standfirst").click()
    expect(page.get_by_label("Standfirst:")).to_be_focused()
    page.get_by_role("link", name="There is no text yet").press("Enter")
    expect(page.locator(TEXT)).to_be_focused()


def test_who_is_in_the_list_stays_there_when_it_changes(edit, page):
    edit()
    page.get_by_label("Title:").fill("x" * 80)
    page.get_by_role("link", name="There is no lead picture").focus()
    expect(findings(page).filter(has_text="The title has 80")).to_be_visible()
    expect(page.get_by_role("link", name="There is no lead picture")).to_be_focused()


def test_errors_keep_a_post_from_being_published(edit, page):
    article = edit(body=undescribed())
    page.get_by_role("button", name="Publish now").click()
    expect(page.locator(".field-body .errorlist")).to_contain_text("has no description")
    article.refresh_from_db()
    assert article.status == "draft"


def test_warnings_do_not(edit, page):
    article = edit()
    expect(summary(page)).to_have_text(re.compile(r"Can be published, with \d warnings"))
    page.get_by_role("button", name="Publish now").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    article.refresh_from_db()
    assert article.is_public


def test_the_links_are_checked_when_asked_for(edit, page, monkeypatch):
    def check(urls, seconds=None):
        LinkCheck = link_checks.LinkCheck
        for url in urls:
            values = {"url": url, "problem": "status", "status": 404}
            LinkCheck.objects.create(
                digest=link_checks.digest(url), checked_at=link_checks.timezone.now(), **values
            )

    monkeypatch.setattr(link_checks, "check", check)
    edit(body='<p><a href="https://a.example/">The paper</a></p>')
    expect(findings(page).filter(has_text="1 link has not been checked yet")).to_be_visible()
    page.get_by_role("button", name="Check the links now").click()
    broken = findings(page).filter(has_text="https://a.example/ answers 404.")
    expect(broken).to_contain_text("Warning: The link “The paper” does not work")


@pytest.mark.provokes("status of 500")
def test_a_list_that_cannot_be_fetched_says_so(edit, page):
    edit()
    page.route("**/checklist/", lambda route: route.fulfill(status=500))
    page.get_by_label("Standfirst:").fill("Typed.")
    expect(summary(page)).to_have_text(re.compile("could not be brought up to date"))


def test_without_scripts_the_list_opens_in_a_tab_of_its_own(browser, site, client, db):
    article = make_draft("Ships arrive", body=undescribed())
    client.force_login(make_user("Editor"))
    context = browser.new_context(base_url=site, java_script_enabled=False)
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])
    page = context.new_page()
    page.goto(f"{site}/admin/articles/article/{article.pk}/change/")
    page.get_by_label("Title:").fill("Typed")
    with context.expect_page() as opened:
        page.get_by_role("button", name="Check again").click()
    expect(opened.value.locator("#checklist")).to_contain_text("has no description")
    expect(page.get_by_label("Title:")).to_have_value("Typed")
    # Enter in a field presses the first button of the form, which saves.
    page.get_by_label("Title:").press("Enter")
    expect(page.locator(".messagelist .success")).to_be_visible()
    context.close()


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_the_list(edit, page, axe, scheme, width):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    image = make_image(make_picture((1300, 800)), alt="A ship", renditions=True)
    body = f'{undescribed()}<h4>Deep</h4><p><a href="https://a.example/{"x" * 80}">here</a></p>'
    edit(body=body, lead_image=image)
    expect(findings(page).filter(has_text="Note:")).to_be_visible()
    assert axe(page, "#checklist") == []
    list_box = page.locator("#checklist").bounding_box()
    assert list_box["x"] + list_box["width"] <= width
