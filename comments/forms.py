"""The form under a post."""

from functools import cache
from typing import Any, NamedTuple

from crispy_forms.bootstrap import StrictButton
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Layout, Submit
from crispy_forms.utils import render_crispy_form
from django import forms
from django.core.validators import URLValidator
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from comments.models import Comment
from comments.text import tidy
from comments.tokens import BadToken, StaleToken, check_form_token, form_token, submission_key
from comments.writers import name_of

# What is read of a comment later on, in the order of the form.
TYPED = ("body", "name", "email", "website")
LONGEST_COMMENT = 10_000
LONGEST_OPEN = 7 * 24 * 3600
PLACEHOLDER = "the-token-of-this-hour"


class TidyCharField(forms.CharField):
    """Typed text without what no text needs: control characters, lone surrogates, overrides."""

    def to_python(self, value: Any) -> str:
        return super().to_python(tidy(value) if isinstance(value, str) else value)


class OneLineField(TidyCharField):
    """Typed text on a single line, with single spaces."""

    def to_python(self, value: Any) -> str:
        return " ".join(super().to_python(value).split())


class TidyEmailField(TidyCharField, forms.EmailField):
    """An address in lower case, so that the same one is always written the same."""

    def to_python(self, value: Any) -> str:
        return super().to_python(value).lower()


class TidyURLField(TidyCharField, forms.URLField):
    default_validators = [URLValidator(schemes=["http", "https"])]


class CommentForm(forms.Form):
    """
    What a reader without an account fills in. It looks the same for every reader: the token says
    which post it is for, and ``parent`` which comment it replies to.
    """

    body = TidyCharField(
        label=_("Comment"),
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": _("Write a comment"),
            "max_length": _(
                "Shorten your comment to at most %(limit_value)d characters: it has %(show_value)d"
            ),
        },
    )
    name = OneLineField(
        label=_("Name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={
            "required": _("Enter your name"),
            "max_length": _("Enter a name of at most %(limit_value)d characters"),
        },
    )
    email = TidyEmailField(
        label=_("Email"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Enter your email address"),
            "invalid": _("Enter an email address in the format name@example.com"),
            "max_length": _("Enter an email address of at most %(limit_value)d characters"),
        },
    )
    website = TidyURLField(
        label=_("Website"),
        required=False,
        max_length=200,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"autocomplete": "url", "placeholder": "https://"}),
        error_messages={
            "invalid": _("Enter a web address that starts with https://, or leave it empty"),
            "max_length": _("Enter a web address of at most %(limit_value)d characters"),
        },
    )
    remember = forms.BooleanField(
        label=_("Save my name, email, and website in this browser for the next time I comment."),
        required=False,
    )
    parent = forms.ModelChoiceField(
        Comment.objects.none(),
        required=False,
        widget=forms.HiddenInput,
        error_messages={
            "invalid_choice": _(
                "The comment you reply to is not there any more. Your text is kept: "
                "post it as a comment of its own, or reply to another one"
            )
        },
    )
    token = TidyCharField(required=False, widget=forms.HiddenInput)
    # Filled in by site.js when the form is sent: how long it was open.
    seconds = TidyCharField(required=False, widget=forms.HiddenInput)
    # Nobody sees this field. Programs that fill in whatever they find do not know that.
    subject = TidyCharField(
        required=False,
        widget=forms.TextInput(
            attrs={"tabindex": "-1", "autocomplete": "off", "aria-hidden": "true"}
        ),
    )

    def __init__(self, *args: Any, article: Article, staff: Any = None, **kwargs: Any) -> None:
        """The form for ``article``; ``staff`` is the signed-in member it knows, or None."""
        super().__init__(*args, **kwargs)
        self.article = article
        self.staff = staff
        if article.pk:
            self.fields["parent"].queryset = Comment.objects.published().filter(article=article)
        if staff:
            for name in ("name", "email", "website", "remember", "seconds", "subject"):
                del self.fields[name]
        for field in self.fields.values():
            # Errors in our own words, the same with and without JavaScript, and a text that is
            # too long is told so instead of being cut.
            field.widget.is_required = False
            field.widget.attrs.pop("maxlength", None)

    @property
    def staff_name(self) -> str:
        """The name that ``staff`` comments under."""
        return name_of(self.staff)

    @property
    def helper(self) -> FormHelper:
        """How crispy-forms lays it out."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        personal = [Div("name", "email", css_class="form-pair"), "website", "remember"]
        personal += [HTML("<div hidden>{{ form.subject }}</div>"), "seconds"]
        helper.layout = Layout(
            "body",
            *([] if self.staff else personal),
            "token",
            "parent",
            Submit("post", _("Post Comment"), css_id="post-comment"),
            StrictButton(
                _("Preview"), type="submit", name="preview", value="1", css_class="btn-quiet"
            ),
        )
        return helper

    @property
    def html(self) -> str:
        """Its fields as HTML."""
        return render_crispy_form(self)

    def clean_token(self) -> str:
        token = self.cleaned_data["token"]
        try:
            check_form_token(token, self.article)
        except StaleToken as error:
            raise forms.ValidationError(
                _("This page was open for more than a day. Your text is kept: post it once more"),
                code="stale",
            ) from error
        except BadToken as error:
            raise forms.ValidationError(
                _("We could not tell that this form is ours. Your text is kept: post it once more"),
                code="forged",
            ) from error
        return token

    def clean_seconds(self) -> int | None:
        """A whole number up to a week; what is none is as if it was not there."""
        typed = self.cleaned_data["seconds"]
        if not typed.isascii() or not typed.isdecimal() or len(typed) > 6:
            return None
        return min(int(typed), LONGEST_OPEN)

    def comment(self, network: str = "") -> Comment:
        """
        What the valid form makes, not stored yet. Its ``submission`` is the same however often
        the form is sent from one ``network``: who sends the words of somebody else elsewhere must
        not be led to that person's private page.
        """
        names = [*TYPED, "parent"]
        values = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        if self.staff:
            values |= {"user": self.staff, "name": self.staff_name}
        parts = (getattr(value, "pk", value) for value in values.values())
        key = submission_key(self.article.pk, self.cleaned_data["token"], network, *parts)
        known = {"submission": key, "network": network, "signals": self.signals}
        return Comment(article=self.article, **known, **values)

    @property
    def signals(self) -> dict[str, Any]:
        """What the valid form tells of how it was filled in."""
        seconds = self.cleaned_data.get("seconds")
        signals = {} if seconds is None else {"seconds": seconds}
        return signals | ({"honeypot": True} if self.cleaned_data.get("subject") else {})

    def summary(self) -> list[tuple[str, str]]:
        """Every error with the id of the field it is about, for the list above the form."""
        return [
            (self[name].id_for_label if name in TYPED else "", error)
            for name, errors in self.errors.items()
            for error in errors
        ]

    def ready_to_post_again(self) -> "CommentForm":
        """This form with what was typed, and without the token or parent that was refused."""
        self.data = self.data.copy()
        self.data["token"] = form_token(self.article)
        if "parent" in self.errors:
            self.data["parent"] = ""
        return self


class BlankForm(NamedTuple):
    """
    The form as it is drawn for every reader who is not known, the same but for its ``token``. To
    make one costs as much as a query, so it is drawn once per process and language.
    """

    token: str

    @property
    def html(self) -> str:
        return mark_safe(_blank_html(get_language()).replace(PLACEHOLDER, self.token))  # noqa: S308


@cache
def _blank_html(language: str) -> str:
    return CommentForm(article=Article(), initial={"token": PLACEHOLDER}).html
