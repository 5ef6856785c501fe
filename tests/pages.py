"""Reading an answer as a person does: its visible text, its links, its forms."""

from html.parser import HTMLParser
from typing import Any

VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
INLINE = {
    "a",
    "abbr",
    "b",
    "bdi",
    "code",
    "em",
    "i",
    "label",
    "span",
    "strong",
    "time",
    "sub",
    "sup",
}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = [""]
        self.links: list[str] = []
        self.fields: dict[str, str] = {}
        self.action = ""
        self.unseen = 0
        self.textarea: str | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        if tag in ("head", "script", "style"):
            self.unseen += 1
        if tag not in INLINE:
            self.lines.append("")
        if tag == "img":
            self.lines += [values.get("alt") or "", ""]
        if tag == "a":
            self.links.append(values.get("href") or "")
        if tag == "form" and values.get("method") == "post":
            self.action = values.get("action") or ""
            self.fields = {}
        if tag == "textarea":
            self.textarea = values.get("name") or ""
            self.fields[self.textarea] = ""
        if tag == "input" and values.get("name"):
            ticks = values.get("type") == "checkbox"
            if not ticks or "checked" in values:
                self.fields[values["name"] or ""] = values.get("value") or ("on" if ticks else "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("head", "script", "style"):
            self.unseen -= 1
        if tag == "textarea":
            self.textarea = None
        if tag not in INLINE:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        if self.textarea is not None:
            self.fields[self.textarea] += data.removeprefix("\n")
        elif not self.unseen:
            self.lines[-1] += data


def _read(response: Any) -> _Reader:
    reader = _Reader()
    reader.feed(response.content.decode())
    reader.close()
    return reader


def visible_lines(response: Any) -> list[str]:
    """The text of the page in reading order, an image as its alt text, blank lines left out."""
    return [line for raw in _read(response).lines if (line := " ".join(raw.split()))]


def links(response: Any) -> list[str]:
    return _read(response).links


def comment_form(response: Any) -> tuple[str, dict[str, str]]:
    """Where the form at the end of the page is sent, and the values it holds."""
    reader = _read(response)
    return reader.action, reader.fields
