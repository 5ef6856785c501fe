"""The main job on real input: a post is written, published, read, answered and moderated."""

import re
from html import escape
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from articles.models import Article
from comments.models import Comment
from tests.factories import make_article, make_category, make_comment, make_picture, make_user

SEED = Path(__file__).parents[3] / "shared" / "seed" / "post.txt"
READ_AS_TEXT = """
() => {
  for (const image of document.querySelectorAll("img"))
    image.replaceWith(Object.assign(document.createElement("p"), {textContent: image.alt}))
  return document.body.innerText
}
"""


def visible_lines(page: Page) -> list[str]:
    """The page as its reader sees it, a picture as its alternative text, without blank lines."""
    lines = page.evaluate(READ_AS_TEXT).split("\n")
    return [" ".join(line.split()) for line in lines if line.strip()]


def choose(page: Page, field: str, name: str) -> None:
    """Pick ``name`` after what is chosen in that field already."""
    page.locator(f".field-{field} .select2-search__field").fill(name)
    page.locator(".select2-results__option", has_text=name).click()


def paste(page: Page, html: str) -> None:
    page.locator("#id_body").locator("xpath=..").locator("[role=textbox]").evaluate(
        """(box, html) => {
          const data = new DataTransfer()
          data.setData("text/html", html)
          box.focus()
          box.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true}))
        }""",
        html,
    )


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def reader(request, browser: Browser, site: str):
    """Opens fresh browsers: readers who know nothing of each other."""
    contexts = []

    def open_browser() -> Page:
        contexts.append(browser.new_context(base_url=site, java_script_enabled=request.param))
        return contexts[-1].new_page()

    yield open_browser
    for context in contexts:
        assert not context.cookies(), "a reader got a cookie"
        context.close()


@pytest.mark.skipif(not SEED.exists(), reason=f"no seed post at {SEED}")
def test_the_seed_post_typed_in_the_admin_is_reproduced_on_its_page(
    page, reader, site, sign_in, tmp_path
):
    lines = [" ".join(line.split()) for line in SEED.read_text().split("\n") if line.strip()]
    title = lines[1]
    paragraphs = lines[3 : lines.index("yiyun Avatar", 3)]
    raw = {" ".join(line.split()): line for line in SEED.read_text().split("\n")}
    for name in ("Cloud", "Southeast Asia", "Talent"):
        make_category(name)
    sign_in(page, make_user("Editor"))

    page.goto(f"{site}/admin/articles/author/add/")
    page.get_by_label("Name:").fill("yiyun")
    face = tmp_path / "face.jpg"
    face.write_bytes(make_picture().read())
    page.locator("#id_avatar").set_input_files(face)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()

    page.goto(f"{site}/admin/articles/article/add/")
    page.get_by_label("Title:").fill(title)
    paste(page, "".join(f"<p>{escape(raw[paragraph])}</p>" for paragraph in paragraphs))
    choose(page, "authors", "yiyun")
    for name in ("Cloud", "Southeast Asia", "Talent"):
        choose(page, "categories", name)
    page.get_by_role("button", name="Publish now").click()
    expect(page.locator(".messagelist .success")).to_be_visible()

    for person in (reader(), page):
        person.goto(site + Article.objects.get().get_absolute_url())
        expect(person.get_by_role("heading", level=1)).to_have_text(title)
        found = visible_lines(person)
        rest = iter(found[found.index("Cloud, Southeast Asia, Talent") + 1 :])
        for line in lines[1:]:
            assert line in rest, f"not in order on the page: {line}"


def write(page: Page, body: str, name: str) -> None:
    page.get_by_label("Comment *").fill(body)
    page.get_by_label("Name *").fill(name)
    page.get_by_label("Email *").fill(f"{name.lower()}@example.org")
    page.get_by_role("button", name="Post Comment").click()


