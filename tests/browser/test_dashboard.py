"""The start page and the list of posts in a real browser: accessible, by keyboard, and in bulk."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from articles.models import Article, Autosave, Correction, Page, Presence
from tests.browser.test_every_page import TOO_WIDE
from tests.factories import (
    make_article,
    make_author,
    make_category,
    make_comment,
    make_draft,
    make_image,
    make_user,
)

INDEX, LIST = "/admin/", "/admin/articles/article/"
LONG = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrente"


@pytest.fixture
def editor(site):
    return make_user("Editor", username="ada")


@pytest.fixture
def newsroom(editor):
    """Something for every part of the dashboard, and a post in every state."""
    author, category = make_author("Ana Ruiz", user=editor), make_category("Cloud")
    lead = make_image(renditions=True)
    colleague = make_user("Editor", username="budi")
    article = make_article(
        f"Ships of the {LONG}", authors=[author], categories=[category], lead_image=lead
    )
    article.propose({"title": "Better ships"}, by=editor)
    make_comment(article)
    make_comment(article, status="held")
    for minutes in range(7):
        at = timezone.now() + timedelta(minutes=10 + minutes)
        make_article(f"Ahead {minutes}", authors=[author], published_at=at)
    asked = make_draft("Asked to change", created_by=editor)
    asked.submit(by=editor)
    asked.request_changes(by=colleague, note="Who says so?")
    make_draft("Submitted", created_by=editor).submit(by=editor)
    make_article("Over", authors=[author], ends_at=timezone.now() - timedelta(minutes=1))
    make_article("Taken down", authors=[author]).unpublish(by=editor)
    make_draft("Thrown away", created_by=editor).trash(by=editor)
    Presence.objects.create(
        article=asked, user=colleague, last_active=timezone.now() + timedelta(hours=1)
    )
    Autosave.objects.create(user=editor, fields={"title": ["Typed and not saved"]})


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("role", ["Editor", "Administrator"])
def test_every_screen_is_accessible_and_fits(page, login, editor, newsroom, axe, scheme, role):
    user = editor if role == "Editor" else make_user(role, username="adm")
    page.emulate_media(color_scheme=scheme)
    login(page, user)
    addresses = [INDEX, LIST, f"{LIST}?state=trash", f"{LIST}?q=unheard-of", f"{LIST}?state=x"]
    if role == "Administrator":
        addresses = [INDEX, "/admin/comments/comment/", "/admin/auth/user/"]
    for address in addresses:
        for width in (1280, 390, 320):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(address)
            for summary in page.locator(".charts summary").all():
                summary.click()
            assert axe(page) == [], (address, width)
            if role == "Editor":
                assert page.evaluate(TOO_WIDE) == [], (address, width)


def test_the_calendar_is_gone_through_by_keyboard(page, sign_in, editor, newsroom):
    sign_in(page, editor)
    now = timezone.localtime()
    month = page.get_by_role("table", name="Published and scheduled posts of")
    expect(month.get_by_role("columnheader")).to_have_count(7)
    page.get_by_role("link", name="Today", exact=True).focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    before = now.replace(day=1) - timedelta(days=1)
    expect(page.get_by_role("heading", name=f"{before:%B %Y}")).to_be_visible()
    page.get_by_role("link", name="Today", exact=True).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=f"{now:%B %Y}")).to_be_visible()
    page.locator(".month td li a").first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{page.url.split('/admin')[0]}{LIST}{first_of_month()}/change/")


def first_of_month():
    begin = timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    published = Article.objects.filter(status="published", published_at__gte=begin)
    return published.order_by("published_at", "pk").first().pk


@pytest.mark.parametrize("script", [True, False])
def test_an_editor_publishes_many_at_once(browser, site, sign_in, editor, script):
    for title in ("First", "Second"):
        make_draft(title).sign(make_author())
    make_draft("Unsigned")
    context = browser.new_context(base_url=site, locale="en-GB", java_script_enabled=script)
    page = context.new_page()
    sign_in(page, editor)
    page.get_by_role("link", name="Drafts").first.click()
    for title in ("First", "Second", "Unsigned"):
        page.get_by_role("checkbox", name=f"Choose “{title}”").check()
    page.locator("select[name=action]").select_option(label="Publish now")
    page.get_by_role("button", name="Go").click()
    expect(page.get_by_text("Publish these posts now? Readers see them at once.")).to_be_visible()
    expect(page.get_by_text("Choose at least one author before you publish.")).to_be_visible()
    page.get_by_role("button", name="Publish now (2)").click()
    expect(page.get_by_text("Publish now: 2 posts.")).to_be_visible()
    assert Article.objects.published().count() == 2
    context.close()


def test_the_page_that_asks_is_accessible_and_fits(page, login, editor, newsroom, axe):
    login(page, editor)
    for action in ("Add a category", "Publish now"):
        for width, scheme in ((1280, "dark"), (320, "light")):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(LIST)
            for box in page.locator("td input[type=checkbox]").all():
                box.check()
            page.locator("select[name=action]").select_option(label=action)
            page.get_by_role("button", name="Go").click()
            expect(page.get_by_role("heading", name="Not possible")).to_be_visible()
            assert axe(page) == []
            assert page.evaluate(TOO_WIDE) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_other_form_is_accessible(page, login, editor, newsroom, axe, scheme):
    """What is neither the form of a post nor a list of its own."""
    article = make_article("Corrected", authors=[make_author("Ana")])
    correction = Correction.objects.create(article=article, text="It was <b>Tuesday</b>.")
    about = Page.objects.create(title="About", body='<p>We <a href="/">write</a>.</p>')
    page.emulate_media(color_scheme=scheme)
    login(page, editor)
    articles = "/admin/articles/"
    for address in [
        *(f"{articles}{kind}/add/" for kind in ("author", "category", "tag", "correction", "page")),
        f"{articles}author/{article.bylines.get().author_id}/change/",
        f"{articles}correction/{correction.pk}/change/",
        f"{articles}page/{about.pk}/change/",
        f"{articles}article/{article.pk}/share/",
    ]:
        page.goto(address)
        assert axe(page) == [], address
    other = make_article("By others", body='<p>Text with <a href="/">a link</a> in it.</p>')
    login(page, make_user("Reporter", username="rita"))
    page.goto(f"{articles}article/{other.pk}/change/")
    assert axe(page) == [], "a post to read only"
    login(page, make_user("Administrator", username="adm"))
    for address in (f"user/{editor.pk}/change/", "user/add/", "group/add/"):
        page.goto(f"/admin/auth/{address}")
        assert axe(page) == [], address
