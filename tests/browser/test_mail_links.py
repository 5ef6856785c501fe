"""A reader asks for notices, confirms, downloads and erases, in a real browser."""

import json
import re
from pathlib import Path

import pytest
from django.core import mail

from comments.models import Comment, Subscription
from comments.views import address_for_writer
from tests.factories import make_article, make_comment


@pytest.fixture(autouse=True)
def own_address(settings, site):
    """Mails lead to the running site."""
    settings.SITE_URL = site


def link_in(message, name):
    return re.search(rf"(http://\S+/comments/{name}/\S+)", message.body)[1]


def notify(page, comment):
    """Ask for notices, as the writer of ``comment`` does on the private page."""
    page.goto(f"{address_for_writer(comment, comment.article).partition('#')[0]}notify/")
    page.get_by_role("button", name="Email me about replies").click()


@pytest.mark.parametrize("script", [True, False])
def test_a_reader_confirms_and_is_known_from_then_on(browser, site, script):
    first, second = (
        make_comment(make_article(), email="farah@example.org", status="held") for _ in range(2)
    )
    context = browser.new_context(base_url=site, java_script_enabled=script)
    page = context.new_page()
    notify(page, first)
    page.get_by_role("heading", name="Please look into your mail").wait_for()
    assert context.cookies() == []
    page.goto(link_in(mail.outbox[0], "confirm"))
    page.get_by_label("This is my own browser").check()
    page.get_by_role("button", name="Yes, email me about replies").click()
    page.get_by_role("heading", name="Your address is confirmed").wait_for()
    assert [cookie["name"] for cookie in context.cookies()] == ["commenter"]
    notify(page, second)
    page.get_by_role("heading", name="You will hear of replies").wait_for()
    assert len(mail.outbox) == 1
    page.goto(link_in(mail.outbox[0], "unsubscribe"))
    page.get_by_role("button", name="No mail at all").click()
    page.get_by_text("We do not write to farah@example.org any more.").wait_for()
    assert Subscription.objects.exclude(confirmed_at=None).count() == 2
    context.close()


def test_a_reader_gets_and_erases_everything(page):
    make_comment(make_article(), email="farah@example.org", body="My words.")
    page.goto("/comments/privacy/")
    page.get_by_role("link", name="Get or erase your data").click()
    page.get_by_label("Email").fill("Farah@example.org")
    page.get_by_role("button", name="Send me the link").click()
    page.get_by_role("heading", name="Please look into your mail").wait_for()
    page.goto(link_in(mail.outbox[0], "your-data"))
    with page.expect_download() as download:
        page.get_by_role("button", name="Download everything").click()
    data = json.loads(Path(download.value.path()).read_text())
    assert data["comments"][0]["body"] == "My words."
    page.get_by_role("button", name="Erase everything…").click()
    page.get_by_role("button", name="Yes, erase everything").click()
    page.get_by_role("heading", name="Everything is erased").wait_for()
    assert Comment.objects.get().body == ""
