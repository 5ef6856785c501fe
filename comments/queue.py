"""
What moderators have before them: which comments, in which order, and what is known of each.

A page asks the same six questions of the database however many comments there are: keys first, by
an index and never by OFFSET, then the cards. Nothing is counted beyond ``MOST_COUNTED``.
"""

import random
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zlib import crc32

from django import forms
from django.db import connection, models
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from articles.keyset import Cursor
from comments import claims
from comments.forms import OneLineField
from comments.models import Comment, Decision, Report
from comments.models.decisions import Status
from comments.queue_cards import MOST_REPORTS, Card

PAGE_SIZE = 20
MOST_COUNTED = 1000
# So many comments that others have before them are passed over; a name is looked for in so many.
CLAIMED_AT_MOST = 40
NAMES_SEARCHED = 600
# The sample of spam: so many moments are drawn, and so many comments before each looked at.
MOMENTS, AT_EACH = 8, 25

NEWER = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}
OLDER = {"older-day": timedelta(days=1), "older-week": timedelta(days=7)}


class Tab(models.TextChoices):
    """The parts of the queue."""

    HELD = "held", _("Held")
    REPORTED = "reported", _("Reported")
    SPAM = "spam", _("Spam sample")
    PUBLISHED = "published", _("Published")
    MINE = "mine", _("My decisions")


AGES = [
    ("", _("Any age")),
    ("hour", _("At most an hour")),
    ("day", _("At most a day")),
    ("week", _("At most a week")),
    ("older-day", _("Older than a day")),
    ("older-week", _("Older than a week")),
]


class CursorField(forms.CharField):
    def to_python(self, value: Any) -> Cursor | None:
        try:
            return Cursor.read(value) if value else None
        except (ValueError, OverflowError) as error:
            raise forms.ValidationError(_("There is no such place in the queue.")) from error


class Question(forms.Form):
    """What a moderator asks to see. What makes no sense is left out and named in ``errors``."""

    tab = forms.ChoiceField(choices=Tab.choices, required=False)
    rule = OneLineField(max_length=40, required=False)
    post = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    writer = OneLineField(max_length=254, required=False)
    age = forms.ChoiceField(choices=AGES, required=False)
    after = CursorField(required=False)
    seed = forms.IntegerField(min_value=1, max_value=2**40, required=False)

    def __init__(self, data: MultiValueDict[str, str] | dict[str, Any]) -> None:
        super().__init__(data)
        self.full_clean()
        known = self.cleaned_data
        self.tab: str = known.get("tab") or Tab.HELD.value
        self.rule: str = known.get("rule", "")
        self.post: int | None = known.get("post")
        self.writer: str = known.get("writer", "")
        self.age: str = known.get("age", "")
        self.after: Cursor | None = known.get("after")
        self.seed: int | None = known.get("seed")
        if self.tab == Tab.SPAM and not self.seed:
            self.seed = int(timezone.now().timestamp())

    @property
    def asked(self) -> dict[str, Any]:
        """What is asked for, by the names in the address."""
        return {name: getattr(self, name) for name in self.fields}

    def address(self, **changes: Any) -> str:
        """The query string that asks the same, but for ``changes``."""
        asked = {name: str(value) for name, value in (self.asked | changes).items() if value}
        return f"?{urlencode(asked)}"

    @property
    def here(self) -> str:
        return self.address()

    @property
    def is_narrowed(self) -> bool:
        """Whether any filter is set."""
        return any([self.rule, self.post, self.writer, self.age])

    @property
    def is_newest_first(self) -> bool:
        return self.tab in (Tab.PUBLISHED, Tab.MINE)

    def comments(self) -> QuerySet[Comment]:
        """All comments asked for, in no order. A writer’s name is looked for elsewhere."""
        found = Comment.objects.filter(OF_TAB[self.tab])
        if self.rule:
            found = found.filter(rule=self.rule)
        if self.post:
            found = found.filter(article=self.post)
        if "@" in self.writer:
            # Few are reported, and many may be by one writer: hidden from the database, the
            # address does not lead it to the longer of the two ways.
            email = Coalesce("email", Value("")) if self.tab == Tab.REPORTED else F("email")
            found = found.alias(mail=email).filter(mail=self.writer.lower())
        elif self.is_network:
            found = found.filter(~Q(network=""), network=self.writer)
        if self.age in NEWER:
            found = found.filter(created_at__gte=timezone.now() - NEWER[self.age])
        elif self.age in OLDER:
            found = found.filter(created_at__lt=timezone.now() - OLDER[self.age])
        return found

    @property
    def is_network(self) -> bool:
        """Whether the writer is asked for by the keyed hash of a network."""
        return re.fullmatch("[0-9a-f]{32}", self.writer) is not None

    @property
    def name(self) -> str:
        """The part of a name that is looked for, folded; empty where none is."""
        return "" if "@" in self.writer or self.is_network else self.writer.casefold()


