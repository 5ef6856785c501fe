"""Files that browsers and search engines look for at the top of a site."""

from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from articles.site import site_name, site_url

# Asked for at these very addresses, whatever a page says.
ICONS = {"favicon.ico": "image/vnd.microsoft.icon", "apple-touch-icon.png": "image/png"}
STATIC = Path(__file__).parent / "static"
PAPER, ACCENT = "#ffffff", "#0b5a6f"


@require_safe
@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may visit: all that readers read, and where it is listed."""
    site = site_url(request)
    lines = [
        "User-agent: *",
        f"Disallow: {reverse('admin:index')}",
        "Disallow: /*/reply/",
        "Disallow: /?s=",
        "",
        f"Sitemap: {site}{reverse('articles:sitemap_index')}",
        f"Sitemap: {site}{reverse('articles:news_sitemap')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=3600)
def manifest(request: HttpRequest) -> JsonResponse:
    """How the site looks among the apps of a phone."""
    values = {
        "name": site_name(),
        "short_name": site_name(),
        "lang": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "id": "/",
        "start_url": reverse("articles:home"),
        "scope": "/",
        "display": "minimal-ui",
        "background_color": PAPER,
        "theme_color": ACCENT,
        "icons": [
            {"src": static("favicon.svg"), "sizes": "any", "type": "image/svg+xml"},
            *(
                {"src": static(f"icon-{side}.png"), "sizes": f"{side}x{side}", "type": "image/png"}
                for side in (192, 512)
            ),
        ],
    }
    return JsonResponse(values, content_type="application/manifest+json")


@require_safe
@cache_control(public=True, max_age=86400)
def icon(request: HttpRequest, name: str) -> FileResponse:
    """The site's icon at an address that cannot carry a version, unlike those in pages."""
    return FileResponse((STATIC / name).open("rb"), content_type=ICONS[name])
