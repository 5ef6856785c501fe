from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from articles.admin_keys import CheckedAdmin
from comments.matching import Text, parse
from comments.models import Block, Comment, Policy, WordRule
from comments.networks import network_hash
from comments.text import domains

# Among how many of the last published comments a new rule is tried, and how many it shows.
TRIED = 1_000
SHOWN = 50
AROUND = 150
# More days, seconds or comments than anybody wants, and still no date beyond the calendar's end.
HIGHEST = 9_999


class RulesAdmin(CheckedAdmin):
    """For all that rules are made of."""

    class Media:
        css = {"all": ["comments/rules_admin.css"]}


class SignedAdmin(RulesAdmin):
    """For what remembers who wrote it."""

    def save_model(self, request, obj, form, change):
        if not change:
            obj.by = request.user
        super().save_model(request, obj, form, change)


@admin.register(Policy)
class PolicyAdmin(RulesAdmin):
    actions = None  # Each is deleted by itself, and told why it cannot be.
    list_display = ["name", "hold_all", "approved_needed", "closes_after_days", "most_links"]
    fieldsets = [
        (None, {"fields": ["name", "closes_after_days", "newest_first", "edit_minutes"]}),
        (_("Who is read at once"), {"fields": ["hold_all", "approved_needed"]}),
        (
            _("What waits for a moderator"),
            {
                "fields": [
                    *("most_links", "least_seconds", "flood_comments", "flood_minutes"),
                    *("most_rejections", "reports_needed"),
                ]
            },
        ),
    ]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if isinstance(db_field, models.IntegerField):
            kwargs["max_value"] = HIGHEST
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def delete_view(self, request, object_id, extra_context=None):
        policy = self.get_object(request, unquote(object_id))
        may_delete = policy and self.has_delete_permission(request, policy)
        if may_delete and (reason := policy.why_kept()):
            self.message_user(request, reason, messages.ERROR)
            return HttpResponseRedirect(reverse("admin:comments_policy_change", args=[policy.pk]))
        return super().delete_view(request, object_id, extra_context)


class WordRuleForm(forms.ModelForm):
    """A word rule; with the button “Test” it is shown again instead of being saved."""

    class Meta:
        model = WordRule
        fields = ["words", "verdict", "note", "is_active"]
        help_texts = {
            "words": _(
                "A word or a phrase. It matches whole words, whatever their case, accents or "
                "look-alike letters; * stands for any further letters."
            )
        }
        error_messages = {"words": {"unique": _("There is a rule with these words already.")}}

    @property
    def is_test(self):
        return self.is_bound and "_test" in self.data

    def is_valid(self):
        return super().is_valid() and not self.is_test

    def clean_words(self):
        words = " ".join(self.cleaned_data["words"].split())
        if not parse(words):
            raise ValidationError(_("Write at least one letter or digit."))
        return words


@admin.register(WordRule)
class WordRuleAdmin(SignedAdmin):
    form = WordRuleForm
    change_form_template = "admin/comments/wordrule/change_form.html"
    list_display = ["words", "verdict", "is_active", "note", "by", "at"]
    list_filter = ["verdict", "is_active"]
    list_select_related = ["by"]
    search_fields = ["words", "note"]

    def render_change_form(self, request, context, *args, **kwargs):
        form = context["adminform"].form
        if getattr(form, "is_test", False) and not form.errors:
            caught = caught_by(form.cleaned_data["words"])
            context |= {"tested": True, "tried": TRIED, "caught": len(caught)}
            context["shown"] = caught[:SHOWN]
        return super().render_change_form(request, context, *args, **kwargs)


def caught_by(words):
    """
    The comments that a rule with these ``words`` would have caught among the last that were
    published, the newest first, each with a piece of its text as HTML, the words marked.
    """
    last = Comment.objects.published().newest_first().only("name", "website", "body", "created_at")
    caught = []
    for comment in last[:TRIED]:
        for part in (comment.body, comment.name, comment.website):
            if places := Text(part).find(words):
                caught.append((comment, marked(part, places)))
                break
    return caught


def marked(text, places):
    """The piece of ``text`` around the first of ``places`` as HTML, with all of them marked."""
    end = max(places[0][0] - AROUND, 0)
    last = min(places[0][1] + AROUND, len(text))
    pieces = ["… " if end else ""]
    for first, after in places:
        if end <= first and after <= last:
            pieces += [escape(text[end:first]), "<mark>", escape(text[first:after]), "</mark>"]
            end = after
    pieces += [escape(text[end:last]), " …" if last < len(text) else ""]
    return mark_safe("".join(pieces))  # noqa: S308  (every piece is escaped)


class BlockForm(forms.ModelForm):
    """A block as people type it: an address in any case, a domain as part of a web address."""

    class Meta:
        model = Block
        fields = ["kind", "value", "note", "expires_at"]
        help_texts = {
            "value": _(
                "An email address, a domain such as example.org with all that is below it, or the "
                "network address of a computer, of which only a keyed hash is kept."
            ),
            "expires_at": _("Empty: until somebody deletes it."),
        }
        error_messages = {
            "__all__": {"unique_together": _("This is blocked already.")},
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if field := self.fields.get("expires_at"):  # whoever may only look has no field
            for part, label in zip(field.widget.widgets, (_("Date"), _("Time")), strict=True):
                part.attrs["aria-label"] = label

    def clean(self):
        data = super().clean()
        kind, typed = data.get("kind"), data.get("value", "").strip().lower()
        if kind and typed:
            try:
                data["value"] = READ[kind](typed)
            except ValidationError as error:
                self.add_error("value", error)
        return data


def read_email(typed):
    """An address, or ValidationError."""
    validate_email(typed)
    return typed


def read_domain(typed):
    """The domain in what may be a whole web address, or ValidationError."""
    host = typed.split("://")[-1].split("/")[0].split("@")[-1].removeprefix("www.")
    found = domains(host)
    if not found:
        raise ValidationError(_("Enter a domain such as example.org."))
    return found[0]


def read_network(typed):
    """The hash of a network address, or ValidationError. What is a hash already stays."""
    if len(typed) == 32 and set(typed) <= set("0123456789abcdef"):
        return typed
    if not (network := network_hash(typed)):
        raise ValidationError(_("Enter a network address such as 192.0.2.1."))
    return network


READ = {"email": read_email, "domain": read_domain, "network": read_network}


@admin.register(Block)
class BlockAdmin(SignedAdmin):
    form = BlockForm
    list_display = ["value", "kind", "note", "by", "at", "expires_at"]
    list_filter = ["kind"]
    list_select_related = ["by"]
    search_fields = ["value", "note"]
