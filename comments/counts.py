"""
The counts that every page shows, kept by triggers: right in the transaction of whatever changes a
comment, be it a verb, an import, a bulk update or another program.

A comment that is published, or not any more, changes three numbers: ``Comment.reply_count`` of
the comment that heads its thread, and ``comment_count`` and ``thread_count`` of its discussion.
"""

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

ADD = """
INSERT INTO comments_discussion (article_id, comment_count, thread_count)
VALUES ({row}.article_id, {comments}, {threads}) ON CONFLICT (article_id) DO UPDATE
SET comment_count = comments_discussion.comment_count + excluded.comment_count,
    thread_count = comments_discussion.thread_count + excluded.thread_count;
"""
REPLY = """
UPDATE comments_comment SET reply_count = reply_count + {number} WHERE id = {row}.thread_id;
"""
# A number below zero would be refused before it is added, so what goes is taken off by itself.
TAKE = """
UPDATE comments_discussion
SET comment_count = comment_count - {comments}, thread_count = thread_count - {threads}
WHERE article_id = {row}.article_id;
"""

NAMES = ("insert", "delete", "appear", "vanish", "head", "unhead")
TRIGGERS = {f"comments_count_{name}" for name in NAMES}
# When, and what then. "head" and "unhead" are apart from "appear" and "vanish" because these
# change the head of another row's thread, and SQLite starts no trigger from within itself. The
# head comes before the discussion everywhere: who decides on the head itself has it first, too,
# and whoever took them the other way round would wait for that one in a circle.
SQLITE = {
    "insert": (
        "INSERT",
        "NEW.status = 'published'",
        REPLY.format(row="NEW", number=1)
        + ADD.format(row="NEW", comments=1, threads="NEW.heads_thread"),
    ),
    "delete": (
        "DELETE",
        "OLD.status = 'published' OR OLD.heads_thread",
        REPLY.format(row="OLD", number="-(OLD.status = 'published')")
        + TAKE.format(row="OLD", comments="(OLD.status = 'published')", threads="OLD.heads_thread"),
    ),
    "appear": (
        "UPDATE OF status",
        "NEW.status = 'published' AND OLD.status <> 'published'",
        REPLY.format(row="NEW", number=1) + ADD.format(row="NEW", comments=1, threads=0),
    ),
    "vanish": (
        "UPDATE OF status",
        "OLD.status = 'published' AND NEW.status <> 'published'",
        REPLY.format(row="NEW", number=-1) + TAKE.format(row="NEW", comments=1, threads=0),
    ),
    "head": (
        "UPDATE OF status, reply_count",
        "NEW.heads_thread AND NOT OLD.heads_thread",
        ADD.format(row="NEW", comments=0, threads=1),
    ),
    "unhead": (
        "UPDATE OF status, reply_count",
        "OLD.heads_thread AND NOT NEW.heads_thread",
        TAKE.format(row="NEW", comments=0, threads=1),
    ),
}


def statements(vendor: str) -> list[str]:
    """What makes the triggers."""
    made = []
    for name, (event, condition, then) in SQLITE.items():
        trigger = f"comments_count_{name}"
        if vendor == "sqlite":
            made.append(
                f"CREATE TRIGGER {trigger} AFTER {event} ON comments_comment "
                f"WHEN {condition} BEGIN {then} END"
            )
            continue
        then = then.replace("NEW.heads_thread", "NEW.heads_thread::int")
        then = then.replace("OLD.heads_thread", "OLD.heads_thread::int")
        then = then.replace("(OLD.status = 'published')", "(OLD.status = 'published')::int")
        made.append(
            f"CREATE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN {then} RETURN NULL; END $$"
        )
        made.append(
            f"CREATE TRIGGER {trigger} AFTER {event} ON comments_comment FOR EACH ROW "
            f"WHEN ({condition}) EXECUTE FUNCTION {trigger}()"
        )
    return made


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers, anew where there are some, and count what is there."""
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        remove(connection)
        for statement in statements(connection.vendor):
            cursor.execute(statement)
        mend(connection)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away, as far as they are there."""
    with connection.cursor() as cursor:
        for trigger in sorted(TRIGGERS):
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger}")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger} ON comments_comment")
                cursor.execute(f"DROP FUNCTION IF EXISTS {trigger}()")


