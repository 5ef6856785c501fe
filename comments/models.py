"""The discussion under a post, and what moderators decided about it."""

from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from comments.text import as_html


class CommentQuerySet(models.QuerySet["Comment"]):
    """The questions that are asked of comments, each by its name."""

    def published(self) -> "CommentQuerySet":
        return self.filter(status=Comment.Status.PUBLISHED)

    def on_public_articles(self) -> "CommentQuerySet":
        """Those under posts that readers can open at this moment."""
        public = Article.objects.published().filter(pk=models.OuterRef("article"))
        return self.filter(models.Exists(public))

    def newest_first(self) -> "CommentQuerySet":
        return self.order_by("-created_at", "-pk")

    def awaiting(self) -> "CommentQuerySet":
        """What a moderator still has to decide, oldest first."""
        return self.filter(status=Comment.Status.HELD).order_by("created_at", "pk")

    def shown_under(self, article: Article, pending: int | None = None) -> "CommentQuerySet":
        """
        What a page of ``article`` shows, oldest first, with who wrote it: the published comments,
        and the held one with the key ``pending`` for the reader who has just written it.
        """
        shown = models.Q(status=Comment.Status.PUBLISHED)
        if pending is not None:
            shown |= models.Q(status=Comment.Status.HELD, pk=pending)
        return (
            self.filter(shown, article=article)
            .select_related("user__author")
            .order_by("created_at", "pk")
        )


class Comment(models.Model):
    """A reader's words under a post. Its status changes only by the verbs below."""

    class Status(models.TextChoices):
        HELD = "held", _("Held")
        PUBLISHED = "published", _("Published")
        REJECTED = "rejected", _("Rejected")
        SPAM = "spam", _("Spam")

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="comments", verbose_name=_("article")
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="replies",
        verbose_name=_("in reply to"),
    )
    name = models.CharField(_("name"), max_length=100)
    email = models.EmailField(_("email"), blank=True)
    website = models.URLField(_("website"), blank=True)
    body = models.TextField(_("comment"))
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.HELD)
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="comments",
        verbose_name=_("staff member"),
    )
    submission = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=["held", "published", "rejected", "spam"]),
                name="comment_status_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["article", "status", "created_at", "id"], name="comment_under_article"
            ),
            models.Index(fields=["status", "created_at", "id"], name="comment_by_status"),
            models.Index(fields=["created_at", "id"], name="comment_by_date"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.body[:60]}"

    def get_absolute_url(self) -> str:
        return f"{self.article.get_absolute_url()}#comment-{self.pk}"

    @property
    def html(self) -> str:
        return as_html(self.body)

    @property
    def is_held(self) -> bool:
        return self.status == self.Status.HELD

    def is_by_author_of(self, article: Article) -> bool:
        """Whether one who signs ``article`` wrote this."""
        return self.user is not None and any(
            author.user_id == self.user_id for author in article.ordered_authors
        )

    def approve(self, by: Any) -> bool:
        """Let everybody read it. Returns whether that changed anything."""
        return self._decide(self.Status.PUBLISHED, by)

    def reject(self, by: Any) -> bool:
        """Keep it out: not spam, but not fit to publish. Returns whether that changed anything."""
        return self._decide(self.Status.REJECTED, by)

    def mark_spam(self, by: Any) -> bool:
        """Keep it out as spam. Returns whether that changed anything."""
        return self._decide(self.Status.SPAM, by)

    def hold(self, by: Any) -> bool:
        """Put it back into the queue. Returns whether that changed anything."""
        return self._decide(self.Status.HELD, by)

    @transaction.atomic
    def _decide(self, status: str, by: Any) -> bool:
        """Change the status and record who did; two who decide at once do so one after another."""
        now = Comment.objects.select_for_update().only("status").get(pk=self.pk)
        previous, self.status = now.status, status
        if previous == status:
            return False
        self.save(update_fields=["status"])
        Decision.objects.create(comment=self, by=by, from_status=previous, to_status=status)
        return True


class Decision(models.Model):
    """That somebody changed the status of a comment. Never altered afterwards."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="decisions")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    from_status = models.CharField(_("from"), max_length=20, choices=Comment.Status)
    to_status = models.CharField(_("to"), max_length=20, choices=Comment.Status)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")

    def __str__(self) -> str:
        return f"{self.get_from_status_display()} → {self.get_to_status_display()}"
