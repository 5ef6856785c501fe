"""The list of posts in the admin: what can be asked of it, one page of it, and what a row shows."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles import search
from articles.keyset import Cursor, Place, page
from articles.models import Article, ArticleQuerySet, Author, Byline, Category, Filing, Presence
from articles.models.editing import PRESENT
from articles.models.workflow import EARLIEST, LATEST
from articles.search_words import parse

PAGE_SIZE = 50
# Nothing is counted beyond it: a list must not cost more the more there is.
MOST_COUNTED = 1_000
# More posts than these are not looked up one by one and put in order.
MANY = 3_000
# So many authors are suggested while a name is typed; others are found as well.
SUGGESTED = 200


class State(models.TextChoices):
    """Where a post is on its way, as people ask for it: a status says less, and knows no date."""

    DRAFT = "draft", _("Drafts")
    IN_REVIEW = "review", _("In review")
    SCHEDULED = "scheduled", _("Scheduled")
    PUBLIC = "public", _("Published")
    ENDED = "ended", _("Ended")
    UNPUBLISHED = "unpublished", _("Unpublished")
    TRASHED = "trash", _("Trash")

    @classmethod
    def of(cls, article: Article) -> "State":
        if article.status != Article.Status.PUBLISHED:
            return cls(article.status)
        if article.is_public:
            return cls.PUBLIC
        return cls.ENDED if article.has_begun else cls.SCHEDULED


# Each with the field that its list goes by.
IN_STATE = {
    "": (ArticleQuerySet.not_trashed, "-saved_at"),
    State.DRAFT: (ArticleQuerySet.drafts, "-saved_at"),
    State.IN_REVIEW: (ArticleQuerySet.in_review, "-saved_at"),
    State.SCHEDULED: (ArticleQuerySet.scheduled, "published_at"),
    State.PUBLIC: (ArticleQuerySet.published, "-published_at"),
    State.ENDED: (ArticleQuerySet.ended, "-published_at"),
    State.UNPUBLISHED: (ArticleQuerySet.unpublished, "-saved_at"),
    State.TRASHED: (ArticleQuerySet.trashed, "-saved_at"),
}
ORDERS = {
    "-saved_at": _("Last saved first."),
    "published_at": _("The next one first."),
    "-published_at": _("Last published first."),
}


class CursorField(forms.CharField):
    def to_python(self, value: Any) -> Cursor | None:
        try:
            return Cursor.read(value) if value else None
        except (ValueError, OverflowError) as error:
            raise forms.ValidationError(_("There is no such place in the list.")) from error


class Question(forms.Form):
    """What is asked of the list. What makes no sense is left out and named in ``errors``."""

    q = forms.CharField(
        label=_("Words"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    state = forms.ChoiceField(choices=State, required=False, widget=forms.HiddenInput)
    category = forms.ModelChoiceField(
        Category.objects.all(), label=_("Category"), required=False, empty_label=_("All")
    )
    author = forms.CharField(
        label=_("Author"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"list": "authors", "autocomplete": "off"}),
    )
    mine = forms.BooleanField(label=_("Only mine"), required=False)
    day = forms.DateField(required=False, widget=forms.HiddenInput)
    older = CursorField(required=False, widget=forms.HiddenInput)
    newer = CursorField(required=False, widget=forms.HiddenInput)
    last = forms.BooleanField(required=False, widget=forms.HiddenInput)

    PLACE = ("older", "newer", "last")

    def __init__(self, data: Any, user: Any) -> None:
        super().__init__(data, auto_id="filter-%s", label_suffix="")
        self.user = user
        self.full_clean()
        known = self.cleaned_data
        self.chosen_state: str = known.get("state") or ""
        self.place = Place(known.get("older"), known.get("newer"), bool(known.get("last")))
        self.narrow_by_state, self.order = IN_STATE[self.chosen_state]
        if known.get("day"):
            self.order = "published_at"

    def clean_q(self) -> str:
        # What a browser sends as one can be no text for the database.
        return self.cleaned_data["q"].replace("\0", "")

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        if day and not EARLIEST.date() < day < LATEST.date():
            raise forms.ValidationError(_("There is no such day."))
        return day

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the state and the page is asked for."""
        known = self.cleaned_data
        return any(known.get(name) for name in ("q", "category", "author", "mine", "day"))

    def narrow(self, articles: ArticleQuerySet) -> ArticleQuerySet:
        """Those of ``articles`` that are asked for; the words are looked for elsewhere."""
        known = self.cleaned_data
        found = self.narrow_by_state(articles)
        if day := known.get("day"):
            found = found.filter(status=Article.Status.PUBLISHED)
            found = found.of_period(day, day + timedelta(days=1))
        if category := known.get("category"):
            found = linked(found, Filing.objects.filter(category=category))
        if author := known.get("author"):
            people = Author.objects.filter(name__iexact=author)
            if not people.exists():
                people = Author.objects.filter(name__icontains=author)
            found = linked(found, Byline.objects.filter(author__in=people.order_by().values("pk")))
        if known.get("mine"):
            own = Article.objects.written_by(self.user)
            found = (
                found.among_written_by(self.user) if are_many(own) else found.written_by(self.user)
            )
        return found

    def address(self, **changes: Any) -> str:
        """The query string that asks the same but for ``changes``, from the first page on."""
        asked = self.data.copy()
        for name in self.PLACE:
            asked.pop(name, None)
        for name, value in changes.items():
            if value:
                asked[name] = str(value)
            else:
                asked.pop(name, None)
        return f"?{asked.urlencode()}"

    @property
    def tabs(self) -> list[dict[str, Any]]:
        """The states, each with the address of its list."""
        return [
            {
                "label": label,
                "address": self.address(state=state, day=""),
                "is_current": state == self.chosen_state,
            }
            for state, label in [("", _("All")), *State.choices]
        ]

    @property
    def plain(self) -> str:
        """The address of the whole list of this state."""
        return self.address(q="", category="", author="", mine="", day="")

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What the form sends along unseen: all that it has no input for, but the page."""
        shown = {"q", "category", "author", "mine", *self.PLACE}
        return [
            (name, value)
            for name, values in self.data.lists()
            if name not in shown
            for value in values
        ]

    @property
    def problems(self) -> list[str]:
        return [str(problem) for problems in self.errors.values() for problem in problems]

    @cached_property
    def suggestions(self) -> list[str]:
        return list(Author.objects.order_by("name").values_list("name", flat=True)[:SUGGESTED])


def are_many(rows: models.QuerySet) -> bool:
    return rows.order_by().values("pk")[: MANY + 1].count() > MANY


def linked(articles: ArticleQuerySet, links: models.QuerySet) -> ArticleQuerySet:
    """
    Those of ``articles`` that ``links`` (bylines or filings) lead to. Few links are followed; where
    there are many, the posts are asked in the order of the list until a page is full.
    """
    if are_many(links):
        return articles.filter(models.Exists(links.filter(article=models.OuterRef("pk"))))
    return articles.filter(pk__in=links.order_by().values("article"))


class ArticleChangeList(ChangeList):
    """One page of posts: their keys by an index, never by an offset, then what the rows show."""

    def __init__(self, request: Any, *args: Any, **kwargs: Any) -> None:
        self.question = Question(request.GET, request.user)
        super().__init__(request, *args, **kwargs)
        if not self.is_popup:
            self.title = capfirst(self.opts.verbose_name_plural)

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        """None of Django's own: the list is narrowed by its question alone."""
        return {}

    def get_queryset(self, request: Any, exclude_parameters: Any = None) -> ArticleQuerySet:
        found = super().get_queryset(request, exclude_parameters)
        return self.question.narrow(found)

    def get_results(self, request: Any) -> None:
        place, order = self.question.place, self.question.order
        found = page(self.queryset, order, place, self.list_per_page)
        self.result_list = self.model_admin.rows(request, found.keys)
        self.newest = self.question.address() if found.newer else ""
        self.newer = self.question.address(newer=found.newer) if found.newer else ""
        self.older = self.question.address(older=found.older) if found.older else ""
        self.oldest = self.question.address(last=1) if found.older else ""
        self.result_count = len(found.keys)
        if found.newer or found.older:
            self.result_count = self.queryset.order_by().values("pk")[: MOST_COUNTED + 1].count()
        self.is_more = self.result_count > MOST_COUNTED
        self.order = ORDERS[order]
        # What Django's templates ask for: the pages have no numbers.
        self.full_result_count, self.show_full_result_count = None, False
        self.show_admin_actions = bool(found.keys)
        self.can_show_all = self.multi_page = False
        self.paginator = Paginator(self.result_list, self.list_per_page)

    @property
    def count_text(self) -> str:
        """How many there are, in words."""
        if self.result_count == 0:
            return ""
        if self.is_more:
            return gettext("More than 1,000 posts.")
        if self.result_count == 1:
            return gettext("1 post.")
        return gettext("%(count)d posts.") % {"count": self.result_count}


