from typing import Any

from django.http import HttpRequest

from articles.models import Category
from articles.site import site_url


def site(request: HttpRequest) -> dict[str, Any]:
    """What every page of the site shows: its address and navigation (asked for only when used)."""
    return {
        "site_url": site_url(request),
        "navigation": Category.objects.all(),
    }
