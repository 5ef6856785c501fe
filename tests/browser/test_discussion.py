"""A reader in a discussion: posts, changes their mind, reports, reads on. Script on and off."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from comments.markup import Conversation
from comments.models import Comment
from tests.factories import make_article, make_comment
from tests.test_discussion_pages import make_many_comments


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def reader(request, browser: Browser, site: str):
    context = browser.new_context(
        base_url=site, java_script_enabled=request.param, reduced_motion="reduce", locale="en-GB"
    )
    context.set_default_timeout(10_000)
    yield context.new_page()
    assert not context.cookies(), "a reader got a cookie"
    context.close()


@pytest.fixture
def article(site):
    return make_article("Ships")


def write(page: Page, body: str) -> None:
    page.get_by_label("Comment *").fill(body)
    page.get_by_label("Name *").fill("Farah")
    page.get_by_label("Email *").fill("farah@example.org")


def test_a_reader_previews_posts_edits_withdraws_and_puts_back(reader, article):
    reader.goto(article.get_absolute_url())
    write(reader, "A fine post.\n\nSecond.")
    reader.get_by_role("button", name="Preview").click()
    preview = reader.locator(".preview")
    expect(preview).to_be_focused()
    expect(preview.locator(".text p")).to_have_count(2)
    assert not Comment.objects.exists()

    reader.get_by_label("Comment *").fill("A fine post.")
    reader.get_by_role("button", name="Post Comment").click()
    own = reader.locator(".comment.own")
    expect(own).to_contain_text("Your comment is awaiting moderation. Only you can see it.")
    expect(own).to_be_in_viewport()

    own.get_by_text("Edit", exact=True).click()
    own.get_by_label("Your comment").fill("A very fine post.")
    own.get_by_role("button", name="Save").click()
    expect(own.locator(".text")).to_have_text("A very fine post.")

    own.get_by_role("button", name="Withdraw").click()
    expect(own).to_contain_text("You have withdrawn this comment.")
    own.get_by_role("button", name="Put it back").click()
    expect(own).to_contain_text("Your comment is awaiting moderation.")
    comment = Comment.objects.get()
    assert (comment.status, comment.body) == ("held", "A very fine post.")


def test_a_text_that_cannot_be_saved_is_kept_beside_what_is_wrong(reader, article):
    reader.goto(article.get_absolute_url())
    write(reader, "A fine post.")
    reader.get_by_role("button", name="Post Comment").click()
    own = reader.locator(".comment.own")
    own.get_by_text("Edit", exact=True).click()
    own.get_by_label("Your comment").fill("")
    own.get_by_role("button", name="Save").click()
    expect(own.get_by_text("Write a comment")).to_be_visible()
    expect(own.get_by_label("Your comment")).to_be_focused()


def test_a_reader_reports_a_comment(reader, article):
    comment = make_comment(article, name="Budi", body="You fool.")
    reader.goto(article.get_absolute_url())
    reader.get_by_role("link", name="Report the comment by Budi").click()
    reader.get_by_role("button", name="Send the report").click()
    expect(reader.locator(".problem")).to_be_focused()
    reader.get_by_label("It insults or threatens somebody").check()
    reader.get_by_role("textbox", name="Details").fill("He means me.")
    reader.get_by_role("button", name="Send the report").click()
    expect(reader.get_by_role("heading", name="Thank you for your report")).to_be_visible()
    assert comment.reports.get().text == "He means me."


def test_folded_replies_are_behind_a_link(reader, article):
    (head,) = make_many_comments(article, 1)
    make_many_comments(article, 57, parent=head)
    reader.goto(article.get_absolute_url())
    expect(reader.get_by_text("Reply number 21.")).to_have_count(0)
    reader.get_by_role("link", name="Show 37 more replies").click()
    expect(reader.get_by_text("Reply number 57.")).to_be_visible()


def test_pages_of_comments_lead_to_the_comments(reader, article):
    make_many_comments(article, 60)
    reader.goto(article.get_absolute_url())
    reader.get_by_role("link", name="Next comments").click()
    expect(reader.get_by_text("Thread number 51.")).to_be_in_viewport()
    reader.get_by_role("link", name="Previous comments").click()
    expect(reader.get_by_text("Thread number 1.", exact=True)).to_be_in_viewport()


def test_the_time_of_a_comment_leads_to_its_place(reader, article):
    make_many_comments(article, 60)
    last = Comment.objects.order_by("pk").last()
    reader.goto(f"{article.get_absolute_url()}comment-page-2/")
    reader.locator(f"#comment-{last.pk} .when").click()
    reader.wait_for_url(f"**/comment-page-2/#comment-{last.pk}")


def test_an_old_anchor_leads_to_the_page_where_the_comment_stands_now(page, article):
    last = make_many_comments(article, 60)[-1]
    page.goto(f"{article.get_absolute_url()}#comment-{last.pk}")
    page.wait_for_url(f"**/comment-page-2/#comment-{last.pk}")
    expect(page.locator(f"#comment-{last.pk}")).to_be_in_viewport()


@pytest.mark.provokes("status of 404")
def test_an_old_anchor_of_a_comment_that_is_gone_stays_with_the_post(page, article):
    gone = make_comment(article, status="spam")
    address = f"{article.get_absolute_url()}#comment-{gone.pk}"
    with page.expect_response("**/comment/*/") as answer:
        page.goto(address)
    assert answer.value.status == 404
    page.wait_for_timeout(200)
    assert page.url.endswith(address)


def test_an_anchor_that_an_old_copy_of_the_page_lacks_does_not_lead_in_a_circle(
    page, article, monkeypatch
):
    # A cache between the site and the reader still has the page as it was.
    monkeypatch.setattr(Conversation, "html", lambda self, threads: "")
    opened = []
    page.on("request", lambda request: opened.append(request.resource_type))
    page.goto(f"{article.get_absolute_url()}#comment-{make_comment(article).pk}")
    page.wait_for_timeout(1000)
    assert opened.count("document") == 1


def test_times_say_how_long_ago_and_stay_fresh(page, article):
    comment = make_comment(article, created_at=timezone.now() - timedelta(hours=2, seconds=5))
    page.clock.install()
    page.goto(article.get_absolute_url())
    when = page.locator(f"#comment-{comment.pk} .when")
    date = when.locator("time").inner_text()
    expect(when).to_have_text(f"{date} · 2 hours ago")
    page.clock.fast_forward(61 * 60_000)
    expect(when).to_have_text(f"{date} · 3 hours ago")


def test_times_are_told_in_the_language_of_the_page(page, article, settings):
    settings.LANGUAGE_CODE = "de"
    make_comment(article, created_at=timezone.now() - timedelta(days=1, minutes=5))
    page.goto(article.get_absolute_url())
    expect(page.locator(".when .ago")).to_contain_text("gestern")


def test_without_script_the_date_stands_alone(browser, site, article):
    make_comment(article)
    context = browser.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto(article.get_absolute_url())
    assert page.locator(".when time").inner_text() == page.locator(".when").inner_text()
    context.close()
