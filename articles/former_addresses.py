"""Former addresses on the form of a post: what leads there, and how to let go of one."""

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from articles.admin_keys import is_key
from articles.permissions import is_editor


class FormerAddresses:
    """For the admin class of posts: editors see the addresses a post had, and may end one."""

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), "former_addresses"]

    def former_fields(self, request, article):
        """What stands below the slug of ``article``: nothing where it never moved."""
        shown = article and is_editor(request.user) and article.former_slugs.exists()
        return ["former_addresses"] if shown else []

    @admin.display(description=_("former addresses"))
    def former_addresses(self, article):
        context = {"article": article, "formers": article.former_slugs.order_by("pk")}
        return render_to_string("admin/articles/article/_former_addresses.html", context)

    def let_go(self, request, article):
        """End what was ticked there."""
        chosen = [key for key in request.POST.getlist("let_go") if is_key(key)]
        if chosen and is_editor(request.user):
            article.former_slugs.filter(pk__in=chosen).delete()