class BoundedPaginator(Paginator):
    """For Django's autocomplete inputs, which count: not beyond ``MOST_COUNTED``."""

    @cached_property
    def count(self) -> int:
        return self.object_list.order_by().values("pk")[:MOST_COUNTED].count()


class ArticleListAdmin(admin.ModelAdmin):
    """The list of posts."""

    list_display = ["thumbnail", "headline", "badge", "names", "filed", "date"]
    list_display_links = ["headline"]
    list_per_page = PAGE_SIZE
    list_select_related = ["lead_image"]
    # Filled for the sake of the search form: the words are looked for in the search index.
    search_fields = ["title"]
    sortable_by = ()
    show_full_result_count = False
    paginator = BoundedPaginator
    empty_value_display = ""

    def get_changelist(self, request, **kwargs):
        return ArticleChangeList

    def changelist_view(self, request, extra_context=None):
        # The list needs nothing of the editor's scripts and styles.
        media = admin.ModelAdmin.media.fget(self)
        return super().changelist_view(request, {"media": media, **(extra_context or {})})

    def get_search_results(self, request, queryset, search_term):
        if not search_term.strip():
            return queryset, False
        return search.matching(queryset, parse(search_term)), False

    def rows(self, request, keys):
        """The posts with these ``keys``, in their order, with all that a row shows."""
        found = (
            Article.objects.with_bylines()
            .select_related(*self.list_select_related)
            .defer("body", "standfirst")
            .in_bulk(keys)
        )
        for presence in present_at(keys).exclude(user=request.user):
            found[presence.article_id].__dict__.setdefault("editing", []).append(presence.user)
        return [found[key] for key in keys if key in found]

    # Columns

    def action_checkbox(self, article):
        # By hand: Django's widget takes as long as all other columns together.
        return format_html(
            '<input type="checkbox" name="{}" value="{}" class="action-select" aria-label="{}">',
            ACTION_CHECKBOX_NAME,
            article.pk,
            gettext("Choose “%(title)s”") % {"title": article.title},
        )

    @admin.display(description=_("picture"))
    def thumbnail(self, article):
        if article.lead_image is None:
            return ""
        shown = article.lead_image.offered(article.lead_image.formats[-1])
        file = shown[0] if shown else article.lead_image.original
        # The title beside it says more than the description of the picture would.
        return format_html(
            '<img src="{}" width="{}" height="{}" alt="" loading="lazy" decoding="async">', *file
        )

    @admin.display(description=_("title"))
    def headline(self, article):
        return format_html('<bdi class="headline">{}</bdi>', article.title)

    @admin.display(description=_("status"))
    def badge(self, article):
        marks = []
        if article.changes_in_review:
            marks.append(gettext("Changes in review"))
        elif article.pending_id:
            marks.append(gettext("Pending changes"))
        if article.pinned:
            marks.append(gettext("Pinned"))
        for user in article.__dict__.get("editing", ()):
            marks.append(gettext("%(name)s is editing") % {"name": name_of(user)})
        state = State.of(article)
        is_published = article.status == Article.Status.PUBLISHED
        label = state.label if is_published else article.get_status_display()
        badge = format_html('<span class="state {}">{}</span>', state.value, label)
        return badge + format_html_join("", '<span class="mark">{}</span>', ((m,) for m in marks))

    @admin.display(description=_("authors"))
    def names(self, article):
        return article.byline

    @admin.display(description=_("categories"))
    def filed(self, article):
        return ", ".join(category.name for category in article.ordered_categories)

    @admin.display(description=_("date"))
    def date(self, article):
        if article.status == Article.Status.PUBLISHED:
            return when(article.published_at)
        label = gettext("Saved %(date)s")
        return format_html(
            '<span class="quiet">{}</span>', label % {"date": when(article.saved_at)}
        )


def present_at(keys):
    """Who has the form of one of these posts open at this moment, the first to come first."""
    since = timezone.now() - PRESENT
    found = Presence.objects.filter(article__in=keys, last_active__gte=since)
    return found.select_related("user").order_by("since")


def name_of(user):
    """How colleagues call ``user``."""
    return user.get_full_name() or user.get_username()


def when(moment):
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
