"""
The start page of the admin: what waits, the month, one's own work, what happened, and how much.

It costs the same however much there is: everything is read through an index and up to a limit, and
all numbers come from one query. Each part is there for those who may see what it is about.
"""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as formatted
from django.utils.formats import date_format, get_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from articles.models import Article, Autosave, Event, Revision
from articles.permissions import is_editor, is_writer, visible
from comments.models import Comment, Decision
from comments.queue import MOST_COUNTED

DAYS = 30
# On a day of the calendar, in a list of one's own work, and in the list of what happened.
MOST_A_DAY, MOST_OF_MINE, MOST_ACTIVITY = 4, 5, 15
# A day's posts and comments are not counted beyond it.
MOST_COUNTED_A_DAY = 10_000
# Who published a post saved it as well: what was done within so long is one thing.
AT_ONCE = timedelta(seconds=2)
YEARS = range(1900, 2200)

LIST, QUEUE = "admin:articles_article_changelist", "admin:comments_queue"


class Counted(NamedTuple):
    """A number that leads to what it counts; ``is_more`` where that is more than were counted."""

    label: Any
    number: int
    is_more: bool
    address: str


class Day(NamedTuple):
    """A day of the calendar with its first posts, and how many there are besides."""

    date: date
    posts: list[Any]
    more: int
    is_today: bool
    address: str


@dataclass
class Post:
    """A post of the calendar."""

    pk: int
    title: str
    at: datetime
    is_scheduled: bool

    @property
    def address(self) -> str:
        return address_of(self.pk)


class Line(NamedTuple):
    """One thing that happened."""

    at: datetime
    who: str
    what: str
    title: str
    address: str
    note: str = ""


class Bar(NamedTuple):
    """One day of a chart: how many, and where its bar stands in the picture."""

    date: date
    number: int
    x: int
    y: int
    height: int


class Chart(NamedTuple):
    """How many a day over the last days; ``summary`` says in a sentence what the bars show."""

    name: str
    summary: str
    bars: list[Bar]
    highest: int


WIDTH, GAP, HEIGHT = 16, 4, 96


