"""One reader's whole way: from the first comment to the last notice. Script on and off."""

import pytest
from django.core import mail
from playwright.sync_api import expect

from comments.models import Comment
from tests.browser.test_discussion import write
from tests.browser.test_mail_links import link_in
from tests.factories import make_article, make_comment, make_user


@pytest.fixture(autouse=True)
def own_address(settings, site):
    """Mails lead to the running site."""
    settings.SITE_URL = site


@pytest.mark.parametrize("script", [True, False])
def test_a_reader_hears_of_a_reply_and_ends_that(browser, site, script):
    article, moderator = make_article("Ships"), make_user("Moderator")
    context = browser.new_context(base_url=site, java_script_enabled=script)
    page = context.new_page()

    page.goto(article.get_absolute_url())
    write(page, "A fine post.")
    page.get_by_role("button", name="Post Comment").click()
    own = page.locator(".comment.own")
    expect(own).to_contain_text("Your comment is awaiting moderation.")
    own.get_by_text("Edit", exact=True).click()
    own.get_by_label("Your comment").fill("A very fine post.")
    own.get_by_role("button", name="Save").click()
    own.get_by_role("button", name="Email me about replies").click()
    page.goto(link_in(mail.outbox[0], "confirm"))
    page.get_by_label("This is my own browser").check()
    page.get_by_role("button", name="Yes, email me about replies").click()
    page.get_by_role("heading", name="Your address is confirmed").wait_for()

    comment = Comment.objects.get()
    comment.approve(by=moderator)
    page.get_by_role("link", name="Back to “Ships”").click()
    expect(page.locator(f"#comment-{comment.pk}")).to_contain_text("A very fine post.")

    reply = make_comment(article, parent=comment, name="Budi", status="held")
    assert len(mail.outbox) == 1
    reply.approve(by=moderator)
    assert mail.outbox[1].subject == "Budi replied to your comment on “Ships”"
    page.goto(link_in(mail.outbox[1], "unsubscribe"))
    page.get_by_role("button", name="No more about this discussion").click()
    page.get_by_text("You hear nothing more of this discussion.").wait_for()
    make_comment(article, parent=comment, status="held").approve(by=moderator)
    assert len(mail.outbox) == 2

    page.goto(article.get_absolute_url())
    write(page, "One more thing, now that you know me.")
    page.get_by_role("button", name="Post Comment").click()
    # Too fast for a person, as only the script can tell; else read at once.
    expect(page.locator(".comment.own")).to_contain_text("comment")
    assert Comment.objects.latest("pk").rule == ("too-fast" if script else "trusted")
    context.close()
