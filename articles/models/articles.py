"""Posts, with who signs them and where they are filed."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import connections, models, transaction
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from articles.models.authors import Author
from articles.models.contents import DATES, PLAIN, Contents, as_date, as_text, in_order
from articles.models.former_slugs import FormerSlug
from articles.models.images import Image
from articles.models.picture_uses import PictureUse
from articles.models.revisions import Revision
from articles.models.titled import Titled, one_line, refuse_invisible
from articles.models.topics import Category, Tag
from articles.models.workflow import Workflow
from articles.richtext import RichTextField
from articles.search_words import plain

# How many related posts a page shows, and among how many of the newest they are looked for: a
# page must not cost more the more there is.
RELATED, RELATED_AMONG = 3, 300
WORDS_PER_MINUTE = 230
# Chinese and Japanese put no spaces between words. Their readers take in about as many characters
# a minute as others do words, so each character counts as one.
HAN = r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
WORD = re.compile(rf"[{HAN}]|[^\s{HAN}]+")
SUMMARY_WORDS, SUMMARY_CHARACTERS = 40, 320
LAST_POSITION = 1000

# By hand, because putting this together with the ORM takes longer than the database does.
SHARED = """
2 * (SELECT COUNT(*) FROM articles_article_tags AS theirs
     JOIN articles_article_tags AS ours ON ours.tag_id = theirs.tag_id
     WHERE theirs.article_id = {row}.id AND ours.article_id = %s)
+ (SELECT COUNT(*) FROM articles_filing AS theirs
   JOIN articles_filing AS ours ON ours.category_id = theirs.category_id
   WHERE theirs.article_id = {row}.id AND ours.article_id = %s)
"""
AROUND = f"""
WITH public (id, published_at) AS NOT MATERIALIZED ({{public}})
SELECT id FROM (
    SELECT id FROM public WHERE (published_at, id) < (%s, %s)
    ORDER BY published_at DESC, id DESC LIMIT 1
) AS previous
UNION ALL SELECT id FROM (
    SELECT id FROM public WHERE (published_at, id) > (%s, %s)
    ORDER BY published_at, id LIMIT 1
) AS following
UNION ALL SELECT id FROM (
    SELECT id FROM (
        SELECT id, published_at, {SHARED.format(row="recent")} AS shared FROM (
            SELECT id, published_at FROM public
            ORDER BY published_at DESC, id DESC LIMIT {RELATED_AMONG}
        ) AS recent
    ) AS compared WHERE shared > 0
    ORDER BY shared DESC, published_at DESC, id DESC LIMIT {RELATED + 2}
) AS related
"""  # noqa: S608


class ShowChanges(models.TextChoices):
    """Whether readers can open the page of a post's changes."""

    SITE = "site", _("As on the rest of the site")
    YES = "yes", _("Shown to readers")
    NO = "no", _("Not shown")


