"""
Numbers that tell whether a kept page is still true.

There is one for the SITE (posts, authors, sections, pages, pictures), one for all COMMENTS that
readers see, and one for each post's discussion. Triggers count them up in the very transaction of
the change, whatever makes it: a form, ``QuerySet.update()``, an import, another program. A change
that is rolled back leaves no trace, and nobody can see a change without its number.

Asking costs 4 microseconds on SQLite, which says by itself whether anything at all was written
since, and one look-up by key on PostgreSQL.
"""

import sqlite3
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from django.db import OperationalError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

SITE, COMMENTS = "site", "comments"
TABLE = "newsroom_version"
Numbers = dict[str, int]

# What any page may show. Of accounts only what badges and names under comments come from: every
# login writes to that table.
SITE_TABLES = [
    *(f"articles_{name}" for name in ("article", "author", "byline", "category", "correction")),
    *(f"articles_{name}" for name in ("filing", "formerslug", "image", "page", "revision", "tag")),
    *("articles_article_tags", "comments_policy"),
]
ACCOUNT = "UPDATE OF username, first_name, last_name, is_staff, is_active ON auth_user"
# Of comments what readers see; how often one was reported they do not.
SEEN = (
    "status, name, website, body, created_at, edited_at, is_featured, parent_id, thread_id, "
    "reply_count, user_id"
)
# Comments that readers have not seen, before or after the change.
UNSEEN = "{row}.status IN ('held', 'spam', 'rejected') AND NOT {row}.heads_thread"


def discussion(article: int) -> str:
    """The key of the discussion under the post with the key ``article``."""
    return f"discussion-{article}"


# --- Counting ---


def events() -> list[tuple[str, str, str, str]]:
    """For each trigger its name, when it fires, under which condition, and the row it looks at."""
    made = [
        (f"{table}_{event}".lower(), f"{event} ON {table}", "", "")
        for table in SITE_TABLES
        for event in ("INSERT", "UPDATE", "DELETE")
    ]
    made.append(("auth_user_update", ACCOUNT, "", ""))
    old, new = UNSEEN.format(row="OLD"), UNSEEN.format(row="NEW")
    for name, event, condition, row in [
        ("insert", "INSERT", "NEW.status = 'published'", "NEW"),
        ("update", f"UPDATE OF {SEEN}", f"NOT ({old} AND {new})", "NEW"),
        ("move_to", "UPDATE OF article_id", "", "NEW"),
        ("move_from", "UPDATE OF article_id", "", "OLD"),
        ("delete", "DELETE", f"NOT ({old})", "OLD"),
    ]:
        made.append((f"comments_comment_{name}", f"{event} ON comments_comment", condition, row))
    for name, event, row in [
        ("insert", "INSERT", "NEW"),
        ("update", "UPDATE OF policy_id, comment_count, thread_count", "NEW"),
        ("delete", "DELETE", "OLD"),
    ]:
        made.append((f"comments_discussion_{name}", f"{event} ON comments_discussion", "", row))
    return [(f"newsroom_version_{name}", *rest) for name, *rest in made]


# On PostgreSQL the counting waits for the end of the transaction, when all other locks are held
# already: so two that write to several discussions cannot wait for each other in a circle. Each
# number is counted once in a transaction.
FUNCTION = f"""
CREATE OR REPLACE FUNCTION newsroom_version_count() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed text[];
  one text;
  counted text := coalesce(current_setting('newsroom.counted', true), '');
BEGIN
  IF TG_ARGV[0] = 'NEW' THEN
    changed := ARRAY['discussion-' || NEW.article_id, '{COMMENTS}'];
  ELSIF TG_ARGV[0] = 'OLD' THEN
    changed := ARRAY['discussion-' || OLD.article_id, '{COMMENTS}'];
  ELSE
    changed := ARRAY['{SITE}'];
  END IF;
  FOREACH one IN ARRAY changed LOOP
    IF position('|' || one || '|' IN counted) = 0 THEN
      counted := counted || '|' || one || '|';
      PERFORM set_config('newsroom.counted', counted, true);
      INSERT INTO {TABLE} (key, number) VALUES (one, 1)
      ON CONFLICT (key) DO UPDATE SET number = {TABLE}.number + 1;
    END IF;
  END LOOP;
  RETURN NULL;
END $$
"""  # noqa: S608
COUNT = f"""
INSERT INTO {TABLE} (key, number) VALUES ({{key}}, 1)
ON CONFLICT (key) DO UPDATE SET number = number + 1;
"""  # noqa: S608


def statements(vendor: str) -> Iterable[str]:
    """What makes the triggers, anew where there are some."""
    if vendor == "postgresql":
        yield FUNCTION
    for name, event, condition, row in events():
        table = event.rpartition(" ")[2]
        if vendor == "sqlite":
            keys = [f"'discussion-' || {row}.article_id", f"'{COMMENTS}'"] if row else [f"'{SITE}'"]
            then = "".join(COUNT.format(key=key) for key in keys)
            when = f"WHEN {condition}" if condition else ""
            yield f"DROP TRIGGER IF EXISTS {name}"
            yield f"CREATE TRIGGER {name} AFTER {event} {when} BEGIN {then} END"
        else:
            when = f"WHEN ({condition})" if condition else ""
            yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
            yield (
                f"CREATE CONSTRAINT TRIGGER {name} AFTER {event} DEFERRABLE INITIALLY DEFERRED "
                f"FOR EACH ROW {when} EXECUTE FUNCTION newsroom_version_count('{row}')"
            )


