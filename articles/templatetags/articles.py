import re
from itertools import count
from typing import Any
from urllib.parse import urljoin

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from articles.metadata import article_graph, as_script, home_graph
from articles.models import Article, Author, Image, Rendition

register = template.Library()

# How wide a picture in the text is: the measure, or on narrow screens all but the margins.
TEXT_WIDTH = "(min-width: 42.5rem) 40rem, calc(100vw - 2.5rem)"
# What browsers take that do not know srcset: pixels.
MIDDLING = 1280
# Bodies are sanitised, so every attribute is quoted and holds no angle bracket.
IMG = re.compile(r"<img [^<>]*>")
ATTRIBUTE = re.compile(r' (src|alt|width)="([^"]*)"')


@register.simple_tag(takes_context=True)
def json_ld(context: Context, article: Article, comment_count: int) -> SafeString:
    """What search engines read about a post."""
    return as_script(article_graph(article, context["site_url"], comment_count))


@register.simple_tag(takes_context=True)
def json_ld_of_site(context: Context) -> SafeString:
    """What search engines read about the site."""
    return as_script(home_graph(context["site_url"]))


@register.simple_tag(takes_context=True)
def absolute(context: Context, address: str) -> str:
    """``address`` with scheme and host, for those who read it elsewhere."""
    return urljoin(f"{context['site_url']}/", address)


@register.inclusion_tag("articles/_avatar.html")
def avatar(
    author: Author, size: int, decorative: bool = False, lazy: bool = False
) -> dict[str, Any]:
    """
    The author's face, ``size`` CSS pixels wide: their upload, or else their initials. It is
    ``decorative``, without words of its own, where the name stands beside it anyway, and ``lazy``
    where it stands far down the page.
    """
    face = author.avatar
    sources = (
        {
            f"{extension}{scale}": face.rendition_url(size * scale, extension)
            for extension in ("webp", "png")
            for scale in (1, 2)
        }
        if face
        else {}
    )
    return {"author": author, "size": size, "decorative": decorative, "lazy": lazy, **sources}


@register.inclusion_tag("articles/_picture.html")
def picture(
    image: Image,
    sizes: str = TEXT_WIDTH,
    lazy: bool = True,
    priority: bool = False,
    alt: str | None = None,
) -> dict[str, Any]:
    """
    ``image`` in every format and width there is of it. ``sizes`` says how wide it is shown;
    ``alt=""`` is for where a text beside it says the same. A lead picture is not ``lazy`` and has
    ``priority``.
    """
    *sources, files = [(f"image/{each}", image.offered(each)) for each in image.formats]
    middling = [file for file in files[1] if file.width <= MIDDLING]
    return {
        "sources": [(kind, srcset(found)) for kind, found in sources if found],
        "src": (middling[-1] if middling else image.original).url,
        "srcset": srcset(files[1]),
        "sizes": sizes,
        "lazy": lazy,
        "priority": priority,
        "alt": image.alt if alt is None else alt,
        "width": image.width,
        "height": image.height,
    }


def srcset(files: list[Rendition]) -> str:
    return ", ".join(f"{file.url} {file.width}w" for file in files)


@register.filter
def with_pictures(body: str) -> SafeString:
    """
    A post's (sanitised) body with each picture of ours in full, none loaded before it is near. The
    description and the width written in the body count before the picture's own.
    """
    tags = {tag: dict(ATTRIBUTE.findall(tag)) for tag in IMG.findall(body)}
    known = Image.objects.at(written.get("src", "") for written in tags.values())

    def shown(found: re.Match[str]) -> str:
        tag, written = found[0], tags[found[0]]
        image = known.get(written.get("src", ""))
        if image is None:
            return f'{tag[:-1]} loading="lazy" decoding="async">'
        context = picture(image) | at_width(image, written)
        if written.get("alt"):
            context["alt"] = mark_safe(written["alt"])  # noqa: S308  (escaped as it is written)
        return render_to_string("articles/_picture.html", context).strip()

    return mark_safe(IMG.sub(shown, body))  # noqa: S308


@register.filter
def without_missing(body: str) -> SafeString:
    """A (sanitised) body of long ago: pictures that are no more are named by their descriptions."""
    tags = {tag: dict(ATTRIBUTE.findall(tag)) for tag in IMG.findall(body)}
    gone = Image.objects.missing(written.get("src", "") for written in tags.values())

    def named(found: re.Match[str]) -> str:
        written = tags[found[0]]
        if written.get("src", "") not in gone:
            return found[0]
        said = _("A picture that is no more: %(alt)s") % {"alt": written.get("alt", "–")}
        return f'<em class="missing-picture">{said}</em>'

    return mark_safe(IMG.sub(named, body))  # noqa: S308


@register.filter
def scrollable(body: str) -> SafeString:
    """
    A (sanitised) body whose wide parts are regions that the keyboard reaches and scrolls. Each has
    a name of its own.
    """
    for tag, name in {"table": _("Table"), "pre": _("Code")}.items():
        numbers = count(1)

        def opened(found: re.Match[str], name: str = name, numbers: Any = numbers) -> str:
            number = next(numbers)
            label = name if number == 1 else f"{name} {number}"
            region = format_html('<section class="scroll" tabindex="0" aria-label="{}">', label)
            return f"{region}{found[0]}"

        body = re.sub(rf"<{tag}(?=[ >])", opened, body)
        body = body.replace(f"</{tag}>", f"</{tag}></section>")
    return mark_safe(body)  # noqa: S308


def at_width(image: Image, written: dict[str, str]) -> dict[str, Any]:
    """What changes where the body shows ``image`` smaller than it is."""
    width = int(written.get("width") or 0)
    if not 0 < width < image.width:
        return {}
    return {
        "width": width,
        "height": max(1, round(image.height * width / image.width)),
        "sizes": f"min({width}px, 40rem, 100vw - 2.5rem)",
    }
