"""What differs between two versions of a post, field by field, for people to read."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext

from articles.marked_text import Marked, mark_html, mark_list, mark_text
from articles.models import Article, Author, Category, Image, Tag
from articles.models.contents import DATES, Contents, as_date, changed_fields
from articles.models.revisions import field_names

# What is kept as keys of other objects.
NAMED: dict[str, type[models.Model]] = {
    "lead_image": Image,
    "authors": Author,
    "categories": Category,
    "tags": Tag,
}
SWITCHES = ("pinned", "comments_open")


class Difference(NamedTuple):
    """
    One field that differs. All three are safe HTML: ``marked`` is both versions in one, ``before``
    and ``after`` are for reading them side by side. ``is_long`` is the text itself.
    """

    name: str
    label: str
    before: SafeString
    after: SafeString
    marked: SafeString

    @property
    def is_long(self) -> bool:
        return self.name == "body"


class Names:
    """What the objects are called that versions name by their keys: one query for each kind."""

    def __init__(self, *versions: Contents) -> None:
        self.versions = versions
        self.known: dict[str, dict[int, str]] = {}

    def of(self, field: str, keys: Any) -> list[str]:
        if field not in self.known:
            wanted = [key for each in self.versions for key in as_keys(each.get(field))]
            self.known[field] = names_of(NAMED[field], wanted)
        return [self.known[field][key] for key in as_keys(keys)]


def compare(
    before: Contents,
    after: Contents,
    fields: Iterable[str] | None = None,
    names: Names | None = None,
    context: int | None = None,
) -> list[Difference]:
    """
    The fields that differ, in the order of a post; of ``fields`` only, where these are given. One
    query for each kind of object that is named (authors, categories, tags, pictures), none if
    ``names`` has them. ``context`` is how many blocks of the body stand around each change: all
    where it is None.
    """
    labels, names = field_names(), names or Names(before, after)
    wanted = None if fields is None else set(fields)
    found = []
    for name in changed_fields(before, after):
        if wanted is None or name in wanted:
            both = marked_field(name, before.get(name), after.get(name), names, context)
            label = capfirst(labels[name])
            found.append(Difference(name, label, both.before, both.after, both.both))
    return found


def marked_field(name: str, before: Any, after: Any, names: Names, context: int | None) -> Marked:
    if name == "body":
        return mark_html(before or "", after or "", context)
    if name in NAMED:
        return mark_list(names.of(name, before), names.of(name, after))
    words = in_words(name)
    if name in ("title", "standfirst"):
        return mark_text(words(before), words(after))
    return mark_list(*([text] if (text := words(each)) else [] for each in (before, after)))


def as_keys(value: Any) -> Iterable[int]:
    """The keys that a field holds: one, none or several."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def names_of(model: type[models.Model], keys: Iterable[int]) -> dict[int, str]:
    """What the objects with these ``keys`` are called; some may have been deleted since."""
    there = model._default_manager.in_bulk(set(keys))
    return {
        key: str(there[key])
        if key in there
        else gettext("deleted: %(kind)s no. %(key)s")
        % {"kind": model._meta.verbose_name, "key": key}
        for key in keys
    }


def in_words(name: str) -> Callable[[Any], str]:
    """How a plain value of the field reads."""
    if name in DATES:
        return moment
    if name in SWITCHES:
        return lambda value: gettext("yes") if value else gettext("no")
    choices = dict(Article._meta.get_field(name).flatchoices)
    return lambda value: str(choices.get(value, value or ""))


def moment(value: str | None) -> str:
    """A date as it reads in the current time zone."""
    date = as_date(value)
    if date is None:
        return ""
    local = timezone.localtime(date)
    return f"{date_format(local, 'DATETIME_FORMAT')} {local:%Z}"
