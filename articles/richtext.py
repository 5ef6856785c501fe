"""
The body of a post: which HTML it may hold, the one sanitiser that enforces it, and the field and
editor settings that follow from it.
"""

import re
from typing import Any

import nh3
from django.conf import settings
from django.db import models
from django_prose_editor.fields import ProseEditorField

TAGS = {
    *("p", "br", "hr", "h2", "h3", "h4", "blockquote", "cite", "pre", "code"),
    *("a", "strong", "em", "s", "sub", "sup", "ul", "ol", "li"),
    *("figure", "figcaption", "img", "table", "caption", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {
    "*": {"lang", "dir"},
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
}
# Elements that mean the same as one in TAGS; without this their meaning would be lost.
SYNONYMS = {"h1": "h2", "h5": "h4", "h6": "h4", "b": "strong", "i": "em", "strike": "s", "del": "s"}

SYNONYM = re.compile(rf"<(/?)({'|'.join(SYNONYMS)})(?=[\s/>])", re.IGNORECASE)
PICTURE_WITHOUT_SOURCE = re.compile(r'<img(?![^>]* src=")[^>]*>')
EMPTY_BLOCK = re.compile(r"<(p|h2|h3|h4|li|figcaption|blockquote|figure)>(?:\s|<br>)*</\1>")


def _keep(tag: str, attribute: str, value: str) -> str | None:
    """Pictures only from this site: another one would learn who reads what."""
    if tag == "img" and attribute == "src" and not value.startswith(settings.MEDIA_URL):
        return None
    return value


_cleaner = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    tag_attribute_values={"a": {"rel": {"nofollow", "sponsored", "sponsored nofollow"}}},
    attribute_filter=_keep,
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
)


def clean(html: str) -> str:
    """
    ``html`` reduced to what a body may hold: safe, without empty blocks, non-breaking spaces made
    ordinary ones. Cleaning twice changes nothing more.
    """
    html = SYNONYM.sub(lambda match: f"<{match[1]}{SYNONYMS[match[2].lower()]}", html)
    html = _cleaner.clean(html.replace("\0", ""))
    html = html.replace("&nbsp;", " ")
    html = PICTURE_WITHOUT_SOURCE.sub("", html)
    while (smaller := EMPTY_BLOCK.sub("", html)) != html:
        html = smaller
    return html.strip()


class RichTextField(ProseEditorField):
    """Text that has passed ``clean`` whichever way it came: form, ``save()``, ``update()``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("extensions", EDITOR)
        super().__init__(*args, sanitize=clean, **kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = clean(getattr(model_instance, self.attname))
        setattr(model_instance, self.attname, value)
        return value

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return clean(value) if isinstance(value, str) else value


def no_markup(config: Any, allowed: dict[str, Any]) -> None:
    """The sanitising rule of the editor extension ``Newsroom``: it adds no element of its own."""


EDITOR: dict[str, Any] = {
    "Bold": True,
    "Italic": True,
    "Strike": True,
    "Subscript": True,
    "Superscript": True,
    "HardBreak": True,
    "Heading": {"levels": [2, 3, 4]},
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "HorizontalRule": True,
    "Code": True,
    "CodeBlock": True,
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto", "tel"]},
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "Figure": True,
    "Caption": True,
    "Image": True,
    "HTML": True,
    "Fullscreen": True,
    # articles/static/articles/editor.js: tidy pasting, no injected styles, an accessible name.
    "Newsroom": True,
}
