"""What a post says and how it is shown, as a value that can be kept, compared and put back."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.dateparse import parse_datetime

# By the names of the fields; only what JSON can hold: keys of other objects, dates as text.
Contents = dict[str, Any]

# What readers read. The rest of a post says where and when it is shown.
TEXT = ("title", "standfirst", "body", "lead_image", "authors", "categories", "tags")
DATES = ("published_at", "embargo_until", "ends_at")
PLAIN = ("title", "standfirst", "body", "slug", "pinned", "comments_open", "show_changes")
# What only the next version of a public post has.
OF_PUBLIC = ("is_update", "correction")
FIELDS = (*TEXT, "slug", "pinned", "comments_open", "show_changes", *DATES)


def as_text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def as_date(text: str | None) -> datetime | None:
    return parse_datetime(text) if text else None


def in_order(model: type[models.Model], keys: Iterable[int]) -> list[Any]:
    """The objects with these ``keys`` in their order, each once, without those that are no more."""
    found = model._default_manager.in_bulk(set(keys))
    return [found[key] for key in dict.fromkeys(keys) if key in found]


def changed_fields(before: Contents, after: Contents) -> list[str]:
    """The names of the fields that differ, in the order of a post."""
    return [
        name
        for name in FIELDS
        if name in after and (before.get(name) or None) != (after[name] or None)
    ]
