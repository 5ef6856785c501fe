from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _

from articles.admin import ArticleAdmin
from articles.admin_keys import CheckedAdmin
from comments.models import Discussion

admin.site.unregister([User, Group])


@admin.register(User)
class PersonAdmin(CheckedAdmin, UserAdmin):
    # Django's two lists beside each other cannot be used by everybody.
    filter_horizontal = ()
    autocomplete_fields = ["groups"]


@admin.register(Group)
class RoleAdmin(CheckedAdmin, GroupAdmin):
    filter_horizontal = ()


class DiscussionFormSet(BaseInlineFormSet):
    def save_new(self, form, commit=True):
        # The first comment may have begun the discussion while the form was open.
        chosen = {"policy": form.cleaned_data["policy"]}
        return Discussion.objects.update_or_create(article=self.instance, defaults=chosen)[0]


class DiscussionInline(admin.StackedInline):
    """How the comments on a post are moderated: posts know nothing of comments, so it is here."""

    model = Discussion
    formset = DiscussionFormSet
    fields = ["policy"]
    can_delete = False
    extra = max_num = 1

    def has_add_permission(self, request, obj=None):
        return self.has_change_permission(request, obj)


ArticleAdmin.inlines = [*ArticleAdmin.inlines, DiscussionInline]


@admin.display(description=_("comments"))
def comments(article):
    """How many comments readers see under it."""
    discussion = getattr(article, "discussion", None)
    return discussion.comment_count if discussion else 0


ArticleAdmin.list_display = [*ArticleAdmin.list_display, comments]
ArticleAdmin.list_select_related = [*ArticleAdmin.list_select_related, "discussion"]
