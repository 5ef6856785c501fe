"""Nothing typed is lost, and two people know of each other: played by those who write."""

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Locator, Page, expect

from articles.models import Article, Autosave, Presence
from tests.factories import make_author, make_draft, make_tag, make_user

SAVED = re.compile(r"^Saved at \d\d:\d\d$")
OFFLINE = "Not saved: no connection. Your words are kept in this browser."


@pytest.fixture
def ann(site, page, login):
    ann = make_user("Editor", username="ann", first_name="Ann")
    login(page, ann)
    return ann


@pytest.fixture
def bo_page(browser: Browser, site: str, login) -> Iterator[Page]:
    context = browser.new_context(base_url=site, locale="en-GB")
    page = context.new_page()
    login(page, make_user("Editor", username="bo", first_name="Bo"))
    yield page
    context.close()


def form(article: Article) -> str:
    return f"/admin/articles/article/{article.pk}/change/"


def body(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Body:")


def write(page: Page, words: str) -> None:
    body(page).click()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def status(page: Page) -> Locator:
    return page.locator(".autosave .said")


def save(page: Page) -> Locator:
    return page.get_by_role("button", name="Save", exact=True)


def test_what_is_typed_is_saved_by_itself_and_taken_up_again(page, ann, axe):
    author, tag = make_author("Zoe"), make_tag("Ports")
    draft = make_draft("Ships", body="<p>Ships.</p>")
    page.goto(form(draft))
    write(page, " They arrive.")
    expect(status(page)).to_have_text(SAVED)
    page.locator(".field-tags .select2-search__field").fill("Por")
    page.get_by_role("option", name="Ports").click()
    page.locator(".field-authors .select2-search__field").fill("Zo")
    page.get_by_role("option", name="Zoe").click()
    with page.expect_response(lambda answer: "published_at_1" in (answer.request.post_data or "")):
        for name in ("Today", "Now"):
            page.locator(".field-published_at").get_by_role("link", name=name).click()
    for _turn in range(50):
        if not Autosave.objects.get().fields["published_at_1"][0]:
            page.wait_for_timeout(100)
    fields = Autosave.objects.get().fields
    assert fields["body"] == ["<p>Ships. They arrive.</p>"]
    assert (fields["authors"], fields["tags"]) == ([str(author.pk)], [str(tag.pk)])
    assert fields["published_at_0"] != [""]

    page.goto(form(draft))
    expect(body(page)).to_have_text("Ships.")
    assert not axe(page, "#unsaved")
    page.get_by_role("link", name="Take them up").click()
    expect(body(page)).to_have_text("Ships. They arrive.")
    expect(page.locator(".field-tags .select2-selection__choice")).to_contain_text("Ports")
    expect(page.locator(".field-authors .select2-selection__choice")).to_contain_text("Zoe")
    write(page, " Late.")
    save(page).click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    draft.refresh_from_db()
    assert draft.body == "<p>Ships. They arrive. Late.</p>"
    assert not Autosave.objects.exists()
    expect(page.locator("#unsaved .offer")).to_have_count(0)
    assert page.evaluate("Object.keys(localStorage).filter((k) => /unsaved/.test(k))") == []


def test_a_new_post_is_kept_before_it_is_saved_for_the_first_time(page, ann):
    page.goto("/admin/articles/article/add/")
    page.get_by_label("Title:").fill("About ships")
    expect(status(page)).to_have_text(SAVED)
    page.goto("/admin/articles/article/add/")
    expect(page.locator("#unsaved")).to_contain_text("About ships")
    page.get_by_role("link", name="Take them up").click()
    expect(page.get_by_label("Title:")).to_have_value("About ships")
    save(page).click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert Article.objects.get().title == "About ships"
    assert not Autosave.objects.exists()


@pytest.mark.provokes("ERR_INTERNET_DISCONNECTED", "status of 409")
def test_offline_the_words_stay_in_this_browser_and_are_sent_on_reconnect(page, context, ann):
    draft = make_draft()
    page.goto(form(draft))
    context.set_offline(True)
    write(page, " Offline.")
    expect(status(page)).to_have_text(OFFLINE)
    # Saving does not leave the page for one that says there is no connection.
    save(page).click()
    expect(status(page)).to_have_text(OFFLINE)
    expect(body(page)).to_contain_text("Offline.")
    context.set_offline(False)
    expect(status(page)).to_have_text(SAVED)
    assert "Offline." in Autosave.objects.get().fields["body"][0]


@pytest.mark.provokes("ERR_INTERNET_DISCONNECTED")
def test_a_tab_closed_while_offline_is_offered_on_return(page, context, ann):
    draft = make_draft()
    page.goto(form(draft))
    write(page, " Before.")
    expect(status(page)).to_have_text(SAVED)
    context.set_offline(True)
    write(page, " Offline.")
    expect(status(page)).to_have_text(OFFLINE)
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(form(draft))
    # The last words may have left while the tab closed; if not, this browser has them.
    again.wait_for_timeout(1_000)
    again.locator("#unsaved").get_by_text("Take them up").last.click()
    expect(body(again)).to_contain_text("Before. Offline.")
    assert "Before. Offline." in Autosave.objects.get().fields["body"][0]


def test_a_tab_closed_while_typing_loses_nothing(page, context, ann):
    draft = make_draft()
    page.goto(form(draft))
    write(page, " Just typed.")
    page.close()
    again = context.new_page()
    again.goto(form(draft))
    again.locator("#unsaved").get_by_text("Take them up").first.click()
    expect(body(again)).to_contain_text("Just typed.")


@pytest.mark.provokes("status of 409")
def test_two_tabs_of_one_person_do_not_overwrite_each_other(page, context, ann):
    draft = make_draft()
    other = context.new_page()
    page.goto(form(draft))
    other.goto(form(draft))
    write(page, " First tab.")
    expect(status(page)).to_have_text(SAVED)
    write(other, " Second tab.")
    expect(status(other)).to_contain_text("in another tab or on another device")
    expect(other.locator("#unsaved .offer")).to_have_count(1)
    assert "First tab." in Autosave.objects.get().fields["body"][0]
    # Nobody is told to be somebody else, and each can save.
    expect(other.locator("#presence")).to_be_empty()
    expect(save(other)).to_be_enabled()
    other.get_by_role("button", name="Throw them away").click()
    expect(status(other)).to_have_text(SAVED)
    assert "Second tab." in Autosave.objects.get().fields["body"][0]
    write(page, " More.")
    expect(status(page)).to_contain_text("in another tab or on another device")
    page.close()
    again = context.new_page()
    again.goto(form(draft))
    expect(again.locator("#unsaved .offer")).to_have_count(2)


@pytest.mark.provokes("status of 401", "status of 403", "status of 409", "ERR_FAILED")
def test_signed_out_while_writing_it_goes_on_after_signing_in_again(page, context, ann, sign_in):
    draft = make_draft()
    page.goto(form(draft))
    Session.objects.all().delete()
    write(page, " Long text.")
    expect(status(page)).to_contain_text("You are signed out.")
    save(page).click()
    expect(body(page)).to_contain_text("Long text.")
    with context.expect_page() as opened:
        page.get_by_role("link", name="Sign in").click()
    sign_in(opened.value, ann)
    opened.value.close()
    page.bring_to_front()
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(status(page)).to_have_text(SAVED)
    save(page).click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    draft.refresh_from_db()
    assert "Long text." in draft.body


@pytest.mark.provokes("status of 403", "status of 404")
def test_a_role_taken_away_while_editing_leaves_the_text_on_the_screen(page, ann):
    draft = make_draft()
    page.goto(form(draft))
    ann.groups.set([Group.objects.get(name="Moderator")])
    write(page, " Long text.")
    expect(status(page)).to_contain_text("you may not change this post any more")
    save(page).click()
    expect(body(page)).to_contain_text("Long text.")


def test_one_who_takes_over_and_one_who_takes_it_back(page, bo_page, ann, axe):
    draft = make_draft("Ships")
    page.goto(form(draft))
    bo_page.goto(form(draft))
    expect(bo_page.locator("#presence")).to_contain_text("Ann is editing, last active")
    expect(save(bo_page)).to_be_disabled()
    assert not axe(bo_page, "#presence")
    write(bo_page, " By Bo.")
    bo_page.get_by_role("button", name="Take over").click()
    expect(save(bo_page)).to_be_enabled()
    expect(body(bo_page)).to_contain_text("By Bo.")
    write(page, " By Ann.")
    expect(page.locator("#presence")).to_contain_text("Bo has taken over at", timeout=20_000)
    expect(page.locator("#presence")).to_contain_text("Your words are kept.")
    expect(save(page)).to_be_disabled()
    save(bo_page).click()
    expect(bo_page.locator(".messagelist .success")).to_be_visible()

    page.get_by_role("button", name="Take it back").click()
    save(page).click()
    conflict = page.locator(".conflict")
    expect(conflict).to_contain_text("Bo saved this post at")
    expect(conflict.locator("del")).to_contain_text("Bo")
    expect(conflict.locator("ins")).to_contain_text("Ann")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert not axe(page, ".conflict")
        assert not axe(page, "#presence")
        assert not axe(page, ".autosave")
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        theirs, mine = conflict.locator(".sides").first.locator("> div").all()
        assert theirs.bounding_box()["y"] < mine.bounding_box()["y"]
    page.set_viewport_size({"width": 1280, "height": 800})
    save(page).click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    draft.refresh_from_db()
    assert "By Ann." in draft.body
    assert any("By Bo." in each.contents["body"] for each in draft.revisions.all())


def test_who_closes_the_form_has_left(page, bo_page, ann):
    draft = make_draft()
    page.goto(form(draft))
    assert Presence.objects.get().user == ann
    page.goto("about:blank")
    for _turn in range(50):
        if Presence.objects.exists():
            bo_page.wait_for_timeout(100)
    bo_page.goto(form(draft))
    expect(save(bo_page)).to_be_enabled()


def test_without_script_unsaved_words_and_presence_work_by_forms(browser, site, login):
    ann, bo = make_user("Editor", username="ann"), make_user("Editor", username="bo")
    draft = make_draft("Ships")
    Presence.objects.mark(draft, bo)
    Autosave.objects.create(user=ann, article=draft, fields={"title": ["Typed"], "base": ["0"]})
    context = browser.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    login(page, ann)
    page.goto(form(draft))
    page.get_by_role("button", name="Take over").click()
    expect(page.locator("#presence")).to_contain_text("Also here: bo")
    page.get_by_role("link", name="Take them up").click()
    expect(page.get_by_label("Title:")).to_have_value("Typed")
    page.get_by_role("button", name="Throw them away").click()
    expect(page.get_by_label("Title:")).to_have_value("Ships")
    assert not Autosave.objects.exists()
    context.close()


def test_a_body_of_a_megabyte_is_kept_on_closing_too(page, context, ann):
    draft = make_draft(body="<p>" + "Ships. " * 150_000 + "</p>")
    page.goto(form(draft))
    expect(body(page)).to_be_visible()
    page.get_by_label("Title:").fill("A long one")
    page.close()
    again = context.new_page()
    again.goto(form(draft))
    again.locator("#unsaved").get_by_role("button", name="Take them up").click()
    expect(again.get_by_label("Title:")).to_have_value("A long one", timeout=20_000)