class ArticleQuerySet(models.QuerySet["Article"]):
    """The questions that are asked of posts, each by its name."""

    def published(self) -> "ArticleQuerySet":
        """What the public may read at this moment."""
        now = timezone.now()
        return self.filter(status=Article.Status.PUBLISHED, published_at__lte=now).exclude(
            ends_at__isnull=False, ends_at__lte=now
        )

    def next_moment(self, after: datetime) -> datetime | None:
        """When the next post appears or is taken down after that."""
        posts = self.filter(status=Article.Status.PUBLISHED).order_by()
        begins = posts.filter(published_at__gt=after).aggregate(first=models.Min("published_at"))
        ends = posts.filter(ends_at__gt=after).aggregate(first=models.Min("ends_at"))
        return min(filter(None, [begins["first"], ends["first"]]), default=None)

    def drafts(self) -> "ArticleQuerySet":
        """What is being written, and nobody has submitted yet."""
        return self.filter(status=Article.Status.DRAFT)

    def in_review(self) -> "ArticleQuerySet":
        """What waits for an editor: new posts, and pending changes of public ones."""
        # Both by their keys: asked for as one condition, SQLite would go through all posts.
        posts = Article.objects.filter(status=Article.Status.IN_REVIEW).order_by().values("pk")
        changes = Article.objects.filter(changes_in_review=True).order_by().values("pk")
        return self.filter(pk__in=posts.union(changes, all=True))

    def scheduled(self) -> "ArticleQuerySet":
        """What will be public at a time ahead."""
        return self.filter(status=Article.Status.PUBLISHED, published_at__gt=timezone.now())

    def begun(self) -> "ArticleQuerySet":
        """What is published and its date has come, even if it has ended since."""
        return self.filter(status=Article.Status.PUBLISHED, published_at__lte=timezone.now())

    def ended(self) -> "ArticleQuerySet":
        """What readers saw until its end."""
        return self.begun().filter(ends_at__lte=timezone.now())

    def unpublished(self) -> "ArticleQuerySet":
        """What was taken from readers by hand."""
        return self.filter(status=Article.Status.UNPUBLISHED)

    def trashed(self) -> "ArticleQuerySet":
        return self.filter(status=Article.Status.TRASHED)

    def not_trashed(self) -> "ArticleQuerySet":
        return self.exclude(status=Article.Status.TRASHED)

    def trashed_before(self, moment: datetime) -> "ArticleQuerySet":
        """What has been in the trash since before ``moment``."""
        return self.filter(status=Article.Status.TRASHED, trashed_at__lt=moment)

    def at(self, slug: str) -> "Article":
        """
        The one with that slug, or else the one that had it before. Raises Article.DoesNotExist.
        """
        try:
            return self.get(slug=slug)
        except Article.DoesNotExist:
            return self.get(former_slugs__slug=slug)

    def newest_first(self) -> "ArticleQuerySet":
        return self.order_by("-published_at", "-pk")

    def pinned(self) -> "ArticleQuerySet":
        """What leads the home page."""
        return self.filter(pinned=True)

    def of_period(self, start: date, end: date) -> "ArticleQuerySet":
        """
        Published from the beginning of ``start`` to that of ``end`` by the site's calendar. Raises
        OverflowError where one of them is not yet, or no longer, a day by UTC.
        """
        zone = timezone.get_default_timezone()
        first, last = (
            datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
            for day in (start, end)
        )
        return self.filter(published_at__gte=first, published_at__lt=last)

    def around(self, article: "Article") -> "ArticleQuerySet":
        """
        In one query: the public posts before and after ``article`` by date, and the best related
        ones among the newest, which share its tags (these count twice) or its categories. Each has
        how much it ``shared``.
        """
        public = self.published().exclude(pk=article.pk).order_by().values("pk", "published_at")
        sql, params = public.query.sql_with_params()
        published_at = connections[self.db].ops.adapt_datetimefield_value(article.published_at)
        place, ours = [published_at, article.pk], [article.pk] * 2
        around = RawSQL(AROUND.format(public=sql), [*params, *place, *place, *ours])  # noqa: S611
        shared = RawSQL(SHARED.format(row="articles_article"), ours, models.IntegerField())  # noqa: S611
        return self.select_related("lead_image").annotate(shared=shared).filter(pk__in=around)

    def newest(self, count: int) -> "ArticleQuerySet":
        """The ``count`` newest. Only keys are sorted, since sorting long bodies takes long."""
        keys = self.newest_first().values("pk")[:count]
        return Article.objects.filter(pk__in=keys).newest_first()

    def published_since(self, moment: datetime) -> "ArticleQuerySet":
        """What has become public at ``moment`` or later."""
        return self.published().filter(published_at__gte=moment)

    def with_change(self) -> "ArticleQuerySet":
        """
        With ``changed``, when it was published, updated or corrected last: what readers are told.
        Not of drafts.
        """
        updated = Coalesce("updated_at", "published_at")
        return self.annotate(changed=Greatest(updated, "published_at"))

    def with_last_edit(self) -> "ArticleQuerySet":
        """With ``edited``, since when readers see it word for word as it is, if that is known."""
        read = Revision.objects.read().filter(article=models.OuterRef("pk"))
        return self.annotate(edited=models.Subquery(read.values("live_from")[:1]))

    def with_bylines(self) -> "ArticleQuerySet":
        """
        With the lead picture, and with authors and categories in their order: two more queries,
        however many posts.
        """
        return self.select_related("lead_image").prefetch_related("bylines", "filings")

    def with_page_details(self) -> "ArticleQuerySet":
        """With what the page of one post shows; the rest of it is asked for where it is drawn."""
        return self.select_related("lead_image")

    def written_by(self, user: Any) -> "ArticleQuerySet":
        """What ``user`` started or signs as an author."""
        return self.filter(
            models.Q(created_by=user) | models.Q(pk__in=Byline.objects.of(user).values("article"))
        )

    def among_written_by(self, user: Any) -> "ArticleQuerySet":
        """
        The same, by asking each post and not by gathering all of theirs: for where few are looked
        through, or the first of many are wanted in an order that an index has.
        """
        signed = Byline.objects.of(user).filter(article=models.OuterRef("pk"))
        return self.filter(models.Q(created_by=user) | models.Exists(signed))

    def with_pending_changes(self) -> "ArticleQuerySet":
        """Public posts with changes that readers do not see yet, in review or not."""
        pending = Article.objects.filter(pending__isnull=False).order_by().values("pk")
        return self.filter(pk__in=pending)


