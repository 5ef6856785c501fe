"""
The body of a post: which HTML it may hold, the one sanitiser that enforces it, and the field and
editor settings that follow from it. What is allowed here, articles/static/articles/editor.js keeps.
"""

import re
from collections import Counter
from typing import Any

import nh3
from django.conf import settings
from django.db import models
from django_prose_editor.fields import ProseEditorField

CELLS = {"td", "th"}
BLOCKS = {
    *("p", "h2", "h3", "h4", "blockquote", "pre", "ul", "ol", "li", "figure", "figcaption"),
    *("table", "caption", "tbody", "tr"),
}
INLINE = {"a", "strong", "em", "cite", "s", "sub", "sup", "code"}
TAGS = {*CELLS, *BLOCKS, *INLINE, "br", "hr", "img"}

ATTRIBUTES = {
    "*": {"lang", "dir"},
    "a": {"href", "title", "rel"},
    "figure": {"class"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start", "type"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
}
# Elements without text of their own, so without a language.
WORDLESS = {"br", "hr", "img", "code", "figure", "tbody"}

# What an attribute may say, where that is not free.
VALUES = {
    "dir": r"ltr|rtl|auto",
    "lang": r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}",
    "start": r"-?\d{1,6}",
    "type": r"[1aAiI]",
    "scope": r"row|col|rowgroup|colgroup",
    **dict.fromkeys(["colspan", "rowspan"], r"[1-9]\d{0,2}"),
    **dict.fromkeys(["width", "height"], r"\d{1,5}"),
}
RELATIONS = {"nofollow", "sponsored", "ugc"}

# Elements that mean the same as one in TAGS; without this their meaning would be lost. The blocks
# among them would run the words of two paragraphs into one.
SYNONYMS = {
    **{"h1": "h2", "h5": "h4", "h6": "h4", "thead": "tbody", "tfoot": "tbody", "menu": "ul"},
    **{"b": "strong", "i": "em", "dfn": "em", "var": "em", "strike": "s", "del": "s"},
    **dict.fromkeys(["kbd", "samp", "tt"], "code"),
    **dict.fromkeys(["address", "article", "aside", "center", "details", "div", "fieldset"], "p"),
    **dict.fromkeys(["footer", "form", "header", "hgroup", "legend", "main", "nav"], "p"),
    **dict.fromkeys(["section", "summary", "dd", "dt"], "p"),
}
# Elements that leave with what they hold.
WITH_CONTENT = {
    *("iframe", "math", "noscript", "object", "script", "style", "svg", "template", "title")
}
# Elements that HTML lets one leave open, so that they do not nest.
NEVER_CLOSED = {
    *("p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "colgroup", "option"),
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param"),
    *("source", "track", "wbr"),
}

# Characters that neither a database nor a feed can hold, and spaces that pasting leaves behind.
CHARACTERS = {
    **dict.fromkeys([*range(0x09), *range(0x0E, 0x20), 0x7F, 0xFFFE, 0xFFFF], ""),
    **dict.fromkeys([0x0B, 0x0C, 0xA0], " "),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}

TOKEN = re.compile(r"<[^<>]*+>|[^<]++|<")
TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)(.*)", re.DOTALL)
ATTRIBUTE = re.compile(r' ([a-z]+)="[^"]*"')
NEXT_TABLE_SECTION = re.compile(r"</tbody>\s*<tbody>")
NEWLINES_BEFORE_CODE = re.compile(r"(<pre[^<>]*>)\n+")
CLASS = re.compile(r'<figure class="([^"]*)">')
_WORDS = rf"(?:[^<]++|</?(?:br|{'|'.join(sorted(INLINE))})(?=[ >])[^<>]*+>)++"
# The figures that are of a kind of their own, with what such a figure holds and nothing else.
KINDS = {
    "pull-quote": re.compile(
        rf"\s*<blockquote[^<>]*+>(?:\s*<p(?=[ >])[^<>]*+>{_WORDS}</p>)++\s*</blockquote>"
        rf"\s*(?:<figcaption[^<>]*+>{_WORDS}</figcaption>\s*)?</figure>"
    ),
    # What another site calls its page, in a few words, and which site that is.
    "link-card": re.compile(
        r'\s*<p>\s*<a href="https?://[^"]++">[^<]++</a>\s*</p>'
        r"\s*<figcaption>[^<]*+<cite>[^<]++</cite></figcaption>\s*</figure>"
    ),
}
LONE_PARAGRAPH = re.compile(
    r"<(li|td|th|figcaption|caption)([^<>]*)>\s*"
    r"<p>((?:[^<]++|<(?!/?p[ >]))*+)</p>\s*(?=</\1>|<[uo]l[ >])"
)


