"""The form in which posts are written: what it takes, what it refuses, and what its buttons do."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles import permissions
from articles.checklist import Story, errors
from articles.models import Article, Author, Category
from articles.models.contents import DATES, FIELDS, Contents, as_date, as_text
from articles.models.workflow import EARLIEST, EMBARGOED, ENDS_TOO_EARLY, Stale
from articles.outline import outline

# The buttons that do more than save, by the name that the browser sends, with what each needs.
BUTTONS = {
    "_submit": permissions.SUBMIT,
    "_take_back": permissions.TAKE_BACK,
    "_request_changes": permissions.REQUEST_CHANGES,
    "_publish": permissions.PUBLISH,
    "_schedule": permissions.PUBLISH,
    "_publish_changes": permissions.PUBLISH_CHANGES,
    "_discard_changes": permissions.DISCARD_CHANGES,
    "_unpublish": permissions.UNPUBLISH,
}
OF_EDITORS = ("published_at", "embargo_until", "ends_at", "pinned", "comments_open", "show_changes")
OF_PUBLIC = ("is_update", "correction")


class OrderedChoice(forms.ModelMultipleChoiceField):
    """Several objects in the order in which they were chosen."""

    def clean(self, value: Any) -> list[Any]:
        found = {str(each.pk): each for each in super().clean(value)}
        return [found[str(key)] for key in dict.fromkeys(map(str, value or ()))]


class ArticleForm(forms.ModelForm):
    """
    One post. ``request`` and ``may`` (see articles.permissions) are set by the admin. ``start`` are
    contents to begin with other than the stored ones: pending changes, or unsaved work.
    """

    request: Any = None
    may: frozenset[str] = frozenset()
    start: dict[str, Any] | None = None

    authors = OrderedChoice(
        label=_("Authors"),
        queryset=Author.objects.all(),
        required=False,
        help_text=_("In the order in which they sign."),
        error_messages={"invalid_choice": _("One of these authors is no more: choose again.")},
    )
    categories = OrderedChoice(
        label=_("Categories"),
        queryset=Category.objects.all(),
        required=False,
        help_text=_("In the order in which they are named; the first one counts most."),
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
        help_text=_("For your colleagues: what you changed, or what is missing."),
    )
    is_update = forms.BooleanField(
        label=_("This is an update"),
        required=False,
        help_text=_("Shows readers the present time as “Updated”. Leave it off for small changes."),
    )
    correction = forms.CharField(
        label=_("Correction"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
        help_text=_(
            "What was wrong, and what is right now. Readers see it with today’s date once the "
            "changes are published. Leave it empty if nothing was wrong."
        ),
    )
    # The version that the writer began with.
    base = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Article
        fields = "__all__"  # noqa: DJ007  (the admin's fieldsets name them)
        widgets = {"title": forms.TextInput(attrs={"class": "vLargeTextField"})}
        error_messages = {
            "slug": {"unique": _("Another post has this address already: choose another slug.")}
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stale: Stale | None = None
        # What carrying it out came to, as a sentence for the writer.
        self.done = ""
        article = self.instance
        # As it is stored: validation writes what was typed into the instance.
        self.has_begun, self.is_scheduled = article.has_begun, article.is_scheduled
        contents = article.contents if article.pk else {}
        if article.pk:
            self.initial |= {name: contents[name] for name in ("authors", "categories")}
        if article.pending_id:
            self.initial |= initial_of(article.pending.contents)
        self.initial |= self.start or {}
        self.initial["base"] = article.version

    @property
    def button(self) -> str:
        """The name of the button that was pressed, of those that do more than save."""
        return next((name for name in BUTTONS if name in self.data), "")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.refuse_what_was_not_seen()
        self.refuse_what_is_not_allowed()
        if self.button in ("_publish", "_schedule", "_publish_changes") or self.is_scheduled:
            self.refuse_unready(data)
        if self.button == "_request_changes" and not data.get("note"):
            self.add_error("note", _("Say in a note what should be changed."))
        if data.get("correction") and not self.has_begun:
            self.add_error(
                "correction",
                _("Only a published post can be corrected: change the text itself."),
            )
        return data

    def refuse_what_was_not_seen(self) -> None:
        """Somebody else has saved the post since this form was opened: show both, save none."""
        if self.instance.pk is None:
            return
        stored = Article.objects.select_for_update(of=("self",)).get(pk=self.instance.pk)
        self.has_begun, self.is_scheduled = stored.has_begun, stored.is_scheduled
        self.may = permissions.allowed(self.request.user, stored)
        seen = self.cleaned_data.get("base")
        if seen is None or stored.version == seen:
            return
        self.stale = Stale(stored)
        # Once both have been seen, saving again is a decision.
        self.data = self.data.copy()
        self.data[self.add_prefix("base")] = str(stored.version)
        raise ValidationError(
            gettext(
                "This post was saved by somebody else while you were writing. Both texts are "
                "below and nothing is lost: bring over what you need, then save again."
            ),
            code="stale",
        )

    def refuse_what_is_not_allowed(self) -> None:
        """The buttons show what may be done; what was allowed may not be any more."""
        if {permissions.EDIT, BUTTONS.get(self.button, permissions.EDIT)} <= self.may:
            return
        raise ValidationError(
            gettext(
                "This cannot be done any more: the post or your role has changed meanwhile. Your "
                "text is below, so that you can copy it."
            )
        )

    def refuse_unready(self, data: dict[str, Any]) -> None:
        """What must be there before readers see the post."""
        now, at = timezone.now(), data.get("published_at")
        story = Story(
            title=data.get("title", ""),
            outline=outline(data.get("body") or ""),
            authors=len(data.get("authors") or ()),
        )
        for found in errors(story):
            if found.field not in self.errors:
                self.add_error(found.field, found.text)
        if "published_at" in self.errors:
            return
        problem = ""
        if self.button == "_publish" and (at is None or at > now):
            data["published_at"] = at = now
        elif self.button == "_publish_changes" and (at is None or at > now):
            problem = _("This post is public: its date cannot be ahead. Unpublish it first.")
        elif self.button not in ("_publish", "_publish_changes") and (
            at is None or EARLIEST <= at <= now
        ):
            problem = _("Enter a date ahead to schedule the post, or press “Publish now”.")
        if problem:
            self.add_error("published_at", problem)
        elif data.get("embargo_until") and at < data["embargo_until"]:
            self.add_error("embargo_until", EMBARGOED)
        elif data.get("ends_at") and data["ends_at"] <= at:
            self.add_error("ends_at", ENDS_TOO_EARLY)

    @property
    def contents(self) -> Contents:
        """What was typed, as a revision keeps it; what the form does not show is left out."""
        data = {name: self.cleaned_data[name] for name in FIELDS if name in self.cleaned_data}
        for name in ("authors", "categories", "tags"):
            if name in data:
                data[name] = [each.pk for each in data[name]]
        if "tags" in data:
            data["tags"].sort()
        if "lead_image" in data:
            data["lead_image"] = data["lead_image"] and data["lead_image"].pk
        return data | {name: as_text(data[name]) for name in DATES if name in data}

    def carry_out(self, by: Any) -> Article:
        """Keep what was typed, then do what the button says. The form must be valid."""
        article, note = self.instance, self.cleaned_data.get("note", "")
        base = self.cleaned_data.get("base") if article.pk else None
        if article.pk is None:
            article.created_by = by
        if not self.has_begun:
            article.revise(self.contents, by, note, base)
        else:
            article.refresh_from_db()
            article.forget_cached()
            extra = {name: self.cleaned_data.get(name) for name in OF_PUBLIC}
            typed = self.contents | {name: value for name, value in extra.items() if value}
            if self.button == "_publish_changes":
                article.publish_changes(typed, by, note, base)
            elif self.differs(typed):
                article.propose(typed, by, note, base)
        match self.button:
            case "_publish" | "_schedule":
                article.publish(self.cleaned_data.get("published_at"), by, note)
            case "_submit":
                article.submit(by, note)
            case "_take_back":
                article.take_back(by, note)
            case "_request_changes":
                article.request_changes(by, note)
            case "_discard_changes":
                article.discard_changes(by, note)
            case "_unpublish":
                article.unpublish(by, note)
        return article

    def differs(self, typed: Contents) -> bool:
        """Whether ``typed`` says something else than the pending changes, or what readers see."""
        article = self.instance
        kept = article.pending.contents if article.pending else article.contents
        return any(kept.get(name) != value for name, value in typed.items())


def initial_of(contents: Contents) -> dict[str, Any]:
    """What a form of ``contents`` begins with."""
    return contents | {name: as_date(contents.get(name)) for name in DATES}
