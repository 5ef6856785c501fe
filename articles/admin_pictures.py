"""What the picture dialog of the editor asks: uploads, the library, and words about a picture."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.admin_keys import is_key
from articles.models import Image

PER_PAGE = 24


def as_json(image):
    """``image`` as the dialog shows it and as it comes into a text."""
    thumb = next(iter(image.offered(image.formats[-1])), image.original)
    return {
        "id": image.pk,
        "src": image.file.url,
        "thumb": thumb.url,
        "address": reverse("admin:articles_image_words", args=[image.pk]),
        **{name: getattr(image, name) for name in ("alt", "caption", "credit")},
        **{name: getattr(image, name) for name in ("width", "height", "focal_x", "focal_y")},
    }


class PicturesOfEditor:
    """For the admin of pictures: these addresses, each with the permissions of the admin."""

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("editor/", view(self.library), name="articles_image_library"),
            path("editor/upload/", view(self.upload), name="articles_image_upload"),
            path("editor/<int:key>/", view(self.words), name="articles_image_words"),
            *super().get_urls(),
        ]

    def library(self, request):
        """The pictures that fit ``q``, a page of them; with ``src`` the one that file is of."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if src := request.GET.get("src"):
            found = Image.objects.at([src]).get(src)
            return JsonResponse({"pictures": [as_json(found)] if found else []})
        words = request.GET.get("q", "").replace("\0", "")[:200]
        images, _doubles = self.get_search_results(request, self.get_queryset(request), words)
        number = request.GET.get("page", "1")
        page = Paginator(images, PER_PAGE).get_page(int(number) if is_key(number) else 1)
        count = page.paginator.count
        said = ngettext("%(count)s picture", "%(count)s pictures", count) % {"count": count}
        return JsonResponse(
            {
                "pictures": [as_json(image) for image in page],
                "next": page.next_page_number() if page.has_next() else None,
                "said": said if count else _("No picture was found."),
            }
        )

    def upload(self, request):
        """A new picture in the library."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self.kept(request, None)

    def words(self, request, key):
        """Other words about a picture, or another middle of interest."""
        image = get_object_or_404(Image, pk=key)
        if not self.has_change_permission(request, image):
            raise PermissionDenied
        return self.kept(request, image)

    def kept(self, request, image):
        """The picture as it is after what was sent, or a sentence for each field (422)."""
        if request.method != "POST":
            return JsonResponse({"errors": {"": _("Send a picture to this address.")}}, status=405)
        form = self.get_form(request, image, change=bool(image))(
            request.POST, request.FILES, instance=image
        )
        errors = {name: " ".join(sentences) for name, sentences in form.errors.items()}
        if not errors:
            try:
                with transaction.atomic():
                    image = form.save()
                    message = self.construct_change_message(request, form, [], add=not form.initial)
                    log = self.log_change if form.initial else self.log_addition
                    log(request, image, message)
            except ValidationError as refusal:
                errors = {"file": " ".join(refusal.messages)}
        if errors:
            return JsonResponse({"errors": errors}, status=422)
        return JsonResponse(as_json(image), status=200 if form.initial else 201)
