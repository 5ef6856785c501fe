"""
What is still missing before a post is published. Every check takes values, no database and no
request, and returns findings. Errors keep a post from being published; warnings only say so.

There are few checks, because a list that always complains is not read. What readers, search engines
or people who cannot see would stumble over is on it; matters of taste are not.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from unicodedata import category, east_asian_width

from django.db import models
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles.cuts import CROP_WIDTH
from articles.models.workflow import NO_AUTHOR
from articles.outline import Link, Outline, outline

# What search engines and other sites show of a title and a description, in columns of Latin
# letters: they measure pixels, but differ too much to be imitated closer.
SEARCH_TITLE, SOCIAL_TITLE, SEARCH_DESCRIPTION = 60, 90, 160
# Longer standfirsts say the rest to nobody who finds the post elsewhere.
LONG_STANDFIRST = 200
# A description is listened to in one go.
LONG_ALT = 200
# So many findings of one kind are named one by one.
NAMED = 5

FILE_NAME = re.compile(
    r"\S+\.(jpe?g|png|gif|webp|avif|heic|tiff?|bmp)"
    r"|(img|dsc[fn]?|dcim|pxl|image|photo|picture|screenshot|untitled)[-_ ]?[\d_-]+",
    re.IGNORECASE,
)
# Words that say nothing of where a link leads, read out in a list of links. In the languages that
# posts are likely written in, whatever the language of the admin.
VAGUE = {
    *("here", "click", "click here", "this", "this link", "link", "more", "read more", "see here"),
    *("learn more", "see more", "go", "read", "source", "hier", "hier klicken", "klicken sie hier"),
    *("mehr", "mehr lesen", "weiterlesen", "ici", "cliquez ici", "cliquer ici", "en savoir plus"),
    *("lire la suite", "aquí", "haga clic aquí", "clic aquí", "leer más", "qui", "clicca qui"),
    *(
        "leggi tutto",
        "klik hier",
        "lees meer",
        "clique aqui",
        "aqui",
        "saiba mais",
        "kliknij tutaj",
    ),
    *(
        "こちら",
        "ここ",
        "点击这里",
        "點擊這裡",
        "这里",
        "這裡",
        "여기",
        "اضغط هنا",
        "هنا",
        "здесь",
        "тут",
    ),
}


class Level(models.TextChoices):
    """An error keeps the post from being published; a note tells only what goes on."""

    ERROR = "error", gettext_lazy("Error")
    WARNING = "warning", gettext_lazy("Warning")
    NOTE = "note", gettext_lazy("Note")


class Leads(models.TextChoices):
    """Where links on this site that serve no reader lead to."""

    NOWHERE = "nowhere"
    NOT_PUBLIC = "not public"


@dataclass(frozen=True)
class Finding:
    """
    ``name`` says which check found it, ``field`` which input of the form it concerns, and ``text``
    what is wrong and what to do.
    """

    name: str
    level: Level
    text: str
    field: str


@dataclass(frozen=True)
class Lead:
    """The lead picture: its size in pixels and its description."""

    width: int
    alt: str


@dataclass(frozen=True)
class Story:
    """
    What is checked: a post as it is typed. ``problems`` has, for each link that was checked, what
    is wrong with it in words, or an empty text; ``checking`` those that are being checked;
    ``astray`` the links on this site that serve no reader. Links are named as they are written.
    """

    title: str = ""
    standfirst: str = ""
    outline: Outline = Outline()
    authors: int = 0
    categories: int = 0
    lead: Lead | None = None
    problems: Mapping[str, str] = field(default_factory=dict)
    checking: frozenset[str] = frozenset()
    unchecked: frozenset[str] = frozenset()
    astray: Mapping[str, str] = field(default_factory=dict)


def findings(story: Story) -> list[Finding]:
    """All that was found: errors first, otherwise in the order of the form."""
    return sorted(
        (found for check in CHECKS for found in check(story)),
        key=lambda found: Level.values.index(found.level),
    )


def errors(story: Story) -> list[Finding]:
    """What keeps the post from being published."""
    return [found for found in findings(story) if found.level == Level.ERROR]


def blocking(title: str, body: str, authors: int) -> list[Finding]:
    """What keeps a post with so many ``authors`` from being published; nothing else of it does."""
    return errors(Story(title, outline=outline(body), authors=authors))


def columns(text: str) -> int:
    """How wide ``text`` is, in Latin letters: others may take two, marks on letters take none."""
    return sum(
        2 if east_asian_width(each) in "WF" else 1
        for each in text
        if category(each) not in ("Mn", "Me", "Cf")
    )


def cut(text: str, width: int) -> str:
    """``text`` in at most ``width`` columns, cut between words where possible, as others do it."""
    if columns(text) <= width:
        return text
    kept, used = 0, 1
    while (used := used + columns(text[kept])) <= width:
        kept += 1
    short = text[:kept]
    if not text[kept].isspace() and short.count(" ") > 1:
        short = short.rpartition(" ")[0]
    return f"{short.rstrip(' ,;:.–—-')}…"


def check_title(story: Story) -> Iterator[Finding]:
    title = " ".join(story.title.split())
    length = columns(title)
    text = ""
    if not title:
        yield Finding("no_title", Level.ERROR, _("Give the post a title."), "title")
    elif length > SOCIAL_TITLE:
        text = _(
            "The title has %(length)s characters. Search engines show about %(search)s, other "
            "sites about %(social)s: shorten it, or put what matters first."
        )
    elif length > SEARCH_TITLE:
        text = _(
            "The title has %(length)s characters, and search engines show about %(search)s: "
            "shorten it, or put what matters first."
        )
    if text:
        values = {"length": length, "search": SEARCH_TITLE, "social": SOCIAL_TITLE}
        yield Finding("long_title", Level.WARNING, text % values, "title")


def check_standfirst(story: Story) -> Iterator[Finding]:
    length = columns(" ".join(story.standfirst.split()))
    if not length:
        text = _(
            "There is no standfirst: lists and search engines show the first words of the text "
            "instead. Write one sentence."
        )
        yield Finding("no_standfirst", Level.WARNING, text, "standfirst")
    elif length > LONG_STANDFIRST:
        text = _(
            "The standfirst has %(length)s characters, and search engines show about %(search)s: "
            "one sentence is enough."
        ) % {"length": length, "search": SEARCH_DESCRIPTION}
        yield Finding("long_standfirst", Level.WARNING, text, "standfirst")


def check_lead(story: Story) -> Iterator[Finding]:
    if story.lead is None:
        text = _("There is no lead picture: without one, lists and other sites show only words.")
        yield Finding("no_lead", Level.WARNING, text, "lead_image")
        return
    if story.lead.width < CROP_WIDTH:
        text = _(
            "The lead picture is %(width)s pixels wide, and looks blurred on large screens and on "
            "other sites: choose one of at least %(enough)s."
        ) % {"width": story.lead.width, "enough": CROP_WIDTH}
        yield Finding("small_lead", Level.WARNING, text, "lead_image")
    if FILE_NAME.fullmatch(story.lead.alt.strip()):
        text = _(
            "The description of the lead picture looks like the name of a file: say what the "
            "picture shows."
        )
        yield Finding("lead_alt_is_name", Level.WARNING, text, "lead_image")


def check_text(story: Story) -> Iterator[Finding]:
    if story.outline.is_empty:
        yield Finding("no_text", Level.ERROR, _("There is no text yet: write it."), "body")


def check_pictures(story: Story) -> Iterator[Finding]:
    pictures = list(enumerate(story.outline.pictures, 1))
    missing = [number for number, alt in pictures if not alt.strip()]
    named = [number for number, alt in pictures if FILE_NAME.fullmatch(alt.strip())]
    long = [number for number, alt in pictures if len(alt) > LONG_ALT]
    if missing:
        text = ngettext(
            "Picture %(numbers)s in the text has no description: say what it shows, for readers "
            "who cannot see it.",
            "Pictures %(numbers)s in the text have no description: say what each shows, for "
            "readers who cannot see it.",
            len(missing),
        )
        yield Finding("no_alt", Level.ERROR, text % {"numbers": listed(missing)}, "body")
    if named:
        text = ngettext(
            "The description of picture %(numbers)s in the text looks like the name of a file: "
            "say what the picture shows.",
            "The descriptions of pictures %(numbers)s in the text look like names of files: say "
            "what the pictures show.",
            len(named),
        )
        yield Finding("alt_is_name", Level.WARNING, text % {"numbers": listed(named)}, "body")
    if long:
        text = ngettext(
            "The description of picture %(numbers)s in the text is longer than %(most)s "
            "characters: say it in one sentence, and the rest in the caption.",
            "The descriptions of pictures %(numbers)s in the text are longer than %(most)s "
            "characters: say each in one sentence, and the rest in the caption.",
            len(long),
        )
        values = {"numbers": listed(long), "most": LONG_ALT}
        yield Finding("long_alt", Level.WARNING, text % values, "body")


def check_headings(story: Story) -> Iterator[Finding]:
    before = 1  # the title
    skipping = []
    for heading in story.outline.headings:
        if heading.level > before + 1:
            skipping.append((heading, before + 1))
        before = heading.level
    for heading, level in skipping[:NAMED]:
        text = _(
            "The heading “%(heading)s” is of level %(level)s, where level %(expected)s comes next: "
            "readers who listen to the page miss one in between."
        ) % {"heading": short(heading.text), "level": heading.level, "expected": level}
        yield Finding("skipped_level", Level.WARNING, text, "body")


def check_link_texts(story: Story) -> Iterator[Finding]:
    for link in once([link for link in story.outline.links if not link.text])[:NAMED]:
        text = _("The link to %(address)s has no words: write some, or remove it.")
        text %= {"address": short(link.href)}
        yield Finding("empty_link", Level.WARNING, text, "body")
    vague = [
        each for each in story.outline.links if each.text.casefold().strip(" .…»›>:!") in VAGUE
    ]
    for link in once(vague)[:NAMED]:
        text = _(
            "The link “%(words)s” does not say where it leads (%(address)s): name it in the words "
            "of the link."
        ) % {"words": short(link.text), "address": short(link.href)}
        yield Finding("vague_link", Level.WARNING, text, "body")


def check_link_addresses(story: Story) -> Iterator[Finding]:
    links = once(story.outline.links)
    broken = [link for link in links if story.problems.get(link.href)]
    for link in broken[:NAMED]:
        text = _("The link “%(words)s” does not work: %(address)s %(problem)s.") % {
            "words": short(link.text),
            "address": short(link.href),
            "problem": story.problems[link.href],
        }
        yield Finding("broken_link", Level.WARNING, text, "body")
    if more := len(broken[NAMED:]):
        text = ngettext(
            "%(count)s more link does not work.", "%(count)s more links do not work.", more
        )
        yield Finding("broken_link", Level.WARNING, text % {"count": more}, "body")
    for link in [link for link in links if link.href in story.astray][:NAMED]:
        if story.astray[link.href] == Leads.NOT_PUBLIC:
            text = _(
                "The link “%(words)s” leads to a post that readers cannot see: publish that one "
                "first, or remove the link."
            )
        else:
            text = _(
                "The link “%(words)s” leads nowhere on this site (%(address)s): correct its "
                "address."
            )
        text %= {"words": short(link.text), "address": short(link.href)}
        yield Finding("astray_link", Level.WARNING, text, "body")
    plain = [link for link in links if link.href.lower().startswith("http://")]
    if plain and not {link.href for link in plain} <= {link.href for link in broken}:
        text = ngettext(
            "The address %(addresses)s begins with http://, so that others can watch who reads "
            "it: try https://.",
            "%(count)s addresses begin with http://, so that others can watch who reads them: try "
            "https:// (%(addresses)s).",
            len(plain),
        ) % {"count": len(plain), "addresses": ", ".join(short(each.href) for each in plain[:3])}
        yield Finding("http_link", Level.WARNING, text, "body")


def check_unchecked_links(story: Story) -> Iterator[Finding]:
    hrefs = {link.href for link in story.outline.links}
    if count := len(hrefs & story.checking):
        text = ngettext("Checking %(count)s link…", "Checking %(count)s links…", count)
        yield Finding("checking", Level.NOTE, text % {"count": count}, "body")
    if count := len(hrefs & story.unchecked):
        text = ngettext(
            "%(count)s link has not been checked yet.",
            "%(count)s links have not been checked yet.",
            count,
        )
        yield Finding("unchecked", Level.NOTE, text % {"count": count}, "body")


def check_people_and_place(story: Story) -> Iterator[Finding]:
    if not story.authors:
        yield Finding("no_author", Level.ERROR, str(NO_AUTHOR), "authors")
    if not story.categories:
        text = _("The post is in no category: readers find it only by date and by search.")
        yield Finding("no_category", Level.WARNING, text, "categories")


CHECKS = (
    check_title,
    check_standfirst,
    check_lead,
    check_text,
    check_pictures,
    check_headings,
    check_link_texts,
    check_link_addresses,
    check_unchecked_links,
    check_people_and_place,
)


def once(links: tuple[Link, ...] | list[Link]) -> list[Link]:
    """The first of those with the same address."""
    return list({link.href: link for link in reversed(links)}.values())[::-1]


def short(text: str) -> str:
    """``text`` so that it can be named within a sentence."""
    return Truncator(text).chars(60)


def listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))
