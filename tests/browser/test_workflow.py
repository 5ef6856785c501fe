"""A post on its way, played by the people who bring it there."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from articles.models import Article
from tests.factories import make_article, make_author, make_draft, make_scheduled, make_user

ADD = "/admin/articles/article/add/"
SAID = ".messagelist .success"


def change(article: Article) -> str:
    return f"/admin/articles/article/{article.pk}/change/"


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def choose_author(page: Page, name: str) -> None:
    page.locator(".field-authors .select2-selection").click()
    page.locator(".field-authors .select2-search__field, .select2-search__field").first.fill(name)
    page.locator(".select2-results__option", has_text=name).click()


@pytest.fixture
def become(context, site, login):
    """``become(page, user)`` goes on as that person, in the same browser."""

    def become(page: Page, user) -> None:
        if context.cookies():
            # Who goes on to another page tells that they have left the post.
            page.goto(f"{site}/admin/")
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            page.wait_for_load_state("networkidle")
        context.clear_cookies()
        login(page, user)

    return become


def test_a_post_goes_from_its_reporter_to_readers_and_is_changed_there(page, site, become):
    rita = make_user("Reporter", first_name="Rita", email="rita@example.org")
    make_author("Rita Ora", user=rita)
    eve = make_user("Editor", first_name="Eve", email="eve@example.org")

    become(page, rita)
    page.goto(site + ADD)
    page.get_by_label("Title:").fill("Ships are late")
    page.get_by_role("textbox", name="Body:").click()
    page.keyboard.type("They arrive in the evening.")
    choose_author(page, "Rita Ora")
    press(page, "Save")
    expect(page.locator(SAID)).to_have_text("Saved as version 1.")
    page.get_by_label("Note to the editors").fill("Ready.")
    press(page, "Submit for review")
    expect(page.locator(SAID)).to_have_text("Submitted for review. Eve was told.")
    article = Article.objects.get()

    become(page, eve)
    page.goto(site + change(article))
    expect(page.locator(".standing")).to_contain_text("Rita submitted it for review")
    expect(page.locator(".standing")).to_contain_text("Ready.")
    press(page, "Request changes")
    expect(page.locator(".errorlist")).to_contain_text("Say in a note what should be changed.")
    page.get_by_label("Note to the writer").fill("How late?")
    press(page, "Request changes")
    expect(page.locator(SAID)).to_have_text("Changes requested. Rita was told.")

    become(page, rita)
    page.goto(site + change(article))
    expect(page.locator(".standing")).to_contain_text("How late?")
    page.get_by_label("Title:").fill("Ships are two days late")
    press(page, "Submit for review")

    become(page, eve)
    page.goto(site + change(article))
    press(page, "Publish now")
    expect(page.locator(SAID)).to_contain_text("Published. Readers see it at")
    page.locator(SAID).get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ships are two days late")

    become(page, rita)
    page.goto(site + change(article))
    page.get_by_label("Title:").fill("Ships are in time again")
    press(page, "Submit changes for review")
    page.goto(site + Article.objects.get().get_absolute_url())
    expect(page.get_by_role("heading", level=1)).to_have_text("Ships are two days late")

    become(page, eve)
    page.goto(site + change(article))
    expect(page.locator(".standing")).to_contain_text("Readers still see the version before")
    press(page, "Publish changes")
    page.locator(SAID).get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ships are in time again")


def test_the_buttons_follow_the_date_that_is_typed(page, site, login, settings):
    settings.TIME_ZONE = "Asia/Singapore"
    login(page, make_user("Editor"))
    page.goto(site + ADD)
    main = page.locator(".steps input.default")
    expect(main).to_have_value("Publish now")
    when = page.get_by_role("group", name="Publication date")
    when.get_by_label("Date").fill("2126-11-24")
    when.get_by_label("Time").fill("09:00")
    expect(main).to_have_value("Schedule for 24 Nov 2126, 09:00 SGT (01:00 UTC)")
    when.get_by_label("Date").fill("2020-11-24")
    expect(main).to_have_value("Publish with the date 24 Nov 2020, 09:00 SGT (01:00 UTC)")
    when.get_by_label("Date").fill("nonsense")
    expect(page.locator(".steps-say")).to_have_text("Enter a valid date.")


def test_enter_in_a_field_saves_and_never_publishes(page, site, login):
    article = make_draft()
    article.sign(make_author())
    login(page, make_user("Editor"))
    page.goto(site + change(article))
    page.get_by_label("Title:").press("Enter")
    expect(page.locator(SAID)).to_contain_text("Saved as version")
    assert not Article.objects.published()


def test_a_button_that_is_pressed_twice_does_it_once(page, site, login):
    login(page, make_user("Editor"))
    page.goto(site + ADD)
    page.get_by_label("Title:").fill("Once")
    page.get_by_role("button", name="Save", exact=True).dblclick()
    expect(page.locator(SAID)).to_contain_text("Saved as version 1.")
    assert Article.objects.count() == 1


def test_a_post_goes_to_the_trash_and_comes_back(page, site, login):
    article = make_article("Ships")
    login(page, make_user("Editor", first_name="Eve"))
    page.goto(site + change(article))
    press(page, "Move to trash…")
    expect(page.get_by_role("heading", level=1)).to_have_text("Move “Ships” to the trash?")
    expect(page.locator(".ask")).to_contain_text(article.get_absolute_url())
    assert Article.objects.published()
    press(page, "Move to trash")
    expect(page.locator(".standing")).to_contain_text("Eve moved it to the trash just now.")
    press(page, "Restore from the trash")
    expect(page.locator(SAID)).to_contain_text("back from the trash, as a draft")
    assert Article.objects.get().status == "draft"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_state_can_be_used_by_everybody(page, site, login, axe, scheme, width):
    later = timezone.now() + timedelta(days=2)
    trashed, pending = make_article("Trashed"), make_article("Pending", ends_at=later)
    trashed.trash()
    pending.propose({"title": "Better"})
    pending.submit(note="Please.")
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    login(page, make_user("Editor"))
    for address in (
        ADD,
        *map(change, (make_draft(), make_scheduled(embargo_until=timezone.now()))),
        *map(change, (pending, trashed)),
        change(pending).replace("change", "unpublish"),
        change(trashed).replace("change", "delete"),
    ):
        page.goto(site + address)
        page.wait_for_timeout(300)
        assert axe(page) == [], address
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, address