class Article(Workflow, Titled):
    """
    A post. It is public once its status is published and its date has come, so a scheduled post
    is a published one with a date ahead, and nothing has to run at that second.
    """

    title_field = "title"
    # /2026/11/23/feed/ is the feed of that day.
    reserved = frozenset({"feed"})
    title = models.CharField(_("title"), max_length=200)
    standfirst = models.TextField(
        _("standfirst"),
        max_length=400,
        blank=True,
        help_text=_("One sentence under the title. Lists and search engines show it too."),
    )
    body = RichTextField(_("body"), blank=True)
    lead_image = models.ForeignKey(
        Image,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="leads",
        verbose_name=_("lead picture"),
    )
    authors = models.ManyToManyField(Author, through="Byline", related_name="articles")
    categories = models.ManyToManyField(Category, through="Filing", related_name="articles")
    tags = models.ManyToManyField(Tag, blank=True, related_name="articles", verbose_name=_("tags"))
    pinned = models.BooleanField(
        _("pinned"), default=False, help_text=_("Pinned posts lead the home page.")
    )
    comments_open = models.BooleanField(_("comments open"), default=True)
    show_changes = models.CharField(
        _("changes page"),
        max_length=4,
        choices=ShowChanges,
        default=ShowChanges.SITE,
        help_text=_("Whether readers can see earlier published versions and what changed."),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    saved_at = models.DateTimeField(_("last saved"), auto_now=True)
    updated_at = models.DateTimeField(_("updated"), null=True, blank=True, editable=False)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-pk"]
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        permissions = [("publish_article", "Can publish articles and edit published ones")]
        constraints = [*Workflow.Meta.constraints]
        indexes = [
            # With all that says whether a post is public, and when it changed: whatever counts or
            # passes over many posts needs nothing else of them.
            models.Index(
                fields=["status", "-published_at", "-id", "ends_at", "updated_at"],
                name="article_newest_first",
            ),
            models.Index(
                fields=["status", "-published_at", "-id"],
                name="article_pinned",
                condition=models.Q(pinned=True),
            ),
            models.Index(fields=["-saved_at", "-id"], name="article_saved_last"),
            models.Index(
                fields=["ends_at"], name="article_ends", condition=models.Q(ends_at__isnull=False)
            ),
            models.Index(
                fields=["saved_at"],
                name="article_changes_in_review",
                condition=models.Q(changes_in_review=True),
            ),
        ]

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """
        Saving keeps the old address of a post that readers could open, in the same moment: in
        between nobody would find it.
        """
        self.standfirst = one_line(self.standfirst)
        before = None if self._state.adding else Article.objects.filter(pk=self.pk).first()
        super().save(*args, **kwargs)
        FormerSlug.objects.follow(before, self)
        PictureUse.objects.follow(self)

    def clean(self) -> None:
        super().clean()
        self.standfirst = one_line(self.standfirst)
        if self.standfirst:
            refuse_invisible("standfirst", self.standfirst)

    def get_absolute_url(self) -> str:
        """
        Its address by the site's calendar. Of a post that is not public the shortlink, because the
        slug says what it is about.
        """
        if not self.is_public:
            return self.shortlink
        year, month, day = self.published_on.isoformat().split("-")
        return reverse("articles:article", args=[year, month, day, self.slug])

    @property
    def shortlink(self) -> str:
        return f"{reverse('articles:home')}?p={self.pk}"

    @property
    def published_on(self) -> date:
        """The day of publication in the site's time zone, whatever zone is active."""
        return timezone.localtime(self.published_at, timezone.get_default_timezone()).date()

    @property
    def last_update(self) -> datetime | None:
        """When readers were last told of an update since it was published."""
        told = self.updated_at
        return told if told and self.published_at and told > self.published_at else None

    @cached_property
    def ordered_authors(self) -> list[Author]:
        return [byline.author for byline in self.bylines.all()]

    @cached_property
    def ordered_categories(self) -> list[Category]:
        return [filing.category for filing in self.filings.all()]

    @cached_property
    def ordered_tags(self) -> list[Tag]:
        return list(self.tags.all())

    @cached_property
    def ordered_corrections(self) -> list[Any]:
        return list(self.corrections.all())

    @property
    def byline(self) -> str:
        """The authors' names as text: “A, B and C”."""
        *others, last = [author.name for author in self.ordered_authors] or [""]
        before = pgettext("between names", ", ").join(others)
        return pgettext("between names", " and ").join(filter(None, [before, last]))

    @cached_property
    def word_count(self) -> int:
        return len(WORD.findall(plain(self.body)))

    @property
    def reading_minutes(self) -> int:
        """How long reading it takes, in whole minutes, at least one."""
        return max(1, round(self.word_count / WORDS_PER_MINUTE))

    @cached_property
    def surroundings(self) -> dict[str, Any]:
        """
        The ``previous`` and ``next`` public post by date, each maybe None, and a list of up to
        three others that are ``related``, the best first.
        """
        around = sorted(
            Article.objects.around(self), key=lambda other: (other.published_at, other.pk)
        )
        moment = (self.published_at, self.pk)
        earlier = [other for other in around if (other.published_at, other.pk) < moment]
        later = around[len(earlier) :]
        # Sorting keeps the order by date of those that share as much.
        related = sorted(earlier[:-1] + later[1:], key=lambda other: other.shared)
        return {
            "previous": earlier[-1] if earlier else None,
            "next": later[0] if later else None,
            "related": related[: -RELATED - 1 : -1],
        }

    @property
    def summary(self) -> str:
        """The standfirst, or else the first words of the body, as plain text."""
        if self.standfirst:
            return self.standfirst
        beginning = Truncator(plain(self.body)).words(SUMMARY_WORDS)
        return Truncator(beginning).chars(SUMMARY_CHARACTERS)

    @property
    def contents(self) -> Contents:
        """What a revision keeps, as it is stored now."""
        return {
            **{name: getattr(self, name) for name in PLAIN},
            "lead_image": self.lead_image_id,
            "authors": [byline.author_id for byline in self.bylines.all()],
            "categories": [filing.category_id for filing in self.filings.all()],
            "tags": sorted(tag.pk for tag in self.tags.all()),
            **{name: as_text(getattr(self, name)) for name in DATES},
        }

    def apply(self, contents: Contents) -> None:
        """
        Make the post what ``contents`` say, and save it. Names that they do not have stay; authors,
        categories, tags and pictures that are no more are left out.
        """
        there = {**self.contents, **contents} if self.pk else contents
        for name in PLAIN:
            setattr(self, name, there.get(name, getattr(self, name)))
        for name in DATES:
            setattr(self, name, as_date(there.get(name)))
        self.lead_image = Image.objects.filter(pk=there.get("lead_image")).first()
        self.save()
        self.sign(*in_order(Author, there.get("authors", ())))
        self.file_under(*in_order(Category, there.get("categories", ())))
        self.tags.set(Tag.objects.filter(pk__in=there.get("tags", ())))
        self.forget_cached()

    def forget_cached(self) -> None:
        """Ask the database again for authors, categories, tags and what follows from the text."""
        for name in (
            "ordered_authors",
            "ordered_categories",
            "ordered_tags",
            "word_count",
            "surroundings",
        ):
            self.__dict__.pop(name, None)
        self._prefetched_objects_cache = {}

    @property
    def changes_shown(self) -> bool:
        """Whether readers can open the page of its changes, once there are any."""
        if self.show_changes == ShowChanges.SITE:
            return settings.SHOW_CHANGES
        return self.show_changes == ShowChanges.YES

    @staticmethod
    def signers(keys: Iterable[int]) -> list[Author]:
        """Those of the authors with these ``keys`` who are still there."""
        return in_order(Author, keys)

    @property
    def has_changes(self) -> bool:
        """Whether readers can open the page of its changes, and there are any."""
        shown = self.pk is not None and self.is_public and self.changes_shown
        return shown and self.revisions.with_changes()

    def sign(self, *authors: Author) -> None:
        """Make ``authors``, in this order, the ones who sign the post."""
        self.bylines.all().delete()
        Byline.objects.bulk_create(
            Byline(article=self, author=author, position=position)
            for position, author in enumerate(authors, 1)
        )

    def file_under(self, *categories: Category) -> None:
        """Put the post in ``categories``, in this order."""
        self.filings.all().delete()
        Filing.objects.bulk_create(
            Filing(article=self, category=category, position=position)
            for position, category in enumerate(categories, 1)
        )


class BylineManager(models.Manager["Byline"]):
    """Bylines always come with their author."""

    def get_queryset(self) -> models.QuerySet["Byline"]:
        return super().get_queryset().select_related("author")

    def of(self, user: Any) -> models.QuerySet["Byline"]:
        """What ``user`` signs."""
        return self.filter(author__user=user)


class FilingManager(models.Manager["Filing"]):
    """Filings always come with their category."""

    def get_queryset(self) -> models.QuerySet["Filing"]:
        return super().get_queryset().select_related("category")


class Byline(models.Model):
    """One author of one post, at their place in “By A, B and C”."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="bylines")
    author = models.ForeignKey(
        Author, on_delete=models.PROTECT, related_name="bylines", verbose_name=_("author")
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=1, validators=[MaxValueValidator(LAST_POSITION)]
    )

    objects = BylineManager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        constraints = [
            models.UniqueConstraint(fields=["article", "author"], name="byline_author_once"),
        ]

    def __str__(self) -> str:
        return str(self.author)


class Filing(models.Model):
    """One category of one post, at its place in the editor's order."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="filings")
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="filings", verbose_name=_("category")
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=1, validators=[MaxValueValidator(LAST_POSITION)]
    )

    objects = FilingManager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        constraints = [
            models.UniqueConstraint(fields=["article", "category"], name="filing_category_once"),
        ]

    def __str__(self) -> str:
        return str(self.category)
