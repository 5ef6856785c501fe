"""
Cards as HTML. Twenty of them rendered one by one cost more than all the rest of the page, so cards
alike in ``Card.shape`` share one rendering with places in it, which each fills with its own values.
"""

import re
from typing import Any
from urllib.parse import quote

from django.template.loader import get_template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from comments.queue_cards import Card

# All places are filled at once, so that no comment can pretend to be one.
PLACE = re.compile("⟦([a-z_0-9]+)⟧")
MOST_SHAPES = 500
PARTS = ("target", "label", "url")


_shapes: dict[tuple[Any, ...], list[str]] = {}


class Places:
    """Gives templates, for any name, the place that takes the value of that name."""

    def __getitem__(self, name: str) -> str:
        return f"⟦{name}⟧"


def render(card: Card, shared: dict[str, str]) -> SafeString:
    """
    ``card`` as HTML; ``shared`` are values of the page that are escaped already, such as the token
    of the session.
    """
    values = card.values | {"record": record(card)}
    for number, target in enumerate(card.targets):
        parts = (target.key, target.label, quote(target.value, safe=""))
        values |= {f"{name}{number}": part for name, part in zip(PARTS, parts, strict=True)}
    for number, (reason, words) in enumerate(card.reasons_given):
        values |= {f"reason{number}": reason, f"words{number}": words}
    escaped = shared | {name: conditional_escape(value) for name, value in values.items()}
    pieces = _shape(card)
    filled = [escaped[each] if number % 2 else each for number, each in enumerate(pieces)]
    return mark_safe("".join(filled))  # noqa: S308  (every value has just been escaped)


def _shape(card: Card) -> list[str]:
    """
    What all cards of one shape have in common, rendered once per process and language: HTML and
    the names of places in turn.
    """
    kind = (get_language(), card.shape)
    if kind not in _shapes:
        targets = [
            {"kind": target.kind, **{name: f"⟦{name}{number}⟧" for name in PARTS}}
            for number, target in enumerate(card.targets)
        ]
        verdicts = [
            (f"⟦reason{number}⟧", words and f"⟦words{number}⟧")
            for number, (_reason, words) in enumerate(card.reasons_given)
        ]
        context = {"card": card, "targets": targets, "verdicts": verdicts, "at": Places()}
        if len(_shapes) >= MOST_SHAPES:
            _shapes.clear()
        html = get_template("admin/comments/_queue_card.html").render(context)
        _shapes[kind] = PLACE.split(html)
    return _shapes[kind]


def record(card: Card) -> SafeString | str:
    """What readers reported, what it said before, and what was decided so far."""
    if not card.has_record:
        return ""
    return get_template("admin/comments/_queue_record.html").render({"card": card})
