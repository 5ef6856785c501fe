"""All addresses: the admin, the discussion, and the site itself."""

from django.conf import settings
from django.conf.urls.static import static
from django.contrib import admin
from django.urls import include, path

from articles import picture_files
from articles.urls import post_feeds
from comments.feeds import with_comment_counts
from newsroom import site_files

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("comments.urls")),
    # Posts know nothing of comments, their feeds say how many each has: both meet here.
    path("", include((post_feeds(counted=with_comment_counts), "feeds"))),
    path("", include("articles.urls")),
    path("robots.txt", site_files.robots, name="robots"),
    path("manifest.webmanifest", site_files.manifest, name="manifest"),
    *(path(name, site_files.icon, {"name": name}) for name in site_files.ICONS),
    # What the web server in front does not find comes here: see docs/operators.md.
    path(f"{settings.MEDIA_URL[1:]}images/<slug:token>/<str:name>", picture_files.picture_file),
    # In production the web server in front hands out the uploads; this line is then empty.
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
]
