from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from js_asset import Media

from articles import library  # noqa: F401  (the pictures belong to this admin)
from articles.admin_history import WithHistory
from articles.admin_keys import CheckedAdmin, ChosenInOrder
from articles.admin_links import LinksOfEditor
from articles.admin_preview import PreviewAdmin
from articles.article_form import OF_EDITORS, OF_PUBLIC, ArticleForm
from articles.article_list import ArticleListAdmin
from articles.autosaving import Autosaving
from articles.body_input import BodyInput
from articles.bulk_actions import BulkActionsAdmin
from articles.checklist_admin import ChecklistAdmin
from articles.conflicts import TextKeeping
from articles.former_addresses import FormerAddresses
from articles.models import Article, Author, Category, Correction, Page, Tag
from articles.moments import in_full, zone_name
from articles.permissions import DELETE, EDIT, VIEW, allowed, is_editor, is_own, may, visible
from articles.presence import Presences
from articles.richtext import RichTextField
from articles.steps_admin import StepsAdmin
from articles.templatetags.articles import picture


@admin.register(Author)
class AuthorAdmin(CheckedAdmin):
    list_display = ["name", "slug", "user"]
    list_select_related = ["user"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["user"]
    fields = ["name", "slug", "avatar", "bio", "links", "user"]


@admin.register(Category)
class CategoryAdmin(CheckedAdmin):
    list_display = ["name", "slug", "position"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug", "description", "position"]


@admin.register(Tag)
class TagAdmin(CheckedAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug"]


class EditorAdmin(CheckedAdmin):
    """Forms with the rich-text editor."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        # Not by formfield_overrides, which another base of an admin class may have as well.
        if isinstance(db_field, RichTextField):
            kwargs["widget"] = BodyInput(user=request.user)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def render_change_form(self, request, context, *args, **kwargs):
        # The editor's import map is an inline script: the nonce lets this one through the policy.
        context["media"] = Media.from_media(context["media"]).with_nonce(request.csp_nonce)
        return super().render_change_form(request, context, *args, **kwargs)

    def render_delete_form(self, request, context):
        # Nothing is written on that page; the import map would be refused there.
        answer = super().render_delete_form(request, context)
        answer.context_data["media"] = Media()
        return answer


class PageForm(forms.ModelForm):
    """Refuses to replace, unseen, what somebody else has saved since the form was opened."""

    base = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["base"] = self.instance.saved_at.isoformat()

    def clean(self):
        cleaned = super().clean()
        stored = Page.objects.select_for_update().filter(pk=self.instance.pk)
        if (saved_at := stored.values_list("saved_at", flat=True).first()) and (
            cleaned.get("base") != saved_at.isoformat()
        ):
            # Whoever sends it once more has been told.
            self.data = self.data.copy()
            self.data["base"] = saved_at.isoformat()
            raise ValidationError(
                gettext(
                    "Somebody saved this page on %(when)s while you were writing. Open it in "
                    "another tab to see what they changed: saving once more replaces it by what "
                    "stands below."
                )
                % {"when": in_full(saved_at)}
            )
        return cleaned


@admin.register(Page)
class PageAdmin(TextKeeping, EditorAdmin):
    form = PageForm
    list_display = ["title", "slug", "saved_at"]
    search_fields = ["title"]
    prepopulated_fields = {"slug": ["title"]}
    fields = ["title", "slug", "body", "base"]


@admin.register(Correction)
class CorrectionAdmin(TextKeeping, CheckedAdmin):
    list_display = ["article", "corrected_at", "text"]
    list_select_related = ["article"]
    list_filter = ["corrected_at"]
    search_fields = ["text", "article__title"]
    show_full_result_count = False
    fields = ["article", "text", "corrected_at"]
    readonly_fields = ["corrected_at"]
    autocomplete_fields = ["article"]


# What is shown of a post that cannot be changed, instead of inputs.
READ_ONLY = ("lead_picture", "text", "signed_by", "filed_under")


@admin.register(Article)
class ArticleAdmin(
    ArticleListAdmin,
    BulkActionsAdmin,
    Autosaving,
    Presences,
    TextKeeping,
    StepsAdmin,
    PreviewAdmin,
    ChecklistAdmin,
    WithHistory,
    LinksOfEditor,
    FormerAddresses,
    EditorAdmin,
):
    form = ArticleForm
    autocomplete_fields = ["tags", "lead_image"]

    def get_changeform_initial_data(self, request):
        """A new post begins empty: its address cannot fill anything in."""
        return {}

    def get_queryset(self, request):
        return visible(request.user, super().get_queryset(request).with_bylines())

    # What may be done is decided in one place: articles/permissions.py.

    def has_view_permission(self, request, obj=None):
        if obj is None:
            return super().has_view_permission(request)
        return may(request.user, VIEW, obj)

    def has_change_permission(self, request, obj=None):
        if obj is None or not super().has_change_permission(request):
            return super().has_change_permission(request)
        # What is sent for a post that cannot be changed any more, by who could a moment ago, comes
        # to the form, which refuses it without losing the text.
        return may(request.user, EDIT, obj) or (
            request.method == "POST" and (is_own(request.user, obj) or is_editor(request.user))
        )

    def has_delete_permission(self, request, obj=None):
        if obj is None:
            return super().has_delete_permission(request)
        return may(request.user, DELETE, obj)

    def get_deleted_objects(self, objs, request):
        """Comments, versions and the rest go with a post: nobody needs a right to each of them."""
        objects, counts, _lacking, protected = super().get_deleted_objects(objs, request)
        return objects, counts, set(), protected

    # The form

    def get_fieldsets(self, request, obj=None):
        text = ["title", "standfirst", "lead_image", "body", "authors", "categories", "tags"]
        publication = ["slug", *self.former_fields(request, obj)]
        publication += OF_EDITORS if is_editor(request.user) else ()
        note = ["note", *(OF_PUBLIC if obj and obj.has_begun else ()), "base"]
        if obj and not self.has_change_permission(request, obj):
            # Nothing to type in: what there is to read.
            return [(None, {"fields": ["title", "standfirst", *READ_ONLY, "tags"]})]
        return [
            (None, {"fields": text}),
            (
                _("Publication"),
                {"fields": publication, "classes": ["beside"], "description": self.clock(request)},
            ),
            (_("This version"), {"fields": note, "classes": ["beside"]}),
        ]

    def clock(self, request):
        """By which clock the times in the form are; nothing for who types none."""
        if not is_editor(request.user):
            return ""
        zone = {"zone": timezone.get_default_timezone_name(), "name": zone_name(timezone.now())}
        return escape(_("Times are by the site’s clock: %(zone)s, now %(name)s.") % zone)

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        reads = obj is not None and not self.has_change_permission(request, obj)
        return [*fields, *READ_ONLY] if reads else fields

    @admin.display(description=_("lead picture"))
    def lead_picture(self, article):
        if article.lead_image is None:
            return "–"
        return render_to_string(
            "articles/_picture.html", picture(article.lead_image, sizes="20rem")
        )

    @admin.display(description=_("body"))
    def text(self, article):
        # It was cleaned when it was stored.
        return format_html('<div class="text-to-read">{}</div>', mark_safe(article.body))  # noqa: S308

    @admin.display(description=_("authors"))
    def signed_by(self, article):
        return article.byline

    @admin.display(description=_("categories"))
    def filed_under(self, article):
        return ", ".join(category.name for category in article.ordered_categories)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.request, form.may = request, allowed(request.user, obj)
        for name in ("authors", "categories"):
            if name in form.base_fields:
                field = Article._meta.get_field(name)
                form.base_fields[name].widget = ChosenInOrder(field, self.admin_site)
                form.base_fields[name].widget.choices = form.base_fields[name].choices
        return form

    def get_prepopulated_fields(self, request, obj=None):
        # The address of a post that exists does not move because its title does.
        return {} if obj else {"slug": ["title"]}

    def get_view_on_site_url(self, obj=None):
        return obj.get_absolute_url() if obj and obj.is_public else None

    def save_form(self, request, form, change):
        # The instance stays as it is stored: its verbs write what was typed.
        return form.instance

    def save_related(self, request, form, formsets, change):
        for formset in formsets:
            self.save_formset(request, form, formset, change)
        self.let_go(request, form.instance)
