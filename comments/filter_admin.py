"""The learning filter in the admin: how it does, a sample to check, and why it thought so."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from articles.admin_keys import is_key
from comments.filter_report import LATEST, report
from comments.models import Comment, Filter, Learned, NotAllowed
from comments.spam import MOST_TOKENS
from comments.weighing import explain

# What a moderator says of a comment in the sample, and the verb that says so.
ANSWERS = {"spam": "keep", "good": "approve"}


@admin.register(Filter)
class FilterAdmin(admin.ModelAdmin):
    """Who may decide on comments sees it; there is nothing in it to add, change or delete."""

    def get_urls(self):
        return [
            path("", self.admin_site.admin_view(self.report), name="comments_filter_changelist"),
            path(
                "comment/<int:pk>/",
                self.admin_site.admin_view(self.explain),
                name="comments_filter_explain",
            ),
        ]

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("comments.change_comment")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def report(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            return self.answer(request)
        return self.page(request, "report", title=_("Learning filter"), report=report())

    def answer(self, request):
        """A moderator has read a comment of the sample."""
        key = request.POST.get("comment", "")
        comment = get_object_or_404(Comment, pk=key if is_key(key) else 0)
        seen = request.POST.get("seen", "")
        if seen.partition("-")[0] != Comment.Status.SPAM:
            seen = Comment.Status.SPAM
        verb = ANSWERS.get(request.POST.get("answer", ""))
        try:
            if verb is None or comment.taught == Learned.SPAM:
                messages.info(request, _("Nothing to change"))
            else:
                decision = getattr(comment, verb)(by=request.user, seen=seen)
                said = _("Spam") if decision.to_status == Comment.Status.SPAM else _("Good")
                messages.success(request, f"{said}: {comment}")
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
        except Comment.DoesNotExist:
            messages.error(request, _("This comment is gone: somebody has deleted it."))
        return HttpResponseRedirect(reverse("admin:comments_filter_changelist"))

    def explain(self, request, pk):
        if not self.has_view_permission(request):
            raise PermissionDenied
        comment = get_object_or_404(Comment.objects.select_related("article"), pk=pk)
        weighing, evidence = explain(comment)
        return self.page(
            request,
            "explanation",
            title=_("What the filter thinks of a comment"),
            comment=comment,
            weighing=weighing,
            evidence=evidence[:MOST_TOKENS],
        )

    def page(self, request, name, **context):
        everywhere = {**self.admin_site.each_context(request), "opts": self.opts, "latest": LATEST}
        return TemplateResponse(request, f"admin/comments/filter/{name}.html", everywhere | context)
