"""All addresses: the admin, the discussion, and the site itself."""

from django.conf import settings
from django.conf.urls.static import static
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("comments.urls")),
    path("", include("articles.urls")),
    # In production the web server in front hands out the uploads; this line is then empty.
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
]