# What the counts should be, from the comments themselves.
REPLIES = """
SELECT thread_id AS id, COUNT(*) AS number FROM comments_comment
WHERE status = 'published' AND thread_id IS NOT NULL GROUP BY thread_id
"""
DISCUSSIONS = """
SELECT article_id, SUM(CASE WHEN status = 'published' THEN 1 ELSE 0 END) AS comments,
       SUM(CASE WHEN heads_thread THEN 1 ELSE 0 END) AS threads
FROM comments_comment GROUP BY article_id
"""
WRONG_REPLIES = f"""
SELECT comments_comment.id, reply_count, COALESCE(right_one.number, 0) FROM comments_comment
LEFT JOIN ({REPLIES}) AS right_one ON right_one.id = comments_comment.id
WHERE reply_count <> COALESCE(right_one.number, 0)
"""  # noqa: S608
WRONG_DISCUSSIONS = f"""
SELECT right_one.article_id, COALESCE(comment_count, 0), COALESCE(right_one.comments, 0),
       COALESCE(thread_count, 0), COALESCE(right_one.threads, 0)
FROM ({DISCUSSIONS}) AS right_one
LEFT JOIN comments_discussion ON comments_discussion.article_id = right_one.article_id
WHERE COALESCE(comment_count, 0) <> right_one.comments
   OR COALESCE(thread_count, 0) <> right_one.threads
UNION ALL SELECT article_id, comment_count, 0, thread_count, 0 FROM comments_discussion
WHERE (comment_count <> 0 OR thread_count <> 0) AND NOT EXISTS (
  SELECT 1 FROM comments_comment WHERE comments_comment.article_id = comments_discussion.article_id)
"""  # noqa: S608


def wrong_replies(connection: BaseDatabaseWrapper = connection) -> list[tuple[int, int, int]]:
    """Comments whose count of replies is not right: their key, what is kept, what is right."""
    with connection.cursor() as cursor:
        cursor.execute(WRONG_REPLIES)
        return cursor.fetchall()


def wrong_discussions(
    connection: BaseDatabaseWrapper = connection,
) -> list[tuple[int, int, int, int, int]]:
    """Posts whose counts are not right: key, comments kept and right, threads kept and right."""
    with connection.cursor() as cursor:
        cursor.execute(WRONG_DISCUSSIONS)
        return cursor.fetchall()


def mend(connection: BaseDatabaseWrapper = connection) -> tuple[int, int]:
    """Set right every count that is not. Returns how many comments and discussions that were."""
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        replies = wrong_replies(connection)
        for key, _, number in replies:
            cursor.execute(
                "UPDATE comments_comment SET reply_count = %s WHERE id = %s", [number, key]
            )
        # Only now: whether a thread is shown depends on its replies.
        discussions = wrong_discussions(connection)
        for article, _, comments, _, threads in discussions:
            cursor.execute(
                "INSERT INTO comments_discussion (article_id, comment_count, thread_count)"
                " VALUES (%s, %s, %s) ON CONFLICT (article_id) DO UPDATE SET"
                " comment_count = excluded.comment_count, thread_count = excluded.thread_count",
                [article, comments, threads],
            )
        return len(replies), len(discussions)


def reinstall(connection: BaseDatabaseWrapper) -> None:
    """
    Make the triggers again after a migration that took them along.

    SQLite changes most columns by copying the table and dropping the old one with its triggers.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE 'comments_count%'")
        found = {name for (name,) in cursor.fetchall()}
    if not found >= TRIGGERS:
        install(connection)