def clean(html: str) -> str:
    """
    ``html`` reduced to what a body may hold: safe, without empty elements, non-breaking spaces made
    ordinary ones. Cleaning twice changes nothing more, and no text raises an error.
    """
    html = html.translate(CHARACTERS)
    for turn in range(10):
        if _is_absurd(html):
            break
        # The first turn only parses, because what is tidied has to be well-formed.
        before, html = html, _cleaner.clean(_tidy(html) if turn else html)
        if turn and html == before:
            return html
    # Nothing that an editor or another site's export contains comes here: keep its words.
    return " ".join(re.sub(r"<[^<>]*+>|[<>&]", " ", html).split())


def _is_absurd(html: str) -> bool:
    """Whether parsing could take long: it takes the square of how many tags, nested or not."""
    if html.count("<") > 40_000 or html.count("&") > 100_000:
        return True
    opened: Counter[str] = Counter()
    for slash, name in re.findall(r"<(/?)([a-zA-Z][^\s/>]*+)", html):
        name = name.lower()
        if not slash:
            opened[name] += 1
        elif opened[name]:
            opened[name] -= 1
    return sum(count for name, count in opened.items() if name not in NEVER_CLOSED) > 100


def _tidy(html: str) -> str:
    """One spelling for what can be spelt in several ways: ``html`` and the result are not safe."""
    html = html.translate(CHARACTERS).replace("&nbsp;", " ")
    kept: list[str] = []
    for token in TOKEN.findall(html):
        if tag := TAG.match(token):
            slash, name, rest = tag.groups()
            name = SYNONYMS.get(name, name)
            token = f"<{slash}{name}{rest}"
            if name == "img" and "src" not in ATTRIBUTE.findall(rest):
                continue
            if slash and (start := _start_of_empty(name, kept)) is not None:
                del kept[start:]
                continue
        kept.append(token)
    html = NEXT_TABLE_SECTION.sub("", "".join(kept).strip())
    html = NEWLINES_BEFORE_CODE.sub(r"\1", html)
    # A list item, a cell or a caption that is one paragraph holds its text directly.
    html = LONE_PARAGRAPH.sub(r"<\1\2>\3", html)
    return CLASS.sub(_of_its_kind, html)


def _of_its_kind(figure: re.Match[str]) -> str:
    """The opening tag of ``figure``, with its class only where it holds what the class says."""
    kind = KINDS.get(figure[1])
    return figure[0] if kind and kind.match(figure.string, figure.end()) else "<figure>"


def _start_of_empty(name: str, kept: list[str]) -> int | None:
    """Where ``name`` began, if nothing came since. Only cells may be empty."""
    start = len(kept) - 1
    while name in BLOCKS and start >= 0 and (kept[start] == "<br>" or kept[start].isspace()):
        start -= 1
    if name not in CELLS and start >= 0 and kept[start].startswith((f"<{name}>", f"<{name} ")):
        return start
    return None


def _keep(tag: str, attribute: str, value: str) -> str | None:
    if attribute in ATTRIBUTES["*"] and tag in WORDLESS:
        return None
    if attribute == "src":
        # Pictures only from this site: another one would learn who reads what.
        return value if value.startswith(settings.MEDIA_URL) else None
    if attribute == "class":
        return value if value in KINDS else None
    if attribute == "rel":
        return " ".join(sorted(RELATIONS.intersection(value.split()))) or None
    return value if re.fullmatch(VALUES.get(attribute, r"(?s:.*)"), value) else None


_cleaner = nh3.Cleaner(
    tags=TAGS | SYNONYMS.keys(),
    clean_content_tags=WITH_CONTENT,
    attributes=ATTRIBUTES,
    attribute_filter=_keep,
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
)


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
    """The sanitising rule of the editor extension ``Newsroom``: ``clean`` has it already."""


EDITOR: dict[str, Any] = {
    "Bold": True,
    "Italic": True,
    "Strike": True,
    "Subscript": True,
    "Superscript": True,
    "HardBreak": True,
    "Heading": {"levels": [2, 3, 4]},
    "BulletList": True,
    "OrderedList": {
        "listTypes": [
            {"label": "1, 2, 3", "type": "decimal"},
            {"label": "a, b, c", "type": "lower-alpha"},
            {"label": "A, B, C", "type": "upper-alpha"},
            {"label": "i, ii, iii", "type": "lower-roman"},
            {"label": "I, II, III", "type": "upper-roman"},
        ]
    },
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
    "Image": {"media": settings.MEDIA_URL},
    "HTML": True,
    "Fullscreen": True,
    # Who writes for the public wants the browser to mark misspelt words.
    "NoSpellCheck": False,
    # articles/static/articles/editor.js: tidy pasting, no injected styles, an accessible name.
    "Newsroom": True,
}
