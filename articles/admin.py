from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from js_asset import ImportMap, Media

from articles.admin_keys import CheckedAdmin, ChosenFields
from articles.models import (
    Article,
    Author,
    Byline,
    Category,
    Correction,
    Filing,
    Image,
    Page,
    Tag,
)
from articles.models.articles import LAST_POSITION
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


class OrderedFormSet(BaseInlineFormSet):
    """Rows that keep their order: a row without a position follows the one above it."""

    chosen: str

    def clean(self) -> None:
        super().clean()
        previous = 0
        for form in self.forms:
            if form.cleaned_data and not form.cleaned_data.get("DELETE"):
                if not form.cleaned_data.get("position"):
                    form.instance.position = min(previous + 1, LAST_POSITION)
                previous = form.instance.position

    def save_new(self, form, commit=True):
        # Another tab may have saved the same row meanwhile: then it is this one that counts.
        chosen = {"article": self.instance, self.chosen: getattr(form.instance, self.chosen)}
        if same := self.model.objects.filter(**chosen).first():
            form.instance.pk, form.instance._state.adding = same.pk, False
        return super().save_new(form, commit)


class BylineFormSet(OrderedFormSet):
    chosen = "author"

    def clean(self) -> None:
        super().clean()
        signed = any(
            form.cleaned_data.get("author") and not form.cleaned_data.get("DELETE")
            for form in self.forms
            if form.is_valid()
        )
        if self.instance.status == Article.Status.PUBLISHED and not signed and not any(self.errors):
            raise ValidationError(gettext("Choose at least one author before you publish."))


class FilingFormSet(OrderedFormSet):
    chosen = "category"


class OrderedInline(ChosenFields, admin.TabularInline):
    extra = 1

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "position":
            field.required, field.initial = False, None
        return field


class BylineInline(OrderedInline):
    model = Byline
    formset = BylineFormSet
    autocomplete_fields = ["author"]


class FilingInline(OrderedInline):
    model = Filing
    formset = FilingFormSet
    autocomplete_fields = ["category"]


class CorrectionInline(admin.StackedInline):
    model = Correction
    extra = 0
    readonly_fields = ["corrected_at"]


class ArticleForm(forms.ModelForm):
    is_update = forms.BooleanField(
        label=_("This is an update"),
        required=False,
        help_text=_("Shows readers the present time as “Updated”. Leave it off for small changes."),
    )

    class Meta:
        model = Article
        fields = "__all__"  # noqa: DJ007  (the admin's fieldsets name them)
        widgets = {"title": forms.TextInput(attrs={"class": "vLargeTextField"})}
        error_messages = {
            "slug": {"unique": _("Another post has this address already: choose another slug.")}
        }

    # Whether the person may change the post as it is stored: see ArticleAdmin.
    may_change = True

    def clean(self):
        data = super().clean()
        if not self.may_change:
            raise ValidationError(
                gettext(
                    "This post has been published meanwhile: only an editor can change it now. "
                    "Your text is below, so that you can copy it."
                )
            )
        if "_publish" in self.data:
            data["status"] = Article.Status.PUBLISHED
            date, now = data.get("published_at"), timezone.now()
            data["published_at"] = date if date and date < now else now
        elif (
            data.get("status") == Article.Status.PUBLISHED
            and "published_at" in data
            and not data["published_at"]
        ):
            self.add_error(
                "published_at",
                _("A published post needs a date. Enter one, or press “Publish now”."),
            )
        return data


PUBLICATION = ["status", "published_at", "is_update", "slug", "tags", "pinned", "comments_open"]


@admin.register(Article)
class ArticleAdmin(EditorAdmin):
    form = ArticleForm
    inlines = [BylineInline, FilingInline, CorrectionInline]
    list_display = ["title", "state", "byline", "published_at"]
    list_filter = ["status", "categories"]
    search_fields = ["title", "standfirst"]
    show_full_result_count = False
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["tags", "lead_image"]
    fieldsets = [
        (None, {"fields": ["title", "standfirst", "lead_image", "body"]}),
        (_("Publication"), {"fields": PUBLICATION}),
    ]

    @admin.display(description=_("status"), ordering="status")
    def state(self, article):
        return _("Scheduled") if article.is_scheduled else article.get_status_display()

    def get_queryset(self, request):
        articles = super().get_queryset(request).with_bylines()
        if self.may_publish(request):
            return articles
        return (articles.written_by(request.user) | articles.published()).distinct()

    def may_publish(self, request):
        return request.user.has_perm("articles.publish_article")

    def has_change_permission(self, request, obj=None):
        """Without the right to publish: own posts, as long as they are drafts."""
        if not super().has_change_permission(request, obj):
            return False
        if obj is None or self.may_publish(request):
            return True
        # What is sent for an own post that has been published meanwhile comes to the form, which
        # refuses it without losing the text.
        return self.is_own(request, obj) and (obj.is_draft or request.method == "POST")

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.may_change = obj is None or obj.is_draft or self.may_publish(request)
        return form

    def has_delete_permission(self, request, obj=None):
        if not super().has_delete_permission(request, obj):
            return False
        if obj is None or self.may_publish(request):
            return True
        return obj.is_draft and self.is_own(request, obj)

    def is_own(self, request, article):
        return Article.objects.written_by(request.user).filter(pk=article.pk).exists()

    def get_readonly_fields(self, request, obj=None):
        return [] if self.may_publish(request) else ["status", "published_at"]

    def get_prepopulated_fields(self, request, obj=None):
        # The address of a post that exists does not move because its title does.
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def get_view_on_site_url(self, obj=None):
        return obj.get_absolute_url() if obj and obj.is_public else None

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
        if form.cleaned_data.get("is_update"):
            obj.updated_at = timezone.now()
        super().save_model(request, obj, form, change)

    def render_change_form(self, request, context, *args, **kwargs):
        context["may_publish"] = self.may_publish(request)
        return super().render_change_form(request, context, *args, **kwargs)
