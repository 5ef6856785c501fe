"""
Somebody else saved the post, changed where it stands, or took a role away while it was edited:
what the writer sees then. What was typed is always given back.
"""

from typing import Any, NamedTuple

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from articles.differences import Difference, compare
from articles.models import Article, Event, Revision
from articles.models.contents import Contents, changed_fields

# What people write, as opposed to what they choose.
WRITTEN = ("title", "standfirst", "body", "note", "correction", "text")


class Conflict(NamedTuple):
    """A post as it is stored (``saved`` last) against what was typed into a form of before."""

    saved: Revision | None
    # In each, ``before`` is theirs and ``after`` is what was typed.
    differences: list[Difference]
    # The labels of those fields that only the others have changed.
    not_mine: list[str]
    # What else was done with the post since the form was opened.
    events: list[Event]

    @property
    def name(self) -> str:
        """Who saved it last, if anybody is known."""
        by = self.saved and self.saved.by
        return str(by.get_full_name() or by.get_username()) if by else _("Somebody")


def conflict(article: Article, typed: Contents, base: int | None) -> Conflict:
    """What stands against ``typed``, which began with version ``base`` of ``article``."""
    began = article.revisions.filter(number=base or 0).first()
    saved = article.revisions.select_related("by").newest_first().first()
    theirs = {**article.contents, **(article.pending.contents if article.pending else {})}
    differences = compare(theirs, typed)
    mine = changed_fields(began.contents, typed) if began else [each.name for each in differences]
    return Conflict(
        saved,
        differences,
        [each.label for each in differences if each.name not in mine],
        list(article.events.filter(at__gte=began.at).select_related("by")) if began else [],
    )


def kept_text(
    request: HttpRequest, model: type[models.Model], reason: str, **context: Any
) -> HttpResponse:
    """Why nothing was saved, with what was typed into the form of a ``model`` to copy."""
    labels = {"note": _("note"), "correction": _("correction")}
    labels |= {field.name: field.verbose_name for field in model._meta.fields}
    typed = [
        (name, capfirst(labels[name]), text)
        for name in WRITTEN
        if name in labels and (text := request.POST.get(name, "").strip())
    ]
    context |= {"reason": reason, "typed": typed, "title": _("Your text was not saved")}
    return render(request, "admin/articles/article/kept_text.html", context, status=403)


class TextKeeping:
    """For an admin class: a form that comes too late gives back what was typed."""

    def get_urls(self):
        urls = super().get_urls()
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        for url in urls:
            if url.name in (f"{name}_add", f"{name}_change"):
                url.callback = self.signed_in_or_kept(url.callback)
        return urls

    def signed_in_or_kept(self, view):
        """Instead of leading on to the login, which would forget what was sent."""

        def answer(request, *args, **kwargs):
            if request.method != "POST" or self.admin_site.has_permission(request):
                return view(request, *args, **kwargs)
            reason = _(
                "You were signed out while you were writing. Your text is below: copy it, sign in "
                "again and put it back."
            )
            return kept_text(request, self.model, reason, **self.admin_site.each_context(request))

        return answer

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        stored = self.get_object(request, object_id) if object_id else None
        refused = (
            not self.has_change_permission(request, stored)
            if stored
            else object_id or not self.has_add_permission(request)
        )
        if request.method == "POST" and refused:
            reason = _(
                "You may not change this any more: it, or your role, has changed. Your text is "
                "below, so that you can copy it."
            )
            return kept_text(request, self.model, reason, **self.admin_site.each_context(request))
        return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(self, request, context, add=False, change=False, obj=None, **kwargs):
        form = context["adminform"].form
        if getattr(form, "stale", None):
            context["conflict"] = conflict(
                form.stale.article, form.contents, form.cleaned_data.get("base")
            )
        return super().render_change_form(request, context, add, change, obj=obj, **kwargs)
