"""
The steps of a post as people meet them in the admin: buttons that say what they do, a banner that
says where the post stands, pages that ask before readers lose something, and one sentence after.
"""

from collections.abc import Callable
from typing import NamedTuple

from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models
from django.forms import Script
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from js_asset import Media

from articles import standing
from articles.buttons import buttons, dated, main
from articles.models import Article, Stale
from articles.models.workflow import IN_RANGE
from articles.moments import MomentField, how_far, in_full
from articles.permissions import TRASH, UNPUBLISH, UNTRASH, VIEW, allowed, is_editor

# Says who pressed them on which page, and not whether anything was typed into these.
ASKING = ("_unpublish", "_trash")


class DateAndTime(AdminSplitDateTime):
    """Django's two inputs for one moment, as a group with a name of its own."""

    group_label = ""

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["group_label"] = self.group_label
        return context


class Step(NamedTuple):
    """One that is asked for on a page of its own. ``is_done`` says whether it was taken already."""

    action: str
    take: Callable
    is_done: Callable
    said: str


STEPS = {
    "trash": Step(
        TRASH,
        lambda article, by, note: article.trash(by, note),
        lambda article: article.status == Article.Status.TRASHED,
        gettext_lazy("“%(title)s” is in the trash. It can be restored for 30 days."),
    ),
    "unpublish": Step(
        UNPUBLISH,
        lambda article, by, note: article.unpublish(by, note),
        lambda article: article.status not in (Article.Status.PUBLISHED, Article.Status.TRASHED),
        gettext_lazy("“%(title)s” is unpublished. Readers do not see it."),
    ),
    "untrash": Step(
        UNTRASH,
        lambda article, by, note: article.untrash(by, note),
        lambda article: article.status != Article.Status.TRASHED,
        gettext_lazy("“%(title)s” is back from the trash, as a draft."),
    ),
}


class StepsAdmin(admin.ModelAdmin):
    """For the admin of posts: the steps of their workflow."""

    @property
    def media(self):
        return super().media + Media(
            css={"all": ["articles/article_form.css"]},
            js=[Script("articles/schedule.js", type="module")],
        )

    def get_urls(self):
        wrap, name = self.admin_site.admin_view, "articles_article_{}".format
        return [
            path("schedule-label/", wrap(self.schedule_label), name=name("schedule_label")),
            path("<path:object_id>/trash/", wrap(self.trash), name=name("trash")),
            path("<path:object_id>/unpublish/", wrap(self.unpublish), name=name("unpublish")),
            path("<path:object_id>/untrash/", wrap(self.untrash), name=name("untrash")),
            *super().get_urls(),
        ]

    # The form

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        # Not by formfield_overrides: a class takes those of one of its bases only.
        if isinstance(db_field, models.DateTimeField):
            kwargs = {"form_class": MomentField, "widget": DateAndTime, **kwargs}
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (ValidationError, Stale, IntegrityError) as refusal:
            # All is as it was: the form comes back with what was typed, and says why.
            if isinstance(refusal, ValidationError):
                request.refusal = refusal
            return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request, obj, form, change):
        form.carry_out(request.user)
        request.step_done = form.done

    def render_change_form(self, request, context, add=False, change=False, obj=None, **kwargs):
        form = context["adminform"].form
        may = getattr(form, "may", frozenset()) if change else allowed(request.user, None)
        context |= {"article_form": form, "may": may}
        if add or self.has_change_permission(request, obj):
            context["buttons"] = buttons(form)
        if obj:
            stored = Article.objects.get(pk=obj.pk) if context["errors"] else obj
            context |= {"standing": standing.lines(stored, may), "stands": stored.state}
        return super().render_change_form(request, context, add, change, obj=obj, **kwargs)

    def response_add(self, request, obj, post_url_continue=None):
        if IS_POPUP_VAR in request.POST:
            return super().response_add(request, obj, post_url_continue)
        return self.after_step(request, obj)

    def response_change(self, request, obj):
        if IS_POPUP_VAR in request.POST:
            return super().response_change(request, obj)
        return self.after_step(request, obj)

    def after_step(self, request, article):
        """Back to the post, with one sentence; what asks first, on to its page."""
        asked = next((name[1:] for name in ASKING if name in request.POST), None)
        if asked and STEPS[asked].action in allowed(request.user, article):
            return HttpResponseRedirect(
                reverse(f"admin:articles_article_{asked}", args=[article.pk])
            )
        self.message_user(request, request.step_done, messages.SUCCESS)
        return self.to_post(request, article)

    def to_post(self, request, article):
        """To the form of the post, or to the list for who does not see it any more."""
        sees = VIEW in allowed(request.user, article)
        name, keys = ("change", [article.pk]) if sees else ("changelist", [])
        return HttpResponseRedirect(reverse(f"admin:articles_article_{name}", args=keys))

    # Steps with a page of their own

    def trash(self, request, object_id):
        return self.ask(request, object_id, "trash")

    def unpublish(self, request, object_id):
        return self.ask(request, object_id, "unpublish")

    def untrash(self, request, object_id):
        return require_POST(self.ask)(request, object_id=object_id, name="untrash")

    def ask(self, request, object_id, name):
        """A page that names the post and what becomes of it; sent from there, the step is taken."""
        article, step = self.get_object(request, unquote(object_id)), STEPS[name]
        if article is None:
            raise Http404
        may = allowed(request.user, article)
        if step.action not in may and not (VIEW in may and step.is_done(article)):
            raise PermissionDenied
        if step.action in may and request.method != "POST":
            context = {"article": article, "step": name, "opts": self.opts, "may": may}
            context |= self.admin_site.each_context(request)
            return TemplateResponse(request, "admin/articles/article/ask.html", context)
        if step.action in may:
            try:
                step.take(article, request.user, request.POST.get("note", "").strip()[:300])
            except ValidationError as refusal:
                # Somebody was faster.
                self.message_user(request, " ".join(refusal.messages), messages.WARNING)
                return self.to_post(request, Article.objects.get(pk=article.pk))
        text = step.said % {"title": article.title}
        self.message_user(request, text, messages.SUCCESS)
        return self.to_post(request, article)

    def schedule_label(self, request):
        """What the buttons say for the date and time that are typed at this moment, as JSON."""
        if not is_editor(request.user):
            raise PermissionDenied
        is_scheduled = request.GET.get("scheduled") == "yes"
        typed = [request.GET.get(name, "")[:40] for name in ("date", "time")]
        try:
            at = MomentField(required=False, validators=IN_RANGE).clean(typed)
        except ValidationError as problem:
            return JsonResponse({"problem": " ".join(problem.messages)})
        answer = {"labels": dated(at, is_scheduled), "main": main(at, is_scheduled), "says": ""}
        if at:
            answer["says"] = f"{in_full(at)}: {how_far(at)}"
        return JsonResponse(answer)