def install(using: str, **kwargs: Any) -> None:
    """
    Make the triggers. Runs after every ``migrate``, because SQLite changes most columns by copying
    the table and dropping the old one with its triggers. Everything counts as changed.
    """
    connection = connections[using]
    wanted = {TABLE, *SITE_TABLES, "auth_user", "comments_comment", "comments_discussion"}
    if not wanted <= set(connection.introspection.table_names()):
        return
    with transaction.atomic(using), connection.cursor() as cursor:
        for statement in statements(connection.vendor):
            cursor.execute(statement)
        cursor.execute(f"UPDATE {TABLE} SET number = number + 1")  # noqa: S608


# --- Asking ---


class Unanswered(Exception):
    """The database cannot be asked at the moment."""


class Versions(Protocol):
    """Who answers with the present numbers: 0 for what has never changed. Raises Unanswered."""

    def read(self, keys: tuple[str, ...]) -> tuple[int, ...]: ...


def versions_of(connection: BaseDatabaseWrapper) -> Versions | None:
    """Who answers for this database; None for one in memory, which nobody else can open."""
    if connection.vendor == "postgresql":
        return PostgresVersions(connection)
    file = str(connection.settings_dict["NAME"])
    return None if ":memory:" in file or "mode=memory" in file else SqliteVersions(file)


class SqliteVersions:
    """
    Asks a database file, in each thread by a connection of its own that never writes: for such a
    one ``PRAGMA data_version`` stays the same until somebody else has committed something.
    """

    def __init__(self, file: str) -> None:
        self.address = f"{Path(file).absolute().as_uri()}?mode=ro"
        self.mine = threading.local()

    def read(self, keys: tuple[str, ...]) -> tuple[int, ...]:
        try:
            ask = self.mine.ask
        except AttributeError:
            ask = self.open()
        try:
            written = ask("PRAGMA data_version").fetchone()
            if written != self.mine.written:
                self.mine.known, self.mine.written = {}, written
            known = self.mine.known
            return tuple([known[key] if key in known else self.ask(key) for key in keys])
        except sqlite3.Error as error:
            del self.mine.ask
            raise Unanswered from error

    def open(self) -> Any:
        try:
            connection = sqlite3.connect(self.address, uri=True, timeout=1, isolation_level=None)
        except sqlite3.Error as error:
            raise Unanswered from error
        self.mine.known, self.mine.written = {}, None
        self.mine.ask = connection.execute
        return self.mine.ask

    def ask(self, key: str) -> int:
        row = self.mine.ask(f"SELECT number FROM {TABLE} WHERE key = ?", [key]).fetchone()  # noqa: S608
        if len(self.mine.known) > 10_000:
            self.mine.known.clear()
        number = self.mine.known[key] = row[0] if row else 0
        return number


class PostgresVersions:
    """
    Asks a server. Requests that arrive while a question is under way share the next one: it is
    asked after all of them came, so its answer is true for each.
    """

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.alias = connection.alias
        self.wrapper: BaseDatabaseWrapper | None = None
        self.turn = threading.Condition()
        self.asking = False
        self.round = 0
        self.wanted: set[str] = set()
        self.answers: dict[int, Numbers | Exception] = {}
        self.waiting: dict[int, int] = {}

    def read(self, keys: tuple[str, ...]) -> tuple[int, ...]:
        with self.turn:
            mine = self.round
            self.wanted.update(keys)
            self.waiting[mine] = self.waiting.get(mine, 0) + 1
            while self.asking and mine not in self.answers:
                self.turn.wait()
            if mine not in self.answers:
                self.asking = True
                self.round += 1
                wanted, self.wanted = self.wanted, set()
        if mine not in self.answers:
            answer = self.answer(wanted)
            with self.turn:
                self.answers[mine], self.asking = answer, False
                self.turn.notify_all()
        with self.turn:
            answer = self.answers[mine]
            self.waiting[mine] -= 1
            if not self.waiting[mine]:
                del self.waiting[mine], self.answers[mine]
        if isinstance(answer, Exception):
            raise Unanswered from answer
        return tuple([answer.get(key, 0) for key in keys])

    def answer(self, wanted: set[str]) -> Numbers | Exception:
        """The numbers, or what went wrong, on a connection that is opened anew once if it broke."""
        for _attempt in range(2):
            try:
                return self.ask(wanted)
            except Exception as error:  # psycopg's own, too
                problem = error
                self.close()
        return problem

    def ask(self, wanted: set[str]) -> Numbers:
        if self.wrapper is None:
            # Of no thread's own: whoever asks has it alone at that moment.
            self.wrapper = connections.create_connection(self.alias)
            self.wrapper.inc_thread_sharing()
            self.wrapper.settings_dict = {
                **self.wrapper.settings_dict,
                "CONN_MAX_AGE": None,
                "OPTIONS": {
                    name: value
                    for name, value in self.wrapper.settings_dict["OPTIONS"].items()
                    if name != "pool"
                },
            }
            self.wrapper.ensure_connection()
        if self.wrapper.connection is None:
            raise OperationalError("There is no connection.")
        with self.wrapper.connection.cursor() as cursor:
            cursor.execute(
                f"SELECT key, number FROM {TABLE} WHERE key = ANY(%s)",  # noqa: S608
                [list(wanted)],
            )
            return dict(cursor.fetchall())

    def close(self) -> None:
        if self.wrapper is not None:
            self.wrapper.close()
            self.wrapper = None
