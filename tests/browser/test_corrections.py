"""An editor puts right what was wrong, and plans when readers see a post: played to its readers."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from articles.models import Article
from tests.factories import make_article, make_author, make_draft, make_user

pytestmark = pytest.mark.django_db(transaction=True)

SAID = ".messagelist .success"


def change(article: Article) -> str:
    return f"/admin/articles/article/{article.pk}/change/"


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_a_correction_is_read_on_the_post_among_all_and_among_its_changes(page, site, login):
    article = make_article("Ships are late", body="<p>They arrive on Monday.</p>")
    article.sign(make_author("Rita Ora"))
    article.publish_changes({"show_changes": "yes"}, None)
    login(page, make_user("Editor"))
    page.goto(change(article))
    page.get_by_role("textbox", name="Body:").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("They arrive on Tuesday.")
    page.get_by_label("Correction:").fill("They arrive on Tuesday, not on Monday.")
    press(page, "Publish changes")
    page.locator(SAID).get_by_role("link").click()
    notice = page.get_by_role("complementary", name="Correction")
    expect(notice).to_contain_text("They arrive on Tuesday, not on Monday.")
    today = timezone.localtime()
    expect(notice.locator("time")).to_have_text(f"{today.day} {today:%b %Y}")
    page.goto("/corrections/")
    expect(page.get_by_role("main")).to_contain_text("They arrive on Tuesday, not on Monday.")
    page.goto(f"{article.get_absolute_url()}changes/")
    expect(page.locator("del").filter(has_text="Monday")).to_be_visible()
    expect(page.locator("ins").filter(has_text="Tuesday")).to_be_visible()


@pytest.mark.provokes("status of 404")
def test_an_embargo_holds_and_an_end_takes_the_post_down(page, site, login):
    draft = make_draft("Ships are late", body="<p>They arrive on Monday.</p>")
    draft.sign(make_author("Rita Ora"))
    login(page, make_user("Editor"))
    page.goto(change(draft))
    ahead = timezone.localtime() + timedelta(days=2)
    embargo = page.locator(".field-embargo_until")
    embargo.locator("input").nth(0).fill(f"{ahead:%Y-%m-%d}")
    embargo.locator("input").nth(1).fill("09:00:00")
    press(page, "Publish now")
    expect(page.locator(".errorlist").first).to_contain_text("The embargo ends later")
    assert not Article.objects.published().exists()

    for number in (0, 1):
        embargo.locator("input").nth(number).fill("")
    end = page.locator(".field-ends_at")
    end.locator("input").nth(0).fill(f"{ahead:%Y-%m-%d}")
    end.locator("input").nth(1).fill("09:00:00")
    page.locator("[name=_publish]").click()
    expect(page.locator(SAID)).to_contain_text("Published.")
    address = Article.objects.get().get_absolute_url()
    assert page.goto(address).status == 200
    Article.objects.update(ends_at=timezone.now() + timedelta(seconds=1))
    page.wait_for_timeout(1_100)
    with page.expect_response(f"**{address}") as answer:
        page.reload()
    assert answer.value.status == 404
