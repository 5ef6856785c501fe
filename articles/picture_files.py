"""The addresses of files that a picture had before its file was replaced."""

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.static import serve

from articles.models import Image

# How many seconds others may remember where a picture is now: it can be replaced again.
MAX_AGE = 3600


@require_safe
def picture_file(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """
    The file ``name`` of the picture ``token``. Where it is gone, the picture has another file now,
    or another focal point: whoever still asks, such as a text, another site or a reader of feeds
    that kept the old address, is led to what there is.
    """
    stored = f"images/{token}/{name}"
    if settings.DEBUG and default_storage.exists(stored):
        # In production the web server in front has handed it out already.
        return serve(request, stored, document_root=settings.MEDIA_ROOT)
    return lead_on(request, token, stored)


@cache_control(public=True, max_age=MAX_AGE)
def lead_on(request: HttpRequest, token: str, stored: str) -> HttpResponse:
    image = get_object_or_404(Image, token=token)
    if image.file.name == stored:
        raise Http404("The file of this picture is lost.")
    return redirect(image.file.url)
