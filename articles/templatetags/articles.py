from typing import Any

from django import template

from articles.models import Author

register = template.Library()


@register.inclusion_tag("articles/_avatar.html")
def avatar(author: Author, size: int) -> dict[str, Any]:
    """The author's face, ``size`` CSS pixels wide: their upload, or else their initials."""
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
    return {"author": author, "size": size, **sources}
