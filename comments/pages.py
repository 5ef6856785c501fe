"""
Which comments stand on which page: in three queries, however many comments a discussion has and
however many replies one of them.

A page of a post shows ``PAGE_SIZE`` threads, each with its first ``FOLD`` replies. The others stand
on pages of the thread's own. No query reads more than the index, up to where the page begins, and
the comments that the page shows.
"""

from functools import cached_property

from django.db.models.expressions import RawSQL

from articles.models import Article
from comments.models import Comment, Discussion
from comments.shown import Shown, shown
from comments.threads import Thread, threads
from comments.tokens import own_token

PAGE_SIZE = 50
FOLD = 20
THREAD_PAGE_SIZE = 200
FEATURED = 10

# By hand, because putting these together with the ORM takes longer than the database does.
THREADS = """
SELECT id FROM (
    SELECT id FROM comments_comment WHERE article_id = %s AND heads_thread
    ORDER BY created_at {way}, id {way} LIMIT {size} OFFSET %s
) AS threads
"""
FEATURES = f"""
UNION ALL SELECT id FROM (
    SELECT id FROM comments_comment
    WHERE article_id = %s AND is_featured
    ORDER BY created_at DESC LIMIT {FEATURED}
) AS featured
"""  # noqa: S608
ONE = "UNION ALL SELECT %s"
SMALL = "SELECT id FROM comments_comment WHERE thread_id IN ({}) AND status = 'published'"
LARGE = f"""
SELECT id FROM (
    SELECT id FROM comments_comment WHERE thread_id = %s AND status = 'published'
    ORDER BY created_at, id LIMIT {FOLD}
) AS large
"""  # noqa: S608


class DiscussionPage:
    """
    The page ``number`` of the discussion under ``article``. With ``own``, a comment, it is the page
    where that one stands, or would stand, as its writer sees it.
    """

    def __init__(self, article: Article, number: int = 1, own: Comment | None = None) -> None:
        self.article = article
        self.own = own
        self.number = number if own is None else page_number(self.discussion, own.thread or own)

    @cached_property
    def discussion(self) -> Discussion:
        return Discussion.objects.of(self.article)

    @property
    def total(self) -> int:
        """How many pages there are; one where nobody has said anything."""
        return max(1, -(-self.discussion.thread_count // PAGE_SIZE), self.own and self.number or 0)

    @cached_property
    def _heads(self) -> list[Shown]:
        """What begins the threads of the page; on the first one also what is featured."""
        if not self.discussion.thread_count and self.own is None:
            return []
        newest_first = self.discussion.policy.newest_first
        sql = THREADS.format(way="DESC" if newest_first else "ASC", size=PAGE_SIZE)
        values = [self.article.pk, (self.number - 1) * PAGE_SIZE]
        if self.own:
            sql += ONE
            values.append(self.own.thread_id or self.own.pk)
        elif self.number == 1:
            sql += FEATURES
            values.append(self.article.pk)
        found = shown(RawSQL(sql, values))  # noqa: S611
        return sorted(found, key=lambda comment: comment.age, reverse=newest_first)

    @cached_property
    def threads(self) -> list[Thread]:
        heads = [comment for comment in self._heads if comment.thread_id is None]
        if self.own is None:
            # What is featured elsewhere comes after those of the first page.
            heads = heads[:PAGE_SIZE]
        return threads(heads, self._replies(heads), self.own and self.own.pk)

    def _replies(self, heads: list[Shown]) -> list[Shown]:
        """The public replies to ``heads`` as far as they are not folded, and one's own."""
        small = [head.pk for head in heads if 0 < head.reply_count <= FOLD]
        large = [head.pk for head in heads if head.reply_count > FOLD]
        queries = [SMALL.format(", ".join(["%s"] * len(small)))] if small else []
        queries += [LARGE] * len(large)
        values = [*small, *large]
        if self.own and self.own.thread_id:
            queries.append("SELECT %s")
            values.append(self.own.pk)
        if not queries:
            return []
        keys = RawSQL(" UNION ALL ".join(queries), values)  # noqa: S611
        return shown(keys)

    @property
    def previous_address(self) -> str:
        return f"{page_address(self.article, self.number - 1)}#comments"

    @property
    def next_address(self) -> str:
        return f"{page_address(self.article, self.number + 1)}#comments"

    @property
    def featured(self) -> list[Shown]:
        """What moderators show above the discussion, the newest first."""
        if self.own or self.number > 1:
            return []
        found = [one for one in self._heads if one.is_featured and one.is_published]
        return sorted(found, key=lambda comment: comment.age, reverse=True)


def page_number(discussion: Discussion, head: Comment) -> int:
    """On which page of the discussion ``head`` stands, or would stand if it were public."""
    heads = Comment.objects.heads_of(discussion.article)
    return heads.before(head, discussion.policy.newest_first).count() // PAGE_SIZE + 1


class ThreadPage:
    """The page ``number`` of the conversation that the comment ``head`` began."""

    def __init__(self, head: Comment, number: int = 1) -> None:
        self.head = head
        self.number = number

    @property
    def total(self) -> int:
        return max(1, -(-self.head.reply_count // THREAD_PAGE_SIZE))

    @property
    def previous_address(self) -> str:
        return thread_address(self.head.article, self.head.pk, self.number - 1)

    @property
    def next_address(self) -> str:
        return thread_address(self.head.article, self.head.pk, self.number + 1)

    @cached_property
    def thread(self) -> Thread:
        first = (self.number - 1) * THREAD_PAGE_SIZE
        replies = Comment.objects.published().filter(thread=self.head)
        keys = replies.order_by("created_at", "pk").values("pk")[first : first + THREAD_PAGE_SIZE]
        (head,) = shown([self.head.pk])
        (thread,) = threads([head], shown(keys))
        thread.more = 0  # They are on the next page, which is linked below.
        return thread


def page_address(article: Article, number: int) -> str:
    """Where that page of the discussion under ``article`` is: the first one with the post."""
    address = article.get_absolute_url()
    return address if number == 1 else f"{address}comment-page-{number}/"


def thread_address(article: Article, head: int, number: int = 1) -> str:
    """Where the conversation is that the comment with the key ``head`` began."""
    address = f"{article.get_absolute_url()}thread/{head}/"
    return address if number == 1 else f"{address}page/{number}/"


def place_of(comment: Comment) -> str:
    """Where the public ``comment`` stands now: the address of a page, and the anchor on it."""
    article = comment.article
    if comment.thread:
        before = Comment.objects.published().filter(thread=comment.thread).before(comment).count()
        if before >= FOLD:
            number = before // THREAD_PAGE_SIZE + 1
            return f"{thread_address(article, comment.thread_id, number)}#comment-{comment.pk}"
    discussion = Discussion.objects.of(article)
    number = page_number(discussion, comment.thread or comment)
    return f"{page_address(article, number)}#comment-{comment.pk}"


def address_for_writer(comment: Comment, article: Article) -> str:
    """Where a comment is seen by the one who wrote it: staff see it as everybody does."""
    if comment.user_id and comment.is_published:
        return place_of(comment)
    return f"{own_address(comment, article)}#comment-{comment.pk}"


def own_address(comment: Comment, article: Article) -> str:
    """The private page of its writer."""
    return f"{article.get_absolute_url()}comment/{own_token(comment)}/"
