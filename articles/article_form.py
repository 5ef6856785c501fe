"""The form in which posts are written: what it takes, what it refuses, and what its buttons do."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles import permissions
from articles.checklist import blocking
from articles.models import Article, Author, Category
from articles.models.contents import (
    DATES,
    FIELDS,
    OF_PUBLIC,
    Contents,
    as_date,
    as_text,
    changed_fields,
)
from articles.models.workflow import (
    EARLIEST,
    EMBARGOED,
    ENDS_TOO_EARLY,
    NO_DATE,
    NOT_AHEAD,
    Stale,
    Verb,
)
from articles.richtext import clean
from articles.standing import done

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
    "_trash": permissions.TRASH,
}
# What these buttons leave on record. The last two of the above ask first, on a page of their own.
VERBS = {
    "_submit": (Verb.SUBMIT,),
    "_take_back": (Verb.TAKE_BACK,),
    "_request_changes": (Verb.REQUEST_CHANGES,),
    "_publish": (Verb.PUBLISH, Verb.SCHEDULE),
    "_schedule": (Verb.PUBLISH, Verb.SCHEDULE),
    "_publish_changes": (Verb.PUBLISH_CHANGES,),
    "_discard_changes": (Verb.DISCARD_CHANGES,),
}
# Who presses a button twice does so within this time.
TWICE = timedelta(minutes=2)
OF_EDITORS = ("published_at", "embargo_until", "ends_at", "pinned", "comments_open", "show_changes")


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
        # Whether the same was sent before, by pressing a button twice.
        self.is_repeated = False
        # What carrying it out came to, as a sentence for the writer.
        self.done = ""
        article = self.instance
        # As it is stored: validation writes what was typed into the instance.
        self.has_begun, self.is_scheduled = article.has_begun, article.is_scheduled
        self.dates = {name: getattr(article, name) for name in DATES}
        contents = article.contents if article.pk else {}
        if article.pk:
            self.initial |= {name: contents[name] for name in ("authors", "categories")}
        if article.pending_id:
            self.initial |= initial_of(article.pending.contents)
        self.initial |= self.start or {}
        self.initial["base"] = article.version
        for field in self.fields.values():
            if hasattr(field.widget, "group_label"):
                field.widget.group_label = field.label
        if "note" in self.fields:
            self.fields["note"].label, self.fields["note"].help_text = self.about_note()

    def about_note(self) -> tuple[Any, Any]:
        """What the note is for in the state that the post is in, as label and help text."""
        if permissions.REQUEST_CHANGES in self.may and self.instance.is_in_review:
            return _("Note to the writer"), _("Needed to request changes: say what is missing.")
        if permissions.SUBMIT in self.may and permissions.PUBLISH not in self.may:
            return _("Note to the editors"), _("What they should know when you submit the post.")
        return _("Note"), _("For your colleagues: what you changed, or what is missing.")

    @property
    def button(self) -> str:
        """The name of the button that was pressed, of those that do more than save."""
        return next((name for name in BUTTONS if name in self.data), "")

    @property
    def date(self) -> datetime | None:
        """The publication date in the form where one can be read, or else the stored one."""
        stored = self.dates["published_at"]
        return getattr(self, "cleaned_data", {}).get("published_at", stored)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if refusal := getattr(self.request, "refusal", None):
            # What a step found out when it was taken.
            raise ValidationError(refusal.messages)
        self.refuse_what_was_not_seen()
        if self.is_repeated:
            return data
        self.refuse_what_is_not_allowed()
        if self.button in ("_publish", "_schedule", "_publish_changes") or self.is_scheduled:
            self.refuse_unready(data)
        if self.button == "_submit" and self.has_begun:
            self.refuse_empty_handed()
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
        if self.was_sent_before(stored):
            self.is_repeated = True
            return
        self.stale = Stale(stored)
        # Once both have been seen, saving again is a decision.
        self.data = self.data.copy()
        self.data[self.add_prefix("base")] = str(stored.version)
        newest = stored.revisions.newest_first().first()
        told = gettext(
            "This post was saved by somebody else while you were writing. Both texts are below "
            "and nothing is lost: bring over what you need, then save again."
        )
        if newest and newest.by_id == self.request.user.pk:
            told = gettext(
                "You have saved this post since this form was opened, here or in another tab. "
                "Both texts are below and nothing is lost: bring over what you need, then save "
                "again."
            )
        raise ValidationError(told, code="stale")

    def was_sent_before(self, stored: Article) -> bool:
        """Whether this very form has come in already: a button was pressed twice."""
        user, since = self.request.user, timezone.now() - TWICE
        newest = stored.revisions.newest_first().first()
        if newest is None or newest.by_id != user.pk or newest.at < since:
            return False
        if not self.says_the_same(newest.contents, stored, since):
            return False
        verbs = VERBS.get(self.button)
        last = stored.events.first()
        return not verbs or (
            last is not None and last.by_id == user.pk and last.verb in verbs and last.at >= since
        )

    def says_the_same(self, kept: Contents, stored: Article, since: datetime) -> bool:
        """Whether the form holds nothing but ``kept``, and what was made of it ``since``."""
        typed = self.contents
        if self.button == "_publish":
            # The button has set the date itself.
            typed.pop("published_at", None)
        if not typed.get("slug"):
            # One was made from the title.
            typed.pop("slug", None)
        if changed_fields(initial_of(kept), parsed(typed)):
            return False
        correction = self.cleaned_data.get("correction") or ""
        is_update = bool(self.cleaned_data.get("is_update"))
        if self.button != "_publish_changes":
            before = kept.get("correction") or "", bool(kept.get("is_update"))
            return not self.has_begun or (correction, is_update) == before
        made = stored.corrections.filter(text=correction, corrected_at__gte=since)
        if correction and not made.exists():
            return False
        return bool(kept.get("is_update")) == (is_update or bool(correction))

    def refuse_empty_handed(self) -> None:
        """Of a public post, only changes can be submitted."""
        if not self.errors and not self.instance.pending_id and not self.differs(self.typed):
            raise ValidationError(
                gettext("There is nothing to submit yet: change something in the post first.")
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
        authors = len(data.get("authors") or ())
        for found in blocking(data.get("title", ""), data.get("body") or "", authors):
            if found.field not in self.errors:
                self.add_error(found.field, found.text)
        if "published_at" in self.errors:
            return
        problem = ""
        if self.button == "_publish" and (at is None or at > now):
            data["published_at"] = at = now.replace(microsecond=0)
        elif self.button == "_publish_changes":
            if "published_at" in self.fields and (at is None or at > now):
                problem = NOT_AHEAD if at else NO_DATE
        elif self.button != "_publish" and (at is None or EARLIEST <= at <= now):
            problem = _("Enter a date ahead to schedule the post, or press “Publish now”.")
        if problem:
            self.add_error("published_at", problem)
        elif data.get("embargo_until") and at < data["embargo_until"]:
            self.add_error("embargo_until", EMBARGOED)
        elif data.get("ends_at") and data["ends_at"] <= self.begins(at, now):
            self.add_error("ends_at", ENDS_TOO_EARLY)

    def begins(self, at: datetime, now: datetime) -> datetime:
        """From when readers would see the post; one that they saw may have ended."""
        return at if self.button == "_publish_changes" else max(at, now)

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
        if "body" in data:
            data["body"] = clean(data["body"])
        dates = {name: as_text(self.to_the_second(name)) for name in DATES if name in data}
        return data | dates

    def to_the_second(self, name: str) -> datetime | None:
        """The date that was typed: the stored one, fractions included, where it shows the same."""
        typed, stored = self.cleaned_data[name], self.dates[name]
        return stored if stored and typed == stored.replace(microsecond=0) else typed

    @property
    def typed(self) -> Contents:
        """``contents``, with what only the next version of a public post has."""
        extra = {name: self.cleaned_data[name] for name in OF_PUBLIC if name in self.cleaned_data}
        return self.contents | extra

    def carry_out(self, by: Any) -> Article:
        """
        Keep what was typed, then do what the button says. The form must be valid. Raises what the
        verbs of the post raise.
        """
        article, note = self.instance, self.cleaned_data.get("note", "")
        base, before = self.cleaned_data.get("base") if article.pk else None, article.version
        if self.is_repeated:
            article.refresh_from_db()
            self.done = done(article, self.button, self.request)
            return article
        if article.pk is None:
            article.created_by = by
        if self.publishes:
            date = self.to_the_second("published_at")
            article.publish(date, by, note, self.contents, base)
        elif not self.has_begun:
            article.revise(self.contents, by, note, base)
        else:
            article.refresh_from_db()
            article.forget_cached()
            if self.button == "_publish_changes":
                article.publish_changes(self.typed, by, note, base)
            elif self.differs(self.typed):
                article.propose(self.typed, by, note, base)
        self.take_step(article, by, note)
        self.done = done(article, self.button, self.request, article.version != before)
        return article

    @property
    def publishes(self) -> bool:
        """Whether the post gets a date by this form. Those concerned hear of another one, too."""
        if self.button in ("_publish", "_schedule"):
            return True
        if self.button or not self.is_scheduled:
            return False
        return self.to_the_second("published_at") != self.dates["published_at"]

    def take_step(self, article: Article, by: Any, note: str) -> None:
        match self.button:
            case "_submit":
                article.submit(by, note)
            case "_take_back":
                article.take_back(by, note)
            case "_request_changes":
                article.request_changes(by, note)
            case "_discard_changes":
                article.discard_changes(by, note)
            case "_unpublish" if self.is_scheduled:
                article.unpublish(by, note)

    def differs(self, typed: Contents) -> bool:
        """Whether ``typed`` says something else than the pending changes, or what readers see."""
        article = self.instance
        kept = article.pending.contents if article.pending else article.contents
        return any((kept.get(name) or None) != (value or None) for name, value in typed.items())


def parsed(contents: Contents) -> dict[str, Any]:
    """``contents`` with such of their dates as they have as dates."""
    return contents | {name: as_date(contents[name]) for name in DATES if name in contents}


def initial_of(contents: Contents) -> dict[str, Any]:
    """What a form of ``contents`` begins with."""
    return contents | {name: as_date(contents.get(name)) for name in DATES}