# With the number written out, and no other status named than those left out: only then does SQLite
# see that the index of what is reported serves.
HAS_REPORTS = RawSQL("comments_comment.report_count > 0", [], models.BooleanField())
OF_TAB = {
    Tab.HELD: Q(status=Status.HELD),
    # What its writer took back is not looked at again.
    Tab.REPORTED: Q(HAS_REPORTS) & ~Q(status=Status.WITHDRAWN),
    # No person has said that it is spam, nor that it may stay there.
    Tab.SPAM: Q(status=Status.SPAM, taught="", is_cleared=False),
    Tab.PUBLISHED: Q(status=Status.PUBLISHED),
}


@dataclass
class Page:
    """A part of the queue: the cards that are free first, and where it goes on."""

    cards: list[Card]
    more: Cursor | None = None


def page(question: Question, user: Any, *, first: int | None = None) -> Page:
    """The cards that ``question`` asks for, with comment ``first`` on top wherever it stands."""
    if question.tab == Tab.SPAM:
        keys, more = sample(question), None
    else:
        keys, more = keys_of(question, user)
    if first is not None:
        keys = [first, *(key for key in keys if key != first)]
    return Page(cards_of(keys, user), more)


def keys_of(question: Question, user: Any) -> tuple[list[int], Cursor | None]:
    """
    The keys of one page, and where the next begins. A page is full of what nobody else has before
    them; what others have comes behind.
    """
    backwards = "-" if question.is_newest_first else ""
    found = question.comments()
    if question.after:
        at, pk = question.after
        way = "lt" if backwards else "gt"
        # Two conditions, because only the first of them is one that an index can begin with.
        found = found.filter(**{f"created_at__{way}e": at}).filter(
            Q(**{f"created_at__{way}": at}) | Q(**{f"pk__{way}": pk})
        )
    theirs = claims.of_others(user).filter(comment=OuterRef("pk"))
    limit = NAMES_SEARCHED if question.name else PAGE_SIZE + CLAIMED_AT_MOST
    rows = list(
        found.order_by(f"{backwards}created_at", f"{backwards}pk")
        .annotate(theirs=Exists(theirs))
        .values_list("pk", "created_at", "theirs", "name")[: limit + 1]
    )
    free: list[int] = []
    claimed: list[int] = []
    for number, (pk, at, is_claimed, name) in enumerate(rows):
        if question.name in name.casefold():
            (claimed if is_claimed else free).append(pk)
        if len(free) == PAGE_SIZE or number == limit:
            return free + claimed, Cursor(at, pk) if number + 1 < len(rows) else None
    return free + claimed, None


def sample(question: Question) -> list[int]:
    """
    The keys of spam that only rules have judged, drawn at random by ``seed``: some from before
    each of a few moments since the oldest. With one seed the draw stays as it is while a moderator
    goes through it.
    """
    found = question.comments()
    oldest = found.aggregate(oldest=models.Min("created_at"))["oldest"]
    if oldest is None:
        return []
    dice = random.Random(question.seed)  # noqa: S311  (a sample, not a secret)
    span = (timezone.now() - oldest).total_seconds()
    moments = [oldest + timedelta(seconds=span * dice.random()) for _moment in range(MOMENTS - 1)]
    parts = [
        found.filter(created_at__lte=moment)
        .order_by("-created_at", "-pk")
        .values_list("pk", "name")[:AT_EACH]
        for moment in [*moments, timezone.now()]
    ]
    compiled = [part.query.sql_with_params() for part in parts]
    sql = " UNION ALL ".join(f"SELECT * FROM ({each}) AS part" for each, _values in compiled)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for _each, values in compiled for value in values])
        keys = {pk for pk, name in cursor.fetchall() if question.name in name.casefold()}
    return sorted(keys, key=lambda pk: crc32(f"{question.seed} {pk}".encode()))[:PAGE_SIZE]