class Dashboard:
    """What ``user`` sees of the newsroom; the calendar shows ``month``, such as “2026-11”."""

    def __init__(self, user: Any, month: str = "") -> None:
        self.user = user
        self.writes, self.edits = is_writer(user), is_editor(user)
        self.sees_posts = user.has_perm("articles.view_article")
        self.sees_comments = user.has_perm("comments.view_comment")
        self.zone = timezone.get_default_timezone()
        self.today = timezone.localtime(timezone.now(), self.zone).date()
        self.first = first_of(month) or self.today.replace(day=1)
        self.no_such_month = bool(month) and first_of(month) is None

    # What waits

    @cached_property
    def waiting(self) -> list[Counted]:
        """How much there is of everything that waits for somebody."""
        everything = Article.objects.all()
        articles = everything if self.edits else everything.among_written_by(self.user)
        mine = "" if self.edits else "&mine=on"
        found: list[tuple[Any, QuerySet, str]] = []
        if self.sees_comments:
            moderates = self.user.has_perm("comments.change_comment")
            held = f"{reverse('admin:comments_comment_changelist')}?status__exact=held"
            address = reverse(QUEUE) if moderates else held
            found.append((_("Held comments"), Comment.objects.awaiting(), address))
        if self.writes:
            states = [
                ("draft", _("Drafts"), articles.drafts()),
                ("review", _("In review"), articles.in_review()),
                ("scheduled", _("Scheduled"), articles.scheduled()),
            ]
            found += [
                (label, posts, f"{reverse(LIST)}?state={state}{mine}")
                for state, label, posts in states
            ]
        if self.user.has_perm("django_tasks_database.view_dbtaskresult"):
            tasks = reverse("admin:django_tasks_database_dbtaskresult_changelist")
            failed = DBTaskResult.objects.failed()
            found.append((_("Failed tasks"), failed, f"{tasks}?status__exact=FAILED"))
        numbers = counted([parts_of(rows, MOST_COUNTED + 1) for _label, rows, _address in found])
        return [
            Counted(label, min(number, MOST_COUNTED), number > MOST_COUNTED, address)
            for (label, _rows, address), number in zip(found, numbers, strict=True)
        ]

    # The month

    @cached_property
    def month(self) -> list[list[Day | None]]:
        """The weeks of the month; None stands for the days of its neighbours."""
        days = {day.date: day for day in self.days}
        return [[days.get(each) for each in week] for week in self.dates]

    @cached_property
    def days(self) -> list[Day]:
        begin, end = self.first, self.month_after(self.first)
        found = [begin + timedelta(days=number) for number in range((end - begin).days)]
        moments = [self.beginning(each) for each in [*found, end]]
        published = Article.objects.filter(status=Article.Status.PUBLISHED)
        posts = visible(self.user, published).order_by("published_at", "pk")
        rows = by_period(posts.values_list("pk", "title", "published_at"), moments, MOST_A_DAY)
        numbers = counted(counts_by_period(posts, moments))
        now, days = timezone.now(), []
        for number, each in enumerate(found):
            of_day = [Post(pk, title, at, at > now) for pk, title, at in rows[number]]
            days.append(
                Day(
                    each,
                    of_day,
                    max(0, numbers[number] - len(of_day)),
                    each == self.today,
                    f"{reverse(LIST)}?day={each.isoformat()}",
                )
            )
        return days

    @cached_property
    def dates(self) -> list[list[date]]:
        """The dates of the weeks that the month is part of, as its language begins a week."""
        begins = (get_format("FIRST_DAY_OF_WEEK") - 1) % 7
        return calendar.Calendar(begins).monthdatescalendar(self.first.year, self.first.month)

    @property
    def weekdays(self) -> list[tuple[str, str]]:
        """The names of the days from the first of a week on, in short and in full."""
        return [(formatted(day, "D"), formatted(day, "l")) for day in self.dates[0]]

    @property
    def month_name(self) -> str:
        return date_format(self.first, "YEAR_MONTH_FORMAT")

    @property
    def months_beside(self) -> dict[str, tuple[str, str]]:
        """The months before and after, where there are any: as in the address, and their names."""
        beside = {
            "before": (self.first - timedelta(days=1)).replace(day=1),
            "after": self.month_after(self.first),
        }
        return {
            way: (f"{first:%Y-%m}", date_format(first, "YEAR_MONTH_FORMAT"))
            for way, first in beside.items()
            if first.year in YEARS
        }

    @staticmethod
    def month_after(first: date) -> date:
        return (first + timedelta(days=31)).replace(day=1)

    def beginning(self, day: date) -> datetime:
        """When ``day`` begins on the site."""
        return datetime(day.year, day.month, day.day, tzinfo=self.zone).astimezone(UTC)

    # One's own work

    @cached_property
    def work(self) -> list[dict[str, Any]]:
        """What the person is at: lists of posts, each under its name."""
        if not self.writes:
            return []
        own = Article.objects.among_written_by(self.user).defer("body", "standfirst")
        recent = own.order_by("-saved_at", "-pk")
        writing = list(recent.drafts()[:MOST_OF_MINE])
        pending = recent.with_pending_changes().filter(changes_in_review=False)
        writing += pending[:MOST_OF_MINE]
        lists = [
            (_("Your drafts"), "draft", self.with_requests(writing)),
            (_("Your posts in review"), "review", recent.in_review()[:MOST_OF_MINE]),
            (
                _("Your scheduled posts"),
                "scheduled",
                own.scheduled().order_by("published_at")[:MOST_OF_MINE],
            ),
        ]
        return [
            {"name": name, "address": f"{reverse(LIST)}?state={state}&mine=on", "posts": posts}
            for name, state, posts in lists
            if posts
        ]

    def with_requests(self, articles: list[Article]) -> list[Article]:
        """Each with the ``request`` for changes that stands: nothing was submitted since."""
        steps = Event.objects.filter(
            article__in=[article.pk for article in articles],
            verb__in=[Event.Verb.REQUEST_CHANGES, Event.Verb.SUBMIT],
        )
        last = {step.article_id: step for step in steps.order_by("at", "pk").select_related("by")}
        for article in articles:
            step = last.get(article.pk)
            is_request = step is not None and step.verb == Event.Verb.REQUEST_CHANGES
            article.request = step if is_request else None
        return articles

    @cached_property
    def unsaved(self) -> list[dict[str, Any]]:
        """What the person typed and did not save, with where to go on."""
        if not self.user.has_perm("articles.add_article"):
            return []
        found = Autosave.objects.of(self.user).select_related("article").defer("article__body")
        return [
            {
                "title": str(each) or (each.article.title if each.article else ""),
                "at": each.at,
                "address": address_of(each.article_id)
                if each.article_id
                else reverse("admin:articles_article_add"),
            }
            for each in found[:MOST_OF_MINE]
        ]

    # What happened

    @cached_property
    def activity(self) -> list[Line]:
        """The newest steps, saved versions and decisions of moderators, the last one first."""
        lines: list[Line] = []
        if self.writes:
            lines += self.done_with_posts()
        if self.user.has_perm("comments.view_decision"):
            lines += self.decisions()
        lines.sort(key=lambda line: line.at, reverse=True)
        return lines[:MOST_ACTIVITY]

    def done_with_posts(self) -> list[Line]:
        events: QuerySet[Event] = Event.objects.order_by("-at", "-pk")
        revisions: QuerySet[Revision] = Revision.objects.order_by("-at", "-pk")
        if not self.edits:
            # Whatever is done with a post saves it, so the newest is among the last saved.
            own = Article.objects.written_by(self.user).order_by("-saved_at", "-pk")
            keys = list(own.values_list("pk", flat=True)[:MOST_ACTIVITY])
            events, revisions = (
                events.filter(article__in=keys),
                revisions.filter(article__in=keys),
            )
        named = ("article__title", "by__username", "by__first_name", "by__last_name")
        steps = list(
            events.select_related("article", "by").only("verb", "at", "note", *named)[
                :MOST_ACTIVITY
            ]
        )
        # More of them, because those that belong to a step are left out.
        versions = revisions.select_related("article", "by").only("number", "at", "note", *named)
        saved = [
            version
            for version in versions[: 2 * MOST_ACTIVITY]
            if version.by_id is not None and not belongs(version, steps)
        ]
        return [
            *(
                Line(
                    step.at,
                    name_of(step.by),
                    step.get_verb_display(),
                    step.article.title,
                    address_of(step.article_id),
                    step.note,
                )
                for step in steps
            ),
            *(
                Line(
                    version.at,
                    name_of(version.by),
                    gettext("saved version %(number)s") % {"number": version.number},
                    version.article.title,
                    address_of(version.article_id),
                    version.note,
                )
                for version in saved
            ),
        ]

    def decisions(self) -> list[Line]:
        """What people, and no rules, decided about comments."""
        found = Decision.objects.order_by("-pk").select_related("by", "comment__article")
        shown = ("verb", "at", "note", "comment__name", "comment__article__title")
        people = ("by__username", "by__first_name", "by__last_name")
        return [
            Line(
                decision.at,
                name_of(decision.by),
                gettext("decided on a comment by %(name)s: %(what)s")
                % {"name": decision.comment.name, "what": decision.get_verb_display()},
                decision.comment.article.title,
                reverse("admin:comments_comment_change", args=[decision.comment_id]),
                decision.note,
            )
            for decision in found.only(*shown, *people)[: 2 * MOST_ACTIVITY]
            if decision.by_id is not None
        ]

    # How much

    @cached_property
    def charts(self) -> list[Chart]:
        """Posts and comments per day over the last days, of which today is one."""
        days = [self.today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
        moments = [*map(self.beginning, days), self.beginning(self.today + timedelta(days=1))]
        wanted: list[tuple[str, list[Any]]] = []
        if self.sees_posts:
            posts = Article.objects.begun()
            wanted.append((gettext("Posts per day"), counts_by_period(posts, moments)))
        if self.sees_comments:
            published = Comment.objects.published()
            parts = counts_by_period(published, moments, "created_at")
            wanted.append((gettext("Comments per day"), parts))
        numbers = counted([part for _name, parts in wanted for part in parts])
        return [
            chart(name, days, numbers[place * DAYS : (place + 1) * DAYS])
            for place, (name, _parts) in enumerate(wanted)
        ]


def first_of(month: str) -> date | None:
    """The first day of a month such as “2026-11”, or None where there is none."""
    year, _dash, number = month.partition("-")
    if not (month.isascii() and len(month) == 7 and year.isdecimal() and number.isdecimal()):
        return None
    if int(year) not in YEARS or not 1 <= int(number) <= 12:
        return None
    return date(int(year), int(number), 1)


def belongs(version: Revision, steps: list[Event]) -> bool:
    """Whether the version was kept by one of the ``steps``."""
    return any(
        step.article_id == version.article_id and abs(step.at - version.at) < AT_ONCE
        for step in steps
    )


def address_of(article: int) -> str:
    """Where the post with that key is written."""
    return reverse("admin:articles_article_change", args=[article])


def name_of(user: Any) -> str:
    if user is None:
        return gettext("Nobody known")
    return user.get_full_name() or user.get_username()


def chart(name: str, days: list[date], numbers: list[int]) -> Chart:
    """The bars of one picture: the highest number fills its height."""
    highest = max(numbers)
    bars = []
    for place, (day, number) in enumerate(zip(days, numbers, strict=True)):
        # What is there at all can be seen.
        height = max(2, round(HEIGHT * number / highest)) if number else 0
        bars.append(Bar(day, number, place * (WIDTH + GAP), HEIGHT - height, height))
    total = sum(numbers)
    summary = ngettext("%(total)s in %(days)s days", "%(total)s in %(days)s days", total)
    summary %= {"total": total, "days": DAYS}
    if highest:
        most = days[numbers.index(highest)]
        summary += ". " + gettext("Most on %(day)s: %(number)s.") % {
            "day": date_format(most, "MONTH_DAY_FORMAT"),
            "number": highest,
        }
    return Chart(name, summary, bars, highest)


# Numbers: each is counted up to a limit, and all of them in one query.

Part = tuple[str, tuple[Any, ...]]


def parts_of(rows: QuerySet, limit: int) -> Part:
    """The query that counts ``rows`` up to ``limit``."""
    sql, params = rows.order_by().values("pk")[:limit].query.sql_with_params()
    return f"SELECT COUNT(*) FROM ({sql}) AS part", params  # noqa: S608


def counted(parts: list[Part]) -> list[int]:
    """The numbers that the queries ``parts`` count, in their order."""
    if not parts:
        return []
    sql = "SELECT " + ", ".join(f"({each})" for each, _params in parts)
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for _each, params in parts for value in params])
        return list(cursor.fetchone())


