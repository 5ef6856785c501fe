"""Search: the published posts that a query finds, the best first."""

from typing import NamedTuple

from django.db import connection
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL
from django.utils import timezone

from articles.models import Article, ArticleQuerySet
from articles.search_words import Query, Term

# How well a post fits, times 2 on the day it appears, 1.5 after a year, 1.1 after ten. A word in
# the title weighs more than any number of them in the standfirst, and there more than in the body:
# bm25() levels off with their number, so each is weighed by itself; ts_rank() does so anyway.
# Whole words count twice beside longer ones that the last word only begins.
SQLITE = """
SELECT public.id, COUNT(*) OVER ()
FROM (
    SELECT rowid, 10 * bm25(articles_search, 1, 0, 0) + 4 * bm25(articles_search, 0, 1, 0)
                  + bm25(articles_search, 0, 0, 1) AS misfit
    FROM articles_search WHERE articles_search MATCH %s
) AS found CROSS JOIN ({public}) AS public ON public.id = found.rowid
ORDER BY misfit * (1 + 1 / (1 + (julianday(%s) - julianday(public.published_at)) / 365.25)),
         public.published_at DESC, public.id DESC
LIMIT %s OFFSET %s
"""
POSTGRESQL = """
SELECT public.id, COUNT(*) OVER ()
FROM articles_search JOIN ({public}) AS public ON public.id = articles_search.id
WHERE words @@ to_tsquery('simple', %s)
ORDER BY (ts_rank(words, to_tsquery('simple', %s), 1) + ts_rank(words, to_tsquery('simple', %s), 1))
           * (1 + 1 / (1 + extract(epoch FROM %s - public.published_at) / 31557600)) DESC,
         public.published_at DESC, public.id DESC
LIMIT %s OFFSET %s
"""

# The posts that fit, whether published or not. On SQLite the "+" keeps a common word, which many
# fit, from being looked up post by post before the list is put in order.
MATCHING_SQLITE = (
    "+articles_article.id IN (SELECT rowid FROM articles_search WHERE articles_search MATCH %s)"
)
MATCHING_POSTGRESQL = (
    "articles_article.id IN"
    " (SELECT id FROM articles_search WHERE words @@ to_tsquery('simple', %s))"
)


class Found(NamedTuple):
    """Some of the posts that fit, and how many there are in all."""

    articles: list[Article]
    total: int


def find(query: Query, offset: int = 0, limit: int = 10) -> Found:
    """
    The published posts that fit ``query``, from the one at ``offset`` on; in four queries.

    Nothing is found where nothing is wanted; beyond the last post the total is 0 as well.
    """
    rows = ranked(query, offset, limit)
    articles = Article.objects.with_bylines().in_bulk([pk for pk, _total in rows])
    found = [articles[pk] for pk, _total in rows if pk in articles]
    return Found(
        # Asked here: SQLite would go through all that is published to find these few.
        articles=[article for article in found if article.is_public],
        total=rows[0][1] if rows else 0,
    )


def matching(articles: ArticleQuerySet, query: Query) -> ArticleQuerySet:
    """Those of ``articles`` that fit ``query``, in the order they have. None where it asks none."""
    if not query.wanted:
        return articles.none()
    if connection.vendor == "sqlite":
        sql, asked = MATCHING_SQLITE, fts5(query)
    else:
        sql, asked = MATCHING_POSTGRESQL, tsquery(query)
    return articles.filter(RawSQL(sql, [asked], BooleanField()))  # noqa: S611


def ranked(query: Query, offset: int = 0, limit: int = 10) -> list[tuple[int, int]]:
    """The primary keys of those posts, the best first, each with the number of all that fit."""
    if not query.wanted:
        return []
    public = Article.objects.published().order_by().values("id", "published_at")
    sql, params = public.query.sql_with_params()
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            asked = [fts5(query), *params, now, limit, offset]
            cursor.execute(SQLITE.format(public=sql), asked)
        else:
            match, whole = tsquery(query), tsquery(query, whole=True)
            asked = [*params, match, match, whole, now, limit, offset]
            cursor.execute(POSTGRESQL.format(public=sql), asked)
        return cursor.fetchall()


def fts5(query: Query) -> str:
    """``query`` in the language of SQLite's FTS5. Folded words hold no character it minds."""

    def term(term: Term) -> str:
        phrase = f'"{" ".join(term.words)}"'
        return f"({phrase} OR {phrase} *)" if term.is_beginning else phrase

    wanted = " AND ".join(term(one) for one in query.wanted)
    unwanted = " OR ".join(term(one) for one in query.unwanted)
    return f"({wanted}) NOT ({unwanted})" if unwanted else wanted


def tsquery(query: Query, whole: bool = False) -> str:
    """``query`` in the language of to_tsquery(); ``whole`` takes the last word for a whole one."""

    def term(term: Term) -> str:
        phrase = " <-> ".join(f"'{word}'" for word in term.words)
        return f"({phrase}:*)" if term.is_beginning and not whole else f"({phrase})"

    return " & ".join(
        [*(term(one) for one in query.wanted), *(f"!{term(one)}" for one in query.unwanted)]
    )
