"""What tests of the editor do in it."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

from articles.models import Article
from tests.factories import make_picture


def text_box(page: Page) -> Locator:
    # Until the editor is there, the plain text area has the same role and name.
    page.locator(".prose-menubar + [contenteditable=true]").wait_for()
    return page.get_by_role("textbox", name="Body:")


def to_the_end(box: Locator) -> None:
    """Put the cursor behind the last word."""
    box.focus()
    # The editor puts the cursor where it was 20 ms after it has the focus.
    box.page.wait_for_timeout(60)
    box.press("Control+End")


def saved(page: Page) -> str:
    """The body in the database after pressing the button."""
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#content .messagelist, .messagelist .success").first).to_be_visible()
    return Article.objects.get(status="draft").body


def hand_over(
    box: Locator, event: str, names: list[str], files: list[bytes] | None = None, **data: str
) -> None:
    """Drop or paste files of those names, pictures unless ``files`` say what is in them."""
    contents = files or [make_picture().read() for _ in names]
    box.evaluate(
        """(element, [event, names, contents, data]) => {
          const transfer = new DataTransfer()
          names.forEach((name, index) => transfer.items.add(
            new File([new Uint8Array(contents[index])], name, { type: "image/jpeg" })))
          for (const [type, text] of Object.entries(data)) transfer.setData(type, text)
          const { left, top } = element.getBoundingClientRect()
          const common = { bubbles: true, cancelable: true }
          element.dispatchEvent(event === "paste"
            ? new ClipboardEvent("paste", { ...common, clipboardData: transfer })
            : new DragEvent("drop", {
                ...common, dataTransfer: transfer, clientX: left + 20, clientY: top + 20 }))
        }""",
        [event, names, [list(each) for each in contents], data],
    )


def file(name: str = "wall.jpg", content: bytes | None = None) -> Any:
    """A file as Playwright gives it to an input."""
    return {
        "name": name,
        "mimeType": "image/jpeg",
        "buffer": make_picture().read() if content is None else content,
    }
