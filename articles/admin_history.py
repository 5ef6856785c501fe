"""The history of a post in the admin: what happened, what differs, and the way back."""

from functools import wraps

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import history
from articles.admin_keys import is_key
from articles.checklist import blocking
from articles.differences import compare
from articles.models.contents import TEXT
from articles.models.revisions import Revision
from articles.permissions import NAME_VERSION, PREVIEW, RESTORE, VIEW, allowed


class NameForm(forms.ModelForm):
    class Meta:
        model = Revision
        fields = ["name"]
        widgets = {"name": forms.TextInput(attrs={"class": "vTextField"})}
        help_texts = {
            "name": gettext_lazy(
                "So that you find it again. A version with a name is never deleted; leave it empty "
                "to take the name away."
            )
        }


def of_post(needed):
    """
    For views of a post's history: they get the post and what the user may do with it. Those who
    may not see what has not been published, or do what is ``needed``, are told so with a 403.
    """

    def decorate(view):
        @wraps(view)
        def guarded(self, request, object_id, *args, **kwargs):
            key = int(object_id) if is_key(str(object_id)) else 0
            found = (
                self.get_queryset(request).select_related("lead_image", "pending").filter(pk=key)
            )
            article = found.first()
            if article is None:
                raise Http404("There is no such post.")
            may = allowed(request.user, article)
            if not {VIEW, PREVIEW, needed} <= may:
                raise PermissionDenied
            try:
                return view(self, request, article, may, *args, **kwargs)
            except history.NoSuchVersion as problem:
                messages.error(request, str(problem))
                return redirect("admin:articles_article_history", article.pk)

        return guarded

    return decorate


class WithHistory:
    """For the admin of posts."""

    def get_urls(self):
        of_version = "<int:object_id>/history/<str:number>/"
        views = [
            ("<int:object_id>/compare/", self.compare_view, "compare"),
            (f"{of_version}name/", self.name_view, "name_version"),
            (f"{of_version}restore/", self.restore_view, "restore"),
        ]
        own = [
            path(route, self.admin_site.admin_view(view), name=f"articles_article_{name}")
            for route, view, name in views
        ]
        return own + super().get_urls()

    @of_post(VIEW)
    def history_view(self, request, article, may, extra_context=None):
        asked = request.GET.get("p", "1")
        page = history.timeline(article, int(asked) if is_key(asked) else 1)
        context = {"page": page, "read": article.revisions.read().exists()}
        return self.history_page(request, "history", article, may, _("History"), **context)

    @of_post(VIEW)
    def compare_view(self, request, article, may):
        asked = request.GET.get("from", ""), request.GET.get("to", history.LIVE)
        before, after = history.sides(article, *asked)
        context = {
            "before": before,
            "after": after,
            "sides": [(_("Before"), before), (_("After"), after)],
            "differences": compare(before.contents, after.contents),
            "beside": request.GET.get("view") == "beside",
        }
        return self.history_page(request, "compare", article, may, _("Compare"), **context)

    @of_post(NAME_VERSION)
    def name_view(self, request, article, may, number):
        revision = history.version(article, number)
        form = NameForm(request.POST or None, instance=revision)
        if request.method == "POST" and form.is_valid():
            revision.rename(form.cleaned_data["name"])
            return redirect("admin:articles_article_history", article.pk)
        title = _("Name version %(number)s") % {"number": revision.number}
        context = {"form": form, "revision": revision}
        return self.history_page(request, "name_version", article, may, title, **context)

    @of_post(RESTORE)
    def restore_view(self, request, article, may, number):
        revision = history.version(article, number)
        if request.method == "POST":
            return self.restore(request, article, revision)
        now = article.pending.contents if article.pending else article.contents
        text = compare(now, revision.contents, fields=TEXT)
        title = _("Restore version %(number)s?") % {"number": revision.number}
        context = {"revision": revision, "differences": text}
        return self.history_page(request, "restore", article, may, title, **context)

    def restore(self, request, article, revision):
        try:
            if article.is_scheduled:
                # Nobody looks at it again before readers do. Its verb asks for authors.
                title, body = revision.contents["title"], revision.contents["body"]
                if found := blocking(title, body, authors=1):
                    raise ValidationError([each.text for each in found])
            restored = article.restore(revision, request.user)
        except ValidationError as problem:
            messages.error(request, " ".join(problem.messages))
            return redirect("admin:articles_article_history", article.pk)
        numbers = {"number": revision.number, "new": restored.number}
        said = _("Version %(number)s is restored as version %(new)s.")
        if article.pending_id == restored.pk:
            said = _("Version %(number)s is restored as pending changes: version %(new)s.")
        messages.success(request, said % numbers)
        return redirect("admin:articles_article_change", article.pk)

    def history_page(self, request, template, article, may, title, **context):
        frame = self.admin_site.each_context(request) | {"is_nav_sidebar_enabled": False}
        context |= {"opts": self.opts, "article": article, "may": may, "title": title}
        return render(request, f"admin/articles/article/{template}.html", frame | context)
