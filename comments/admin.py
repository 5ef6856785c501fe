from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from articles.admin_keys import CheckedAdmin
from comments import filter_admin, queue_views  # noqa: F401  (the filter's page belongs to this admin)
from comments.models import Comment, Decision, NotAllowed

# What a moderator can do with a comment, by the name of the verb on the model.
VERBS = {
    "approve": _("Approve"),
    "reject": _("Reject"),
    "mark_spam": _("Mark as spam"),
    "hold": _("Put back into the queue"),
}


class DecisionInline(admin.TabularInline):
    model = Decision
    fields = readonly_fields = [
        *("at", "verb", "by", "rule", "from_status", "to_status", "reason", "note"),
    ]
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


def bulk_action(verb, label):
    """An admin action that uses ``verb`` on every chosen comment that it changes."""

    @admin.action(description=label, permissions=["change"])
    def action(modeladmin, request, comments):
        changed, refusals = 0, {}
        for comment in comments:
            try:
                changed += bool(getattr(comment, verb)(by=request.user))
            except NotAllowed as error:
                refusals[str(error)] = None
        for sentence in refusals:
            modeladmin.message_user(request, sentence, messages.ERROR)
        modeladmin.message_user(
            request,
            ngettext("%(label)s: %(count)d comment.", "%(label)s: %(count)d comments.", changed)
            % {"label": label, "count": changed},
            messages.SUCCESS if changed else messages.INFO,
        )

    action.__name__ = verb
    return action


@admin.register(Comment)
class CommentAdmin(CheckedAdmin):
    list_display = ["excerpt", "name", "email", "status", "article", "created_at"]
    list_display_links = ["excerpt"]
    list_filter = ["status"]
    list_select_related = ["article"]
    search_fields = ["name", "email", "body"]
    show_full_result_count = False
    actions = [bulk_action(verb, label) for verb, label in VERBS.items()]
    inlines = [DecisionInline]
    fields = readonly_fields = [
        *("status", "text", "name", "email", "website", "article", "parent", "created_at", "user"),
    ]

    @admin.display(description=_("comment"))
    def excerpt(self, comment):
        return Truncator(comment.body).words(20)

    @admin.display(description=_("comment"))
    def text(self, comment):
        return format_html('<div class="comment-text" dir="auto">{}</div>', comment.html)

    def get_urls(self):
        return [*queue_views.urlpatterns, *super().get_urls()]

    def has_add_permission(self, request):
        return False

    # Whoever may read comments, but not decide on them, has no need of a reader's address.

    def get_list_display(self, request):
        return self.without_address(request, self.list_display)

    def get_fields(self, request, obj=None):
        return self.without_address(request, self.fields)

    def get_search_fields(self, request):
        return self.without_address(request, self.search_fields)

    def lookup_allowed(self, lookup, value, request):
        is_secret = lookup.startswith(("email", "network"))
        hidden = is_secret and not self.has_change_permission(request)
        return not hidden and super().lookup_allowed(lookup, value, request)

    def without_address(self, request, names):
        moderates = self.has_change_permission(request)
        return [name for name in names if moderates or name != "email"]

    def get_view_on_site_url(self, obj=None):
        published = obj and obj.status == Comment.Status.PUBLISHED and obj.article.is_public
        return obj.get_absolute_url() if published else None

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method == "POST":
            return self.decide(request, self.get_object(request, object_id))
        moderates = self.has_change_permission(request)
        verbs = {f"_{verb}": label for verb, label in VERBS.items() if moderates}
        context = {**(extra_context or {}), "verbs": verbs}
        return super().changeform_view(request, object_id, form_url, context)

    def decide(self, request, comment):
        """Use the verb whose button was pressed: there is nothing else to change on the page."""
        if comment is None or not self.has_change_permission(request, comment):
            raise PermissionDenied
        for verb, label in VERBS.items():
            if f"_{verb}" in request.POST:
                try:
                    seen = request.POST.get("seen") or None
                    changed = getattr(comment, verb)(by=request.user, seen=seen)
                except NotAllowed as error:
                    self.message_user(request, str(error), messages.ERROR)
                    continue
                text = label if changed else _("Nothing to change")
                level = messages.SUCCESS if changed else messages.INFO
                self.message_user(request, f"{text}: {comment}", level)
        return HttpResponseRedirect(request.path)
