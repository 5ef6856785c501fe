"""
The search index: one table that triggers keep in step with the posts, however these are written.

``articles_search`` is an FTS5 table on SQLite and a tsvector with a GIN index on PostgreSQL. It
holds every post, drafts too: who may be found is asked at the moment of the search.

Two limits: only the first MAX_TEXT characters of a body count, and on PostgreSQL phrases, so also
words of scripts without spaces, are found among the first 16,383 words and 256 places of each.

On SQLite the triggers call ``words`` and ``plain`` of articles/search_words.py, which every
connection of Django's offers; another program (the sqlite3 shell) can read posts, but an attempt
to write one is refused with "no such function". On PostgreSQL all of it is SQL.
"""

from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from articles.search_words import (
    ANY_TAG,
    INDIC,
    INLINE_TAG,
    LETTERS,
    MARKS,
    MAX_TEXT,
    NUMERALS,
    UNSPACED,
    plain,
    words,
)

TRIGGERS = {"articles_search_insert", "articles_search_update", "articles_search_delete"}

SQLITE_REMOVE = [
    *(f"DROP TRIGGER IF EXISTS {name}" for name in sorted(TRIGGERS)),
    "DROP TABLE IF EXISTS articles_search",
]
SQLITE_FOLLOW = """
BEGIN
  INSERT OR REPLACE INTO articles_search (rowid, title, standfirst, body) VALUES (
    NEW.id, articles_search_words(NEW.title), articles_search_words(NEW.standfirst),
    articles_search_words(articles_search_plain(NEW.body)));
END
"""
# The words come folded and spaced out, so the tokenizer has only to split at the spaces.
SQLITE_BUILD = [
    """
    CREATE VIRTUAL TABLE articles_search USING fts5(title, standfirst, body,
    tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* C*'")
    """,
    """
    INSERT INTO articles_search (rowid, title, standfirst, body)
    SELECT id, articles_search_words(title), articles_search_words(standfirst),
           articles_search_words(articles_search_plain(body)) FROM articles_article
    """,
    "INSERT INTO articles_search (articles_search) VALUES ('optimize')",
    f"CREATE TRIGGER articles_search_insert AFTER INSERT ON articles_article {SQLITE_FOLLOW}",
    f"""
    CREATE TRIGGER articles_search_update AFTER UPDATE OF title, standfirst, body
    ON articles_article {SQLITE_FOLLOW}
    """,
    """
    CREATE TRIGGER articles_search_delete AFTER DELETE ON articles_article BEGIN
      DELETE FROM articles_search WHERE rowid = OLD.id;
    END
    """,
]

POSTGRESQL_REMOVE = [
    "DROP TRIGGER IF EXISTS articles_search_follow ON articles_article",
    "DROP FUNCTION IF EXISTS articles_search_follow()",
    "DROP FUNCTION IF EXISTS articles_search_vector(text, text, text)",
    "DROP FUNCTION IF EXISTS articles_search_words(text)",
    "DROP FUNCTION IF EXISTS articles_search_plain(text)",
    "DROP TABLE IF EXISTS articles_search",
]