def test_a_reply_waits_for_a_moderator_and_is_then_seen_by_all(reader, page, site, login):
    article = make_article("Hello")
    address = site + article.get_absolute_url()
    answers: list[str] = []
    first, second = reader(), reader()
    for person in (first, second):
        person.on("response", lambda answer: answers.append(answer.text() if answer.ok else ""))

    first.goto(address)
    write(first, "A fine post.", "Farah")
    comment = Comment.objects.get()
    expect(first.locator(f"#comment-{comment.pk}")).to_contain_text(
        "Your comment is awaiting moderation. Only you can see it."
    )
    assert first.url.endswith(f"#comment-{comment.pk}")
    second.goto(address)
    expect(second.get_by_text("A fine post.")).to_have_count(0)

    login(page, make_user("Moderator"))
    page.goto(f"{site}/admin/comments/comment/{comment.pk}/change/")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator(".messagelist .success")).to_contain_text("Approve")

    second.reload()
    expect(second.locator(f"#comment-{comment.pk}")).to_contain_text("A fine post.")
    second.get_by_role("link", name="Reply to Farah").click()
    expect(second.get_by_role("heading", name="Leave a Reply to Farah")).to_be_visible()
    write(second, "I agree.", "Budi")
    assert Comment.objects.get(name="Budi").parent == comment
    first.goto(address)
    expect(first.get_by_text("I agree.")).to_have_count(0)
    assert "@example.org" not in "".join(answers)


def test_what_is_wrong_is_listed_focused_and_linked_and_the_text_is_kept(reader, site):
    article = make_article()
    person = reader()
    person.goto(site + article.get_absolute_url())
    write(person, "", "Farah")
    problem = person.locator(".problem")
    expect(problem).to_be_focused()
    expect(problem).to_contain_text("There is a problem")
    problem.get_by_role("link", name="Write a comment").click()
    expect(person.get_by_label("Comment *")).to_be_focused()
    expect(person.get_by_label("Name *")).to_have_value("Farah")
    person.get_by_label("Comment *").fill("Now with words.")
    person.get_by_role("button", name="Post Comment").click()
    expect(person.get_by_text("awaiting moderation")).to_be_visible()


@pytest.fixture
def pages():
    """One page of each kind that a reader can open."""
    article = make_article(
        body="<h2>Heading</h2><p>Text with <a href='/'>a link</a>.</p><ul><li>One</li></ul>"
        "<blockquote><p>Said.</p></blockquote><table><tbody><tr><th>A</th><td>1</td></tr></tbody>"
        "</table><pre><code>x</code></pre>",
        categories=[make_category("Cloud")],
    )
    comment = make_comment(article, website="https://example.org/")
    make_comment(article, parent=comment)
    address = article.get_absolute_url()
    author = article.ordered_authors[0]
    return {
        "home": "/",
        "post": address,
        "category": "/category/cloud/",
        "author": author.get_absolute_url(),
        "reply": f"{address}reply/{comment.pk}/",
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(page, pages, axe, scheme, width):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    for kind, address in pages.items():
        page.goto(address)
        assert axe(page) == [], kind
        assert page.evaluate("document.documentElement.scrollWidth") <= width, kind


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.provokes("status of 422")
def test_axe_finds_nothing_in_form_errors_and_on_a_pending_comment(page, pages, axe, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(pages["post"])
    write(page, "", "Farah")
    expect(page.locator(".problem")).to_be_visible()
    assert axe(page) == []
    page.get_by_label("Comment *").fill("Words.")
    page.get_by_role("button", name="Post Comment").click()
    expect(page.get_by_text("awaiting moderation")).to_be_visible()
    assert axe(page) == []


def test_the_picture_of_an_author_is_shown_and_not_broken(page, site):
    article = make_article()
    page.goto(site + article.get_absolute_url())
    for picture in page.locator("img.avatar").all():
        assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
        assert re.fullmatch(r"Author \d+ Avatar", picture.get_attribute("alt"))
