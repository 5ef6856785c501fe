"""The library of pictures: finding them, where each is used, replacing and deleting them."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.http import HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles.admin_keys import CheckedAdmin
from articles.admin_pictures import PicturesOfEditor
from articles.models import Article, Autosave, Image, Page, PictureUse, Revision
from articles.paging import Ahead
from articles.permissions import may_change_picture, visible
from articles.templatetags.articles import picture

# Places that the page of a picture names; the others are counted.
NAMED = 50
# Pages that the list looks ahead, and pictures that are deleted at once: what there is beyond is
# not counted, because that takes the longer the more there are.
PAGES_AHEAD = 10
DELETED_AT_ONCE = 500


class ImageForm(forms.ModelForm):
    class Meta:
        model = Image
        fields = ["file", "alt", "caption", "credit", "focal_x", "focal_y"]
        widgets = {
            name: forms.TextInput(attrs={"class": "vLargeTextField"})
            for name in ("alt", "caption", "credit")
        }
        error_messages = {
            "file": {"required": gettext_lazy("Choose a picture to upload.")},
            "alt": {
                "required": gettext_lazy("Describe the picture, for readers who cannot see it.")
            },
        }


class UseFilter(admin.SimpleListFilter):
    title = gettext_lazy("use")
    parameter_name = "use"

    def lookups(self, request, model_admin):
        return [("used", _("In use")), ("unused", _("Not in use"))]

    def queryset(self, request, queryset):
        wanted = {"used": queryset.used, "unused": queryset.unused}.get(self.value())
        return wanted() if wanted else queryset


class Places:
    """Where ``image`` is used, as far as ``user`` may see it."""

    def __init__(self, user, image):
        uses = PictureUse.objects.filter(image=image)
        posts = visible(user, Article.objects.filter(pk__in=uses.values("article")))
        pages = Page.objects.filter(pk__in=uses.values("page"))
        if not user.has_perm("articles.view_page"):
            pages = pages.none()
        self.posts = posts.order_by("-pk").defer("body", "standfirst")[:NAMED]
        self.pages = pages.defer("body")[:NAMED]
        self.count = uses.count()

    @cached_property
    def named(self):
        """Each with its address in the admin, its name and what it is."""
        return [
            *(
                (reverse("admin:articles_article_change", args=[post.pk]), post.title, post.state)
                for post in self.posts
            ),
            *(
                (reverse("admin:articles_page_change", args=[page.pk]), page.title, _("Page"))
                for page in self.pages
            ),
        ]

    @property
    def others(self):
        """How many are not named."""
        return self.count - len(self.named)


@admin.action(description=gettext_lazy("Delete the chosen pictures"), permissions=["delete"])
def delete_selected(modeladmin, request, images):
    """Name what will be deleted, and what will stay because it is in use; then do that."""
    images = list(images.order_by("-pk")[: DELETED_AT_ONCE + 1])
    if len(images) > DELETED_AT_ONCE:
        sentence = _("Choose at most %(count)d pictures at once.") % {"count": DELETED_AT_ONCE}
        modeladmin.message_user(request, sentence, messages.ERROR)
        return None
    free = [image for image in images if not image.use_count]
    if request.POST.get("post"):
        done = modeladmin.delete_free(request, free)
        sentence = ngettext("%(count)d picture deleted.", "%(count)d pictures deleted.", done)
        modeladmin.message_user(request, sentence % {"count": done}, messages.SUCCESS)
        return None
    context = {
        **modeladmin.admin_site.each_context(request),
        "title": _("Delete pictures"),
        "opts": modeladmin.opts,
        "media": modeladmin.media,
        "free": free,
        "used": [image for image in images if image.use_count],
        "versions": Revision.objects.showing(free).count(),
        "checkbox": ACTION_CHECKBOX_NAME,
    }
    template = "admin/articles/image/delete_selected_confirmation.html"
    return TemplateResponse(request, template, context)


@admin.register(Image)
class ImageAdmin(PicturesOfEditor, CheckedAdmin):
    form = ImageForm
    list_display = ["thumbnail", "alt", "used", "credit", "created_at"]
    list_display_links = ["alt"]
    list_filter = [UseFilter]
    list_per_page = 48
    sortable_by = []
    search_fields = ["alt", "caption", "credit"]
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    empty_value_display = ""
    fields = ["file", "alt", "caption", "credit", ("focal_x", "focal_y")]
    actions = [delete_selected]

    class Media:
        css = {"all": ["articles/pictures.css"]}
        js = ["articles/focus.js"]

    # The list

    @admin.display(description=gettext_lazy("picture"))
    def thumbnail(self, image):
        return render_to_string("articles/_picture.html", picture(image, sizes="12rem", alt=""))

    @admin.display(description=gettext_lazy("use"))
    def used(self, image):
        return render_to_string("admin/articles/image/_use.html", {"image": image})

    def get_queryset(self, request):
        return super().get_queryset(request).with_use_count()

    def get_paginator(self, request, queryset, per_page, *args, **kwargs):
        page = request.GET.get("p", "")
        number = int(page) if page.isdecimal() and len(page) < 9 else 1
        reach = (number + PAGES_AHEAD) * per_page + 1
        return Ahead(queryset, per_page, *args, reach=reach, **kwargs)

    # One picture

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (
            obj is None or may_change_picture(request.user, obj)
        )

    def change_view(self, request, object_id, form_url="", extra_context=None):
        context = self.about(request, object_id) | (extra_context or {})
        return super().change_view(request, object_id, form_url, context)

    def about(self, request, object_id):
        """What the pages of one picture say of its use."""
        image = self.get_object(request, unquote(object_id))
        return {"places": Places(request.user, image)} if image else {}

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if change and "file" in form.changed_data and obj.use_count:
            sentence = ngettext(
                "The new file is shown in the %(count)d place where the picture is used.",
                "The new file is shown in all %(count)d places where the picture is used.",
                obj.use_count,
            )
            self.message_user(request, sentence % {"count": obj.use_count}, messages.INFO)

    # Deleting

    def delete_view(self, request, object_id, extra_context=None):
        context = self.about(request, object_id)
        if context and request.method == "GET":
            image = [self.get_object(request, unquote(object_id))]
            context["versions"] = Revision.objects.showing(image).count()
            context["unsaved"] = Autosave.objects.showing(image).count()
        try:
            return super().delete_view(request, object_id, context | (extra_context or {}))
        except (ProtectedError, IntegrityError):
            # Somebody has put it into a post meanwhile: the page says where.
            return HttpResponseRedirect(request.path)

    def get_deleted_objects(self, objs, request):
        # Nothing goes with a picture. What uses it is named by the page, as far as one may see it.
        lacking = {
            str(self.opts.verbose_name)
            for image in objs
            if not self.has_delete_permission(request, image)
        }
        used = [str(image) for image in objs if image.use_count]
        return [*map(str, objs)], {self.opts.verbose_name_plural: len(objs)}, lacking, used

    def delete_free(self, request, images):
        """Delete those of ``images`` that are still not in use; how many these were."""
        done = 0
        for image in images:
            try:
                with transaction.atomic():
                    self.log_deletions(request, [image])
                    image.delete()
            except (ProtectedError, IntegrityError):
                continue
            done += 1
        return done
