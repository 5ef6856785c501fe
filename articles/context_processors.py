from typing import Any

from django.conf import settings
from django.http import HttpRequest

from articles.models import Category


def site(request: HttpRequest) -> dict[str, Any]:
    """What every page of the site shows: its address and navigation (asked for only when used)."""
    return {
        "site_url": settings.SITE_URL or f"{request.scheme}://{request.get_host()}",
        "navigation": Category.objects.all(),
    }
