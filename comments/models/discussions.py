"""The discussion under one post, and the policies that discussions follow."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.models import Article, ArticleQuerySet

STANDARD = 1


class PolicyManager(models.Manager["Policy"]):
    def next_closing(self, after: datetime) -> datetime | None:
        """When the age of a post first closes a discussion after that; not later, at any rate."""
        found = []
        for days in set(self.values_list("closes_after_days", flat=True)) - {None}:
            age = timedelta(days=days)
            posts = Article.objects.filter(
                status=Article.Status.PUBLISHED, published_at__gt=after - age
            )
            first = posts.order_by("published_at").values_list("published_at", flat=True).first()
            with suppress(OverflowError):  # A post of the last days that there are.
                found += [first + age] if first else []
        return min(found, default=None)


class Policy(models.Model):
    """
    How a discussion is moderated. The standard one holds for every post that names no other, and is
    always there.
    """

    name = models.CharField(_("name"), max_length=100, unique=True)
    hold_all = models.BooleanField(
        _("hold every comment"),
        default=False,
        help_text=_("A moderator reads every comment before readers do, whoever wrote it."),
    )
    approved_needed = models.PositiveSmallIntegerField(
        _("approved comments before trust"),
        default=1,
        validators=[MinValueValidator(1)],
        help_text=_(
            "Who has so many approved comments, and has shown that the email address is theirs, "
            "is read at once."
        ),
    )
    closes_after_days = models.PositiveSmallIntegerField(
        _("closes after days"),
        null=True,
        blank=True,
        help_text=_("Days after a post is published. Empty: it stays open."),
    )
    most_links = models.PositiveSmallIntegerField(
        _("links"), default=2, help_text=_("A comment with more links is held.")
    )
    least_seconds = models.PositiveSmallIntegerField(
        _("seconds to type"),
        default=3,
        help_text=_("A comment that was sent sooner after the page was opened is held."),
    )
    flood_comments = models.PositiveSmallIntegerField(
        _("comments in a row"),
        default=5,
        help_text=_("More from one network or email address within the minutes below are held."),
    )
    flood_minutes = models.PositiveSmallIntegerField(_("minutes"), default=10)
    most_rejections = models.PositiveSmallIntegerField(
        _("rejections"),
        default=3,
        help_text=_("Who had so many comments rejected within 30 days is held, trusted or not."),
    )
    reports_needed = models.PositiveSmallIntegerField(
        _("reports"),
        default=3,
        validators=[MinValueValidator(1)],
        help_text=_("A published comment that so many readers report is held."),
    )
    edit_minutes = models.PositiveSmallIntegerField(
        _("minutes to edit"),
        default=10,
        help_text=_("How long writers may change or withdraw what they wrote."),
    )
    newest_first = models.BooleanField(_("newest first"), default=False)

    objects = PolicyManager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("discussion policy")
        verbose_name_plural = _("discussion policies")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def standard(cls) -> "Policy":
        """The policy of every post that names no other."""
        return cls.objects.get_or_create(pk=STANDARD, defaults={"name": gettext("Standard")})[0]

    def why_kept(self) -> str:
        """Why it cannot be deleted, as a sentence; an empty text where it can."""
        if self.pk == STANDARD:
            return gettext(
                "The standard policy holds for every post that names no other, so it stays."
            )
        if Discussion.objects.filter(policy=self).exists():
            return gettext("There are posts with this policy. Give them another one first.")
        return ""

    def is_open_for(self, article: Article) -> bool:
        """Whether ``article`` takes comments at this moment."""
        if not article.comments_open:
            return False
        if self.closes_after_days is None or article.published_at is None:
            return True
        return timezone.now() < article.published_at + timedelta(days=self.closes_after_days)


class DiscussionManager(models.Manager["Discussion"]):
    """Discussions come with their policy."""

    def of(self, article: Article) -> "Discussion":
        """The discussion under ``article``; one that nobody has begun is made up, not stored."""
        try:
            found = self.select_related("policy").get(article=article)
        except Discussion.DoesNotExist:
            return Discussion(article=article, policy=Policy.standard())
        found.article = article
        return found

    def on(self, articles: ArticleQuerySet, slug: str) -> "Discussion":
        """
        The discussion under the one of ``articles`` that is, or was, at ``slug``, in one query.
        Raises Article.DoesNotExist where there is none.
        """
        article = articles.select_related("discussion__policy").at(slug)
        found = getattr(article, "discussion", None)
        return found or Discussion(article=article, policy=Policy.standard())


class Discussion(models.Model):
    """
    What is kept of the discussion under one post: its policy, and how much readers see of it. The
    database counts by itself, whoever writes (comments/counts.py).
    """

    article = models.OneToOneField(
        Article, on_delete=models.CASCADE, primary_key=True, related_name="discussion"
    )
    policy = models.ForeignKey(
        Policy,
        on_delete=models.PROTECT,
        default=STANDARD,
        db_default=STANDARD,
        related_name="+",
        verbose_name=_("policy"),
    )
    comment_count = models.PositiveIntegerField(
        _("public comments"), default=0, db_default=0, editable=False
    )
    thread_count = models.PositiveIntegerField(
        _("public threads"), default=0, db_default=0, editable=False
    )

    objects = DiscussionManager()

    class Meta:
        verbose_name = _("discussion")
        verbose_name_plural = _("discussions")

    def __str__(self) -> str:
        return str(self.article)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the policy. The counts are the database's own."""
        if not self._state.adding:
            kwargs["update_fields"] = {"policy"}
        super().save(*args, **kwargs)

    def lock(self) -> None:
        """
        Look once more whether the post takes comments, and let nobody close or remove it until
        the end of the transaction. Raises Article.DoesNotExist where it is not public any more.
        """
        articles = Article.objects.published().select_for_update().filter(pk=self.article_id)
        self.article.comments_open = articles.values_list("comments_open", flat=True).get()

    @property
    def is_open(self) -> bool:
        return self.policy.is_open_for(self.article)