def postgresql_build(collation: str) -> list[str]:
    """The statements that make and fill the index; ``collation`` tells letters from the rest."""
    letters = "text"
    for letter, spelt in LETTERS.items():
        letters = f"replace({letters}, '{letter}', '{spelt}')"
    # nh3 writes these entities. Any other that came past it is no word either.
    entities = "html"
    for entity, character in {"lt": "<", "gt": ">", "quot": '"', "#39": "''"}.items():
        entities = f"replace({entities}, '&{entity};', '{character}')"
    return [
        f"""
        CREATE FUNCTION articles_search_plain(html text) RETURNS text
        LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
        BEGIN
          html := regexp_replace(html, '{INLINE_TAG}', '', 'gi');
          html := regexp_replace(html, '{ANY_TAG}', ' ', 'gi');
          html := regexp_replace({entities}, '&(?!amp;)#?[a-zA-Z0-9]+;', ' ', 'g');
          RETURN left(replace(html, '&amp;', '&'), {MAX_TEXT});
        END $$
        """,
        # The parser of to_tsvector() would take a/b, a-b or a.b for one word; what is left to it
        # is to split at spaces.
        f"""
        CREATE FUNCTION articles_search_words(text text) RETURNS text
        LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
        BEGIN
          IF octet_length(text) = length(text) THEN
            RETURN regexp_replace(lower(text), '[^a-z0-9 ]+', ' ', 'g');
          END IF;
          text := regexp_replace(normalize(text, NFC) COLLATE "{collation}",
            '[^[:alnum:] {UNSPACED}{INDIC}{MARKS}{NUMERALS}]+', ' ', 'g');
          text := regexp_replace(normalize(text, NFKD), '[{MARKS}]+', '', 'g');
          text := lower(text COLLATE "{collation}");
          text := normalize({letters}, NFC);
          text := regexp_replace(text COLLATE "{collation}",
            '[^[:alnum:] {UNSPACED}{INDIC}]+', ' ', 'g');
          RETURN regexp_replace(text, '([{UNSPACED}])', ' \\1 ', 'g');
        END $$
        """,
        """
        CREATE FUNCTION articles_search_vector(title text, standfirst text, body text)
        RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT
          setweight(to_tsvector('pg_catalog.simple', articles_search_words(title)), 'A') ||
          setweight(to_tsvector('pg_catalog.simple', articles_search_words(standfirst)), 'B') ||
          to_tsvector('pg_catalog.simple', articles_search_words(articles_search_plain(body))) $$
        """,
        """
        CREATE TABLE articles_search AS
        SELECT id, articles_search_vector(title, standfirst, body) AS words FROM articles_article
        """,
        "ALTER TABLE articles_search ADD PRIMARY KEY (id)",
        "CREATE INDEX articles_search_words ON articles_search USING gin (words)",
        # Not "UPDATE OF title": PostgreSQL would then refuse to alter the type of that column.
        """
        CREATE FUNCTION articles_search_follow() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF TG_OP = 'DELETE' THEN
            DELETE FROM articles_search WHERE id = OLD.id;
          ELSIF TG_OP = 'INSERT' OR (NEW.title, NEW.standfirst, NEW.body)
                IS DISTINCT FROM (OLD.title, OLD.standfirst, OLD.body) THEN
            INSERT INTO articles_search
            VALUES (NEW.id, articles_search_vector(NEW.title, NEW.standfirst, NEW.body))
            ON CONFLICT (id) DO UPDATE SET words = EXCLUDED.words;
          END IF;
          RETURN NULL;
        END $$
        """,
        """
        CREATE TRIGGER articles_search_follow AFTER INSERT OR UPDATE OR DELETE ON articles_article
        FOR EACH ROW EXECUTE FUNCTION articles_search_follow()
        """,
    ]


def build(connection: BaseDatabaseWrapper) -> None:
    """
    Make the index of all posts, anew where there is one.

    Readers see the old one or the new, never a part; on PostgreSQL they wait while it is made.
    """
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        remove(connection)
        if connection.vendor == "sqlite":
            statements = SQLITE_BUILD
        else:
            # A database of locale "C" knows no letters beyond ASCII; ICU does wherever it is.
            cursor.execute("SELECT 1 FROM pg_collation WHERE collname = 'und-x-icu'")
            statements = postgresql_build("und-x-icu" if cursor.fetchone() else "default")
        for statement in statements:
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the index and its triggers away, as far as they are there."""
    with connection.cursor() as cursor:
        for statement in SQLITE_REMOVE if connection.vendor == "sqlite" else POSTGRESQL_REMOVE:
            cursor.execute(statement)


def on_connection(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Offer a new connection to SQLite the functions that the triggers call."""
    if connection.vendor == "sqlite":
        functions = {
            "articles_search_words": lambda text: " ".join(words(str(text or ""))),
            "articles_search_plain": lambda html: plain(str(html or "")),
        }
        connection.connection.execute("PRAGMA trusted_schema = ON")
        for name, function in functions.items():
            connection.connection.create_function(name, 1, function, deterministic=True)


def mend(using: str, **kwargs: Any) -> None:
    """
    Build the index again after a migration that took its triggers along.

    SQLite changes most columns by copying the table and dropping the old one with its triggers.
    """
    connection = transaction.get_connection(using)
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE 'articles_search%'")
        found = {name for (name,) in cursor.fetchall()}
    if "articles_search" in found and not found >= TRIGGERS:
        build(connection)
