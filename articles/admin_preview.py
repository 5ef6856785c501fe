"""In the admin: the public page of what is being written, and links that show it to others."""

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from articles import shared_links
from articles.article_form import OF_PUBLIC, ArticleForm
from articles.models import Article
from articles.models.contents import DATES
from articles.permissions import EDIT, PREVIEW, SHARE, may, visible
from articles.previews import drawn, preview_page
from articles.site import site_url

TEXTS, LISTS = ("title", "standfirst", "body"), ("authors", "categories", "tags")


class TypedForm(ArticleForm):
    """
    The form as it is while somebody writes: only to be looked at, so that nothing has to be ready,
    nothing is locked, and the post stays as it is stored.
    """

    def clean(self):
        # Which the model refuses, but only a post that is saved.
        for name in DATES:
            try:
                Article._meta.get_field(name).run_validators(self.cleaned_data.get(name))
            except ValidationError as error:
                self.add_error(name, error)
        return self.cleaned_data

    def _post_clean(self):
        pass

    @property
    def contents(self):
        """Everything that can be shown of what was typed, even where it could not be saved."""
        wrong = [name for name in self.fields if name in self.errors]
        typed = {name: self[name].data or "" for name in TEXTS if name in wrong}
        typed |= {name: [int(key) for key in self[name].data] for name in LISTS if name in wrong}
        of_public = {name: self.cleaned_data.get(name) for name in OF_PUBLIC}
        typed |= {name: value for name, value in of_public.items() if value}
        return super().contents | typed

    @property
    def problems(self):
        """What cannot be shown or saved, as labels with a sentence each."""
        return [
            (self.fields[name].label, error) for name in self.errors for error in self.errors[name]
        ]

    @property
    def is_unsaved(self):
        """Whether it says something else than what is saved."""
        kept, typed = saved_contents(self.instance), self.contents
        # Inputs show dates by the second and the active time zone.
        return any(name in self.changed_data for name in DATES) or any(
            unified(value) != unified(kept.get(name))
            for name, value in typed.items()
            if name not in DATES
        )


def unified(value):
    """``value`` with its lines ended in one way: browsers send what they were given in another."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def saved_contents(article):
    """What the form of ``article`` begins with."""
    return article.pending.contents if article.pending else article.contents


class ShareForm(forms.Form):
    days = forms.TypedChoiceField(
        label=_("Valid for"),
        coerce=int,
        initial=7,
        choices=lambda: [
            (days, ngettext("%(days)d day", "%(days)d days", days) % {"days": days})
            for days in shared_links.DAYS
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose how many days the link is to be valid."),
            "invalid_choice": _("Choose one of these numbers of days."),
        },
    )


class PreviewAdmin:
    """For the admin class of posts: the preview beside the form, and the page that makes links."""

    @property
    def media(self):
        script = forms.Script("articles/preview.js", type="module")
        return super().media + forms.Media(css={"all": ["articles/preview.css"]}, js=[script])

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("preview/", view(self.preview), name="articles_article_preview_new"),
            path("<int:pk>/preview/", view(self.preview), name="articles_article_preview"),
            path("<int:pk>/share/", view(self.share), name="articles_article_share"),
            *super().get_urls(),
        ]

    def render_change_form(self, request, context, add=False, change=False, obj=None, **kwargs):
        if obj is None:
            context["preview_url"] = reverse("admin:articles_article_preview_new")
        elif PREVIEW in context["may"]:
            context["preview_url"] = reverse("admin:articles_article_preview", args=[obj.pk])
        if obj and SHARE in context["may"]:
            context["share_url"] = reverse("admin:articles_article_share", args=[obj.pk])
        return super().render_change_form(request, context, add, change, obj=obj, **kwargs)

    def asked_for(self, request, action, pk):
        """The post, which ``request`` may do ``action`` with. Who may not see it finds nothing."""
        articles = Article.objects.with_bylines().prefetch_related("tags")
        article = get_object_or_404(visible(request.user, articles), pk=pk)
        if not may(request.user, action, article):
            raise PermissionDenied
        return article

    def typed(self, request, article):
        """The form that was sent, or None where there is nothing that its sender could change."""
        if "title" not in request.POST or not may(request.user, EDIT, article):
            return None
        form = self.get_form(request, article, change=bool(article), form=TypedForm)
        return form(request.POST, instance=article)

    @method_decorator(require_POST)
    def preview(self, request, pk=None):
        """The public page, with what the form holds at this moment. It stores nothing."""
        article = self.asked_for(request, PREVIEW, pk) if pk is not None else None
        if article is None and not may(request.user, EDIT):
            raise PermissionDenied
        form = self.typed(request, article)
        contents = (saved_contents(article) if article else {}) | (form.contents if form else {})
        problems = form.problems if form else []
        return preview_page(request, drawn(contents, article), problems=problems)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def share(self, request, pk):
        """What a link would show, the link once it is made, and the end of all links."""
        article = self.asked_for(request, SHARE, pk)
        if "_revoke" in request.POST:
            shared_links.revoke(article)
            self.message_user(request, gettext("No link made so far works any more."))
            return HttpResponseRedirect(request.path)
        revision, typed = shared_links.saved_version(article), self.typed(request, article)
        form = ShareForm(request.POST if "_make" in request.POST else None)
        link = (
            shared_links.share(revision, form.cleaned_data["days"])
            if (revision and form.is_valid())
            else None
        )
        context = self.admin_site.each_context(request) | {
            "title": gettext("Share a preview"),
            "opts": self.opts,
            "original": article,
            "revision": revision,
            "is_unsaved": typed.is_unsaved if typed else "unsaved" in request.POST,
            "form": form,
            "link": link,
            "address": link and site_url(request) + link.path,
        }
        return TemplateResponse(request, "admin/articles/article/share.html", context)