def spans(rows: QuerySet, moments: list[datetime], field: str) -> tuple[str, list[Any], list[Any]]:
    """
    One query for all periods between the ``moments``: its text, what it is given before the two
    ends of a period, and these ends. Putting it together once for each would take longer than
    the database does.
    """
    adapt = connection.ops.adapt_datetimefield_value
    first, second = moments[:2]
    bounded = rows.filter(**{f"{field}__gte": first, f"{field}__lt": second})
    sql, params = bounded.query.sql_with_params()
    return sql, list(params[:-2]), [adapt(moment) for moment in moments]


def counts_by_period(
    rows: QuerySet, moments: list[datetime], field: str = "published_at"
) -> list[Part]:
    """The queries that count the ``rows`` of each period between the ``moments``."""
    keys = rows.order_by().values(field)
    sql, before, ends = spans(keys, moments, field)
    text = f"SELECT COUNT(*) FROM ({sql} LIMIT {MOST_COUNTED_A_DAY}) AS part"  # noqa: S608
    return [(text, (*before, *ends[place : place + 2])) for place in range(len(ends) - 1)]


def by_period(rows: QuerySet, moments: list[datetime], most: int) -> list[list[tuple]]:
    """The first ``most`` of the ``rows`` (key, title, date) of each period, in one query."""
    sql, before, ends = spans(rows, moments, "published_at")
    periods = range(len(ends) - 1)
    text = " UNION ALL ".join(
        f"SELECT {place} AS place, part.* FROM ({sql} LIMIT {most}) AS part"  # noqa: S608
        for place in periods
    )
    params = [value for place in periods for value in (*before, *ends[place : place + 2])]
    found: list[list[tuple]] = [[] for _period in periods]
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        for place, pk, title, at in cursor.fetchall():
            found[place].append((pk, title, as_moment(at)))
    return found


def as_moment(value: datetime) -> datetime:
    """A date as the database's own driver gives it: SQLite knows no time zones."""
    return value.replace(tzinfo=UTC) if timezone.is_naive(value) else value
