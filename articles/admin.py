from django import forms
from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from js_asset import ImportMap, Media

from articles.admin_keys import CheckedAdmin, ChosenInOrder
from articles.article_form import OF_EDITORS, OF_PUBLIC, ArticleForm
from articles.autosaving import Autosaving
from articles.conflicts import TextKeeping
from articles.models import Article, Author, Category, Correction, Image, Page, Tag
from articles.permissions import DELETE, EDIT, VIEW, allowed, is_editor, is_own, may, visible
from articles.presence import Presences
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


class ImageForm(forms.ModelForm):
    class Meta:
        model = Image
        fields = ["file", "alt", "caption", "credit", "focal_x", "focal_y"]
        widgets = {
            name: forms.TextInput(attrs={"class": "vLargeTextField"})
            for name in ("alt", "caption", "credit")
        }
        error_messages = {
            "file": {"required": _("Choose a picture to upload.")},
            "alt": {"required": _("Describe the picture, for readers who cannot see it.")},
        }


@admin.register(Image)
class ImageAdmin(CheckedAdmin):
    form = ImageForm
    list_display = ["thumbnail", "alt", "credit", "created_at"]
    list_display_links = ["alt"]
    list_per_page = 50
    search_fields = ["alt", "caption", "credit"]
    show_full_result_count = False
    fields = ["file", "alt", "caption", "credit", ("focal_x", "focal_y")]

    class Media:
        css = {"all": ["articles/pictures.css"]}

    @admin.display(description=_("picture"))
    def thumbnail(self, image):
        return render_to_string("articles/_picture.html", picture(image, sizes="6rem", alt=""))


class EditorAdmin(CheckedAdmin):
    """Forms with the rich-text editor."""

    @property
    def media(self):
        return super().media + Media(
            css={"all": ["articles/editor.css"]},
            importmap=ImportMap({"articles/editor.js": "articles/editor.js"}),
        )

    def render_change_form(self, request, context, *args, **kwargs):
        # The editor's import map is an inline script: the nonce lets this one through the policy.
        context["media"] = Media.from_media(context["media"]).with_nonce(request.csp_nonce)
        return super().render_change_form(request, context, *args, **kwargs)


@admin.register(Page)
class PageAdmin(EditorAdmin):
    list_display = ["title", "slug", "saved_at"]
    search_fields = ["title"]
    prepopulated_fields = {"slug": ["title"]}
    fields = ["title", "slug", "body"]


@admin.register(Correction)
class CorrectionAdmin(CheckedAdmin):
    list_display = ["text", "article", "corrected_at"]
    list_select_related = ["article"]
    search_fields = ["text", "article__title"]
    show_full_result_count = False
    fields = ["article", "text", "corrected_at"]
    readonly_fields = ["corrected_at"]
    autocomplete_fields = ["article"]


@admin.register(Article)
class ArticleAdmin(Autosaving, Presences, TextKeeping, EditorAdmin):
    form = ArticleForm
    list_display = ["title", "state", "byline", "published_at"]
    list_filter = ["status", "categories"]
    search_fields = ["title", "standfirst"]
    show_full_result_count = False
    autocomplete_fields = ["tags", "lead_image"]

    @admin.display(description=_("status"), ordering="status")
    def state(self, article):
        return article.state

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
        # What is sent for an own post that cannot be changed any more comes to the form, which
        # refuses it without losing the text.
        return may(request.user, EDIT, obj) or (
            request.method == "POST" and is_own(request.user, obj)
        )

    def has_delete_permission(self, request, obj=None):
        if obj is None:
            return super().has_delete_permission(request)
        return may(request.user, DELETE, obj)

    # The form

    def get_fieldsets(self, request, obj=None):
        text = ["title", "standfirst", "lead_image", "body", "authors", "categories", "tags"]
        publication = ["slug", *(OF_EDITORS if is_editor(request.user) else ())]
        note = ["note", *(OF_PUBLIC if obj and obj.has_begun else ()), "base"]
        if obj and not self.has_change_permission(request, obj):
            # Nothing to type in: what there is to read.
            return [(None, {"fields": text}), (_("Publication"), {"fields": ["slug"]})]
        return [
            (None, {"fields": text}),
            (_("Publication"), {"fields": publication}),
            (_("This version"), {"fields": note}),
        ]

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

    def save_model(self, request, obj, form, change):
        form.carry_out(request.user)

    def save_related(self, request, form, formsets, change):
        for formset in formsets:
            self.save_formset(request, form, formset, change)

    def render_change_form(self, request, context, add=False, change=False, obj=None, **kwargs):
        form = context["adminform"].form
        context |= {"may": getattr(form, "may", frozenset()), "article_form": form}
        return super().render_change_form(request, context, add, change, obj=obj, **kwargs)
