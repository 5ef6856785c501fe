"""What a page shows of a comment: no model, because a page can hold hundreds of them."""

from datetime import datetime
from typing import Any, NamedTuple

from django.utils.safestring import SafeString

from articles.models import Article, Author
from comments.models import Comment
from comments.text import as_html


class Shown(NamedTuple):
    """A comment as readers see it, with who of the staff wrote it and what became of its parent."""

    pk: int
    status: str
    parent_id: int | None = None
    thread_id: int | None = None
    name: str = ""
    website: str = ""
    body: str = ""
    created_at: datetime | None = None
    edited_at: datetime | None = None
    is_featured: bool = False
    reply_count: int = 0
    user_id: int | None = None
    parent_status: str | None = None
    is_staff: bool | None = None
    author_name: str | None = None
    author_slug: str | None = None
    author_avatar: str | None = None

    @property
    def age(self) -> tuple:
        """What comments are sorted by."""
        return self.created_at, self.pk

    @property
    def is_published(self) -> bool:
        return self.status == Comment.Status.PUBLISHED

    @property
    def is_withdrawn(self) -> bool:
        return self.status == Comment.Status.WITHDRAWN

    @property
    def html(self) -> SafeString:
        return as_html(self.body)

    @property
    def author(self) -> Author | None:
        """The author of the site who wrote it: what their face and name need, and no more."""
        if not self.author_name:
            return None
        return Author(name=self.author_name, slug=self.author_slug, avatar=self.author_avatar)

    def badge(self, article: Article) -> str:
        """What its writer is to the readers of ``article``: "author", "staff" or nothing."""
        if self.user_id is None:
            return ""
        if any(author.user_id == self.user_id for author in article.ordered_authors):
            return "author"
        return "staff" if self.is_staff else ""


JOINED = {
    "parent_status": "parent__status",
    "is_staff": "user__is_staff",
    "author_name": "user__author__name",
    "author_slug": "user__author__slug",
    "author_avatar": "user__author__avatar",
}
COLUMNS = [JOINED.get(name, name) for name in Shown._fields]
# Put together once: that takes as long as the database does.
ROWS = Comment.objects.order_by().values_list(*COLUMNS)


def shown(keys: Any) -> list[Shown]:
    """The comments with these ``keys``, which may be a query, as pages show them; in no order."""
    return [Shown(*row) for row in ROWS.filter(pk__in=keys)]