# What the card shows, and no more: the text of the post and what the rules keep are long.
SHOWN = [
    *(
        "article__title",
        "article__slug",
        "article__status",
        "article__published_at",
        "article__ends_at",
    ),
    *("parent__name", "parent__body", "user", "name", "email", "website", "body", "status"),
    *("created_at", "edited_at", "is_featured", "is_cleared", "rule", "verdicts", "spamminess"),
    *("taught", "network", "simhash", "report_count"),
    *("claim__until", "claim__by__username"),
]
DECIDED = [
    *("comment_id", "verb", "rule", "at", "reason", "note", "before", "undoes_id"),
    "by__username",
]
HISTORY = """
(SELECT COUNT(*) FROM (
  SELECT 1 FROM comments_comment AS other WHERE other.email = comments_comment.email
  AND comments_comment.email <> '' AND other.status = %s LIMIT 100) AS known)
"""


def cards_of(keys: list[int], user: Any) -> list[Card]:
    """The cards of the comments ``keys``, in their order, with all that stands on them."""
    history = {
        f"{status}_before": RawSQL(HISTORY, [status], models.IntegerField())  # noqa: S611
        for status in ("held", "published", "rejected", "spam")
    }
    found = (
        Comment.objects.filter(pk__in=keys)
        .select_related("article", "parent", "claim__by")
        .annotate(**history)
        .only(*SHOWN)
    )
    by_key = {comment.pk: Card(comment, user) for comment in found}
    decisions = Decision.objects.filter(comment__in=by_key).select_related("by").only(*DECIDED)
    for decision in decisions.order_by("comment", "-pk"):
        by_key[decision.comment_id].decisions.append(decision)
    reports = Report.objects.filter(comment__in=by_key, decision=None)
    for report in reports.order_by("comment", "-pk")[: MOST_REPORTS * PAGE_SIZE]:
        by_key[report.comment_id].reports.append(report)
    return [by_key[key] for key in keys if key in by_key]


@dataclass
class Counts:
    """How much waits: at most ``MOST_COUNTED``, of which by which rule."""

    held: int = 0
    reported: int = 0
    rules: list[str] = field(default_factory=list)


# The longest waiting are counted, so this costs the same however many there are.
COUNT = """
SELECT rule, COUNT(*) FROM (SELECT rule FROM comments_comment WHERE status = 'held'
  ORDER BY created_at, id LIMIT {most}) AS waiting GROUP BY rule
UNION ALL
SELECT NULL, COUNT(*) FROM (SELECT 1 FROM comments_comment WHERE report_count > 0
  AND status <> 'withdrawn' ORDER BY created_at, id LIMIT {most}) AS reported
"""


def counts() -> Counts:
    """What waits for a decision, in one question."""
    found = Counts()
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(most=MOST_COUNTED + 1))
        for rule, number in cursor.fetchall():
            if rule is None:
                found.reported = number
                continue
            found.held += number
            found.rules += [rule] if rule else []
    found.rules.sort()
    return found


def decisions_of(user: Any, after: Cursor | None) -> tuple[list[Decision], Cursor | None]:
    """A page of what ``user`` decided, the newest first, and where the next begins."""
    found = Decision.objects.filter(by=user).select_related("comment", "undone")
    if after:
        found = found.filter(at__lte=after.at).filter(Q(at__lt=after.at) | Q(pk__lt=after.pk))
    rows = list(found.order_by("-at", "-pk")[: PAGE_SIZE + 1])
    last = rows[PAGE_SIZE - 1] if len(rows) > PAGE_SIZE else None
    return rows[:PAGE_SIZE], Cursor(last.at, last.pk) if last else None
